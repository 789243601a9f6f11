// A second implementation of what a sealed register publishes, written from the formats' description
// and from none of our other code: it seals small registers in memory for the tests of the browser's
// checks, and what it makes must equal, byte for byte, what the program makes of the same.

import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { gzipSync } from "node:zlib";

/** @typedef {Record<string, any>} Json */

/** @type {(data: Buffer | string) => Buffer} */
export const sha256 = (data) => createHash("sha256").update(data).digest();

/** @param {Buffer | string} data */
export const digest = (data) => sha256(data).toString("hex");

/** RFC 8785 for values without fractions. @param {any} value @returns {string} */
export function jcs(value) {
  if (Array.isArray(value)) return `[${value.map(jcs)}]`;
  if (!value || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${jcs(value[name])}`)}}`;
}

/** @param {Buffer} bytes */
export function base58(bytes) {
  const digits = [..."123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"];
  let text = "";
  for (let rest = BigInt(`0x${bytes.toString("hex") || "0"}`); rest; rest /= 58n) text = digits[Number(rest % 58n)] + text;
  return `z${"1".repeat(bytes.findIndex((byte) => byte !== 0) === -1 ? bytes.length : bytes.findIndex((byte) => byte !== 0))}${text}`;
}

/** An Ed25519 key from its label: public, for tests only. @param {string} label */
export function keyPair(label) {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), sha256(label)]);
  const secret = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const raw = Buffer.from(createPublicKey(secret).export({ format: "der", type: "spki" })).subarray(-32);
  return {
    raw,
    multikey: base58(Buffer.concat([Buffer.from([0xed, 1]), raw])),
    /** @param {Buffer | string} message */
    sign: (message) => sign(null, Buffer.from(message), secret),
  };
}

/** @typedef {ReturnType<typeof keyPair>} Key */

/** The document with an eddsa-jcs-2022 proof. @param {Json} document @param {Key} key @param {string} created @param {string} verificationMethod */
export function secure(document, key, created, verificationMethod) {
  const options = { "@context": document["@context"], created, cryptosuite: "eddsa-jcs-2022", proofPurpose: "assertionMethod", type: "DataIntegrityProof", verificationMethod };
  const proofValue = base58(key.sign(Buffer.concat([sha256(jcs(options)), sha256(jcs(document))])));
  return { ...document, proof: { ...options, proofValue } };
}

// ── Notes ──

/** @param {string} name @param {Key} key */
function vkeyParts(name, key, type = 1) {
  const typed = Buffer.concat([Buffer.from([type]), key.raw]);
  return { typed, id: sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).subarray(0, 4) };
}

/** @param {string} name @param {Key} key */
export function vkeyOf(name, key, type = 1) {
  const { typed, id } = vkeyParts(name, key, type);
  return `${name}+${id.toString("hex")}+${typed.toString("base64")}`;
}

/** A signature line under a note's text. @param {string} text @param {string} name @param {Key} key */
export function signatureLine(text, name, key) {
  return `— ${name} ${Buffer.concat([vkeyParts(name, key).id, key.sign(text)]).toString("base64")}\n`;
}

/** A witness's line. @param {string} text @param {string} name @param {Key} key @param {number} time */
export function cosignatureLine(text, name, key, time) {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  const signed = key.sign(`cosignature/v1\ntime ${time}\n${text}`);
  return `— ${name} ${Buffer.concat([vkeyParts(name, key, 4).id, stamp, signed]).toString("base64")}\n`;
}

// ── The tree ──

/** @type {(entry: Buffer) => Buffer} */
export const leafHash = (entry) => sha256(Buffer.concat([Buffer.from([0]), entry]));

/** RFC 9162, 2.1.1. @param {Buffer[]} hashes @returns {Buffer} */
export function rootOf(hashes) {
  if (hashes.length < 2) return hashes[0] ?? sha256("");
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return sha256(Buffer.concat([Buffer.from([1]), rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split))]));
}

/** `001`, `x001/x234/067`. @param {number} index */
export function tileName(index) {
  const name = String(index % 1000).padStart(3, "0");
  /** @param {number} rest @returns {string} */
  const before = (rest) => (rest ? `${before(Math.floor(rest / 1000))}x${String(rest % 1000).padStart(3, "0")}/` : "");
  return before(Math.floor(index / 1000)) + name;
}

