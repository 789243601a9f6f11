// The browser's checks without a browser: published vectors, our formats' worked values, and small
// registers that a second implementation (reference.mjs) has sealed.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import encodeQR from "qr";
import decodeQR from "qr/decode.js";
import { gunzip } from "../../themes/default/assets/inflate.js";
import { base64, canonical, checkEd25519, checkProof, hex, multibase, multikey, parse, sha256, utf8 } from "../../themes/default/assets/proof.js";
import { qrModules, qrPath } from "../../themes/default/assets/qr.js";
import * as sha2 from "../../themes/default/assets/sha2.js";
import { checkCheckpoint, leafHash, merkle, parseNote, parsePolicy, tilePath, vkey } from "../../themes/default/assets/tlog.js";
import { bitOf, didOf, differences, factsOn, verify } from "../../themes/default/assets/verify.js";
import * as reference from "./reference.mjs";
import { Register, VALID, subject } from "./reference.mjs";

/** @param {string} path */
const vector = (path) => readFileSync(new URL(`../vectors/${path}`, import.meta.url));
/** @param {Uint8Array} buffer */
const bytes = (buffer) => Uint8Array.from(buffer);
/** @param {string} code */
const refused = (code) => ({ code });

// ── Published vectors ──

test("JCS: the vectors of the standard's author, but for fractions, which we refuse", () => {
  for (const name of readdirSync(new URL("../vectors/jcs/input", import.meta.url))) {
    const value = JSON.parse(vector(`jcs/input/${name}`).toString());
    if (name === "values.json") assert.throws(() => canonical(value), refused("not-canonical"));
    else assert.equal(canonical(value), vector(`jcs/output/${name}`).toString().trim(), name);
  }
});

test("JSON that is not its own canonical form is refused", () => {
  const good = '{"a":[1,-2,"é"],"b":{}}';
  assert.deepEqual(parse(utf8(good)), JSON.parse(good));
  for (const text of ['{"starLevel":7,"starLevel":5}', '{"b":1,"a":2}', '{"a": 1}', '{"a":1.0}', '{"a":1e2}', '{"a":-0}', '{"a":9007199254740992}', '{"a":"\\u0061"}', '{"a":"\\ud800"}', '{"a":"e\u0301"}', '\ufeff{"a":1}', '{"a":1}\n', "", "{", "[1,]", "NaN"]) {
    assert.throws(() => parse(utf8(text)), refused("not-canonical"), text);
  }
  assert.throws(() => parse(Uint8Array.of(0x22, 0xff, 0x22)), refused("not-canonical"));
});

test("eddsa-jcs-2022: W3C's signed credential, and none that was touched", async () => {
  const credential = JSON.parse(vector("eddsa-jcs-2022/signedJCS.json").toString());
  const key = multikey(JSON.parse(vector("eddsa-jcs-2022/keyPair.json").toString()).publicKeyMultibase);
  await checkProof(credential, key);
  await assert.rejects(checkProof({ ...credential, name: "Another" }, key), refused("signature"));
  await assert.rejects(checkProof({ ...credential, proof: { ...credential.proof, created: "2023-02-24T23:36:39Z" } }, key), refused("signature"));
  await assert.rejects(checkProof({ ...credential, proof: { ...credential.proof, domain: "x" } }, key), refused("proof-format"));
  await assert.rejects(checkProof({ ...credential, proof: { ...credential.proof, cryptosuite: "eddsa-rdfc-2022" } }, key), refused("proof-format"));
});

test("Merkle trees: roots of all trees to 300 leaves, as RFC 9162 computes them", async () => {
  const leaves = await Promise.all(Array.from({ length: 300 }, (_, n) => leafHash(utf8(`leaf ${n}`))));
  for (let size = 1; size <= leaves.length; size += 1) {
    const ours = await merkle(leaves.slice(0, size));
    assert.equal(hex(ours[0]), reference.rootOf(leaves.slice(0, size).map((hash) => Buffer.from(hash))).toString("hex"), String(size));
  }
});

test("Merkle trees: the reference's inclusion check, on which the test of evidence files rests, against published cases", () => {
  const decode = (/** @type {string} */ text) => Buffer.from(text, "base64");
  /** @type {{ leafIdx: number, treeSize: number, root: string, leafHash: string, proof: string[] | null, wantErr: boolean, name: string }[]} */
  const cases = JSON.parse(vector("merkle/inclusion.json").toString());
  for (const { leafIdx, treeSize, root, leafHash, proof, wantErr, name } of cases) assert.equal(reference.included(decode(leafHash), leafIdx, treeSize, (proof ?? []).map(decode), decode(root)), !wantErr, name);
});

