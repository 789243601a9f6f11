// @ts-check
// The page where certificates are checked, one or many: takes a list from the box, a file, a code or the
// address, checks each line for a day, and shows the answers as they come. The words come from
// assets/check-LANG.json. Nothing is sent anywhere.

import { make } from "./elements.js";
import { filesBelow, recall, remember } from "./host.js";
import { civilDate, fill } from "./register.js";
import { button, groundOf, paperFoot, paperHead, rowOf, tableFor, tallyOf } from "./shown.js";
import { isDay } from "./standing.js";
import { MOST, readTable, rowsOf } from "./table.js";

/**
 * @typedef {import("./shown.js").Row} Row
 * @typedef {import("./batch.js").Ground} Ground
 * @typedef {import("./table.js").Kind} Kind
 */

const section = /** @type {HTMLElement} */ (document.querySelector("[data-check]"));
const { root = "", home = "", lang = "", base = "", name = "", words: wordsPlace = "", edition = "", editionOrdinal = "", official = "" } = section.dataset;
/** The folder of the pages in this language, below the register's address. */
const folder = home.slice(root.length);
const zone = document.documentElement.dataset.timeZone || "UTC";
const ORIGIN = `${base.replace(/^https?:\/\//, "")}/ledger`;

/** @template {HTMLElement} [T=HTMLElement] @param {string} selector */
const one = (selector) => /** @type {T} */ (section.querySelector(selector));
const form = /** @type {HTMLFormElement} */ (one("[data-ask]"));
const list = /** @type {HTMLTextAreaElement} */ (one("#list"));
const on = /** @type {HTMLInputElement} */ (one("#on"));
const scheme = /** @type {HTMLSelectElement} */ (one("#scheme"));
const level = /** @type {HTMLSelectElement} */ (one("#level"));

// ── What the page works with ──

const get = filesBelow(root);

