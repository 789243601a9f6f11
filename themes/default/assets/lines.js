// @ts-check
// From a line of a list to its answer: which certificate it means, what that was on the day, and whether
// the line says the same as the entry. Never guesses: a name that several have is asked back. Pure: no
// DOM, no network; files come through the register's `get` and the index of the search.

import { checkNumber, isErased } from "./batch.js";
import { creditCodeFits, keyOf, numberKey, parseQuery, pathOf } from "./query.js";
import { dayWhere } from "./standing.js";

/**
 * @typedef {import("./batch.js").Ask} Ask
 * @typedef {import("./batch.js").Ground} Ground
 * @typedef {import("./batch.js").Outcome} Outcome
 * @typedef {import("./lookup.js").Row} Row
 * @typedef {Awaited<ReturnType<typeof import("./lookup.js").openLookup>>} Lookup
 * @typedef {import("./table.js").Line} Line
 * @typedef {{ code: string, [value: string]: string }} Remark What a reader must know beside the answer.
 * @typedef {{ code: string, good: boolean, day: string, reason: string, how: string, outcome: Outcome | null,
 *   candidates: { row: Row, outcome: Outcome }[], near: Row[], remarks: Remark[], edition?: string }} Answer
 *   `how`: by what it was found (number, code, name, former). `candidates`: what the line may mean. `near`:
 *   what is like it, where nothing was found. `edition`: the one that it rests on, where that is not the newest.
 * @typedef {{ ground: Ground, lookup: () => Promise<Lookup>, fold: (text: string) => Promise<string> }} Register
 */

/** Those of them are checked and shown that may be meant. */
const MOST = 12;

/** Why a line cannot be asked. @param {string} reason @param {string} day @returns {Answer} */
const bad = (reason, day) => ({ code: "bad_input", good: false, day, reason, how: "", outcome: null, candidates: [], near: [], remarks: [] });

/** Whether a key can be a certificate's number (src/model/number.rs). @param {string} key */
const isNumber = (key) => key !== "" && [...key].length <= 64 && !key.split("/").some((part) => part === "." || part === "..");

/** The worst that an unreachable index may come to: nobody can tell. @param {unknown} error @param {string} day @returns {Answer} */
const unreachable = (error, day) => ({ ...bad("index_unreachable", day), code: "unknown", remarks: error instanceof RangeError ? [{ code: "index_damaged" }] : [] });

// ── What is said of the holder ──

/** All names that an entry gives its holder. @param {any} credential @returns {string[]} */
const namesIn = ({ credentialSubject: { holder, history } }) => [holder, ...history.map((/** @type {any} */ step) => step.holder)].flatMap((one) => Object.values(one?.name ?? {}));

/** All identifiers. @param {any} credential @returns {string[]} */
const idsIn = ({ credentialSubject: { holder, history } }) => [holder, ...history.map((/** @type {any} */ step) => step.holder)].flatMap((one) => [one?.creditCode ?? [], one?.identifier ? [one.identifier.value, `${one.identifier.scheme}-${one.identifier.value}`.toUpperCase()] : []].flat());

/**
 * Where a line says something else of the holder than the entry does. Another code is another holder,
 * whatever the number.
 * @param {Register} register @param {Line} line @param {Outcome} outcome @returns {Promise<Remark[]>}
 */
async function compare({ fold }, line, { credential, standing }) {
  /** @type {Remark[]} */
  const remarks = [];
  if (line.code && !idsIn(credential).includes(line.code)) remarks.push({ code: "code_differs", stated: line.code, signed: idsIn(credential)[0] ?? "" });
  if (!line.name) return remarks;
  const asked = await fold(line.name);
  const is = async (/** @type {string[]} */ names) => (await Promise.all(names.map(fold))).includes(asked);
  const now = Object.values(credential.credentialSubject.holder.name);
  if (await is(now)) return remarks;
  if (await is(Object.values(standing?.holder?.name ?? {}))) remarks.push({ code: "name_then", stated: line.name });
  else if (await is(namesIn(credential))) remarks.push({ code: "former_name", stated: line.name });
  else remarks.push({ code: "name_differs", stated: line.name });
  return remarks;
}

