//! What an edition changes, as text and as Markdown.

use std::fmt::{self, Write as _};

use crate::seal::{ChangedMember, ChangedNumber, ChangedStatus, Changes};

/// So many of a kind are listed one by one, before the rest is counted.
const LISTED: usize = 50;
/// Longer values are cut.
const SHOWN: usize = 120;

/// As a terminal shows it.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "edition {} ({}), {}", self.edition, self.kind, self.time)?;
        if let Some(why) = self.renewal {
            writeln!(f, "nothing differs; {why}")?;
        }
        for key in &self.keys {
            writeln!(f, "key      {} {} {}", key.action, key.method, key.key)?;
        }
        if let Some(key) = &self.log_key {
            writeln!(f, "log key  {key} signs from now on, beside the former one")?;
        }
        for line in &self.policy {
            writeln!(f, "policy   {line}")?;
        }
        for number in self.erased.iter().take(LISTED) {
            writeln!(f, "erased   {number}")?;
        }
        for new in self.new.iter().take(LISTED) {
            writeln!(f, "new      {}  {}  {}", new.number, new.level, new.holder)?;
        }
        more(f, "new", self.new.len())?;
        for changed in self.changed.iter().take(LISTED) {
            writeln!(f, "changed  {}  {}{}", changed.number, changed.holder, resealed(changed))?;
            for member in &changed.differences {
                writeln!(f, "           {}: {}", member.member, from_to(member))?;
            }
        }
        more(f, "changed", self.changed.len())?;
        for status in self.statuses.iter().take(LISTED) {
            let ChangedStatus { number, before, status: word, date, .. } = status;
            let why = status.reason.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
            writeln!(
                f,
                "status   {number}  {before} → {word} from {date}{why}  {}",
                status.holder
            )?;
        }
        more(f, "status changes", self.statuses.len())?;
        for number in self.expired.iter().take(LISTED) {
            writeln!(f, "expired  {number}  (since the last edition; nothing is sealed about it)")?;
        }
        more(f, "expired", self.expired.len())?;
        write!(f, "{}", self.counts)
    }
}

fn more(f: &mut fmt::Formatter<'_>, what: &str, count: usize) -> fmt::Result {
    if count > LISTED { writeln!(f, "… and {} more {what}", count - LISTED) } else { Ok(()) }
}

fn resealed(number: &ChangedNumber) -> &'static str {
    if number.resealed { "  (sealed again: the key of its last version is revoked)" } else { "" }
}

fn from_to(member: &ChangedMember) -> String {
    let shown = |value: &Option<String>| match value {
        None => "–".to_owned(),
        Some(value) => short(value),
    };
    format!("{} → {}", shown(&member.before), shown(&member.after))
}

fn short(value: &str) -> String {
    let one_line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match one_line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", one_line.get(..at).unwrap_or_default()),
        None => one_line,
    }
}

impl Changes {
    /// As a comment under a change of records.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        _ = self.write_markdown(&mut text);
        text
    }

    fn write_markdown(&self, text: &mut String) -> fmt::Result {
        let counts = &self.counts;
        writeln!(text, "### What the next edition would change")?;
        writeln!(text)?;
        if self.is_empty() {
            return writeln!(text, "Nothing: the records say what is sealed.");
        }
        writeln!(text, "| new | changed | suspended | reinstated | ended | gone |")?;
        writeln!(text, "|--:|--:|--:|--:|--:|--:|")?;
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            counts.new,
            counts.changed,
            counts.suspended,
            counts.reinstated,
            counts.ended,
            counts.gone
        )?;
        table(text, "New", "| number | level | holder |\n|---|---|---|", &self.new, |new| {
            format!("| {} | {} | {} |", code(&new.number), cell(&new.level), cell(&new.holder))
        })?;
        self.write_changed(text)?;
        let head = "| number | holder | before | from then on | since | reason |\n|---|---|---|---|---|---|";
        table(text, "Status", head, &self.statuses, |status| {
            let reason = status.reason.as_deref().map(code).unwrap_or_default();
            let (number, holder) = (code(&status.number), cell(&status.holder));
            let ChangedStatus { before, status: word, date, .. } = status;
            format!("| {number} | {holder} | {before} | **{word}** | {date} | {reason} |")
        })?;
        table(text, "Erased", "| number |\n|---|", &self.erased, |number| {
            format!("| {} |", code(number))
        })?;
        table(text, "Keys", "| | key |\n|---|---|", &self.keys, |key| {
            format!("| {} | {} |", key.action, code(&key.method))
        })?;
        let log_key = self.log_key.as_slice();
        table(text, "Log key", "| signs from now on |\n|---|", log_key, |key| {
            format!("| {} |", code(key))
        })?;
        table(text, "Policy", "| line |\n|---|", &self.policy, |line| {
            format!("| {} |", code(line))
        })?;
        writeln!(text, "\n`{}`", self.confirm)
    }

    fn write_changed(&self, text: &mut String) -> fmt::Result {
        let head = "| number | member | sealed | record |\n|---|---|---|---|";
        let rows: Vec<_> = self
            .changed
            .iter()
            .flat_map(|number| number.differences.iter().map(move |member| (number, member)))
            .collect();
        table(text, "Changed", head, &rows, |(number, member)| {
            let value = |value: &Option<String>| {
                value.as_deref().map_or_else(|| "–".to_owned(), |value| cell(&short(value)))
            };
            let (before, after) = (value(&member.before), value(&member.after));
            format!("| {} | {} | {before} | {after} |", code(&number.number), code(&member.member))
        })
    }
}

fn table<T>(
    text: &mut String,
    title: &str,
    head: &str,
    rows: &[T],
    row: impl Fn(&T) -> String,
) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n#### {title}\n\n{head}")?;
    for one in rows.iter().take(LISTED) {
        writeln!(text, "{}", row(one))?;
    }
    if rows.len() > LISTED {
        writeln!(text, "\n… and {} more", rows.len() - LISTED)?;
    }
    Ok(())
}

/// A text in a cell: whatever a record says, it is shown as text and ends no cell.
fn cell(value: &str) -> String {
    let mut cell = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => cell.push_str("&amp;"),
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '@' => cell.push_str("&#64;"), // Calls nobody.
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '!' | '~' | '$' => {
                cell.push('\\');
                cell.push(c);
            }
            c if c.is_control() => cell.push(' '),
            c => cell.push(c),
        }
    }
    cell
}

/// A word in a cell, as code.
fn code(value: &str) -> String {
    format!("`{}`", value.replace('`', "'").replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_record_says_breaks_no_table_and_calls_nobody() {
        assert_eq!(cell("a|b <img> @all *x*\n"), "a\\|b &lt;img&gt; &#64;all \\*x\\* ");
        assert_eq!(code("A|`B"), "`A\\|'B`");
        assert_eq!(short(&"证".repeat(200)).chars().count(), SHOWN + 1);
    }
}
