//! A register's own site, and whether it shows what the register's ledger holds.

use std::path::Path;

use crate::tlog::{Checkpoint, Note as SignedNote, TreeHead};
use crate::verify::{
    note::Note,
    source::{Folder, Source, SourceError},
};

impl Folder {
    /// The folder of a register's site where it was built, else the register's own. Says where the
    /// site shows another state than the ledger beside it.
    pub fn of_register(root: &Path) -> Result<Self, SourceError> {
        let Ok(site) = Self::open(&root.join("public")) else { return Self::open(root) };
        let ledger = Self::open(root).ok();
        let note = ledger.and_then(|ledger| lag(head(&site), head(&ledger)));
        Ok(site.noted(note))
    }
}

/// The tree that a folder shows; nothing where its checkpoint is none.
fn head(folder: &Folder) -> Option<TreeHead> {
    let bytes = folder.get("ledger/checkpoint").ok().flatten()?;
    let note = SignedNote::parse(&bytes).ok()?;
    note.text().parse::<Checkpoint>().ok().map(|checkpoint| *checkpoint.tree())
}

/// How a site's tree is behind, or unlike, the ledger's.
fn lag(site: Option<TreeHead>, ledger: Option<TreeHead>) -> Option<Note> {
    match (site, ledger) {
        (Some(site), Some(ledger)) if site == ledger => None,
        (Some(site), Some(ledger)) if site.size < ledger.size => {
            Some(Note::SiteBehind(ledger.size - site.size))
        }
        _ => Some(Note::SiteUnlike),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::Hash;

    #[test]
    fn a_site_is_behind_or_unlike_its_ledger() {
        let tree = |size, byte| Some(TreeHead { size, root: Hash::from([byte; 32]) });
        assert_eq!(lag(tree(3, 1), tree(3, 1)), None);
        assert_eq!(lag(tree(3, 1), tree(8, 2)), Some(Note::SiteBehind(5)));
        assert_eq!(lag(tree(3, 1), tree(3, 2)), Some(Note::SiteUnlike));
        assert_eq!(lag(tree(8, 1), tree(3, 2)), Some(Note::SiteUnlike));
        assert_eq!(lag(tree(8, 1), None), Some(Note::SiteUnlike));
    }
}