/** An address that is not this register's: whoever prints codes of another one wants it to be taken for this. @param {string} text @param {string} base @returns {Remark[]} */
function foreign(text, base) {
  const [, host] = /^\s*(?:https?:\/\/)?([\w.:-]+\.[a-z]+(?::\d+)?|localhost(?::\d+)?)\/(?:.*\/)?(?:c|enterprises)\//i.exec(text.normalize("NFKC")) ?? [];
  const bare = base.replace(/^https?:\/\//, "");
  const own = `${text.normalize("NFKC").trim().replace(/^https?:\/\//i, "")}/`.toLowerCase().startsWith(`${bare.toLowerCase()}/`);
  return host && !own ? [{ code: "address_other", host, base: `${bare}/` }] : [];
}

/** What the signed statement of a code says beside the entry. @param {Register} register @param {string} text @param {Outcome} outcome @returns {Promise<Remark[]>} */
async function statement({ ground: { report } }, text, { digest, credential }) {
  if (!/#\d{50,1200}\s*$/.test(text)) return [];
  try {
    const { statementIn } = await import("./stated.js");
    const said = await statementIn(text, report.did, (number) => `${report.question.base}/c/${pathOf(numberKey(number))}.html`);
    if (digest.startsWith(said.digest)) return [{ code: "code_signed" }];
    return [{ code: "code_older", holder: said.name, level: said.level, until: dayWhere(credential, new Date(said.until)) }];
  } catch {
    return [{ code: "code_refused" }];
  }
}

/** What makes an answer one about somebody else. */
const OTHER = ["code_differs", "name_differs", "address_other", "code_refused"];

/** @type {(register: Register, line: Line, outcome: Outcome, how: string) => Promise<Answer>} */
async function answered(register, line, outcome, how) {
  const remarks = [...outcome.notes.map((code) => /** @type {Remark} */ ({ code })), ...foreign(line.number, register.ground.report.question.base)];
  if (outcome.standing) remarks.push(...(await compare(register, line, outcome)), ...(await statement(register, line.number, outcome)));
  const other = remarks.some(({ code }) => OTHER.includes(code));
  return { code: outcome.code, good: outcome.good && !other, day: outcome.day, reason: outcome.reason, how, outcome, candidates: [], near: [], remarks };
}

// ── By number ──

/** @type {(register: Register, key: string, day: string) => Promise<Answer>} */
async function notFound({ ground, lookup }, key, day) {
  /** @type {Answer} */
  const answer = { ...bad("", day), code: "not_found", how: "number" };
  if (await isErased(ground, pathOf(key))) return { ...answer, code: "erased" };
  // What it may have been meant for is only a suggestion: an index that is not there spoils no answer.
  const near = await lookup().then((open) => open.near(key)).catch(() => []);
  return { ...answer, near };
}

/** @type {(register: Register, line: Line, ask: Ask) => Promise<Answer>} */
async function byNumber(register, line, ask) {
  const { key, certificate, enterprise } = parseQuery(line.number);
  if (!certificate && enterprise) return byCode(register, { ...line, number: "", code: keyOf(enterprise) || enterprise }, ask);
  if (!isNumber(key)) return bad("number", ask.day);
  const outcome = await checkNumber(register.ground, certificate, ask);
  return outcome.absent ? notFound(register, key, ask.day) : answered(register, line, outcome, "number");
}

// ── By code and by name ──

const ORDER = ["valid", "projected_valid", "valid_level_below", "projected_valid_level_below", "site_not_covered", "suspended", "projected_suspended"];

/** Of one holder's certificates the one that answers the question: the one that is valid on the day, else the newest. @type {(found: { row: Row, outcome: Outcome }[]) => { row: Row, outcome: Outcome }} */
function best(found) {
  const rank = (/** @type {{ outcome: Outcome }} */ { outcome }) => (ORDER.includes(outcome.code) ? ORDER.indexOf(outcome.code) : ORDER.length);
  return [...found].sort((a, b) => rank(a) - rank(b) || (a.row.from < b.row.from ? 1 : -1))[0];
}

/**
 * Answers for rows of the index: one certificate; several of one holder in one scheme, of which the one
 * in force is meant; or a question back.
 * @param {Register} register @param {Line} line @param {Ask} ask @param {Row[]} rows @param {string} how
 * @returns {Promise<Answer>}
 */
async function choose(register, line, ask, rows, how) {
  const asked = rows.filter(({ scheme }) => !ask.minimum || scheme === ask.minimum.scheme);
  const known = asked.length ? asked : rows;
  const check = (/** @type {Row} */ row) => checkNumber(register.ground, pathOf(numberKey(row.number)), ask);
  const found = await Promise.all(known.slice(0, MOST).map(async (row) => ({ row, outcome: await check(row) })));
  const one = new Set(known.map(({ id, scheme }) => `${id} ${scheme}`)).size === 1;
  if (found.length > 1 && !one) {
    const reason = new Set(known.map(({ id }) => id)).size === 1 ? "schemes" : "holders";
    return { ...bad(reason, ask.day), code: "ambiguous", how, candidates: found };
  }
  const { row, outcome } = best(found);
  if (outcome.absent) return { ...bad("index_differs", ask.day), code: "unknown", how };
  const answer = await answered(register, line, outcome, how);
  const others = found.filter((other) => other.row !== row);
  const several = others.length ? [{ code: "several", n: `${known.length}`, number: row.number }] : [];
  return { ...answer, candidates: others.length ? found : [], remarks: [...answer.remarks, ...several] };
}

/** @type {(register: Register, line: Line, ask: Ask) => Promise<Answer>} */
async function byCode(register, line, ask) {
  try {
    const lookup = await register.lookup();
    const rows = await lookup.exact(line.code);
    if (rows.length) return await choose(register, line, ask, rows, "code");
    const fits = /^[0-9A-HJ-NPQRTUWXY]{18}$/.test(line.code) && creditCodeFits(line.code);
    const odd = /^[0-9A-Z]{18}$/.test(line.code) && !fits;
    const near = await lookup.near(line.code, odd);
    return { ...bad(odd ? "code_digit" : "", ask.day), code: "not_found", how: "code", near };
  } catch (error) {
    return unreachable(error, ask.day);
  }
}

/** @type {(register: Register, line: Line, ask: Ask) => Promise<Answer>} */
async function byName(register, line, ask) {
  try {
    const lookup = await register.lookup();
    const key = await register.fold(line.name);
    if (!key) return bad("name", ask.day);
    const rows = await lookup.exact(key);
    const current = async (/** @type {Row} */ { zh, en }) => (await Promise.all([zh, en].map(register.fold))).includes(key);
    const borne = await Promise.all(rows.map(current));
    if (rows.length) return await choose(register, line, ask, rows, borne.some(Boolean) ? "name" : "former");
    // Without a heading a number may look like a name.
    const number = numberKey(line.name);
    if (/\d/.test(number) && isNumber(number)) {
      const outcome = await checkNumber(register.ground, pathOf(number), ask);
      if (!outcome.absent) return await answered(register, { ...line, name: "" }, outcome, "number");
    }
    const found = await lookup.search({ text: line.name, limit: 5 });
    const near = found.rows.length ? found.rows : await lookup.similar(line.name);
    return { ...bad("", ask.day), code: "not_found", how: "name", near: near.slice(0, 5), remarks: found.partial && !near.length ? [{ code: "partial" }] : [] };
  } catch (error) {
    return unreachable(error, ask.day);
  }
}

/**
 * The answer to a line of a list. A line's own day goes before the list's.
 * @param {Register} register @param {Line} line @param {Ask} ask
 * @returns {Promise<Answer>}
 */
export async function checkLine(register, line, ask) {
  const asked = { ...ask, day: line.on || ask.day, ...(line.site && { site: line.site }) };
  if (line.fault) return bad(line.fault.replaceAll("-", "_"), asked.day);
  if (register.ground.state !== "verified") {
    const refused = register.ground.state === "failed";
    return { ...bad(refused ? "log" : register.ground.code.replaceAll("-", "_"), asked.day), code: refused ? "refused" : "unknown" };
  }
  if (line.number) return byNumber(register, line, asked);
  return line.code ? byCode(register, line, asked) : byName(register, line, asked);
}
