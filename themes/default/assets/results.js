// @ts-check
// What a search has found, as a list: names with what matched marked, statuses of today, what narrows it
// down, page after page. The words come from assets/search-LANG.json.

import { make } from "./elements.js";
import { fold } from "./fold.js";
import { numberKey, pathOf } from "./query.js";
import { fill, setDated } from "./register.js";
import { openToday } from "./today.js";

/**
 * @typedef {import("./lookup.js").Row} Row
 * @typedef {import("./lookup.js").Found} Found
 * @typedef {Awaited<ReturnType<typeof import("./lookup.js").openLookup>>} Lookup
 * @typedef {Record<string, string>} Words
 * @typedef {{ q: string, page: number, before: number, facets: Record<string, string> }} Asked What the address says.
 * @typedef {{ schemes: Record<string, string>, levels: Record<string, { name: string }>, regions: Record<string, string>, industries: Record<string, string> }} Names
 * @typedef {(name: string, values?: Record<string, string | number>, links?: Node[]) => void} Say Shows one of the page's answers.
 */

const FACETS = ["scheme", "level", "region", "industry", "status", "year"];
const STATUSES = ["valid", "suspended", "expired", "withdrawn", "cancelled", "not-yet-valid"];
/** Which list says it. */
const LISTS = /** @type {Record<string, string>} */ ({ suspended: "suspension", withdrawn: "revocation", cancelled: "revocation" });

// ── The address ──

/** @param {string} search @returns {Asked} */
export function askedBy(search) {
  const given = new URLSearchParams(search);
  const number = (/** @type {string} */ name) => (/^\d{1,9}$/.test(given.get(name) ?? "") ? Number(given.get(name)) : 0);
  const facets = FACETS.flatMap((name) => (given.get(name) ? [[name, given.get(name) ?? ""]] : []));
  return { q: (given.get("q") ?? "").trim(), page: number("before") ? Math.max(2, number("page")) : 1, before: number("before"), facets: Object.fromEntries(facets) };
}

/** @param {Asked} asked */
export function addressOf({ q, page, before, facets }) {
  const entries = Object.entries({ q, ...facets, ...(before && { before, page }) }).filter(([, value]) => value);
  return `?${new URLSearchParams(entries.map(([name, value]) => [name, `${value}`]))}`;
}

// ── Names ──

/** Where in a name its folded words stand: from, to. @type {(name: string, words: string[]) => [number, number][]} */
export function marksOf(name, words) {
  let whole = "";
  /** @type {number[][]} */
  const places = [];
  let at = 0;
  for (const letter of name) {
    for (const unit of fold(letter)) whole += unit;
    while (places.length < whole.length) places.push([at, at + letter.length]);
    at += letter.length;
  }
  return words.flatMap((word) => {
    const from = word ? whole.indexOf(word) : -1;
    return from < 0 ? [] : [/** @type {[number, number]} */ ([places[from][0], places[from + word.length - 1][1]])];
  });
}

/** What is left of a name without its place and its legal form. @type {(row: Row, names: Names) => string} */
function plain({ zh, en, region }, { regions }) {
  const place = fold(regions[region] ?? "").replace(/[省市区县]$/, "");
  return fold(zh || en).replace(/集团|股份|有限|责任|分公司|公司|GROUP|COLTD|LTD|LIMITED|CORPORATION/g, "").replace(place, "").replace(/^[省市区县]/, "");
}

/** Whether rows have the same name and another holder, and whether names differ only by place or form. @type {(rows: Row[], names: Names) => { same: boolean, alike: boolean }} */
export function confusable(rows, names) {
  const pairs = rows.flatMap((a, at) => rows.slice(at + 1).map((b) => [a, b])).filter(([a, b]) => a.id !== b.id);
  const named = (/** @type {Row} */ { zh, en }) => fold(zh || en);
  const same = pairs.some(([a, b]) => named(a) === named(b));
  return { same, alike: pairs.some(([a, b]) => named(a) !== named(b) && plain(a, names).length > 1 && plain(a, names) === plain(b, names)) };
}

