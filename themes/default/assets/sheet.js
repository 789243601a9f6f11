// @ts-check
// A certificate's page made of its signed entry, as src/site/views/ makes it in the full layout: the same facts in
// the same words, places and marks, so that the same check reads them. Words come from assets/shell-LANG.json.

import { make } from "./elements.js";
import { parse } from "./proof.js";
import { creditCodeFits, pathOf } from "./query.js";
import { addDays, civilDate, fill } from "./register.js";
import { sitesOf, timelineOf } from "./standing.js";

/**
 * @typedef {{ title: string, short: string, standard: string, href: string, ranks: number, stars?: number,
 *   levels: Record<string, { name: string, rank: number, stars?: number }>, clauses: Record<string, { title: string, href?: string }>,
 *   reasons: Record<string, string>, addresses: boolean, surveillance?: [months: number, grace: number], evaluation: any }} Scheme
 * @typedef {{ t: Record<string, string>, schemes: Record<string, Scheme>, lang: string, langs: string[][] }} Words
 * @typedef {Record<string, string>} Local A text by language.
 * @typedef {{ root: string, home: string, path: string }} Ways
 * @typedef {import("./standing.js").Standing} Standing
 * @typedef {ReturnType<typeof timelineOf>} Timeline
 */

// ── Pieces ──

/** Fills what is to be filled, and leaves out what has nothing. @type {(root: DocumentFragment, contents: Record<string, (Node | string)[] | Node | string | undefined>) => void} */
export function put(root, contents) {
  for (const element of root.querySelectorAll("[data-put], [data-if]")) {
    const name = element.getAttribute("data-put") ?? element.getAttribute("data-if") ?? "";
    const content = [contents[name] ?? []].flat();
    // A node is in one place only.
    if (element.hasAttribute("data-swap")) element.replaceWith(...content);
    else element.replaceChildren(...content);
    if (element.hasAttribute("data-if") && !content.some((part) => part !== "")) element.remove();
    element.removeAttribute("data-put");
    element.removeAttribute("data-if");
  }
}

/** @type {(root: DocumentFragment, name: string, is: unknown) => void} */
export function keep(root, name, is) {
  for (const part of root.querySelectorAll(`[data-part="${name}"]`)) {
    part.removeAttribute("data-part");
    if (!is) part.remove();
  }
}

