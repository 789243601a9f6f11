// @ts-check
// The evidence of many certificates, one evidence file a line: `attestar verify` takes it without a
// network. Here each entry and each change of its status is proved to be in the log. Loaded when asked for.

import { evidenceOf } from "./evidence.js";
import { fromBase64, need, parse, utf8 } from "./proof.js";
import { openTree } from "./tlog.js";
import { endedBy, findLeaf, listPath, PURPOSES } from "./verify.js";

/**
 * @typedef {import("./proof.js").Bytes} Bytes
 * @typedef {import("./verify.js").Report} Report
 * @typedef {import("./batch.js").Ground} Ground
 * @typedef {import("./batch.js").Outcome} Outcome
 */

/** The files of a site, each asked for once. @param {Ground} ground @returns {import("./tlog.js").Get} */
function shelf(ground) {
  /** @type {Map<string, Promise<Bytes | null>>} */
  const kept = new Map();
  return (path) => {
    const found = kept.get(path) ?? ground.read(path);
    kept.set(path, found);
    found.catch(() => kept.delete(path));
    return found;
  };
}

/** The leaf of a serial, as the register's index has it; that it is right the proof shows. @type {(get: import("./tlog.js").Get, serial: number) => Promise<number>} */
async function leafOf(get, serial) {
  const bytes = await get(`ledger/index/${`${Math.floor(serial / 1000)}`.padStart(4, "0")}`);
  const at = (serial % 1000) * 4;
  need(bytes && at + 4 <= bytes.length, "not-logged");
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

/** A check of an entry in the log, complete. @param {Ground} ground @param {import("./tlog.js").Get} get @param {string} path @param {Bytes} credential @param {number} serial */
export async function proved(ground, get, path, credential, serial) {
  const { report } = ground;
  const leaf = await leafOf(get, serial);
  const lists = await Promise.all(PURPOSES.map((purpose) => get(listPath(purpose, serial))));
  const files = { ...report.files, credential, ...Object.fromEntries(PURPOSES.map((purpose, at) => [purpose, lists[at] ?? utf8("")])) };
  const tree = await openTree(report.checkpoint, [leaf], 0, get);
  const question = { base: report.question.base, path, serial, leaf };
  const whole = /** @type {Report} */ ({ ...report, question, get, files, tree, credential: parse(credential) });
  await findLeaf(whole);
  return whole;
}

/** The changes of status that an evidence file proves. @param {any} evidence */
const changesIn = ({ leaves: { status } }) =>
  status.map((/** @type {string} */ text) => {
    const { date, status: word } = parse(fromBase64(/^extra (\S+)$/m.exec(text)?.[1] ?? ""));
    return `${date} ${word}`;
  });

/** @param {Ground} ground @param {import("./tlog.js").Get} get @param {Outcome} outcome @param {Date} now */
async function lineOf(ground, get, { path, bytes, serial, changes, day }, now) {
  const report = await proved(ground, get, path, bytes, serial);
  const text = await evidenceOf(report, changes.map(({ leaf = 0 }) => leaf), now, day);
  const told = changes.map(({ date, status }) => `${date} ${status}`);
  need(changesIn(parse(utf8(text))).join() === told.join(), "contradicts-log");
  return text;
}

/**
 * Evidence of each certificate that the answers are about, for the day that was asked. `refused` are the
 * numbers of those that are not in the log as they were shown, `missed` those of which files were not reached.
 * @param {Ground} ground @param {{ outcome: Outcome | null }[]} answers @param {Date} now @param {(done: number, all: number) => void} tell
 */
export async function bundleOf(ground, answers, now, tell) {
  const get = shelf(ground);
  const known = new Map(answers.flatMap(({ outcome }) => (outcome?.standing ? [[`${outcome.path} ${outcome.day}`, outcome]] : [])));
  /** @type {string[]} */
  const lines = [];
  /** @type {string[]} */
  const refused = [];
  /** @type {string[]} */
  const missed = [];
  let done = 0;
  for (const outcome of known.values()) {
    await lineOf(ground, get, outcome, now).then(
      (line) => lines.push(line),
      (error) => (endedBy(error).state === "offline" ? missed : refused).push(outcome.number),
    );
    tell((done += 1), known.size);
  }
  return { lines, refused, missed };
}
