// @ts-check
// What happened to a certificate, in words, as src/site/views/history.rs tells it: from the signed history of its
// entry and its changes of status.

import { make } from "./elements.js";
import { addDays, fill } from "./register.js";
import { plain, prose } from "./sheet.js";

/**
 * @typedef {import("./sheet.js").Words} Words
 * @typedef {import("./sheet.js").Scheme} Scheme
 * @typedef {import("./sheet.js").Timeline} Timeline
 * @typedef {import("./standing.js").Event} Event
 */

/** @type {(kind: string) => string} */
const eventKey = (kind) => `event_${kind.replaceAll("-", "_")}`;

/** What a correction puts right. @type {(words: Words, event: Event) => string[]} */
function corrected(words, { facts, status }) {
  const { t } = words;
  const { holder = {} } = facts;
  const day = (/** @type {string} */ date) => date && prose(words, date);
  const text = (/** @type {any} */ of) => of && plain(words, of);
  const word = status && (status === "valid" ? "valid" : status);
  /** @type {[string, string | undefined][]} */
  const parts = [
    ["field_level", text(facts.level?.name)],
    ["field_decided", day(facts.decided)],
    ["field_issued", day(facts.issued)],
    ["field_valid_from", day(facts.validFrom)],
    ["field_expires", day(facts.expires)],
    ["field_first_granted", day(facts.firstGranted)],
    ["field_scope", text(facts.scope)],
    ["field_holder", text(holder.name)],
    ["field_address", text(holder.address)],
    ["field_region", text(facts.region?.name)],
    ["field_industry", text(facts.industry?.name)],
    ["field_credit_code", holder.creditCode ?? holder.identifier?.value],
    ["field_status", word && t[`status_${word.replaceAll("-", "_")}`]],
  ];
  return parts.flatMap(([field, value]) => (value ? [fill(t.detail_corrected_fact, { field: t[field], value })] : []));
}

/** What an event changed. @type {(words: Words, event: Event, before: any, sites: any[]) => string[]} */
function changed(words, event, before, sites) {
  const { t } = words;
  const { kind, facts } = event;
  const { holder = {} } = facts;
  const say = (/** @type {string} */ label, /** @type {Record<string, string>} */ values) => [fill(t[label], values)];
  const level = (/** @type {any} */ of) => plain(words, of.name);
  switch (kind) {
    case "level-changed":
      return say("detail_level_changed", { from: level(before.level), to: level(facts.level ?? before.level) });
    case "scope-changed":
      return [...(facts.scope ? say("detail_scope_changed", { scope: plain(words, facts.scope) }) : []), ...(facts.exclusions ? say("detail_exclusions_changed", { clauses: facts.exclusions.join(t.list_comma) }) : [])];
    case "renamed":
      return holder.name ? say("detail_renamed", { from: plain(words, before.holder.name), to: plain(words, holder.name) }) : [];
    case "address-changed":
      return holder.address ? say("detail_address_changed", { address: plain(words, holder.address) }) : [];
    case "site-added":
      return say("detail_site_added", { site: (facts.sites ?? []).map((/** @type {any} */ { name }) => plain(words, name)).join(t.list_comma) });
    case "site-closed": {
      const site = sites.find(({ name }) => Object.values(name).includes(facts.site));
      return say("detail_site_closed", { site: site ? plain(words, site.name) : (facts.site ?? "") });
    }
    case "recertified":
      return say("detail_recertified", { level: level(facts.level ?? before.level), until: prose(words, facts.expires ?? before.until) });
    case "corrected":
      return corrected(words, event);
    default:
      return [];
  }
}

/** The history of a certificate, oldest first: its grant, its events and its expiries. @type {(words: Words, timeline: Timeline, scheme: Scheme | undefined, today: string, sites: any[]) => HTMLElement[]} */
export function historyOf(words, timeline, scheme, today, sites) {
  const { t } = words;
  const { granted, recorded, segments, before, issued } = timeline;
  /** @type {[date: string, rank: number, kind: string, detail: string, correctedOn: string][]} */
  const steps = [[issued, 0, "granted", fill(t.detail_granted, { level: plain(words, granted.level.name), until: prose(words, granted.expires) }), ""]];
  for (const event of recorded) {
    const reason = event.reason && scheme?.reasons[event.reason];
    const parts = [...changed(words, event, before(event), sites), ...(reason ? [fill(t.detail_reason, { reason })] : []), ...(event.note ? [plain(words, event.note)] : [])];
    const correctedOn = event.kind === "corrected" ? fill(t.detail_corrected, { date: prose(words, event.effective) }) : "";
    steps.push([event.date, 1, event.kind, parts.join(t.detail_separator), correctedOn]);
  }
  for (const { status, from } of segments) if (status === "expired" && from <= today) steps.push([from, 2, "expired", "", ""]);
  steps.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x - y));
  return steps.map(([date, , kind, detail, correctedOn]) => {
    const future = date > today;
    const item = make("li", { "data-kind": kind, "data-future": future ? "yes" : "no" }, make("span", { class: "day" }, make("time", { datetime: date }, date)), " ", make("strong", {}, t[eventKey(kind)] ?? kind));
    if (detail) item.append(" ", make("span", { class: "detail" }, detail));
    if (correctedOn) item.append(" ", make("span", { class: "note" }, correctedOn));
    if (future) item.append(" ", make("span", { class: "note", "data-future-note": "" }, t.history_future));
    return item;
  });
}

/** The same day of the month so many months later, or its last day (src/model/day.rs). @type {(date: string, months: number) => string} */
function addMonths(date, months) {
  const [year, month, day] = date.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10);
}

/** Surveillance in the present cycle, where the scheme asks for it. @type {(words: Words, timeline: Timeline, scheme: Scheme | undefined, standing: import("./standing.js").Standing, today: string) => (Node | string)[]} */
export function surveillanceOf(words, { recorded }, scheme, { status, cycle, until }, today) {
  const { t } = words;
  if (!scheme?.surveillance || !["valid", "suspended"].includes(status)) return [];
  const [months, grace] = scheme.surveillance;
  const looks = recorded.filter(({ kind, effective }) => kind === "surveillance" && cycle.from <= effective && effective <= today);
  const last = looks.map(({ effective }) => effective).sort().pop();
  const due = addMonths(last ?? cycle.from, months);
  if (due >= until) return [];
  const overdue = today > addDays(due, grace);
  const dated = (/** @type {string} */ label, /** @type {string} */ date) => make("span", {}, label, " ", make("time", { datetime: date }, date));
  return [last ? dated(t.surveillance_last, last) : "", overdue ? make("strong", {}, fill(t.surveillance_overdue, { date: prose(words, due) })) : dated(t.surveillance_next, due)].flatMap((part) => (part ? [" ", part] : [])).slice(1);
}
