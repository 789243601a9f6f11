// @ts-check
// The statuses of today of rows that the search has found: from the register's status lists and the
// rows' dates. What cannot be known is unknown. Signatures are checked on each certificate's own page.

import { addDays, civilDate, daysBetween } from "./register.js";

/**
 * @typedef {import("./lookup.js").Row} Row
 * @typedef {{ code: string, days: number, since: string }} Today
 *   A status, or `unknown`, or `revoked` where only that is known; how many days are left; since when.
 */

/** How many bits a status list has. */
const LIST = 131072;

/** @type {(bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>} */
async function gunzip(bytes) {
  if (typeof DecompressionStream === "undefined") return (await import("./inflate.js")).gunzip(bytes);
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

/**
 * @param {(path: string) => Promise<any>} read a JSON file, null where there is none
 * @param {string} zone the register's time zone
 */
export function openToday(read, zone) {
  let now = new Date();
  /** @type {Map<string, Promise<any>>} */
  const kept = new Map();
  /** What is there stays; what is not is asked for again. @template T @param {string} name @param {() => Promise<T | null>} make @returns {Promise<T | null>} */
  function once(name, make) {
    const found = kept.get(name) ?? make().catch(() => null);
    kept.set(name, found);
    void found.then((value) => value ?? kept.delete(name));
    return found;
  }
  const file = (/** @type {string} */ path) => once(path, () => read(path));

  /** The bits of a list; null where they cannot be had or say nothing of today. @type {(purpose: string, list: number) => Promise<Uint8Array | null>} */
  async function bitsOf(purpose, list) {
    const { validFrom = "", validUntil = "", credentialSubject = {} } = (await file(`status/${purpose}-${list}.json`)) ?? {};
    // A clock that is behind the list is wrong.
    if (now < new Date(validFrom)) now = new Date(validFrom);
    if (!(now < new Date(validUntil)) || credentialSubject.statusPurpose !== purpose) return null;
    const text = credentialSubject.encodedList.slice(1).replaceAll("-", "+").replaceAll("_", "/");
    return gunzip(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  }
  const bits = (/** @type {string} */ purpose, /** @type {number} */ list) => once(`${purpose} ${list}`, () => bitsOf(purpose, list));
  const isSet = (/** @type {Uint8Array} */ of, /** @type {number} */ rid) => (of[(rid % LIST) >> 3] & (0x80 >> (rid & 7))) !== 0;

  /** What ended a certificate, and when; the lists only say that something did. @type {(rid: number) => Promise<{ status?: string, date?: string }>} */
  const detail = async (rid) => (await file(`status/detail/${`${Math.floor(rid / 1000)}`.padStart(4, "0")}.json`))?.entries?.[rid] ?? {};

  /** @type {(row: Row) => Promise<Today>} */
  async function statusOf({ rid, from, until }) {
    const [revoked, suspended] = await Promise.all(["revocation", "suspension"].map((purpose) => bits(purpose, Math.floor(rid / LIST))));
    const today = civilDate(zone, now);
    const days = daysBetween(today, until);
    if (!revoked || !suspended) return { code: "unknown", days, since: "" };
    if (isSet(revoked, rid)) {
      const { status = "", date = "" } = await detail(rid);
      return { code: ["withdrawn", "cancelled"].includes(status) ? status : "revoked", days, since: date };
    }
    if (today < from) return { code: "not-yet-valid", days, since: from };
    if (days < 0) return { code: "expired", days, since: addDays(until, 1) };
    if (isSet(suspended, rid)) return { code: "suspended", days, since: "" };
    return { code: days <= 60 ? "expiring" : "valid", days, since: from };
  }

  return {
    of: (/** @type {Row[]} */ rows) => Promise.all(rows.map(statusOf)),
    day: () => civilDate(zone, now),
    /** Whether the statuses of the newest rows can be known. @param {{ n: number, sealed: boolean }} manifest */
    async knows({ n, sealed }) {
      const newest = Math.floor(Math.max(0, n - 1) / LIST);
      return sealed && !(await Promise.all(["revocation", "suspension"].map((purpose) => bits(purpose, newest)))).includes(null);
    },
    /** The serials below `n` of which a list says something, ascending; null where one cannot be had. @type {(purpose: string, n: number) => Promise<number[] | null>} */
    async among(purpose, n) {
      const all = await Promise.all(Array.from({ length: Math.ceil(n / LIST) }, (_, list) => bits(purpose, list)));
      /** @type {number[]} */
      const found = [];
      for (const [list, of] of all.entries()) {
        if (!of) return null;
        for (let byte = 0; byte < of.length; byte += 1) if (of[byte]) for (let bit = 0; bit < 8; bit += 1) if (of[byte] & (0x80 >> bit)) found.push(list * LIST + byte * 8 + bit);
      }
      return found;
    },
  };
}
