//! Calendars as programs subscribe to them (RFC 5545), of days only.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::site::tongue::iso;

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
    let room = 240 + events.len() * 480;
    let mut lines = Lines { text: String::with_capacity(room), line: String::with_capacity(240) };
    lines.add(&["BEGIN:VCALENDAR"]);
    lines.add(&["VERSION:2.0"]);
    lines.add(&["PRODID:-//Attestar//Register//", &language.to_uppercase()]);
    lines.add(&["CALSCALE:GREGORIAN"]);
    let name = escaped(name);
    lines.add(&["NAME:", &name]);
    lines.add(&["X-WR-CALNAME:", &name]);
    lines.add(&["REFRESH-INTERVAL;VALUE=DURATION:P1D"]);
    for event in events {
        lines.event(event);
    }
    lines.add(&["END:VCALENDAR"]);
    lines.text
}

/// A day in the basic format.
fn basic(day: Date) -> String {
    let mut day = iso(day);
    day.retain(|c| c != '-');
    day
}

/// A TEXT value (RFC 5545, 3.3.11).
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| matches!(c, '\\' | ';' | ',') || c.is_control()) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped.into()
}

/// The lines of a calendar.
struct Lines {
    text: String,
    /// The line at hand, before it is folded.
    line: String,
}

impl Lines {
    fn event(&mut self, event: &Event) {
        let summary = escaped(&event.summary);
        self.add(&["BEGIN:VEVENT"]);
        self.add(&["UID:", &event.uid]);
        self.add(&["DTSTAMP:", &basic(event.known), "T000000Z"]);
        self.add(&["DTSTART;VALUE=DATE:", &basic(event.day)]);
        self.add(&["SUMMARY:", &summary]);
        if !event.description.is_empty() {
            self.add(&["DESCRIPTION:", &escaped(&event.description)]);
        }
        self.add(&["URL:", &event.url]);
        self.add(&["TRANSP:TRANSPARENT"]);
        if let Some(days) = event.remind {
            self.add(&["BEGIN:VALARM"]);
            self.add(&["ACTION:DISPLAY"]);
            self.add(&["TRIGGER:-P", &days.to_string(), "D"]);
            self.add(&["DESCRIPTION:", &summary]);
            self.add(&["END:VALARM"]);
        }
        self.add(&["END:VEVENT"]);
    }

    /// Adds a content line, continued on further lines where it is long; no character is torn.
    fn add(&mut self, parts: &[&str]) {
        self.line.clear();
        self.line.extend(parts.iter().copied());
        let mut rest = self.line.as_str();
        let mut most = LINE;
        while rest.len() > most {
            let (line, after) = rest.split_at(rest.floor_char_boundary(most));
            self.text.extend([line, "\r\n "]);
            // The space at its beginning counts.
            (rest, most) = (after, LINE - 1);
        }
        self.text.extend([rest, "\r\n"]);
    }
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
