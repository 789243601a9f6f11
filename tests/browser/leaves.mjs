// The leaves of a site's log, and what they say about changes of status: as docs/formats.md tells
// it, without the theme's scripts.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The leaves of a built site, in order. @param {string} folder @returns {any[]} */
export function leavesOf(folder) {
  const size = Number(readFileSync(join(folder, "ledger/checkpoint"), "utf8").split("\n")[1]);
  const leaves = [];
  for (let tile = 0; tile * 256 < size; tile += 1) {
    const name = `${tile}`.padStart(3, "0");
    const width = Math.min(256, size - tile * 256);
    const bytes = readFileSync(join(folder, `ledger/tile/entries/${name}${width < 256 ? `.p/${width}` : ""}`));
    for (let at = 0; at < bytes.length; ) {
      const end = at + 2 + bytes.readUInt16BE(at);
      leaves.push(JSON.parse(bytes.subarray(at + 2, end).toString()));
      at = end;
    }
  }
  return leaves;
}

/** By number: the serial of its newest version, and its changes of status. @param {any[]} leaves */
export function changesOf(leaves) {
  /** @type {Map<string, { serial: number, changes: any[] }>} */
  const known = new Map();
  let serial = 0;
  leaves.forEach(({ kind, id, date, status, reason }, leaf) => {
    if (kind === "issue" || kind === "amend") known.set(id, { serial: serial++, changes: known.get(id)?.changes ?? [] });
    if (kind === "status") known.get(id)?.changes.push({ leaf, status, date, ...(reason && { reason }) });
    if (kind === "erase") known.delete(id);
  });
  return known;
}

/** What status/past/ of these leaves must hold, by path. @param {any[]} leaves */
export function pastOf(leaves) {
  const serials = leaves.filter(({ kind }) => kind === "issue" || kind === "amend").length;
  /** @type {Map<string, { entries: Record<string, any[]>, v: number }>} */
  const files = new Map();
  const path = (/** @type {number} */ serial) => `status/past/${`${Math.floor(serial / 1000)}`.padStart(4, "0")}.json`;
  for (let first = 0; first < serials; first += 1000) files.set(path(first), { entries: {}, v: 1 });
  for (const { serial, changes } of changesOf(leaves).values()) {
    const list = changes.map(({ leaf, status, date, reason }) => [leaf, status, date, ...(reason ? [reason] : [])]);
    const file = files.get(path(serial));
    if (file && list.length) file.entries[serial] = list;
  }
  return files;
}

/** @param {string} folder */
export const isSealed = (folder) => existsSync(join(folder, "ledger/checkpoint"));
