//! An event of a certificate as bytes.

use crate::cache::{
    Reader, Writer,
    certificate::{
        boxed, local, read_coded, read_evaluation, read_id, read_local, read_site, write_coded,
        write_evaluation, write_id, write_site,
    },
};
use crate::model::{Change, Event, EventKind, NewFacts, Shared};

pub(super) fn write_event(writer: &mut Writer, event: &Event) {
    let Event { date, effective, kind, change } = event;
    writer.date(*date);
    writer.date(*effective);
    writer.text(kind.name());
    writer.option(event.reason(), Writer::text);
    writer.option(event.note(), local);
    // Most change nothing but a status.
    writer.option((!change.is_empty()).then_some(change), write_change);
}

pub(super) fn event(reader: &mut Reader<'_>, shared: &Shared<'_>) -> Option<Event> {
    let (date, effective, kind) = (reader.date()?, reader.date()?, kind(reader)?);
    let (reason, note) = (reader.option(boxed)?, reader.option(read_local)?);
    let change = reader.option(|reader| change(reader, shared))?.unwrap_or_default();
    Some(Event { date, effective, kind, change: NewFacts::new(change, reason, note) })
}

fn kind(reader: &mut Reader<'_>) -> Option<EventKind> {
    reader.text()?.parse().ok()
}

fn write_change(writer: &mut Writer, change: &NewFacts) {
    let days = [change.decided(), change.issued(), change.valid_from(), change.expires()];
    writer.option(change.level(), Writer::size);
    for day in days {
        writer.option(day, Writer::date);
    }
    writer.option(change.first_granted(), Writer::date);
    writer.option(change.scope(), local);
    writer.option(change.exclusions(), |writer, clauses| {
        writer.list(clauses, |writer, clause| writer.text(clause));
    });
    writer.option(change.region(), |writer, coded| write_coded(writer, coded));
    writer.option(change.industry(), |writer, coded| write_coded(writer, coded));
    writer.option(change.holder_name(), local);
    writer.option(change.holder_address(), local);
    writer.option(change.holder_id(), write_id);
    writer.option(change.sites(), |writer, sites| writer.list(sites, write_site));
    writer.option(change.site_closed(), Writer::text);
    writer.option(change.evaluation(), write_evaluation);
    writer.option(change.status(), |writer, status| writer.text(status.name()));
}

fn change(reader: &mut Reader<'_>, shared: &Shared<'_>) -> Option<Change> {
    Some(Change {
        level: reader.option(Reader::size)?,
        decided: reader.option(Reader::date)?,
        issued: reader.option(Reader::date)?,
        valid_from: reader.option(Reader::date)?,
        expires: reader.option(Reader::date)?,
        first_granted: reader.option(Reader::date)?,
        scope: reader.option(read_local)?,
        exclusions: reader.option(|reader| reader.list(boxed).map(Into::into))?,
        region: reader.option(|reader| read_coded(reader, shared))?,
        industry: reader.option(|reader| read_coded(reader, shared))?,
        holder_name: reader.option(read_local)?,
        holder_address: reader.option(read_local)?,
        holder_id: reader.option(read_id)?,
        sites: reader.option(|reader| reader.list(read_site).map(Into::into))?,
        site_closed: reader.option(boxed)?,
        evaluation: reader.option(read_evaluation)?,
        status: reader.option(kind)?,
    })
}
