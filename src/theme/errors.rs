//! What can go wrong that no finding can say.

use std::{io, path::PathBuf};

/// Why a theme could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ThemeError {
    /// The folder of the themes, or of one theme, cannot be looked at.
    #[error("the theme folder {} cannot be read", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A template asks for what the page does not have, or does with it what cannot be done.
    #[error("{file}:{line}:{column}: {message} (while making {page})")]
    Template {
        /// The template, relative to the register's root.
        file: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What tera says.
        message: String,
        /// The page that was being made.
        page: String,
    },
    /// Something that has no place in a template, such as one that does not exist.
    #[error("the template {template} cannot be used (while making {page})")]
    Unusable {
        /// The template that was asked for.
        template: String,
        /// The page that was being made.
        page: String,
        /// What tera says.
        #[source]
        source: tera::Error,
    },
}
