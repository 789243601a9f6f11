// @ts-check
// The files of the index under s/, as the build writes them (docs/formats.md): where each lies, and
// what it holds. Files come through `get`, each once, a few at a time.

import { fnv } from "./fold.js";

/**
 * @typedef {{ v: number, n: number, main: number, bits: number, keyBits: number, tailBits: number, rowLog2: number,
 *   tailRowLog2: number, latin?: number, gen: { main: string, rows: string, tail: string }, heavy: Record<string, number[]>, schemes: string[],
 *   levels: string[], edition: { name: string, ordinal: number } | null, sealed: boolean }} Manifest
 * @typedef {(path: string) => Promise<Uint8Array | null>} Get A file, null where there is none; throws when it cannot be had.
 */

/** Files on their way at one time. */
const AT_ONCE = 6;

/** A file that the manifest promises is not there: there is a newer manifest. */
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

/** Ascending numbers, as differences. @param {Uint8Array} bytes */
export function listOf(bytes) {
  const from = reader(bytes);
  /** @type {number[]} */
  const list = [];
  for (let value = 0; !from.end(); list.push(value)) value += from.number();
  return list;
}

/** The lists of a shard, still packed. @param {Uint8Array} bytes */
export function shardOf(bytes) {
  const from = opened(bytes, "AB1");
  /** @type {[string, number][]} */
  const sizes = Array.from({ length: from.number() }, () => {
    const [a, b, c, d] = bytes.subarray(from.at, (from.at += 4));
    from.number();
    return [String.fromCharCode(a + 256 * b, c + 256 * d), from.number()];
  });
  return new Map(sizes.map(([term, size]) => [term, bytes.subarray(from.at, (from.at += size))]));
}

/** The rows that a shard of exact keys has for a fingerprint. @param {Uint8Array} bytes @param {number} fingerprint */
export function ridsOf(bytes, fingerprint) {
  const from = opened(bytes, "AK1");
  /** @type {number[]} */
  const rids = [];
  for (let left = from.number(), value = 0; left > 0 && value <= fingerprint; left -= 1) {
    value += from.number();
    const rid = from.number();
    if (value === fingerprint) rids.push(rid);
  }
  return rids;
}

/** @type {(value: number, digits: number) => string} */
const hex = (value, digits) => value.toString(16).padStart(digits, "0");

/** @type {(text: string, bits: number) => number} */
const shard = (text, bits) => fnv(text) & (2 ** bits - 1);

/** Where things are. `main`: below the manifest's `main`, or else in the tail. */
export const places = {
  /** @type {(manifest: Manifest, main: boolean, term: string) => string} */
  shard: ({ main: size, bits, tailBits, gen }, main, term) =>
    main ? `s/g${bits}/${hex(shard(term, bits), 3)}.bin?v=${gen.main}` : `s/t${size}/${hex(shard(term, tailBits), 1)}.bin?v=${gen.tail}`,
  /** @type {(manifest: Manifest, main: boolean, key: string) => string} */
  keys: ({ main: size, keyBits, tailBits, gen }, main, key) =>
    main ? `s/k${keyBits}/${hex(shard(key, keyBits), 3)}.bin?v=${gen.main}` : `s/t${size}/k${hex(shard(key, tailBits), 1)}.bin?v=${gen.tail}`,
  /** The part of a long list that begins at `heavy[term][at]`. @type {(manifest: Manifest, term: string, at: number) => string} */
  segment: ({ gen }, term, at) => `s/h/${hex(term.charCodeAt(0), 4)}${hex(term.charCodeAt(1), 4)}.${at}.bin?v=${gen.main}`,
  /** A row's block, and its place in it. @type {(manifest: Manifest, rid: number) => [string, number]} */
  row({ main, rowLog2, tailRowLog2, gen }, rid) {
    const [at, log2] = rid < main ? [rid, rowLog2] : [rid - main, tailRowLog2];
    return [`s/${rid < main ? "r" : "q"}${log2}/${at >> log2}.json?v=${rid < main ? gen.rows : gen.tail}`, at % 2 ** log2];
  },
};

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
    shard: (/** @type {string} */ path, /** @type {Purse} */ purse) => keep(path, purse, shardOf),
    list: (/** @type {string} */ path, /** @type {Purse} */ purse) => keep(path, purse, listOf),
    bytes: (/** @type {string} */ path, /** @type {Purse} */ purse) => keep(path, purse, (bytes) => bytes),
    /** @type {(path: string, purse: Purse) => Promise<any[]>} */
    block: (path, purse) => keep(path, purse, parse),
  };
}
