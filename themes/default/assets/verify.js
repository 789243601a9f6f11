// @ts-check
// Checks a certificate's signed entry, in the browser and in Node: the log, the signature, the status,
// and the words of the page. Pure: no DOM, no network; files come through `get`. What each step
// proves, and what is left to `attestar audit`: docs/formats.md.

import { canonical, checkProof, fromBase64, hasOnly, hex, keyOf, load, need, parse, Refusal, sha256, textOf, utf8 } from "./proof.js";
import { checkCheckpoint, entriesOf, leafHash, openTree, parsePolicy, tilePath } from "./tlog.js";

/**
 * @typedef {import("./proof.js").Bytes} Bytes
 * @typedef {import("./tlog.js").Get} Get
 * @typedef {{ base: string, path: string, serial: number, leaf: number, prev?: string, status?: string }} Question
 *   The register's address, the certificate's file name, and what its page says: its serial, its leaf,
 *   the digest of the version before it, the status that it shows. Where only the log is asked there is only the address.
 * @typedef {{ checkpoint: string, policy: string, did: string, time: string }} Memory
 *   What an earlier check left behind.
 * @typedef {"signature" | "log" | "past" | "status"} Step
 * @typedef {{ question: Question, get: Get, memory: Memory | null, now: Date, behind: boolean,
 *   state: "verified" | "stale" | "superseded" | "unsigned" | "offline" | "failed", code: string,
 *   steps: Partial<Record<Step, "yes" | "no" | "unknown">>, files: Record<string, Bytes>,
 *   checkpoint: import("./tlog.js").Checkpoint, tree: Awaited<ReturnType<typeof openTree>>, publish: any,
 *   did: any, key: Bytes, credential: any, leaf: any, leafBytes: Bytes, until: string, standing: string,
 *   detail: { status?: string, date?: string, by?: number } | null, remember: Memory | null }} Report
 *   What a check has found so far. What stands here was checked by the step that put it here; only
 *   `files` are as they came. `behind`: the clock is, so `now` is the time of publication.
 */

// ── Status lists ──

/** How many bits a status list has. */
const LIST = 131072;

/** @type {(bytes: Bytes) => Promise<Bytes>} */
async function gunzip(bytes) {
  if (typeof DecompressionStream === "undefined") return (await load("./inflate.js")).gunzip(bytes);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

/** All bits of a status list, eight a byte. @type {(list: any) => Promise<Bytes>} */
export async function bitsOf({ credentialSubject: { encodedList, type } }) {
  need(type === "BitstringStatusList" && /^u[\w-]{1,40000}$/.test(encodedList), "list");
  const text = encodedList.slice(1).replaceAll("-", "+").replaceAll("_", "/");
  const bits = await gunzip(fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, "=")));
  need(bits.length === LIST / 8, "list");
  return bits;
}

/** @type {(bits: Bytes, serial: number) => boolean} */
export const bitIn = (bits, serial) => (bits[(serial % LIST) >> 3] & (0x80 >> (serial & 7))) !== 0;

/** The bit of a serial in a status list. @type {(list: any, serial: number) => Promise<boolean>} */
export const bitOf = async (list, serial) => bitIn(await bitsOf(list), serial);

// ── Facts ──

/**
 * The facts of a day: those granted, then each event's from its effective day on. Events of one day
 * are in recording order.
 * @type {(subject: any, day: string) => any}
 */
export function factsOn(subject, day) {
  const [granted, ...events] = subject.history;
  const from = (/** @type {any} */ event) => event.effective ?? event.date;
  events.sort((/** @type {any} */ a, /** @type {any} */ b) => (from(a) < from(b) ? -1 : from(a) > from(b) ? 1 : 0));
  const apply = (/** @type {any} */ facts, /** @type {any} */ event) => ({ ...facts, ...event, holder: { ...facts.holder, ...event.holder } });
  return events.filter((/** @type {any} */ event) => from(event) <= day).reduce(apply, apply(subject, granted));
}

/**
 * What is so at an instant, by the signed dates and bits.
 * @type {(credential: any, revoked: boolean, suspended: boolean, now: Date) => string}
 */
export function standingOf({ validFrom, validUntil }, revoked, suspended, now) {
  if (revoked) return "revoked";
  if (now < new Date(validFrom)) return "not-yet-valid";
  if (now > new Date(validUntil)) return "expired";
  return suspended ? "suspended" : "valid";
}

