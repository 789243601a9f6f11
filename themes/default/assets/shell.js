// @ts-check
// The page of every certificate and every holder, in the compact layout: what the address asks for is read from
// the ledger and the index of the search, and put into this page. The check of it is panel.js's, as everywhere.

import { make } from "./elements.js";
import { entriesBelow } from "./host.js";
import { keyOf } from "./query.js";
import { fill, showToday } from "./register.js";
import { local, prose, wordsIn } from "./sheet.js";

/** @typedef {import("./sheet.js").Words} Words */

/** The language, the kind of page and the name in an address; hosts may leave out the ending. */
const ADDRESS = /(?:\/([a-z]{2,3}))?\/(c|enterprises)\/([^/]+?)(?:\.html)?$/;

/** @type {(selector: string, root?: ParentNode) => HTMLElement | null} */
const first = (selector, root = document) => root.querySelector(selector);

const shell = () => /** @type {HTMLElement} */ (first("[data-shell]"));

/** The site's languages, each with its `lang` attribute; the first stands at the root. */
const languages = () => (shell().dataset.languages ?? "").split(" ").map((pair) => pair.split("="));

/** The folder of a language. @param {string} language */
const folderOf = (language) => (language === languages()[0][0] ? "" : `${language}/`);

/** The page in the language of the address: hosts have one fallback page for all. @param {string} language */
async function speak(language) {
  const { root = "", lang } = shell().dataset;
  if (language === lang) return;
  const response = await fetch(`${root}${folderOf(language)}404.html`, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${response.status}`);
  const other = new DOMParser().parseFromString(await response.text(), "text/html");
  document.documentElement.lang = other.documentElement.lang;
  document.body.replaceWith(document.adoptNode(other.body));
}

/** Says that something is being looked for, or what came of it. @type {(title: string, lead?: string, meaning?: string) => void} */
function say(title, lead = "", meaning = "") {
  const place = shell();
  const texts = { h1: title, "[data-lead]": lead, "[data-meaning]": meaning };
  for (const [selector, text] of Object.entries(texts)) {
    const element = first(selector, place);
    if (element) Object.assign(element, { textContent: text, hidden: !text });
  }
  document.title = title;
}

/** The search box, with what is not there in it, and what may have been meant. @param {string} kind */
async function offerSearch(kind) {
  const form = first("form[data-search]");
  if (form) form.dataset.search = kind;
  await import("./search.js");
}

/** There is no such certificate or holder. @type {(words: Words, key: string) => Promise<void>} */
async function sayUnknown({ t }, key) {
  say(fill(t.not_found, { query: key }), t.not_found_page_lead);
  await offerSearch("not-found");
}

/** Nothing could be looked up, which says nothing of the certificate. */
function sayUnreachable() {
  const template = /** @type {HTMLTemplateElement | null} */ (first('template[data-message="unreachable"]'));
  const message = /** @type {DocumentFragment} */ (template?.content.cloneNode(true) ?? document.createDocumentFragment());
  const title = first("strong", message)?.textContent ?? "";
  first("strong", message)?.parentElement?.remove();
  say(title);
  first("[data-result]")?.replaceChildren(message);
  first("[data-result] [data-retry]")?.addEventListener("click", () => location.reload());
}

/** The way to the page, over it. @type {(steps: (readonly [label: string | Node, href?: string])[]) => void} */
function showWay(steps) {
  const items = steps.map(([text, href]) => make("li", {}, href ? make("a", { href }, text) : make("span", { "aria-current": "page" }, text)));
  const way = make("nav", { class: "breadcrumbs", "aria-label": shell().dataset.way ?? "" }, make("ol", {}, ...items));
  first("main")?.before(way);
}

/** What stands in the place of the shell. @type {(title: string, kind: string, ...nodes: Node[]) => void} */
function show(title, kind, ...nodes) {
  // A certificate's own title says enough.
  document.title = kind === "certificate" ? title : `${title} · ${shell().dataset.site}`;
  document.body.className = `kind-${kind}`;
  shell().replaceWith(...nodes);
  for (const button of document.querySelectorAll("[data-print]")) {
    Object.assign(button, { hidden: false });
    button.addEventListener("click", () => print());
  }
  showToday();
  // What is new on the page is where a reader of the address would have begun.
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (target) target.scrollIntoView();
}

/** A certificate that is not shown any more. @type {(words: Words, key: string, edition: string) => void} */
function showErased(words, key, edition) {
  const { t } = words;
  const { home = "" } = shell().dataset;
  const shape = /** @type {HTMLTemplateElement | null} */ (first("#words"))?.content.querySelector('[data-status="none"] svg')?.cloneNode(true) ?? "";
  const [day, again] = edition.split(".");
  const date = fill(again ? t.edition_name_again : t.edition_name, { date: prose(words, day), again });
  const banner = make("div", { class: "banner", "data-status": "none" }, shape, make("div", {}, make("p", { class: "word" }, make("strong", {}, t.erased_word)), make("p", { class: "statement" }, t.erased_text)));
  const header = make("header", { class: "holder" }, make("h1", {}, fill(t.erased_title, { number: key })), make("p", {}, t.erased_meaning), make("p", { class: "note" }, make("a", { href: `${home}editions/${edition}.html` }, fill(t.erased_in, { date }))));
  showWay([[t.nav_home, `${home}index.html`], [key]]);
  show(fill(t.erased_title, { number: key }), "erased", make("article", { class: "certificate" }, make("section", { class: "verdict" }, banner), header));
}

/** @type {(words: Words, path: string) => Promise<void>} */
async function showCertificate(words, path) {
  const { root = "", home = "" } = shell().dataset;
  const entries = await entriesBelow(root);
  const found = await entries.find(path);
  if (!found) {
    const edition = await entries.erased(path);
    return edition ? showErased(words, keyOf(path), edition) : sayUnknown(words, keyOf(path) || path);
  }
  const { certificatePage } = await import("./sheet.js");
  const page = await certificatePage(words, found, entries, { root, home, path });
  const { facts } = page.standing;
  const scheme = words.schemes[found.credential.credentialSubject.scheme.id];
  showWay([[words.t.nav_home, `${home}index.html`], [scheme?.short ?? "", home + (scheme?.href ?? "")], [local(words, facts.holder.name), page.holderHref], [page.number]]);
  show(page.title, "certificate", page.article);
  entries.hand(path, found.bytes);
  await import("./panel.js");
  void page.finish();
}

/** Where the other language has this page. @type {(language: string, rest: string) => void} */
function turnSwitch(language, rest) {
  const link = first("a.switch");
  const other = languages().find(([code]) => code !== language);
  if (link && other) link.setAttribute("href", `${shell().dataset.root}${folderOf(other[0])}${rest}`);
}

async function start() {
  const [, prefix = "", kind = "", name = ""] = ADDRESS.exec(location.pathname) ?? [];
  if (!kind) {
    const { t } = await wordsIn(shell().dataset.root ?? "", shell().dataset.lang ?? "", languages()).catch(() => ({ t: /** @type {Record<string, string>} */ ({}) }));
    if (t.not_found_page_title) say(t.not_found_page_title, t.not_found_page_lead, t.not_found_meaning);
    return offerSearch("shell");
  }
  const known = languages().some(([code]) => code === prefix);
  const language = known ? prefix : languages()[0][0];
  try {
    await speak(language);
    turnSwitch(language, `${kind}/${name}.html`);
    const { root = "" } = shell().dataset;
    const words = await wordsIn(root, language, languages());
    say(fill(words.t.shell_looking, { number: keyOf(name) || name }));
    const { showHolder } = kind === "c" ? { showHolder: undefined } : await import("./holder.js");
    if (!showHolder) return await showCertificate(words, name);
    const page = await showHolder(words, name, shell().dataset);
    if (!page) return await sayUnknown(words, keyOf(name) || name);
    showWay([[words.t.nav_home, `${shell().dataset.home}index.html`], [page.name]]);
    show(page.title, page.kind, ...page.nodes);
  } catch (error) {
    // What came after the page stood has its own words there.
    if (shell()) sayUnreachable();
    console.error(error);
  }
}

await start();
