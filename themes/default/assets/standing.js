// @ts-check
// What a certificate was on a day, from its signed entry and its changes of status: the rules of
// src/model/fold.rs and src/credential/reveal.rs, and the codes of `attestar verify`. Pure: no DOM,
// no network. A day is a civil day where the register is, as YYYY-MM-DD.

/**
 * @typedef {{ leaf?: number, date: string, status: string, reason?: string }} Change
 *   A status leaf: what the status is from a day on (valid, suspended, withdrawn, cancelled).
 * @typedef {{ from: string, until: string }} Cycle
 * @typedef {{ date: string, effective: string, kind: string, status?: string, reason?: string, note?: any, facts: any }} Event
 * @typedef {{ status: string, since: string, until: string, cycle: Cycle, level: any, stars?: number, holder: any,
 *   scope: any, region: any, facts: any, suspendedAtExpiry: boolean, reason?: string, note?: any }} Standing
 *   The facts and the status of a day: none, not-yet-valid, valid, suspended, expired, cancelled, withdrawn.
 * @typedef {{ scheme: string, level: string, rank?: number }} Minimum The least level that counts, in one scheme.
 */

const LAST_DAY = "9999-12-31";

/** @type {(day: string, count: number) => string} */
function move(day, count) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  const year = date.getUTCFullYear();
  return year > 9999 ? LAST_DAY : year < 1 ? "0001-01-01" : date.toISOString().slice(0, 10);
}

/** @type {(day: string) => string} */
const nextDay = (day) => move(day, 1);

/** Sorted by a day, and as they stood where it is the same. @template T @param {T[]} list @param {(one: T) => string} day */
const byDay = (list, day) => [...list].sort((a, b) => (day(a) < day(b) ? -1 : day(a) > day(b) ? 1 : 0));

/** Whether a text is a day that there is. @type {(text: string) => boolean} */
export function isDay(text) {
  const [year, month, day] = /^\d{4}-\d\d-\d\d$/.test(text) ? text.split("-").map(Number) : [0, 0, 0];
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return year > 0 && month > 0 && month < 13 && day > 0 && day <= days;
}

// ── Changes of status ──

/**
 * The change in force on a day, of changes in log order: of those up to that day the latest, and of
 * one date the last.
 * @type {(changes: Change[], day: string) => Change | undefined}
 */
export function changeOn(changes, day) {
  /** @type {Change | undefined} */
  let held;
  for (const change of changes) if (change.date <= day && (!held || change.date >= held.date)) held = change;
  return held;
}

/** The event that leaves a status behind. @type {Record<string, string>} */
const EVENTS = { valid: "reinstated", suspended: "suspended", withdrawn: "withdrawn", cancelled: "cancelled" };
/** @type {Record<string, string>} */
const STATUSES = Object.fromEntries(Object.entries(EVENTS).map(([status, kind]) => [kind, status]));

/** The status that events, in effective order, have left on a day, expiry aside. @type {(events: Event[], day: string) => string} */
function heldOn(events, day) {
  let held = "valid";
  for (const { effective, kind, status, facts } of events) {
    if (effective > day) break;
    if (kind === "recertified" && facts.expires && held === "suspended") held = "valid";
    held = status ?? STATUSES[kind] ?? held;
  }
  return held;
}

/** @type {(date: string, status: string, reason?: string) => Event} */
const told = (date, status, reason) => ({ date, effective: date, kind: EVENTS[status], reason, facts: {} });

/**
 * What happened since the grant, as it was recorded: the steps of the entry's history, and the changes
 * of status that these do not tell already, until the two say the same of every day.
 * @type {(steps: any[], changes: Change[]) => Event[]}
 */
function eventsOf(steps, changes) {
  /** @type {Event[]} */
  const events = steps.map(({ date, effective = date, kind, status, reason, note, ...facts }) => ({ date, effective, kind, status, reason, note, facts }));
  const stated = [...events];
  changes.forEach(({ date, status, reason }, at) => {
    const first = !changes.slice(0, at).some((other) => other.date === date);
    const says = (/** @type {Event} */ event) => event.effective === date && ((event.kind === "recertified" && status === "valid") || event.status === status);
    if (!(first && stated.some(says))) events.push(told(date, status, reason));
  });
  for (;;) {
    const ordered = byDay(events, ({ effective }) => effective);
    const days = [...new Set([...events.map(({ effective }) => effective), ...changes.map(({ date }) => date)])].sort();
    const said = (/** @type {string} */ day) => changeOn(changes, day)?.status ?? "valid";
    const unsaid = days.find((day) => heldOn(ordered, day) !== said(day));
    if (!unsaid) return events;
    events.push(told(unsaid, said(unsaid)));
  }
}

// ── Days ──

/** @type {(instant: number) => string} */
const utcDay = (instant) => new Date(instant * 1000).toISOString().slice(0, 10);

/**
 * How far the register's clocks are ahead of UTC, in seconds, at the end of an entry's validity: its
 * last second is the last of a civil day.
 * @type {(credential: any) => number}
 */
