// @ts-check
// The answers to a list, as elements of the page: rows, what they rest on, and what is printed above them.

import { dated, make } from "./elements.js";
import { hex, sha256, base64 } from "./proof.js";
import { numberKey, pathOf } from "./query.js";
import { civilDate, fill } from "./register.js";
import { factsOf, say, tally } from "./say.js";

/**
 * @typedef {import("./say.js").Voice} Voice
 * @typedef {import("./say.js").Said} Said
 * @typedef {import("./lines.js").Answer} Answer
 * @typedef {import("./lookup.js").Row} Found
 * @typedef {import("./table.js").Line} Line
 * @typedef {{ line: Line, answer: Answer | null }} Row
 * @typedef {{ home: string, regions: Record<string, string>, pick: (row: Row, found: Found, near: boolean) => void, again: (row: Row) => void }} Hands
 *   Where the pages in this language are, the names of regions, and what the buttons of a row do.
 */

/** @type {(label: string, act: () => void, attributes?: Record<string, string>) => HTMLElement} */
export function button(label, act, attributes = {}) {
  const element = make("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", act);
  return element;
}

/** What a mark is beside its colour. */
const SHAPES = { good: "✓", low: "△", bad: "✗", ask: "?", open: "–" };

/** A word with its mark. @type {(said: { mark: Said["mark"], word: string }) => HTMLElement} */
const wordOf = ({ mark, word }) => make("strong", { class: "word", "data-mark": mark }, make("span", { class: "mark-of", "aria-hidden": "true" }, SHAPES[mark]), ` ${word}`);

// ── Rows ──

/** What a line may mean, each to be chosen. @type {(voice: Voice, hands: Hands, row: Row, choices: { row: Found, outcome?: any }[], near: boolean) => HTMLElement} */
function choicesOf({ words, lang }, hands, row, choices, near) {
  const items = choices.map(({ row: found, outcome }) => {
    const { number, zh, en, id, region } = found;
    const name = lang === "zh" ? zh || en : en || zh;
    const about = [id, hands.regions[region] ?? "", outcome ? (words[`word_of_${outcome.code}`] ?? "") : ""].filter(Boolean).join(" · ");
    const label = make("span", {}, make("a", { class: "code", href: `c/${pathOf(numberKey(number))}.html` }, number), ` ${name} `, make("span", { class: "note" }, about));
    return make("li", {}, label, " ", button(words.pick, () => hands.pick(row, found, near), { class: "second small", "aria-label": `${words.pick} ${number}` }));
  });
  return make("div", { class: "choices" }, ...(near ? [make("p", { class: "note" }, words.near)] : []), make("ul", {}, ...items));
}

/** @type {(voice: Voice, hands: Hands, row: Row) => HTMLElement} */
function answerCell(voice, hands, row) {
  const { line, answer } = row;
  if (!answer) return make("td", { class: "c-answer" }, make("span", { class: "note" }, "…"));
  const said = say(voice, line, answer);
  const cell = make("td", { class: "c-answer" }, wordOf(said), " ", dated("span", said.sentence, { class: "sentence" }));
  for (const remark of said.remarks) cell.append(dated("span", remark, { class: "remark" }));
  if (answer.how === "chosen") cell.append(make("span", { class: "note" }, voice.words.picked), " ", button(voice.words.repick, () => hands.again(row), { class: "second small" }));
  else if (answer.candidates.length) {
    const others = answer.candidates.filter(({ row: { number } }) => number !== answer.outcome?.number);
    cell.append(choicesOf(voice, hands, row, others, false));
  } else if (answer.near.length) cell.append(choicesOf(voice, hands, row, answer.near.map((found) => ({ row: found })), true));
  return cell;
}

/** @type {(voice: Voice, answer: Answer | null) => HTMLElement} */
function certificateCell(voice, answer) {
  const facts = answer && factsOf(voice, answer);
  if (!facts) return make("td", { class: "c-certificate" });
  const page = `c/${facts.path}.html`;
  const level = make("span", { class: "note" }, `${facts.level} · `, make("span", { class: "days" }, `${facts.from} – ${facts.until}`));
  return make("td", { class: "c-certificate" }, make("a", { class: "code", href: page }, facts.number), make("span", { class: "holder" }, facts.holder), level, make("a", { class: "note screen", href: `${page}#said` }, voice.words.said));
}

