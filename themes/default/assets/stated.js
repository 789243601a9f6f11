// @ts-check
// The signed statement in a QR code: COSE_Sign1 over CWT claims (RFC 9052, 8392, 8949), as decimal digits
// behind the `#` of the certificate's address. It says what was signed on the day of issue, and nothing of
// the status. Pure. Loaded when such a code is asked about.

import { checkEd25519, concat, hex, need, sha256, textOf, utf8, multikey } from "./proof.js";

/** @typedef {import("./proof.js").Bytes} Bytes */
/** @typedef {{ number: string, name: string, level: string, until: string, digest: string }} Statement */

/** The digits behind an address; nothing where it has none. @type {(text: string) => string} */
export const digitsIn = (text) => /#(\d{50,1200})\s*$/.exec(text)?.[1] ?? "";

/** @param {Bytes} bytes */
function reader(bytes) {
  let at = 0;
  const take = (/** @type {number} */ count) => {
    need(at + count <= bytes.length, "statement");
    return bytes.slice(at, (at += count));
  };
  const head = () => {
    const [first] = take(1);
    const [major, short] = [first >> 5, first & 31];
    const width = short < 24 ? 0 : 2 ** (short - 24);
    need(width <= 8, "statement");
    const value = width ? take(width).reduce((sum, byte) => sum * 256 + byte, 0) : short;
    need(Number.isSafeInteger(value), "statement");
    return { major, value };
  };
  /** One item: integers, bytes, texts, lists, maps; a tag is dropped. @returns {any} */
  const item = () => {
    const { major, value } = head();
    if (major === 0) return value;
    if (major === 1) return -1 - value;
    if (major === 2) return take(value);
    if (major === 3) return textOf(take(value));
    if (major === 4) return Array.from({ length: value }, item);
    if (major === 5) return new Map(Array.from({ length: value }, () => [item(), item()]));
    need(major === 6 && value === 18, "statement");
    return item();
  };
  return { item, ended: () => at === bytes.length };
}

/** The one item that bytes are. @type {(bytes: Bytes) => any} */
function read(bytes) {
  const from = reader(bytes);
  const found = from.item();
  need(from.ended(), "statement");
  return found;
}

/** The head of bytes or a text in CBOR. @type {(major: number, length: number) => number[]} */
const head = (major, length) => (length < 24 ? [(major << 5) | length] : length < 256 ? [(major << 5) | 24, length] : [(major << 5) | 25, length >> 8, length & 255]);

/** What is signed (RFC 9052, 4.4). @type {(header: Bytes, claims: Bytes) => Bytes} */
const signedBytes = (header, claims) => concat([0x84], head(3, 10), utf8("Signature1"), head(2, header.length), header, head(2, 0), head(2, claims.length), claims);

/**
 * What a code states, where a key of the register signed it and its address is the register's of that number.
 * @param {string} text @param {any} did @param {(number: string) => string} addressOf
 * @returns {Promise<Statement>}
 */
export async function statementIn(text, did, addressOf) {
  const number = BigInt(digitsIn(text)).toString(16).padStart(2, "0");
  const bytes = Uint8Array.from((number.length % 2 ? `0${number}` : number).match(/../g) ?? [], (pair) => parseInt(pair, 16));
  need(bytes[0] === 1 && bytes[1] === 0xd2, "statement");
  const [header, unprotected, claims, signature] = read(bytes.slice(1));
  need(header instanceof Uint8Array && claims instanceof Uint8Array && signature instanceof Uint8Array && unprotected instanceof Map && !unprotected.size, "statement");
  const about = read(/** @type {Bytes} */ (header));
  need(about instanceof Map && about.size === 2 && about.get(1) === -8, "statement");
  const said = read(/** @type {Bytes} */ (claims));
  need(said instanceof Map && said.size === 7 && said.get(1) === did.id, "issuer");
  const kid = hex(about.get(4));
  const methods = did.verificationMethod.filter((/** @type {any} */ { id }) => did.assertionMethod.includes(id));
  const keys = await Promise.all(methods.map(async (/** @type {any} */ { publicKeyMultibase }) => {
    const key = multikey(publicKeyMultibase);
    return { key, kid: hex((await sha256(key)).slice(0, 8)) };
  }));
  const signer = keys.find((one) => one.kid === kid);
  need(signer, "key-unknown");
  await checkEd25519(signer.key, /** @type {Bytes} */ (signature), signedBytes(/** @type {Bytes} */ (header), /** @type {Bytes} */ (claims)));
  const bare = (/** @type {string} */ address) => address.trim().replace(/^https?:\/\//i, "").replace(/#.*$/, "").replace(/\.html$/, "").replace(/^([^/]*)/, (host) => host.toLowerCase());
  need(bare(text) === bare(addressOf(said.get(2))), "other-entry");
  return { number: said.get(2), name: said.get(-65538), level: `${said.get(-65537)}`, until: new Date(said.get(4) * 1000).toISOString(), digest: hex(said.get(-65539)) };
}
