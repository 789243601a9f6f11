//! One spelling for names that differ by width, case, punctuation or script alone. The page's script
//! folds alike (`assets/fold.js`); `tests/vectors/fold.json` holds the two together.

use std::{collections::HashMap, sync::LazyLock};

use unicode_normalization::UnicodeNormalization;

/// Traditional characters and what stands for them: `OpenCC`'s `TSCharacters.txt` (Apache-2.0).
const DICTIONARY: &str = include_str!("data/TSCharacters.txt");

/// Names of legal forms, folded.
const FORMS: [&str; 16] = [
    "集团股份有限公司",
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "分公司",
    "公司",
    "COLTD",
    "LTD",
    "INC",
    "LLC",
    "CORP",
    "LIMITED",
    "COMPANY",
    "CORPORATION",
    "GROUP",
];

static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| simplifications().collect());

/// Every traditional character that has a simplified one, with it, in the dictionary's order. Where
/// the dictionary knows several, the first.
pub fn simplifications() -> impl Iterator<Item = (char, char)> {
    let lines = DICTIONARY.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut words = line.split(['\t', ' ']);
        let (from, to) = (words.next()?.chars().next()?, words.next()?.chars().next()?);
        (from != to).then_some((from, to))
    })
}

/// A name as it is compared: NFKC, upper case, without spaces, brackets and punctuation, simplified.
pub fn fold(name: &str) -> String {
    joined(&capitals(name))
}

/// A name in NFKC and upper case.
pub(super) fn capitals(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_uppercase();
    }
    name.nfkc().flat_map(char::to_uppercase).collect()
}

/// The rest of folding.
pub(super) fn joined(capitals: &str) -> String {
    let kept = capitals.chars().filter(|c| !is_dropped(*c));
    kept.map(|c| if c.is_ascii() { c } else { SIMPLIFIED.get(&c).copied().unwrap_or(c) }).collect()
}

/// What tells no two names apart.
fn is_dropped(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_whitespace()
            || c.is_ascii_control()
            || matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '.' | ',' | ';' | ':')
            || matches!(c, '-' | '_' | '&' | '\'' | '"' | '/' | '\\' | '|');
    }
    c.is_whitespace() || c.is_control() || is_format(c) || {
        matches!(
            c,
            '〔' | '〕' | '【' | '】' | '「' | '」' | '『' | '』' | '《' | '》' | '〈' | '〉'
        ) || matches!(c, '·' | '•' | '・' | '，' | '。' | '、' | '：' | '；')
            || matches!(
                c,
                '\u{2010}'
                    ..='\u{2015}'
                        | '\u{2027}'
                        | '\u{2212}'
                        | '\u{2219}'
                        | '\u{22C5}'
                        | '’'
                        | '‘'
                        | '“'
                        | '”'
            )
    }
}

/// The characters of category Cf, and those that choose between shapes of the one before.
pub(crate) fn is_format(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{890}'..='\u{891}')
        || matches!(c, '\u{8E2}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}')
        || matches!(c, '\u{FFF9}'..='\u{FFFB}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}')
        || matches!(c, '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0001}')
        || matches!(c, '\u{E0020}'..='\u{E007F}')
        || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// What of a folded name is indexed: all but its legal form, of which only the beginning is kept,
/// so that a query which ends in a form finds something however little there is before it.
pub fn core(folded: &str) -> &str {
    let forms = FORMS.iter().filter(|form| folded.ends_with(**form));
    let form = forms.max_by_key(|form| form.len()).filter(|form| form.len() < folded.len());
    form.and_then(|form| folded.get(..folded.len() - form.len() + kept(form))).unwrap_or(folded)
}

/// What of a folded query is looked up: all but a legal form at its end, be it half typed, unless
/// what is left is too short; then with the beginning of the form. Nothing where all is legal form.
/// A name with the query in it has all terms of this.
pub fn query_core(folded: &str) -> &str {
    if FORMS.iter().any(|form| form.contains(folded)) {
        return "";
    }
    let begun = FORMS.iter().flat_map(|form| (1..=form.len()).filter_map(|end| form.get(..end)));
    let begun = begun.filter(|tail| folded.ends_with(*tail)).max_by_key(|tail| tail.len());
    let Some(begun) = begun else { return folded };
    let rest = folded.len() - begun.len();
    let ends = begun.char_indices().map(|(at, _)| at).chain([begun.len()]);
    let cores = ends.filter(|end| *end <= kept(begun)).filter_map(|end| folded.get(..rest + end));
    let longest = folded.get(..rest + kept(begun)).unwrap_or(folded);
    cores.filter(|core| is_enough(core)).min_by_key(|core| core.len()).unwrap_or(longest)
}

/// How much of a legal form is kept, in bytes: a character, or three letters.
fn kept(form: &str) -> usize {
    if form.is_ascii() { form.len().min(3) } else { form.chars().next().map_or(0, char::len_utf8) }
}

/// Whether there is a term in a query's core that all names with it have.
fn is_enough(core: &str) -> bool {
    let is_latin = core.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    core.encode_utf16().nth(if is_latin { 3 } else { 1 }).is_some()
}
