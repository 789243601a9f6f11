// @ts-check
// Files that somebody hands over: a signed entry, held against this site's log; an evidence file, which
// holds all that it is checked with and is then held against this site's log key. Pure: no DOM. Loaded
// when such a file is opened.

import { agree, answerFor } from "./batch.js";
import { proved } from "./bundle.js";
import { canonical, concat, fromBase64, hasOnly, hex, need, parse, sha256, textOf, utf8 } from "./proof.js";
import { dayWhere, isDay } from "./standing.js";
import { checkCheckpoint, leafHash, openTree, parsePolicy } from "./tlog.js";
import { bitIn, bitsOf, checkEntry, checkList, endedBy, listPath, PURPOSES, serialOf } from "./verify.js";

/**
 * @typedef {import("./proof.js").Bytes} Bytes
 * @typedef {import("./batch.js").Ask} Ask
 * @typedef {import("./batch.js").Ground} Ground
 * @typedef {import("./batch.js").Outcome} Outcome
 * @typedef {import("./lines.js").Answer} Answer
 * @typedef {import("./lines.js").Remark} Remark
 * @typedef {import("./verify.js").Report} Report
 */

const LIST = 131_072;
const LATE = "9999-12-31T00:00:00Z";

/** The address of a register and a file's name, from an entry's id. @param {any} credential @returns {[string, string]} */
function placeOf({ id }) {
  const [, base, path] = /^(https?:\/\/[^?#]+)\/c\/([A-Z0-9_a-f-]+)\.json$/.exec(id) ?? [];
  need(path, "other-entry");
  return [base, path];
}

/** @type {(path: string, ask: Ask, found: Partial<Outcome>) => Outcome} */
const outcomeWith = (path, { day }, found) => ({ code: "", good: false, day, path, reason: "", number: "", serial: -1, credential: null, bytes: new Uint8Array(), changes: [], digest: "", notes: [], standing: null, ...found });

/** @type {(answer: Pick<Answer, "code" | "good" | "day" | "reason">, outcome: Outcome | null, remarks: Remark[]) => Answer} */
const answerWith = ({ code, good, day, reason }, outcome, remarks) => ({ code, good, day, reason, how: "file", outcome, candidates: [], near: [], remarks: [...(outcome?.notes ?? []).map((code) => ({ code })), ...remarks] });

/** @type {(error: unknown, day: string, remarks?: Remark[]) => Answer} */
function refused(error, day, remarks = []) {
  const { code, state } = endedBy(error);
  const word = state === "failed" ? "refused" : state === "superseded" ? "superseded" : "unknown";
  return answerWith({ code: word, good: false, day, reason: code.replaceAll("-", "_") }, null, remarks);
}

// ── Entries ──

/** Checks a signed entry against this site's log. @param {Bytes} bytes @param {Ground} ground @param {Ask} ask @returns {Promise<Answer>} */
export async function checkEntryFile(bytes, ground, ask) {
  try {
    const credential = parse(bytes);
    const [base, path] = placeOf(credential);
    const { report } = ground;
    if (base !== report.question.base) return answerWith({ code: "unknown", good: false, day: ask.day, reason: "other_register" }, null, [{ code: "file_of", base }]);
    need(ground.state === "verified", ground.code);
    await checkEntry(/** @type {Report} */ ({ ...report, question: { base, path, serial: 0, leaf: 0 }, files: { credential: bytes } }));
    const serial = serialOf(credential);
    const { question: { leaf } } = await proved(ground, (place) => ground.read(place), path, bytes, serial);
    const logged = { code: "file_logged", leaf: `${leaf + 1}`, size: `${report.checkpoint.size}` };
    const [bits, changes] = await Promise.all([ground.bits(serial), ground.past(serial)]);
    const found = { number: credential.credentialSubject.certificateNumber, serial, credential, bytes, changes, digest: hex(await sha256(bytes)) };
    try {
      agree(bits, changes, ground.edition);
    } catch (error) {
      if (endedBy(error).code !== "superseded") throw error;
      return answerWith({ code: "superseded", good: false, day: ask.day, reason: "" }, outcomeWith(path, ask, found), [logged]);
    }
    const answer = answerFor({ credential, changes, until: bits.until }, ask, { edition: ground.edition, now: report.now, next: report.publish.next });
    return answerWith({ ...answer, day: ask.day }, outcomeWith(path, ask, { ...found, ...answer }), [logged]);
  } catch (error) {
    return refused(error, ask.day);
  }
}

// ── Evidence ──

/** The root that a leaf and its siblings hash to (RFC 9162, 2.1.3.2). @param {Bytes} leaf @param {number} index @param {number} size @param {Bytes[]} path */
async function rootOver(leaf, index, size, path) {
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    need(last > 0, "proof");
    if (at % 2 === 1 || at === last) {
      hash = await sha256(concat([1], sibling, hash));
      while (at % 2 === 0 && at > 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = await sha256(concat([1], hash, sibling));
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  need(last === 0, "proof");
  return hash;
}

/** The leaf of a C2SP tlog-proof under a checkpoint. @param {string} text @param {string} note @param {import("./tlog.js").Checkpoint} checkpoint */
async function leafIn(text, note, checkpoint) {
  const cut = text.indexOf("\n\n");
  const [head, extra, index, ...path] = text.slice(0, Math.max(cut, 0)).split("\n");
  const [, entry] = /^extra (\S+)$/.exec(extra ?? "") ?? [];
  const [, place] = /^index (0|[1-9]\d{0,15})$/.exec(index ?? "") ?? [];
  need(head === "c2sp.org/tlog-proof@v1" && entry && place && text.slice(cut + 2) === note && path.length < 64, "proof");
  const bytes = fromBase64(entry);
  const at = Number(place);
  need(at < checkpoint.size, "proof");
  need(hex(await rootOver(await leafHash(bytes), at, checkpoint.size, path.map(fromBase64))) === hex(checkpoint.root), "proof");
  return { at, leaf: parse(bytes) };
}

/** What an evidence file shows by itself. @param {any} evidence */
async function readEvidence(evidence) {
  need(evidence.kind === "attestar-evidence" && evidence.v === 1 && hasOnly(evidence, "asked,checkpoint,credential,did,kind,leaves,lists,policy,v"), "not-evidence");
  const { checkpoint: note, credential, did, leaves, lists, policy } = evidence;
  const [base, path] = placeOf(credential);
  const origin = `${base.replace(/^https?:\/\//, "")}/ledger`;
  const checkpoint = await checkCheckpoint(note, await parsePolicy(policy), origin);
  const last = await leafIn(leaves.publish, note, checkpoint);
  const publish = last.leaf;
  need(last.at === checkpoint.size - 1 && publish.kind === "publish" && publish.v === 1, "publish");
  for (const [name, text] of Object.entries({ did: canonical(did), policy })) need(hex(await sha256(utf8(text))) === publish[name], `${name}-replaced`);
  const bytes = utf8(canonical(credential));
  const report = /** @type {Report} */ (/** @type {unknown} */ ({ question: { base, path, serial: 0, leaf: 0 }, files: { credential: bytes }, did, publish, checkpoint }));
  await checkEntry(report);
  const digest = hex(await sha256(bytes));
  const id = decodeURIComponent(path.replaceAll("_", "%"));
  const issue = await leafIn(leaves.issue, note, checkpoint);
  need(["issue", "amend"].includes(issue.leaf.kind) && issue.leaf.id === id && issue.leaf.sha256 === digest, "not-logged");
  const serial = serialOf(credential);
  const bits = await Promise.all(PURPOSES.map(async (purpose, at) => bitIn(await bitsOf(await checkList(report, purpose, listPath(purpose, serial), utf8(canonical(lists[at])))), serial % LIST)));
  const changes = [];
  for (const text of leaves.status) {
    const { at, leaf } = await leafIn(text, note, checkpoint);
    need(leaf.kind === "status" && leaf.id === id && at > (changes[changes.length - 1]?.leaf ?? -1), "proof");
    changes.push({ leaf: at, status: leaf.status, date: leaf.date, ...(leaf.reason && { reason: leaf.reason }) });
  }
  agree({ revoked: bits[0], suspended: bits[1] }, changes, publish.edition.slice(0, 10));
  return { credential, bytes, serial, digest, changes, checkpoint, publish, path };
}

/** The day that evidence is about: the one asked now, else then, else that of its edition. @type {(evidence: any, edition: string, on: string) => string} */
function dayOf({ asked, credential }, edition, on) {
  const then = asked.time ? dayWhere(credential, new Date(asked.time)) : edition;
  return on || (isDay(asked.on ?? "") ? asked.on : then);
}

/** Whether this site's log continues the one that evidence rests on, and has its key. @param {Awaited<ReturnType<typeof readEvidence>>} found @param {Ground} ground @returns {Promise<Remark>} */
async function vouched({ checkpoint }, ground) {
  const own = ground.report.checkpoint;
  need(ground.state === "verified", ground.code);
  need(hex(own.log.key) === hex(checkpoint.log.key), "other-key");
  if (checkpoint.size > own.size) return { code: "file_newer" };
  const tree = await openTree(own, [], checkpoint.size, (path) => ground.read(path));
  need((await tree.rootOf(checkpoint.size)) === hex(checkpoint.root), "second-history");
  return { code: "file_continues", size: `${own.size}` };
}

/**
 * Checks an evidence file. `on` is the day that somebody asks about now, if one is.
 * @param {Bytes} bytes @param {Ground} ground @param {Ask} ask @param {string} on
 * @returns {Promise<Answer>}
 */
export async function checkEvidenceFile(bytes, ground, ask, on) {
  try {
    const evidence = parse(bytes);
    const found = await readEvidence(evidence);
    const edition = found.publish.edition.slice(0, 10);
    const day = dayOf(evidence, edition, on);
    const remark = { code: "file_evidence", edition: found.publish.edition, size: `${found.checkpoint.size}` };
    if (found.checkpoint.origin !== `${ground.report.question.base.replace(/^https?:\/\//, "")}/ledger`) {
      const base = found.checkpoint.origin.replace(/\/ledger$/, "");
      return answerWith({ code: "unknown", good: false, day, reason: "other_register" }, null, [{ code: "file_of", base }]);
    }
    const own = await vouched(found, ground);
    // What its edition said it said, however long ago.
    const answer = answerFor({ ...found, until: LATE }, { ...ask, day }, { edition, now: new Date(0), next: found.publish.next });
    const number = found.credential.credentialSubject.certificateNumber;
    const outcome = outcomeWith(found.path, { ...ask, day }, { ...found, number, ...answer });
    return { ...answerWith({ ...answer, day }, outcome, [remark, own, { code: "file_audit" }]), edition: found.publish.edition };
  } catch (error) {
    return refused(error, ask.day);
  }
}

/** What a file of JSON is: each of its lines, if it has several, evidence. @param {Bytes} bytes @returns {{ kind: "entry" | "evidence" | "", parts: Bytes[] }} */
export function partsOf(bytes) {
  const text = textOf(bytes);
  if (text.startsWith('{"asked":')) return { kind: "evidence", parts: text.split("\n").filter(Boolean).map(utf8) };
  return { kind: text.startsWith('{"@context":') ? "entry" : "", parts: [bytes] };
}