/** Whether a text shows a date: year, month and day in that order or the other, the month also by name. @type {(text: string, date: string, lang: string) => boolean} */
function showsDate(text, date, lang) {
  const numbers = (text.match(/\d+/g) ?? []).map(Number).join();
  const [year, month, day] = date.split("-").map(Number);
  const names = /** @type {const} */ (["long", "short"]).map((length) => new Intl.DateTimeFormat(lang, { month: length, timeZone: "UTC" }).format(new Date(date)));
  return [`${year},${month},${day}`, `${day},${month},${year}`].includes(numbers) || ([`${year},${day}`, `${day},${year}`].includes(numbers) && names.some((name) => text.includes(name)));
}

/**
 * The facts that a page states in other words than were signed. `shown` has the page's words; `until`
 * is the last day of validity where the register is.
 * @param {Report} report @param {Record<string, string>} shown @param {{ lang: string, day: string, until: string }} place
 */
export function differences({ credential, standing }, shown, { lang, day, until }) {
  const { certificateNumber, expires } = credential.credentialSubject;
  const { holder, level, scope, starLevel } = factsOn(credential.credentialSubject, day);
  const words = (/** @type {Record<string, string>} */ local) => (local[lang] ? [local[lang]] : Object.values(local));
  const plain = (/** @type {string} */ text) => text.replace(/\s+/g, " ").trim();
  const equals = (/** @type {string[]} */ signed) => (/** @type {string} */ text) => signed.map(plain).includes(plain(text));
  const identifiers = [holder.creditCode, holder.identifier?.value].filter((value) => value !== undefined);
  /** @type {Record<string, [string, (text: string) => boolean]>} */
  const facts = {
    number: [certificateNumber, equals([certificateNumber])],
    holder: [words(holder.name)[0], equals(words(holder.name))],
    identifier: [identifiers[0], equals(identifiers)],
    level: [words(level.name)[0], equals(words(level.name))],
    ...(shown.stars !== undefined && { stars: [`${starLevel}`, equals([`${starLevel}`])] }),
    scope: [words(scope)[0], equals(words(scope))],
    until: [until, (text) => until <= expires && showsDate(text, until, lang)],
    // Between two cycles a page says expired, and the entry that the next one is yet to begin.
    status: [standing, equals(standing === "not-yet-valid" ? [standing, "expired", "none"] : [standing])],
  };
  return Object.entries(facts).flatMap(([fact, [signed, says]]) => (says(shown[fact] ?? "") ? [] : [{ fact, signed, shown: plain(shown[fact] ?? "") }]));
}

// ── The steps ──

export const PURPOSES = ["revocation", "suspension"];

/** @type {(purpose: string, serial: number) => string} */
export const listPath = (purpose, serial) => `status/${purpose}-${Math.floor(serial / LIST)}.json`;

/** @type {(base: string) => string} */
export function didOf(base) {
  const { host, pathname } = new URL(base);
  return ["did:web", encodeURIComponent(host), ...pathname.split("/").filter(Boolean)].join(":");
}

/** The files whose places are known before any is read. @type {(question: Question) => Record<string, string>} */
const placesOf = ({ base, path, serial }) => ({
  checkpoint: "ledger/checkpoint",
  ...(path !== undefined && { credential: `c/${path}.json` }),
  policy: "ledger/policy",
  did: new URL(base).pathname === "/" ? ".well-known/did.json" : "did.json",
  ...(serial !== undefined && Object.fromEntries(PURPOSES.map((purpose) => [purpose, listPath(purpose, serial)]))),
});

/** Reads those that an earlier check has not left. @param {Report} report */
async function gather({ question, get, memory, files }) {
  if (memory) Object.assign(files, { policy: utf8(memory.policy), did: utf8(memory.did) });
  const places = Object.entries(placesOf(question));
  const found = await Promise.all(places.map(([name, place]) => files[name] ?? get(place)));
  need(found[0], "unsigned");
  places.forEach(([name], at) => {
    const bytes = found[at];
    need(bytes, `${name}-missing`);
    files[name] = bytes;
  });
}

