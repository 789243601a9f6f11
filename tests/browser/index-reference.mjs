// The index of the search, written a second time and in another language than the program's, from the
// description in docs/formats.md alone: what reads it is tested without the program, and the program's
// own is compared with it.

import { bigrams, core, fnv, fold, terms } from "../../themes/default/assets/fold.js";
import { numberKey } from "../../themes/default/assets/query.js";

/**
 * @typedef {{ number: string, zh: string, en?: string, id: string, scheme: string, level: string, region?: string,
 *   industry?: string, from: string, until: string, former?: string[], formerIds?: string[], newer?: number }} Entry
 *   `newer`: the serial of the newest row of the same certificate, where this is not it.
 */

const SIZES = { step: 4096, heavy: 4096, segment: 16384, shard: 4096, keys: 4096, tailBits: 3, rowLog2: 5, tailRowLog2: 5, latin: 3 };

/** Bytes as they come. */
class Writer {
  bytes = new Uint8Array(64);
  size = 0;
  /** @param {Iterable<number>} bytes */
  add(bytes) {
    for (const byte of bytes) {
      if (this.size === this.bytes.length) {
        const more = new Uint8Array(2 * this.size);
        more.set(this.bytes);
        this.bytes = more;
      }
      this.bytes[this.size++] = byte;
    }
    return this;
  }
  /** @param {number} value */
  number(value) {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.add([(rest % 128) + 128]);
    return this.add([rest]);
  }
  done() {
    return this.bytes.slice(0, this.size);
  }
}

/** @param {number[]} list ascending */
function packed(list) {
  const out = new Writer();
  list.forEach((rid, at) => out.number(at ? rid - list[at - 1] : rid));
  return out.done();
}

const magic = (/** @type {string} */ text) => new TextEncoder().encode(`${text}\0`);
const json = (/** @type {unknown} */ value) => new TextEncoder().encode(JSON.stringify(value));
const hex = (/** @type {number} */ value, /** @type {number} */ digits) => value.toString(16).padStart(digits, "0");

/** All names of an entry, folded. @param {Entry} entry */
const namesOf = ({ zh, en, former = [] }) => [zh, en, ...former].flatMap((name) => (name ? fold(name) : []));

/** @param {Entry} entry */
function factsOf({ scheme, level, region, industry, from }) {
  const fact = (/** @type {number} */ kind, /** @type {number} */ value) => String.fromCharCode(0xe000 + kind, value);
  const word = (/** @type {number} */ kind, /** @type {string} */ text) => fact(kind, fnv(text) & 0x7fff);
  const facts = [word(1, scheme), word(2, `${scheme}/${level}`), fact(6, Number(from.slice(0, 4)))];
  if (region) facts.push(fact(3, Number(region.slice(0, 2))), fact(4, Number(region.slice(0, 4))));
  if (industry) facts.push(...new Set([industry.slice(0, 1), industry.slice(0, 3)].map((code) => word(5, code))));
  return facts;
}

/** @param {Map<string, number[]>} lists @param {string} term @param {number} rid */
function post(lists, term, rid) {
  const list = lists.get(term);
  if (!list) lists.set(term, [rid]);
  else if (list[list.length - 1] !== rid) list.push(rid);
}

/** The smallest number of bits with which a shard has at most so many bytes on average. @param {number} total @param {number} bytes */
const bitsFor = (total, bytes) => Math.max(0, Math.ceil(Math.log2(Math.max(1, total) / bytes)));

/**
 * Groups by shard, each group in order.
 * @template T @param {Iterable<[string, T]>} entries @param {number} bits
 */
function sharded(entries, bits) {
  /** @type {[string, T][][]} */
  const shards = Array.from({ length: 2 ** bits }, () => []);
  for (const entry of entries) shards[fnv(entry[0]) & (2 ** bits - 1)].push(entry);
  return shards;
}

/** @param {[string, number[]][]} entries @param {Set<string>} heavy */
function listShard(entries, heavy) {
  const order = (/** @type {[string, number[]]} */ [a], /** @type {[string, number[]]} */ [b]) => (a < b ? -1 : 1);
  const lists = entries.sort(order).map(([term, list]) => ({ term, df: list.length, bytes: heavy.has(term) ? new Uint8Array() : packed(list) }));
  const out = new Writer().add(magic("AB1")).number(lists.length);
  for (const { term, df, bytes } of lists) out.add([0, 1].flatMap((at) => [term.charCodeAt(at) & 255, term.charCodeAt(at) >> 8])).number(df).number(bytes.length);
  for (const { bytes } of lists) out.add(bytes);
  return out.done();
}

/** @param {[string, number[]][]} entries */
function keyShard(entries) {
  const pairs = entries.flatMap(([key, list]) => list.map((rid) => [fnv(`${key}\0`), rid])).sort(([a, x], [b, y]) => a - b || x - y);
  const out = new Writer().add(magic("AK1")).number(pairs.length);
  pairs.forEach(([print, rid], at) => out.number(print - (at ? pairs[at - 1][0] : 0)).number(rid));
  return out.done();
}

