// @ts-check
// Lists of what is to be checked, as people have them: pasted from a spreadsheet, or in a CSV file. Finds
// out which column holds what. Pure: no DOM, no network. Workbooks: xlsx.js.

import { numberKey } from "./query.js";
import { isDay } from "./standing.js";

/**
 * @typedef {string | { damaged: string }} Cell What stands in a cell; `damaged` is a long number that a
 *   spreadsheet has rounded.
 * @typedef {"any" | "number" | "code" | "name" | "day" | "site" | "none"} Kind What a column holds.
 * @typedef {{ line: number, text: string, number: string, code: string, name: string, site: string, on: string, fault: string, same: number, twin?: number }} Line
 *   A line to be checked. `fault`: why it cannot be (rounded, code-length, too-long, day); `same`: which
 *   of the lines, from 1, asks the same before it, and `twin` how that is numbered.
 * @typedef {{ headed: boolean, kinds: Kind[], heads: string[], lines: Line[], left: number }} Table
 *   `left` lines are more than are taken.
 */

/** How many lines are taken. */
export const MOST = 1000;

// ── Text ──

/** The text of a file: UTF-8, UTF-16 where a mark says so, else what spreadsheets in China save. @type {(bytes: Uint8Array) => string} */
export function textOfFile(bytes) {
  const mark = bytes[0] * 256 + bytes[1];
  if (mark === 0xfffe || mark === 0xfeff) return new TextDecoder(mark === 0xfffe ? "utf-16le" : "utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

/** What comes after a comma that belongs to a name: “Co., Ltd.” @type {RegExp} */
const LEGAL_FORM = /^[ \u00a0]*(?:co\.?,? *)?(?:ltd|limited|inc|llc|corp|corporation|company|co)\b\.?(?=[ \u00a0]*(?:[,;\t\r\n"]|$))/i;

/**
 * The rows of a text (RFC 4180): fields divided by tabs, semicolons or commas, quoted where they hold
 * one, or a line break.
 * @param {string} source
 */
export function rowsOf(source) {
  const text = source.replace(/^\ufeff/, "");
  const bare = text.replace(/"[^"]*"/g, "");
  const divides = (/** @type {string} */ one) => bare.includes(one) && (one !== "," || commas(bare) > 0);
  const divider = ["\t", ";", ","].find(divides) ?? "";
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[(at += 1)];
      else quoted = false;
    } else if (character === '"' && cell.trim() === "" && closes(text, at, divider)) {
      quoted = true;
      cell = "";
    } else if (character === divider && !(divider === "," && LEGAL_FORM.test(text.slice(at + 1, at + 60)))) {
      row.push(cell);
      cell = "";
    } else if (character === "\n" || (character === "\r" && text[at + 1] !== "\n")) {
      rows.push([...row, cell]);
      [row, cell] = [[], ""];
    } else if (character !== "\r") cell += character;
  }
  if (cell || row.length) rows.push([...row, cell]);
  return rows;
}

/** How many commas divide: those before a legal form do not. @type {(text: string) => number} */
const commas = (text) => [...text.matchAll(/,/g)].filter(({ index = 0 }) => !LEGAL_FORM.test(text.slice(index + 1, index + 60))).length;

/** Whether the quotation mark at a place is closed at the end of a field. @type {(text: string, at: number, divider: string) => boolean} */
function closes(text, at, divider) {
  for (let end = text.indexOf('"', at + 1); end > 0; end = text.indexOf('"', end + 2)) {
    if (text[end + 1] === '"') continue;
    const after = text.slice(end + 1).match(/^[ ]*(.?)/s)?.[1] ?? "";
    return after === "" || after === divider || /[\r\n]/.test(after);
  }
  return false;
}

// ── What a cell is ──

/** A credit code, with letters that it does not use where they stand for digits. */
const CODE = /^[0-9A-Z]{2}[0-9OIL]{6}[0-9A-Z]{10}$/;
/** One that lacks a character, or has one too many. */
const NEARLY_CODE = /^(?:9[123]|5[123]|1[12])[0-9OIL]{6}(?:[0-9A-Z]{9}|[0-9A-Z]{11})$/;
const COMPANY = /(?:公司|集团|厂|店|中心|学校|医院|协会|合作社|事务所|经营部|商行|门市部|\b(?:ltd|limited|inc|llc|corp|corporation|company|gmbh|group)\.?)[)）]?$/i;

/**
 * What a text is, by itself.
 * @type {(text: string) => "" | "address" | "number" | "code" | "name" | "day" | "rounded" | "code-length" | "index"}
 */
export function kindOf(text) {
  const key = numberKey(text).replace(/[.。]+$/, "");
  if (!key) return "";
  if (/\/(C|ENTERPRISES)\/[^/?#]+/.test(key) && /:\/\/|^\/|^[\w.-]+\.[A-Z]+/.test(key)) return "address";
  if (/^\d(?:\.\d+)?E\+\d+$/.test(key)) return "rounded";
  if (dayOf(text)) return "day";
  const bare = key.replace(/-/g, "");
  if (CODE.test(bare) && /\d{6}/.test(bare)) return "code";
  if (NEARLY_CODE.test(bare)) return "code-length";
  if (/\p{Script=Han}/u.test(key)) return "name";
  if (/^\d{1,4}$/.test(key)) return "index";
  const words = text.trim().split(/\s+/).filter((word) => /^[A-Za-z]{2,}[.,]?$/.test(word)).length;
  return /\d/.test(key) && words < 2 ? "number" : "name";
}

/**
 * A day, from the ways in which people write one: year first. Nothing where it could be read in two ways.
 * @type {(text: string) => string}
 */
export function dayOf(text) {
  const plain = text.normalize("NFKC").trim().replace(/[T ]\d\d?:\d\d.*$/, "");
  const [, year, month, day] = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(plain) ?? /^((?:19|20)\d\d)(\d\d)(\d\d)$/.exec(plain) ?? [];
  const iso = year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
  return isDay(iso) ? iso : "";
}

// ── What a column is ──

/** @type {[Kind, RegExp][]} */
const HEADINGS = [
  ["none", /^(序号|no|nr|#|行号|备注|remarks?|地址|address|电话|phone|联系人)$/],
  ["day", /^(on|date|day|日期|查询日期|核验日期|基准日|投标日期|投标日|开标日期|askedon)$/],
  ["code", /(信用代码|税号|机构代码|creditcode|uscc|taxid)/],
  ["number", /(证书编号|证书号|证号|证书号码|certificate|certno|^number$|^编号$)/],
  ["site", /^(场所|场所名称|门店|门店名称|网点|网点名称|site|sites|store|shop|outlet|branch|location)$/],
  ["name", /^(投标|中标|供应|供货|生产|制造|获证|持证|合作|承包)?(企业|公司|单位|供应商|商|厂商|厂家|组织|机构|客户|人|方)(中文)?(名称|全称)?$|^(中文)?(名称|全称)$|^(company|supplier|enterprise|organi[sz]ation|holder|vendor|bidder|client)?(name)?s?$/],
];

/** What a heading says of its column. @type {(text: string) => Kind | ""} */
function headingOf(text) {
  const plain = text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}#]/gu, "");
  return (plain && plain.length < 30 && HEADINGS.find(([, says]) => says.test(plain))?.[0]) || "";
}

/** @type {(cell: Cell | undefined) => string} */
const textIn = (cell) => (typeof cell === "object" ? cell.damaged : (cell ?? "")).replace(/^'/, "").trim();

/** What the cells of a column are. @type {(texts: string[]) => Kind} */
function kindOfColumn(texts) {
  const filled = texts.filter(Boolean);
  const share = (/** @type {string[]} */ ...kinds) => filled.filter((text) => kinds.includes(kindOf(text))).length / (filled.length || 1);
  if (!filled.length || share("index") > 0.8) return "none";
  if (share("day") > 0.8) return "day";
  if (share("code", "rounded", "code-length") > 0.8) return "code";
  if (share("number", "address") > 0.8) return "number";
  return share("name") > 0.8 ? "name" : "any";
}

/** What each column holds, by its heading or else by what stands in it. @type {(rows: Cell[][], headings: (Kind | "")[]) => Kind[]} */
function kindsOf(rows, headings) {
  const count = Math.max(...rows.map(({ length }) => length), 1);
  const columns = Array.from({ length: count }, (_, at) => rows.map((row) => textIn(row[at])));
  const headed = headings.some(Boolean);
  if (count === 1) return [headings[0] || "any"];
  const kinds = columns.map((texts, at) => headings[at] || (headed && kindOfColumn(texts) === "day" ? "none" : kindOfColumn(texts)));
  // Of each kind there is one: the one that its heading names, the one of companies, or the first.
  const company = (/** @type {number} */ at) => columns[at].filter((text) => COMPANY.test(text)).length;
  for (const kind of /** @type {Kind[]} */ (["number", "code", "name", "day", "site", "any"])) {
    const places = kinds.flatMap((one, at) => (one === kind ? [at] : []));
    const named = places.filter((at) => headings[at]);
    const [kept] = named.length ? named : kind === "name" ? [...places].sort((a, b) => company(b) - company(a)) : places;
    for (const at of places) if (at !== kept) kinds[at] = "none";
  }
  if (kinds.some((kind) => ["number", "code"].includes(kind))) return kinds.map((kind) => (kind === "any" ? "none" : kind));
  return kinds;
}

/** Which row is the heading, if one is: of the first five, the one that names most columns and asks nothing itself. @type {(rows: Cell[][]) => number} */
function headAt(rows) {
  const filled = (/** @type {Cell[]} */ row) => row.map(textIn).filter(Boolean);
  const widest = Math.max(...rows.map((row) => filled(row).length), 0);
  const scores = rows.slice(0, 5).map((row) => {
    const texts = filled(row);
    const asks = texts.some((text) => ["number", "code", "address", "rounded"].includes(kindOf(text)) || (COMPANY.test(text) && !headingOf(text)));
    return asks || (texts.length === 1 && widest > 1) ? 0 : texts.filter((text) => headingOf(text)).length;
  });
  const most = Math.max(0, ...scores);
  return most ? scores.indexOf(most) : -1;
}

/** What a row asks. @type {(row: Cell[], kinds: Kind[], line: number) => Line} */
function lineOf(row, kinds, line) {
  const asked = { line, text: row.map(textIn).filter(Boolean).join(" "), number: "", code: "", name: "", site: "", on: "", fault: "", same: 0 };
  row.forEach((cell, at) => {
    const [column, text] = [kinds[at] ?? "none", textIn(cell)];
    if (column === "none" || !text) return;
    if (column === "site") asked.site = text;
    else if (column === "day") {
      asked.on = dayOf(text);
      if (!asked.on) asked.fault ||= "day";
    } else take(asked, typeof cell === "object" ? "rounded" : kindOf(text), column, text);
  });
  // The signed statement of a code is long.
  if (asked.text.replace(/#\d{50,1200}/g, "").length > 300) asked.fault ||= "too-long";
  if (asked.number || (asked.code && asked.fault === "rounded")) asked.fault = asked.fault === "rounded" ? "" : asked.fault;
  return asked;
}

/** Takes a text for what it is, or for what its column is where it could be either. @type {(asked: Line, kind: string, column: Kind, text: string) => void} */
function take(asked, kind, column, text) {
  if (kind === "rounded" || kind === "code-length") asked.fault ||= kind;
  else if (kind === "code") asked.code ||= numberKey(text).replace(/-/g, "");
  else if (kind === "name" ? column === "number" && !COMPANY.test(text) : column !== "name") asked.number ||= text;
  else asked.name ||= text;
}

/**
 * What a table asks. `given` are the kinds of its columns where a person has said them.
 * @param {Cell[][]} all @param {Kind[]} [given]
 * @returns {Table}
 */
export function readTable(all, given) {
  const rows = all.map((cells, at) => ({ cells, line: at + 1 })).filter(({ cells }) => cells.some((cell) => textIn(cell)));
  const cells = rows.map((row) => row.cells);
  const head = headAt(cells);
  const heads = head < 0 ? [] : cells[head].map(textIn);
  const body = rows.slice(head + 1);
  const kinds = given ?? kindsOf(body.map((row) => row.cells), heads.map(headingOf));
  const asked = body.map((row) => lineOf(row.cells, kinds, row.line)).filter(({ number, code, name, fault }) => number || code || name || fault);
  /** @type {Map<string, number>} */
  const seen = new Map();
  const lines = asked.slice(0, MOST).map((one, at) => {
    // Of one number a line may say that it is one company's, and the next that it is another's.
    const what = [numberKey(one.number), one.code, one.name.normalize("NFKC").replace(/\s/g, "").toUpperCase(), one.on, one.site];
    const key = one.fault ? `${at}` : what.join("\n");
    const same = seen.get(key) ?? 0;
    if (!same) seen.set(key, at + 1);
    return { ...one, same, ...(same && { twin: asked[same - 1].line }) };
  });
  return { headed: head >= 0, kinds, heads, lines, left: Math.max(0, asked.length - MOST) };
}

// ── Writing ──

/** A cell as RFC 4180 has it; what a spreadsheet would take for a formula is marked as text. @type {(text: string) => string} */
function cellOf(text) {
  const formula = /^[=+\-@\t\r]/.test(text);
  return formula || /[,"\n\r]/.test(text) ? `"${formula ? "'" : ""}${text.replaceAll('"', '""')}"` : text;
}

/** A CSV file, with the mark that tells spreadsheets it is UTF-8. @type {(rows: (string | number)[][]) => string} */
export const csvOf = (rows) => `\ufeff${rows.map((row) => `${row.map((cell) => cellOf(`${cell}`)).join()}\r\n`).join("")}`;
