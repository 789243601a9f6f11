// The pure halves of the page's scripts, without a browser, against what the program has built.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, civilDate, daysBetween, segmentsOf, standing } from "../../themes/default/assets/register.js";
import { creditCodeFits, keyOf, numberKey, parseQuery, pathOf, similarKey } from "../../themes/default/assets/query.js";
import { filesOf, read } from "./site.mjs";

/** @type {{ number: string, url: string, identifier_scheme: string, identifier: string, status: string, valid_until: string }[]} */
const rows = read("data/certificates.jsonl").trimEnd().split("\n").map((line) => JSON.parse(line));
const files = new Set(filesOf(".html"));

test("a number's address is the one that the program gave its page", () => {
  for (const { number, url } of rows) {
    const path = pathOf(numberKey(number));
    assert.ok(files.has(`c/${path}.html`), `${number}: c/${path}.html`);
    assert.ok(url.endsWith(`/c/${path}.html`), url);
    assert.equal(keyOf(path), numberKey(number));
    assert.equal(parseQuery(url).certificate, path);
    assert.equal(similarKey(numberKey(number)), numberKey(number), "a right number looks like a slip");
  }
});

test("a number's key is its own key, as in the program", () => {
  /** @type {[string, string][]} */
  const keys = [["e \u03011", "\u00C91"], ["e\u200B\u00B41", "\u00C91"], ["\u03901", "\u03AA\u03011"]];
  for (const [text, key] of keys) {
    assert.equal(numberKey(text), key);
    assert.equal(numberKey(key), key);
  }
});

test("credit codes of the register have the right check character, but for the waived one", () => {
  const codes = rows.filter(({ identifier_scheme }) => identifier_scheme === "uscc").map(({ identifier }) => identifier);
  assert.ok(codes.length > 80);
  assert.deepEqual(codes.filter((code) => !creditCodeFits(code)), ["91350206MAXX16586E"]);
  for (const code of codes) assert.equal(parseQuery(code).enterprise, code);
});

test("keys that a path cannot carry are escaped, and come back", () => {
  for (const key of ["AST-RW-2025-00035/01", "证书-7", "A B", "a_b".toUpperCase(), "É"]) assert.equal(keyOf(pathOf(key)), key);
  assert.equal(pathOf("AST-RW-2025-00035/01"), "AST-RW-2025-00035_2f01");
});

test("the script and the program agree on the status of every page on the day of the build", () => {
  const today = "2026-11-23";
  let compared = 0;
  for (const { url, status, valid_until } of rows) {
    const banner = read(new URL(url).pathname.slice(1)).match(/<div[^>]*\bbanner\b[^>]*>/)?.[0] ?? "";
    const segments = segmentsOf(banner.match(/data-segments="([^"]*)"/)?.[1] ?? "");
    const until = banner.match(/data-until="?([0-9-]+)/)?.[1] ?? "";
    assert.equal(until, valid_until, url);
    assert.equal(standing(segments, until, today).code.replace("expiring", "valid"), status, url);
    assert.deepEqual(segments.map(({ from }) => from), segments.map(({ from }) => from).toSorted(), `${url}: out of order`);
    compared += 1;
  }
  assert.equal(compared, rows.length);
});

test("days are civil days, whatever the clocks do", () => {
  assert.equal(daysBetween("2024-02-28", "2024-03-01"), 2);
  assert.equal(daysBetween("1991-04-13", "1991-04-15"), 2); // Summer time began in China.
  assert.equal(addDays("2026-12-31", 1), "2027-01-01");
  assert.equal(civilDate("Asia/Shanghai", new Date("2024-05-31T15:59:59Z")), "2024-05-31");
  assert.equal(civilDate("Asia/Shanghai", new Date("2024-05-31T16:00:00Z")), "2024-06-01");
  assert.equal(civilDate("America/Los_Angeles", new Date("2024-06-01T06:59:59Z")), "2024-05-31");
});
