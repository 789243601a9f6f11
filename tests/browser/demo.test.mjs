// The demo register as the program seals it: the browser's check accepts every page of it, and the
// reference sealer makes the same bytes from the same facts.

import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { verify } from "../../themes/default/assets/verify.js";
import { Demo, attribute, filesBelow } from "./demo.mjs";
import { launch } from "./launch.mjs";
import { listen } from "./look.mjs";
import { base58, digest, jcs, keyPair, leafHash, pathOf, rootOf, secure, signatureLine, tilesOf, vkeyOf } from "./reference.mjs";
import { serveFolder } from "./server.mjs";
import { site } from "./site.mjs";

const NUMBER = "AST-SC-2026-00017";
const NOW = new Date("2026-11-23T09:00:00Z");
const KEYS = { issue: keyPair("attestar demo issue key"), status: keyPair("attestar demo status key"), log: keyPair("attestar demo log key") };
const ORIGIN = "register.example/ledger";
const DID = "did:web:register.example";

const demo = new Demo();
/** @type {Map<string, Buffer>} */
let first;
/** @type {Map<string, Buffer>} */
let files;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {(() => Promise<unknown>)[]} */
let open = [];
before(async () => {
  demo.publish("2026-10-23T16:00:00+08:00");
  first = demo.files();
  demo.append(`2026/${NUMBER}.md`, '[[events]]\ndate = 2026-11-20\nkind = "suspended"\nreason = "surveillance-overdue"\n');
  demo.append("2026/AST-SC-2026-00032.md", '[[events]]\ndate = 2026-11-10\nkind = "renamed"\n[events.holder]\nname = { zh = "改名示例有限公司", en = "Renamed Example Co., Ltd." }\n');
  demo.publish("2026-11-23T16:00:00+08:00");
  files = demo.files();
  browser = await launch();
});
afterEach(async () => {
  await Promise.all([...(browser?.contexts() ?? []).map((context) => context.close()), ...open.map((close) => close())]);
  open = [];
});
after(async () => {
  await browser?.close();
  demo.remove();
});

const text = (/** @type {string} */ path, from = files) => String(from.get(path));
const entriesOf = (/** @type {Map<string, Buffer>} */ from) => [...from.keys()].filter((path) => /^c\/[^/]+\.json$/.test(path)).sort();

/** The register sealed just now, and the one whose ledger is in the repository. @type {[string, () => Map<string, Buffer>][]} */
const REGISTERS = [["sealed anew", () => files], ["the repository's", () => filesBelow(site.folder)]];

/** The log's leaves, from its bundles. @param {Map<string, Buffer>} files */
function leavesOf(files) {
  /** @type {Buffer[]} */
  const found = [];
  for (const path of [...files.keys()].filter((path) => path.startsWith("ledger/tile/entries/")).sort()) {
    const bytes = /** @type {Buffer} */ (files.get(path));
    const from = found.length % 256 === 0 ? found.length : 0;
    const inside = [];
    for (let at = 0; at < bytes.length; at += 2 + bytes.readUInt16BE(at)) inside.push(bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at)));
    // Of the partial bundles of one place the widest is the newest.
    if (inside.length > found.length - from) found.splice(from, Infinity, ...inside);
  }
  return found;
}

// ── The second implementation ──

for (const [which, read] of REGISTERS) test(`${which}: every entry is, byte for byte, what the reference sealer signs from its facts`, () => {
  const from = read();
  const entries = entriesOf(from);
  assert.ok(entries.length > 100);
  for (const path of entries) {
    const { proof, ...document } = JSON.parse(text(path, from));
    assert.equal(jcs(secure(document, KEYS.issue, proof.created, `${DID}#k2026-1`)), text(path, from), path);
    assert.equal(document.id, `https://register.example/${path}`);
    assert.equal(pathOf(document.credentialSubject.certificateNumber.toUpperCase()), path.slice(2, -5));
  }
});

for (const [which, read] of REGISTERS) test(`${which}: the log's tiles, root and checkpoint are what the reference makes of its leaves`, () => {
  const from = read();
  const found = leavesOf(from);
  const note = text("ledger/checkpoint", from);
  const body = `${ORIGIN}\n${found.length}\n${rootOf(found.map(leafHash)).toString("base64")}\n`;
  assert.equal(note, `${body}\n${signatureLine(body, ORIGIN, KEYS.log)}`);
  for (const [path, bytes] of tilesOf(found)) assert.deepEqual(from.get(`ledger/${path}`), bytes, path);
  assert.match(text("ledger/policy", from), new RegExp(`^log ${vkeyOf(ORIGIN, KEYS.log).replace(/[+/]/g, "\\$&")} https://register.example/ledger\n`));
  for (const leaf of found) assert.equal(jcs(JSON.parse(String(leaf))), String(leaf));
});

