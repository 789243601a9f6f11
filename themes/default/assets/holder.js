// @ts-check
// A certified organisation and all its certificates, in the compact layout: from the rows of the search's index,
// the newest signed entry, and the status lists.

import { make } from "./elements.js";
import { entriesBelow, filesBelow } from "./host.js";
import { openLookup } from "./lookup.js";
import { keyOf, numberKey, pathOf } from "./query.js";
import { addDays, civilDate, fill } from "./register.js";
import { identifierOf, local, otherOf, plain, prose, put } from "./sheet.js";
import { timelineOf } from "./standing.js";
import { openToday } from "./today.js";

/**
 * @typedef {import("./sheet.js").Words} Words
 * @typedef {import("./lookup.js").Row} Row
 * @typedef {{ title: string, name: Node | string, kind: string, nodes: Node[] }} Page
 */

/** The rows that have an identifier now, newest first, and those that had it before. @type {(root: string, key: string) => Promise<{ rows: Row[], former: Row[] }>} */
export async function rowsOf(root, key) {
  const file = filesBelow(root);
  const lookup = await openLookup("", (path) => file(path));
  const rows = (await lookup.exact(key)).sort((a, b) => (a.from < b.from ? 1 : a.from > b.from ? -1 : b.rid - a.rid));
  return { rows: rows.filter(({ id }) => id === key), former: rows.filter(({ id, formerIds }) => id !== key && formerIds.includes(key)) };
}

/** What is so of rows today, as lists show it. @type {(words: Words, root: string, rows: Row[]) => Promise<HTMLElement[]>} */
async function tagsOf({ t }, root, rows) {
  const file = filesBelow(root);
  const today = openToday((path) => file(path).then((bytes) => bytes && JSON.parse(new TextDecoder().decode(bytes))), document.documentElement.dataset.timeZone || "UTC");
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("words"));
  return (await today.of(rows)).map(({ code, days }) => {
    const looks = code === "revoked" ? "cancelled" : code === "unknown" ? "none" : code;
    const entry = /** @type {HTMLElement | null} */ (template.content.querySelector(`[data-status="${looks}"]`));
    const { daysOne, daysOther } = template.dataset;
    const word = code === "expiring" ? fill(entry?.dataset.short, { days: fill(days === 1 ? daysOne : daysOther, { n: days }) }) : (entry?.textContent?.trim() ?? "");
    const said = code === "unknown" ? t.shell_status_unknown : word;
    return make("span", { class: "tag", "data-status": looks }, entry?.querySelector("svg")?.cloneNode(true) ?? "", make("span", { "data-word": "" }, said));
  });
}

/** How many other certificates of a holder a certificate's page shows. */
const RELATED = 12;

/** The holder's other certificates. @type {(words: Words, id: string, number: string, ways: { root: string, home: string }) => Promise<HTMLElement[]>} */
export async function relatedTo(words, id, number, { root, home }) {
  const rows = (await rowsOf(root, keyOf(id))).rows.filter((row) => row.number !== number).slice(0, RELATED);
  const tags = await tagsOf(words, root, rows);
  return rows.map(({ number, scheme, level }, at) => {
    const known = words.schemes[scheme];
    return make("li", {}, make("a", { class: "code", href: `${home}c/${pathOf(numberKey(number))}.html` }, number), ` ${known?.short ?? scheme} ${known?.levels[level]?.name ?? level} `, tags[at]);
  });
}

/** The page of an identifier that was corrected. @type {(words: Words, key: string, rows: Row[], home: string) => Page} */
function redirected({ t, lang }, key, rows, home) {
  const holders = [...new Map(rows.map((row) => [row.id, row])).values()];
  const link = (/** @type {Row} */ { id, zh, en }) => make("li", {}, make("a", { href: `${home}enterprises/${pathOf(id)}.html` }, (lang !== "zh" && en) || zh || en), " ", make("span", { class: "code" }, id));
  const code = make("dl", { class: "facts" }, make("div", {}, make("dt", {}, t.field_former_id), make("dd", { class: "code" }, key)));
  return { title: t.redirect_title, name: key, kind: "redirect", nodes: [make("h1", {}, t.redirect_title), code, make("p", { class: "lead" }, t.redirect_text), make("ul", { class: "links" }, ...holders.map(link))] };
}

