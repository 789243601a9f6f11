// @ts-check
// The public log, as its readers see it: signed checkpoints, the policy that says whose signatures
// count, tiles and the tree in them (C2SP signed-note, tlog-policy, tlog-cosignature, tlog-tiles;
// RFC 9162, 2.1). Pure: no DOM, no network; files come through `get`.

import { checkEd25519, concat, fromBase64, hex, need, sha256, utf8 } from "./proof.js";

/**
 * @typedef {import("./proof.js").Bytes} Bytes
 * @typedef {(path: string) => Promise<Bytes | null>} Get A file of the site. Null: there is none.
 * @typedef {{ name: string, id: string, type: number, key: Bytes }} Vkey
 * @typedef {{ origin: string, size: number, root: Bytes, log: Vkey, witnesses: string[] }} Checkpoint
 */

// ── Notes and policies ──

/** Reads `name+id+base64`. @type {(text: string) => Promise<Vkey>} */
export async function vkey(text) {
  const [, name, id, rest] = /^([^\s+]+)\+([0-9a-f]{8})\+([\w+/]+=*)$/.exec(text) ?? [];
  need(rest, "policy");
  const bytes = fromBase64(rest);
  need(bytes.length === 33 && hex(await sha256(concat(utf8(`${name}\n`), bytes))).startsWith(id), "policy");
  return { name, id, type: bytes[0], key: bytes.slice(1) };
}

/**
 * Logs, witnesses, and whether a set of witnesses is enough.
 * @param {string} text
 */