test("SHA-2 of our own is Node's, for all lengths around the blocks", () => {
  for (let length = 0; length < 300; length += 1) {
    const data = Uint8Array.from({ length }, (_, at) => (at * 7 + length) & 255);
    assert.equal(hex(sha2.sha256(data)), reference.digest(Buffer.from(data)));
    assert.equal(hex(sha2.sha512(data)), hash512(data));
  }
});

test("inflate of our own is zlib's, at every level", () => {
  const bits = Buffer.alloc(16384);
  for (let at = 3; at < bits.length; at += 97) bits[at] = at & 255;
  const random = Buffer.from(Array.from({ length: 3000 }, (_, at) => Number((BigInt(at) * 2862933555777941757n >> 33n) & 255n)));
  for (const data of [Buffer.alloc(0), Buffer.alloc(16384), bits, random, Buffer.from("certificate ".repeat(500))]) {
    for (const level of [0, 1, 6, 9]) assert.deepEqual(Buffer.from(gunzip(bytes(gzipSync(data, { level })))), data);
  }
  const packed = bytes(gzipSync(bits));
  assert.throws(() => gunzip(packed.slice(0, 40)), RangeError);
  assert.throws(() => gunzip(bytes(gzipSync(Buffer.alloc(1 << 22)))), RangeError);
});

// ── QR codes ──

test("QR codes of addresses are read back by another's decoder, with every mask as its encoder draws them", () => {
  const scale = 4;
  for (let length = 1; length <= 224; length += length < 60 ? 1 : 9) {
    const address = `https://register.example/c/AST-SC-2026-00017.html?${"x1Y-中".repeat(100)}`.slice(0, length);
    const modules = qrModules(address);
    const size = (modules.length + 8) * scale;
    const data = new Uint8Array(size * size * 4).fill(255);
    for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) if (modules[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4]) data.fill(0, 4 * (y * size + x), 4 * (y * size + x) + 3);
    assert.equal(decodeQR({ width: size, height: size, data }), address);
  }
  const address = "https://register.example/c/AST-SC-2026-00017.html";
  for (let mask = 0; mask < 8; mask += 1) {
    const theirs = encodeQR(address, "raw", { ecc: "quartile", encoding: "byte", border: 1, mask });
    assert.deepEqual(qrModules(address, mask), theirs.slice(1, -1).map((row) => row.slice(1, -1)), `mask ${mask}`);
  }
  assert.equal(qrPath(address).size, 45);
  assert.throws(() => qrModules("x".repeat(300)), RangeError);
});

// ── Vendored ──

test("the vendored file is the one that docs/dependencies.md names", () => {
  const file = readFileSync(new URL("../../themes/default/assets/ed25519-3.2.0.js", import.meta.url));
  const docs = readFileSync(new URL("../../docs/dependencies.md", import.meta.url), "utf8");
  assert.ok(docs.includes(`\`ed25519-3.2.0.js\` | npm \`@noble/ed25519\` 3.2.0`) && docs.includes(reference.digest(file)));
  assert.match(String(file), /^\/\*! noble-ed25519 - MIT License/);
});

// ── Ed25519, by the browser and by the vendored fallback ──

/** The module once more, as a browser without WebCrypto sees it. @returns {Promise<typeof import("../../themes/default/assets/proof.js")>} */
async function withoutCrypto() {
  const own = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(globalThis, "crypto"));
  Object.defineProperty(globalThis, "crypto", { configurable: true, value: undefined });
  try {
    const url = new URL("../../themes/default/assets/proof.js?without", import.meta.url).href;
    const proof = await import(url);
    await proof.checkEd25519(...fromHex(["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b", ""]));
    return proof;
  } finally {
    Object.defineProperty(globalThis, "crypto", own);
  }
}

/** @param {string[]} texts */
const fromHex = (texts) => texts.map((text) => bytes(Buffer.from(text, "hex")));