for (const [which, read] of REGISTERS) test(`${which}: leaves name the entries' digests, times never go back, and the lists are what the events say`, () => {
  const from = read();
  const found = leavesOf(from).map((leaf) => JSON.parse(String(leaf)));
  /** @type {Map<string, { digest: string, serial: number }>} */
  const newest = new Map();
  /** @type {Map<string, { status: string, date: string }[]>} */
  const statuses = new Map();
  const revoked = new Set();
  const suspended = new Set();
  let serial = 0;
  found.forEach((leaf, at) => {
    assert.ok(at === 0 || leaf.time >= found[at - 1].time);
    if (["issue", "amend"].includes(leaf.kind)) {
      const before = newest.get(leaf.id);
      assert.deepEqual([leaf.kind, leaf.prev], before ? ["amend", before.digest] : ["issue", undefined]);
      if (before) revoked.add(before.serial);
      newest.set(leaf.id, { digest: leaf.sha256, serial });
      serial += 1;
    }
    if (leaf.kind === "erase") {
      revoked.add(newest.get(leaf.id)?.serial);
      newest.delete(leaf.id);
    }
    if (leaf.kind === "status") statuses.set(leaf.id, [...(statuses.get(leaf.id) ?? []), leaf]);
  });
  const publish = found.at(-1);
  const day = publish.edition.slice(0, 10);
  for (const [id, { digest: sha256, serial }] of newest) {
    const bytes = text(`c/${pathOf(id)}.json`, from);
    assert.equal(digest(bytes), sha256, id);
    assert.equal(JSON.parse(bytes).credentialStatus[0].statusListIndex, String(serial));
    const now = (statuses.get(id) ?? []).filter(({ date }) => date <= day).sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)).at(-1)?.status;
    if (now === "suspended") suspended.add(serial);
    if (now === "withdrawn" || now === "cancelled") revoked.add(serial);
  }
  for (const [purpose, set] of /** @type {const} */ ([["revocation", revoked], ["suspension", suspended]])) {
    const bytes = text(`status/${purpose}-0.json`, from);
    assert.equal(publish.lists[`status/${purpose}-0.json`], digest(bytes));
    const { proof, ...document } = JSON.parse(bytes);
    assert.equal(jcs(secure(document, KEYS.status, proof.created, `${DID}#s2026-1`)), bytes);
    const bits = gunzipSync(Buffer.from(document.credentialSubject.encodedList.slice(1), "base64url"));
    assert.equal(bits.length, 16384);
    for (let at = 0; at < 131072; at += 1) assert.equal(Boolean(bits[at >> 3] & (0x80 >> (at & 7))), set.has(at), `${purpose} ${at}`);
  }
  assert.deepEqual([publish.did, publish.policy], [".well-known/did.json", "ledger/policy"].map((path) => digest(text(path, from))));
  const did = JSON.parse(text(".well-known/did.json", from));
  assert.deepEqual(did.verificationMethod.map((/** @type {any} */ { publicKeyMultibase }) => publicKeyMultibase), [KEYS.issue, KEYS.status].map(({ raw }) => base58(Buffer.concat([Buffer.from([0xed, 1]), raw]))));
});

// ── The browser's check ──

/** @param {Map<string, Buffer>} from @param {string} html */
const ask = (from, html) => {
  const data = (/** @type {string} */ name) => attribute(html, /<section[^>]*\bdata-verify\b[^>]*>/, `data-${name}`);
  const question = { base: data("base") ?? "", path: data("path") ?? "", serial: Number(data("serial")), leaf: Number(data("leaf")), prev: data("prev") || undefined, status: (attribute(html, /<div[^>]*\bbanner\b[^>]*>/, "data-status") ?? "").replace("expiring", "valid") };
  /** @type {string[]} */
  const asked = [];
  const get = async (/** @type {string} */ path) => {
    asked.push(path);
    const found = from.get(path);
    return found ? Uint8Array.from(found) : null;
  };
  return verify(question, get, null, NOW).then((report) => ({ report, asked, question }));
};

for (const [which, read] of REGISTERS) test(`${which}: every entry is verified by the page that shows it, in few files`, async () => {
  const from = read();
  /** @type {Record<string, number>} */
  const standings = {};
  for (const path of entriesOf(from)) {
    const { report, asked, question } = await ask(from, text(path.replace(".json", ".html"), from));
    assert.deepEqual([path, report.state, report.code], [path, "verified", ""]);
    assert.equal(report.standing, question.status, path);
    assert.ok(asked.length <= 11 && !asked.some((one) => one.includes("detail")), `${path}: ${asked}`);
    standings[report.standing] = (standings[report.standing] ?? 0) + 1;
  }
  for (const standing of ["valid", "suspended", "withdrawn", "cancelled", "expired", "not-yet-valid"]) assert.ok(standings[standing] > 0, standing);
});

/** Opens a page of a site and waits for its verdict. @param {Map<string, Buffer>} site @param {string} path */
async function visit(site, path, now = NOW) {
  const server = await serveFolder(site);
  open.push(server.close);
  const page = await (await browser.newContext()).newPage();
  await page.clock.setFixedTime(now);
  const wrong = listen(page, server.origin);
  await page.goto(server.url + path);
  await page.waitForFunction(() => !["", "checking"].includes(/** @type {HTMLElement | null} */ (document.querySelector("[data-verify]"))?.dataset.state ?? ""));
  const found = await page.evaluate(() => {
    const { state, reason, standing } = /** @type {HTMLElement} */ (document.querySelector("[data-verify]")).dataset;
    const { status, checked } = /** @type {HTMLElement} */ (document.querySelector(".banner")).dataset;
    return { state, reason, standing, status, checked, differences: [...document.querySelectorAll("[data-difference]")].map((one) => one.getAttribute("data-difference")) };
  });
  return { ...found, wrong, page };
}

