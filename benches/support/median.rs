//! What is quoted of several runs.

/// The middle one; of an even number, the later of the two in the middle.
pub(crate) fn median<T: Copy + Ord + Default>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
