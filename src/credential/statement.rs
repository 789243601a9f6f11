//! What is signed about a certificate: its facts as last decided, and its history.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::credential::{
    Did, LIST_BITS, LeafStatus, Purpose,
    context::CREDENTIALS,
    cycles::{Run, run},
    stated::{self, Stated},
    write::{Fault, Writer},
};
use crate::model::{Certificate, Event, EventKind, Timeline};

/// Who states, and in which zone its days are.
#[derive(Clone, Debug)]
pub struct Issuer {
    did: Did,
    zone: TimeZone,
}

/// What is stated about a certificate: a credential without serial and proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The whole text but for the places in the status lists, which its serial decides.
    text: String,
    /// Where the serial's part belongs.
    status_at: usize,
    /// Where a proof would stand.
    proof_at: usize,
    entry_url: String,
    base: Box<str>,
}

/// Why a certificate cannot be stated: a text that would not be the same to every reader.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// A text that is not in normalisation form C.
    #[error("`{number}`: `{member}` is not in Unicode normalisation form C; write `{normal}`")]
    NotNormalised {
        /// The printed number.
        number: String,
        /// The entry's member.
        member: &'static str,
        /// The text as it should be.
        normal: String,
    },
    /// A text with a character that hides or turns other text.
    #[error("`{number}`: `{member}` holds the invisible character U+{character:04X}; remove it")]
    Invisible {
        /// The printed number.
        number: String,
        /// The entry's member.
        member: &'static str,
        /// The character.
        character: u32,
    },
    /// A day outside the years 0001 to 9999.
    #[error("`{number}`: `{member}` is a day outside the years 0001 to 9999")]
    Year {
        /// The printed number.
        number: String,
        /// The entry's member.
        member: &'static str,
    },
}

/// Room for most entries, with their proofs.
const ROOM: usize = 4096;

impl Issuer {
    /// An issuer whose days are those of a zone.
    pub fn new(did: Did, zone: TimeZone) -> Self {
        Self { did, zone }
    }

    /// Its name and addresses.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The civil day of an instant.
    pub fn day(&self, instant: Timestamp) -> Date {
        self.zone.to_datetime(instant).date()
    }

    /// What is stated about a certificate when it is sealed on a day. The day decides only which
    /// facts stand at the top, where some take effect later.
    pub fn statement(&self, certificate: &Certificate, day: Date) -> Result<Statement, Unfit> {
        let number = &certificate.number;
        let timeline = certificate.timeline();
        let run = run(&timeline);
        let path = number.path();
        let entry_url = self.did.entry_url(&path);
        let mut writer = Writer::with_capacity(ROOM);
        writer.open('{');
        writer.key("@context").open('[');
        writer.text(CREDENTIALS);
        writer.next();
        writer.text(&self.did.context_url());
        writer.close(']');
        let status_at = writer.len();
        writer.key("credentialSubject");
        self.subject(&mut writer, &timeline, &run, day);
        writer.key("id").text(&entry_url);
        writer.key("issuer").text(self.did.as_str());
        let proof_at = writer.len();
        writer.key("type").raw(r#"["VerifiableCredential","StarCertificate"]"#);
        writer.key("validFrom").instant(self.first_second(run.from));
        let transition = certificate.scheme.transition_until;
        let until = transition.map_or(run.last.until, |end| end.min(run.last.until));
        writer.key("validUntil").instant(self.last_second(until));
        writer.close('}');
        let unfit = |(member, fault)| Unfit::new(number.as_str(), member, fault);
        let text = writer.finish().map_err(unfit)?;
        let base = self.did.base_url().into();
        Ok(Statement { text, status_at, proof_at, entry_url, base })
    }

    fn subject(&self, writer: &mut Writer, timeline: &Timeline<'_>, run: &Run, day: Date) {
        let certificate = timeline.certificate();
        let scheme = &*certificate.scheme;
        let standing = timeline.settle(day);
        let mut top = Stated::standing(&standing, timeline.sites(), scheme);
        top.decided = Some(run.decided);
        top.issued = Some(run.issued);
        top.valid_from = Some(run.last.from);
        top.expires = Some(run.last.until);
        writer.open('{');
        writer.key("certificateNumber").text(certificate.number.as_str());
        stated::day(writer, "decided", top.decided);
        top.evaluation_to_first_granted(writer, scheme);
        writer.key("history");
        history(writer, certificate);
        top.holder_to_issued(writer);
        top.level(writer);
        stated::coded(writer, "region", top.region);
        writer.key("registerEntry").text(&self.did.page_url(&certificate.number.path()));
        if !certificate.remarks.is_empty() {
            writer.key("remarks").lines(&certificate.remarks);
        }
        stated::day(writer, "reportedOn", certificate.reported_on);
        if let Some(rule) = &certificate.rule {
            writer.key("rule").open('{');
            stated::text(writer, "filingNumber", rule.filing_number.as_deref());
            writer.key("id").text(&rule.id);
            stated::text(writer, "version", rule.version.as_deref());
            writer.close('}');
        }
        writer.key("scheme").open('{');
        stated::text(writer, "edition", edition(&scheme.standard));
        writer.key("id").text(&scheme.id);
        writer.key("standard").text(&scheme.standard);
        writer.close('}');
        stated::local(writer, "scope", top.scope);
        top.sites_and_stars(writer, scheme);
        stated::text(writer, "succeeds", certificate.succeeds.as_deref());
        writer.key("type").text("CertifiedOrganisation");
        stated::day(writer, "validFrom", top.valid_from);
        writer.close('}');
    }

    fn first_second(&self, day: Date) -> Timestamp {
        self.zone.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
    }

    /// The second before the next day begins.
    fn last_second(&self, day: Date) -> Timestamp {
        let next = day.tomorrow().and_then(|next| self.zone.to_timestamp(next.at(0, 0, 0, 0)));
        next.map_or(Timestamp::MAX, |next| next - 1.second())
    }
}

/// The edition of a standard: the year that ends its name, as in `GB/T 27922-2011`.
fn edition(standard: &str) -> Option<&str> {
    let (_, year) = standard.rsplit_once(['-', ':'])?;
    (year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit())).then_some(year)
}

