// @ts-check
// Checks many certificates for a day, each as cheaply as can be: the log, its newest edition and the
// status lists once, then one signed entry a line. Pure: no DOM, no network; files come through `get`.
// A line's inclusion in the log is proved when evidence of it is made: evidence.js.

import { need, parse, Refusal, sha256, hex } from "./proof.js";
import { answerOf, changeOn, dayWhere, isDay, isGood, sitesOf, timelineOf } from "./standing.js";
import { begun, bitIn, bitsOf, checkEntry, checkList, comparePast, endedBy, isPassing, listPath, openLog, PURPOSES, serialOf } from "./verify.js";

/**
 * @typedef {import("./proof.js").Bytes} Bytes
 * @typedef {import("./standing.js").Change} Change
 * @typedef {import("./verify.js").Report} Report
 * @typedef {(path: string, again?: string) => Promise<Bytes | null>} Get
 *   A file of the site; null where there is none. With `again`, around all caches.
 * @typedef {{ day: string, minimum?: import("./standing.js").Minimum, site?: string }} Ask
 * @typedef {{ code: string, good: boolean, day: string, path: string, reason: string, number: string, absent?: boolean,
 *   serial: number, credential: any, bytes: Bytes, changes: Change[], digest: string, notes: string[],
 *   standing: import("./standing.js").Standing | null }} Outcome
 *   What a check of one certificate comes to. `code` is what `attestar verify` says; `reason` why, where
 *   it is not the certificate's dates and status.
 */

const LIST = 131_072;

