//! What can be wrong with files, their front matter and their Markdown.

use std::{fmt::Display, sync::Arc};

use crate::diag::{Code, Diagnostic, Label, Source};

fn file(name: &str) -> Label {
    Label::file(&Arc::new(Source::new(name, "")))
}

pub(in crate::load) fn symlink(name: &str) -> Diagnostic {
    Diagnostic::new(
        Code::FileSymlink,
        file(name),
        "this is a symbolic link, and links are not followed",
    )
    .help("put the file itself here")
}

pub(in crate::load) fn unreadable(name: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code::FileUnreadable, file(name), format!("this cannot be read: {why}"))
}

pub(in crate::load) fn not_a_file(name: &str) -> Diagnostic {
    let message = "this has the name of a file, and is a folder or something else";
    Diagnostic::new(Code::FileNotAFile, file(name), message).help("rename it, or move it away")
}

pub(in crate::load) fn ignored(name: &str) -> Diagnostic {
    let message = "this file is not read: it is neither record, scheme, guidance nor picture";
    let help = "records stand in content/certificates/ and end in .md, schemes in \
                content/schemes/ and end in .toml, guidance in content/guidance/";
    Diagnostic::new(Code::FileIgnored, file(name), message).help(help)
}

pub(in crate::load) fn file_name(name: &str) -> Diagnostic {
    let message = "the name of this file cannot become an address";
    Diagnostic::new(Code::FileName, file(name), message).help(
        "use letters, digits, `-`, `_` and `.` only (of a scheme, those of ASCII); `index` is taken",
    )
}

pub(in crate::load) fn address_taken(name: &str, other: &str) -> Diagnostic {
    let message = format!("this file would have the same address as {other}");
    Diagnostic::new(Code::FileName, file(name), message)
        .help("rename one of them; capitals do not count, and the first language needs no ending")
}

pub(in crate::load) fn key_exposed(source: &Arc<Source>) -> Diagnostic {
    let message = "a private key stands in this file, and is published";
    Diagnostic::new(Code::KeyExposed, Label::file(source), message).help(
        "take it out; if it was published or committed, it is no secret any more: `attestar key \
         rotate`, then `attestar key revoke`",
    )
}

pub(in crate::load) fn not_utf8(source: &Arc<Source>, at: usize) -> Diagnostic {
    Diagnostic::new(Code::FileNotUtf8, Label::new(source, at..at), "this is not UTF-8 from here on")
        .help("save the file as UTF-8; an editor that shows the characters right can do it")
}

pub(in crate::load) fn control_character(source: &Arc<Source>, at: usize, c: char) -> Diagnostic {
    let label = Label::new(source, at..at + c.len_utf8());
    let message = format!("the control character U+{:04X} cannot stand in a text", u32::from(c));
    Diagnostic::new(Code::FileControlCharacter, label, message).help("delete it")
}

pub(in crate::load) fn too_large(name: &str, most: u64) -> Diagnostic {
    let message = format!("this file is larger than {} MiB and was not read", most >> 20);
    Diagnostic::new(Code::FileTooLarge, file(name), message)
}

pub(in crate::load) fn empty(source: &Arc<Source>) -> Diagnostic {
    Diagnostic::new(Code::FileEmpty, Label::file(source), "this file is empty")
        .help("write the record, or remove the file")
}

pub(in crate::load) fn active_picture(name: &str) -> Diagnostic {
    let message = "this picture could run a script or fetch something";
    Diagnostic::new(Code::ImageActive, file(name), message)
        .help("remove scripts, on… attributes, entities, <foreignObject>, and what is loaded from elsewhere, from the SVG")
}

pub(in crate::load) fn front_matter_missing(source: &Arc<Source>) -> Diagnostic {
    let label = Label::file(source);
    Diagnostic::new(Code::FrontMatterMissing, label, "the file does not begin with a line `+++`")
        .help("put the facts as TOML between two lines `+++`, and the remarks after them")
}

pub(in crate::load) fn front_matter_unclosed(label: Label) -> Diagnostic {
    let message = "the second line `+++` is missing";
    Diagnostic::new(Code::FrontMatterUnclosed, label, message).help("put it after the last fact")
}

pub(in crate::load) fn invalid(at: Label, message: impl Display) -> Diagnostic {
    Diagnostic::new(Code::ValueInvalid, at, message.to_string())
}

pub(in crate::load) fn id_differs(at: Label, id: &str, stem: &str) -> Diagnostic {
    let message = format!("the scheme calls itself `{id}`, and its file `{stem}`");
    Diagnostic::new(Code::ValueInvalid, at, message).help("a scheme's id is its file's name")
}

pub(in crate::load) fn link_broken(at: Label, destination: &str) -> Diagnostic {
    Diagnostic::new(Code::LinkBroken, at, format!("the link to `{destination}` leads to nothing"))
        .help("a relative link names a Markdown file of this register, from the file it stands in")
}

pub(in crate::load) fn link_unsafe(at: Label, destination: &str) -> Diagnostic {
    let message =
        format!("`{destination}` is shown as text: links are http, https, mailto or relative");
    Diagnostic::new(Code::LinkUnsafe, at, message)
}

pub(in crate::load) fn image_outside(at: Label, destination: &str) -> Diagnostic {
    let message = format!("the picture `{destination}` is not in the register");
    Diagnostic::new(Code::ImageOutside, at, message)
        .help("put the file beside the text (svg, png, jpg, webp, avif, gif) and name it by its relative path")
}

pub(in crate::load) fn heading_duplicate(source: &Arc<Source>, id: &str) -> Diagnostic {
    let message = format!("two headings have the identifier `{id}`");
    Diagnostic::new(Code::HeadingDuplicate, Label::file(source), message)
}
