// @ts-check
// The search box. A number, a code or an address leads to its page, if there is one: that takes one
// request. Names are looked for on the search's own page (results.js). Nothing leaves the browser.

import { entriesBelow, isCompact } from "./host.js";
import { creditCodeFits, keyOf, kindOf, linesOf, numberKey, parseQuery, pathOf, rescued, unnamed } from "./query.js";
import { fill } from "./register.js";

/** @typedef {import("./query.js").Query} Query */

/** @type {(root: ParentNode, selector: string) => HTMLElement[]} */
const all = (root, selector) => [...root.querySelectorAll(selector)].map((element) => /** @type {HTMLElement} */ (element));

/** @type {(root: ParentNode, selector: string) => HTMLElement | null} */
const first = (root, selector) => root.querySelector(selector);

/**
 * Whether a page exists. A host that does not answer says nothing about the certificate.
 * @type {(href: string, method?: string) => Promise<"yes" | "no" | "unreachable">}
 */
async function exists(href, method = "HEAD") {
  if (location.protocol === "file:") return "yes";
  if (isCompact()) return isShown(href).catch(() => "unreachable");
  try {
    const { ok, status } = await fetch(href, { method, cache: "no-cache" });
    if (!ok && method === "HEAD" && [405, 501].includes(status)) return exists(href, "GET");
    return ok ? "yes" : status === 404 || status === 410 ? "no" : "unreachable";
  } catch {
    return "unreachable";
  }
}

/**
 * The same where one page shows all: some hosts serve it at every address, and others say 404 of each.
 * @type {(href: string) => Promise<"yes" | "no">}
 */
async function isShown(href) {
  const [, kind = "", path = ""] = /\b(c|enterprises)\/([^/]+)\.html$/.exec(href) ?? [];
  const root = first(document, "[data-search]")?.dataset.root ?? "";
  if (kind === "enterprises") {
    const { rows, former } = await (await import("./holder.js")).rowsOf(root, keyOf(path));
    return rows.length || former.length ? "yes" : "no";
  }
  const entries = await entriesBelow(root);
  return (await entries.find(path)) || (await entries.erased(path)) ? "yes" : "no";
}

/** A credit code of which the last character is yet to come: class, place, organisation. */
const CODE_BUT_ONE = /^[1-9ANY][1-9]\d{6}[0-9A-HJ-NPQRTUWXY]{9}$/;
const OLD_NUMBER = /^\d{15}$/;

/** What is said of a key that leads nowhere. @type {(message: ParentNode, query: Query) => void} */
function explain(message, { key, enterprise }) {
  const bare = key.replace(/-/g, "");
  const code = /^[1-9][0-9A-HJ-NPQRTUWXY]{15,18}$/.test(bare) && bare === key;
  const hints = { code: Boolean(enterprise) && !creditCodeFits(enterprise), length: code && bare.length !== 18, old: OLD_NUMBER.test(bare), near: /^[0-9A-Z]{18}$/.test(bare) && /^.\d{7}|^9/.test(bare) };
  for (const [name, is] of Object.entries(hints)) for (const hint of all(message, `[data-${name}]`)) hint.hidden = !is;
}

