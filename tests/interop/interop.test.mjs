// A sealed register, checked by what we did not write; and forgeries of it, so that no check passes
// by doing nothing. ATTESTAR_PYTHON and ATTESTAR_GO name a Python with the packages of
// requirements.txt and the program made from go/log.go, where they can be had.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ATTACKS, ROLLBACK } from "./attacks.mjs";
import { problems, sealed, undefinedTerms, verifyOne, verifySite, verifyVector } from "./credentials.mjs";
import { Site, canonical, keyOf, multikey, vkey } from "./forge.mjs";
import { attestar, program, sealRegisters } from "./register.mjs";

const python = process.env.ATTESTAR_PYTHON;
const go = process.env.ATTESTAR_GO;
const withoutPython = python ? false : "no Python with the packages";
const withoutGo = go ? false : "no Go with x/mod";

const work = mkdtempSync(join(tmpdir(), "attestar-interop-"));
after(() => rmSync(work, { recursive: true, force: true }));

const keys = { issue: keyOf("attestar demo issue key"), status: keyOf("attestar demo status key"), log: keyOf("attestar demo log key") };

/** @type {import("./register.mjs").Sealed} */
let register;
before(async () => {
  register = await sealRegisters(join(work, "registers"));
});

/** The end of an edition's day, in the terms of its own lists. @param {string} folder */
function timesOf(folder) {
  const list = new Site(folder).json("status/revocation-0.json");
  const plus = (/** @type {string} */ time, /** @type {number} */ hours) => new Date(Date.parse(time) + hours * 3_600_000);
  return { now: plus(list.validFrom, 1), later: plus(list.validUntil, 24) };
}

/** Runs a verifier: what it said, and whether it said yes. @param {string | undefined} program @param {string[]} args */
function run(program, ...args) {
  assert.ok(program);
  const done = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
  assert.ok(done.status === 0 || done.status === 1, `${done.error ?? ""}${done.stderr}`);
  return { yes: done.status === 0, said: done.stdout.trim() };
}

const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const time = (/** @type {Date} */ date) => date.toISOString().replace(".000Z", "Z");
/** The log's keys, as somebody knows them who was told. @param {string} folder */
function keysFor(folder) {
  const demo = vkey(new Site(folder).origin, keys.log);
  return folder === register.rotated ? [demo, register.logKey] : [demo];
}

/** @param {string} folder @param {Date} now @param {string[]} more */
const byStandards = (folder, now, ...more) => run(python, here("register.py"), "site", folder, ...keysFor(folder).flatMap((key) => ["--log-key", key]), "--now", time(now), ...more);
/** @param {string} folder @param {string[]} more */
const byLog = (folder, ...more) => run(go, "-key", keysFor(folder).join(), ...more, folder);

/** What our own auditor says, with the log's key from elsewhere. @param {string} folder @param {Date} now @param {string[]} more */
function byUs(folder, now, ...more) {
  const pins = join(mkdtempSync(join(work, "pins-")), "pins.json");
  return run(program, "audit", folder, "--key", keysFor(folder)[0], "--pins", pins, "--at", time(now), ...more);
}

/** What we say of a valid certificate. @param {string} folder @param {Date} now */
function askUs(folder, now) {
  const pins = join(mkdtempSync(join(work, "pins-")), "pins.json");
  return run(program, "verify", "AST-SC-2024-00001", "--site", folder, "--pins", pins, "--at", time(now));
}

/** A copy that may be changed. @param {string} folder @param {string} name */
function copy(folder, name) {
  const to = join(work, name.replaceAll(/[^a-z]+/gi, "-"));
  cpSync(folder, to, { recursive: true });
  return new Site(to);
}

test("the library accepts the cryptosuite's published vector, and no other signature", async () => {
  const vector = (/** @type {string} */ name) => JSON.parse(readFileSync(here(`../vectors/eddsa-jcs-2022/${name}`), "utf8"));
  const signed = vector("signedJCS.json");
  const { publicKeyMultibase } = vector("keyPair.json");
  const id = signed.proof.verificationMethod;
  const method = { "@context": "https://w3id.org/security/multikey/v1", id, type: "Multikey", controller: id.split("#")[0], publicKeyMultibase };
  assert.equal((await verifyVector(signed, method)).verified, true);
  assert.equal((await verifyVector({ ...signed, name: "somebody else" }, method)).verified, false);
});

