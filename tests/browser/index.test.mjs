// The index that the program writes, byte for byte the one that its description gives (index-reference.mjs):
// of the demo register, which is all tail, and of a larger one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { loadTable } from "../../themes/default/assets/fold.js";
import { buildIndex } from "./index-reference.mjs";
import { filesOf, read, site } from "./site.mjs";

const program = process.env.ATTESTAR ?? "";
const folder = mkdtempSync(join(tmpdir(), "attestar-index-"));
before(async () => {
  await loadTable();
  const run = (/** @type {string[]} */ ...more) => execFileSync(program, more, { stdio: "pipe" });
  run("init", join(folder, "register"), "--sample", "5000");
  run("-C", join(folder, "register"), "build", "--as-of", "2026-11-23", "--out", join(folder, "site"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** The rows of an index, as they went in. @param {string} from @returns {any[]} */
function entriesOf(from) {
  const { n, rowLog2 } = JSON.parse(read("s/manifest.json", from));
  const blocks = Array.from({ length: Math.ceil(n / 2 ** rowLog2) }, (_, at) => JSON.parse(read(`s/r${rowLog2}/${at}.json`, from)));
  return blocks.flat().map((row) => {
    if (!Array.isArray(row)) return row === null ? null : { newer: row };
    const [number, zh, en, id, scheme, level, region, industry, from, until, former, formerIds] = row;
    return { number, zh, en, id, scheme, level, region, industry, from, until, former, formerIds };
  });
}

for (const [name, from] of /** @type {const} */ ([["the demo register", site.folder], ["a register of 5,000", join(folder, "site")]])) {
  test(`${name}: every file of its index`, () => {
    const manifest = JSON.parse(read("s/manifest.json", from));
    const expected = buildIndex(entriesOf(from), { edition: manifest.edition });
    const known = JSON.parse(Buffer.from(expected.get("s/manifest.json") ?? []).toString());
    // Of digests only the form is promised; all schemes and levels are listed, used or not.
    const { gen, schemes, levels } = manifest;
    assert.deepEqual(manifest, { ...known, gen, schemes, levels });
    assert.ok(Object.values(gen).every((digest) => /^[0-9a-f]{8}$/.test(digest)));
    expected.delete("s/manifest.json");
    const files = filesOf("", from).filter((path) => /^s\/(h\/|heavy|[a-z]\d)/.test(path) && !/\/$/.test(path) && /\.(bin|json)$/.test(path));
    assert.deepEqual(files, [...expected.keys()].sort());
    for (const path of files) assert.ok(readFileSync(join(from, path)).equals(expected.get(path) ?? Buffer.of()), path);
  });
}
