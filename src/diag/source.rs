//! A file as it was read.

/// The text of a file and the name under which findings speak of it.
#[derive(Debug)]
pub struct Source {
    path: String,
    text: String,
}

/// A place in a text as editors count it: from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in characters (Unicode scalar values) of the line.
    pub column: usize,
}

impl Source {
    /// A source named by its path relative to the register's root, with `/` between its parts.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Relative to the register's root, with `/` between its parts.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text. Empty when it could not be read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let before = self.text.get(..offset).unwrap_or_default();
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Position { line, column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_characters() {
        let source = Source::new("a.md", "名=1\n证书 x");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(source.text().len() - 1), Position { line: 2, column: 4 });
        assert_eq!(source.position(usize::MAX), Position { line: 2, column: 5 });
        assert_eq!(source.position(1), Position { line: 1, column: 1 });
    }
}
