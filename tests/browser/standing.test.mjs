// The standing of a day in the browser, held against `attestar verify`: the worked timeline day by day,
// and every certificate of the demo register on days at its edges and on days at random.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { answerOf, changeOn, dayWhere, isDay, isGood, siteOn, sitesOf, timelineOf } from "../../themes/default/assets/standing.js";
import { changesOf, leavesOf, pastOf } from "./leaves.mjs";
import { NOON, filesOf, read, site } from "./site.mjs";

const NUMBER = "AST-SC-2021-00033";
const ROOT = new URL("../..", import.meta.url).pathname;
const PROGRAM = process.env.ATTESTAR ?? join(ROOT, "target/debug/attestar");
const folder = mkdtempSync(join(tmpdir(), "attestar-standing-"));
after(() => rmSync(folder, { recursive: true }));

const leaves = leavesOf(site.folder);
const known = changesOf(leaves);
const publish = leaves[leaves.length - 1];
const edition = publish.edition.slice(0, 10);
const entries = new Map(filesOf(".json").filter((path) => /^c\/[^/]+\.json$/.test(path)).map((path) => {
  const credential = JSON.parse(read(path));
  return [credential.credentialSubject.certificateNumber, credential];
}));

/** What the command line says of numbers on days. @param {[string, string][]} asked @param {string[]} more @returns {any[]} */
function commandLine(asked, more = []) {
  const csv = join(folder, "asked.csv");
  writeFileSync(csv, ["number,on", ...asked.map((row) => row.join())].join("\n"));
  const key = read("ledger/policy").split(/\s/)[1];
  const words = ["verify", "--csv", csv, "--json", "--site", site.folder, "--key", key, "--pins", join(folder, "pins"), "--at", NOON.toISOString(), ...more];
  /** @type {string} */
  let text;
  try {
    text = execFileSync(PROGRAM, words, { encoding: "utf8", maxBuffer: 1 << 28, cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    // Not all are good.
    text = /** @type {any} */ (error).stdout;
  }
  const outcomes = text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  assert.equal(outcomes.length, asked.length);
  return outcomes;
}

/** What the browser says. @param {string} number @param {string} day @param {import("../../themes/default/assets/standing.js").Minimum} [minimum] */
function browser(number, day, minimum) {
  const credential = entries.get(number);
  const standing = timelineOf(credential, known.get(number)?.changes ?? []).on(day);
  const answer = answerOf(credential, standing, day, { edition, minimum });
  const holder = standing.holder;
  return {
    answer,
    good: isGood(answer, day, dayWhere(credential, new Date(publish.next))),
    level: standing.level.id,
    rank: standing.level.rank,
    holder: holder.name,
    identifier: holder.creditCode ?? holder.identifier.value,
    scope: standing.scope,
    valid_from: standing.cycle.from,
    valid_until: standing.until,
  };
}

/** Asks both. @param {[string, string][]} asked @param {import("../../themes/default/assets/standing.js").Minimum} [minimum] */
function compare(asked, minimum) {
  const more = minimum ? ["--scheme", minimum.scheme, "--min-level", minimum.level] : [];
  commandLine(asked, more).forEach(({ number, on, answer, good, certificate }, at) => {
    const { level, rank, holder, identifier, scope, valid_from, valid_until } = certificate;
    assert.deepEqual(browser(asked[at][0], asked[at][1], minimum), { answer, good, level, rank, holder, identifier, scope, valid_from, valid_until }, `${number} on ${on}`);
  });
}

/** Numbers that look random and are the same each time. @param {number} seed */
function random(seed) {
  return (/** @type {number} */ below) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

/** @param {string} day @param {number} count */
const move = (day, count) => new Date(Date.parse(day) + count * 86_400_000).toISOString().slice(0, 10);

// domain.md's table, as tests/timeline.rs has it, in the words of an answer.
const TABLE = [
  ["2021-05-27", "none_that_day", ""], ["2021-05-28", "not_yet_valid", "star-4"], ["2021-05-31", "not_yet_valid", "star-4"],
  ["2021-06-01", "valid", "star-4"], ["2022-06-09", "valid", "star-4"], ["2022-06-10", "valid", "star-5"],
  ["2023-06-30", "valid", "star-5"], ["2023-07-01", "suspended", "star-5"], ["2023-07-10", "suspended", "star-5"],
  ["2023-09-14", "suspended", "star-5"], ["2023-09-15", "valid", "star-5"], ["2024-05-31", "valid", "star-5"],
  ["2024-06-01", "expired", "star-5"], ["2024-06-19", "expired", "star-5"], ["2024-06-20", "valid", "star-4"],
  ["2025-03-31", "valid", "star-4"], ["2025-05-31", "valid", "star-4"], ["2026-01-31", "valid", "star-4"],
  ["2026-02-01", "withdrawn", "star-4"], ["2027-05-20", "withdrawn", "star-4"], ["2028-01-01", "withdrawn", "star-4"],
  ["9999-12-31", "withdrawn", "star-4"],
];

test("the worked timeline: each day of the table, from the entry and its status leaves", () => {
  for (const [day, answer, level] of TABLE) {
    const said = browser(NUMBER, day);
    assert.deepEqual([said.answer, level && said.level], [answer, level], day);
  }
  compare(TABLE.map(([day]) => [NUMBER, day]));
});

test("the worked timeline: every day from 2021 to 2028, as the command line has it", () => {
  const days = Array.from({ length: 8 * 366 }, (_, at) => move("2021-01-01", at));
  compare(days.map((day) => [NUMBER, day]));
});

test("the statuses that a page carries are those of the timeline", () => {
  for (const [number, credential] of entries) {
    const path = credential.id.replace(/^.*\/c\//, "c/").replace(/json$/, "html");
    const [, segments] = /data-segments="([^"]*)"/.exec(read(path)) ?? [];
    const said = timelineOf(credential, known.get(number)?.changes ?? []).segments;
    assert.equal(said.map(({ status, from }) => `${status} ${from}`).join(";"), segments, number);
  }
});

test("every certificate, on days at its edges and at random: the same answer on both sides", () => {
  const pick = random(27922);
  /** @type {[string, string][]} */
  const asked = [...entries].flatMap(([number, credential]) => {
    const edges = timelineOf(credential, known.get(number)?.changes ?? []).segments.flatMap(({ from }) => [move(from, -1), from]);
    const any = Array.from({ length: 12 }, () => move("2019-01-01", pick(4400)));
    return [...edges, ...any, edition, move(edition, 1)].map((day) => /** @type {[string, string]} */ ([number, day]));
  });
  compare(asked);
  const counts = new Set(asked.map(([number, day]) => browser(number, day).answer));
  for (const code of ["valid", "suspended", "expired", "withdrawn", "cancelled", "not_yet_valid", "none_that_day", "projected_valid", "projected_suspended", "projected_expired"]) assert.ok(counts.has(code), code);
});

test("a scheme and the least level: other schemes, lower levels, levels by rank, levels that nobody knows", () => {
  /** @type {[string, string][]} */
  const asked = [...entries.keys()].flatMap((number) => ["2024-05-31", "2026-05-01", "2027-02-01"].map((day) => /** @type {[string, string]} */ ([number, day])));
  // The command line finds the rank in the register that it runs in.
  compare(asked, { scheme: "gbt-27922-2011", level: "star-5", rank: 4 });
  compare(asked, { scheme: "gbt-27922-2011", level: "4" });
  compare(asked, { scheme: "gbt-27922-2011", level: "star-9" });
  compare(asked, { scheme: "no-such-scheme", level: "star-5" });
  const codes = new Set(asked.map(([number, day]) => browser(number, day, { scheme: "gbt-27922-2011", level: "star-5", rank: 4 }).answer));
  for (const code of ["valid", "valid_level_below", "projected_valid_level_below", "other_scheme"]) assert.ok(codes.has(code), code);
});

test("status/past/ holds the changes of status of all numbers, and the leaves where they stand", () => {
  for (const [path, wanted] of pastOf(leaves)) assert.deepEqual(JSON.parse(readFileSync(join(site.folder, path), "utf8")), wanted, path);
});

// ── What the demo register does not have ──

/** An entry with this history. @param {any[]} history @param {any} more */
function entry(history, more = {}) {
  const subject = { certificateNumber: "A-1", scheme: { id: "s" }, decided: "2026-03-16", validFrom: "2026-03-18", expires: "2029-03-17", holder: { name: { zh: "甲" }, creditCode: "X" }, level: { id: "star-5", rank: 4, name: { zh: "五星级" } }, scope: { zh: "范围" }, history: [{ date: "2026-03-18", kind: "granted" }, ...history], ...more };
  return { validFrom: "2026-03-17T16:00:00Z", validUntil: "2029-03-17T15:59:59Z", credentialSubject: subject };
}
/** @param {any} credential @param {any[]} changes @param {string} day */
const on = (credential, changes, day) => timelineOf(credential, changes).on(day);

test("a suspension that outlives its cycle: expired with the note, and ended by the next cycle", () => {
  const granted = { date: "2026-03-18", kind: "granted", decided: "2026-03-16", validFrom: "2026-03-18", expires: "2029-03-17", holder: { name: { zh: "甲" } }, level: { id: "star-5", rank: 4 }, scope: {} };
  const again = { date: "2029-05-01", kind: "recertified", decided: "2029-04-20", expires: "2032-04-30" };
  const credential = { ...entry([again], { expires: "2032-04-30" }), validUntil: "2032-04-30T15:59:59Z" };
  credential.credentialSubject.history[0] = granted;
  const changes = [{ status: "suspended", date: "2029-03-01" }, { status: "valid", date: "2029-05-01" }];
  const said = (/** @type {string} */ day) => on(credential, changes, day);
  assert.deepEqual([said("2029-03-17").status, said("2029-03-18").status, said("2029-04-30").status, said("2029-05-01").status], ["suspended", "expired", "expired", "valid"]);
  assert.equal(said("2029-03-18").suspendedAtExpiry, true);
  assert.deepEqual([said("2029-05-01").since, said("2029-05-01").until], ["2029-05-01", "2032-04-30"]);
});

test("withdrawn by error and restored on one day; of one date the last change holds", () => {
  const changes = [{ status: "withdrawn", date: "2027-01-01" }, { status: "valid", date: "2027-01-01" }];
  assert.equal(on(entry([]), changes, "2027-01-01").status, "valid");
  assert.equal(changeOn(changes, "2026-12-31"), undefined);
  assert.equal(changeOn([...changes, { status: "suspended", date: "2026-05-01" }], "2026-06-01")?.status, "suspended");
});

test("a transition ends an entry before its printed end", () => {
  const credential = { ...entry([]), validUntil: "2028-12-31T15:59:59Z" };
  assert.deepEqual([on(credential, [], "2028-12-31").status, on(credential, [], "2029-01-01").status, on(credential, [], "2028-12-31").until], ["valid", "expired", "2028-12-31"]);
});

test("the day is the register's: the last second of it in Shanghai, and in zones far west and far east", () => {
  const day = (/** @type {string} */ until, /** @type {string} */ instant) => dayWhere({ ...entry([]), validUntil: until }, new Date(instant));
  assert.equal(day("2029-03-17T15:59:59Z", "2027-05-31T15:59:59Z"), "2027-05-31");
  assert.equal(day("2029-03-17T15:59:59Z", "2027-05-31T16:00:00Z"), "2027-06-01");
  assert.equal(day("2029-03-18T10:59:59Z", "2027-05-31T10:59:59Z"), "2027-05-30"); // 11 hours behind
  assert.equal(day("2029-03-17T10:59:59Z", "2027-05-31T11:00:00Z"), "2027-06-01"); // 13 hours ahead
});

test("sites: covered from and until their days, by name or address in any spelling", () => {
  const site = (/** @type {string} */ zh, more = {}) => ({ name: { zh }, address: { zh: `${zh}路1号` }, ...more });
  const { credentialSubject: subject } = entry(
    [{ date: "2026-09-01", kind: "site-added", sites: [site("东门店")] }, { date: "2027-02-01", kind: "site-closed", site: "东门店" }, { date: "2027-06-01", kind: "site-added", sites: [site("东门店")] }],
    { sites: [site("总部")] },
  );
  assert.equal(sitesOf(subject).length, 3);
  const covered = (/** @type {string} */ name, /** @type {string} */ day) => siteOn(subject, name, day).covered;
  assert.deepEqual([covered("总部", "2026-05-01"), covered("东门店", "2026-08-31"), covered("东 门 店", "2026-09-01"), covered("东门店路1号", "2027-01-31"), covered("东门店", "2027-02-01"), covered("东门店", "2027-06-01"), covered("西门店", "2027-06-01")], [true, false, true, true, false, true, false]);
  const credential = entry([], { sites: [site("总部")] });
  const ask = (/** @type {string} */ name) => answerOf(credential, on(credential, [], "2026-05-01"), "2026-05-01", { edition: "2026-11-23", site: name });
  assert.deepEqual([ask("总部"), ask("分店")], ["valid", "site_not_covered"]);
  const bare = entry([]);
  assert.equal(answerOf(bare, on(bare, [], "2026-05-01"), "2026-05-01", { edition: "2026-11-23", site: "总部" }), "unknown", "where none is listed nobody can tell");
});

test("days that there are, and texts that are none", () => {
  for (const day of ["0001-01-01", "2024-02-29", "2000-02-29", "9999-12-31"]) assert.ok(isDay(day), day);
  for (const text of ["2023-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01", "2026-4-1", ""]) assert.ok(!isDay(text), text);
});
