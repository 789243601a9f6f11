// The demo register as it is sealed, in the layout that a test file is run for: files named …-compact.test.mjs
// run the tests of another file once more.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesBelow } from "./demo.mjs";
import { AS_OF, pages, site } from "./site.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
const PROGRAM = process.env.ATTESTAR ?? join(ROOT, "target/debug/attestar");

/** @typedef {"full" | "compact"} Layout */
/** @typedef {Map<string, Uint8Array>} Files */

export const layout = /** @type {Layout} */ (process.env.ATTESTAR_TEST_LAYOUT ?? "full");

/** For tests that say something of one layout. @param {Layout} only @param {string} why */
export const only = (only, why) => ({ skip: layout !== only && why });

/** How hosts serve the page of all certificates at the addresses it is for. */
export const hosting = layout === "full" ? {} : { rewrite: (/** @type {string} */ path) => path.replace(/^(en\/)?(c|enterprises)\/.*\.html$/, "$1shell/index.html") };

/** Certificates that are unlike most. */
const UNLIKE = /AST-(SC-2026-00017|RW-2025-00058|SC-2021-00033|SC-2024-00071|CS-2026-00022|SC-2025-00010)\.html$/;

/** The certificates' pages; in the compact layout, which takes longer to show one, some of each status. */
export function certificatePages() {
  const all = pages().filter(({ kind }) => kind === "certificate");
  if (layout === "full") return all;
  return all.filter((page, at) => UNLIKE.test(page.path) || all.findIndex(({ lang, status }) => lang === page.lang && status === page.status) === at);
}

/** Waits for a certificate to be shown. @param {import("playwright-core").Page} page */
export const isShown = (page) => page.locator("article.certificate .banner").waitFor();

/** The register of ATTESTAR_SITE, in this layout. @returns {Files} */
export function siteFiles() {
  if (layout === "full") return filesBelow(site.folder);
  const folder = mkdtempSync(join(tmpdir(), "attestar-compact-"));
  try {
    for (const part of ["content", "ledger"]) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    const settings = readFileSync(join(ROOT, "register.toml"), "utf8");
    writeFileSync(join(folder, "register.toml"), settings.replace(/^layout .*$/m, `layout = "${layout}"`));
    execFileSync(PROGRAM, ["-C", folder, "build", "--as-of", AS_OF, "--out", join(folder, "site")], { stdio: "ignore" });
    return filesBelow(join(folder, "site"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The signed entries of a site, the newest of each number. @param {Files} files @returns {Map<string, string>} */
export function entriesIn(files) {
  const shards = [...files.keys()].filter((path) => path.startsWith("ledger/credentials/")).sort();
  const lines = shards.flatMap((path) => `${files.get(path)}`.split("\n").filter(Boolean));
  return new Map(lines.map((line) => [JSON.parse(line).credentialSubject.certificateNumber, line]));
}

/** A site that gives another text for a number's entry. @param {Files} files @param {string} number @param {string} entry @returns {Files} */
export function withEntry(files, number, entry) {
  if (layout === "full") return new Map([...files, [`c/${number}.json`, Buffer.from(entry)]]);
  const { credentialStatus } = JSON.parse(entriesIn(files).get(number) ?? "");
  const serial = Number(credentialStatus[0].statusListIndex);
  const shard = `ledger/credentials/${`${Math.floor(serial / 1000)}`.padStart(4, "0")}.jsonl`;
  const block = `entries/${serial >> 8}.json`;
  const lines = files.get(shard) ?? Buffer.alloc(0);
  const places = JSON.parse(`${files.get(block)}`);
  const [, , ...rest] = places[serial & 255];
  places[serial & 255] = [lines.length, Buffer.byteLength(entry), ...rest];
  return new Map([...files, [shard, Buffer.concat([lines, Buffer.from(entry)])], [block, Buffer.from(JSON.stringify(places))]]);
}