/** RFC 9162, 2.1.3.2. @param {Buffer} leaf @param {number} index @param {number} size @param {Buffer[]} path @param {Buffer} root */
export function included(leaf, index, size, path, root) {
  let [fn, sn, hash] = [BigInt(index), BigInt(size) - 1n, leaf];
  if (fn > sn || sn < 0n || leaf.length !== 32 || root.length !== 32) return false;
  for (const sibling of path) {
    if (sn === 0n || sibling.length !== 32) return false;
    const left = fn % 2n === 1n || fn === sn;
    hash = sha256(Buffer.concat(left ? [Buffer.from([1]), sibling, hash] : [Buffer.from([1]), hash, sibling]));
    while (left && fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn / 2n, sn / 2n];
    [fn, sn] = [fn / 2n, sn / 2n];
  }
  return sn === 0n && hash.equals(root);
}

/** All tiles of a tree. @param {Buffer[]} entries @returns {Map<string, Buffer>} */
export function tilesOf(entries) {
  const files = new Map();
  /** @param {string} level @param {Buffer[]} parts */
  const write = (level, parts) => {
    for (let at = 0; at < parts.length; at += 256) {
      const part = parts.slice(at, at + 256);
      files.set(`tile/${level}/${tileName(at / 256)}${part.length < 256 ? `.p/${part.length}` : ""}`, Buffer.concat(part));
    }
  };
  write("entries", entries.map((entry) => Buffer.concat([Buffer.from([entry.length >> 8, entry.length & 255]), entry])));
  let hashes = entries.map(leafHash);
  for (let level = 0; hashes.length; level += 1) {
    write(String(level), hashes);
    const full = Math.floor(hashes.length / 256);
    const below = hashes;
    hashes = Array.from({ length: full }, (_, at) => rootOf(below.slice(256 * at, 256 * at + 256)));
  }
  return files;
}

// ── A register ──

/** How many bits a status list has. */
const LIST = 131072;

/** A list of bits as a credential's `encodedList`. @param {Set<number>} set */
export function encodedList(set) {
  const bits = Buffer.alloc(16384);
  for (const at of set) bits[at >> 3] |= 0x80 >> (at & 7);
  return `u${gzipSync(bits, { level: 9 }).toString("base64url")}`;
}