for (const [name, load] of /** @type {const} */ ([["the browser's own", async () => ({ checkEd25519 })], ["the vendored fallback", withoutCrypto]])) {
  test(`Ed25519, ${name}: RFC 8032, Wycheproof, and the cases on which implementations disagree`, async () => {
    const proof = await load();
    const accepts = (/** @type {string[]} */ texts) => {
      const [key, signature, message] = fromHex(texts);
      return proof.checkEd25519(key, signature, message).then(() => true, () => false);
    };
    for (const { name, public: key, message, signature } of JSON.parse(vector("ed25519/rfc8032.json").toString())) assert.ok(await accepts([key, signature, message]), name);
    for (const { tcId, pk, sig, msg, result } of JSON.parse(vector("ed25519/wycheproof.json").toString())) assert.equal(await accepts([pk, sig, msg]), result === "valid", `case ${tcId}`);
    const cases = JSON.parse(vector("ed25519/speccheck.json").toString());
    const found = [];
    for (const { pub_key, signature, message } of cases) found.push(await accepts([pub_key, signature, message]));
    // Only number 3 has a key and a point of full order, canonical, and fits with and without the cofactor.
    assert.deepEqual(found.flatMap((yes, at) => (yes ? [at] : [])), [3]);
  });
}

/** @param {Uint8Array} data */
const hash512 = (data) => createHash("sha512").update(data).digest("hex");

// ── The worked values of our formats ──

test("the worked values: entry, leaf, node, vkey, list", async () => {
  const key = reference.keyPair("attestar sample issue key");
  assert.equal(key.raw.toString("hex"), "b21b1b3e72bb6cb6d9fd97ac11dd5ff6add584b0a8109811c5d2c7732f73392c");
  assert.equal(hex(multibase("z11")), "0000");
  assert.deepEqual(multikey("z6MkrSWb6mSmfNXrqTCdb2Ca2wusak64fs5Th3pBxNW1R2e7"), bytes(key.raw));
  const document = JSON.parse(vector("sample/document.json").toString());
  const credential = reference.secure(document, key, "2026-09-15T08:00:00Z", "did:web:register.example#k2026-1");
  assert.equal(credential.proof.proofValue, "z2Xfwjd68hxb9a3fDVRdm2LSA8mayLZVZwVQsEgJ72VjTAjFTXKR5kFCewGTdgxyzTPUF8EZh2wzmDQp3mDL93NBX");
  assert.equal(hex(await sha256(utf8(canonical(credential)))), "8ff307f24fb7f0b8085bb7097e35d89db8c677108f619bb9036bbf3e8b2f928b");
  await checkProof(credential, bytes(key.raw));
  const leaf = canonical({ v: 1, id: "ATT-2026-000042", kind: "issue", sha256: hex(await sha256(utf8(canonical(credential)))), time: "2026-09-15T08:00:00Z" });
  assert.equal(leaf.length, 151);
  assert.equal(hex(await leafHash(utf8(leaf))), "27a815502b208ed447c37271958bed88aefb4d2cb514c97a6e524ebeb8194c15");
  const log = await vkey("register.example/ledger+bc47d5c3+ASDOR8deOFsVLgZRHsw/ZtO00cgEIe0VXI96Lw9MCTsk");
  assert.equal(hex(log.key), "20ce47c75e385b152e06511ecc3f66d3b4d1c80421ed155c8f7a2f0f4c093b24");
  const list = { credentialSubject: { type: "BitstringStatusList", encodedList: "uH4sIAAAAAAACA-3BIQEAAAACICf4f60zLEADAAAAAAAAAAAAAAAAAAAAvA16YgrEAEAAAA" } };
  assert.deepEqual(await Promise.all([0, 2, 3, 4, 131071].map((serial) => bitOf(list, serial))), [false, false, true, false, false]);
});

