// The index of the search, written a second time and in another language than the program's, from the
// description in docs/formats.md alone: what reads it is tested without the program, and the program's
// own is compared with it.

import { core, fnv, fold, isPair, shortWords, terms } from "../../themes/default/assets/fold.js";
import { numberKey } from "../../themes/default/assets/query.js";

/**
 * @typedef {{ number: string, zh: string, en?: string, id: string, scheme: string, level: string, region?: string,
 *   industry?: string, from: string, until: string, former?: string[], formerIds?: string[], newer?: number }} Entry
 *   `newer`: the serial of the newest row of the same certificate, where this is not it.
 */

const SIZES = { stepLog2: 12, heavy: 4096, window: 8192, shard: 1536, keyShard: 3072, tailBits: 3, rowLog2: 3 };

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

/** All names of an entry. @param {Entry} entry */
const namesOf = ({ zh, en = "", former = [] }) => [zh, en, ...former].filter(Boolean);

/** What a name is found by: its terms, and its short words where they stand. @param {string} name */
function termsOf(name) {
  const words = name.normalize("NFKC").toUpperCase().split(/[^0-9A-Z]+/).filter((word) => !["CO", "LTD", "INC", "LLC"].includes(word));
  return [...terms(core(fold(name))), ...words.flatMap(shortWords)];
}

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

/** @param {[string, number[]][]} entries @param {number} main */
function listShard(entries, main) {
  const lists = entries.map(([term, list]) => ({ term, print: fnv(term) >>> 16, bytes: packed(list) })).sort((a, b) => a.print - b.print || (a.term < b.term ? -1 : 1));
  const out = new Writer().add(magic("AT1")).number(main).number(lists.length);
  lists.forEach(({ print, bytes }, at) => out.number(print - (at ? lists[at - 1].print : 0)).number(bytes.length));
  for (const { bytes } of lists) out.add(bytes);
  return out.done();
}

/** @param {[string, number[]][]} entries */
function keyShard(entries) {
  const pairs = entries.flatMap(([key, list]) => list.map((rid) => [fnv(`${key}\0`) >>> 8, rid])).sort(([a, x], [b, y]) => a - b || x - y);
  const out = new Writer().add(magic("AK1")).number(pairs.length);
  pairs.forEach(([print, rid], at) => out.number(print - (at ? pairs[at - 1][0] : 0)).number(rid));
  return out.done();
}

/** @param {[number, number][]} pairs hashes and serials, these from the tail's beginning @param {number} step @param {number} spare */
function tailShard(pairs, step, spare) {
  const bits = Math.min(32 - Math.log2(step), 32 - Math.clz32(pairs.length) + spare);
  const numbers = [...new Set(pairs.map(([hash, rid]) => (hash >>> (32 - bits)) * step + rid))].sort((a, b) => a - b);
  return new Writer().number(bits).add(packed(numbers)).done();
}

/** The windows of a long list: as wide as may be, none with too many bytes. @param {number[]} list @param {number} count @param {number} most */
function windowsOf(list, count, most) {
  for (let log2 = 32 - Math.clz32(count - 1); ; log2 -= 1) {
    const windows = Array.from({ length: Math.floor((count - 1) / 2 ** log2) + 1 }, (_, at) => packed(list.filter((rid) => Math.floor(rid / 2 ** log2) === at)));
    if (log2 === 0 || windows.every(({ length }) => length <= most)) return { log2, windows };
  }
}

/**
 * The files of the index, by path.
 * @param {(Entry | null)[]} entries by serial; nothing for one that was erased
 * @param {Partial<typeof SIZES> & { edition?: { name: string, ordinal: number } | null, names?: Record<string, unknown> }} [how]
 */