/** The checkpoint, the tree under it, and the files that its last leaf says are published. @param {Report} report */
export async function openLog(report) {
  await gather(report);
  const { question, get, memory, files, now } = report;
  const note = textOf(files.checkpoint);
  const origin = `${question.base.replace(/^https?:\/\//, "")}/ledger`;
  const policy = await parsePolicy(textOf(files.policy));
  // A policy of last time says which log it was; which witnesses count is for today's to say.
  const checkpoint = await checkCheckpoint(note, memory ? { ...policy, witnesses: new Map(), enough: () => true } : policy, origin).catch((error) => {
    throw memory && error.code === "log-key-unknown" ? new Refusal("log-key-changed") : error;
  });
  const before = memory ? Number(memory.checkpoint.split("\n")[1]) : 0;
  need(before <= checkpoint.size, "rollback");
  report.tree = await openTree(checkpoint, question.leaf === undefined ? [] : [question.leaf], before, get);

  const publish = parse(report.tree.bundle[report.tree.bundle.length - 1]);
  need(publish.kind === "publish" && publish.v === 1 && hasOnly(publish, "did,edition,kind,lists,next,policy,time,type,v"), "publish");
  for (const name of ["policy", "did"]) {
    const published = async () => hex(await sha256(files[name])) === publish[name];
    if (memory && !(await published())) files[name] = (await get(placesOf(question)[name])) ?? utf8("");
    need(await published(), `${name}-replaced`);
  }
  report.checkpoint = await checkCheckpoint(note, await parsePolicy(textOf(files.policy)), origin);
  report.did = parse(files.did);
  need(report.did.id === didOf(question.base), "issuer");
  report.publish = publish;
  report.behind = now < new Date(publish.time);
  if (report.behind) report.now = new Date(publish.time);
}

/** The tree of an earlier check is the beginning of this one. @param {Report} report */
export async function comparePast(report) {
  const { memory, tree, files, now } = report;
  if (memory) {
    const [, size, root] = memory.checkpoint.split("\n");
    need((await tree.rootOf(Number(size))) === hex(fromBase64(root)), "second-history");
  }
  report.remember = { checkpoint: textOf(files.checkpoint), policy: textOf(files.policy), did: textOf(files.did), time: now.toISOString() };
  return memory ? "yes" : "unknown";
}

/** The serial of an entry: its list and its place in it. @param {any} credential */
export function serialOf({ credentialStatus: [{ statusListCredential, statusListIndex }] }) {
  return Number(/-(\d+)\.json$/.exec(statusListCredential)?.[1]) * LIST + Number(statusListIndex);
}

/** The entry is this certificate's, and signed with a key that the published DID document stands by. @param {Report} report */
export async function checkEntry(report) {
  const { question, files, did } = report;
  const { base, path } = question;
  const credential = parse(files.credential);
  const id = `${base}/c/${path}.json`;
  need(credential.id === id, "other-entry");
  need(credential.issuer === did.id, "issuer");
  report.key = keyOf(did, credential.proof.verificationMethod);
  await checkProof(credential, report.key);
  const serial = serialOf(credential);
  const expected = {
    "@context": ["https://www.w3.org/ns/credentials/v2", `${base}/ns/v1.jsonld`],
    credentialStatus: PURPOSES.map((purpose) => ({ id: `${id}#${purpose}`, statusListCredential: `${base}/${listPath(purpose, serial)}`, statusListIndex: `${serial % LIST}`, statusPurpose: purpose, type: "BitstringStatusListEntry" })),
    type: ["VerifiableCredential", "StarCertificate"],
  };
  for (const [name, value] of Object.entries(expected)) need(canonical(credential[name]) === canonical(value), "other-format");
  need(Number.isSafeInteger(serial), "other-format");
  report.credential = credential;
  need(serial >= (question.serial ?? 0), "older-entry");
}

/** The log has a leaf with the entry's digest where the page says that it is. @param {Report} report */
export async function findLeaf(report) {
  const { question: { path, serial, leaf, prev }, files, credential, tree, get } = report;
  need(serialOf(credential) === serial, "superseded");
  const id = decodeURIComponent(path.replaceAll("_", "%"));
  const digest = hex(await sha256(files.credential));
  const tile = Math.floor(leaf / 256);
  const logged = hex(tree.row(0, tile)[leaf % 256]);
  // Nearly always the leaf can be written down from the entry, which saves fetching the 255 beside it.
  let bytes = utf8(canonical({ id, kind: prev ? "amend" : "issue", ...(prev && { prev }), sha256: digest, time: credential.proof.created, v: 1 }));
  if (hex(await leafHash(bytes)) !== logged) {
    const count = Math.min(256, tree.size - 256 * tile);
    bytes = (leaf >= tree.first ? tree.bundle : entriesOf(await get(tilePath("entries", tile, count)), count))[leaf % 256];
    need(hex(await leafHash(bytes)) === logged, "tile");
  }
  const found = parse(bytes);
  const members = found.kind === "amend" ? "id,kind,prev,sha256,time,v" : "id,kind,sha256,time,v";
  need(["issue", "amend"].includes(found.kind) && found.v === 1 && hasOnly(found, members), "not-logged");
  need(found.id === id && found.sha256 === digest, "not-logged");
  Object.assign(report, { leaf: found, leafBytes: bytes });
}