/** How often a thing is asked at one time. @param {number} most */
export function pool(most) {
  let running = 0;
  /** @type {(() => void)[]} */
  const waiting = [];
  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  return async (work) => {
    if (running >= most) await new Promise((resolve) => waiting.push(() => resolve(undefined)));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

/**
 * Opens a register: checks its checkpoint against the policy and an earlier visit, and reads what its
 * newest edition publishes. Where that fails `state` says how, and no line is answered.
 * @param {string} base @param {Get} get @param {import("./verify.js").Memory | null} memory @param {Date} now
 */
export async function openGround(base, get, memory, now) {
  const attempt = async (/** @type {string | undefined} */ again) => {
    const question = /** @type {import("./verify.js").Question} */ ({ base });
    const report = begun(question, (path) => get(path, again), memory, now);
    try {
      await openLog(report);
      report.steps.past = await comparePast(report);
    } catch (error) {
      Object.assign(report, endedBy(error));
    }
    return report;
  };
  const first = await attempt(undefined);
  const report = isPassing(first.code) ? await attempt(`?${now.getTime()}`) : first;
  return groundOf(report, get);
}

/** @typedef {Awaited<ReturnType<typeof openGround>>} Ground */

/** What the lines of a batch share. @param {Report} report @param {Get} get */
function groundOf(report, get) {
  /** @type {Map<string, Promise<any>>} */
  const kept = new Map();
  /** @template T @param {string} key @param {() => Promise<T>} make @returns {Promise<T>} */
  const once = (key, make) => {
    const found = kept.get(key) ?? make();
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    return found;
  };
  const ground = {
    report,
    get,
    state: report.state,
    code: report.code,
    /** The day of the newest edition, and the last on which it speaks for the present. */
    edition: `${report.publish?.edition ?? ""}`.slice(0, 10),
    /** Forgets what is kept, and asks around all caches from then on. */
    again: "",
    forget() {
      ground.again = `?${report.now.getTime()}`;
      kept.clear();
    },
    /** @param {string} path */
    read: (path) => reached(get(path, ground.again || undefined)),
    /** The bits of both status lists for a serial, and until when they hold. @param {number} serial */
    async bits(serial) {
      const lists = PURPOSES.map((purpose) => {
        const place = listPath(purpose, serial);
        return once(place, async () => {
          const bytes = await ground.read(place);
          need(bytes, `${purpose}-missing`);
          const list = await checkList(report, purpose, place, bytes);
          return { bits: await bitsOf(list), until: list.validUntil, bytes };
        });
      });
      const [revocation, suspension] = await Promise.all(lists);
      const until = [report.publish.next, revocation.until, suspension.until].sort()[0];
      return { revoked: bitIn(revocation.bits, serial % LIST), suspended: bitIn(suspension.bits, serial % LIST), until };
    },
    /** The status leaves of the number whose newest version has a serial. @param {number} serial @returns {Promise<Change[]>} */
    async past(serial) {
      const path = `status/past/${`${Math.floor(serial / 1000)}`.padStart(4, "0")}.json`;
      const file = await once(path, async () => {
        const bytes = await ground.read(path);
        need(bytes, "past-missing");
        return parse(bytes);
      });
      return changesIn(file, serial, report.checkpoint.size);
    },
  };
  return ground;
}

/** @template T @param {Promise<T>} asked @returns {Promise<T>} */
const reached = (asked) =>
  asked.catch(() => {
    throw new Refusal("unreachable");
  });

/** @type {(file: any, serial: number, size: number) => Change[]} */
function changesIn({ v, entries }, serial, size) {
  need(v === 1, "past");
  const rows = entries[serial] ?? [];
  return rows.map((/** @type {any} */ [leaf, status, date, reason], /** @type {number} */ at) => {
    const follows = Number.isSafeInteger(leaf) && leaf < size && leaf > (at ? rows[at - 1][0] : -1);
    need(follows && isDay(date) && ["valid", "suspended", "withdrawn", "cancelled"].includes(status), "past");
    return { leaf, status, date, ...(reason && { reason }) };
  });
}

/**
 * Whether the signed bits say what the status leaves say on the edition's day: as src/verify/status.rs
 * has it for leaves that were handed over.
 * @type {(bits: { revoked: boolean, suspended: boolean }, changes: Change[], edition: string) => void}
 */
export function agree({ revoked, suspended }, changes, edition) {
  const status = changeOn(changes, edition)?.status ?? "valid";
  const ended = status === "withdrawn" || status === "cancelled";
  need(!ended || revoked, "contradicts-log");
  need(suspended === (status === "suspended" && !revoked), "contradicts-log");
  need(!revoked || ended, "superseded");
}

/** What an entry and its changes of status answer. @type {(found: { credential: any, changes: Change[], until: string }, ask: Ask, place: { edition: string, now: Date, next: string }) => { code: string, good: boolean, reason: string, standing: import("./standing.js").Standing, notes: string[] }} */
export function answerFor({ credential, changes, until }, ask, { edition, now, next }) {
  const standing = timelineOf(credential, changes).on(ask.day);
  const held = changeOn(changes, ask.day);
  const notes = standing.suspendedAtExpiry ? ["suspended_at_expiry"] : [];
  // What stands against it stands, however old the lists are.
  if (now >= new Date(until) && (held?.status ?? "valid") === "valid") return { code: "unknown", good: false, reason: "stale", standing, notes };
  const code = answerOf(credential, standing, ask.day, { edition, ...ask });
  const nowhere = ask.site && standing.status === "valid" && !sitesOf(credential.credentialSubject).length;
  const reason = code !== "unknown" ? "" : nowhere ? "no_sites" : "level_unknown";
  return { code, good: isGood(code, ask.day, dayWhere(credential, new Date(next))), reason, standing, notes };
}

/** @type {(path: string, ask: Ask, code: string, reason: string) => Outcome} */
const without = (path, { day }, code, reason) => ({ code, good: false, day, path, reason, number: "", serial: -1, credential: null, bytes: new Uint8Array(), changes: [], digest: "", notes: [], standing: null });

/** @type {(ground: Ground, path: string, ask: Ask) => Promise<Outcome>} */
async function attempt(ground, path, ask) {
  const outcome = without(path, ask, "", "");
  const bytes = await ground.read(`c/${path}.json`);
  // Some hosts answer every address with a page.
  if (!bytes || bytes[0] === 0x3c) return { ...outcome, absent: true, code: "not_found" };
  const { base } = ground.report.question;
  const report = /** @type {Report} */ ({ ...ground.report, question: { base, path, serial: 0, leaf: 0 }, files: { credential: bytes } });
  await checkEntry(report);
  const serial = serialOf(report.credential);
  const found = { ...outcome, number: report.credential.credentialSubject.certificateNumber, serial, credential: report.credential, bytes, digest: hex(await sha256(bytes)) };
  const [bits, changes] = await Promise.all([ground.bits(serial), ground.past(serial)]);
  agree(bits, changes, ground.edition);
  const { now, publish } = ground.report;
  return { ...found, changes, ...answerFor({ ...found, changes, until: bits.until }, ask, { edition: ground.edition, now, next: publish.next }) };
}

/**
 * Checks the newest entry of a certificate, by its file's name. Never throws: what cannot be checked is
 * unknown, and what does not hold is refused.
 * @param {Ground} ground @param {string} path @param {Ask} ask
 * @returns {Promise<Outcome>}
 */
export async function checkNumber(ground, path, ask) {
  const failed = (/** @type {string} */ code, /** @type {string} */ state) => without(path, ask, state === "failed" || state === "superseded" ? "refused" : "unknown", code.replaceAll("-", "_"));
  if (ground.state !== "verified") return failed(ground.code, ground.state);
  for (const again of [false, true]) {
    try {
      return await attempt(ground, path, ask);
    } catch (error) {
      const { code, state } = endedBy(error);
      // A host that is being brought up to date serves some files of one edition and some of the other.
      if (again || !(isPassing(code) || ["superseded", "contradicts-log"].includes(code))) return failed(code, code === "past-missing" ? "offline" : state);
      ground.forget();
    }
  }
  return failed("malformed", "failed");
}

/** Whether the page of a certificate says that it was erased. @param {Ground} ground @param {string} path */
export async function isErased(ground, path) {
  const page = await ground.read(`c/${path}.html`).catch(() => null);
  return page !== null && /<body[^>]*\bkind-erased\b/.test(new TextDecoder().decode(page));
}
