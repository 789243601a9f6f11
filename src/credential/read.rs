//! Reads objects of exactly the members that we write.

use std::{borrow::Cow, str::FromStr};

use jiff::{Timestamp, civil::Date};

use crate::model::{Language, LocalText, is_invisible};
use crate::proof::{Node, plain_length, unhex};

/// Why an object is not one of ours, with the path of the member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misread {
    Unknown(String),
    Missing(String),
    Form(String),
}

impl Misread {
    /// The member.
    pub(super) fn member(self) -> String {
        match self {
            Self::Unknown(member) | Self::Missing(member) | Self::Form(member) => member,
        }
    }
}

/// An object whose members are all known.
pub(super) struct Object<'v> {
    value: Node<'v>,
    place: Place<'v>,
}

/// Where an object stands. Put in words only where something is wrong with it.
enum Place<'v> {
    Path(Cow<'v, str>),
    Member(&'v Object<'v>, &'v str),
    Item(&'v Object<'v>, &'v str, usize),
}

impl Place<'_> {
    fn path(&self) -> String {
        match self {
            Self::Path(path) => path.clone().into_owned(),
            Self::Member(object, name) => object.at(name),
            Self::Item(object, name, at) => format!("{}[{at}]", object.at(name)),
        }
    }
}

impl<'v> Object<'v> {
    /// A value as an object with members of these names only. Its path is empty at the top.
    pub(super) fn new(
        value: Node<'v>,
        path: impl Into<Cow<'v, str>>,
        known: &[&str],
    ) -> Result<Self, Misread> {
        Self::placed(value, Place::Path(path.into()), known)
    }

    fn placed(value: Node<'v>, place: Place<'v>, known: &[&str]) -> Result<Self, Misread> {
        let Some(mut members) = value.members() else { return Err(Misread::Form(place.path())) };
        let object = Self { value, place };
        match members.find(|(name, _)| !known.contains(name)) {
            Some((name, _)) => Err(Misread::Unknown(object.at(name))),
            None => Ok(object),
        }
    }

    /// The path of a member.
    pub(super) fn at(&self, name: &str) -> String {
        let path = self.place.path();
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    }

    pub(super) fn form(&self, name: &str) -> Misread {
        Misread::Form(self.at(name))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.any(name).is_some()
    }

    pub(super) fn any(&self, name: &str) -> Option<Node<'v>> {
        self.value.member(name)
    }

    pub(super) fn value(&self, name: &str) -> Result<Node<'v>, Misread> {
        self.any(name).ok_or_else(|| Misread::Missing(self.at(name)))
    }

    /// A member that is there, read by a function that knows its form.
    pub(super) fn need<T>(
        &self,
        name: &str,
        read: impl FnOnce(Node<'v>) -> Option<T>,
    ) -> Result<T, Misread> {
        read(self.value(name)?).ok_or_else(|| self.form(name))
    }

    /// A member that may be there.
    pub(super) fn may<T>(
        &self,
        name: &str,
        read: impl FnOnce(Node<'v>) -> Option<T>,
    ) -> Result<Option<T>, Misread> {
        self.any(name).map(|value| read(value).ok_or_else(|| self.form(name))).transpose()
    }

    /// A member that is an object, if it is there.
    pub(super) fn inner<'i>(
        &'i self,
        name: &'i str,
        known: &[&str],
    ) -> Result<Option<Object<'i>>, Misread> {
        let place = |value| Object::placed(value, Place::Member(self, name), known);
        self.any(name).map(place).transpose()
    }

    /// The objects of a list, if it is there.
    pub(super) fn list<'i>(
        &'i self,
        name: &'i str,
        known: &[&str],
    ) -> Result<Option<Vec<Object<'i>>>, Misread> {
        let Some(value) = self.any(name) else { return Ok(None) };
        let items = value.items().ok_or_else(|| self.form(name))?;
        let place = |(at, item)| Object::placed(item, Place::Item(self, name, at), known);
        items.enumerate().map(place).collect::<Result<_, _>>().map(Some)
    }

    /// A member that is one certain text.
    pub(super) fn is(&self, name: &str, wanted: &str) -> Result<(), Misread> {
        self.need(name, |value| (value.text() == Some(wanted)).then_some(()))
    }
}