export function buildIndex(entries, { edition = null, names = {}, ...how } = {}) {
  const sizes = { ...SIZES, ...how };
  const step = 2 ** sizes.stepLog2;
  const n = entries.length;
  const main = n - (n % step);
  const known = entries.filter((entry) => entry !== null);
  const schemes = [...new Set(known.map(({ scheme }) => scheme))].sort();
  const levels = [...new Set(known.map(({ scheme, level }) => `${scheme}/${level}`))].sort();
  /** @type {Map<string, Uint8Array>} */
  const files = new Map();

  const parts = [0, 1].map(() => ({ lists: /** @type {Map<string, number[]>} */ (new Map()), keys: /** @type {Map<string, number[]>} */ (new Map()) }));
  entries.forEach((entry, rid) => {
    if (!entry || (entry.newer !== undefined && !(rid < main && entry.newer >= main))) return;
    const { lists, keys } = parts[rid < main ? 0 : 1];
    for (const term of [...namesOf(entry).flatMap(termsOf), ...factsOf(entry)]) post(lists, term, rid);
    for (const key of [numberKey(entry.number), entry.id, ...(entry.formerIds ?? []), ...namesOf(entry).map(fold)]) post(keys, key, rid);
  });

  const [{ lists, keys }, tail] = parts;
  const heavy = [...lists].filter(([term, list]) => !/\p{Cs}/u.test(term) && packed(list).length > sizes.heavy).sort(([a], [b]) => (a < b ? -1 : 1));
  /** Of pairs, and of other terms. @type {Record<string, string>[]} */
  const long = [{}, {}];
  for (const [term, list] of heavy) {
    lists.delete(term);
    const { log2, windows } = windowsOf(list, main, sizes.window);
    windows.forEach((bytes, at) => files.set(`s/h/${hex(term.charCodeAt(0), 4)}${hex(term.charCodeAt(1), 4)}.${log2}.${at}.bin`, bytes));
    const of = long[isPair(term) ? 0 : 1];
    of[log2] = (of[log2] ?? "") + term;
  }
  const bits = bitsFor([...lists.values()].reduce((sum, list) => sum + 4 + packed(list).length, 0), sizes.shard);
  const keyBits = bitsFor(6 * [...keys.values()].reduce((sum, list) => sum + list.length, 0), sizes.keyShard);
  if (main) {
    files.set("s/heavy.json", json(long[1]));
    sharded(lists, bits).forEach((shard, at) => files.set(`s/g${bits}/${hex(at, 3)}.bin`, listShard(shard, main)));
    sharded(keys, keyBits).forEach((shard, at) => files.set(`s/k${keyBits}/${hex(at, 3)}.bin`, keyShard(shard)));
  }
  if (main < n) {
    const hashed = (/** @type {[string, number[]][]} */ shard, suffix = "") => shard.flatMap(([text, rids]) => rids.map((rid) => /** @type {[number, number]} */ ([fnv(text + suffix), rid - main])));
    const kinds = [[...tail.lists].filter(([term]) => isPair(term)), [...tail.lists].filter(([term]) => !isPair(term))];
    for (const [kind, some] of /** @type {const} */ ([["", kinds[0]], ["x", kinds[1]]])) sharded(some, sizes.tailBits).forEach((shard, at) => files.set(`s/t${main}/${kind}${hex(at, 1)}.bin`, tailShard(hashed(shard), step, 4)));
    sharded(tail.keys, sizes.tailBits).forEach((shard, at) => files.set(`s/t${main}/k${hex(at, 1)}.bin`, tailShard(hashed(shard, "\0"), step, 6)));
  }

  const rows = entries.map((entry) => {
    if (!entry) return null;
    if (entry.newer !== undefined) return entry.newer;
    const row = [entry.number, entry.zh, entry.en ?? "", entry.id, entry.scheme, entry.level, entry.region ?? "", entry.industry ?? "", entry.from, entry.until];
    return entry.formerIds?.length ? [...row, entry.former ?? [], entry.formerIds] : entry.former?.length ? [...row, entry.former] : row;
  });
  const { tailBits, rowLog2, stepLog2 } = sizes;
  for (let at = 0; at < n; at += 2 ** rowLog2) files.set(`s/r${rowLog2}/${at >> rowLog2}.json`, new TextEncoder().encode(`[\n${rows.slice(at, at + 2 ** rowLog2).map((row) => JSON.stringify(row)).join(",\n")}\n]\n`));
  const digest = (/** @type {unknown} */ what) => hex(fnv(JSON.stringify(what)), 8);
  const gen = { main: digest([main, bits, keyBits, long]), rows: digest(rows.slice(0, main)), tail: digest(rows.slice(main)), names: digest(names) };
  files.set("s/manifest.json", json({ v: 1, n, main, stepLog2, rowLog2, bits, keyBits, tailBits, gen, heavy: long[0], schemes, levels, edition, sealed: edition !== null }));
  for (const [lang, known] of Object.entries(names)) files.set(`s/names-${lang}.json`, json(known));
  return files;
}
