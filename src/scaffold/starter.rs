//! The files of a new register, embedded from `starter/`: what all registers get (`common/`), what
//! a certification body gets to begin with (`first/`), and what only a sample gets (`sample/`).
//!
//! Dates of the example certificates count from the day of writing, so that no surveillance is
//! overdue and nothing is in the future: `{-58d}` is 58 days before it, `{-58d+36m-1d}` the last
//! day of a cycle of three years from then, `{-58d Y}` that day's year. `gitignore` is written as
//! `.gitignore`; under its own name it would govern this repository.

use std::{fmt::Write as _, path::Path};

use include_dir::{Dir, include_dir};
use jiff::{Span, civil::Date};

static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/scaffold/starter");

/// A file to be written.
#[derive(Debug)]
pub(super) struct StarterFile {
    /// Relative to the register's root, with `/` between its parts.
    pub(super) path: String,
    /// What it says.
    pub(super) text: String,
}

/// The files of a certification body's new register, the settings last.
pub(super) fn for_body(today: Date) -> Vec<StarterFile> {
    files(&["first", "common"], today)
}

/// The files of a sample but for its certificates, the settings last.
pub(super) fn for_sample(today: Date) -> Vec<StarterFile> {
    files(&["sample", "common"], today)
}

/// The schemes of a sample, as TOML.
pub(super) fn schemes() -> impl Iterator<Item = &'static str> {
    let of = |part: &str| STARTER.get_dir(format!("{part}/content/schemes"));
    let dirs = ["common", "sample"].into_iter().filter_map(of);
    dirs.flat_map(Dir::files).filter_map(include_dir::File::contents_utf8)
}

fn files(parts: &[&str], today: Date) -> Vec<StarterFile> {
    let mut files = Vec::new();
    for part in parts {
        let dir = STARTER.get_dir(part).expect("the starter has this part");
        collect(dir, Path::new(part), today, &mut files);
    }
    files.sort_by_key(|file| file.path == "register.toml");
    files
}

fn collect(dir: &Dir<'_>, base: &Path, today: Date, files: &mut Vec<StarterFile>) {
    for file in dir.files() {
        let inside = file.path().strip_prefix(base).expect("files stand below their folder");
        let parts: Vec<_> = inside.iter().filter_map(|part| part.to_str()).collect();
        let (mut path, text) =
            (parts.join("/"), file.contents_utf8().expect("the starter is text"));
        if let Some(folder) = path.strip_suffix("gitignore") {
            path = format!("{folder}.gitignore");
        }
        let mut text = text.to_owned();
        if path.starts_with("content/certificates/") {
            text = dated(&text, today);
            path =
                certificate_path(&text).expect("an example certificate has a number with a year");
        }
        files.push(StarterFile { path, text });
    }
    for dir in dir.dirs() {
        collect(dir, base, today, files);
    }
}

/// `content/certificates/YEAR/NUMBER.md`, where the number holds the year.
fn certificate_path(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("number = \"")?;
    let (number, _) = rest.split_once('"')?;
    let year = number.split('-').nth(2)?;
    Some(format!("content/certificates/{year}/{number}.md"))
}

/// A text with its dates worked out.
fn dated(text: &str, today: Date) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let date =
            after.split_once('}').and_then(|(code, after)| Some((day(code, today)?, code, after)));
        rest = if let Some((date, code, after)) = date {
            let written = if code.ends_with('Y') {
                write!(out, "{}", date.year())
            } else {
                write!(out, "{date}")
            };
            written.expect("writing to a string cannot fail");
            after
        } else {
            out.push('{');
            after
        };
    }
    out + rest
}

/// The day that a code such as `-58d+36m-1d` names.
fn day(code: &str, today: Date) -> Option<Date> {
    let code = code.trim_end_matches(" Y");
    code.split_inclusive(['d', 'm']).try_fold(today, |date, step| {
        let (sign, step) = step.split_at_checked(1)?;
        let (number, unit) = step.split_at_checked(step.len().checked_sub(1)?)?;
        let number: i64 = number.parse().ok().filter(|n| *n < 10_000)?;
        let number = match sign {
            "+" => number,
            "-" => -number,
            _ => return None,
        };
        let span = if unit == "m" { Span::new().months(number) } else { Span::new().days(number) };
        Some(date.saturating_add(span))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_count_from_the_day_of_writing() {
        let text = dated("a = {-58d} # { zh = \"…\" } {-58d Y} {-1d+36m-1d} {x}", date(2028, 3, 1));
        assert_eq!(text, "a = 2028-01-03 # { zh = \"…\" } 2028 2031-02-27 {x}");
    }

    #[test]
    fn every_starter_file_parses_and_no_date_is_left_to_work_out() {
        for today in [date(2026, 11, 23), date(2028, 2, 29)] {
            for file in for_body(today).into_iter().chain(for_sample(today)) {
                let toml = match file.path.rsplit_once('.') {
                    Some((_, "toml")) => &*file.text,
                    Some((_, "md")) if file.path != "README.md" => {
                        file.text.split("+++\n").nth(1).unwrap()
                    }
                    _ => continue,
                };
                toml.parse::<toml::Table>().unwrap_or_else(|e| panic!("{}: {e}", file.path));
                assert!(!toml.contains("{-") && !toml.contains("{+"), "{}", file.path);
            }
        }
    }

    #[test]
    fn a_body_gets_three_certificates_and_no_made_up_scheme() {
        let files = for_body(date(2026, 11, 23));
        let paths: Vec<_> = files.iter().map(|file| &*file.path).collect();
        for path in [
            ".gitignore",
            "public/.gitignore",
            ".github/workflows/register.yml",
            ".gitlab-ci.yml",
            ".githooks/pre-commit",
            "content/certificates/2026/AST-SC-2026-00001.md",
            "content/certificates/2025/AST-RW-2025-00002.md",
            "content/certificates/2026/AST-CA-2026-00003.md",
            "content/guidance/gbt-27922.en.md",
            "content/schemes/gbt-27922-2011.toml",
        ] {
            assert!(paths.contains(&path), "{path} is not in {paths:?}");
        }
        assert_eq!(paths.last(), Some(&"register.toml"));
        assert!(!paths.contains(&"content/schemes/demo-css-2026.toml"));
        assert_eq!(schemes().count(), 5);
    }
}
