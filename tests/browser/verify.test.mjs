// The browser's checks without a browser: published vectors, our formats' worked values, and small
// registers that a second implementation (reference.mjs) has sealed.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { gunzip } from "../../themes/default/assets/inflate.js";
import { base64, canonical, checkEd25519, checkProof, fromBase64, hex, keyOf, multibase, multikey, parse, sha256, utf8 } from "../../themes/default/assets/proof.js";
import * as sha2 from "../../themes/default/assets/sha2.js";
import { checkCheckpoint, leafHash, merkle, openTree, parseNote, parsePolicy, tilePath, vkey } from "../../themes/default/assets/tlog.js";
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

/** @param {Uint8Array} data */
const hash512 = (data) => createHash("sha512").update(data).digest("hex");