/**
 * A status list of the newest edition: the one that its leaf names, and signed.
 * @param {Pick<Report, "question" | "did" | "publish">} report @param {string} purpose @param {string} place @param {Bytes} bytes
 */
export async function checkList({ question: { base }, did, publish }, purpose, place, bytes) {
  need(publish.lists[place] === hex(await sha256(bytes)), "list-replaced");
  const list = parse(bytes);
  need(list.id === `${base}/${place}` && list.issuer === did.id && list.credentialSubject.statusPurpose === purpose, "list");
  await checkProof(list, keyOf(did, list.proof.verificationMethod));
  return list;
}

/** What the edition's status lists say, and until when they may be believed. @param {Report} report */
async function readStatus(report) {
  const { question: { serial, status }, files, publish, credential, now, get } = report;
  const bits = [];
  report.until = publish.next;
  for (const purpose of PURPOSES) {
    const list = await checkList(report, purpose, listPath(purpose, serial), files[purpose]);
    bits.push(await bitOf(list, serial));
    if (list.validUntil < report.until) report.until = list.validUntil;
  }
  const [revoked, suspended] = bits;
  report.standing = standingOf(credential, revoked, suspended, now);
  const ends = ["withdrawn", "cancelled"];
  if (revoked && status && ends.includes(status)) report.standing = status;
  else if (revoked || (report.standing === "suspended" && status !== "suspended")) {
    // Only for the words: that it is not valid, the bits have said.
    const bytes = await get(`status/detail/${`${Math.floor(serial / 1000)}`.padStart(4, "0")}.json`);
    report.detail = bytes && (parse(bytes).entries[serial] ?? null);
    const word = report.detail?.status ?? "";
    if (revoked && [...ends, "superseded", "erased"].includes(word)) report.standing = word;
  }
  need(report.standing !== "superseded", "superseded");
  need(now < new Date(report.until), "stale");
}

/** @type {[Step, (report: Report) => Promise<"yes" | "unknown" | void>][]} */
const STEPS = [["log", openLog], ["past", comparePast], ["signature", checkEntry], ["log", findLeaf], ["status", readStatus]];

/** What is held against the log's past, wherever it shows. */
const PAST = ["rollback", "second-history", "log-key-changed"];

/** @type {Record<string, Report["state"]>} */
const STATES = { unreachable: "offline", unsigned: "unsigned", superseded: "superseded", stale: "stale" };

/** What becomes of a check that an error ended. @param {unknown} error */
export function endedBy(error) {
  const code = error instanceof Refusal ? error.code : "malformed";
  return { code, state: STATES[code] ?? "failed" };
}

/** Whether asking once more around all caches may help: hosts do not bring all files up to date at once. @type {(code: string) => boolean} */
export const isPassing = (code) => /-(missing|replaced)$|^(tile|rollback)$/.test(code);

/** A check that has not begun. @type {(question: Question, get: Get, memory: Memory | null, now: Date) => Report} */
export function begun(question, get, memory, now) {
  const reach = (/** @type {string} */ path) =>
    get(path).catch(() => {
      throw new Refusal("unreachable");
    });
  return /** @type {Report} */ ({ question, get: reach, memory, now, behind: false, state: "verified", code: "", steps: {}, files: {}, remember: null });
}

/**
 * Checks a certificate, up to the first step that refuses it. At most 12 files in 3 rounds, as long as
 * the log has fewer than 16 million leaves.
 * @param {Question} question @param {Get} get @param {Memory | null} memory @param {Date} now
 */
export async function verify(question, get, memory, now) {
  const report = begun(question, get, memory, now);
  for (const [step, check] of STEPS) {
    try {
      report.steps[step] = (await check(report)) ?? "yes";
    } catch (error) {
      Object.assign(report, endedBy(error));
      delete report.steps[step];
      const blamed = PAST.includes(report.code) ? "past" : report.code === "superseded" ? "status" : step;
      report.steps[blamed] = ["failed", "superseded"].includes(report.state) ? "no" : "unknown";
      break;
    }
  }
  return report;
}
