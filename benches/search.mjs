// Measures the search on an index as it lies on disk: whether it finds the newest ten that reading every
// row finds, in how many bytes and files, each question asked by a browser that has nothing yet.
//
//   node benches/search.mjs SITE [queries a kind, 500] [seed, 1]
//
// SITE is a built site, or any folder with s/ in it. Bytes are those of a host that compresses JSON.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chance } from "../tests/browser/names.mjs";
import { core, fold, loadTable, queryCore } from "../themes/default/assets/fold.js";
import { openLookup } from "../themes/default/assets/lookup.js";
import { numberKey } from "../themes/default/assets/query.js";
import { places } from "../themes/default/assets/shards.js";

const [folder = "public", count = "500", seed = "1"] = process.argv.slice(2);
const clock = performance.now();
await loadTable();

/** @type {Map<string, number>} What each file weighs on its way. */
const weights = new Map();

/** @param {string} path */
function read(path) {
  const place = join(folder, path.replace(/\?.*/, ""));
  if (!existsSync(place)) return null;
  const bytes = readFileSync(place);
  if (!weights.has(place)) weights.set(place, path.includes(".json") ? gzipSync(bytes).length : bytes.length);
  return { bytes, weight: weights.get(place) ?? 0 };
}

const manifest = JSON.parse(String(read("s/manifest.json")?.bytes));

/** Every row that may be found, newest first. */
function everyRow() {
  /** @type {{ rid: number, number: string, id: string, names: string[] }[]} */
  const rows = [];
  /** @type {any[]} */
  let block = [];
  for (let rid = 0, open = ""; rid < manifest.n; rid += 1) {
    const [path, at] = places.row(manifest, rid);
    if (path !== open) block = JSON.parse(readFileSync(join(folder, path.replace(/\?.*/, "")), "utf8"));
    open = path;
    const row = block[at];
    if (Array.isArray(row)) rows.push({ rid, number: row[0], id: row[3], names: [row[1], row[2], ...(row[10] ?? [])].flatMap((name) => (name ? fold(name) : [])) });
  }
  return rows.reverse();
}

const rows = everyRow();
const luck = chance(Number(seed));

/** @param {string} text */
function newestTen(text) {
  const found = [];
  for (let at = 0; at < rows.length && found.length < 10; at += 1) if (rows[at].names.some((name) => name.includes(text))) found.push(rows[at].rid);
  return found;
}

/** @param {number} length @param {RegExp} script */
function piece(length, script) {
  for (;;) {
    const name = core(luck.one(luck.one(rows).names));
    if (name.length < length) continue;
    const at = luck.below(name.length - length + 1);
    const text = name.slice(at, at + length);
    if (script.test(text) && !FORM.test(text) && queryCore(text) === text) return text;
  }
}

/** Legal forms within a name, as branches have them: nobody looks for those, nor for what runs into one. */
const FORM = /集团|股份|有限|责任|公司|COLTD|GROUP|CORP/;
const HAN = /^\p{Script=Han}+$/u;
const LATIN = /^[0-9A-Z]+$/;
/** @type {[string, () => string, "search" | "exact"][]} */
const KINDS = [
  ["number", () => numberKey(luck.one(rows).number), "exact"],
  ["code", () => luck.one(rows.filter((row, at) => at % 97 === 0 && row.id)).id, "exact"],
  ["2 characters", () => piece(2, HAN), "search"],
  ["3 characters", () => piece(3, HAN), "search"],
  ["4 characters", () => piece(4, HAN), "search"],
  ["8 characters", () => piece(8, HAN), "search"],
  ["full name", () => luck.one(luck.one(rows).names), "search"],
  ["absent, 4 characters", () => piece(2, HAN) + piece(2, HAN), "search"],
  ["English, 5 letters", () => (rows.some(({ names }) => names.some((name) => LATIN.test(name))) ? piece(5, LATIN) : ""), "search"],
];

/** @param {number[]} all @param {number} part */
const quantile = (all, part) => all.sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * part))];

console.log(`${rows.length} rows of ${manifest.n}, ${manifest.main} in the main part; read in ${Math.round(performance.now() - clock)} ms`);
console.log("kind                   exact      cut  wrong   KB p50/p99/max         files p50/p99/max");
let wrongs = 0;
for (const [kind, ask, how] of KINDS) {
  const [bytes, files] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  let [exact, cut, wrong] = [0, 0, 0];
  for (let n = 0; n < Number(count); n += 1) {
    const text = ask();
    if (!text) break;
    let [size, asked] = [0, 0];
    const lookup = await openLookup("", async (path) => {
      const file = read(path);
      asked += 1;
      size += file?.weight ?? 0;
      return file?.bytes ?? null;
    });
    const found = how === "exact" ? { rows: await lookup.exact(text), partial: false } : await lookup.search({ text });
    const truth = how === "exact" ? rows.filter((row) => row.id === text || numberKey(row.number) === text).map(({ rid }) => rid) : newestTen(fold(text));
    const same = found.rows.map(({ rid }) => rid).join() === truth.join();
    if (same && !found.partial) exact += 1;
    else if (found.partial && truth.join().startsWith(found.rows.map(({ rid }) => rid).join())) {
      cut += 1;
      if (process.env.CUT) console.error(`cut: ${text}`);
    }
    else {
      wrong += 1;
      console.error(`wrong: ${text}: ${found.rows.map(({ rid }) => rid)}, not ${truth}`);
    }
    bytes.push(size);
    files.push(asked);
  }
  if (!bytes.length) continue;
  wrongs += wrong;
  const kb = (/** @type {number} */ part) => (quantile(bytes, part) / 1000).toFixed(1).padStart(5);
  console.log(`${kind.padEnd(21)} ${`${exact}/${bytes.length}`.padStart(8)} ${`${cut}`.padStart(6)} ${`${wrong}`.padStart(6)}   ${kb(0.5)} /${kb(0.99)} /${kb(1)}    ${quantile(files, 0.5)} / ${quantile(files, 0.99)} / ${quantile(files, 1)}`);
}
process.exitCode = wrongs ? 1 : 0;
