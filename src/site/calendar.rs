//! Calendars as programs subscribe to them (RFC 5545), of days only.

use jiff::civil::Date;

/// Something that falls on a day.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// The same for ever, and nobody else's.
    pub(crate) uid: String,
    /// The day.
    pub(crate) day: Date,
    /// The day on which it became known.
    pub(crate) known: Date,
    /// A line.
    pub(crate) summary: String,
    /// More about it.
    pub(crate) description: String,
    /// Its page.
    pub(crate) url: String,
    /// How many days before one is reminded of it.
    pub(crate) remind: Option<u32>,
}

/// Octets of a line at most, without its end (RFC 5545, 3.1).
const LINE: usize = 75;

/// A calendar's text.
pub(crate) fn text(name: &str, language: &str, events: &[Event]) -> String {
    let mut text = String::new();
    let mut line = |content: &str| fold(content, &mut text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line(&format!("PRODID:-//Attestar//Register//{}", language.to_uppercase()));
    line("CALSCALE:GREGORIAN");
    line(&format!("NAME:{}", escaped(name)));
    line(&format!("X-WR-CALNAME:{}", escaped(name)));
    line("REFRESH-INTERVAL;VALUE=DURATION:P1D");
    for event in events {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", event.uid));
        line(&format!("DTSTAMP:{}T000000Z", basic(event.known)));
        line(&format!("DTSTART;VALUE=DATE:{}", basic(event.day)));
        line(&format!("SUMMARY:{}", escaped(&event.summary)));
        if !event.description.is_empty() {
            line(&format!("DESCRIPTION:{}", escaped(&event.description)));
        }
        line(&format!("URL:{}", event.url));
        line("TRANSP:TRANSPARENT");
        if let Some(days) = event.remind {
            line("BEGIN:VALARM");
            line("ACTION:DISPLAY");
            line(&format!("TRIGGER:-P{days}D"));
            line(&format!("DESCRIPTION:{}", escaped(&event.summary)));
            line("END:VALARM");
        }
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    text
}

/// A day in the basic format.
fn basic(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// A TEXT value (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Adds a content line, continued on further lines where it is long; no character is torn.
fn fold(content: &str, text: &mut String) {
    let mut length = 0;
    for c in content.chars() {
        if length + c.len_utf8() > LINE {
            text.push_str("\r\n ");
            length = 1;
        }
        text.push(c);
        length += c.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn lines_are_short_and_texts_escaped() {
        let event = Event {
            uid: "A-1-expires-2029-03-17@register.example".to_owned(),
            day: date(2029, 3, 17),
            known: date(2026, 3, 18),
            summary: format!("{}, 甲; 乙\\\n", "示例".repeat(40)),
            description: String::new(),
            url: "https://register.example/c/A-1.html".to_owned(),
            remind: Some(60),
        };
        let text = text("名录", "zh", &[event]);
        assert!(text.split("\r\n").all(|line| line.len() <= LINE && !line.contains('\n')));
        let unfolded = text.replace("\r\n ", "");
        let summary = format!("SUMMARY:{}\\, 甲\\; 乙\\\\\\n\r\n", "示例".repeat(40));
        assert!(unfolded.contains(&summary), "{unfolded}");
        assert!(unfolded.contains("\r\nDTSTART;VALUE=DATE:20290317\r\n"));
        assert!(unfolded.contains("\r\nTRIGGER:-P60D\r\n"));
        assert!(unfolded.ends_with("END:VEVENT\r\nEND:VCALENDAR\r\n"));
    }
}
