// @ts-check
// The signed entries in the compact layout: a number leads through the index of the search to its serial, the
// serial to the place of its line in ledger/credentials/, and only that part of the file is asked for. Nothing
// here is believed because of where it came from: who asks for an entry checks it. Pure: no DOM; files come
// through `file` and `part`.

import { utf8 } from "./proof.js";
import { keyOf } from "./query.js";
import { serialsOf } from "./shards.js";

/**
 * @typedef {import("./proof.js").Bytes} Bytes
 * @typedef {(path: string, again?: string) => Promise<Bytes | null>} File
 *   A file of the site, null where there is none; throws when it cannot be had. With `again`, around all caches.
 * @typedef {(path: string, from: number, length: number, again?: string) => Promise<Bytes | null>} Part
 * @typedef {[offset: number, length: number, leaf: number, prev: string, successor: string, more: [from: number, length: number],
 *   said: [edition: string, level: string, status: string, until: string, version?: number][]]} Place
 *   Where an entry lies and what its page says beside it (docs/formats.md).
 * @typedef {{ serial: number, place: Place, bytes: Bytes, credential: any }} Found
 */

/** A file of entries/ has this power of two of serials. */
const BLOCK_LOG2 = 8;

/** @param {Bytes} bytes */
const parse = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

/** @param {File} file @param {Part} part */
export function openEntries(file, part) {
  /** Entries that were just read, for whoever asks next: their bytes, once. @type {Map<string, Bytes>} */
  const handed = new Map();

  /** What was read within the last minute: a list of numbers asks for the same files. @type {Map<string, Promise<Bytes>>} */
  let kept = new Map();
  let since = 0;

  /** @type {(path: string, again: string) => Promise<Bytes>} */
  async function read(path, again) {
    const bytes = await file(path, again);
    if (!bytes) throw new Error(`${path} is missing`);
    return bytes;
  }

  /** @type {(path: string, again: string) => Promise<Bytes>} */
  function have(path, again) {
    if (again || Date.now() - since > 60_000) [kept, since] = [new Map(), Date.now()];
    const found = kept.get(path) ?? read(path, again);
    kept.set(path, found);
    found.catch(() => kept.delete(path));
    return found;
  }

  /** @type {(key: string, again: string) => Promise<number[]>} */
  async function candidates(key, again) {
    const manifest = parse(await have("s/manifest.json", again));
    return serialsOf(manifest, key, (path) => have(path, again && again.replace("?", "&")));
  }

  /** The place of a serial, or of the one that has superseded it. @type {(serial: number, again: string) => Promise<{ serial: number, place: Place } | null>} */
  async function placeOf(serial, again) {
    const block = parse(await have(`entries/${serial >> BLOCK_LOG2}.json`, again));
    const place = block[serial % 2 ** BLOCK_LOG2];
    if (Array.isArray(place)) return { serial, place: /** @type {Place} */ (place) };
    return Number.isSafeInteger(place) && place > serial ? placeOf(place, again) : null;
  }

  /** @type {(path: string, again: string) => Promise<Found | null>} */
  async function look(path, again) {
    const seen = new Set();
    for (const candidate of await candidates(keyOf(path), again)) {
      const { serial, place } = (await placeOf(candidate, again)) ?? { serial: -1, place: undefined };
      if (!place || seen.has(serial)) continue;
      seen.add(serial);
      const bytes = await part(`ledger/credentials/${`${Math.floor(serial / 1000)}`.padStart(4, "0")}.jsonl`, place[0], place[1], again);
      if (!bytes) throw new Error("the ledger is missing");
      const credential = parse(bytes);
      // Another key may have the same fingerprint.
      if (`${credential.id}`.endsWith(`/c/${path}.json`)) return { serial, place, bytes, credential };
    }
    return null;
  }

  const entries = {
    file,
    /** The newest entry of a number, by its file's name; null where there is none. @type {(path: string, again?: string) => Promise<Found | null>} */
    async find(path, again = "") {
      try {
        return await look(path, again);
      } catch (error) {
        // A host that is being brought up to date has some files of one edition and some of the other.
        if (again) throw error;
        return look(path, `?${Date.now()}`);
      }
    },
    /** The edition that erased a number, or "". @type {(path: string, again?: string) => Promise<string>} */
    erased: async (path, again = "") => parse(await have("entries/erased.json", again))[keyOf(path)] ?? "",
    /** What a page says beyond the entry, by language. @type {(found: Found) => Promise<Record<string, { remarks?: string, evaluation?: any }>>} */
    async more({ serial, place: { 5: [from, length] } }) {
      const bytes = length ? await part(`entries/more/${serial >> BLOCK_LOG2}.jsonl`, from, length) : utf8("{}");
      if (!bytes) throw new Error("entries/more is missing");
      return parse(bytes);
    },
    /** Leaves an entry for the next who asks for its file. @param {string} path @param {Bytes} bytes */
    hand: (path, bytes) => void handed.set(path, bytes),
    /**
     * What the full layout has below c/: the signed entry of a number; and of its page, whether it is one of a
     * certificate that was erased.
     * @type {File}
     */
    async get(name, again = "") {
      const [, path = "", kind = ""] = /^c\/(.+)\.(json|html)$/.exec(name) ?? [];
      if (kind === "html") return (await entries.erased(path, again)) ? new TextEncoder().encode('<body class="kind-erased">') : null;
      const bytes = again ? undefined : handed.get(path);
      handed.delete(path);
      return bytes ?? (await entries.find(path, again))?.bytes ?? null;
    },
  };
  return entries;
}