/// A text of one line that shows what it holds.
pub(super) fn text(value: Node<'_>) -> Option<&str> {
    value.text().filter(|text| shows(text, is_invisible))
}

pub(super) fn boxed(value: Node<'_>) -> Option<Box<str>> {
    text(value).map(Into::into)
}

/// A text of any number of lines.
pub(super) fn lines(value: Node<'_>) -> Option<&str> {
    let hidden = |c| is_invisible(c) && !matches!(c, '\n' | '\t');
    value.text().filter(|text| shows(text, hidden))
}

/// Whether a text holds nothing hidden. Most texts are plain throughout.
fn shows(text: &str, hidden: impl Fn(char) -> bool) -> bool {
    let (_, rest) = text.split_at(plain_length(text));
    !rest.chars().any(hidden)
}

pub(super) fn word<T: FromStr>(value: Node<'_>) -> Option<T> {
    value.text()?.parse().ok()
}

pub(super) fn count(value: Node<'_>) -> Option<u32> {
    value.number()?.try_into().ok()
}

/// `YYYY-MM-DD`.
pub(super) fn day(value: Node<'_>) -> Option<Date> {
    civil(value.text()?)
}

/// `YYYY-MM-DD`, and no other spelling of it.
pub(super) fn civil(text: &str) -> Option<Date> {
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let sound = text.len() == 10 && text.bytes().enumerate().all(shape);
    text.parse::<Date>().ok().filter(|day| sound && day.year() > 0)
}

/// `YYYY-MM-DDTHH:MM:SSZ`, and no other spelling of it.
pub(super) fn instant(value: Node<'_>) -> Option<Timestamp> {
    instant_of(value.text()?)
}

pub(super) fn instant_of(text: &str) -> Option<Timestamp> {
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        19 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    };
    let sound = text.len() == 20 && text.bytes().enumerate().all(shape);
    // A leap second would be read as the second before it.
    let sound = sound && !text.ends_with(":60Z");
    text.parse::<Timestamp>().ok().filter(|_| sound && !text.starts_with("0000"))
}

/// A SHA-256 digest in lower-case hex.
pub(super) fn digest(value: Node<'_>) -> Option<[u8; 32]> {
    unhex(value.text()?)?.try_into().ok()
}

/// A text by language.
pub(super) fn local<'d>(value: Node<'d>) -> Option<LocalText> {
    let version =
        |(code, value): (&'d str, Node<'d>)| Some((code.parse::<Language>().ok()?, text(value)?));
    let versions: Option<Vec<_>> = value.members()?.map(version).collect();
    LocalText::new(&versions?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Document;

    #[test]
    fn days_and_instants_have_one_spelling() {
        assert!(civil("2026-02-28").is_some());
        for bad in [
            "2026-02-29",
            "2026-2-28",
            "20260228",
            "2026-02-28T00:00",
            "-002026-02-28",
            "0000-01-01",
        ] {
            assert!(civil(bad).is_none(), "{bad}");
        }
        assert!(instant_of("2026-09-15T08:00:00Z").is_some());
        for bad in [
            "2026-09-15T08:00:00.0Z",
            "2026-09-15t08:00:00z",
            "2026-09-15T08:00:00+00:00",
            "2026-09-15T08:00:60Z",
            "2026-09-15T24:00:00Z",
            "2026-09-15 08:00:00Z",
        ] {
            assert!(instant_of(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn members_are_known_there_and_of_their_form() {
        let document = Document::read(br#"{"a":{"b":1,"c":2}}"#).unwrap();
        let top = Object::new(document.top(), "", &["a"]).unwrap();
        let inner = top.inner("a", &["b"]);
        assert_eq!(inner.err(), Some(Misread::Unknown("a.c".into())));
        let inner = top.inner("a", &["b", "c", "d"]).unwrap().unwrap();
        assert_eq!(inner.need("b", text), Err(Misread::Form("a.b".into())));
        assert_eq!(inner.need("d", text), Err(Misread::Missing("a.d".into())));
        assert_eq!(inner.may("d", text), Ok(None));
        assert_eq!(inner.may("c", count), Ok(Some(2)));
    }
}