/** A row of the answers. @param {Voice} voice @param {Hands} hands @param {Row} row */
export function rowOf(voice, hands, row) {
  const { line, answer } = row;
  const asked = [line.number, line.code, line.name, line.site, line.on].filter(Boolean);
  const texts = (asked.length ? asked : [line.text]).map((text) => make("span", {}, text.replace(/#\d{50,}/, "#…")));
  const mark = answer ? say(voice, line, answer).mark : "wait";
  return make("tr", { "data-mark": mark, "data-code": answer?.code ?? "" }, make("td", { class: "c-line numeric" }, `${line.line}`), make("th", { scope: "row", class: "c-asked" }, ...texts), answerCell(voice, hands, row), certificateCell(voice, answer));
}

/** The answers' table, still without rows. @param {Voice} voice */
export function tableFor({ words }) {
  const heads = ["line", "asked", "answer", "certificate"].map((column) => make("th", { scope: "col", class: `c-${column}${column === "line" ? " numeric" : ""}` }, words[`column_${column}`]));
  return make("table", { class: "answers", "aria-labelledby": "results" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody"));
}

/** How many there are of each. @param {Voice} voice @param {Row[]} rows */
export function tallyOf(voice, rows) {
  const said = rows.flatMap(({ line, answer }) => (answer ? [say(voice, line, answer)] : []));
  return make("ul", { class: "tally" }, ...tally(said).map(([word, count, mark]) => make("li", {}, wordOf({ mark, word }), ` ${count}`)));
}

// ── What they rest on ──

/** The fingerprint of a key, in groups. @type {(key: Uint8Array<ArrayBuffer>) => Promise<string>} */
export const fingerprintOf = async (key) => hex(await sha256(key)).replace(/....(?=.)/g, "$& ");

/** @param {Voice} voice @param {import("./batch.js").Ground} ground */
function groundValues({ edition, ordinal, until }, { code, report }) {
  return { edition, n: ordinal, lists: until, code, size: report.checkpoint?.size ?? "" };
}

/**
 * What was checked for all lines, and what was not.
 * @param {Voice} voice @param {import("./batch.js").Ground} ground @param {{ base: string, zone: string, retry: () => void }} place
 */
export async function groundOf(voice, ground, { base, zone, retry }) {
  const { words } = voice;
  const { state, report } = ground;
  const shown = state === "verified" ? "verified" : state === "offline" || state === "unsigned" ? state : "failed";
  const text = fill(words[`ground_${shown}_text`], groundValues(voice, ground));
  const box = make("div", { class: "ground", "data-ground": shown });
  /** @type {[boolean, string][]} */
  const notes = [
    [report.behind, fill(words.ground_clock, { today: civilDate(zone, report.now) })],
    [location.host !== new URL(base).host, fill(words.ground_copy, { host: location.host, address: `${base}/` })],
    [!isSecureContext, words.ground_insecure],
  ];
  const told = notes.flatMap(([is, note]) => (is ? [dated("p", note, { class: "note" })] : []));
  if (shown !== "verified") {
    box.append(make("p", {}, make("strong", {}, words[`ground_${shown}`]), " ", dated("span", text)), ...told, button(words.retry, retry, { class: "second" }));
    return box;
  }
  // What holds is told in a line; what that means stands behind it.
  const key = make("p", { class: "code" }, await fingerprintOf(report.checkpoint.log.key));
  const line = make("summary", {}, make("strong", {}, words.ground_verified), " ", dated("span", fill(words.ground_verified_short, groundValues(voice, ground))));
  box.append(make("details", {}, line, dated("p", text), ...["rows", "bundle", "not"].map((part) => make("p", {}, words[`checked_${part}`])), make("p", {}, words.checked_key), key), ...told);
  return box;
}

// ── What is printed ──

/** @typedef {{ name: string, base: string, page: string, scheme: string, minimum: { scheme: string, level: string } | null, day: string, zone: string, now: Date }} Paper What a printed record says of the question. */

/** @type {(term: string, value: string, code?: boolean) => HTMLElement} */
const fact = (term, value, code = false) => make("div", {}, make("dt", {}, term), make("dd", code ? { class: "code" } : {}, value));

/** The head of the printed record. @param {Voice} voice @param {import("./batch.js").Ground} ground @param {Row[]} rows @param {Paper} about */
export async function paperHead(voice, ground, rows, { name, base, day, scheme, minimum, now }) {
  const { words } = voice;
  const { checkpoint } = ground.report;
  const values = groundValues(voice, ground);
  const days = rows.some(({ line }) => line.on) ? fill(words.paper_day_rows, { day }) : day;
  const facts = [fact(words.paper_register, `${name} ${base}/`), fact(words.paper_day, days)];
  if (minimum) facts.push(fact(words.paper_scheme, scheme));
  if (minimum?.level) facts.push(fact(words.paper_minimum, voice.minimum));
  facts.push(fact(words.paper_time, `${now.toISOString().slice(0, 19)}Z`));
  if (checkpoint) {
    const root = { origin: checkpoint.origin, size: checkpoint.size, root: base64(checkpoint.root) };
    facts.push(fact(words.paper_edition, fill(words.paper_edition_text, values)), fact(words.paper_checkpoint, fill(words.paper_checkpoint_text, root), true), fact(words.paper_key, await fingerprintOf(checkpoint.log.key), true));
  }
  const said = rows.flatMap(({ line, answer }) => (answer ? [say(voice, line, answer)] : []));
  facts.push(fact(words.paper_result, tally(said).map(([word, count]) => `${word} ${count}`).join(" · ")));
  return make("div", { class: "paper record" }, make("h2", {}, words.paper_title), make("dl", { class: "facts" }, ...facts));
}

/** The foot of the printed record: how to do it again. @param {Voice} voice @param {Paper} about */
export function paperFoot({ words }, { base, page, day, minimum }) {
  const least = minimum ? ` --scheme ${minimum.scheme}${minimum.level ? ` --min-level ${minimum.level}` : ""}` : "";
  const command = `attestar verify --csv list.csv --on ${day}${least} --site ${base}`;
  return make("div", { class: "paper record" }, make("h2", {}, words.paper_repeat), make("p", {}, words.paper_repeat_text), make("p", { class: "code" }, command), make("p", {}, fill(words.paper_repeat_page, { address: page })), make("p", {}, words.checked_rows), make("p", {}, words.checked_not), make("p", {}, words.paper_note));
}