/** @type {(path: string) => Promise<any>} */
async function json(path) {
  const bytes = await get(path);
  if (!bytes) throw new Error(path);
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** The words and the names of schemes, levels and regions; without the index there are no names. */
const wordsRead = json(wordsPlace.replace(root, ""));
const namesRead = json(`s/names-${lang}.json`).catch(() => ({ schemes: {}, levels: {}, regions: {} }));
wordsRead.catch(() => {});

/** What checks: loaded when somebody begins to ask. */
const engine = () => Promise.all([import("./batch.js"), import("./lines.js")]);

/** @type {Promise<Ground> | undefined} */
let ground;

/** The register, opened once and again where it was not reached. */
async function register() {
  const opening = (ground ??= engine().then(([{ openGround }]) => openGround(base, get, recall(ORIGIN), new Date())));
  opening.catch(() => (ground = undefined));
  const opened = await opening;
  if (opened.state !== "verified" && ground === opening) ground = undefined;
  if (opened.report.remember) remember(ORIGIN, opened.report.remember);
  return opened;
}

/** @type {Promise<import("./lines.js").Lookup> | undefined} */
let index;

/** The index of names and codes, read when the first of them is asked. */
function lookup() {
  index ??= import("./lookup.js").then(({ openLookup }) => openLookup("", get));
  index.catch(() => (index = undefined));
  return index;
}

/** @type {(text: string) => Promise<string>} */
async function folded(text) {
  const { fold, loadTable, needsTable } = await import("./fold.js");
  if (needsTable(text)) await loadTable();
  return fold(text);
}

// ── What is asked ──

/** What the columns hold, where a person has said it. @type {Kind[] | undefined} */
let given;

const today = () => civilDate(zone, new Date());

/** The day, the scheme and the level asked for. */
function asked() {
  const minimum = scheme.value ? { scheme: scheme.value, level: level.value, rank: Number(level.selectedOptions[0]?.dataset.rank) || undefined } : undefined;
  return { day: isDay(on.value) ? on.value : today(), minimum };
}

/** @param {any} names */
function offerSchemes({ schemes, levels }) {
  const chosen = scheme.value;
  scheme.append(...Object.entries(schemes).map(([id, title]) => make("option", { value: id }, `${title}`)));
  scheme.value = chosen;
  const offerLevels = () => {
    const known = Object.entries(levels).flatMap(([key, { name, rank }]) => (key.startsWith(`${scheme.value}/`) ? [{ id: key.slice(scheme.value.length + 1), name, rank }] : []));
    const options = known.sort((a, b) => b.rank - a.rank).map(({ id, name, rank }) => make("option", { value: id, "data-rank": `${rank}` }, name));
    level.replaceChildren(level.options[0], ...options);
    level.disabled = !options.length;
  };
  scheme.addEventListener("change", offerLevels);
  offerLevels();
}

// ── Answers ──

/** @typedef {{ rows: Row[], table: import("./table.js").Table | null, voice: import("./say.js").Voice, ground: Ground, ask: ReturnType<typeof asked> }} Batch */

/** The answers that the page shows. @type {Batch | undefined} */
let batch;
/** Each question has its turn: what an earlier one finds is not shown any more. */
let turn = 0;

/** @type {(ground: Ground, words: Record<string, string>, names: any) => import("./say.js").Voice} */
function voiceOf({ edition: day, report }, words, { schemes, levels }) {
  const { minimum } = asked();
  const until = report.publish ? civilDate(zone, new Date(report.publish.next)) : "";
  return { words, lang, edition: report.publish?.edition ?? (edition || day), ordinal: editionOrdinal, until, minimum: levels[`${minimum?.scheme}/${minimum?.level}`]?.name ?? "", schemes, levels };
}

/** The places of the answers, made when there are some. @param {Record<string, string>} words */
function places(words) {
  const found = section.querySelector("[data-answers]");
  if (found) return /** @type {HTMLElement} */ (found);
  const place = make("section", { class: "outcome", "data-answers": "", "aria-labelledby": "results" }, make("h2", { id: "results", tabindex: "-1" }, words.results), make("p", { role: "status", "data-status-line": "" }));
  for (const part of ["tally", "columns", "ground", "head", "table", "foot", "take"]) place.append(make("div", { [`data-${part}`]: "" }));
  section.append(place);
  return place;
}

/** @param {string} text */
function status(text) {
  one("[data-status-line]").textContent = text;
}

/** @type {(text: string) => Promise<void>} */
async function complain(text) {
  places(await wordsRead);
  status(text);
}

/** The rows of the page, by what they show. @type {WeakMap<Row, HTMLElement>} */
const elements = new WeakMap();

/** @param {Batch} mine @param {Row} row @param {any} names */
function show({ voice }, row, names) {
  const hands = { home, regions: names.regions, pick, again };
  const element = rowOf(voice, hands, row);
  elements.get(row)?.replaceWith(element);
  elements.set(row, element);
  return element;
}

/** Checks rows, six at a time, and shows each as it comes. @param {Batch} mine @param {Row[]} rows @param {any} names */
async function answerAll(mine, rows, names) {
  const [{ pool }, { checkLine }] = await engine();
  const limited = pool(6);
  const { words } = mine.voice;
  const my = turn;
  /** @type {Promise<any>[]} */
  const begun = [];
  let done = 0;
  for (const row of rows) {
    const twin = row.line.same ? begun[row.line.same - 1] : undefined;
    const work = twin ?? limited(() => checkLine({ ground: mine.ground, lookup, fold: folded }, row.line, mine.ask));
    begun.push(work);
    void work.then((answer) => {
      if (my !== turn) return;
      row.answer = answer;
      show(mine, row, names);
      done += 1;
      if (done % 20 === 0) status(fill(words.checking, { done, n: rows.length }));
    });
  }
  await Promise.all(begun);
}

/** Shows what the answers come to. @param {Batch} mine */
async function conclude(mine) {
  const { voice, rows, table, ask } = mine;
  const { words } = voice;
  one("[data-tally]").replaceChildren(tallyOf(voice, rows));
  const missing = rows.some(({ answer }) => answer?.code === "not_found");
  const meaning = official ? fill(words.meaning, { official }) : words.meaning_plain;
  const about = { name, base, page: `${base}/${folder}verify.html`, scheme: voice.schemes[ask.minimum?.scheme ?? ""] ?? "", minimum: ask.minimum ?? null, day: ask.day, zone, now: new Date() };
  one("[data-head]").replaceChildren(await paperHead(voice, mine.ground, rows, about));
  one("[data-foot]").replaceChildren(...(missing ? [make("p", { class: "meaning" }, meaning)] : []), paperFoot(voice, about));
  const left = table?.left ? ` ${fill(words.left, { n: table.left })}` : "";
  status(`${rows.length === 1 ? words.done_one : fill(words.done, { n: rows.length })}${left}`);
}

/** Shows answers that are there, or a table to be filled. @param {Row[]} rows @param {import("./table.js").Table | null} table */
async function begin(rows, table) {
  const [words, names] = await Promise.all([wordsRead, namesRead]);
  const my = (turn += 1);
  places(words);
  status(fill(words.checking, { done: 0, n: rows.length }));
  const opened = await register();
  const mine = { rows, table, voice: voiceOf(opened, words, names), ground: opened, ask: asked() };
  if (my !== turn) return;
  batch = mine;
  const shown = tableFor(mine.voice);
  for (const part of ["tally", "head", "foot"]) one(`[data-${part}]`).replaceChildren();
  one("[data-table]").replaceChildren(shown);
  shown.querySelector("tbody")?.append(...rows.map((row) => show(mine, row, names)));
  one("[data-ground]").replaceChildren(await groundOf(mine.voice, opened, { base, zone, retry: () => void run() }));
  one("[data-columns]").replaceChildren(...(table ? columnsOf(words, table) : []));
  await takeBar(mine);
  await answerAll(mine, rows.filter(({ answer }) => !answer), names);
  if (my === turn) await conclude(mine);
}

/** What is asked stands in the address, after its #, where no server sees it: whoever comes back finds it again. A very long list does not. */
async function keep() {
  const { fragmentOf } = await import("./takeaway.js");
  const fragment = fragmentOf({ list: list.value.trim(), on: on.value === today() ? "" : on.value, scheme: scheme.value, level: level.value });
  history.replaceState(null, "", fragment.length < 16_000 ? fragment : location.pathname);
}

/** Checks what stands in the box. */
async function run() {
  const table = readTable(rowsOf(list.value), given);
  if (!table.lines.length) {
    await complain((await wordsRead).nothing);
    list.focus();
    return;
  }
  void keep();
  await begin(table.lines.map((line) => ({ line, answer: null })), table);
}

/** Checks a row again that somebody has changed. @param {Row} row @param {Row["line"]} line @param {string} how */
async function redo(row, line, how) {
  if (!batch) return;
  const mine = batch;
  const [names, [, { checkLine }]] = await Promise.all([namesRead, engine()]);
  const answer = await checkLine({ ground: mine.ground, lookup, fold: folded }, line, mine.ask);
  row.answer = how ? { ...answer, how } : answer;
  const element = show(mine, row, names);
  /** @type {HTMLElement | null} */ (element.querySelector(".c-answer button, .c-certificate a"))?.focus();
  await conclude(mine);
}

/** @type {import("./shown.js").Hands["pick"]} */
const pick = (row, { number }, near) => void redo(row, { ...row.line, number, ...(near && { code: "", name: "" }) }, "chosen");
/** @type {import("./shown.js").Hands["again"]} */
const again = (row) => void redo(row, row.line, "");

/** What the columns hold, to be put right. @type {(words: Record<string, string>, table: import("./table.js").Table) => HTMLElement[]} */
function columnsOf(words, { kinds, heads }) {
  if (kinds.length < 2) return [];
  const selects = kinds.map((kind, at) => {
    const id = `column-${at}`;
    const options = ["none", "number", "code", "name", "any", "day", "site"].map((one) => make("option", { value: one, ...(one === kind && { selected: "" }) }, words[`kind_${one}`]));
    const select = /** @type {HTMLSelectElement} */ (make("select", { id }, ...options));
    select.addEventListener("change", () => {
      given = kinds.map((one, place) => (place === at ? /** @type {Kind} */ (select.value) : one));
      void run().then(() => document.getElementById(id)?.focus());
    });
    return make("p", {}, make("label", { for: id }, heads[at] || fill(words.column_n, { n: at + 1 })), " ", select);
  });
  const box = make("details", { class: "columns-of" }, make("summary", {}, words.columns), make("div", { class: "asks" }, ...selects));
  return [box];
}

/** The buttons with which answers are taken along. @param {Batch} mine */
async function takeBar(mine) {
  const { words } = mine.voice;
  const place = one("[data-take]");
  const { saves } = await import("./saves.js");
  const say = make("p", { role: "status", "data-take-say": "" });
  const offers = saves({ batch: () => batch ?? mine, say: (text) => (say.textContent = text), place: { base, home: folder, name, page: `${location.origin}${location.pathname}` }, asked: { on: on.value === today() ? "" : on.value, scheme: scheme.value, level: level.value } });
  place.replaceChildren(make("h2", {}, words.take), make("p", { class: "ways" }, ...offers.flatMap(([key, act]) => [button(words[key], act, { class: "second", "data-save": key }), " "])), say);
}

// ── Where lists come from ──

/** @param {Iterable<File>} files */
async function take(files) {
  const { taken } = await import("./taken.js");
  const words = await wordsRead;
  const { text, rows, problems } = await taken(files, { words, ground: register, ask: asked(), on: on.value === today() ? "" : on.value });
  if (text) {
    list.value = text;
    given = undefined;
    fit();
    await run();
  } else if (rows.length) await begin(rows, null);
  const done = text || rows.length ? `${one("[data-status-line]").textContent} ` : "";
  if (problems.length) await complain(done + problems.join(" "));
}

/** The box grows with its list. */
function fit() {
  list.rows = Math.min(12, Math.max(4, list.value.split("\n").length + 1));
}

/** What a link's fragment asks. */
function fromLink() {
  const link = new URLSearchParams(location.hash.slice(1));
  if (!link.get("list")) return false;
  list.value = (link.get("list") ?? "").split("\n").slice(0, MOST + 1).join("\n");
  on.value = isDay(link.get("on") ?? "") ? `${link.get("on")}` : today();
  given = undefined;
  fit();
  return { scheme: link.get("scheme") ?? "", level: link.get("level") ?? "" };
}

async function follow() {
  const least = fromLink();
  if (!least) return;
  await offered;
  scheme.value = least.scheme;
  scheme.dispatchEvent(new Event("change"));
  level.value = least.level;
  await run();
}

/** @param {DragEvent} event */
function dropped(event) {
  const files = [...(event.dataTransfer?.files ?? [])];
  delete form.dataset.over;
  if (!files.length) return;
  event.preventDefault();
  void take(files);
}

on.value = today();
form.hidden = false;
const offered = namesRead.then(offerSchemes);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});
list.addEventListener("focus", () => void engine(), { once: true });
list.addEventListener("input", () => {
  given = undefined;
  fit();
});
list.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) form.requestSubmit();
});
const files = /** @type {HTMLInputElement} */ (one("[data-files]"));
one("[data-file]").addEventListener("click", () => files.click());
files.addEventListener("change", () => {
  void take([...(files.files ?? [])]);
  files.value = "";
});
for (const name of ["dragover", "dragenter"]) {
  section.addEventListener(name, (event) => {
    event.preventDefault();
    form.dataset.over = "";
  });
}
section.addEventListener("dragleave", () => delete form.dataset.over);
section.addEventListener("drop", (event) => dropped(/** @type {DragEvent} */ (event)));
one("[data-scan]").addEventListener("click", () => void import("./scan.js").then(({ scan }) => scan({ section, words: wordsRead, take: (/** @type {string} */ text) => ((list.value = text), void run()) })));
addEventListener("hashchange", () => void follow());
void follow();
