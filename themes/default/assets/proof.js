// @ts-check
// Bytes, canonical JSON, digests and signatures: RFC 8785, RFC 8032, W3C eddsa-jcs-2022. Pure: no DOM,
// no network. A check returns or throws a Refusal: nothing returns false, so no caller can forget to look.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** Why something is not accepted. The code is stable; the words for people are the page's. */
export class Refusal extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** @type {(condition: unknown, code: string) => asserts condition} */
export function need(condition, code) {
  if (!condition) throw new Refusal(code);
}

// ── Bytes ──

/** @type {(text: string) => Bytes} */
export const utf8 = (text) => new TextEncoder().encode(text);

/** @type {(bytes: Bytes) => string} */
export const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

/** @type {(...parts: (Bytes | number[])[]) => Bytes} */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @type {(bytes: Bytes) => string} */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @type {(text: string) => Bytes} */
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** @type {(text: string) => Bytes} */
export function fromBase64(text) {
  const bytes = atob(text);
  need(btoa(bytes) === text, "malformed");
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
}

/** @type {(bytes: Bytes) => string} */
export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/**
 * Bytes of a base58btc multibase text: `z` and then base-58 digits.
 * @type {(text: string) => Bytes}
 */
export function multibase(text) {
  const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  need(/^z[1-9A-HJ-NP-Za-km-z]{1,99}$/.test(text), "malformed");
  let number = 0n;
  for (const digit of text.slice(1)) number = number * 58n + BigInt(digits.indexOf(digit));
  const body = number ? number.toString(16) : "";
  const zeros = text.slice(1).match(/^1*/)?.[0].length ?? 0;
  return concat(new Uint8Array(zeros), unhex(body.length % 2 ? `0${body}` : body));
}

/**
 * A module beside this one that few browsers need.
 * @type {(name: string) => Promise<any>}
 */
export const load = (name) =>
  import(new URL(name, import.meta.url).href).catch(() => {
    throw new Refusal("unreachable");
  });

/**
 * SHA-256: the browser's own, or ours on pages without encryption, where it has none.
 * @type {(bytes: Bytes) => Promise<Bytes>}
 */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return (await load("./sha2.js")).sha256(bytes);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

// ── JSON ──

/**
 * The RFC 8785 text of a JSON value. Strings and integers already print that way in ECMAScript; other
 * numbers have no place in what we sign.
 * @type {(value: any) => string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const member = (/** @type {string} */ name) => `${canonical(name)}:${canonical(value[name])}`;
    return `{${Object.keys(value).sort().map(member).join(",")}}`;
  }
  need(typeof value !== "number" || Number.isSafeInteger(value), "not-canonical");
  need(typeof value !== "string" || !/[\ud800-\udfff]/u.test(value), "not-canonical");
  return JSON.stringify(value);
}

/**
 * The JSON value whose canonical form the bytes are: so no member stands in them twice.
 * @type {(bytes: Bytes) => any}
 */
export function parse(bytes) {
  try {
    const text = textOf(bytes);
    const value = JSON.parse(text);
    if (canonical(value) === text && text.normalize() === text) return value;
  } catch {
    // Neither UTF-8 nor JSON.
  }
  throw new Refusal("not-canonical");
}

/** @type {(value: object, names: string) => boolean} Whether an object has these members and no other. */
export const hasOnly = (value, names) => Object.keys(value).sort().join() === names;

// ── Signatures ──

/** A key and its signature of no bytes (RFC 8032, 7.1, test 1). */
const KNOWN = [
  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
].map(unhex);

/** The y of points of small order: as keys they fit signatures of anything. */
const SMALL = [
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  ...["ec", "ed", "ee"].map((low) => `${low}${"ff".repeat(30)}7f`),
];

/** @typedef {(key: Bytes, signature: Bytes, message: Bytes) => Promise<boolean>} Ed25519 */

/** @type {Ed25519} */
async function ours(key, signature, message) {
  const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}

/** The browser's own Ed25519 where it gets a known signature right, and a wrong one; else the vendored. */
async function choose() {
  const [key, signature] = KNOWN;
  const right = async () => (await ours(key, signature, utf8(""))) && !(await ours(key, signature, utf8("x")));
  if (await right().catch(() => false)) return ours;
  const [{ Point }, { sha512 }] = await Promise.all([load("./ed25519-3.2.0.js"), load("./sha2.js")]);
  const little = (/** @type {Bytes} */ bytes) => BigInt(`0x${hex(bytes.slice().reverse())}`);
  // RFC 8032, 5.1.7, without the cofactor, as WebCrypto and the program have it; noble's own is with it.
  /** @type {Ed25519} */
  return async (key, signature, message) => {
    const r = signature.slice(0, 32);
    const k = little(sha512(concat(r, key, message))) % Point.CURVE().n;
    const point = Point.BASE.multiply(little(signature.slice(32)), false).subtract(Point.fromBytes(key).multiply(k, false));
    return hex(point.toBytes()) === hex(r);
  };
}

/** @type {Promise<Ed25519> | undefined} */
let ed25519;

/**
 * Refuses unless the Ed25519 key signed the message. Strict: neither key nor signature is of small order.
 * @param {Bytes} key @param {Bytes} signature @param {Bytes} message @param {string} [code]
 */
export async function checkEd25519(key, signature, message, code = "signature") {
  const small = (/** @type {Bytes} */ point) => SMALL.includes(hex(concat(point.slice(0, 31), [point[31] & 127])));
  need(key.length === 32 && signature.length === 64 && !small(key) && !small(signature.slice(0, 32)), code);
  const check = await (ed25519 ??= choose());
  need(await check(key, signature, message).catch(() => false), code);
}

/**
 * Refuses unless the credential carries an eddsa-jcs-2022 proof made by the key.
 * @param {any} credential @param {Bytes} key
 */
export async function checkProof(credential, key) {
  const { proof, ...document } = credential;
  const { proofValue, ...options } = proof;
  const { created, verificationMethod } = options;
  const expected = { "@context": document["@context"], created, cryptosuite: "eddsa-jcs-2022", proofPurpose: "assertionMethod", type: "DataIntegrityProof", verificationMethod };
  need(canonical(options) === canonical(expected), "proof-format");
  const digests = await Promise.all([options, document].map((part) => sha256(utf8(canonical(part)))));
  await checkEd25519(key, multibase(proofValue), concat(...digests));
}

/**
 * The key behind a Multikey text.
 * @type {(text: string) => Bytes}
 */
export function multikey(text) {
  const bytes = multibase(text);
  need(bytes.length === 34 && bytes[0] === 0xed && bytes[1] === 1, "key-unknown");
  return bytes.slice(2);
}

/**
 * The key of a verification method that a DID document stands by.
 * @type {(did: any, method: string) => Bytes}
 */
export function keyOf(did, method) {
  const found = did.verificationMethod.find((/** @type {any} */ { id }) => id === method);
  need(found?.type === "Multikey" && found.controller === did.id && did.assertionMethod.includes(method), "key-unknown");
  return multikey(found.publicKeyMultibase);
}
