// @ts-check
// Workbooks (ECMA-376), as far as a list in one needs it: reads the cells of its sheets, writes sheets of
// text. Pure: no DOM, no network. Loaded when a workbook is opened or saved.

import { concat, load, textOf, utf8 } from "./proof.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {import("./table.js").Cell} Cell */

/** Why a workbook is not read. The code is stable; the words for people are the page's. */
export class BadBook extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** No part of a list is larger unpacked; a part that is was made to fill memory. */
const MOST = 64 << 20;

// ── Zip ──

const TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

/** @type {(bytes: Uint8Array) => number} */
export function crc32(bytes) {
  let sum = -1;
  for (const byte of bytes) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 255];
  return ~sum >>> 0;
}

/** @type {(bytes: Bytes) => Promise<Bytes>} */
async function unpack(bytes) {
  if (typeof DecompressionStream === "undefined") return (await load("./inflate.js")).inflate(bytes, 0, MOST);
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  /** @type {Bytes[]} */
  const parts = [];
  for (let length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return concat(...parts);
    if ((length += value.length) > MOST) throw new BadBook("too-large");
    parts.push(Uint8Array.from(value));
  }
}

/** The parts of a zip file, by name, each read when asked for. @type {(bytes: Bytes) => Map<string, () => Promise<Bytes>>} */
export function unzip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 66_000 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) throw new BadBook("not-a-book");
  const parts = new Map();
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count -= 1) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new BadBook("damaged");
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [sum, packed, start] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
    const name = view.getUint16(at + 28, true);
    const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name));
    parts.set(path, async () => {
      if (flags & 1) throw new BadBook("locked");
      const begin = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
      const raw = bytes.slice(begin, begin + packed);
      if (method !== 0 && method !== 8) throw new BadBook("damaged");
      const part = method ? await unpack(raw) : raw;
      if (crc32(part) !== sum) throw new BadBook("damaged");
      return part;
    });
    at += 46 + name + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return parts;
}

/** A zip file whose parts are not packed, the same bytes each time. @type {(parts: [string, Bytes][]) => Bytes} */
export function zip(parts) {
  const number = (/** @type {number} */ value, /** @type {number} */ width) => Array.from({ length: width }, (_, at) => (value >>> (8 * at)) & 255);
  /** @type {(Bytes | number[])[]} */
  const files = [];
  /** @type {(Bytes | number[])[]} */
  const index = [];
  let at = 0;
  for (const [name, bytes] of parts) {
    const path = utf8(name);
    // Version 2.0, names in UTF-8, stored, 1 January 1980.
    const about = [...number(20, 2), ...number(0x800, 2), ...number(0, 2), ...number(0, 2), ...number(33, 2), ...number(crc32(bytes), 4), ...number(bytes.length, 4), ...number(bytes.length, 4), ...number(path.length, 2), ...number(0, 2)];
    files.push([0x50, 0x4b, 3, 4, ...about], path, bytes);
    index.push([0x50, 0x4b, 1, 2, ...number(20, 2), ...about, ...number(0, 10), ...number(at, 4)], path);
    at += 30 + path.length + bytes.length;
  }
  const list = concat(...index);
  return concat(...files, list, [0x50, 0x4b, 5, 6, ...number(0, 4), ...number(parts.length, 2), ...number(parts.length, 2), ...number(list.length, 4), ...number(at, 4), 0, 0]);
}

// ── XML ──

/** @type {Record<string, string>} */
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** @type {(text: string) => string} */
const unescape = (text) => text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => (name ? (ENTITIES[name] ?? whole) : String.fromCodePoint(Math.min(0x10ffff, parseInt(hex ?? decimal, hex ? 16 : 10)))));

/** @type {(text: string) => string} */
const escape = (text) => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "").replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/** The elements of a name, each with its attributes and what is in it. @param {string} xml @param {string} name */
function* elements(xml, name) {
  const pattern = new RegExp(`<(?:\\w+:)?${name}(\\s[^>]*?)?(?:/>|>([^]*?)</(?:\\w+:)?${name}>)`, "g");
  for (const [, about = "", inner = ""] of xml.matchAll(pattern)) yield { inner, attribute: (/** @type {string} */ key) => unescape(new RegExp(`\\s${key}="([^"]*)"`).exec(about)?.[1] ?? "") };
}

