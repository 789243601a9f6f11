// What attackers do to a published register. They have the keys that the attack gives them: those
// of the demonstration are known to everybody. No code of Attestar's is used: a forgery made with
// the code under test could be wrong in the same way.

import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** @typedef {import("node:crypto").KeyObject} Key */

/** @param {string | Buffer} data */
export const sha256 = (data) => createHash("sha256").update(data).digest();

/** The key whose seed is the digest of a text. @param {string} label */
export function keyOf(label) {
  // RFC 8410: a PKCS#8 shell around the seed.
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), sha256(label)]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

/** @param {Key} key */
export const publicOf = (key) => createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);

const DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** @param {Buffer} data */
function base58(data) {
  let number = BigInt(`0x${data.toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= 58n) text = DIGITS[Number(number % 58n)] + text;
  return `z${"1".repeat(data.findIndex((byte) => byte !== 0))}${text}`;
}

/** @param {Key} key */
export const multikey = (key) => base58(Buffer.concat([Buffer.from([0xed, 1]), publicOf(key)]));

/** @param {string} name @param {Key} key */
export const keyId = (name, key) => sha256(Buffer.concat([Buffer.from(`${name}\n\x01`), publicOf(key)])).subarray(0, 4);

/** A log's verifier key. @param {string} name @param {Key} key */
export const vkey = (name, key) =>
  `${name}+${keyId(name, key).toString("hex")}+${Buffer.concat([Buffer.from([1]), publicOf(key)]).toString("base64")}`;

/** JSON as RFC 8785 has it, for ASCII names and whole numbers. @param {any} value @returns {string} */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** A document signed anew, with everything else in its proof as it was. @param {any} document @param {Key} key */
export function resigned(document, key) {
  const { proof, ...unsecured } = document;
  const { proofValue: _, ...options } = proof;
  const message = Buffer.concat([sha256(canonical(options)), sha256(canonical(unsecured))]);
  return { ...unsecured, proof: { ...options, proofValue: base58(sign(null, message, key)) } };
}

/** A status list with a bit set or cleared; its signature is as it was. @param {any} list @param {number} index @param {boolean} on */
export function withBit(list, index, on) {
  const bits = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), "base64url"));
  const mask = 0x80 >> (index & 7);
  bits[index >> 3] = on ? bits[index >> 3] | mask : bits[index >> 3] & ~mask;
  const encodedList = `u${gzipSync(bits).toString("base64url")}`;
  return { ...list, credentialSubject: { ...list.credentialSubject, encodedList } };
}

/** @param {Buffer} left @param {Buffer} right */
const node = (left, right) => sha256(Buffer.concat([Buffer.from([1]), left, right]));

/** RFC 6962, 2.1. @param {Buffer[]} hashes @returns {Buffer} */
export function root(hashes) {
  if (hashes.length < 2) return hashes[0] ?? sha256("");
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return node(root(hashes.slice(0, split)), root(hashes.slice(split)));
}

/** @param {number | string} level @param {number} index @param {number} width */
function tilePath(level, index, width) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  return `ledger/tile/${level}/${groups.join("/")}${width < 256 ? `.p/${width}` : ""}`;
}

/** A published register that may be changed. */
export class Site {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
    this.didPath = existsSync(join(folder, ".well-known/did.json")) ? ".well-known/did.json" : "did.json";
  }

  /** @param {string} path */
  bytes(path) {
    return readFileSync(join(this.folder, path));
  }

  /** @param {string} path */
  json(path) {
    return JSON.parse(this.bytes(path).toString());
  }

  /** @param {string} path @param {string | Buffer} data */
  write(path, data) {
    // A hard link of the original: it must not be written through.
    rmSync(join(this.folder, path), { force: true });
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), data);
  }

  /** The same bytes wherever a register has them. @param {string[]} paths @param {string | Buffer} data */
  writeAll(paths, data) {
    for (const path of paths) this.write(path, data);
  }

  /** @param {string} path */
  remove(path) {
    rmSync(join(this.folder, path), { recursive: true, force: true });
  }

  /** The files of a folder. @param {string} path */
  names(path) {
    return existsSync(join(this.folder, path)) ? readdirSync(join(this.folder, path)).filter((name) => name.includes(".")).sort() : [];
  }

  get origin() {
    return this.bytes("ledger/checkpoint").toString().split("\n", 1)[0];
  }

  get size() {
    return Number(this.bytes("ledger/checkpoint").toString().split("\n", 2)[1]);
  }

  /** The leaves, as text. */
  leaves() {
    const leaves = [];
    for (let first = 0; first < this.size; first += 256) {
      const bundle = this.bytes(tilePath("entries", first / 256, Math.min(256, this.size - first)));
      for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) leaves.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)).toString());
    }
    return leaves;
  }

  /** All credentials' lines, by serial. */
  credentials() {
    return this.names("ledger/credentials").flatMap((name) => this.bytes(`ledger/credentials/${name}`).toString().split("\n").slice(0, -1));
  }

  /** @param {string[]} lines */
  writeCredentials(lines) {
    for (let first = 0; first < lines.length; first += 1000) {
      const name = String(first / 1000).padStart(4, "0");
      this.write(`ledger/credentials/${name}.jsonl`, lines.slice(first, first + 1000).map((line) => `${line}\n`).join(""));
    }
  }

  /** Where a credential is served. @param {any} credential */
  pathOf(credential) {
    return `c/${credential.id.slice(credential.id.lastIndexOf("/") + 1)}`;
  }

  /** Another text of the credential with this serial, in the ledger and where it is served. @param {number} serial @param {string} text */
  replaceCredential(serial, text) {
    const lines = this.credentials();
    const before = lines[serial];
    lines[serial] = text;
    this.writeCredentials(lines);
    const path = this.pathOf(JSON.parse(before));
    if (existsSync(join(this.folder, path)) && this.bytes(path).toString() === before) this.write(path, text);
  }

  /** Both places of a status list. @param {string} name @param {string} text */
  writeList(name, text) {
    this.writeAll([`status/${name}`, `ledger/status/${name}`], text);
  }

  /** Files of the log for other leaves, and a checkpoint signed with the key. @param {string[]} leaves @param {Key} key */
  writeLog(leaves, key) {
    this.remove("ledger/tile");
    /** @type {Buffer[]} */
    let hashes = leaves.map((leaf) => sha256(`\0${leaf}`));
    const hash = root(hashes);
    for (let first = 0; first < leaves.length; first += 256) {
      const part = leaves.slice(first, first + 256).map((leaf) => Buffer.from(leaf));
      const entries = part.flatMap((leaf) => [Buffer.from([leaf.length >> 8, leaf.length & 255]), leaf]);
      this.write(tilePath("entries", first / 256, part.length), Buffer.concat(entries));
    }
    for (let level = 0; hashes.length > 0; level += 1) {
      const above = [];
      for (let first = 0; first < hashes.length; first += 256) {
        const part = hashes.slice(first, first + 256);
        this.write(tilePath(level, first / 256, part.length), Buffer.concat(part));
        if (part.length === 256) above.push(root(part));
      }
      hashes = above;
    }
    const { origin } = this;
    const text = `${origin}\n${leaves.length}\n${hash.toString("base64")}\n`;
    const signature = Buffer.concat([keyId(origin, key), sign(null, Buffer.from(text), key)]).toString("base64");
    const note = `${text}\n\u2014 ${origin} ${signature}\n`;
    this.writeAll(["ledger/checkpoint", `ledger/checkpoints/${leaves.length}`], note);
  }
}
