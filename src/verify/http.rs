//! A published site, over HTTP.

use std::{io::Read, time::Duration};

use ureq::{Agent, http::Uri};

use crate::verify::source::{Reach, Shape, Source, SourceError, limit, within};

/// How often an answer may point elsewhere on its host.
const REDIRECTS: usize = 4;

/// A published site. Small answers, short waits, and never another host than the one named.
#[derive(Clone, Debug)]
pub struct Site {
    agent: Agent,
    base: String,
}

impl Site {
    /// A site by its address.
    pub fn open(address: &str) -> Result<Self, SourceError> {
        let base = address.trim_end_matches('/');
        let wrong = || SourceError::Address(address.to_owned());
        let uri: Uri = base.parse().map_err(|_| wrong())?;
        let web = uri.scheme_str().is_some_and(|scheme| matches!(scheme, "http" | "https"));
        let plain = uri.query().is_none()
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
        if !web || !plain {
            return Err(wrong());
        }
        let config = Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_mins(1)))
            .user_agent(concat!("attestar/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { agent: config.into(), base: base.to_owned() })
    }

    fn fetch(
        &self,
        address: &str,
        limit: u64,
        part: Option<(u64, u64)>,
    ) -> Result<Answer, SourceError> {
        let unreachable =
            |reason: String| SourceError::Unreachable { address: address.to_owned(), reason };
        let mut request = self.agent.get(address);
        if let Some((from, until)) = part {
            request = request.header("range", format!("bytes={from}-{until}"));
        }
        let mut answer = request.call().map_err(|error| unreachable(error.to_string()))?;
        match answer.status().as_u16() {
            status @ (200 | 206) => {
                let begins = part.map(|(from, _)| format!("bytes {from}-"));
                let range = answer.headers().get("content-range").and_then(|r| r.to_str().ok());
                let is_part = begins.is_some_and(|b| range.is_some_and(|r| r.starts_with(&b)));
                if status == 206 && !is_part {
                    return Err(SourceError::Status { address: address.to_owned(), status });
                }
                let mut bytes = Vec::new();
                let body = answer.body_mut().as_reader();
                let read = body.take(limit.saturating_add(1)).read_to_end(&mut bytes);
                let size = read.map_err(|error| unreachable(error.to_string()))?;
                if u64::try_from(size).is_ok_and(|size| size > limit) {
                    return Err(SourceError::TooLarge { path: address.to_owned(), limit });
                }
                Ok(if is_part { Answer::Part(bytes) } else { Answer::Bytes(bytes) })
            }
            404 | 410 => Ok(Answer::Absent),
            416 if part.is_some() => Ok(Answer::Absent),
            status @ (301 | 302 | 303 | 307 | 308) => {
                let to = answer.headers().get("location").and_then(|to| to.to_str().ok());
                let to =
                    to.ok_or_else(|| SourceError::Status { address: address.to_owned(), status })?;
                Ok(Answer::Moved(to.to_owned()))
            }
            status => Err(SourceError::Status { address: address.to_owned(), status }),
        }
    }

    /// An answer that points nowhere else.
    fn follow(&self, path: &str, part: Option<(u64, u64)>) -> Result<Answer, SourceError> {
        let mut address = format!("{}/{path}", self.base);
        for _ in 0..=REDIRECTS {
            match self.fetch(&address, limit(path), part)? {
                Answer::Moved(to) => address = moved(&address, &to)?,
                answer => return Ok(answer),
            }
        }
        Err(SourceError::Unreachable { address, reason: "it points on and on".to_owned() })
    }
}

enum Answer {
    Bytes(Vec<u8>),
    Part(Vec<u8>),
    Absent,
    Moved(String),
}

impl Source for Site {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        match self.follow(path, None)? {
            Answer::Bytes(bytes) | Answer::Part(bytes) => Ok(Some(bytes)),
            _ => Ok(None),
        }
    }

    fn part(&self, path: &str, from: u64, length: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let Some(until) = from.checked_add(length).and_then(|end| end.checked_sub(1)) else {
            return Ok(None);
        };
        match self.follow(path, Some((from, until)))? {
            Answer::Part(bytes) => Ok(within(&bytes, 0, length)),
            // A host that knows no parts answers with the whole.
            Answer::Bytes(bytes) => Ok(within(&bytes, from, length)),
            _ => Ok(None),
        }
    }

    fn list(&self, _: &str) -> Result<Option<Vec<String>>, SourceError> {
        Ok(None)
    }

    fn place(&self) -> String {
        self.base.clone()
    }

    fn shape(&self) -> Shape {
        Shape::Site
    }

    fn reach(&self) -> Reach {
        Reach::Remote
    }
}

/// Where an answer points: elsewhere on the same host, or from `http` to `https` of it.
fn moved(address: &str, to: &str) -> Result<String, SourceError> {
    let elsewhere = || SourceError::Elsewhere { address: address.to_owned(), to: to.to_owned() };
    let from: Uri = address.parse().map_err(|_| elsewhere())?;
    if to.starts_with('/') && !to.starts_with("//") {
        let authority = from.authority().ok_or_else(elsewhere)?;
        return Ok(format!("{}://{authority}{to}", from.scheme_str().unwrap_or("https")));
    }
    let target: Uri = to.parse().map_err(|_| elsewhere())?;
    let upgrade = (from.scheme_str(), target.scheme_str()) == (Some("http"), Some("https"));
    let same = from.scheme_str() == target.scheme_str() && from.port_u16() == target.port_u16();
    let standard = from.port_u16().is_none() && target.port_u16().is_none();
    if from.host().is_some() && from.host() == target.host() && (same || (upgrade && standard)) {
        Ok(to.to_owned())
    } else {
        Err(elsewhere())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_point_to_its_own_host_only() {
        let at = "http://register.example/c/A.json";
        assert_eq!(moved(at, "/d/A.json").unwrap(), "http://register.example/d/A.json");
        let secure = "https://register.example/c/A.json";
        assert_eq!(moved(at, secure).unwrap(), secure);
        for bad in [
            "https://other.example/c/A.json",
            "//other.example/c/A.json",
            "file:///etc/passwd",
            "https://register.example:444/c/A.json",
            "https://register.example@other.example/",
            "",
        ] {
            assert!(moved(at, bad).is_err(), "{bad}");
        }
        assert!(moved(secure, at).is_err(), "never from https to http");
    }

    #[test]
    fn an_address_is_a_web_address() {
        for bad in ["register.example", "ftp://a", "https://a@b", "https://a/?x", ""] {
            assert!(Site::open(bad).is_err(), "{bad}");
        }
        assert_eq!(Site::open("https://a.example/x/").unwrap().place(), "https://a.example/x");
    }
}
