// @ts-check
// The files of the index under s/, as the build writes them (docs/formats.md): where each lies, and
// what it holds. Files come through `get`, each once, a few at a time.

import { fnv, isPair } from "./fold.js";

/**
 * @typedef {{ v: number, n: number, main: number, stepLog2: number, rowLog2: number, bits: number, keyBits: number,
 *   tailBits: number, gen: { main: string, rows: string, tail: string, names: string }, heavy: Record<string, string>,
 *   schemes: string[], levels: string[], edition: { name: string, ordinal: number } | null, sealed: boolean }} Manifest
 *   `heavy`: terms with long lists, by the power of two of the windows that these are cut into.
 * @typedef {(path: string) => Promise<Uint8Array | null>} Get A file, null where there is none; throws when it cannot be had.
 */

/** Files on their way at one time. */
const AT_ONCE = 6;

/** A file that the manifest promises is not there, or is another's: there is a newer manifest. */
export class Missing extends Error {}

/** @type {(bytes: Uint8Array, at?: number) => { at: number, number: () => number, end: () => boolean }} */
function reader(bytes, at = 0) {
  const self = {
    at,
    end: () => self.at >= bytes.length,
    number() {
      let value = 0;
      for (let scale = 1, byte = 128; byte > 127; scale *= 128) {
        if (self.end()) throw new RangeError("a file of the index ends early");
        byte = bytes[self.at++];
        value += (byte & 127) * scale;
      }
      return value;
    },
  };
  return self;
}

/** @param {Uint8Array} bytes @param {string} magic */
function opened(bytes, magic) {
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== `${magic}\0`) throw new RangeError(`no ${magic} file`);
  return reader(bytes, 4);
}

/** Ascending numbers, as differences. @param {Uint8Array} bytes @param {number} [at] */
export function listOf(bytes, at = 0) {
  const from = reader(bytes, at);
  /** @type {number[]} */
  const list = [];
  for (let value = 0; !from.end(); list.push(value)) value += from.number();
  return list;
}

/** The lists of a shard of a main part, still packed, each with its fingerprint. @param {Uint8Array} bytes @param {number} main */
export function shardOf(bytes, main) {
  const from = opened(bytes, "AT1");
  if (from.number() !== main) throw new Missing();
  let print = 0;
  const sizes = Array.from({ length: from.number() }, () => ({ print: (print += from.number()), size: from.number() }));
  return sizes.map(({ print, size }) => ({ print, list: bytes.subarray(from.at, (from.at += size)) }));
}

/** The serials that a shard of keys has for a fingerprint. @param {Uint8Array} bytes @param {number} print */
function ridsOf(bytes, print) {
  const from = opened(bytes, "AK1");
  /** @type {number[]} */
  const rids = [];
  for (let left = from.number(), value = 0; left > 0 && value <= print; left -= 1) {
    value += from.number();
    const rid = from.number();
    if (value === print) rids.push(rid);
  }
  return rids;
}

/** A shard of the tail: fingerprints of so many bits, each with a serial below it. @param {Uint8Array} bytes */
function tailOf(bytes) {
  const from = reader(bytes);
  const bits = from.number();
  return { bits, numbers: listOf(bytes, from.at) };
}

/** The serials that a shard of the tail has for a hash. @type {(tail: ReturnType<typeof tailOf>, hash: number, manifest: Manifest) => number[]} */
export function ridsIn({ bits, numbers }, hash, { main, stepLog2 }) {
  const [print, size] = [hash >>> (32 - bits), 2 ** stepLog2];
  return numbers.filter((number) => Math.floor(number / size) === print).map((number) => main + (number % size));
}

/** @type {(value: number, digits: number) => string} */
const hex = (value, digits) => value.toString(16).padStart(digits, "0");

/** @type {(text: string, bits: number) => number} */
const shard = (text, bits) => fnv(text) & (2 ** bits - 1);

