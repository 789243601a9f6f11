// @ts-check
// Files that are dropped or chosen: lists become the text of the box, entries and evidence become answers.
// Loaded with the first file.

import { fill } from "./register.js";
import { textOfFile } from "./table.js";

/**
 * @typedef {import("./shown.js").Row} Row
 * @typedef {import("./table.js").Cell} Cell
 * @typedef {{ words: Record<string, string>, ground: () => Promise<import("./batch.js").Ground>, ask: import("./batch.js").Ask, on: string }} Scene
 */

/** More than a list of a thousand lines has. */
const MOST = 32 << 20;

/** Cells as they are pasted from a spreadsheet. @param {Cell[][]} rows */
const pasted = (rows) =>
  rows.map((row) => row.map((cell) => {
    const text = typeof cell === "object" ? cell.damaged : cell;
    return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }).join("\t")).join("\n");

/** @type {(text: string, at: number) => import("./table.js").Line} */
const lineOf = (text, at) => ({ line: at, text, number: "", code: "", name: "", site: "", on: "", fault: "", same: 0 });

/** The answers to a file of JSON. @param {Uint8Array<ArrayBuffer>} bytes @param {string} name @param {Scene} scene @returns {Promise<Row[]>} */
async function answersIn(bytes, name, { ground, ask, on }) {
  const { checkEntryFile, checkEvidenceFile, partsOf } = await import("./offline.js");
  const { kind, parts } = partsOf(bytes);
  if (!kind) return [];
  const opened = await ground();
  const rows = [];
  for (const [at, part] of parts.entries()) {
    const answer = kind === "entry" ? await checkEntryFile(part, opened, ask) : await checkEvidenceFile(part, opened, ask, on);
    rows.push({ line: lineOf(name, at + 1), answer });
  }
  return rows;
}

/** The text of a list in a file, and which of several sheets it is. @param {Uint8Array<ArrayBuffer>} bytes @param {Record<string, string>} words @returns {Promise<[string, string]>} */
async function listIn(bytes, words) {
  const packed = (bytes[0] === 0x50 && bytes[1] === 0x4b) || (bytes[0] === 0xd0 && bytes[1] === 0xcf);
  if (!packed) return [textOfFile(bytes).replace(/^\ufeff/, ""), ""];
  const { readBook } = await import("./xlsx.js");
  const sheets = await readBook(bytes);
  const [first] = sheets;
  return [first ? pasted(first.rows) : "", sheets.length > 1 ? fill(words.sheet, { name: first.name, n: sheets.length }) : ""];
}

/** A picture: what its code says. @param {File} file @param {Scene} scene */
async function codeIn(file, { words }) {
  const { decodePicture } = await import("./scan.js");
  const text = await decodePicture(file);
  return text ? { text, problem: "" } : { text: "", problem: words.error_no_code };
}

/** @param {File} file @param {Scene} scene @returns {Promise<{ text: string, rows: Row[], problem: string }>} */
async function read(file, scene) {
  const { words } = scene;
  const nothing = { text: "", rows: /** @type {Row[]} */ ([]), problem: "" };
  if (file.size > MOST) return { ...nothing, problem: words.error_too_large };
  if (file.type.startsWith("image/")) return { ...nothing, ...(await codeIn(file, scene)) };
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    if (bytes[0] === 0x7b) {
      const rows = await answersIn(bytes, file.name, scene);
      return rows.length ? { ...nothing, rows } : { ...nothing, problem: fill(words.error_kind, { file: file.name }) };
    }
    const [text, problem] = await listIn(bytes, words);
    return text.trim() ? { ...nothing, text, problem } : { ...nothing, problem: fill(words.error_empty, { file: file.name }) };
  } catch (error) {
    const code = /** @type {{ code?: string }} */ (error).code ?? "damaged";
    return { ...nothing, problem: words[`error_${`${code}`.replaceAll("-", "_")}`] ?? words.error_damaged };
  }
}

/** What files hold: one list, or answers to entries and evidence. @param {Iterable<File>} files @param {Scene} scene */
export async function taken(files, scene) {
  const found = await Promise.all(Array.from(files, (file) => read(file, scene)));
  const [text = ""] = found.flatMap((one) => one.text || []);
  return { text, rows: text ? [] : found.flatMap(({ rows }) => rows), problems: found.flatMap(({ problem }) => problem || []) };
}