test("the demo register's public keys are those of its labels", () => {
  const { site } = register;
  const methods = new Site(site).json(new Site(site).didPath).verificationMethod;
  const ours = new Set([multikey(keys.issue), multikey(keys.status)]);
  assert.deepEqual(new Set(methods.map((/** @type {any} */ method) => method.publicKeyMultibase)), ours);
  assert.ok(new Site(site).bytes("ledger/policy").toString().includes(`log ${keysFor(site)[0]} `));
});

test("every credential and list of every site verifies with the libraries of Digital Bazaar, offline", async () => {
  for (const folder of [register.site, register.earlier, register.below, register.demo, register.rotated]) {
    const { now } = timesOf(folder);
    const site = await verifySite(folder, now);
    assert.deepEqual(problems(site), [], folder);
    assert.equal(site.lists.size, 2);
    assert.ok(site.serials.length > 1 && site.current.size > 1);
    // Nothing is fetched but the issuer's document and the two lists; no context at all.
    assert.deepEqual([...site.outside], []);
    // The libraries' answers are those of the words beside the bits.
    const detail = new Site(folder).json("status/detail/0000.json").entries;
    for (const [serial, outcome] of site.serials.entries()) {
      const word = detail[serial]?.status ?? "valid";
      if (!outcome) assert.equal(word, "erased");
      else assert.deepEqual([outcome.revoked, outcome.suspended], [!["valid", "suspended"].includes(word), word === "suspended"], `serial ${serial} is ${word}`);
    }
    // And they say of each certificate's days what the certificate says.
    for (const [name, outcome] of site.current) {
      const { validFrom, validUntil } = new Site(folder).json(`c/${name}`);
      assert.equal(outcome.verified, validFrom <= time(now) && time(now) <= validUntil, `${name}: ${outcome.error}`);
    }
  }
});

test("every term of every document is defined, for software that reads JSON-LD", async () => {
  assert.deepEqual(await undefinedTerms(register.site), []);
});

test("every leaf and checkpoint holds for the Go project's log code", { skip: withoutGo }, () => {
  for (const folder of [register.site, register.earlier, register.below, register.demo, register.rotated]) {
    const { yes, said } = byLog(folder);
    assert.ok(yes, said);
    assert.match(said, /^\d+ leaves and \d+ checkpoints hold$/);
  }
  const { yes, said } = byLog(register.site, "-since", join(register.earlier, "ledger/checkpoint"));
  assert.ok(yes, said);
});

test("everything published holds for a reader of the standards, in Python", { skip: withoutPython }, () => {
  for (const folder of [register.site, register.earlier, register.below, register.demo, register.rotated]) {
    const { yes, said } = byStandards(folder, timesOf(folder).now);
    assert.ok(yes, said);
    assert.match(said, /leaves, \d+ checkpoints, \d+ credentials, 2 status lists hold/);
  }
  const { yes, said } = byStandards(register.site, timesOf(register.site).now, "--since", join(register.earlier, "ledger/checkpoint"));
  assert.ok(yes, said);
});

test("our own commands find nothing wrong either", () => {
  for (const folder of [register.site, register.earlier, register.below, register.demo, register.rotated]) {
    const { now } = timesOf(folder);
    const asked = folder === register.demo ? [] : [askUs(folder, now)];
    for (const { yes, said } of [byUs(folder, now), ...asked]) assert.ok(yes, said);
  }
});

/** Numbers in the register of which something different is so. */
const NUMBERS = [1, 2, 3, 4, 5, 6].map((at) => `AST-SC-2024-0000${at}`);
const STATUS = ["valid", "suspended", "withdrawn", "valid", "valid", "valid"];