// ── The page ──

/** @type {(text: string, words: string[]) => (Node | string)[]} */
function marked(text, words) {
  const parts = [];
  let done = 0;
  for (const [from, to] of marksOf(text, words).sort(([a], [b]) => a - b)) {
    if (from < done) continue;
    parts.push(text.slice(done, from), make("mark", {}, text.slice(from, to)));
    done = to;
  }
  return [...parts, text.slice(done)];
}

/**
 * The results on the search's page. `again` is called when the reader goes back.
 * @param {HTMLElement} place @param {Say} say @param {() => void} again
 */
export async function startResults(place, say, again) {
  const { root = "", home = "", lang = "", words: wordsPlace = "" } = place.dataset;
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (place.querySelector(`[data-${name}]`));
  const selects = /** @type {HTMLSelectElement[]} */ ([...place.querySelectorAll("select[name]")]);
  const statuses = /** @type {HTMLTemplateElement} */ (document.getElementById("words"));
  const title = document.title;

  /** @param {string} path @param {RequestCache} cache */
  async function get(path, cache = path.includes("?v=") ? "default" : "no-cache") {
    const response = await fetch(path, { cache, credentials: "omit", signal: AbortSignal.timeout?.(30_000) });
    if (response.status === 404 || response.status === 410) return null;
    if (!response.ok) throw new Error(`${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
  const json = async (/** @type {string} */ path) => {
    const bytes = await get(path);
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
  };
  /** Once it is there, it stays; what failed is tried again. @template T @param {() => Promise<T>} open @returns {() => Promise<T>} */
  const lasting = (open) => {
    /** @type {Promise<T> | undefined} */
    let made;
    return () => {
      made ??= open().catch((error) => {
        made = undefined;
        throw error;
      });
      return made;
    };
  };
  const openIndex = lasting(() => import("./lookup.js").then(({ openLookup }) => openLookup(root, get)));
  const openWords = lasting(async () => /** @type {Words} */ ((await json(wordsPlace)) ?? Promise.reject(new Error("words"))));
  const openNames = lasting(async () => /** @type {Names} */ ((await json(`${root}s/names-${lang}.json?v=${(await openIndex()).manifest.gen.names}`)) ?? { schemes: {}, levels: {}, regions: {}, industries: {} }));
  const openGuide = lasting(async () => /** @type {import("./guide.js").Part[]} */ ((await json(`${root}assets/guidance-${lang}.json`)) ?? []));
  const today = openToday((path) => json(root + path), document.documentElement.dataset.timeZone || "UTC");

  let turn = 0;
  /** Where each page began, of what is being looked at. @type {number[]} */
  let begins = [];

  /** What narrows a search, once somebody wants it. @param {Asked} asked */
  async function showFacets({ facets }) {
    const box = /** @type {HTMLDetailsElement} */ (find("facets"));
    const count = Object.keys(facets).length;
    box.open ||= count > 0;
    if (!box.open) return;
    const [words, names, { fillSelects }] = await Promise.all([openWords(), openNames(), import("./facets.js")]);
    fillSelects(selects, facets, names, { ...words, ...Object.fromEntries(STATUSES.map((code) => [code, wordFor(code)])) }, Number(today.day().slice(0, 4)));
    find("chosen").textContent = count ? fill(words.chosen, { n: count }) : "";
    find("clear").hidden = !count;
  }

  /** The word of a status. @param {string} code */
  const wordFor = (code) => statuses.content.querySelector(`[data-status="${code}"]`)?.textContent?.trim() ?? "";

  // ── Rows ──

  const nameOf = (/** @type {Row} */ { zh, en }) => (lang !== "zh" && en) || zh || en;
  const hrefOf = (/** @type {Row} */ { number }) => `${home}c/${pathOf(numberKey(number))}.html`;

  /** @type {(row: Row, names: Names, words: Words, parts: string[]) => Promise<HTMLElement>} */
  async function itemOf(row, names, words, parts) {
    const shown = nameOf(row);
    const { nameWith } = await import("./lookup.js");
    const matched = parts.length ? ((await nameWith(row, parts)) ?? shown) : shown;
    const lines = [make("h3", {}, make("a", { href: hrefOf(row), lang: shown === row.zh ? "zh-CN" : "en" }, ...marked(shown, parts)))];
    if (matched !== shown) {
      const language = /\p{Script=Han}/u.test(matched) ? "zh-CN" : "en";
      const other = make("span", { lang: language }, ...marked(matched, parts));
      lines.push(make("p", { class: "formerly" }, ...(row.former.includes(matched) ? [words.formerly, other] : [other])));
    }
    const level = names.levels[`${row.scheme}/${row.level}`]?.name ?? row.level;
    const facts = [make("span", { class: "code" }, row.number), make("strong", {}, level), names.schemes[row.scheme] ?? row.scheme, names.regions[row.region] ?? row.region, row.id && fill(words.tail, { tail: row.id.slice(-6) })];
    lines.push(make("ul", { class: "facts-line" }, ...facts.filter(Boolean).map((fact) => make("li", {}, fact))));
    if (/分公司$/.test(row.zh.replace(/[)）]$/, ""))) lines.push(make("p", { class: "note" }, words.branch));
    const until = make("p", { class: "until" });
    setDated(until, fill(words.until, { date: row.until }));
    const tag = make("span", { class: "tag", "data-status": "none", "data-rid": `${row.rid}` }, make("span", { "data-word": "" }, words.pending));
    return make("li", {}, make("div", {}, ...lines), make("div", { class: "standing" }, tag, until));
  }

  /** Writes what is so today. @type {(rows: Row[], words: Words, sealed: boolean) => Promise<void>} */
  async function showStatuses(rows, words, sealed) {
    const all = sealed ? await today.of(rows) : rows.map(() => ({ code: "unknown", days: 0, since: "" }));
    rows.forEach(({ rid }, at) => {
      const tag = /** @type {HTMLElement | null} */ (find("rows").querySelector(`[data-rid="${rid}"]`));
      const { code, days, since } = all[at];
      if (!tag) return;
      const looks = code === "revoked" ? "cancelled" : code === "unknown" ? "none" : code;
      const entry = /** @type {HTMLElement | null} */ (statuses.content.querySelector(`[data-status="${looks}"]`));
      const { daysOne, daysOther } = statuses.dataset;
      const special = { unknown: words.unknown, revoked: words.revoked, expiring: fill(entry?.dataset.short, { days: fill(days === 1 ? daysOne : daysOther, { n: days }) }) };
      tag.dataset.status = looks;
      tag.replaceChildren(entry?.querySelector("svg")?.cloneNode(true) ?? "", make("span", { "data-word": "" }, special[/** @type {keyof typeof special} */ (code)] ?? wordFor(code)));
      if (["withdrawn", "cancelled", "revoked"].includes(code)) setDated(/** @type {Element} */ (tag.nextElementSibling), since && fill(words.since, { date: since }));
    });
    const unknown = all.some(({ code }) => code === "unknown");
    setDated(find("dated"), !sealed ? words.unsigned : unknown ? words.stale : fill(words.dated, { today: today.day() }));
  }

  /** @type {(found: Found, asked: Asked, words: Words) => void} */
  function showPages(found, asked, words) {
    const link = (/** @type {string} */ label, /** @type {Partial<Asked>} */ to, /** @type {string} */ rel) => make("li", {}, make("a", { href: addressOf({ ...asked, ...to }), rel }, label));
    begins[asked.page] = asked.before;
    const newer = begins[asked.page - 1];
    const links = [
      ...(asked.page > 2 || (asked.page > 1 && newer === undefined) ? [link(words.newest, { before: 0, page: 1 }, "first")] : []),
      ...(asked.page > 1 && newer !== undefined ? [link(words.newer, { before: newer, page: asked.page - 1 }, "prev")] : []),
      ...(found.more || found.partial ? [link(found.partial ? words.go_on : words.older, { before: found.next, page: asked.page + 1 }, "next")] : []),
    ];
    find("pages").hidden = !links.length;
    find("pages").replaceChildren(make("ul", { class: "turn" }, ...links));
  }

  /** @type {(found: Found, asked: Asked, words: Words, names: Names, parts: string[], note: string) => Promise<void>} */
  async function showRows(found, asked, words, names, parts, note) {
    const { rows } = found;
    const items = await Promise.all(rows.map((row) => itemOf(row, names, words, parts)));
    find("heading").textContent = headingOf(asked, words);
    const { same, alike } = confusable(rows, names);
    const notes = [note, found.partial && words.partial, found.short && rows.length && fill(words.lossy, { query: asked.q }), same && words.homonyms, alike && words.alike].flatMap((text) => text || []);
    find("notes").replaceChildren(...notes.map((text) => make("p", {}, text)));
    find("rows").replaceChildren(...items);
    const n = rows.length;
    const all = asked.page === 1 && !found.more && !found.partial;
    find("total").textContent = find("count").textContent = fill(all ? (n === 1 ? words.count_one : words.count) : asked.page > 1 ? words.count_page : n ? words.count_more : words.count_none, { n, page: asked.page });
    find("found").hidden = false;
    showPages(found, asked, words);
  }

  /** @param {string} text @param {number} mine */
  async function showGuide(text, mine) {
    const [parts, { partsFor, excerpt }] = await Promise.all([openGuide(), import("./guide.js")]);
    const found = partsFor(parts, text);
    if (mine !== turn) return;
    find("guide").hidden = !found.length;
    const terms = text.split(/\s+/).map(fold);
    const items = found.map(([href, title, heading, body]) => make("li", {}, make("a", { href: home + href }, ...marked(heading && heading !== title ? `${title} · ${heading}` : title, terms)), make("p", { class: "note" }, ...marked(excerpt(body, text), terms))));
    find("guides").replaceChildren(...items);
  }

  /** Nothing: which kind of nothing, and what is like it. @type {(asked: Asked, found: Found, similar: Row[]) => void} */
  function showNothing({ q, facets }, found, similar) {
    hide();
    if (found.short) return say(fold(q).length < 2 || /^\w+$/.test(fold(q)) ? "short" : "form", { query: q });
    if (Object.keys(facets).length) return say("narrow", { query: q });
    const links = similar.map((row) => make("a", { href: hrefOf(row) }, `${nameOf(row)} `, make("span", { class: "code" }, row.number)));
    say("not-found", { query: q }, links);
  }

  /** @type {(lookup: Lookup, asked: Asked, words: Words) => Promise<{ found: Found, parts: string[], note: string }>} */
  async function search(lookup, { q, before, facets: { status = "", ...facets } }, words) {
    const among = LISTS[status] && (await today.among(LISTS[status], lookup.manifest.n));
    const keep = async (/** @type {Row[]} */ rows) => (await today.of(rows)).map(({ code }) => code.replace("expiring", "valid") === status);
    const query = { text: q, facets, ...(status && { keep }), ...(among && { among }), ...(before && { before }) };
    const found = await lookup.search(query);
    const parts = q.split(/\s+/).map(fold).filter(Boolean);
    if (found.rows.length || found.partial) return { found, parts: parts.length ? [parts.join("")] : [], note: "" };
    // A number with words or spaces in it; some write a space where it has a dash.
    const keys = /\d/.test(q) && !status && !before ? new Set([q, q.replace(/\s+/g, "-")].map(numberKey)) : [];
    const rows = (await Promise.all([...keys].map(lookup.exact))).flat();
    if (rows.length) return { found: { ...found, rows, short: false }, parts: [], note: "" };
    if (parts.length < 2) return { found, parts, note: "" };
    return { found: await lookup.search({ ...query, words: true }), parts, note: fill(words.apart, { query: q }) };
  }

  /** Looks up what is asked, and shows it. @param {Asked} asked */
  async function run(asked) {
    const mine = (turn += 1);
    const { q, page, facets } = asked;
    if (page === 1) begins = [];
    const any = q || Object.keys(facets).length > 0;
    place.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => mine === turn && any && say("checking", { query: q }), 500);
    try {
      const opened = any ? openIndex() : null;
      opened?.catch(() => {});
      const words = await openWords();
      await showFacets(asked);
      if (mine !== turn) return;
      const lookup = await opened;
      if (!lookup) return hide(), say("empty");
      if (facets.status && !(await today.knows(lookup.manifest))) return hide(), say("no-status");
      const [{ found, parts, note }, names] = await Promise.all([search(lookup, asked, words), openNames()]);
      const similar = found.rows.length || found.partial || found.short || !q ? [] : await lookup.similar(q);
      if (mine !== turn) return;
      document.title = `${headingOf(asked, words)} · ${title}`;
      if (found.rows.length || found.partial) {
        await showRows(found, asked, words, names, parts, note);
        say("");
        find("facets").hidden = false;
        await showStatuses(found.rows, words, lookup.manifest.sealed);
      } else showNothing(asked, found, similar);
      if (mine !== turn) return;
      find("guide").hidden = true;
      if (q && page === 1 && !found.short) await showGuide(q, mine).catch(() => {});
    } catch {
      if (mine !== turn) return;
      hide();
      say("unreachable", { query: q });
    } finally {
      clearTimeout(slow);
      if (mine === turn) {
        place.removeAttribute("aria-busy");
        // Where it stands is known with the answer: nothing moves.
        find("facets").hidden = false;
      }
    }
  }

  /** Nothing is shown. */
  function hide() {
    find("found").hidden = find("guide").hidden = true;
    find("count").textContent = "";
  }

  /** @type {(asked: Asked, words: Words) => string} */
  const headingOf = ({ q }, words) => (q ? fill(words.heading, { query: q }) : words.heading_all);

  const chosen = () => Object.fromEntries(selects.flatMap(({ name, value }) => (value ? [[name, value]] : [])));

  /** Whether what the address says is still being typed. */
  let typing = false;

  /** Asks something new. What is still being typed has one place in the history, another question one of its own. @type {(q: string, typed?: boolean) => Promise<void>} */
  function look(q, typed = false) {
    const facets = selects[0].options.length ? chosen() : askedBy(location.search).facets;
    const asked = { q: q.trim(), page: 1, before: 0, facets };
    const was = askedBy(location.search).q;
    if (was && was !== asked.q && !typing) history.pushState(null, "", addressOf(asked));
    else history.replaceState(null, "", addressOf(asked));
    typing = typed;
    return run(asked);
  }

  for (const select of selects) {
    select.addEventListener("change", () => {
      const level = selects.find(({ name }) => name === "level");
      if (select.name === "scheme" && level && !level.value.startsWith(`${select.value}/`)) level.value = "";
      void look(askedBy(location.search).q);
    });
  }
  find("facets").addEventListener("toggle", () => void showFacets(askedBy(location.search)).catch(() => say("unreachable")));
  find("clear").addEventListener("click", () => {
    for (const select of selects) select.value = "";
    void look(askedBy(location.search).q);
    selects[0].focus();
  });
  find("pages").addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    void run(askedBy(location.search)).then(() => find("heading").focus());
  });
  addEventListener("popstate", again);

  return {
    look,
    /** Shows what the address asks. */
    show() {
      typing = false;
      return run(askedBy(location.search));
    },
    /** Makes room for another answer. @param {string} q */
    hide(q) {
      turn += 1;
      hide();
      place.removeAttribute("aria-busy");
      history.replaceState(null, "", addressOf({ q, page: 1, before: 0, facets: {} }));
    },
  };
}