test("the worked checkpoint: log and witness, a bad line of either, too few witnesses", async () => {
  const note = "register.example/ledger\n705\nXBDuFn4nJQb+Cd3j9l4znNqBQDtILGIYhvXNqITrTmk=\n\n— register.example/ledger vEfVwxmqvci8vJJpkFs3Ckh4wH+7zQnwISOhUNq08z63jT7/noulr5bJItkG+pi6WNGGhX2a81SqcVxBwl/OBzYPKA8=\n";
  const log = "log register.example/ledger+bc47d5c3+ASDOR8deOFsVLgZRHsw/ZtO00cgEIe0VXI96Lw9MCTsk https://register.example/ledger\n";
  const origin = "register.example/ledger";
  const found = await checkCheckpoint(note, await parsePolicy(`${log}quorum none\n`), origin);
  assert.equal(found.size, 705);
  assert.equal(base64(found.root), "XBDuFn4nJQb+Cd3j9l4znNqBQDtILGIYhvXNqITrTmk=");
  const [one, two] = ["one", "two"].map((name) => reference.keyPair(`witness ${name}`));
  const witnesses = `witness w1 ${reference.vkeyOf("witness.example/w1", one, 4)}\nwitness w2 ${reference.vkeyOf("witness.example/w2", two, 4)} https://witness.example/\n`;
  const text = parseNote(note).body;
  const signed = note + reference.cosignatureLine(text, "witness.example/w1", one, 1789459388);
  const check = async (/** @type {string} */ rules, /** @type {string} */ source) => (await checkCheckpoint(source, await parsePolicy(`# whom to trust\n\n${log}${witnesses}${rules}\n`), origin)).witnesses;
  assert.deepEqual(await check("quorum w1", signed), ["w1"]);
  assert.deepEqual(await check("group g any w1 w2\nquorum g", signed), ["w1"]);
  assert.deepEqual(await check("quorum none", note), []);
  await assert.rejects(check("quorum w2", signed), refused("quorum"));
  await assert.rejects(check("group g all w1 w2\nquorum g", signed), refused("quorum"));
  await assert.rejects(check("group g 2 w1 w2\nquorum g", signed), refused("quorum"));
  const other = reference.cosignatureLine(text.replace("705", "706"), "witness.example/w2", two, 1789459388);
  await assert.rejects(check("quorum w1", signed + other), refused("checkpoint-signature"));
  await assert.rejects(check("quorum none", note.replace("705", "704")), refused("checkpoint-signature"));
  assert.deepEqual(await check("quorum none", `${note}— someone.else/x AAAAAAAAAAAA\n`), []);
  for (const rules of ["", "quorum w3", "group g 3 w1 w2\nquorum g", "group g 0 w1\nquorum g", "group none any w1\nquorum none", "quorum none\nquorum w1", "mirror x"]) await assert.rejects(check(rules, signed), refused("policy"), rules);
  await assert.rejects(checkCheckpoint(note, await parsePolicy(`${log}quorum none`), "other.example/ledger"), refused("log-key-unknown"));
  for (const broken of [note.trimEnd(), text, note.replace("— ", "- "), note.replace("\n\n", "\n")]) assert.throws(() => parseNote(broken), refused("note"));
});

test("tile paths", () => {
  assert.equal(tilePath(0, 1234067, 256), "ledger/tile/0/x001/x234/067");
  assert.equal(tilePath("entries", 2, 193), "ledger/tile/entries/002.p/193");
  for (const index of [0, 5, 999, 1000, 70000, 999999, 1000000]) assert.equal(tilePath(1, index, 256), `ledger/tile/1/${reference.tileName(index)}`);
});

// ── Whole registers ──

const NOW = new Date("2026-11-25T04:00:00Z");
const A = "ATT-2026-000042";
const B = "ATT-2026-000043/01";

/** Two certificates in two editions. @param {ConstructorParameters<typeof Register>[0]} [options] */
function register(options) {
  const made = new Register(options);
  made.seal("2026-10-23T08:00:00Z", [{ number: A, subject: subject(), ...VALID }, { number: B, subject: subject({ level: { id: "star-4", name: { en: "Four-star", zh: "四星级" }, rank: 3 }, starLevel: 4 }), ...VALID }]);
  made.seal("2026-11-23T08:00:00Z", [{ number: "ATT-2026-000044", subject: subject(), ...VALID }]);
  return made;
}

/** @param {Map<string, Buffer>} files */
function source(files) {
  /** @type {string[]} */
  const asked = [];
  const get = async (/** @type {string} */ path) => {
    asked.push(path);
    const found = files.get(path);
    return found ? bytes(found) : null;
  };
  return { get, asked };
}

/**
 * @param {Register} made @param {string} number
 * @param {{ files?: Map<string, Buffer>, memory?: any, now?: Date, question?: object }} [options]
 */
const check = (made, number, { files = made.files, memory = null, now = NOW, question = {} } = {}) => verify({ ...made.question(number), ...question }, source(files).get, memory, now);

/** Files with some replaced; null removes. @param {Map<string, Buffer>} files @param {Record<string, string | Buffer | null>} changed */
function tampered(files, changed) {
  const copy = new Map(files);
  for (const [path, content] of Object.entries(changed)) {
    if (content === null) copy.delete(path);
    else copy.set(path, Buffer.from(content));
  }
  return copy;
}