function offsetOf({ validUntil, credentialSubject }) {
  const end = Date.parse(validUntil) / 1000;
  const past = (end + 1) % 86_400;
  const [east, west] = [(86_400 - past) % 86_400, -past];
  const fits = (/** @type {number} */ offset) => utcDay(end + offset) === credentialSubject.expires;
  return [east, west].find(fits) ?? (past >= 43_200 ? east : west);
}

/** The civil day of an instant where the register of an entry is. @type {(credential: any, now: Date) => string} */
export const dayWhere = (credential, now) => utcDay(Math.floor(now.getTime() / 1000) + offsetOf(credential));

/** The day on which a transition of the scheme ends the entry before its printed end. @type {(credential: any) => string | undefined} */
function transitionOf({ validUntil, credentialSubject: { expires } }) {
  const end = Date.parse(validUntil) / 1000;
  const past = (end + 1) % 86_400;
  const [west, east] = [utcDay(end - past), utcDay(end - past + 86_400)];
  // 10 to 12 hours behind UTC, or 12 to 14 ahead of it, which few are.
  const hour = Math.floor(past / 3600);
  const last = hour > 11 || (hour > 9 && east === expires) ? east : west;
  return last < expires ? last : undefined;
}

// ── The fold ──

/** @typedef {{ facts: any, cycle: Cycle, next: Cycle | null, hold: string, decided: string, reason?: string, note?: any }} State */

/** The holder's parts that are stated anew; one kind of identifier takes the place of the other. @type {(holder: any, stated: any) => any} */
function holderWith(holder, stated = {}) {
  const { creditCode, identifier, ...rest } = holder;
  const same = stated.creditCode || stated.identifier ? {} : { ...(creditCode && { creditCode }), ...(identifier && { identifier }) };
  return { ...rest, ...same, ...stated };
}

/** A recertified cycle takes over on its first day, and ends a suspension that outlived the old one. @type {(state: State, day: string) => void} */
function beginNext(state, day) {
  if (!state.next || state.next.from > day) return;
  state.cycle = state.next;
  state.next = null;
  if (state.hold === "suspended") Object.assign(state, { hold: "", reason: undefined, note: undefined });
}

/** @type {(state: State, event: Event) => void} */
function apply(state, { date, effective, kind, status, reason, note, facts }) {
  beginNext(state, effective);
  const { evaluation, decided, issued } = state.facts;
  state.facts = { ...state.facts, ...facts, holder: holderWith(state.facts.holder, facts.holder) };
  if (facts.level && facts.starLevel === undefined) delete state.facts.starLevel;
  // What a surveillance found is not what the level rests on.
  if (kind === "surveillance") state.facts.evaluation = evaluation;
  // The days of the certificate's own decision are not those of a change.
  if (kind !== "recertified" && kind !== "corrected") Object.assign(state.facts, { decided, issued });
  if (kind === "recertified") {
    Object.assign(state.facts, { decided: facts.decided ?? date, issued: facts.issued ?? date });
    state.next = facts.expires ? { from: facts.validFrom ?? date, until: facts.expires } : null;
    beginNext(state, effective);
  } else if (kind === "corrected") {
    if (facts.decided && facts.decided < state.decided) state.decided = facts.decided;
    state.cycle = { from: facts.validFrom ?? state.cycle.from, until: facts.expires ?? state.cycle.until };
  }
  const left = status ?? STATUSES[kind];
  if (left) Object.assign(state, { hold: left === "valid" ? "" : left, reason, note });
}

/** @type {(state: State, until: string, day: string) => string} */
function statusOf({ hold, decided, cycle }, until, day) {
  if (hold === "withdrawn" || hold === "cancelled") return hold;
  if (day < decided) return "none";
  if (day < cycle.from) return "not-yet-valid";
  if (day > until) return "expired";
  return hold || "valid";
}

/**
 * All days of a certificate: `on` says what it was on one, `segments` the first day of each status. `recorded`
 * is what happened, `before` what was so until an event, `granted` what was so at first, `issued` the day of it.
 * @param {any} credential @param {Change[]} changes its status leaves, in log order
 */
