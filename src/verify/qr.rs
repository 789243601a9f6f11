//! The signed text of a QR code: what was stated on the day of sealing, and nothing about today.

use jiff::Timestamp;
use serde::Serialize;

use crate::credential::{Did, QrCode, QrLevel, QrPayload};
use crate::model::CertificateNumber;
use crate::proof::{VerifyingKey, hex};
use crate::verify::{
    pins::{Memory, MemoryError},
    register::Register,
    verdict::{Certainty, Words},
};

/// What became of a QR code.
#[derive(Clone, Debug)]
pub struct Stated {
    /// What it says; nothing where it cannot be read.
    pub payload: Option<QrPayload>,
    /// Whether a key of the issuer signed it.
    pub signed: Certainty,
    code: &'static str,
    words: Words,
}

impl Stated {
    fn new(
        payload: Option<QrPayload>,
        signed: Certainty,
        code: &'static str,
        words: Words,
    ) -> Self {
        Self { payload, signed, code, words }
    }

    /// Whether a key of the issuer signed it.
    pub fn is_signed(&self) -> bool {
        self.signed == Certainty::Yes
    }

    /// What it comes to, then what it says.
    pub fn sentences(&self) -> Vec<Words> {
        let mut sentences = vec![self.words.clone()];
        if let Some(payload) = self.payload.as_ref().filter(|_| self.signed != Certainty::No) {
            let level = level(&payload.level);
            let (from, until) = (day(payload.not_before), day(payload.expires));
            let QrPayload { issuer, number, name, .. } = payload;
            sentences.push(Words {
                zh: format!("{issuer} 声明：{number}，{name}，级别 {level}，{from} 至 {until}。"),
                en: format!("{issuer} stated: {number}, {name}, level {level}, {from} to {until}."),
            });
        }
        sentences
    }

    /// As programs read it.
    pub fn record(&self) -> StatedRecord<'_> {
        let payload = self.payload.as_ref();
        StatedRecord {
            v: 1,
            answer: if self.is_signed() { "signed_statement" } else { self.code },
            signed: self.signed.code(),
            code: self.code,
            sentence: &self.words,
            issuer: payload.map(|payload| &*payload.issuer),
            number: payload.map(|payload| &*payload.number),
            holder: payload.map(|payload| &*payload.name),
            level: payload.map(|payload| level(&payload.level)),
            not_before: payload.map(|payload| day(payload.not_before)),
            expires: payload.map(|payload| day(payload.expires)),
            sha256_begins: payload.map(|payload| hex(&payload.digest)),
        }
    }
}

/// What became of a QR code, as programs read it.
#[derive(Debug, Serialize)]
pub struct StatedRecord<'s> {
    v: u32,
    answer: &'static str,
    signed: &'static str,
    code: &'static str,
    sentence: &'s Words,
    issuer: Option<&'s str>,
    number: Option<&'s str>,
    holder: Option<&'s str>,
    level: Option<String>,
    not_before: Option<String>,
    expires: Option<String>,
    sha256_begins: Option<String>,
}

fn level(level: &QrLevel) -> String {
    match level {
        QrLevel::Id(id) => id.to_string(),
        QrLevel::Stars(stars) => stars.to_string(),
    }
}