/** Where things are. `inMain`: below the manifest's `main`, or else in the tail. */
export const places = {
  /** @type {(manifest: Manifest, inMain: boolean, term: string) => string} */
  shard: ({ main, bits, tailBits, gen }, inMain, term) =>
    inMain ? `s/g${bits}/${hex(shard(term, bits), 3)}.bin?v=${gen.main}` : `s/t${main}/${isPair(term) ? "" : "x"}${hex(shard(term, tailBits), 1)}.bin?v=${gen.tail}`,
  /** @type {(manifest: Manifest, inMain: boolean, key: string) => string} */
  keys: ({ main, keyBits, tailBits, gen }, inMain, key) =>
    inMain ? `s/k${keyBits}/${hex(shard(key, keyBits), 3)}.bin?v=${gen.main}` : `s/t${main}/k${hex(shard(key, tailBits), 1)}.bin?v=${gen.tail}`,
  /** Which of the terms that are no pairs have long lists. @type {(manifest: Manifest) => string} */
  heavy: ({ gen }) => `s/heavy.json?v=${gen.main}`,
  /** A window of a long list. @type {(manifest: Manifest, term: string, log2: number, at: number) => string} */
  window: ({ gen }, term, log2, at) => `s/h/${hex(term.charCodeAt(0), 4)}${hex(term.charCodeAt(1), 4)}.${log2}.${at}.bin?v=${gen.main}`,
  /** A row's block, and its place in it. @type {(manifest: Manifest, rid: number) => [string, number]} */
  row: ({ main, rowLog2, gen }, rid) => [`s/r${rowLog2}/${rid >> rowLog2}.json?v=${rid < main ? gen.rows : gen.tail}`, rid % 2 ** rowLog2],
};

/**
 * Serials that may be of a key, newest first: another key may have the same fingerprint. `read` gets the files.
 * @type {(manifest: Manifest, key: string, read: (path: string) => Promise<Uint8Array>) => Promise<number[]>}
 */
export async function serialsOf(manifest, key, read) {
  const { n, main } = manifest;
  const print = fnv(`${key}\0`);
  const [old, recent] = await Promise.all([
    main ? read(places.keys(manifest, true, key)).then((bytes) => ridsOf(bytes, print >>> 8)) : [],
    n > main ? read(places.keys(manifest, false, key)).then((bytes) => ridsIn(tailOf(bytes), print, manifest)) : [],
  ]);
  return [...new Set([...old, ...recent])].sort((a, b) => b - a);
}

/** How many files may still be asked for, for one question. @typedef {{ left: number }} Purse */

/** @param {string} root @param {Get} get */
export function library(root, get) {
  /** @type {Map<string, Promise<any>>} */
  const kept = new Map();
  /** @type {(() => void)[]} */
  const waiting = [];
  let running = 0;

  /** @type {(path: string, purse: Purse) => Promise<Uint8Array>} */
  async function read(path, purse) {
    purse.left -= 1;
    if (running < AT_ONCE) running += 1;
    else await new Promise((resolve) => waiting.push(() => resolve(undefined)));
    try {
      const bytes = await get(root + path);
      if (!bytes) throw new Missing(path);
      return bytes;
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  /**
   * Something made of a file that does not change, made once.
   * @template T @param {string} path @param {Purse} purse @param {(bytes: Uint8Array) => T} make @returns {Promise<T>}
   */
  function keep(path, purse, make) {
    const found = kept.get(path) ?? read(path, purse).then(make);
    kept.set(path, found);
    found.catch(() => kept.delete(path));
    return found;
  }

  const parse = (/** @type {Uint8Array} */ bytes) => JSON.parse(new TextDecoder().decode(bytes));
  return {
    has: (/** @type {string} */ path) => kept.has(path),
    /** @type {(purse: Purse) => Promise<Manifest>} */
    manifest: async (purse) => parse(await read("s/manifest.json", purse)),
    shard: (/** @type {string} */ path, /** @type {Purse} */ purse, /** @type {number} */ main) => keep(path, purse, (bytes) => shardOf(bytes, main)),
    tail: (/** @type {string} */ path, /** @type {Purse} */ purse) => keep(path, purse, tailOf),
    list: (/** @type {string} */ path, /** @type {Purse} */ purse) => keep(path, purse, (bytes) => listOf(bytes)),
    bytes: (/** @type {string} */ path, /** @type {Purse} */ purse) => keep(path, purse, (bytes) => bytes),
    /** @type {(path: string, purse: Purse) => Promise<any>} */
    json: (path, purse) => keep(path, purse, parse),
  };
}