/** @param {string} root @param {string} lang @param {string[][]} langs */
export async function wordsIn(root, lang, langs) {
  const response = await fetch(`${root}assets/shell-${lang}.json`, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${response.status}`);
  return /** @type {Words} */ ({ ...(await response.json()), lang, langs });
}

/** The language in which a text is shown. @type {(words: Words, text: Local) => string} */
const shownIn = ({ lang, langs }, text) => [lang, ...langs.map(([code]) => code), ...Object.keys(text)].find((code) => text[code] !== undefined) ?? lang;

/** A text in this language, else in another. @type {(words: Words, text: Local) => string} */
export const plain = (words, text) => text[shownIn(words, text)] ?? "";

/** A text in a language, marked where that is not the page's. @type {(words: Words, code: string, text: string) => Node | string} */
const marked = ({ lang, langs }, code, text) => (code === lang ? text : make("span", { lang: langs.find(([other]) => other === code)?.[1] ?? code }, text));

/** @type {(words: Words, text: Local) => Node | string} */
export const local = (words, text) => marked(words, shownIn(words, text), plain(words, text));

/** The same text in the next language that has it. @type {(words: Words, text: Local) => Node | string} */
export function otherOf(words, text) {
  const shown = shownIn(words, text);
  const code = [...words.langs.map(([code]) => code), ...Object.keys(text)].find((code) => code !== shown && text[code] !== undefined);
  return code ? marked(words, code, text[code]) : "";
}

/** A day as the language writes it. @type {(words: Words, date: string) => string} */
export function prose({ t }, date) {
  const [y, m, d] = date.split("-").map(Number);
  return fill(t.date_pattern, { y, m, d, month: t[`month_${m}`] ?? "" });
}

/** @param {string} iso @param {string} [text] */
const time = (iso, text = iso) => make("time", { datetime: iso }, text);

/** @type {(prefix: string, code: string) => string} */
const key = (prefix, code) => `${prefix}_${code.replaceAll("-", "_")}`;

/** What an identifier is called, and how it stands in addresses. @type {(words: Words, holder: any) => { label: string, value: string, path: string }} */
export function identifierOf({ t }, { creditCode, identifier }) {
  if (creditCode) return { label: t.field_credit_code, value: creditCode, path: pathOf(creditCode) };
  const { scheme, value } = identifier;
  return { label: t[key("field_identifier", scheme.toLowerCase())] ?? t.field_identifier, value, path: pathOf(`${scheme}-${value}`.toUpperCase()) };
}

/** Text that a view has marked with its language. @param {string} text @returns {Node | string} */
function rich(text) {
  const [, lang = "", inner = ""] = /^<span lang="([\w-]+)">([^<]*)<\/span>$/.exec(text) ?? [];
  return lang ? make("span", { lang }, new DOMParser().parseFromString(inner, "text/html").body.textContent ?? "") : text;
}

/** @type {(name: string, attributes: Record<string, string>, ...children: (Node | string)[]) => SVGElement} */
function draw(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

const STAR = "m12 1.8 3.1 6.6 7.1.9-5.2 5 1.3 7.1-6.3-3.5-6.3 3.5L7 14.3l-5.2-5 7.1-.9z";

/** @type {(count: number, max: number) => HTMLElement} */
const stars = (count, max) => make("span", { class: "stars", "aria-hidden": "true" }, ...Array.from({ length: max }, (_, at) => draw("svg", { class: at < count ? "on" : "off", viewBox: "0 0 24 24", width: "24", height: "24" }, draw("path", { d: STAR }))));

// ── Facts ──

/** A level and the words around its name. @type {(words: Words, scheme: Scheme | undefined, standing: Standing) => Record<string, Node | string>} */
function levelOf({ t, ...words }, scheme, { level, stars: count }) {
  const rank = scheme?.levels[level.id]?.rank ?? level.rank;
  const around = count && scheme?.stars ? fill(t.stars_words, { max: scheme.stars }) : fill(t.rank_words, { rank, max: scheme?.ranks ?? rank });
  const [before = "", after = ""] = around.split("{name}");
  return { "level-before": before, level: local({ t, ...words }, level.name), "level-after": after, stars: count && scheme?.stars ? stars(count, scheme.stars) : "" };
}

/** @type {(words: Words, folder: string, coded: any, home: string) => (Node | string)[]} */
function codedLink(words, folder, { code, name }, home) {
  const link = make("a", { href: `${home}${folder}/${code}.html` }, name ? local(words, name) : code);
  return name ? [link, " ", make("span", { class: "note" }, code)] : [link];
}

/** The rows of the facts. @type {(words: Words, subject: any, standing: Standing, ways: Ways) => HTMLElement[]} */
function factsOf(words, subject, { facts, until, cycle }, { home }) {
  const { t, schemes } = words;
  const scheme = schemes[subject.scheme.id];
  const id = identifierOf(words, facts.holder);
  const waived = facts.holder.creditCode && !creditCodeFits(facts.holder.creditCode);
  const note = (/** @type {string} */ text) => [" ", make("span", { class: "note" }, text)];
  const date = (/** @type {string} */ iso) => iso && [time(iso, prose(words, iso))];
  const printed = time(cycle.until, prose(words, cycle.until));
  if (cycle.until === until) printed.dataset.fact = "until";
  const { rule } = subject;
  /** @type {[string, (Node | string)[] | "" | undefined | false][]} */
  const rows = [
    [t.field_standard, [subject.scheme.standard]],
    [t.field_scheme, [scheme ? make("a", { href: home + scheme.href }, scheme.title) : subject.scheme.id]],
    [t.field_number, [make("span", { class: "code", "data-fact": "number" }, subject.certificateNumber)]],
    [id.label, [make("a", { class: "code", "data-fact": "identifier", href: `${home}enterprises/${id.path}.html` }, id.value), ...(waived ? note(t.credit_code_waived) : [])]],
    [t.field_address, facts.holder.address && [local(words, facts.holder.address)]],
    [t.field_region, facts.region && codedLink(words, "regions", facts.region, home)],
    [t.field_industry, facts.industry && codedLink(words, "industries", facts.industry, home)],
    [t.field_issued, date(facts.issued)],
    [t.field_valid_from, date(cycle.from)],
    [t.field_expires, [printed]],
    [t.field_first_granted, date(facts.firstGranted)],
    [t.field_decided, date(facts.decided)],
    [t.field_rule, rule && [fill(t.rule_words, { id: rule.id, version: rule.version ?? "" }).trim(), ...(rule.filingNumber ? note(`${t.field_rule_filing}${t.colon}${rule.filingNumber}`) : [])]],
    [t.field_reported_on, date(subject.reportedOn)],
  ];
  return rows.flatMap(([label, content]) => (content ? [make("div", {}, make("dt", {}, label), make("dd", {}, ...content))] : []));
}

/** @type {(words: Words, clauses: string[], scheme: Scheme | undefined, home: string) => (Node | string)[]} */
function exclusionsOf({ t }, clauses, scheme, home) {
  const known = clauses.flatMap((id) => (scheme?.clauses[id] ? [{ id, ...scheme.clauses[id] }] : []));
  const parts = known.flatMap(({ id, title, href }, at) => [at ? t.list_comma : "", href ? make("a", { href: home + href }, `${id} ${title}`) : `${id} ${title}`]);
  return parts.length ? [t.exclusions_heading, t.colon, ...parts] : [];
}

/** @type {(words: Words, subject: any, today: string) => { sites: HTMLElement[], count: string }} */
function sitesIn(words, subject, today) {
  const { t, schemes } = words;
  const sites = sitesOf(subject);
  const [granted] = subject.history;
  const began = granted.validFrom ?? subject.validFrom;
  const items = sites.map(({ name, address, role, service, from, until }) => {
    const closed = until && until < today;
    const says = closed ? fill(t.covers_no_longer, { date: prose(words, addDays(until, 1)) }) : until ? fill(t.site_until, { date: prose(words, until) }) : from > began ? fill(t.site_from, { date: prose(words, from) }) : "";
    const item = make("li", { class: closed ? "closed" : "open" }, make("p", {}, make("strong", {}, local(words, name)), ...(role ? [" ", make("span", { class: "role note" }, t[key("role", role)])] : [])));
    if (address && schemes[subject.scheme.id]?.addresses !== false) item.append(make("p", {}, local(words, address)));
    if (service) item.append(make("p", { class: "note" }, t.site_service, t.colon, local(words, service)));
    if (says) item.append(make("p", { class: "note" }, says));
    return item;
  });
  const open = sites.filter(({ from, until }) => !(from > today) && !(until < today)).length;
  return { sites: items, count: sites.length ? fill(open === sites.length ? t.sites_count : t.sites_count_open, { n: sites.length, open }) : "" };
}

/** The evaluation: what the scheme says of all, and what is published of this one. @type {(words: Words, page: DocumentFragment, evaluation: any, more: any, scheme: Scheme | undefined) => Record<string, any>} */
function evaluationOf({ t }, page, evaluation, more, scheme) {
  const found = more ?? { ...scheme?.evaluation, date: evaluation?.date && { iso: evaluation.date } };
  const { date, score_text: score, score_x: at, total_text: total, thresholds = [], hidden_note: hidden, clauses = [] } = found;
  const is = evaluation && (date || score);
  for (const [name, shown] of Object.entries({ evaluation: is, score, "score-bar": at, "thresholds-note": thresholds.length, clauses: clauses.length })) keep(page, name, shown);
  if (!is) return {};
  const bar = page.querySelector("svg.score");
  if (bar && at) {
    bar.append(draw("rect", { class: "fill", y: "24", width: at, height: "14" }));
    for (const { x, text } of thresholds) bar.append(draw("line", { x1: x, x2: x, y1: "18", y2: "44" }), draw("text", { x, y: "60" }, text));
    bar.append(draw("text", { class: "value", x: at, y: "14" }, score));
  }
  const row = (/** @type {any} */ clause) => {
    const cells = clause.excluded
      ? [make("td", { colspan: "2", class: "note" }, t.clause_excluded)]
      : [make("td", { class: "share" }, draw("svg", { viewBox: "0 0 1000 10", preserveAspectRatio: "none", "aria-hidden": "true" }, draw("rect", { class: "track", width: "1000", height: "10" }), draw("rect", { width: clause.length, height: "10" })), " ", make("span", {}, clause.share_text)), make("td", { class: "numeric" }, `${clause.obtained_text} / ${clause.applicable_text}`)];
    return make("tr", { class: `depth-${clause.depth}` }, make("th", { scope: "row" }, `${clause.id} `, clause.href ? make("a", { href: clause.href }, rich(clause.title)) : rich(clause.title)), ...cells);
  };
  const threshold = (/** @type {any} */ { label, text, reached }) => make("li", {}, rich(label), " ", make("span", { class: "numeric" }, text), ...(score ? [" ", reached ? make("span", { class: "reached" }, t.threshold_reached) : make("span", { class: "missed" }, t.threshold_missed)] : []));
  return { "evaluation-count": date ? [time(date.iso)] : [], score, "score-total": total && `/ ${total}`, thresholds: thresholds.map(threshold), "score-hidden": hidden ?? "", clauses: clauses.map(row) };
}

// ── The page ──

/** The status leaves of a serial, by the register's unsigned file of them; the check has the signed lists. @type {(bytes: import("./proof.js").Bytes | null, serial: number) => { leaf: number, status: string, date: string, reason?: string }[]} */
function changesIn(bytes, serial) {
  if (!bytes) throw new Error("status/past is missing");
  const rows = parse(bytes).entries[serial] ?? [];
  return rows.map((/** @type {any} */ [leaf, status, date, reason]) => ({ leaf, status, date, ...(reason && { reason }) }));
}

/** @type {(words: Words, place: import("./entries.js").Place, scheme: Scheme | undefined, home: string) => HTMLElement[]} */
function saidIn({ t }, [, , , , , , said], scheme, home) {
  return said.map(([edition, level, status, until, version = 0]) => {
    const row = ["valid", "suspended", "not-yet-valid"].includes(status) ? t.said_row : t.said_row_ended;
    const text = fill(row, { level: scheme?.levels[level]?.name ?? level, status: t[key("status", status)], until });
    return make("li", {}, make("a", { href: `${home}editions/${edition}.html` }, edition), ` ${text}`, ...(version ? [" ", make("span", { class: "note" }, fill(t.said_version, { n: version }))] : []));
  });
}

/** What stands against a certificate, beside its status. @type {(words: Words, scheme: Scheme | undefined, standing: Standing) => { reason: string, note: string }} */
function remarkOn(words, scheme, { status, reason = "", note, suspendedAtExpiry }) {
  const { t } = words;
  const ended = ["suspended", "withdrawn", "cancelled"].includes(status);
  const title = ended ? scheme?.reasons[reason] : "";
  const says = suspendedAtExpiry ? t.note_suspended_at_expiry : note ? plain(words, note) : "";
  return { reason: title ? fill(t.note_reason, { reason: title }) : "", note: status === "valid" ? "" : says };
}

/**
 * The page of a certificate. `finish` adds what may come later.
 * @param {Words} words @param {import("./entries.js").Found} found
 * @param {Awaited<ReturnType<typeof import("./host.js").entriesBelow>>} entries @param {Ways} ways
 */
export async function certificatePage(words, found, entries, ways) {
  const { credential, serial, place } = found;
  const { root, home, path } = ways;
  const subject = credential.credentialSubject;
  const number = subject.certificateNumber;
  const scheme = words.schemes[subject.scheme.id];
  const past = `status/past/${`${Math.floor(serial / 1000)}`.padStart(4, "0")}.json`;
  /** @type {Promise<{ remarks?: string, evaluation?: any }>} */
  const beyond = entries.more(found).then((all) => all[words.lang] ?? {});
  const [changes, more] = await Promise.all([entries.file(past).then((bytes) => changesIn(bytes, serial)), beyond]);
  const timeline = timelineOf(credential, changes);
  const today = civilDate(document.documentElement.dataset.timeZone || "UTC", new Date());
  const standing = timeline.on(today);
  const { facts, until, cycle } = standing;
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("certificate"));
  const page = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const sites = sitesIn(words, subject, today);
  const evaluation = evaluationOf(words, page, facts.evaluation, more.evaluation, scheme);
  const { historyOf, surveillanceOf } = await import("./story.js");
  const link = (/** @type {string} */ label, /** @type {string} */ to) => (to ? [label, words.t.colon, make("a", { class: "code", href: `${home}c/${pathOf(to)}.html` }, to)] : []);
  const reason = until < cycle.until ? fill(words.t.note_transition, { until: prose(words, until), printed: prose(words, cycle.until) }) : "";
  put(page, {
    ...levelOf(words, scheme, standing),
    ...remarkOn(words, scheme, standing),
    ...evaluation,
    until: prose(words, until),
    "until-iso": until,
    "from-iso": cycle.from,
    "until-reason": reason,
    holder: local(words, facts.holder.name),
    "holder-other": otherOf(words, facts.holder.name),
    number,
    "succeeded-by": link(words.t.succeeded_by, place[4]),
    succeeds: link(words.t.succeeds, subject.succeeds ?? ""),
    scope: local(words, facts.scope),
    "scope-other": otherOf(words, facts.scope),
    exclusions: exclusionsOf(words, facts.exclusions ?? [], scheme, home),
    facts: factsOf(words, subject, standing, ways),
    sites: sites.sites,
    "sites-count": sites.count,
    history: historyOf(words, timeline, scheme, today, sitesOf(subject)),
    surveillance: surveillanceOf(words, timeline, scheme, standing, today),
    command: `attestar verify ${number} --site ${credential.id.slice(0, -`/c/${path}.json`.length)}`,
    said: saidIn(words, place, scheme, home),
    address: `${credential.id.slice(0, -`c/${path}.json`.length)}${home.slice(root.length)}c/${path}.html`,
  });
  keep(page, "sites", sites.sites.length);
  const remarks = page.querySelector('[data-part="remarks"] div');
  if (remarks && more.remarks) remarks.innerHTML = more.remarks;
  if (remarks && words.lang !== words.langs[0][0]) remarks.setAttribute("lang", words.langs[0][1]);
  keep(page, "remarks", more.remarks);
  mark(page, { found, changes, timeline, until, from: cycle.from, path });
  const article = /** @type {HTMLElement} */ (page.firstElementChild);
  const name = plain(words, facts.holder.name);
  const lives = ["valid", "not-yet-valid"].includes(standing.status);
  const values = { holder: name, level: plain(words, standing.level.name), number, until, status: words.t[key("status", standing.status)] };
  const id = identifierOf(words, facts.holder);
  return {
    article,
    standing,
    number,
    holderHref: `${home}enterprises/${id.path}.html`,
    title: fill(lives ? words.t.certificate_title : words.t.certificate_title_ended, values),
    /** The holder's other certificates, from the index of the search. */
    async finish() {
      const { relatedTo } = await import("./holder.js");
      const items = await relatedTo(words, id.path, number, ways).catch(() => []);
      const section = article.querySelector('[data-part="related"]');
      section?.querySelector("ul")?.replaceChildren(...items);
      section?.removeAttribute("data-part");
      if (!items.length) section?.remove();
    },
  };
}

/** What the scripts of every certificate's page read. @type {(page: DocumentFragment, of: { found: import("./entries.js").Found, changes: { leaf: number }[], timeline: Timeline, until: string, from: string, path: string }) => void} */
function mark(page, { found: { serial, place, bytes }, changes, timeline, until, from, path }) {
  const segments = timeline.segments.map(({ status, from }) => `${status} ${from}`).join(";");
  const number = decodeURIComponent(path.replaceAll("_", "%"));
  const [, , leaf, prev] = place;
  const statuses = changes.map((change) => change.leaf).join(" ");
  /** @type {Record<string, Record<string, string>>} */
  const data = {
    ".banner": { segments, until },
    "[data-validity]": { from, until, segments },
    "[data-verify]": { number, path, serial: `${serial}`, leaf: `${leaf}`, prev, statuses },
  };
  for (const [selector, values] of Object.entries(data)) Object.assign(/** @type {HTMLElement} */ (page.querySelector(selector)).dataset, values);
  for (const [selector, day] of Object.entries({ "[data-validity] time": from, "[data-validity] span + span time": until, "time[data-fact=until]": until })) page.querySelector(selector)?.setAttribute("datetime", day);
  const entry = /** @type {HTMLAnchorElement | null} */ (page.querySelector("[data-entry]"));
  if (entry) Object.assign(entry, { href: URL.createObjectURL(new Blob([bytes], { type: "application/json" })), download: `${path}.json` });
}
