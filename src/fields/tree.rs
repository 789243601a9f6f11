//! What a TOML text says: tables, lists and values, each with its place.
//!
//! Both readers make it: [`quick`](super::quick), which knows the TOML that records are written in, and
//! the crate `toml`, which knows all of it and says what is wrong.

use std::{borrow::Cow, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
    value::Datetime,
};

/// A table: its keys and their values, in the order of the keys.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Table<'t>(pub(super) Vec<(Key<'t>, Node<'t>)>);

/// A key and its place.
#[derive(Debug, PartialEq)]
pub(super) struct Key<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) span: Range<usize>,
}

/// A value and its place.
#[derive(Debug, PartialEq)]
pub(super) struct Node<'t> {
    pub(super) value: Value<'t>,
    pub(super) span: Range<usize>,
}

/// A value.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'t> {
    Text(Cow<'t, str>),
    /// Its digits and their base.
    Integer(Cow<'t, str>, u32),
    Float,
    Flag(bool),
    Time(Datetime),
    List(Vec<Node<'t>>),
    Table(Table<'t>),
}

impl<'t> Table<'t> {
    /// The value of a key, and its place among the others.
    pub(super) fn find(&self, key: &str) -> Option<(usize, &Node<'t>)> {
        let at = self.0.iter().position(|(name, _)| name.text == key)?;
        Some((at, &self.0[at].1))
    }
}

impl<'t> From<DeTable<'t>> for Table<'t> {
    fn from(table: DeTable<'t>) -> Self {
        let entry = |(key, value): (Spanned<Cow<'t, str>>, Spanned<DeValue<'t>>)| {
            let span = key.span();
            (Key { text: key.into_inner(), span }, Node::from(value))
        };
        Self(table.into_iter().map(entry).collect())
    }
}

impl<'t> From<Spanned<DeValue<'t>>> for Node<'t> {
    fn from(value: Spanned<DeValue<'t>>) -> Self {
        let span = value.span();
        let value = match value.into_inner() {
            DeValue::String(text) => Value::Text(text),
            DeValue::Integer(integer) => {
                Value::Integer(integer.as_str().to_owned().into(), integer.radix())
            }
            DeValue::Float(_) => Value::Float,
            DeValue::Boolean(flag) => Value::Flag(flag),
            DeValue::Datetime(time) => Value::Time(time),
            DeValue::Array(list) => Value::List(list.into_iter().map(Self::from).collect()),
            DeValue::Table(table) => Value::Table(table.into()),
        };
        Self { value, span }
    }
}

impl<'t> Node<'t> {
    /// What people who know TOML call such a value.
    pub(super) fn type_name(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "string",
            Value::Integer(..) => "integer",
            Value::Float => "float",
            Value::Flag(_) => "boolean",
            Value::Time(_) => "datetime",
            Value::List(_) => "array",
            Value::Table(_) => "table",
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// An integer's digits and their base.
    pub(super) fn integer(&self) -> Option<(&str, u32)> {
        match &self.value {
            Value::Integer(digits, base) => Some((digits, *base)),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Node<'t>]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    pub(super) fn table(&self) -> Option<&Table<'t>> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }
}