/** Earlier names of a holder, by one of its entries. @type {(words: Words, credential: any, today: string) => [string, (Node | string)[]][]} */
function formerly(words, credential, today) {
  const { t } = words;
  const { recorded, granted } = timelineOf(credential, []);
  let name = granted.holder.name;
  /** @type {[string, (Node | string)[]][]} */
  const rows = [];
  for (const { kind, effective, facts } of recorded.filter((event) => event.effective <= today)) {
    const next = facts.holder?.name;
    if (kind === "renamed" && next) rows.push([t.field_former_name, [local(words, name), " ", make("span", { class: "note" }, fill(t.former_name_until, { date: prose(words, addDays(effective, -1)) }))]]);
    name = next ?? name;
  }
  return rows;
}

/** @type {(words: Words, path: string, place: DOMStringMap) => Promise<Page | null>} */
export async function showHolder(words, path, { root = "", home = "" }) {
  const { t } = words;
  const key = keyOf(path);
  const { rows, former } = key ? await rowsOf(root, key) : { rows: [], former: [] };
  if (!rows.length) return former.length ? redirected(words, key, former, home) : null;
  const entries = await entriesBelow(root);
  const [found, tags] = await Promise.all([entries.find(pathOf(numberKey(rows[0].number))), tagsOf(words, root, rows)]);
  if (!found) return null;
  const today = civilDate(document.documentElement.dataset.timeZone || "UTC", new Date());
  const { holder, region } = timelineOf(found.credential, []).on(today);
  const { label, value } = identifierOf(words, holder);
  /** @type {[string, (Node | string)[]][]} */
  const facts = [
    [label, [make("span", { class: "code" }, value)]],
    ...(holder.address ? [/** @type {[string, (Node | string)[]]} */ ([t.field_address, [local(words, holder.address)]])] : []),
    ...(region?.name ? [/** @type {[string, (Node | string)[]]} */ ([t.field_region, [local(words, region.name)]])] : []),
    ...formerly(words, found.credential, today),
    ...[...new Set(rows.flatMap(({ formerIds }) => formerIds))].map((id) => /** @type {[string, (Node | string)[]]} */ ([t.field_former_id, [make("span", { class: "code" }, id)]])),
  ];
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("enterprise"));
  const page = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const line = (/** @type {Row} */ row, /** @type {number} */ at) => {
    const scheme = words.schemes[row.scheme];
    return make(
      "tr",
      {},
      make("th", { scope: "row", class: "c-number" }, make("a", { class: "code", href: `${home}c/${pathOf(numberKey(row.number))}.html` }, row.number)),
      make("td", { class: "c-level" }, scheme?.levels[row.level]?.name ?? row.level),
      make("td", { class: "c-scheme" }, scheme?.short ?? row.scheme),
      make("td", { class: "c-status" }, tags[at]),
      make("td", { class: "c-until" }, make("span", { class: "key" }, `${t.valid_until} `), make("time", { datetime: row.until }, row.until)),
    );
  };
  put(page, {
    name: local(words, holder.name),
    "other-name": otherOf(words, holder.name),
    facts: facts.map(([label, content]) => make("div", {}, make("dt", {}, label), make("dd", {}, ...content))),
    count: fill(rows.length === 1 ? (t.count_short_one ?? t.count_short) : t.count_short, { n: rows.length }),
    rows: rows.map(line),
  });
  const name = plain(words, holder.name);
  return { title: fill(t.enterprise_title, { holder: name }), name: local(words, holder.name), kind: "enterprise", nodes: [...page.childNodes] };
}
