// Open data: what programs read is what its schema says, and well formed.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { launch } from "./launch.mjs";
import { filesOf, pages, read, site, subSite } from "./site.mjs";

const records = pages().filter(({ path, kind }) => kind === "certificate" && path.startsWith("c/")).length;
/** @type {any[]} */
let rows;
before(() => {
  const text = read("data/certificates.jsonl");
  assert.ok(text.endsWith("\n"), "the last line has no end");
  rows = text.trimEnd().split("\n").map((line) => JSON.parse(line));
});

test("each line of certificates.jsonl is what its schema says", () => {
  const path = filesOf(".json").find((path) => path.startsWith("data/") && path.includes("schema"));
  assert.ok(path, "there is no JSON Schema in data/");
  const schema = JSON.parse(read(path));
  assert.match(schema.$schema ?? "", /2020-12/);
  const ajv = new Ajv2020.default({ strict: true, strictTypes: false, allErrors: true });
  formats.default(ajv);
  const valid = ajv.compile(schema);
  const wrong = rows.flatMap((row) => (valid(row) ? [] : (valid.errors ?? []).map(({ instancePath, message }) => `${row.number}: ${instancePath} ${message}`)));
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} in all`);
  assert.equal(valid({}), false, "the schema takes anything");
  assert.equal(valid({ ...rows[0], number: 17 }), false, "the schema takes a number that is none");
});

test("there is a line for each certificate, and each number once", () => {
  assert.equal(rows.length, records);
  assert.equal(new Set(rows.map(({ number }) => number)).size, records);
});

/** Reads comma-separated values (RFC 4180), strictly. @param {string} text */
function csv(text) {
  /** @type {string[][]} */
  const table = [[]];
  const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
  for (let at = 0; at < text.length; ) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    assert.ok(found);
    table[table.length - 1].push((found[1] ?? found[2]).replaceAll('""', '"'));
    at = cell.lastIndex;
    if (text[at] === ",") {
      at += 1;
      if (at === text.length) table[table.length - 1].push("");
    } else if (at < text.length) {
      assert.match(text.slice(at, at + 2), /^(\r\n|\n)/, `a quote out of place in row ${table.length}: ${text.slice(at - 20, at + 20)}`);
      at += text[at] === "\r" ? 2 : 1;
      if (at < text.length) table.push([]);
    }
  }
  return table;
}

test("certificates.csv opens in a spreadsheet: a byte order mark, one row a certificate, equal columns", () => {
  const text = read("data/certificates.csv");
  assert.equal(text.codePointAt(0), 0xfeff, "without the mark, spreadsheets garble Chinese");
  const [head, ...lines] = csv(text.slice(1));
  assert.equal(lines.length, records);
  assert.equal(new Set(head).size, head.length, "a column twice");
  for (const line of lines) assert.equal(line.length, head.length, line.join(" | ").slice(0, 120));
  const numbers = lines.map((line) => line[head.indexOf("number")]);
  assert.deepEqual(numbers.toSorted(), rows.map(({ number }) => number).toSorted());
  const formulas = lines.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell));
  assert.deepEqual(formulas, [], "a spreadsheet would run these as formulas");
});

test("the other tables are sane too", () => {
  for (const path of filesOf(".csv")) {
    const [head, ...lines] = csv(read(path).replace(/^\uFEFF/, ""));
    for (const line of lines) assert.equal(line.length, head.length, `${path}: ${line.join(" | ").slice(0, 120)}`);
  }
});

test("feeds and sitemaps are well-formed XML", async () => {
  const browser = await launch();
  const page = await browser.newPage();
  for (const { folder } of [site, subSite]) {
    const paths = [...filesOf(".atom", folder), ...filesOf(".xml", folder), ...filesOf(".svg", folder)];
    assert.ok(paths.includes("feed.atom") && paths.some((path) => path.includes("sitemap")), paths.join());
    for (const path of paths) {
      const found = await page.evaluate((xml) => {
        const parsed = new DOMParser().parseFromString(xml, "application/xml");
        const entries = [...parsed.querySelectorAll("entry")].map((entry) => ["id", "title", "updated"].map((name) => entry.querySelector(name)?.textContent ?? ""));
        return { error: parsed.querySelector("parsererror")?.textContent ?? "", root: parsed.documentElement.localName, entries };
      }, read(path, folder));
      assert.equal(found.error, "", path);
      assert.match(found.root, /^(feed|urlset|sitemapindex|svg)$/, path);
      for (const [id, title, updated] of found.entries) {
        assert.ok(id && title, path);
        assert.match(updated, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/, `${path}: ${id}`);
      }
      assert.equal(new Set(found.entries.map(([id]) => id)).size, found.entries.length, `${path}: an id twice`);
      if (path.endsWith("feed.atom")) assert.notEqual(found.entries.length, 0, `${path} is empty`);
    }
  }
  await browser.close();
});

test("schema.org data in pages is JSON", () => {
  const blocks = filesOf(".html").flatMap((path) => [...read(path).matchAll(/<script type="?application\/ld\+json"?>([^]*?)<\/script>/g)].map(([, text]) => ({ path, text })));
  assert.notEqual(blocks.length, 0);
  for (const { path, text } of blocks) assert.equal(JSON.parse(text)["@context"], "https://schema.org", path);
});
