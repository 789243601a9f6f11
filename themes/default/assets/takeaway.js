// @ts-check
// What is saved from the answers to a list: tables, reminders, subscriptions, a link that carries the list
// itself. Pure, and loaded when something is saved.

import { pathOf } from "./query.js";
import { fill } from "./register.js";
import { factsOf, say } from "./say.js";

/**
 * @typedef {import("./say.js").Voice} Voice
 * @typedef {import("./lines.js").Answer} Answer
 * @typedef {import("./table.js").Line} Line
 * @typedef {{ line: Line, answer: Answer }} Row
 * @typedef {{ base: string, home: string }} Place The register's address, and the folder of its pages in this language.
 */

/** Where a certificate's page is. @type {(place: Place, path: string) => string} */
export const addressOf = ({ base, home }, path) => `${base}/${home}c/${path}.html`;

/** The answers as a table, its headings first. @param {Voice} voice @param {Place} place @param {Row[]} rows @returns {(string | number)[][]} */
export function tableOf(voice, place, rows) {
  const { words } = voice;
  const columns = ["line", "asked", "answer", "good", "sentence", "remarks", "day", "number", "holder", "identifier", "level", "from", "until", "edition", "code", "sha256", "address"];
  const body = rows.map(({ line, answer }) => {
    const { word, sentence, remarks } = say(voice, line, answer);
    const facts = factsOf(voice, answer);
    const found = facts ? [facts.number, facts.holder, facts.identifier, facts.level, facts.from, facts.until] : ["", "", "", "", "", ""];
    const proof = facts ? [answer.outcome?.digest ?? "", addressOf(place, facts.path)] : ["", ""];
    return [line.line, line.text, word, answer.good ? words.yes : words.no, sentence, remarks.join(" "), answer.day, ...found, answer.edition ?? voice.edition, answer.code, ...proof];
  });
  return [columns.map((column) => words[`column_${column}`]), ...body];
}

/** Of each certificate the row that names it first. @param {Row[]} rows */
function once(rows) {
  const seen = new Set();
  return rows.filter(({ answer: { outcome } }) => outcome?.standing && !seen.has(outcome.path) && seen.add(outcome.path));
}

// ── A calendar ──

/** A text in a calendar (RFC 5545). @type {(text: string) => string} */
const plain = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

/** A line of at most 75 bytes, the rest in lines that begin with a space. @type {(line: string) => string} */
function folded(line) {
  let [out, width] = ["", 0];
  for (const character of line) {
    const bytes = new TextEncoder().encode(character).length;
    if (width + bytes > 74) [out, width] = [`${out}\r\n `, 1];
    [out, width] = [out + character, width + bytes];
  }
  return out;
}

/** Reminders of the ends of the certificates that are in force: on the last day, two months and two weeks before. @param {Voice} voice @param {Place} place @param {Row[]} rows @param {Date} now */
export function calendarOf(voice, place, rows, now) {
  const stamp = `${now.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const { host } = new URL(place.base);
  const events = once(rows).flatMap(({ answer }) => {
    const facts = factsOf(voice, answer);
    if (!facts || answer.outcome?.standing?.status !== "valid") return [];
    const address = addressOf(place, facts.path);
    const day = facts.until.replaceAll("-", "");
    const next = new Date(Date.parse(facts.until) + 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
    const values = { ...facts, address };
    const summary = plain(fill(voice.words.ics_summary, values));
    const alarms = ["-P60D", "-P14D"].flatMap((before) => ["BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${summary}`, `TRIGGER:${before}`, "END:VALARM"]);
    return ["BEGIN:VEVENT", `UID:${facts.path}-until@${host}`, `DTSTAMP:${stamp}`, `DTSTART;VALUE=DATE:${day}`, `DTEND;VALUE=DATE:${next}`, `SUMMARY:${summary}`, `DESCRIPTION:${plain(fill(voice.words.ics_text, values))}`, `URL:${address}`, "TRANSP:TRANSPARENT", ...alarms, "END:VEVENT"];
  });
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Attestar//check//EN", "CALSCALE:GREGORIAN", ...events, "END:VCALENDAR"];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

// ── Subscriptions ──

/** @type {(text: string) => string} */
const quoted = (text) => text.replace(/[&<>"\t\r\n]/g, (one) => `&#${one.charCodeAt(0)};`);

/** The feeds of the holders, for a reader of feeds (OPML 2.0). @param {Voice} voice @param {Place} place @param {Row[]} rows @param {string} title */
export function feedsOf(voice, place, rows, title) {
  /** @type {Map<string, string>} */
  const holders = new Map();
  for (const { answer } of once(rows)) {
    // A feed stands under the code that the holder has now, whatever day was asked about.
    const holder = answer.outcome?.credential?.credentialSubject.holder ?? answer.outcome?.standing?.holder;
    const id = holder.creditCode ?? `${holder.identifier.scheme}-${holder.identifier.value}`.toUpperCase();
    holders.set(pathOf(id), factsOf(voice, answer)?.holder ?? id);
  }
  const outlines = [...holders].map(([path, name]) => {
    const page = `${place.base}/${place.home}enterprises/${path}`;
    return `    <outline type="rss" text="${quoted(name)}" title="${quoted(name)}" xmlUrl="${quoted(page)}.atom" htmlUrl="${quoted(page)}.html"/>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>${quoted(title)}</title></head>\n  <body>\n${outlines.join("")}  </body>\n</opml>\n`;
}

// ── A link ──

/** A list as plain text, as short as says the same: what was chosen stands for what it was chosen from. @param {Row[]} rows */
export function textOf(rows) {
  const asked = rows.map(({ line, answer }) => {
    const chosen = answer.how === "chosen" && answer.outcome ? answer.outcome.number : line.number;
    const { code, name, on, site } = line;
    const plain = !chosen && !code && !name ? line.text : chosen;
    return [plain, code, name, on, site].map((cell) => cell.replace(/[\t\r\n]+/g, " "));
  });
  const single = asked.every(([, , , on, site]) => !on && !site) && asked.every((cells) => cells.filter(Boolean).length < 2);
  if (single) return asked.map((cells) => cells.join("")).join("\n");
  const used = [0, 1, 2, 3, 4].filter((at) => asked.some((cells) => cells[at]));
  const heads = ["number", "credit code", "name", "on", "site"];
  return [heads, ...asked].map((cells) => used.map((at) => cells[at]).join("\t")).join("\n");
}

/** What a link's fragment holds; servers do not see it. @param {{ list: string, on: string, scheme: string, level: string }} asked */
export const fragmentOf = (asked) => `#${Object.entries(asked).flatMap(([key, value]) => (value ? [`${key}=${encodeURIComponent(value)}`] : [])).join("&")}`;
