// @ts-check
// The buttons with which answers are saved, printed or passed on. Loaded with the first answers.

import { fill } from "./register.js";
import { calendarOf, feedsOf, fragmentOf, tableOf, textOf } from "./takeaway.js";
import { csvOf } from "./table.js";

/**
 * @typedef {import("./shown.js").Row} Row
 * @typedef {import("./takeaway.js").Row} Answered
 * @typedef {{ batch: () => { rows: Row[], voice: import("./say.js").Voice, ground: import("./batch.js").Ground }, say: (text: string) => void,
 *   place: { base: string, home: string, name: string, page: string }, asked: { on: string, scheme: string, level: string } }} Scene
 */

/** @type {(name: string, content: BlobPart, type: string) => void} */
export function save(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  // Some browsers fetch it only after this turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** What the second sheet of a workbook and the foot of a print say. @param {Scene} scene @returns {(string | number)[][]} */
function about({ batch, place, asked }) {
  const { voice, ground } = batch();
  const { words } = voice;
  const { checkpoint } = ground.report;
  const rows = [[words.paper_register, `${place.name} ${place.base}/`], [words.paper_day, asked.on], [words.paper_scheme, voice.schemes[asked.scheme] ?? ""], [words.paper_minimum, voice.minimum], [words.paper_time, `${new Date().toISOString().slice(0, 19)}Z`], [words.column_edition, voice.edition]];
  if (checkpoint) rows.push([words.paper_checkpoint, `${checkpoint.origin} ${checkpoint.size}`]);
  return [...rows.filter(([, value]) => value), [words.checked_heading, ""], ["", words.checked_rows], ["", words.checked_not]];
}

/** The evidence of all certificates, in one file that the command line checks. @param {Scene} scene @param {Answered[]} rows */
async function saveBundle({ batch, say }, rows) {
  const { voice, ground } = batch();
  const { words } = voice;
  const { bundleOf } = await import("./bundle.js");
  const { lines, refused, missed } = await bundleOf(ground, rows.map(({ answer }) => answer), new Date(), (done, n) => say(fill(words.bundle_making, { done, n })));
  if (lines.length) save(`${words.file}.attestar.jsonl`, `${lines.join("\n")}\n`, "application/jsonl");
  const told = [lines.length ? fill(words.bundle_done, { n: lines.length }) : words.bundle_none];
  if (refused.length) told.push(fill(words.bundle_refused, { numbers: refused.join(" ") }));
  if (missed.length) told.push(fill(words.bundle_missed, { numbers: missed.join(" ") }));
  say(told.join(" "));
}

/** What can be done with answers, by the key of its label. @param {Scene} scene @returns {[string, () => void][]} */
export function saves(scene) {
  const { batch, say, place, asked } = scene;
  const answered = () => batch().rows.flatMap(({ line, answer }) => (answer ? [/** @type {Answered} */ ({ line, answer })] : []));
  const file = (/** @type {string} */ ending) => `${batch().voice.words.file}.${ending}`;
  const table = () => tableOf(batch().voice, place, answered());
  const link = async () => {
    const address = place.page + fragmentOf({ list: textOf(answered()), ...asked });
    try {
      await navigator.clipboard.writeText(address);
      say(batch().voice.words.linked);
    } catch {
      // Not allowed, or not there: then the address bar has it.
      history.replaceState(null, "", address);
      say(address);
    }
  };
  const book = async () => {
    const { bookOf } = await import("./xlsx.js");
    const { words } = batch().voice;
    const sheets = [{ name: words.results, rows: table(), head: true }, { name: words.paper_title, rows: about(scene), head: false }];
    save(file("xlsx"), bookOf(sheets), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  };
  return [
    ["csv", () => save(file("csv"), csvOf(table()), "text/csv;charset=utf-8")],
    ["xlsx", () => void book()],
    ["print", () => print()],
    ["bundle", () => void saveBundle(scene, answered())],
    ["link", () => void link()],
    ["ics", () => save(file("ics"), calendarOf(batch().voice, place, answered(), new Date()), "text/calendar;charset=utf-8")],
    ["opml", () => save(file("opml"), feedsOf(batch().voice, place, answered(), batch().voice.words.file), "text/x-opml;charset=utf-8")],
  ];
}
