// The worked example of docs/formats.md, made again from the demonstration's keys and nothing else of
// ours. That sealing such a register gives these bytes is tested in tests/worked_example.rs.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { sign } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { canonical, keyId, keyOf, multikey, publicOf, resigned, root, sha256, vkey } from "./forge.mjs";

const page = readFileSync(fileURLToPath(new URL("../../docs/formats.md", import.meta.url)), "utf8");
const keys = { issue: keyOf("attestar demo issue key"), status: keyOf("attestar demo status key"), log: keyOf("attestar demo log key") };

/** The files that the page shows. In JSON, lines are broken for reading only. @type {Map<string, string>} */
const files = new Map();
for (const [, kind, path, text] of page.matchAll(/^```(json|text) (\S+)\n([\s\S]*?)\n```$/gm)) {
  files.set(path, kind === "json" ? text.replaceAll(/\n */g, "") : `${text}\n`);
}
/** @param {string} path */
function file(path) {
  const text = files.get(path);
  assert.ok(text, `${path} is not on the page`);
  return text;
}
const json = (/** @type {string} */ path) => JSON.parse(file(path));
const hex = (/** @type {string | Buffer} */ data) => sha256(data).toString("hex");
const ENTRY = "c/EX-2026-001.json";
const LISTS = ["status/revocation-0.json", "status/suspension-0.json"];
const leaves = () => file("leaves").trimEnd().split("\n");

test("every file on the page is canonical JSON", () => {
  for (const text of [".well-known/did.json", ENTRY, ...LISTS].map(file).concat(leaves())) assert.equal(canonical(JSON.parse(text)), text);
});

test("the keys are the demonstration's", () => {
  const did = json(".well-known/did.json");
  assert.deepEqual(did.verificationMethod.map((/** @type {any} */ method) => method.publicKeyMultibase), [multikey(keys.issue), multikey(keys.status)]);
  const origin = file("ledger/checkpoint").split("\n")[0];
  assert.equal(file("ledger/policy").split("\n")[0], `log ${vkey(origin, keys.log)} https://${origin}`);
});

test("signing the entry and the lists again gives the same signatures", () => {
  assert.equal(canonical(resigned(json(ENTRY), keys.issue)), file(ENTRY));
  for (const path of LISTS) {
    assert.equal(canonical(resigned(json(path), keys.status)), file(path));
    const bits = gunzipSync(Buffer.from(json(path).credentialSubject.encodedList.slice(1), "base64url"));
    assert.ok(bits.length === 16_384 && bits.every((byte) => byte === 0));
  }
});

test("the leaves name the files, and the checkpoint is signed over the leaves", () => {
  const said = leaves().map((leaf) => JSON.parse(leaf));
  assert.deepEqual(said.map(({ kind }) => kind), ["key", "key", "issue", "publish"]);
  assert.deepEqual(said.slice(0, 2).map(({ key }) => key), [multikey(keys.issue), multikey(keys.status)]);
  assert.equal(said[2].sha256, hex(file(ENTRY)));
  assert.equal(said[3].did, hex(file(".well-known/did.json")));
  assert.equal(said[3].policy, hex(file("ledger/policy")));
  assert.deepEqual(said[3].lists, Object.fromEntries(LISTS.map((path) => [path, hex(file(path))])));
  const origin = file("ledger/checkpoint").split("\n")[0];
  const hashes = leaves().map((leaf) => sha256(`\0${leaf}`));
  const text = `${origin}\n${said.length}\n${root(hashes).toString("base64")}\n`;
  const signature = Buffer.concat([keyId(origin, keys.log), sign(null, Buffer.from(text), keys.log)]).toString("base64");
  assert.equal(file("ledger/checkpoint"), `${text}\n\u2014 ${origin} ${signature}\n`);
});

test("the steps that the page names have the values that it names", () => {
  const { proof, ...unsecured } = json(ENTRY);
  const { proofValue: _, ...options } = proof;
  const named = Object.fromEntries(file("values").trimEnd().split("\n").map((line) => line.split(/ {2,}/)));
  const values = {
    "SHA-256(JCS(options))": hex(canonical(options)),
    "SHA-256(JCS(entry without proof))": hex(canonical(unsecured)),
    "SHA-256(c/EX-2026-001.json)": hex(file(ENTRY)),
    "leaf hash 2": sha256(`\0${leaves()[2]}`).toString("hex"),
    "key id of the log": keyId(file("ledger/checkpoint").split("\n")[0], keys.log).toString("hex"),
  };
  assert.deepEqual(named, values);
});

test("the QR code's text is signed with the issue key, and names the entry", () => {
  const [address, digits] = file("qr").trimEnd().replaceAll("\n", "").split("#");
  assert.equal(address, "https://register.example/c/EX-2026-001.html");
  const bytes = Buffer.from(BigInt(digits).toString(16).padStart(2, "0").replace(/^(.(..)*)$/, "0$1"), "hex");
  // 01, then tag 18 of [protected, {}, payload, signature].
  assert.equal(bytes.subarray(0, 4).toString("hex"), "01d2844d");
  const protect = bytes.subarray(4, 17);
  assert.equal(protect.toString("hex"), `a201270448${sha256(publicOf(keys.issue)).subarray(0, 8).toString("hex")}`);
  assert.equal(bytes.subarray(17, 19).toString("hex"), "a058");
  const payload = bytes.subarray(20, 20 + bytes[19]);
  assert.equal(bytes.subarray(20 + bytes[19], 22 + bytes[19]).toString("hex"), "5840");
  const signed = Buffer.concat([Buffer.from("846a5369676e6174757265314d", "hex"), protect, Buffer.from([0x40, 0x58, payload.length]), payload]);
  assert.deepEqual(bytes.subarray(22 + bytes[19]), sign(null, signed, keys.issue));
  assert.ok(payload.includes(sha256(file(ENTRY)).subarray(0, 16)));
});

test("the commands by hand do what the page says, in the folder that it shows", () => {
  const folder = mkdtempSync(join(tmpdir(), "attestar-worked-"));
  const entries = Buffer.concat(leaves().flatMap((leaf) => [Buffer.from([leaf.length >> 8, leaf.length & 255]), Buffer.from(leaf)]));
  /** @type {[string, string | Buffer][]} */
  const tree = [...files, [`ledger/tile/entries/000.p/${leaves().length}`, entries]];
  for (const [path, data] of tree.filter(([path]) => path.includes("/"))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), data);
  }
  const script = page.match(/^```sh\n([\s\S]*?)\n```$/m)?.[1] ?? "";
  const said = execFileSync("bash", ["-eo", "pipefail", "-c", script.replaceAll("/tmp/", `${folder}/`)], { cwd: folder, encoding: "utf8" });
  assert.match(said, new RegExp(`^${hex(file(ENTRY))}  ${ENTRY}\n\\{"id":"EX-2026-001","kind":"issue","sha256":"${hex(file(ENTRY))}"`));
  assert.match(said, /Signature Verified Successfully/);
  rmSync(folder, { recursive: true });
});