/** The text of a cell or a shared string, without the reading that East Asian spreadsheets keep beside it. @type {(xml: string) => string} */
const textsIn = (xml) => [...elements(xml.replace(/<(?:\w+:)?rPh[\s>][^]*?<\/(?:\w+:)?rPh>/g, ""), "t")].map(({ inner }) => unescape(inner)).join("").replace(/_x([0-9A-F]{4})_/g, (_, code) => String.fromCharCode(parseInt(code, 16)));

// ── Cells ──

/** Which styles show a number as a day. @type {(styles: string) => boolean[]} */
function dateStyles(styles) {
  const custom = new Map([...elements(styles, "numFmt")].map(({ attribute }) => [attribute("numFmtId"), attribute("formatCode")]));
  const [formats] = elements(styles, "cellXfs");
  return [...elements(formats?.inner ?? "", "xf")].map(({ attribute }) => {
    const id = Number(attribute("numFmtId"));
    const code = custom.get(attribute("numFmtId"))?.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, "") ?? "";
    return (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58) || /[yYdD年日]/.test(code);
  });
}

/** The day of a spreadsheet's day number. Its 1900 has a 29 February. @type {(value: number, from1904: boolean) => string} */
function dayOfNumber(value, from1904) {
  const days = Math.floor(value) + (from1904 ? 1462 : value < 60 ? 1 : 0);
  return days > 0 && days < 2_958_466 ? new Date((days - 25_569) * 86_400_000).toISOString().slice(0, 10) : `${value}`;
}

/** @typedef {{ strings: string[], dates: boolean[], from1904: boolean }} Book */

/** @type {(cell: { inner: string, attribute: (key: string) => string }, book: Book) => Cell} */
function cellOf({ inner, attribute }, { strings, dates, from1904 }) {
  const [value] = elements(inner, "v");
  const text = unescape(value?.inner ?? "");
  const type = attribute("t");
  if (type === "s") return strings[Number(text)] ?? "";
  if (type === "inlineStr") return textsIn(inner);
  if (type === "str") return text;
  if (type === "d") return text.slice(0, 10);
  if (type === "e" || type === "b" || text === "") return "";
  const number = Number(text);
  if (dates[Number(attribute("s"))]) return dayOfNumber(number, from1904);
  // Spreadsheets keep 15 digits of a number: of a code that arrived as one, the last are lost.
  if (Math.abs(number) >= 1e15) return { damaged: number.toExponential(5).replace("e", "E") };
  return `${number}`;
}

/** The place of a column, from 0, by its letters. @type {(reference: string) => number} */
const columnOf = (reference) => [...reference.replace(/\d+/g, "")].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** @type {(sheet: string, book: Book) => Cell[][]} */
function rowsIn(sheet, book) {
  /** @type {Cell[][]} */
  const rows = [];
  for (const row of elements(sheet, "row")) {
    const at = Number(row.attribute("r")) - 1;
    const place = at >= rows.length && at < 1_048_576 ? at : rows.length;
    if (place > 20_000) throw new BadBook("too-large");
    while (rows.length < place) rows.push([]);
    /** @type {Cell[]} */
    const cells = [];
    for (const cell of elements(row.inner, "c")) {
      const column = columnOf(cell.attribute("r"));
      const to = column >= cells.length && column < 16_384 ? column : cells.length;
      if (to > 200) break;
      while (cells.length < to) cells.push("");
      cells.push(cellOf(cell, book));
    }
    rows.push(cells);
  }
  return rows;
}

/**
 * The sheets of a workbook that hold something, in order.
 * @param {Bytes} bytes
 * @returns {Promise<{ name: string, rows: Cell[][] }[]>}
 */