/** @param {string} key */
export const pathOf = (key) => Array.from(Buffer.from(key), (byte) => (/[A-Z0-9-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `_${byte.toString(16).padStart(2, "0")}`)).join("");

const DAY = 86_400_000;
const VC = "https://www.w3.org/ns/credentials/v2";

/** What becomes of a number in an edition. @typedef {{ number: string, subject?: Json, validFrom?: string, validUntil?: string, status?: string, date?: string, reason?: string }} Change */

/** A register that is sealed edition by edition. */
export class Register {
  /** `first` is the serial of the first entry; all entries' bits are in one pair of lists. @param {{ base?: string, label?: string, staleDays?: number, first?: number, witness?: { name: string, key: Key } }} [options] */
  constructor({ base = "https://register.example", label = "attestar sample", staleDays = 45, first = 0, witness } = {}) {
    this.base = base;
    this.first = first;
    this.list = Math.floor(first / LIST);
    const { host, pathname } = new URL(base);
    this.did = ["did:web", encodeURIComponent(host), ...pathname.split("/").filter(Boolean)].join(":");
    this.didPlace = pathname === "/" ? ".well-known/did.json" : "did.json";
    this.origin = `${base.replace(/^https?:\/\//, "")}/ledger`;
    this.keys = { issue: keyPair(`${label} issue key`), status: keyPair(`${label} status key`), log: keyPair(`${label} log key`) };
    this.staleDays = staleDays;
    this.witness = witness;
    /** @type {Buffer[]} */
    this.leaves = [];
    /** @type {{ number: string, serial: number, leaf: number, bytes: string, prev: string }[]} */
    this.versions = [];
    /** @type {Map<string, { status: string, date: string, reason?: string, leaf: number }[]>} */
    this.statuses = new Map();
    /** @type {Map<string, Buffer>} */
    this.files = new Map();
  }

  /** @param {Json} leaf */
  append(leaf) {
    return this.leaves.push(Buffer.from(jcs(leaf))) - 1;
  }

  /** The newest version of a number. @param {string} number */
  newest(number) {
    return this.versions.findLast((version) => version.number === number);
  }

  get policy() {
    const lines = [`log ${vkeyOf(this.origin, this.keys.log)} ${this.base}/ledger`];
    if (this.witness) lines.push(`witness w1 ${vkeyOf(this.witness.name, this.witness.key, 4)}`);
    return `${[...lines, `quorum ${this.witness ? "w1" : "none"}`].join("\n")}\n`;
  }

  get didDocument() {
    const methods = [["k2026-1", this.keys.issue], ["s2026-1", this.keys.status]].map(([name, key]) => ({ controller: this.did, id: `${this.did}#${name}`, publicKeyMultibase: /** @type {Key} */ (key).multikey, type: "Multikey" }));
    return jcs({ "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"], assertionMethod: methods.map(({ id }) => id), id: this.did, verificationMethod: methods });
  }

  /** A certificate's document, without its proof. @param {Change} change @param {number} serial */
  document({ number, subject, validFrom, validUntil }, serial) {
    const id = `${this.base}/c/${pathOf(number)}.json`;
    const status = (/** @type {string} */ purpose) => ({ id: `${id}#${purpose}`, statusListCredential: `${this.base}/status/${purpose}-${this.list}.json`, statusListIndex: String(serial % LIST), statusPurpose: purpose, type: "BitstringStatusListEntry" });
    return {
      "@context": [VC, `${this.base}/ns/v1.jsonld`],
      credentialStatus: [status("revocation"), status("suspension")],
      credentialSubject: { ...subject, certificateNumber: number, registerEntry: `${this.base}/c/${pathOf(number)}.html`, type: "CertifiedOrganisation" },
      id,
      issuer: this.did,
      type: ["VerifiableCredential", "StarCertificate"],
      validFrom,
      validUntil,
    };
  }

  /** Seals an edition and returns its files. @param {string} time @param {Change[]} changes */
  seal(time, changes) {
    const second = `${new Date(time).toISOString().slice(0, 19)}Z`;
    if (!this.leaves.length) {
      for (const [vm, key] of /** @type {const} */ ([["k2026-1", this.keys.issue], ["s2026-1", this.keys.status]])) {
        this.append({ action: "add", key: key.multikey, kind: "key", time: second, use: "assertion", v: 1, vm: `${this.did}#${vm}` });
      }
    }
    for (const change of [...changes].sort((a, b) => (a.number < b.number ? -1 : 1))) {
      const { number } = change;
      if (change.subject) {
        const serial = this.first + this.versions.length;
        const bytes = jcs(secure(this.document(change, serial), this.keys.issue, second, `${this.did}#k2026-1`));
        const before = this.newest(number);
        const prev = before ? digest(before.bytes) : "";
        const leaf = this.append({ id: number, kind: before ? "amend" : "issue", ...(before && { prev }), sha256: digest(bytes), time: second, v: 1 });
        this.versions.push({ number, serial, leaf, bytes, prev });
      }
      if (change.status) {
        const { status, date = second.slice(0, 10), reason } = change;
        const leaf = this.append({ date, id: number, kind: "status", ...(reason && { reason }), status, time: second, v: 1 });
        this.statuses.set(number, [...(this.statuses.get(number) ?? []), { status, date, reason, leaf }]);
      }
    }
    return this.publish(second);
  }

  /** Lists, the publish leaf, tiles, checkpoint. @param {string} time */
  publish(time) {
    const next = `${new Date(Date.parse(time) + this.staleDays * DAY).toISOString().slice(0, 19)}Z`;
    /** @type {Record<string, Set<number>>} */
    const bits = { revocation: new Set(), suspension: new Set() };
    /** @type {Record<string, Json>} */
    const entries = {};
    for (const { number, serial } of this.versions) {
      const newest = this.newest(number);
      const state = this.statuses.get(number)?.findLast(({ date }) => date <= time.slice(0, 10));
      if (newest && newest.serial !== serial) {
        bits.revocation.add(serial % LIST);
        entries[serial] = { by: newest.serial, status: "superseded" };
      } else if (state && state.status !== "valid") {
        bits[state.status === "suspended" ? "suspension" : "revocation"].add(serial % LIST);
        entries[serial] = { date: state.date, ...(state.reason && { reason: state.reason }), status: state.status };
      }
    }
    const lists = Object.fromEntries(Object.entries(bits).map(([purpose, set]) => {
      const place = `status/${purpose}-${this.list}.json`;
      const id = `${this.base}/${place}`;
      const credentialSubject = { encodedList: encodedList(set), id: `${id}#list`, statusPurpose: purpose, type: "BitstringStatusList" };
      const document = { "@context": [VC], credentialSubject, id, issuer: this.did, type: ["VerifiableCredential", "BitstringStatusListCredential"], validFrom: time, validUntil: next };
      return [place, jcs(secure(document, this.keys.status, time, `${this.did}#s2026-1`))];
    }));
    const digests = Object.fromEntries(Object.entries(lists).map(([path, bytes]) => [path, digest(bytes)]));
    this.append({ did: digest(this.didDocument), edition: time.slice(0, 10), kind: "publish", lists: digests, next, policy: digest(this.policy), time, type: "full", v: 1 });
    this.files = this.render(lists, jcs({ entries, v: 1 }), time);
    return this.files;
  }

  /** @param {Record<string, string>} lists @param {string} detail @param {string} time */
  render(lists, detail, time) {
    const text = `${this.origin}\n${this.leaves.length}\n${rootOf(this.leaves.map(leafHash)).toString("base64")}\n`;
    const cosignature = this.witness ? cosignatureLine(text, this.witness.name, this.witness.key, Date.parse(time) / 1000) : "";
    const checkpoint = `${text}\n${signatureLine(text, this.origin, this.keys.log)}${cosignature}`;
    /** @type {[string, string | Buffer][]} */
    const files = [
      ["ledger/checkpoint", checkpoint],
      [`ledger/checkpoints/${this.leaves.length}`, checkpoint],
      ["ledger/policy", this.policy],
      ["ledger/keys/did.json", this.didDocument],
      [this.didPlace, this.didDocument],
      [`status/detail/${String(Math.floor(this.first / 1000)).padStart(4, "0")}.json`, detail],
      ...Object.entries(lists),
      ...[...tilesOf(this.leaves)].map(([path, bytes]) => /** @type {[string, Buffer]} */ ([`ledger/${path}`, bytes])),
      ...this.versions.map(({ number, bytes }) => /** @type {[string, string]} */ ([`c/${pathOf(number)}.json`, bytes])),
    ];
    return new Map(files.map(([path, bytes]) => [path, Buffer.from(bytes)]));
  }

  /** What the page of a number says about it. @param {string} number */
  question(number) {
    const version = this.newest(number);
    if (!version) throw new Error(`no ${number}`);
    return { base: this.base, path: pathOf(number), serial: version.serial, leaf: version.leaf };
  }
}

/** The subject of a certificate that the tests use. @param {Json} [other] */
export const subject = (other = {}) => ({
  decided: "2026-03-16",
  expires: "2029-03-17",
  firstGranted: "2023-03-20",
  history: [{ date: "2026-03-18", kind: "granted" }],
  holder: { address: { en: "1 Example Road", zh: "示例路1号" }, creditCode: "91440507MAXX1007X8", name: { en: "Example Appliances Co., Ltd.", zh: "示例家电有限公司" } },
  issued: "2026-03-18",
  level: { id: "star-5", name: { en: "Five-star", zh: "五星级" }, rank: 4 },
  scheme: { edition: "2011", id: "gbt-27922-2011", standard: "GB/T 27922-2011" },
  scope: { en: "Retail of household air conditioners", zh: "家用空调的零售与售后服务" },
  starLevel: 5,
  ...other,
});

/** Validity of such a certificate in China's time zone. */
export const VALID = { validFrom: "2026-03-17T16:00:00Z", validUntil: "2029-03-17T15:59:59Z" };