/**
 * The files of the index, by path.
 * @param {(Entry | null)[]} entries by serial; nothing for one that was erased
 * @param {Partial<typeof SIZES> & { edition?: { name: string, ordinal: number } | null, names?: Record<string, unknown> }} [how]
 */
export function buildIndex(entries, { edition = null, names = {}, ...how } = {}) {
  const sizes = { ...SIZES, ...how };
  const n = entries.length;
  const main = n - (n % sizes.step);
  const known = entries.filter((entry) => entry !== null);
  const schemes = [...new Set(known.map(({ scheme }) => scheme))].sort();
  const levels = [...new Set(known.map(({ scheme, level }) => `${scheme}/${level}`))].sort();
  /** @type {Map<string, Uint8Array>} */
  const files = new Map();

  const parts = [0, 1].map(() => ({ lists: /** @type {Map<string, number[]>} */ (new Map()), keys: /** @type {Map<string, number[]>} */ (new Map()) }));
  entries.forEach((entry, rid) => {
    if (!entry || (entry.newer !== undefined && !(rid < main && entry.newer >= main))) return;
    const { lists, keys } = parts[rid < main ? 0 : 1];
    const folded = namesOf(entry);
    for (const name of folded.map(core)) for (const term of sizes.latin === 3 ? terms(name) : bigrams(name)) post(lists, term, rid);
    if (entry.newer === undefined) for (const fact of factsOf(entry)) post(lists, fact, rid);
    for (const key of [numberKey(entry.number), entry.id, ...(entry.formerIds ?? []), ...folded]) post(keys, key, rid);
  });

  const [{ lists, keys }, tail] = parts;
  const heavy = new Set([...lists].filter(([, list]) => packed(list).length > sizes.heavy).map(([term]) => term));
  /** @type {Record<string, number[]>} */
  const firsts = {};
  for (const term of [...heavy].sort()) {
    const list = lists.get(term) ?? [];
    firsts[term] = [];
    for (let at = 0, end = 0; at < list.length; at = end) {
      for (let bytes = 0; end < list.length && bytes < sizes.segment - 4; end += 1) bytes += end > at && list[end] - list[end - 1] < 128 ? 1 : 3;
      const path = `s/h/${hex(term.charCodeAt(0), 4)}${hex(term.charCodeAt(1), 4)}.${firsts[term].length}.bin`;
      files.set(path, packed(list.slice(at, end)));
      firsts[term].push(list[at]);
    }
  }
  const light = [...lists].reduce((sum, [term, list]) => sum + 6 + (heavy.has(term) ? 0 : packed(list).length), 0);
  const bits = bitsFor(light, sizes.shard);
  const keyBits = bitsFor(6 * keys.size, sizes.keys);
  if (main) {
    sharded(lists, bits).forEach((shard, at) => files.set(`s/g${bits}/${hex(at, 3)}.bin`, listShard(shard, heavy)));
    sharded(keys, keyBits).forEach((shard, at) => files.set(`s/k${keyBits}/${hex(at, 3)}.bin`, keyShard(shard)));
  }
  sharded(tail.lists, sizes.tailBits).forEach((shard, at) => files.set(`s/t${main}/${hex(at, 1)}.bin`, listShard(shard, new Set())));
  sharded(tail.keys, sizes.tailBits).forEach((shard, at) => files.set(`s/t${main}/k${hex(at, 1)}.bin`, keyShard(shard)));

  const rows = entries.map((entry) => {
    if (!entry) return null;
    if (entry.newer !== undefined) return entry.newer;
    const row = [entry.number, entry.zh, entry.en ?? "", entry.id, entry.scheme, entry.level, entry.region ?? "", entry.industry ?? "", entry.from, entry.until];
    return entry.former?.length ? [...row, entry.former] : row;
  });
  const block = (/** @type {unknown[]} */ some) => new TextEncoder().encode(`[\n${some.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
  for (let at = 0; at < main; at += 2 ** sizes.rowLog2) files.set(`s/r${sizes.rowLog2}/${at >> sizes.rowLog2}.json`, block(rows.slice(at, Math.min(main, at + 2 ** sizes.rowLog2))));
  for (let at = main; at < n; at += 2 ** sizes.tailRowLog2) files.set(`s/q${sizes.tailRowLog2}/${(at - main) >> sizes.tailRowLog2}.json`, block(rows.slice(at, at + 2 ** sizes.tailRowLog2)));

  const gen = { main: hex(fnv(`${main} ${light}`), 8), rows: hex(fnv(JSON.stringify(rows.slice(0, main))), 8), tail: hex(fnv(`${n} ${JSON.stringify(rows.slice(main))}`), 8) };
  const { tailBits, rowLog2, tailRowLog2, latin } = sizes;
  files.set("s/manifest.json", json({ v: 1, n, main, bits, keyBits, tailBits, rowLog2, tailRowLog2, latin, gen, heavy: firsts, schemes, levels, edition, sealed: edition !== null }));
  for (const [lang, known] of Object.entries(names)) files.set(`s/names-${lang}.json`, json(known));
  return files;
}