test("a sealed certificate is verified; so is an amended one, a number with a slash, a register below a path", async () => {
  for (const base of ["https://register.example", "http://localhost:8430/sub/path"]) {
    const made = register({ base });
    assert.equal(didOf(base), made.did);
    for (const number of [A, B]) {
      const report = await check(made, number);
      assert.deepEqual([report.state, report.code, report.standing], ["verified", "", "valid"]);
      assert.deepEqual(report.steps, { log: "yes", past: "unknown", signature: "yes", status: "yes" });
      assert.equal(report.until, "2027-01-07T08:00:00Z");
    }
    made.seal("2026-11-24T08:00:00Z", [{ number: A, subject: subject({ starLevel: 4 }), ...VALID }]);
    const version = made.newest(A);
    for (const question of [{}, { prev: version?.prev }]) assert.equal((await check(made, A, { question })).state, "verified");
  }
});

test("entries beyond the first status list are looked up in theirs", async () => {
  const made = register({ first: 2 * 131072 + 999 });
  assert.deepEqual((({ state, standing }) => [state, standing])(await check(made, A)), ["verified", "valid"]);
  made.seal("2026-11-24T08:00:00Z", [{ number: A, status: "suspended" }, { number: B, status: "withdrawn" }]);
  const found = await check(made, A);
  assert.deepEqual([found.state, found.standing, found.detail?.status, found.question.serial], ["verified", "suspended", "suspended", 263143]);
  assert.match(found.credential.credentialStatus[0].statusListCredential, /revocation-2/);
});

test("suspended, withdrawn, cancelled, expired and not yet valid are what the lists and dates say", async () => {
  const made = register();
  made.seal("2026-11-24T08:00:00Z", [{ number: A, status: "suspended", reason: "surveillance-overdue" }]);
  for (const status of ["suspended", "valid", undefined]) {
    const report = await check(made, A, { question: { status } });
    assert.deepEqual([report.state, report.standing, report.detail?.date], ["verified", "suspended", status === "suspended" ? undefined : "2026-11-24"]);
  }
  const late = { now: new Date("2029-03-17T16:00:00Z") };
  assert.deepEqual((({ state, standing }) => [state, standing])(await check(made, A, late)), ["stale", "expired"]);
  made.seal("2026-11-24T09:00:00Z", [{ number: A, status: "withdrawn", date: "2026-11-24" }]);
  for (const status of ["withdrawn", "valid", "suspended", undefined]) assert.deepEqual((await check(made, A, { question: { status } })).standing, "withdrawn");
  assert.equal((await check(made, A, { files: tampered(made.files, { "status/detail/0000.json": null }) })).standing, "revoked");
  const early = register();
  early.seal("2026-11-24T08:00:00Z", [{ number: A, subject: subject(), validFrom: "2026-12-31T16:00:00Z", validUntil: VALID.validUntil }]);
  assert.equal((await check(early, A)).standing, "not-yet-valid");
});

test("an old version of an entry is superseded, in every way in which it can be served", async () => {
  const made = register();
  const old = { entry: made.newest(A), question: made.question(A) };
  made.seal("2026-11-24T08:00:00Z", [{ number: A, subject: subject({ starLevel: 4 }), ...VALID }]);
  const page = await check(made, A, { question: old.question });
  assert.deepEqual([page.state, page.steps.signature], ["superseded", "yes"]);
  const both = await check(made, A, { question: old.question, files: tampered(made.files, { [`c/${A}.json`]: old.entry?.bytes ?? "" }) });
  assert.deepEqual([both.state, both.detail?.by], ["superseded", 3]);
  const entry = await check(made, A, { files: tampered(made.files, { [`c/${A}.json`]: old.entry?.bytes ?? "" }) });
  assert.deepEqual([entry.state, entry.code], ["failed", "older-entry"]);
});

test("what is missing, and what cannot be reached, is said as such", async () => {
  const made = register();
  const states = async (/** @type {Record<string, null>} */ changed) => (({ state, code }) => [state, code])(await check(made, A, { files: tampered(made.files, changed) }));
  assert.deepEqual(await states({ "ledger/checkpoint": null }), ["unsigned", "unsigned"]);
  assert.deepEqual(await states({ "ledger/checkpoint": null, [`c/${A}.json`]: null }), ["unsigned", "unsigned"]);
  assert.deepEqual(await states({ [`c/${A}.json`]: null }), ["failed", "credential-missing"]);
  assert.deepEqual(await states({ "status/suspension-0.json": null }), ["failed", "suspension-missing"]);
  assert.deepEqual(await states({ "ledger/tile/entries/000.p/7": null }), ["failed", "tile-missing"]);
  for (const path of made.files.keys()) {
    const get = (/** @type {string} */ asked) => (asked === path ? Promise.reject(new TypeError("no network")) : source(made.files).get(asked));
    const { state } = await verify(made.question(A), get, null, NOW);
    assert.ok(["offline", "verified"].includes(state), `${path}: ${state}`);
  }
});

