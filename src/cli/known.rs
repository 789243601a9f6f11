//! Checkpoints that somebody remembers: files, and published ones.

use std::fs;

use super::Failure;
use attestar::pipeline::Known;

/// No checkpoint is larger.
const MOST: u64 = 1 << 20;

/// Reads a checkpoint from a file or an address.
pub(super) fn read(name: &str) -> Result<Known, Failure> {
    let is_address = name.starts_with("https://") || name.starts_with("http://");
    let text = if is_address { fetch(name)? } else { file(name)? };
    Ok(Known { name: name.to_owned(), text })
}

fn file(name: &str) -> Result<String, Failure> {
    fs::read_to_string(name).map_err(|error| format!("cannot read `{name}`: {error}").into())
}

#[cfg(feature = "http")]
fn fetch(url: &str) -> Result<String, Failure> {
    let failed = |error: ureq::Error| -> Failure {
        format!(
            "cannot fetch `{url}`: {error}; without it nobody knows whether the ledger is the newest"
        )
        .into()
    };
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(std::time::Duration::from_secs(30)))
        .build();
    let mut answer = ureq::Agent::new_with_config(config).get(url).call().map_err(failed)?;
    answer.body_mut().with_config().limit(MOST).read_to_string().map_err(failed)
}

#[cfg(not(feature = "http"))]
fn fetch(url: &str) -> Result<String, Failure> {
    let most = MOST;
    Err(format!("this program was built without HTTP; fetch `{url}` ({most} bytes at most)").into())
}
