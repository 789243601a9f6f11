//! stub
use std::path::Path;
/// s
pub struct Options {
    /// s
    pub sample: Option<Sample>,
    /// s
    pub today: jiff::civil::Date,
}
/// s
pub struct Sample {
    /// s
    pub count: u32,
    /// s
    pub seed: u64,
}
/// s
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct ScaffoldError;
/// s
pub struct Written {
    /// s
    pub files: u64,
    /// s
    pub certificates: u64,
}
/// s
pub fn write(_d: &Path, _o: &Options, _p: &(dyn Fn(u64) + Sync)) -> Result<Written, ScaffoldError> {
    Err(ScaffoldError)
}