test("a list past its date, or a whole stale copy, leaves the status unknown", async () => {
  const made = register();
  const report = await check(made, A, { now: new Date("2027-01-07T08:00:00Z") });
  assert.deepEqual([report.state, report.steps], ["stale", { log: "yes", past: "unknown", signature: "yes", status: "unknown" }]);
  assert.equal((await check(made, A, { now: new Date("2027-01-07T07:59:59Z") })).state, "verified");
});

test("a clock before the publication is set to it, and that is said", async () => {
  const report = await check(register(), A, { now: new Date("2020-01-01T00:00:00Z") });
  assert.deepEqual([report.state, report.behind, report.now.toISOString()], ["verified", true, "2026-11-23T08:00:00.000Z"]);
});

test("attacks on the files, each refused with its own code", async () => {
  const made = register();
  const { files } = made;
  const text = (/** @type {string} */ path) => String(files.get(path));
  const thief = new Register({ label: "thief" });
  const entry = `c/${A}.json`;
  const signed = JSON.parse(text(entry));
  const resign = (/** @type {any} */ change, key = made.keys.issue) => reference.jcs(reference.secure({ ...made.document({ number: A, subject: subject(), ...VALID }, 0), ...change }, key, "2026-10-23T08:00:00Z", `${made.did}#k2026-1`));
  const did = JSON.parse(made.didDocument);
  const theirs = { ...did, verificationMethod: [...did.verificationMethod, { ...did.verificationMethod[0], id: `${made.did}#k2026-9`, publicKeyMultibase: thief.keys.issue.multikey }], assertionMethod: [...did.assertionMethod, `${made.did}#k2026-9`] };
  const cleared = new Register();
  cleared.seal("2026-10-23T08:00:00Z", [{ number: A, subject: subject(), ...VALID }]);
  const suspended = new Register();
  suspended.seal("2026-10-23T08:00:00Z", [{ number: A, subject: subject(), ...VALID }]);
  suspended.seal("2026-11-23T08:00:00Z", [{ number: A, status: "suspended" }]);
  /** @type {[string, Record<string, string | Buffer | null>, string][]} */
  const attacks = [
    ["level raised", { [entry]: text(entry).replace('"starLevel":5', '"starLevel":7') }, "signature"],
    ["validity prolonged", { [entry]: text(entry).replace("2029-03-17T15", "2031-03-17T15") }, "signature"],
    ["another holder", { [entry]: text(entry).replaceAll("示例家电", "冒名家电") }, "signature"],
    ["a member twice", { [entry]: text(entry).replace('"starLevel":5', '"starLevel":7,"starLevel":5') }, "not-canonical"],
    ["a space added", { [entry]: text(entry).replace(",", ", ") }, "not-canonical"],
    ["proof damaged", { [entry]: text(entry).replace(/"proofValue":"z./, '"proofValue":"z5') }, "signature"],
    ["proof removed", { [entry]: reference.jcs({ ...signed, proof: undefined }).replace('"proof":undefined,', "") }, "malformed"],
    ["another cryptosuite", { [entry]: text(entry).replace("eddsa-jcs-2022", "eddsa-rdfc-2022") }, "proof-format"],
    ["another certificate's entry under this number", { [entry]: text(`c/${reference.pathOf(B)}.json`) }, "other-entry"],
    ["back-dated: the real issue key, not logged", { [entry]: resign({ validUntil: "2031-03-17T15:59:59Z" }) }, "not-logged"],
    ["signed with a key that is not in did.json", { [entry]: resign({}, thief.keys.issue) }, "signature"],
    ["a key of the host's own in did.json", { [made.didPlace]: reference.jcs(theirs) }, "did-replaced"],
    ["another policy", { "ledger/policy": made.policy.replace(/^log \S+/, `log ${reference.vkeyOf(made.origin, thief.keys.log)}`) }, "log-key-unknown"],
    ["a policy without its witness", { "ledger/policy": `${made.policy}# \n` }, "policy-replaced"],
    ["a list that someone else signed", { "status/suspension-0.json": text("status/suspension-0.json").replace(/"encodedList":"[^"]+"/, `"encodedList":"${reference.encodedList(new Set([3]))}"`) }, "list-replaced"],
    ["the list of an edition before", { "status/suspension-0.json": String(cleared.files.get("status/suspension-0.json")) }, "list-replaced"],
    ["an edited leaf", { "ledger/tile/entries/000.p/7": text("ledger/tile/entries/000.p/7").replace("ATT-2026-000042", "ATT-2026-000041") }, "tile"],
    ["a leaf cut off", { "ledger/tile/entries/000.p/7": (files.get("ledger/tile/entries/000.p/7") ?? Buffer.alloc(0)).subarray(0, -3) }, "tile"],
    ["a checkpoint of another size", { "ledger/checkpoint": text("ledger/checkpoint").replace("\n7\n", "\n6\n") }, "checkpoint-signature"],
    ["no checkpoint at all, but a page of the host", { "ledger/checkpoint": "<!doctype html><p>not found" }, "note"],
    ["not UTF-8", { "ledger/checkpoint": Buffer.from([0xff, 0xfe]) }, "malformed"],
  ];
  for (const [name, changed, code] of attacks) {
    const report = await check(made, A, { files: tampered(files, changed) });
    assert.deepEqual([name, report.state, report.code], [name, "failed", code]);
  }
  // The bit of a suspension cleared: without the key, with the status key, and by replaying all of an older copy's lists.
  const clear = tampered(suspended.files, Object.fromEntries(["revocation", "suspension"].map((purpose) => [`status/${purpose}-0.json`, String(cleared.files.get(`status/${purpose}-0.json`))])));
  assert.equal((await check(suspended, A, { files: clear })).code, "list-replaced");
});

test("all swapped and signed again with other keys: one who was here before sees it, a newcomer sees the fingerprint", async () => {
  const made = register();
  const { remember } = await check(made, A);
  const thief = register({ label: "thief" });
  const first = await check(thief, A);
  assert.equal(first.state, "verified");
  const again = await check(thief, A, { memory: remember });
  assert.deepEqual([again.state, again.code], ["failed", "log-key-changed"]);
  assert.notEqual(hex((await check(made, A)).key), hex(first.key));
});

test("against an earlier checkpoint: growth is accepted, rollback and a second history are not", async () => {
  const made = register();
  const old = { files: made.files, question: made.question(A), report: await check(made, A) };
  const memory = old.report.remember;
  const same = await check(made, A, { memory });
  assert.deepEqual([same.state, same.steps.past], ["verified", "yes"]);
  for (let month = 0; month < 3; month += 1) {
    made.seal(`2026-11-2${4 + month}T08:00:00Z`, [{ number: `ATT-2026-00010${month}`, subject: subject(), ...VALID }]);
    const grown = await check(made, A, { memory, now: new Date("2026-12-01T00:00:00Z") });
    assert.deepEqual([grown.state, grown.steps.past], ["verified", "yes"]);
  }
  const { remember } = await check(made, A);
  const back = await check(made, A, { memory: remember, files: old.files });
  assert.deepEqual([back.state, back.code], ["failed", "rollback"]);
  const second = register();
  second.leaves[3] = second.leaves[2];
  for (const more of [0, 1]) {
    second.seal("2026-11-24T08:00:00Z", []);
    const seen = more ? remember : memory;
    const fork = await check(second, A, { memory: { ...seen, checkpoint: (seen?.checkpoint ?? "").replace(/\n\d+\n/, "\n7\n") } });
    assert.deepEqual([fork.state, fork.code], ["failed", "second-history"]);
  }
});

test("keys and policy may change between visits, as long as the log's former key signs too", async () => {
  const made = register();
  const { remember } = await check(made, A);
  made.witness = { name: "witness.example/w1", key: reference.keyPair("witness") };
  made.keys = { ...made.keys, status: reference.keyPair("another status key") };
  made.seal("2026-11-24T08:00:00Z", []);
  const asked = source(made.files);
  const report = await verify(made.question(A), asked.get, remember, NOW);
  assert.deepEqual([report.state, report.checkpoint.witnesses], ["verified", ["w1"]]);
  assert.equal(report.remember?.policy, made.policy);
  made.keys = { ...made.keys, log: reference.keyPair("another log key") };
  made.seal("2026-11-25T01:00:00Z", []);
  assert.equal((await check(made, A, { memory: report.remember })).code, "log-key-changed");
});

test("large logs: at most 12 files, 3 rounds and 100 KB, and every tree and every leaf fits", async (t) => {
  const filler = (/** @type {number} */ n) => Buffer.from(reference.jcs({ id: `FILL-2026-${String(n).padStart(6, "0")}`, kind: "issue", sha256: reference.digest(String(n)), time: "2026-10-23T08:00:00Z", v: 1 }));
  const made = new Register();
  made.seal("2026-10-23T07:00:00Z", [{ number: A, subject: subject(), ...VALID }]);
  let memory = null;
  for (const size of [250, 255, 256, 257, 511, 512, 513, 65534, 65535, 65536, 65537, 66000, 131071, 140000]) {
    while (made.leaves.length < size - 1) made.leaves.push(filler(made.leaves.length));
    made.publish("2026-11-23T08:00:00Z");
    assert.equal(made.leaves.length, size);
    for (const seen of new Set([null, memory])) {
      let [rounds, count, moved, waiting] = [0, 0, 0, 0];
      const get = async (/** @type {string} */ path) => {
        if (!waiting) rounds += 1;
        [waiting, count] = [waiting + 1, count + 1];
        await new Promise((resolve) => setTimeout(resolve, 5));
        const found = made.files.get(path);
        moved += found?.length ?? 0;
        waiting -= 1;
        return found ? bytes(found) : null;
      };
      const began = performance.now();
      const report = await verify(made.question(A), get, seen, NOW);
      assert.deepEqual([size, report.state, report.code], [size, "verified", ""]);
      assert.ok(count + 1 <= 12 && rounds <= 3 && moved < 100_000 - 10_000, `${size}: ${count} files and the words, ${rounds} rounds, ${moved} bytes`);
      t.diagnostic(`${size} leaves${seen ? ", again" : ""}: ${count} files, ${rounds} rounds, ${moved} bytes, ${Math.round(performance.now() - began)} ms`);
      memory = report.remember;
    }
    // The last leaf is the publish leaf, and the seal of the next size replaces none.
  }
});

test("the facts of a day, and where a page differs from them", async () => {
  const history = [
    { date: "2026-03-18", kind: "granted", holder: { name: { zh: "旧名有限公司" } }, level: { id: "star-5", name: { zh: "五星级" } } },
    { date: "2026-05-01", kind: "renamed", holder: { name: { zh: "新名有限公司" } } },
    { date: "2026-07-01", effective: "2026-04-01", kind: "corrected", level: { id: "star-4", name: { zh: "四星级" } } },
  ];
  const facts = subject({ history, holder: { name: { zh: "新名有限公司" }, creditCode: "X" }, level: { id: "star-4", name: { zh: "四星级" } } });
  const on = (/** @type {string} */ day) => (({ holder, level }) => [holder.name.zh, level.id, holder.creditCode])(factsOn(facts, day));
  assert.deepEqual(on("2026-03-20"), ["旧名有限公司", "star-5", "X"]);
  assert.deepEqual(on("2026-04-01"), ["旧名有限公司", "star-4", "X"]);
  assert.deepEqual(on("2026-05-01"), ["新名有限公司", "star-4", "X"]);

  const report = await check(register(), A);
  const place = { lang: "zh", day: "2026-11-25", until: "2029-03-17" };
  const page = { number: A, holder: " 示例家电\n有限公司".replace(/\s/g, ""), identifier: "91440507MAXX1007X8", level: "五星级", scope: "家用空调的零售与售后服务", until: "2029年3月17日", status: "valid" };
  assert.deepEqual(differences(report, page, place), []);
  assert.deepEqual(differences(report, { ...page, holder: "Example Appliances Co., Ltd.", level: "Five-star", scope: "Retail of  household air conditioners", until: "17 March 2029" }, { ...place, lang: "en" }), []);
  /** @type {[string, string, object?][]} */
  const lies = [["number", B], ["holder", "冒名家电有限公司"], ["identifier", "91310000MADEMQ012T"], ["level", "七星级"], ["scope", "一切服务"], ["until", "2031年3月17日"], ["until", "2029年3月18日"], ["until", "2029年12月17日"], ["until", "17 May 2029"], ["status", "suspended"]];
  for (const [fact, shown] of lies) assert.deepEqual(differences(report, { ...page, [fact]: shown }, place).map(({ fact, shown }) => [fact, shown]), [[fact, shown]]);
  const later = differences(report, { ...page, until: "2029-03-18" }, { ...place, until: "2029-03-18" });
  assert.deepEqual(later.map(({ fact }) => fact), ["until"], "a later day than the certificate's own");
  assert.deepEqual(differences(report, {}, place).length, 7, "what a page does not say");
});
