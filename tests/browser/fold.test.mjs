// Names are folded in the browser as in the program: one file of cases holds both.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bigrams, core, fnv, fold, loadTable, needsTable, queryCore, shortWords, terms } from "../../themes/default/assets/fold.js";

/** @type {Record<string, [any, any][]>} */
const vectors = JSON.parse(readFileSync(new URL("../vectors/fold.json", import.meta.url), "utf8"));

test("what needs no table folds without it, and the rest says that it needs it", async () => {
  const before = vectors.fold.map(([text]) => ({ needs: needsTable(text), folded: fold(text) }));
  await loadTable();
  vectors.fold.forEach(([text, folded], at) => {
    assert.equal(fold(text), folded, text);
    if (!before[at].needs) assert.equal(before[at].folded, folded, `${text}, without the table`);
  });
  assert.ok(before.some(({ needs }) => needs) && before.some(({ needs }) => !needs));
});

for (const [name, of] of Object.entries({ core, queryCore })) {
  test(`${name} is as the program's`, () => {
    for (const [text, expected] of vectors[name]) assert.equal(of(text), expected, text);
  });
}

/** As UTF-16 units, in order of their size. @param {string[]} found */
const units = (found) => found.map((term) => [term.charCodeAt(0), term.charCodeAt(1)]).sort(([a, b], [c, d]) => a - c || b - d);

for (const [name, of] of Object.entries({ bigrams, terms, shortWords })) {
  test(`${name} are the program's`, () => {
    for (const [text, expected] of vectors[name]) assert.deepEqual(units(of(text)), expected.sort((/** @type {number[]} */ [a, b], /** @type {number[]} */ [c, d]) => a - c || b - d), text);
  });
}

test("hashes are the program's", () => {
  for (const [units, expected] of vectors.fnv) assert.equal(fnv(String.fromCharCode(...units)).toString(16).padStart(8, "0"), expected, units);
});