/** @param {Record<string, string | Buffer>} changed */
const tampered = (changed) => new Map([...files, ...Object.entries(changed).map(([path, content]) => /** @type {[string, Buffer]} */ ([path, Buffer.from(content)]))]);

test("in a browser: hard cases, in both languages, agree with their pages word for word", async () => {
  const cases = [NUMBER, "AST-SC-2026-00032", "AST-SC-2021-00033", "AST-RW-2025-00035_2f01", "AST-CA-2025-00004", "AST-RW-2025-00019", "AST-SC-2023-00029", "AST-SC-2022-00033", "AST-SC-2024-00065", "AST-SC-2026-00072", "AST-SC-2023-00073"];
  for (const root of ["", "en/"]) {
    for (const name of cases) {
      const { state, differences, checked, wrong } = await visit(files, `${root}c/${name}.html`);
      assert.deepEqual([root + name, state, differences, checked], [root + name, "verified", [], "2026-11-23"]);
      assert.deepEqual(wrong, []);
    }
  }
});

test("in a browser: the page of last month beside this month's ledger is no longer green", async () => {
  const path = `c/${NUMBER}.html`;
  const old = await visit(tampered({ [path]: String(first.get(path)) }), path);
  assert.deepEqual([old.state, old.standing, old.differences, old.status, old.checked], ["altered", "suspended", ["status"], "none", undefined]);
  const renamed = "c/AST-SC-2026-00032.html";
  assert.equal((await visit(tampered({ [renamed]: String(first.get(renamed)) }), renamed)).state, "superseded");
  const stale = await visit(first, path, new Date("2026-12-10T00:00:00Z"));
  assert.deepEqual([stale.state, stale.status, stale.checked], ["stale", "none", undefined]);
});

test("in a browser: altered words, files that do not hold", async () => {
  const path = "c/AST-SC-2026-00024.html";
  const entry = path.replace(".html", ".json");
  const level = /<span[^>]*data-fact="?level"?[^>]*>([^<]+)</.exec(text(path))?.[1] ?? "";
  /** @type {[string, Record<string, string | Buffer>, string, string | undefined][]} */
  const attacks = [
    ["level on the page", { [path]: text(path).replaceAll(level, "七星级") }, "altered", ""],
    ["level in both", { [path]: text(path).replaceAll(level, "七星级"), [entry]: text(entry).replaceAll(level, "七星级") }, "failed", "signature"],
    ["expiry on the page", { [path]: text(path).replaceAll("2029", "2031") }, "altered", ""],
    ["another's page", { [path]: text("c/AST-SC-2026-00032.html") }, "altered", undefined],
    ["another's entry", { [entry]: text("c/AST-SC-2026-00032.json") }, "failed", "other-entry"],
    ["last month's list", { "status/suspension-0.json": String(first.get("status/suspension-0.json")) }, "failed", "list-replaced"],
    ["a damaged tile", Object.fromEntries([...files].filter(([one]) => one.includes("tile/entries")).map(([one, bytes]) => [one, String(bytes).replaceAll("issue", "amend")])), "failed", "tile"],
  ];
  for (const [name, changed, state, reason] of attacks) {
    const found = await visit(tampered(changed), path);
    assert.deepEqual([name, found.state, found.checked], [name, state, undefined]);
    if (reason !== undefined) assert.equal(found.reason, reason, name);
  }
});

test("in a browser: the downloaded evidence is what the program makes, and what it accepts offline", async () => {
  const number = "AST-SC-2024-00029";
  const { page } = await visit(files, `c/${number}.html`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("[data-evidence]").click()]);
  const theirs = JSON.parse(readFileSync(await download.path(), "utf8"));
  assert.equal(download.suggestedFilename(), `${number}.attestar.json`);
  assert.equal(theirs.leaves.status.length, 2);
  const file = join(demo.folder, `${number}.attestar.json`);
  copyFileSync(await download.path(), file);
  const pins = join(demo.folder, "pins.json");
  const verdict = JSON.parse(demo.run("verify", file, "--on", "2026-11-23", "--key", vkeyOf(ORIGIN, KEYS.log), "--pins", pins, "--json"));
  assert.equal(verdict.answer?.code ?? verdict.answer, "valid", JSON.stringify(verdict));
  const ours = join(demo.folder, "ours.json");
  demo.run("evidence", number, "--out", ours, "--pins", pins);
  const { asked: _, ...program } = JSON.parse(readFileSync(ours, "utf8"));
  const { asked, ...browserMade } = theirs;
  assert.deepEqual(browserMade, program);
  assert.equal(asked.number, number);
});