fn day(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

/// Checks the text of a QR code offline, with the keys that are remembered of its issuer.
pub fn verify_qr(text: &str, memory: &dyn Memory) -> Result<Stated, MemoryError> {
    let code = match read(text) {
        Ok(code) => code,
        Err(refused) => return Ok(*refused),
    };
    let did = Did::parse(&code.payload().issuer);
    let origin = did.map(|did| did.log_origin()).unwrap_or_default();
    let pins = memory.recall(&origin)?;
    let keys = pins.iter().flat_map(|pins| &pins.keys).map(|(name, key)| (name.as_str(), key));
    let revoked = pins.iter().any(|pins| !pins.revoked.is_empty());
    Ok(judge(text, &code, keys, revoked))
}

impl Register<'_> {
    /// Checks the text of a QR code with the keys of this register.
    pub fn qr(&self, text: &str) -> Stated {
        let code = match read(text) {
            Ok(code) => code,
            Err(refused) => return *refused,
        };
        let Some(document) = self.trusted_keys() else { return judge(text, &code, [], false) };
        let ours = document.did.as_str() == &*code.payload().issuer;
        let methods = document.methods.iter().filter(|_| ours);
        let named = methods.map(|method| (&*method.fragment, method));
        let trusted = named
            .filter(|(_, method)| method.used_for == crate::credential::Use::Assertion)
            .map(|(name, method)| (name, &method.key));
        let revoked = document
            .methods
            .iter()
            .any(|m| m.used_for == crate::credential::Use::Nothing && code.names(&m.key));
        judge(text, &code, trusted, revoked)
    }
}

fn read(text: &str) -> Result<QrCode, Box<Stated>> {
    QrCode::parse(text).map_err(|error| {
        let zh = "该码不含签名声明；它可能只是一个网址，请直接打开查询。".to_owned();
        let en = format!("This code holds no signed statement: {error}.");
        Box::new(Stated::new(None, Certainty::No, "bad_input", Words { zh, en }))
    })
}

fn judge<'k>(
    text: &str,
    code: &QrCode,
    keys: impl IntoIterator<Item = (&'k str, &'k VerifyingKey)>,
    revoked: bool,
) -> Stated {
    let payload = code.payload();
    let stated = |signed, word, zh: String, en: String| {
        Stated::new(Some(payload.clone()), signed, word, Words { zh, en })
    };
    if let Some(elsewhere) = elsewhere(text, payload) {
        return stated(
            Certainty::No,
            "wrong_address",
            format!("该码指向 {elsewhere}，而签名声明属于 {}。", payload.issuer),
            format!("The code points to {elsewhere}, and its statement is of {}.", payload.issuer),
        );
    }
    let keys: Vec<_> = keys.into_iter().collect();
    let (name, key) = match keys.iter().find(|(_, key)| code.names(key)) {
        Some(found) => found,
        None if revoked => {
            return stated(
                Certainty::No,
                "key_revoked",
                "签名密钥已被吊销或不属于签发方。".to_owned(),
                "The key that signed it was revoked, or is not the issuer's.".to_owned(),
            );
        }
        None if keys.is_empty() => {
            return stated(
                Certainty::Unknown,
                "no_key",
                "未记住该签发方的密钥：请先用 --site 查询其名录。".to_owned(),
                "No key of this issuer is remembered: ask its register once with --site."
                    .to_owned(),
            );
        }
        None => {
            return stated(
                Certainty::No,
                "key_unknown",
                "签名密钥不属于签发方。".to_owned(),
                "The key that signed it is not the issuer's.".to_owned(),
            );
        }
    };
    if code.verify(key).is_err() {
        return stated(
            Certainty::No,
            "signature_invalid",
            "签名与声明不符：该码被改动过，或由他人制作。".to_owned(),
            "The signature does not fit: the code was altered, or made by somebody else."
                .to_owned(),
        );
    }
    let from = day(payload.not_before);
    stated(
        Certainty::Yes,
        "signed",
        format!("签发方密钥 {name} 签名的声明（{from} 起）；未查询状态。"),
        format!("Signed statement of {from}, with the issuer's key {name}; status not checked."),
    )
}

/// Where a code's address points, if that is not its issuer's address of the number.
fn elsewhere(text: &str, payload: &QrPayload) -> Option<String> {
    let (address, _) = text.trim().rsplit_once('#')?;
    let did = Did::parse(&payload.issuer).ok()?;
    let number = CertificateNumber::try_from(&*payload.number).ok()?;
    let page = did.page_url(&number.path());
    let bare = |address: &str| {
        let address = address.strip_suffix(".html").unwrap_or(address);
        let address = address.split_once("://").map_or(address, |(_, rest)| rest);
        address.to_owned()
    };
    (bare(address) != bare(&page)).then(|| address.to_owned())
}
