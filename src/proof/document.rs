//! Canonical JSON, read in place: texts stay where they are, and a whole document is one list of
//! values in the order in which they stand.

use crate::proof::{JsonError, parse::refusal, quick};

/// A text in canonical form, with all its texts in normalisation form C, that was read in place.
#[derive(Debug)]
pub struct Document<'t> {
    pub(super) text: &'t str,
    /// Each value before those in it.
    pub(super) slots: Vec<Slot<'t>>,
    /// The texts that stand with escapes, without them.
    pub(super) unescaped: Vec<String>,
}

/// A value and its name.
#[derive(Debug)]
pub(super) struct Slot<'t> {
    /// Empty where the value is no member.
    pub(super) name: Text<'t>,
    pub(super) kind: Kind<'t>,
    /// Where it begins.
    pub(super) from: usize,
    /// Where it ends.
    pub(super) to: usize,
    /// Where in the list the next value stands that is not in it.
    pub(super) next: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind<'t> {
    Null,
    Bool,
    Number(i64),
    Text(Text<'t>),
    List,
    Object,
}

/// A text without escapes, or the place of one that had some.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text<'t> {
    Plain(&'t str),
    Unescaped(usize),
}

impl<'t> Document<'t> {
    /// Reads one JSON value from bytes that must be in canonical form, with all texts in
    /// normalisation form C.
    pub fn read(bytes: &'t [u8]) -> Result<Self, JsonError> {
        // One look is enough for what is in order; a second one says what is not.
        str::from_utf8(bytes).ok().and_then(quick::document).ok_or_else(|| refusal(bytes))
    }

    /// The outermost value.
    pub fn top(&self) -> Node<'_> {
        Node { document: self, at: 0 }
    }

    pub(super) fn resolve<'d>(&'d self, text: Text<'t>) -> &'d str {
        match text {
            Text::Plain(text) => text,
            Text::Unescaped(at) => self.unescaped.get(at).map_or("", String::as_str),
        }
    }
}

/// A value in a document.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    at: usize,
}

impl<'d> Node<'d> {
    fn slot(self) -> &'d Slot<'d> {
        &self.document.slots[self.at]
    }

    fn inner(self) -> Inner<'d> {
        Inner { document: self.document, at: self.at + 1, end: self.slot().next }
    }

    /// A text.
    pub fn text(self) -> Option<&'d str> {
        match self.slot().kind {
            Kind::Text(text) => Some(self.document.resolve(text)),
            _ => None,
        }
    }

    /// A number.
    pub fn number(self) -> Option<i64> {
        match self.slot().kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn items(self) -> Option<impl Iterator<Item = Self>> {
        matches!(self.slot().kind, Kind::List).then(|| self.inner().map(|(_, item)| item))
    }

    /// The members of an object with their names, in order.
    pub fn members(self) -> Option<impl Iterator<Item = (&'d str, Self)>> {
        matches!(self.slot().kind, Kind::Object).then(|| self.inner())
    }

    /// A member of an object.
    pub fn member(self, name: &str) -> Option<Self> {
        let mut members = self.members()?;
        members.find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// How it is written. Two values are the same if they are written alike.
    pub fn written(self) -> &'d str {
        let Slot { from, to, .. } = *self.slot();
        self.document.text.get(from..to).unwrap_or_default()
    }

    /// How an object is written without one of its members, whose name needs no escapes: what stands
    /// before that member, and what behind.
    pub fn without(self, name: &str) -> Option<(&'d str, &'d str)> {
        let (whole, member) = (self.slot(), self.member(name)?.slot());
        let before = self.document.text.get(whole.from..member.from)?;
        let after = self.document.text.get(member.to..whole.to)?;
        let before = before.strip_suffix("\":")?.strip_suffix(name)?.strip_suffix('"')?;
        // One of the commas around it goes too.
        Some(match before.strip_suffix(',') {
            Some(before) => (before, after),
            None => (before, after.strip_prefix(',').unwrap_or(after)),
        })
    }

    /// The value as a tree of its own.
    #[cfg(test)]
    pub(super) fn to_value(self) -> serde_json::Value {
        use serde_json::Value;
        match self.slot().kind {
            Kind::Null => Value::Null,
            Kind::Bool => (self.written() == "true").into(),
            Kind::Number(number) => number.into(),
            Kind::Text(text) => self.document.resolve(text).into(),
            Kind::List => self.inner().map(|(_, item)| item.to_value()).collect(),
            Kind::Object => {
                let member = |(name, value): (&str, Self)| (name.to_owned(), value.to_value());
                Value::Object(self.inner().map(member).collect())
            }
        }
    }
}

/// The values right inside another one.
struct Inner<'d> {
    document: &'d Document<'d>,
    at: usize,
    end: usize,
}

impl<'d> Iterator for Inner<'d> {
    type Item = (&'d str, Node<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let node = Node { document: self.document, at: self.at };
        let slot = node.slot();
        self.at = slot.next;
        Some((self.document.resolve(slot.name), node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{canonical, parse, parse::tests::published};
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    /// Whether a node says what a value says.
    fn alike(node: Node<'_>, value: &Value) {
        assert_eq!((node.text(), node.number()), (value.as_str(), value.as_i64()));
        assert_eq!(node.written(), canonical(value).unwrap());
        let items: Option<Vec<_>> = node.items().map(Iterator::collect);
        assert_eq!(items.as_ref().map(Vec::len), value.as_array().map(Vec::len));
        let (items, others) = (items.into_iter().flatten(), value.as_array().into_iter().flatten());
        items.zip(others).for_each(|(node, value)| alike(node, value));
        let members = node.members().map(Iterator::count);
        assert_eq!(members, value.as_object().map(Map::len));
        for (name, value) in value.as_object().into_iter().flatten() {
            alike(node.member(name).unwrap(), value);
        }
        assert!(node.member("no such name").is_none());
    }

    proptest! {
        #[test]
        fn a_document_says_what_its_value_says(value in published()) {
            let text = canonical(&value).unwrap();
            let document = Document::read(text.as_bytes()).unwrap();
            alike(document.top(), &value);
            prop_assert_eq!(document.top().to_value(), parse(text.as_bytes()).unwrap());
        }

        #[test]
        fn an_object_is_written_without_a_member(value in published(), name in "[a-z]?\"?") {
            let object = serde_json::json!({ "a": value, name: value, "b": 1, "ab": [value] });
            let text = canonical(&object).unwrap();
            let document = Document::read(text.as_bytes()).unwrap();
            let members = object.as_object().unwrap();
            for name in members.keys() {
                let needs_escapes = name.contains('"');
                match document.top().without(name) {
                    None => prop_assert!(needs_escapes),
                    Some((before, after)) => {
                        let mut others = members.clone();
                        others.remove(name);
                        let wanted = canonical(&others.into()).unwrap();
                        prop_assert_eq!(format!("{before}{after}"), wanted);
                    }
                }
            }
            prop_assert!(document.top().without("no such name").is_none());
        }
    }
}
