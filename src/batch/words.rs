//! Why a line has no answer, in the two languages of a register's readers.

use strum::IntoStaticStr;

use crate::verify::Words;

use super::table::{Fault, Line};

/// Why a line has no answer, or another than its certificate has.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(super) enum Why {
    Rounded,
    CodeLength,
    TooLong,
    Day(String),
    /// Not a number.
    Number,
    /// Not a name.
    Name,
    /// Several holders.
    Holders(usize),
    /// Several schemes of one holder.
    Schemes(usize),
    /// The check digit of a code that is not in the register does not fit.
    CodeDigit(Words),
    IndexUnreachable(String),
    IndexDiffers,
    Unreachable(String),
    /// The log does not hold, or is not there.
    Log(Words),
}

impl From<&Fault> for Why {
    fn from(fault: &Fault) -> Self {
        match fault {
            Fault::Rounded => Self::Rounded,
            Fault::CodeLength => Self::CodeLength,
            Fault::TooLong => Self::TooLong,
            Fault::Day(text) => Self::Day(text.clone()),
        }
    }
}

impl Why {
    /// The word that programs read.
    pub(super) fn code(&self) -> &'static str {
        self.into()
    }

    /// The sentence in both languages.
    pub(super) fn words(&self, line: &Line) -> Words {
        Words { zh: self.zh(line), en: self.en(line) }
    }

    fn en(&self, line: &Line) -> String {
        let asked = line.asked();
        match self {
            Self::Rounded => "A spreadsheet took this code for a number and lost its last digits: \
                              format the column as text and enter the code again."
                .to_owned(),
            Self::CodeLength => format!(
                "A unified social credit code has 18 characters, this one has {}.",
                length(line)
            ),
            Self::TooLong => "This line is too long to be a number, a code or a name.".to_owned(),
            Self::Day(text) => {
                format!("Line {} of the table: “{text}” is not a day; write YYYY-MM-DD.", line.row)
            }
            Self::Number | Self::Name => {
                format!("“{asked}” cannot be read as a certificate number, a code or a name.")
            }
            Self::Holders(count) => format!(
                "{count} certificates answer to “{asked}”, of different holders: add the credit \
                 code or the certificate number."
            ),
            Self::Schemes(count) => format!(
                "The holder of “{asked}” has {count} certificates in different schemes: name the \
                 scheme or the certificate number."
            ),
            Self::CodeDigit(words) => {
                format!("{} Its check digit does not fit: a character may be wrong.", words.en)
            }
            Self::IndexUnreachable(why) => format!(
                "“{asked}” was not looked up, {why}: ask again later, or by certificate number."
            ),
            Self::IndexDiffers => format!(
                "The index leads from “{asked}” to a certificate that is not there: ask by number."
            ),
            Self::Unreachable(why) => format!(
                "“{asked}” could not be checked: {why}. That says nothing about the certificate."
            ),
            Self::Log(words) => words.en.clone(),
        }
    }

    fn zh(&self, line: &Line) -> String {
        let asked = line.asked();
        match self {
            Self::Rounded => {
                "表格软件把这个代码当作数字存了，后几位已经丢失。请把那一列改成“文本”，\
                              重新填写代码。"
                    .to_owned()
            }
            Self::CodeLength => {
                format!("统一社会信用代码是 18 位，这里是 {} 位。", length(line))
            }
            Self::TooLong => "这一行太长，不像是编号、代码或名称。".to_owned(),
            Self::Day(text) => {
                format!("表格第 {} 行：“{text}”不是日期，请写作 YYYY-MM-DD。", line.row)
            }
            Self::Number | Self::Name => format!("“{asked}”不像是证书编号、代码或名称。"),
            Self::Holders(count) => format!(
                "有 {count} 张证书对得上“{asked}”，分属不同的企业。请补上统一社会信用代码或证书编号。"
            ),
            Self::Schemes(count) => format!(
                "“{asked}”有 {count} 张证书，分属不同的认证项目。请指定认证项目或证书编号。"
            ),
            Self::CodeDigit(words) => {
                format!("{}这个代码的第 18 位校验不符，可能有一位写错了。", words.zh)
            }
            Self::IndexUnreachable(why) => {
                format!("没有查成“{asked}”（{why}）。请稍后再试，或改填证书编号。")
            }
            Self::IndexDiffers => {
                format!("索引从“{asked}”指向的证书没有取到。请改填证书编号。")
            }
            Self::Unreachable(why) => {
                format!("“{asked}”没有核对成（{why}）。这不说明证书有没有问题。")
            }
            Self::Log(words) => words.zh.clone(),
        }
    }
}

/// How many characters the code in a line has.
fn length(line: &Line) -> usize {
    let runs = line.text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::len);
    runs.filter(|length| (16..=20).contains(length)).max().unwrap_or(line.text.chars().count())
}