export async function parsePolicy(text) {
  /** @type {Vkey[]} */
  const logs = [];
  /** @type {Map<string, Vkey>} */
  const witnesses = new Map();
  /** @type {Map<string, (signed: Set<string>) => boolean>} */
  const rules = new Map([["none", () => true]]);
  let quorum = "";
  for (const line of text.split("\n")) {
    const [word, name, ...rest] = line.replace(/^#.*/, "").trim().split(/[ \t]+/);
    need(!word || name, "policy");
    if (word === "log") logs.push(await vkey(name));
    else if (word === "witness") {
      need(!rules.has(name), "policy");
      witnesses.set(name, await vkey(rest[0]));
      rules.set(name, (signed) => signed.has(name));
    } else if (word === "group") {
      const [count, ...members] = rest;
      const least = count === "all" ? members.length : count === "any" ? 1 : Number(count);
      need(!rules.has(name) && least >= 1 && least <= members.length, "policy");
      need(members.every((member) => member !== "none" && rules.has(member)), "policy");
      rules.set(name, (signed) => members.filter((member) => rules.get(member)?.(signed)).length >= least);
    } else if (word === "quorum" && !quorum) quorum = name;
    else need(!word, "policy");
  }
  const enough = rules.get(quorum);
  need(logs.length && enough, "policy");
  return { logs, witnesses, enough };
}

/** A text and the signatures under it, none of them checked. @param {string} source */
export function parseNote(source) {
  const cut = source.lastIndexOf("\n\n") + 1;
  const lines = source.slice(cut + 1).split("\n");
  need(cut && lines.pop() === "" && lines.length, "note");
  const signatures = lines.map((line) => {
    const [, name, signed] = /^— ([^\s+]+) ([\w+/]+=*)$/.exec(line) ?? [];
    need(signed, "note");
    const bytes = fromBase64(signed);
    return { name, id: hex(bytes.slice(0, 4)), bytes: bytes.slice(4) };
  });
  return { body: source.slice(0, cut), signatures };
}

/**
 * The checkpoint that a log of the policy and enough of its witnesses signed. A line that names one of
 * their keys and is not by it refuses the whole.
 * @param {string} source @param {Awaited<ReturnType<typeof parsePolicy>>} policy @param {string} origin
 * @returns {Promise<Checkpoint>}
 */
export async function checkCheckpoint(source, policy, origin) {
  const { body, signatures } = parseNote(source);
  const signedBy = async (/** @type {Vkey} */ { name, id, type, key }) => {
    const lines = signatures.filter((line) => line.name === name && line.id === id);
    for (const { bytes } of lines) {
      const time = type === 4 ? new DataView(bytes.buffer, 0, 8).getBigUint64(0) : 0n;
      const head = type === 4 ? `cosignature/v1\ntime ${time}\n` : "";
      await checkEd25519(key, type === 4 ? bytes.slice(8) : bytes, utf8(head + body), "checkpoint-signature");
    }
    return lines.length > 0;
  };
  let log;
  for (const one of policy.logs) if (one.type === 1 && one.name === origin && (await signedBy(one))) log ??= one;
  need(log, "log-key-unknown");
  const witnesses = [];
  for (const [name, one] of policy.witnesses) if (one.type === 4 && (await signedBy(one))) witnesses.push(name);
  need(policy.enough(new Set(witnesses)), "quorum");
  const [, name, size, root] = /^(\S+)\n(0|[1-9]\d{0,15})\n(.{44})\n$/.exec(body) ?? [];
  need(name === origin && Number.isSafeInteger(Number(size)), "checkpoint");
  return { origin, size: Number(size), root: fromBase64(root), log, witnesses };
}

// ── The tree ──

/** @type {(entry: Bytes) => Promise<Bytes>} */
export const leafHash = (entry) => sha256(concat([0], entry));

/**
 * The hash over hashes of subtrees of one size, the last of which may be smaller; none over none.
 * @type {(row: Bytes[]) => Promise<Bytes[]>}
 */
export async function merkle(row) {
  if (row.length < 2) return row;
  const lefts = row.filter((_, at) => at % 2 === 0);
  return merkle(await Promise.all(lefts.map((left, at) => (2 * at + 1 < row.length ? sha256(concat([1], left, row[2 * at + 1])) : left))));
}

/** @type {(level: number | "entries", index: number, width: number) => string} */
export function tilePath(level, index, width) {
  const digits = `${index}`;
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").replace(/...(?=.)/g, "x$&/");
  return `ledger/tile/${level}/${groups}${width < 256 ? `.p/${width}` : ""}`;
}

/** The entries of a bundle: each with its length before it. @type {(bytes: Bytes | null, count: number) => Bytes[]} */
export function entriesOf(bytes, count) {
  need(bytes, "tile-missing");
  const entries = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + bytes[at] * 256 + bytes[at + 1];
    need(end <= bytes.length, "tile");
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  need(entries.length === count, "tile");
  return entries;
}

/** A tree's right edge: on each level the tile that is not full, and how many hashes it has. @param {number} size */
function edgeOf(size) {
  const levels = Array.from({ length: 7 }, (_, level) => ({ level, tile: Math.floor(size / 256 ** (level + 1)), filled: Math.floor(size / 256 ** level) % 256 }));
  return levels.filter(({ filled }) => filled > 0);
}

/**
 * Reads what ties leaves, the last leaf and an older tree to a checkpoint's root, all at once, and
 * refuses what does not hash to it. `bundle` are the last tile's entries, from leaf `first` on.
 * @param {{ size: number, root: Bytes }} checkpoint @param {number[]} leaves @param {number} older @param {Get} get
 */
export async function openTree({ size, root }, leaves, older, get) {
  need(size > 0 && older <= size && leaves.every((leaf) => leaf >= 0 && leaf < size), "leaf-outside");
  const width = (/** @type {number} */ level, /** @type {number} */ tile) => Math.min(256, Math.floor(size / 256 ** level) - 256 * tile);
  /** @type {Map<string, { level: number, tile: number }>} */
  const wanted = new Map();
  /** A full tile is tied to the root by the one above it. @param {number} level @param {number} tile */
  const want = (level, tile) => {
    wanted.set(`${level}/${tile}`, { level, tile });
    if (width(level, tile) === 256) want(level + 1, Math.floor(tile / 256));
  };
  for (const leaf of [...leaves, size - 1]) want(0, Math.floor(leaf / 256));
  for (const { level, tile } of [...edgeOf(size), ...edgeOf(older)]) want(level, tile);

  const last = Math.floor((size - 1) / 256);
  /** @type {Bytes[]} */
  let bundle = [];
  /** @type {Map<string, Bytes[]>} */
  const rows = new Map();
  await Promise.all(Array.from(wanted, async ([name, { level, tile }]) => {
    const count = width(level, tile);
    const entries = level === 0 && tile === last;
    const bytes = await get(tilePath(entries ? "entries" : level, tile, count));
    need(bytes, "tile-missing");
    if (entries) bundle = entriesOf(bytes, count);
    else need(bytes.length === 32 * count, "tile");
    rows.set(name, entries ? await Promise.all(bundle.map(leafHash)) : Array.from({ length: count }, (_, at) => bytes.slice(32 * at, 32 * at + 32)));
  }));

  const row = (/** @type {number} */ level, /** @type {number} */ tile) => rows.get(`${level}/${tile}`) ?? [];
  /** The root, in hex, of the tree when it had `count` leaves. @param {number} count */
  const rootOf = async (count) => {
    /** @type {Bytes[]} */
    let rest = [];
    for (const { level, tile, filled } of edgeOf(count)) rest = await merkle([...row(level, tile).slice(0, filled), ...rest]);
    return rest.map(hex).join();
  };
  need((await rootOf(size)) === hex(root), "tile");
  for (const { level, tile } of wanted.values()) {
    if (width(level, tile) < 256) continue;
    const [above] = row(level + 1, Math.floor(tile / 256)).slice(tile % 256);
    need(hex(above) === (await merkle(row(level, tile))).map(hex).join(), "tile");
  }
  return { size, row, rootOf, bundle, first: 256 * last };
}
