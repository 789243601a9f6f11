// Measures the search on an index as it lies on disk: whether it finds the newest ten that reading every
// row finds, in how many bytes and files, each question asked by a browser that has nothing yet.
//
//   node benches/search.mjs SITE [queries a kind, 500] [seed, 1] [--browser]
//
// SITE is a built site, or any folder with s/ in it. Bytes are those of a host that compresses JSON. With
// `--browser` a Chromium asks, over HTTP on this machine and with nothing in its cache; bytes are then what it
// says was transferred, with 300 for each answer's head, and there are times.

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { launch } from "../tests/browser/launch.mjs";
import { chance } from "../tests/browser/names.mjs";
import { core, fold, loadTable, queryCore } from "../themes/default/assets/fold.js";
import { openLookup } from "../themes/default/assets/lookup.js";
import { numberKey } from "../themes/default/assets/query.js";
import { places } from "../themes/default/assets/shards.js";

const words = process.argv.slice(2).filter((word) => word !== "--browser");
const [folder = "public", count = "500", seed = "1"] = words;
const isBrowser = process.argv.includes("--browser");
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

/** The newest first, by number and by code. @type {Map<string, number[]>} */
const exactly = new Map();
for (const { rid, number, id } of rows) for (const key of new Set([numberKey(number), id])) exactly.set(key, [...(exactly.get(key) ?? []), rid]);

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
const coded = rows.filter((row, at) => at % 97 === 0 && row.id);
/** @type {[string, () => string, "search" | "exact"][]} */
const KINDS = [
  ["number", () => numberKey(luck.one(rows).number), "exact"],
  ["code", () => luck.one(coded).id, "exact"],
  ["2 characters", () => piece(2, HAN), "search"],
  ["3 characters", () => piece(3, HAN), "search"],
  ["4 characters", () => piece(4, HAN), "search"],
  ["8 characters", () => piece(8, HAN), "search"],
  ["full name", () => luck.one(luck.one(rows).names), "search"],
  ["absent, 4 characters", () => piece(2, HAN) + piece(2, HAN), "search"],
  ["English, 5 letters", () => (rows.some(({ names }) => names.some((name) => LATIN.test(name))) ? piece(5, LATIN) : ""), "search"],
];

/** @typedef {{ rids: number[], partial: boolean, size: number, asked: number, ms: number }} Answer */
/** @typedef {(how: string, text: string) => Promise<Answer>} Ask */

/** Asks in this process. @type {Ask} */
async function askHere(how, text) {
  let [size, asked] = [0, 0];
  const began = performance.now();
  const lookup = await openLookup("", async (path) => {
    const file = read(path);
    asked += 1;
    size += file?.weight ?? 0;
    return file?.bytes ?? null;
  });
  const found = how === "exact" ? { rows: await lookup.exact(text), partial: false } : await lookup.search({ text });
  return { rids: found.rows.map(({ rid }) => rid), partial: found.partial, size, asked, ms: performance.now() - began };
}

/** Asks in a browser, of a host on this machine. */
async function browserAsks() {
  const assets = fileURLToPath(new URL("../themes/default/assets/", import.meta.url));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host");
    const place = pathname.startsWith("/assets/") ? join(assets, pathname.slice(8)) : join(folder, pathname);
    if (pathname === "/") return void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>search</title>");
    if (!existsSync(place)) return void response.writeHead(404).end();
    const json = pathname.endsWith(".json");
    const type = pathname.endsWith(".js") ? "text/javascript" : json ? "application/json" : "application/octet-stream";
    const bytes = json ? gzipSync(readFileSync(place)) : readFileSync(place);
    response.writeHead(200, { "content-type": type, "content-length": bytes.length, ...(json && { "content-encoding": "gzip" }) }).end(bytes);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`);
  /** @type {Ask} */
  const ask = (how, text) =>
    page.evaluate(
      async ([how, text]) => {
        const { openLookup } = await import(/** @type {string} */ ("/assets/lookup.js"));
        performance.clearResourceTimings();
        performance.setResourceTimingBufferSize(10_000);
        const began = performance.now();
        const lookup = await openLookup("/", async (/** @type {string} */ path) => {
          const answer = await fetch(path, { cache: "no-store" });
          return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
        });
        const found = how === "exact" ? { rows: await lookup.exact(text), partial: false } : await lookup.search({ text });
        const ms = performance.now() - began;
        const transfers = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource")).filter(({ name }) => name.includes("/s/"));
        const size = transfers.reduce((sum, { transferSize }) => sum + transferSize, 0);
        return { rids: found.rows.map((/** @type {{ rid: number }} */ row) => row.rid), partial: found.partial, size, asked: transfers.length, ms };
      },
      [how, text],
    );
  await ask("exact", "0"); // The modules and the table of characters are there then.
  const close = async () => {
    await browser.close();
    server.close();
  };
  return { ask, close };
}

/** @param {number[]} all @param {number} part */
const quantile = (all, part) => all.sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * part))];

console.log(`${rows.length} rows of ${manifest.n}, ${manifest.main} in the main part; read in ${Math.round(performance.now() - clock)} ms`);
const { ask, close } = isBrowser ? await browserAsks() : { ask: askHere, close: () => undefined };
console.log("kind                   exact      cut  wrong   KB p50/p99/max         files p50/p99/max    ms p50/p99");
let wrongs = 0;
for (const [kind, question, how] of KINDS) {
  /** @type {{ size: number, asked: number, ms: number }[]} */
  const answers = [];
  let [exact, cut, wrong] = [0, 0, 0];
  for (let n = 0; n < Number(count); n += 1) {
    const text = question();
    if (!text) break;
    const { rids, partial, ...cost } = await ask(how, text);
    const truth = how === "exact" ? exactly.get(text) ?? [] : newestTen(fold(text));
    if (rids.join() === truth.join() && !partial) exact += 1;
    else if (partial && truth.join().startsWith(rids.join())) {
      cut += 1;
      if (process.env.CUT) console.error(`cut: ${text}`);
    } else {
      wrong += 1;
      console.error(`wrong: ${text}: ${rids}, not ${truth}`);
    }
    answers.push(cost);
  }
  if (!answers.length) continue;
  wrongs += wrong;
  const at = (/** @type {"size" | "asked" | "ms"} */ of, /** @type {number} */ part) => quantile(answers.map((answer) => answer[of]), part);
  const kb = (/** @type {number} */ part) => (at("size", part) / 1000).toFixed(1).padStart(5);
  const [files, times] = [[0.5, 0.99, 1].map((part) => at("asked", part)), [0.5, 0.99].map((part) => Math.round(at("ms", part)))];
  console.log(`${kind.padEnd(21)} ${`${exact}/${answers.length}`.padStart(8)} ${`${cut}`.padStart(6)} ${`${wrong}`.padStart(6)}   ${kb(0.5)} /${kb(0.99)} /${kb(1)}    ${files.join(" / ").padEnd(16)}    ${times.join(" / ")}`);
}
await close();
process.exitCode = wrongs ? 1 : 0;