test("evidence files prove the same to others", async () => {
  for (const [at, number] of NUMBERS.entries()) {
    const path = join(work, `${number}.attestar.json`);
    const { now } = timesOf(register.site);
    attestar(register.root, "evidence", number, "--out", path, "--at", time(now), "--pins", join(work, "evidence-pins"));
    const evidence = JSON.parse(readFileSync(path, "utf8"));
    for (const credential of [evidence.credential, ...evidence.lists]) {
      const { verified, error } = await verifyOne(register.site, credential, now);
      assert.ok(verified, error);
    }
    if (python) {
      const check = (/** @type {string} */ path) => run(python, here("register.py"), "evidence", path, "--now", time(now), ...keysFor(register.site).flatMap((key) => ["--log-key", key]));
      const { yes, said } = check(path);
      assert.ok(yes, said);
      assert.equal(said, `${number}: ${STATUS[at]} in the edition of 2026-11-23`);
      evidence.leaves.status = evidence.leaves.status.slice(0, -1);
      const forged = join(work, "forged.attestar.json");
      for (const change of [{ leaves: { ...evidence.leaves, publish: evidence.leaves.issue } }, { credential: { ...evidence.credential, validUntil: "2099-12-31T15:59:59Z" } }]) {
        writeFileSync(forged, canonical({ ...evidence, ...change }));
        assert.ok(!check(forged).yes);
      }
      if (STATUS[at] !== "valid") {
        writeFileSync(forged, canonical(evidence));
        assert.match(check(forged).said, /bit is not what the leaves say/);
      }
    }
  }
});

test("signed QR codes are CWTs to others", { skip: withoutPython }, () => {
  for (const number of NUMBERS) {
    const text = attestar(register.root, "qr", number, "--signed", "--text").trim();
    const check = (/** @type {string} */ text) => run(python, here("register.py"), "qr", text, "--issue-key", multikey(keys.issue));
    const { yes, said } = check(text);
    assert.ok(yes, said);
    const claims = JSON.parse(said);
    assert.equal(claims["1"], "did:web:register.example");
    assert.equal(claims["2"], number);
    assert.match(claims["-65537"], /^star-[345]$/);
    const digit = text.at(-40) === "1" ? "2" : "1";
    assert.ok(!check(`${text.slice(0, -40)}${digit}${text.slice(-39)}`).yes);
  }
});

/** What an attack needs to know of the register. @param {Site} site */
function scene(site) {
  const credentials = sealed(site.folder);
  const detail = site.json("status/detail/0000.json").entries;
  const { now } = timesOf(site.folder);
  const with_ = (/** @type {string} */ word) => credentials.findIndex((one, serial) => one && detail[serial]?.status === word);
  const valid = credentials.flatMap((one, serial) => (one && !detail[serial] && one.validUntil > time(now) ? [serial] : []));
  const found = { suspended: with_("suspended"), superseded: with_("superseded"), valid: valid[0], other: valid[1] };
  for (const [what, serial] of Object.entries(found)) assert.ok(serial >= 0, `the register has nothing that is ${what}`);
  return { site, earlier: new Site(register.earlier), keys, ...found };
}

for (const attack of ATTACKS) {
  test(`attack: ${attack.name}`, async () => {
    const site = copy(register.site, attack.name);
    attack.does(scene(site));
    const { now, later } = timesOf(register.site);
    await isSeen(attack, site.folder, attack.later ? later : now, join(register.site, "ledger/checkpoint"));
  });
}

test(`attack: ${ROLLBACK.name}`, async () => {
  await isSeen(ROLLBACK, register.earlier, timesOf(register.earlier).now, join(register.site, "ledger/checkpoint"));
});

/** Each verifier says what the attack's description expects of it. @param {import("./attacks.mjs").Attack} attack @param {string} folder @param {Date} now @param {string} checkpoint */
async function isSeen(attack, folder, now, checkpoint) {
  const found = problems(await verifySite(folder, now));
  assert.equal(found.length > 0, attack.libraries, `the signature libraries: ${found[0] ?? "nothing"}`);
  if (go) {
    const { yes, said } = byLog(folder, ...(attack.since ? ["-since", checkpoint] : []));
    assert.equal(!yes, attack.log, `the log library: ${said}`);
  }
  if (python) {
    const { yes, said } = byStandards(folder, now, ...(attack.since ? ["--since", checkpoint] : []));
    assert.ok(!yes, "the reader of the standards saw nothing");
    assert.match(said, attack.standards);
  }
  // Nothing is wrong with a register that is only old: it answers nothing any more.
  const ours = attack.later ? askUs(folder, now) : byUs(folder, now, ...(attack.since ? ["--since", checkpoint] : []));
  assert.ok(!ours.yes, `we saw nothing: ${ours.said}`);
}