/** @param {HTMLFormElement} form */
function startSearch(form) {
  const input = /** @type {HTMLInputElement} */ (first(form, "[type=search]"));
  const region = /** @type {HTMLElement} */ (first(document, "[data-result]"));
  const live = first(form, "[data-live]");
  const place = first(document, "[data-find]");
  const { certificates = "", enterprises = "" } = form.dataset;
  /** What shows results, on the page that has room for them. */
  const results = place && import("./results.js").then(({ startResults }) => startResults(place, say, again)).catch(() => null);
  /** What looks names up is fetched beside it where something is asked, else when somebody begins to. */
  const warm = () => void import("./lookup.js").catch(() => {});
  if (place && location.search) warm();
  else if (place) input.addEventListener("focus", warm, { once: true });
  let composing = false;
  let turn = 0;
  let pause = 0;

  /** Shows an answer of the page, or none. @type {(name: string, values?: Record<string, string | number>, links?: Node[]) => ParentNode | null} */
  function say(name, values = {}, links = []) {
    const template = /** @type {HTMLTemplateElement | null} */ (first(document, `template[data-message="${name}"]`));
    const message = /** @type {DocumentFragment | undefined} */ (template?.content.cloneNode(true));
    region.replaceChildren(message ?? "");
    if (!message) return null;
    for (const text of all(region, "[data-text], [data-length]")) text.textContent = fill(text.textContent ?? "", values);
    first(region, "[data-retry]")?.addEventListener("click", () => form.requestSubmit());
    offer(links);
    return region;
  }

  /** Links to what may have been meant. @param {Node[]} links */
  function offer(links) {
    const similar = first(region, "[data-similar]");
    if (!similar || !links.length) return;
    similar.hidden = false;
    const items = links.map((link) => {
      const item = document.createElement("li");
      item.append(link);
      return item;
    });
    similar.querySelector("ul")?.replaceChildren(...items);
  }

  /** @type {(href: string, text: string) => HTMLAnchorElement} */
  const linkTo = (href, text) => Object.assign(document.createElement("a"), { href, textContent: text });

  /** Pages under which a number or a code may be, the likeliest first. @type {(query: Query) => string[]} */
  const pagesOf = ({ enterprise, certificate }) => [enterprise && `${enterprises}${enterprise}.html`, certificate && `${certificates}${certificate}.html`, !enterprise && `${enterprises}${certificate}.html`].flatMap((page) => page || []);

  /** Goes to the page of a number, a code or an address, or says that there is none. @type {(text: string, go: (page: string) => void) => Promise<void>} */
  async function open(text, go) {
    const query = parseQuery(text);
    const mine = (turn += 1);
    const values = { query: query.key, n: query.key.replace(/-/g, "").length };
    say("checking", values);
    for (const page of pagesOf(query)) {
      const answer = await exists(page);
      if (mine !== turn) return;
      if (answer === "unreachable") return void say("unreachable", values);
      if (answer === "no") continue;
      say("found", values);
      return go(page);
    }
    say("not-found", values);
    explain(region, query);
    first(region, "[data-near] button")?.addEventListener("click", () => void near(query));
    // Some write a space where the number has a dash.
    const dashed = numberKey(text.trim().replace(/\s+/g, "-"));
    for (const other of [...rescued(query.key), ...(dashed === query.key ? [] : [dashed])]) {
      const meant = parseQuery(other);
      for (const page of pagesOf(meant)) {
        if ((await exists(page)) === "yes" && mine === turn) return offer([linkTo(page, meant.enterprise || other)]);
      }
    }
  }

  /** Codes that differ in one place, and are registered. @param {Query} query */
  async function near({ key }) {
    const mine = turn;
    const button = /** @type {HTMLButtonElement} */ (first(region, "[data-near] button"));
    button.disabled = true;
    try {
      const { openLookup } = await import("./lookup.js");
      const root = form.dataset.root ?? "";
      const lookup = await openLookup(root, async (path) => {
        const response = await fetch(path, { cache: path.includes("?v=") ? "default" : "no-cache" });
        if (!response.ok && response.status !== 404) throw new Error(`${response.status}`);
        return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
      });
      const rows = await lookup.near(key, true);
      if (mine !== turn) return;
      for (const hint of all(region, "[data-near]")) hint.hidden = true;
      for (const hint of all(region, "[data-near-none]")) hint.hidden = rows.length > 0;
      offer([...new Map(rows.map((row) => [row.id, linkTo(`${enterprises}${pathOf(row.id)}.html`, `${row.id} ${row.zh || row.en}`)])).values()]);
    } catch {
      if (mine === turn) say("unreachable", { query: key });
    }
  }

  /** Several lines are for the page that checks lists; they go there in the fragment, which no server sees. @param {string} text */
  function offerList(text) {
    const lines = linesOf(text);
    const link = /** @type {HTMLAnchorElement | null | undefined} */ (say("list", { n: lines.length })?.querySelector("a"));
    if (link) link.href += `#list=${encodeURIComponent(lines.join("\n"))}`;
  }

  /** @param {string} text @param {{ go?: (page: string) => void, event?: Event }} [how] */
  function search(text, { go = (page) => location.assign(page), event } = {}) {
    clearTimeout(pause);
    text = unnamed(text);
    const kind = kindOf(text);
    if (kind === "name" && !place) return; // The form takes it to the search's page.
    event?.preventDefault();
    turn += 1;
    if (kind === "empty" && !place) {
      say("empty");
      return input.focus();
    }
    if (kind === "name" || kind === "empty") return void results?.then((shown) => void (shown ? shown.look(text, !event) : say("unreachable")));
    results?.then((shown) => shown?.hide(kind === "list" ? "" : text));
    if (kind === "list") return offerList(text);
    void open(text, go);
  }

  /** Shows what the address asks: at first, and on the way back. */
  function again() {
    const text = new URLSearchParams(location.search).get("q") ?? "";
    input.value = text;
    if (["name", "empty"].includes(kindOf(text))) results?.then((shown) => void (shown ? shown.show() : say("unreachable")));
    else search(text, { go: (page) => location.replace(page) });
  }

  input.addEventListener("compositionstart", () => (composing = true));
  input.addEventListener("compositionend", () => {
    composing = false;
    typed();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
  });
  input.addEventListener("input", () => typed());
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (linesOf(text).length < 2) return;
    search(text, { event });
  });
  form.addEventListener("submit", (event) => (composing ? event.preventDefault() : search(input.value, { event })));

  /** What can be said before anything is asked; and names, when nothing has been typed for a while. */
  function typed() {
    clearTimeout(pause);
    if (composing) return;
    const bare = numberKey(input.value).replace(/-/g, "");
    const hint = CODE_BUT_ONE.test(bare) ? "more" : OLD_NUMBER.test(bare) ? "old" : "";
    if (live) live.textContent = hint && (live.dataset[hint] ?? "");
    if (place && kindOf(input.value) === "name" && bare.length > 1) pause = window.setTimeout(() => search(input.value), 400);
  }

  form.hidden = false;
  const missing = form.dataset.search === "not-found" && location.pathname.match(/\/c\/([^/]+)\.html$/);
  if (missing) {
    input.value = keyOf(missing[1]) || decodeURIComponent(missing[1]);
    const query = parseQuery(input.value);
    say("not-found", { query: query.key });
    explain(region, query);
  } else if (place) again();
}

if (typeof document !== "undefined") {
  for (const form of all(document, "form[data-search]")) startSearch(/** @type {HTMLFormElement} */ (form));
}
