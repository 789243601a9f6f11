//! What the text formats share.

use crate::tlog::hash::Hash;

/// More hashes than this no proof has.
pub(in crate::tlog) const MAX_PATH: usize = 63;

/// A number in ASCII decimal without leading zeros.
pub(in crate::tlog) fn decimal(text: &str) -> Option<u64> {
    let plain = text == "0" || !text.starts_with('0');
    let digits = plain && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// The lines before the first empty one, and the bytes after that.
pub(in crate::tlog) fn head_and_note(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n")?;
    let (head, rest) = bytes.split_at_checked(end)?;
    Some((str::from_utf8(head).ok()?, rest.get(2..)?))
}

/// Hashes, one a line. Says which line is none.
pub(in crate::tlog) fn hashes<'t>(
    lines: impl Iterator<Item = &'t str>,
) -> Result<Vec<Hash>, usize> {
    lines.enumerate().map(|(at, line)| line.parse().map_err(|_| at)).collect()
}