export async function readBook(bytes) {
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) throw new BadBook("old-book");
  const parts = unzip(bytes);
  const part = async (/** @type {string} */ path) => {
    const read = parts.get(path.replace(/^\//, ""));
    return read ? textOf(await read()).replace(/<!--[^]*?-->/g, "") : "";
  };
  const book = await part("xl/workbook.xml");
  if (!book) throw new BadBook(parts.has("content.xml") ? "other-book" : "not-a-book");
  const links = new Map([...elements(await part("xl/_rels/workbook.xml.rels"), "Relationship")].map(({ attribute }) => [attribute("Id"), attribute("Target")]));
  const [settings] = elements(book, "workbookPr");
  const known = {
    strings: [...elements(await part("xl/sharedStrings.xml"), "si")].map(({ inner }) => textsIn(inner)),
    dates: dateStyles(await part("xl/styles.xml")),
    from1904: /^(1|true)$/.test(settings?.attribute("date1904") ?? ""),
  };
  const sheets = [];
  for (const { attribute } of elements(book, "sheet")) {
    const target = links.get(attribute("\\w+:id")) ?? "";
    const rows = rowsIn(await part(target.startsWith("/") ? target : `xl/${target}`), known);
    if (rows.some((row) => row.some((cell) => cell !== ""))) sheets.push({ name: attribute("name"), rows });
  }
  return sheets;
}

// ── Writing ──

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";

/** @type {(at: number) => string} */
const letters = (at) => (at < 26 ? "" : letters(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));

/** A sheet: text is text, whatever it begins with. The first row of a table stays in view. @type {(sheet: { rows: (string | number)[][], head: boolean }) => string} */
function sheetOf({ rows, head }) {
  const widths = Array.from({ length: Math.max(...rows.map(({ length }) => length)) }, (_, at) => Math.min(60, Math.max(8, ...rows.map((row) => [...`${row[at] ?? ""}`].reduce((sum, one) => sum + (one > "\u2e7f" ? 2.1 : 1.1), 1)))));
  const columns = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width.toFixed(1)}" customWidth="1"/>`).join("");
  const cell = (/** @type {string | number} */ value, /** @type {string} */ place, /** @type {number} */ style) =>
    typeof value === "number" ? `<c r="${place}"${style ? ` s="${style}"` : ""}><v>${value}</v></c>` : `<c r="${place}"${style ? ` s="${style}"` : ""} t="inlineStr"><is><t xml:space="preserve">${escape(value)}</t></is></c>`;
  const body = rows.map((row, y) => `<row r="${y + 1}">${row.map((value, x) => (value === "" ? "" : cell(value, `${letters(x)}${y + 1}`, head && y === 0 ? 1 : 0))).join("")}</row>`).join("");
  const view = head ? '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' : "";
  return `${HEAD}<worksheet xmlns="${MAIN}">${view}<cols>${columns}</cols><sheetData>${body}</sheetData></worksheet>`;
}

/** A workbook of sheets of text and numbers. @type {(sheets: { name: string, rows: (string | number)[][], head: boolean }[]) => Bytes} */
export function bookOf(sheets) {
  const sheetPath = (/** @type {number} */ at) => `worksheets/sheet${at + 1}.xml`;
  const types = [`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>`, `<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>`, ...sheets.map((_, at) => `<Override PartName="/xl/${sheetPath(at)}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`)];
  const list = sheets.map(({ name }, at) => `<sheet name="${escape(name.replace(/[[\]:*?/\\]/g, " ").slice(0, 31))}" sheetId="${at + 1}" r:id="r${at + 1}"/>`);
  const links = [...sheets.map((_, at) => `<Relationship Id="r${at + 1}" Type="${OFFICE}/worksheet" Target="${sheetPath(at)}"/>`), `<Relationship Id="styles" Type="${OFFICE}/styles" Target="styles.xml"/>`];
  const styles = `<fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>`;
  /** @type {[string, string][]} */
  const parts = [
    ["[Content_Types].xml", `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${types.join("")}</Types>`],
    ["_rels/.rels", `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ["xl/workbook.xml", `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${list.join("")}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", `<Relationships xmlns="${PACKAGE}/relationships">${links.join("")}</Relationships>`],
    ["xl/styles.xml", `<styleSheet xmlns="${MAIN}">${styles}</styleSheet>`],
  ];
  const written = parts.map(([path, xml]) => /** @type {[string, Bytes]} */ ([path, utf8(HEAD + xml)]));
  return zip([...written, ...sheets.map((sheet, at) => /** @type {[string, Bytes]} */ ([`xl/${sheetPath(at)}`, utf8(sheetOf(sheet))]))]);
}