/// The grant and what happened since, in recording order. Changes of status are leaves of their
/// own. The grant states its facts only where a later step changes some: the facts at the top are
/// those granted otherwise.
fn history(writer: &mut Writer, certificate: &Certificate) {
    let scheme = &*certificate.scheme;
    let changes = certificate.events.iter().any(changes_facts);
    let granted =
        if changes { Stated::granted(&certificate.grant, scheme) } else { Stated::default() };
    writer.open('[');
    writer.open('{');
    writer.key("date").day(certificate.grant.issued);
    stated::day(writer, "decided", granted.decided);
    granted.evaluation_to_first_granted(writer, scheme);
    granted.holder_to_issued(writer);
    writer.key("kind").text("granted");
    granted.level(writer);
    stated::coded(writer, "region", granted.region);
    stated::local(writer, "scope", granted.scope);
    granted.sites_and_stars(writer, scheme);
    stated::day(writer, "validFrom", granted.valid_from);
    writer.close('}');
    for event in certificate.events.iter().filter(|event| !is_status(event.kind)) {
        writer.next();
        step(writer, event, certificate);
    }
    writer.close(']');
}

/// Whether an event is told by a leaf alone.
pub(super) fn is_status(kind: EventKind) -> bool {
    LeafStatus::of(kind).is_some()
}

/// Whether an event changes facts that an entry states. A surveillance's evaluation is not stated:
/// the level rests on the one before.
fn changes_facts(event: &Event) -> bool {
    !is_status(event.kind) && event.kind != EventKind::Surveillance
}

fn step(writer: &mut Writer, event: &Event, certificate: &Certificate) {
    let scheme = &*certificate.scheme;
    let change = &event.change;
    let mut facts = Stated::change(change, scheme);
    if event.kind == EventKind::Surveillance {
        facts.evaluation = None;
    }
    let effective = (event.effective != event.date).then_some(event.effective);
    let reason = event.reason().filter(|_| scheme.publication.reasons);
    writer.open('{');
    writer.key("date").day(event.date);
    stated::day(writer, "decided", facts.decided);
    stated::day(writer, "effective", effective);
    facts.evaluation_to_first_granted(writer, scheme);
    facts.holder_to_issued(writer);
    writer.key("kind").text(event.kind.name());
    facts.level(writer);
    stated::local(writer, "note", event.note());
    stated::text(writer, "reason", reason);
    stated::coded(writer, "region", facts.region);
    stated::local(writer, "scope", facts.scope);
    stated::text(writer, "site", change.site_closed());
    facts.sites_and_stars(writer, scheme);
    let status = change.status().and_then(LeafStatus::of);
    stated::text(writer, "status", status.map(LeafStatus::word));
    stated::day(writer, "validFrom", facts.valid_from);
    writer.close('}');
}

impl Statement {
    /// The document in canonical form, without a proof, for a serial.
    pub fn document(mut self, serial: u32) -> String {
        let status = self.status(serial);
        self.text.insert_str(self.status_at, &status);
        self.text
    }

    /// Whether an entry's sealed bytes state just this, proof aside. Quick: nothing is parsed. The
    /// bytes must be those of an entry, as the log's digest of them proves.
    pub fn is_sealed_in(&self, sealed: &[u8], serial: u32) -> bool {
        let text = self.text.as_bytes();
        let (before, rest) = text.split_at(self.status_at);
        let (stated, after) = rest.split_at(self.proof_at - self.status_at);
        let sealed = sealed.strip_prefix(before);
        let sealed = sealed.and_then(|rest| rest.strip_prefix(self.status(serial).as_bytes()));
        let sealed = sealed.and_then(|rest| rest.strip_prefix(stated));
        let proof = sealed.and_then(|rest| rest.strip_suffix(after));
        proof.is_some_and(|proof| proof.starts_with(b",\"proof\":{") && proof.ends_with(b"}"))
    }

    fn status(&self, serial: u32) -> String {
        let mut writer = Writer::with_capacity(512);
        writer.raw(r#","credentialStatus":["#);
        for purpose in [Purpose::Revocation, Purpose::Suspension] {
            let word = purpose.word();
            let list = serial / LIST_BITS;
            let item = [
                if purpose == Purpose::Revocation { "" } else { "," },
                r#"{"id":""#,
                &self.entry_url,
                "#",
                word,
                r#"","statusListCredential":""#,
                &self.base,
                "/status/",
                word,
                "-",
            ];
            for part in item {
                writer.raw(part);
            }
            writer.number(list.into());
            writer.raw(r#".json","statusListIndex":""#);
            writer.number((serial % LIST_BITS).into());
            writer.raw(r#"","statusPurpose":""#);
            writer.raw(word);
            writer.raw(r#"","type":"BitstringStatusListEntry"}"#);
        }
        writer.raw("]");
        writer.text_of_ours()
    }
}

impl Unfit {
    fn new(number: &str, member: &'static str, fault: Fault) -> Self {
        let number = number.to_owned();
        match fault {
            Fault::NotNormalised(normal) => Self::NotNormalised { number, member, normal },
            Fault::Invisible(c) => Self::Invisible { number, member, character: c.into() },
            Fault::Year => Self::Year { number, member },
        }
    }
}