export function timelineOf(credential, changes) {
  const subject = credential.credentialSubject;
  const [first, ...steps] = subject.history;
  const granted = first.expires ? first : subject;
  const recorded = eventsOf(steps, changes);
  const events = byDay(recorded, ({ effective }) => effective);
  const transition = transitionOf(credential);
  const begin = () => /** @type {State} */ ({ facts: { ...granted, issued: first.date }, cycle: { from: granted.validFrom, until: granted.expires }, next: null, hold: "", decided: granted.decided });
  /** @type {(state: State, day: string) => Standing} */
  const finish = ({ facts, cycle, hold, reason, note, ...state }, day) => {
    const until = transition && transition < cycle.until ? transition : cycle.until;
    const status = statusOf({ ...state, facts, cycle, hold }, until, day);
    const { level, starLevel, holder, scope, region } = facts;
    return { status, since: granted.decided, until, cycle, level, stars: starLevel, holder, scope, region, facts, suspendedAtExpiry: status === "expired" && hold === "suspended", reason, note };
  };
  /** @type {{ from: string, status: string }[]} */
  const segments = [];
  const begins = events.flatMap(({ effective, facts }) => [effective, facts.decided, facts.validFrom]);
  const ends = [granted.expires, ...events.map(({ facts }) => facts.expires), transition];
  const days = [granted.decided, granted.validFrom, ...begins, ...ends.filter(Boolean).map(nextDay)].filter(Boolean);
  const settle = (/** @type {string} */ day) => {
    const state = begin();
    for (const event of events) if (event.effective <= day) apply(state, event);
    beginNext(state, day);
    return finish(state, day);
  };
  /** What was so just before an event took effect. @param {Event} event */
  const before = (event) => {
    const state = begin();
    for (const earlier of events.slice(0, events.indexOf(event))) apply(state, earlier);
    return finish(state, move(event.effective, -1));
  };
  for (const from of [...new Set(days)].sort()) {
    const { status } = settle(from);
    if (status !== (segments[segments.length - 1]?.status ?? "none")) segments.push({ from, status });
  }
  const on = (/** @type {string} */ day) => {
    const standing = settle(day);
    const run = segments.filter(({ from, status }) => from <= day && status === standing.status).pop();
    return run ? { ...standing, since: run.from } : standing;
  };
  return { segments, on, recorded, before, granted, issued: first.date };
}

// ── Sites ──

/** A name without what people vary. @type {(text: string) => string} */
const plain = (text) => text.normalize("NFKC").toUpperCase().replace(/[\s\p{P}\p{Cf}]/gu, "");

/**
 * The sites that a certificate ever covered, each with its first and last day where these are not the
 * certificate's.
 * @type {(subject: any) => any[]}
 */
export function sitesOf(subject) {
  const [first, ...steps] = subject.history;
  const ordered = byDay(steps, ({ effective, date }) => effective ?? date);
  let sites = (first.expires ? (first.sites ?? []) : (subject.sites ?? [])).map((/** @type {any} */ site) => ({ ...site }));
  for (const { kind, date, effective = date, sites: listed = [], site } of ordered) {
    if (kind === "site-added") sites.push(...listed.map((/** @type {any} */ one) => ({ from: effective, ...one })));
    else if (kind === "corrected" && listed.length) sites = listed.map((/** @type {any} */ one) => ({ ...one }));
    else if (kind === "site-closed") {
      const open = sites.find((/** @type {any} */ one) => Object.values(one.name).includes(site) && !(one.until < effective));
      if (open) open.until = move(effective, -1);
    }
  }
  return sites;
}

/**
 * Whether a site, by its name or address, is covered on a day on which the certificate is in force.
 * `known` are the days of those of that name.
 * @param {any} subject @param {string} asked @param {string} day
 */
export function siteOn(subject, asked, day) {
  const wanted = plain(asked);
  const called = (/** @type {any} */ { name, address = {} }) => [...Object.values(name), ...Object.values(address)].some((text) => plain(text) === wanted);
  const known = sitesOf(subject).filter(called);
  const covered = known.some(({ from, until }) => !(from > day) && !(until < day));
  return { covered, known };
}

// ── Answers ──

/** What a reader calls a status. @type {Record<string, string>} */
const CODES = { none: "none_that_day", "not-yet-valid": "not_yet_valid", valid: "valid", suspended: "suspended", expired: "expired", withdrawn: "withdrawn", cancelled: "cancelled" };

/** What an edition cannot know of a day after it: withdrawn and cancelled stay. */
const PROJECTED = ["valid", "suspended", "expired", "not_yet_valid"];

/** Whether a level is at least the one asked for; undefined where nobody knows how they rank. @type {(minimum: Minimum, level: any) => boolean | undefined} */
function isReached(minimum, level) {
  if (level.id === minimum.level) return true;
  const least = minimum.rank ?? (/^\d+$/.test(minimum.level) ? Number(minimum.level) : undefined);
  return least === undefined ? undefined : level.rank >= least;
}

/**
 * The answer for a day, as an edition gives it: the code that `attestar verify` has for it.
 * @param {any} credential @param {Standing} standing @param {string} day
 * @param {{ edition: string, minimum?: Minimum, site?: string }} asked the edition's date and what is required
 */
export function answerOf(credential, standing, day, { edition, minimum, site }) {
  const bare = CODES[standing.status];
  const projected = day > edition && PROJECTED.includes(bare);
  const code = projected ? `projected_${bare}` : bare;
  const subject = credential.credentialSubject;
  if (minimum && minimum.scheme && minimum.scheme !== subject.scheme.id) return "other_scheme";
  const reached = minimum?.level ? isReached(minimum, standing.level) : true;
  if (reached === undefined) return "unknown";
  if (bare !== "valid") return code;
  // Where no site is listed nobody can tell which are covered.
  if (site && !sitesOf(subject).length) return "unknown";
  if (site && !siteOn(subject, site, day).covered) return "site_not_covered";
  return reached ? code : `${code}_level_below`;
}

/**
 * Whether an answer is that a certificate is good. A day after the edition counts until the next one
 * is due: `last` is that day.
 * @type {(code: string, day: string, last: string) => boolean}
 */
export const isGood = (code, day, last) => code === "valid" || (code === "projected_valid" && day <= last);
