//! Lists as people have them: the cases of `tests/browser/table.test.mjs`.

use super::table::{Line, Table, TableError};

const NAME: &str = "江门示例恒泰家用电器有限公司";
const CODE: &str = "91440703000010145F";

/// What a line asks, in short.
fn short(line: &Line) -> String {
    let fault = line.fault.as_ref().map_or("", super::Fault::name);
    let on = line.on.map(|on| on.to_string()).unwrap_or_default();
    let same = line.same.map(|same| same.to_string()).unwrap_or_default();
    let cells = [&line.number, &line.code, &line.name, &line.site, &*on, fault, &same];
    cells.join("|").trim_end_matches('|').to_owned()
}

fn asked(text: &str) -> Vec<String> {
    let table = Table::read(text.as_bytes()).unwrap();
    table.lines.iter().map(short).collect()
}

#[test]
fn a_list_of_anything_one_a_line() {
    let text = format!(
        "AST-SC-2026-00017\n{CODE}\n{NAME}\n\n  \nhttps://register.example/c/AST-1.html\r\n'00123\n91440703000010145\na.json\n"
    );
    let table = Table::read(text.as_bytes()).unwrap();
    let rows: Vec<usize> = table.lines.iter().map(|line| line.row).collect();
    assert_eq!(rows, [1, 2, 3, 6, 7, 8, 9]);
    assert_eq!(table.lines[6].file, "a.json");
    assert_eq!(
        asked(&text),
        [
            "AST-SC-2026-00017",
            &format!("|{CODE}"),
            &format!("||{NAME}"),
            "https://register.example/c/AST-1.html",
            "00123",
            "|||||code_length",
            "",
        ]
    );
}

#[test]
fn english_names_keep_their_commas() {
    assert_eq!(
        asked(
            "Example Appliances (Jiangmen) Co., Ltd.\nExample Nuanli Co.,Ltd\nExample, Inc.\nExample Trading Company Limited\n"
        ),
        [
            "||Example Appliances (Jiangmen) Co., Ltd.",
            "||Example Nuanli Co.,Ltd",
            "||Example, Inc.",
            "||Example Trading Company Limited",
        ]
    );
    assert_eq!(
        asked("name,number\nExample Co., Ltd.,AST-1\nExample B Co.,Ltd.,AST-2\n"),
        ["AST-1||Example Co., Ltd.", "AST-2||Example B Co.,Ltd."]
    );
}

#[test]
fn columns_are_known_by_their_headings() {
    let text = format!(
        "序号\t供应商名称\t统一社会信用代码\t证书编号\t发证日期\t投标日期\t备注\n1\t{NAME}\t{CODE}\tAST-1\t2021-06-01\t2026/5/1\t好\n2\t\"示例\n家电\"\t\tAST-2\t2020-01-01\t\t\n3\t\t9.14407E+17\t\t\t\t\n"
    );
    let first = format!("AST-1|{CODE}|{NAME}||2026-05-01");
    assert_eq!(asked(&text), [&*first, "AST-2||示例\n家电", "|||||rounded"]);
    assert_eq!(asked("Certificate No.;门店;x\nA-1;东门店;2\n"), ["A-1|||东门店"]);
    let titled = "供应商名单\n企业名称\t证书编号\n甲公司\tAST-1\n";
    assert_eq!(asked(titled), ["AST-1||甲公司"], "a title above the headings");
}

#[test]
fn columns_are_known_by_what_stands_in_them() {
    let text = format!(
        "1\t{NAME}\t广东省江门市示例大道56号\t{CODE}\n2\t示例暖栎电器有限公司\t广东省佛山市示例路1号\t91440606000019107Q\n3\t示例商行\t佛山\t911101081000000166\n"
    );
    assert_eq!(asked(&text)[0], format!("|{CODE}|{NAME}"));
    assert_eq!(asked("AST-1\t2026-05-01\nAST-2\t2026-05-02\n")[1], "AST-2||||2026-05-02");
}

#[test]
fn the_same_asked_twice_and_what_is_too_long_are_marked() {
    let text = format!("AST-1\nast-1 \nＡＳＴ－1\n{NAME}\n江门示例恒泰 家用电器有限公司\n");
    let same: Vec<Option<usize>> =
        Table::read(text.as_bytes()).unwrap().lines.iter().map(|line| line.same).collect();
    assert_eq!(same, [None, Some(1), Some(1), None, Some(4)]);
    // Of two companies with one number each is asked about.
    assert_eq!(asked("供应商,证书编号\n甲公司,AST-1\n乙公司,AST-1\n")[1], "AST-1||乙公司");
    assert!(asked(&"甲".repeat(400))[0].ends_with("|too_long"));
    let code = format!("https://a.example/c/A-1.html#{}", "7".repeat(400));
    assert!(!asked(&code)[0].contains("too_long"));
}

#[test]
fn files_as_spreadsheets_save_them() {
    let gbk = b"\xD6\xA4\xCA\xE9\xB1\xE0\xBA\xC5,x\nA-1,y\n";
    assert_eq!(Table::read(gbk).unwrap().lines[0].number, "A-1");
    let utf16: Vec<u8> =
        "\u{FEFF}编号\tx\nA-1\ty\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(Table::read(&utf16).unwrap().lines[0].number, "A-1");
    assert_eq!(Table::read(b"number\n"), Err(TableError::Empty));
}

#[test]
fn workbooks_of_other_programs() {
    let book = |name: &str| {
        let path = format!("tests/vectors/xlsx/{name}.xlsx");
        Table::read(&std::fs::read(path).unwrap()).unwrap()
    };
    let list = book("openpyxl");
    let lines: Vec<String> = list.lines.iter().map(short).collect();
    assert_eq!(
        lines,
        [
            &*format!("AST-SC-2021-00033|{CODE}|{NAME}|总部|2024-05-31"),
            "||示例 & <家电> 有限公司||2026-05-01|rounded",
            "ＡＳＴ－ＳＣ－2026－00017||||2026-05-01",
            "|91440500MA00ATT133",
        ]
    );
    assert_eq!(list.lines.iter().map(|line| line.row).collect::<Vec<_>>(), [3, 4, 5, 6]);
    let late: Vec<String> = book("inline-1904").lines.iter().map(short).collect();
    assert_eq!(late, ["AST-SC-2026-00017||||2026-05-01", "AST-SC-2026-00018"]);
    let rich: Vec<String> = book("rich").lines.iter().map(short).collect();
    assert_eq!(rich[0], "AST-SC-2026-00017");
    assert_eq!(rich.last().unwrap(), "AST-X-1");
}

#[test]
fn what_is_no_workbook_is_said_and_damage_makes_nothing_fall() {
    assert_eq!(Table::read(&[0xD0, 0xCF, 0x11, 0xE0]), Err(TableError::OldBook));
    assert_eq!(Table::read(b"PK\x03\x04 and no more"), Err(TableError::Damaged));
    let good = std::fs::read("tests/vectors/xlsx/openpyxl.xlsx").unwrap();
    for at in (0..good.len()).step_by(31) {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        let _ = Table::read(&bad);
        let _ = Table::read(good.get(..at).unwrap());
    }
}
