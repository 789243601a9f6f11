// Registers of made-up certificates, made and sealed with the program, for others to verify.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ root: string, site: string, earlier: string, below: string, demo: string, rotated: string, logKey: string }} Sealed
 *   a register; its site; the site an edition earlier; one below a path; the demo register of this
 *   repository; one whose keys changed, and the log key that it has now
 */

/** The program that is tested. */
export const program = process.env.ATTESTAR ?? "target/debug/attestar";
const DEMO_KEYS = fileURLToPath(new URL("../support/demo-keys", import.meta.url));
const number = (/** @type {number} */ at) => `AST-SC-2024-${String(at).padStart(5, "0")}`;
const path = (/** @type {string} */ root, /** @type {number} */ at) => join(root, "content/certificates", `${number(at)}.md`);

/** Runs the program in a register, and gives back what it printed. @param {string} root @param {string[]} args */
export function attestar(root, ...args) {
  const done = spawnSync(program, ["-C", root, ...args], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`attestar ${args.join(" ")}: ${done.error ?? ""}${done.stderr}`);
  return done.stdout;
}

/** @param {number} at */
const record = (at) => `+++
number = "${number(at)}"
scheme = "gbt-27922-2011"
level = "star-${at % 2 ? 5 : 4}"
decided = 2024-05-10
issued = 2024-05-13
expires = 2027-05-12
industry = "F527"
region = "440500"
exclusions = ["5.2.6"]
scope = { zh = "第${at}号服务", en = "Service ${at}, “quoted” \\"and\\" \\\\ </script> 𠮷 😀" }
[holder]
name = { zh = "示例${at}有限公司", en = "Example ${at} Ltd." }
id = { scheme = "example", value = "E-${at}" }
address = { zh = "示例路${at}号" }
[evaluation]
date = 2024-04-20
score = "96.5"
special_deductions = 0
special_bonus = 0
[[sites]]
name = { zh = "总部", en = "Head office" }
role = "headquarters"
[[events]]
date = 2025-05-09
kind = "surveillance"
[[events]]
date = 2026-05-08
kind = "surveillance"
+++

备注：**第 ${at} 号**。
`;

/** Appends an event to a record. @param {string} root @param {number} at @param {string} event */
function append(root, at, event) {
  const text = readFileSync(path(root, at), "utf8");
  writeFileSync(path(root, at), text.replace("\n+++\n\n", `\n[[events]]\n${event}\n+++\n\n`));
}

/** A register with some records and the demonstration's keys. @param {string} root @param {string} base */
function begin(root, base) {
  attestar(".", "init", root);
  const certificates = join(root, "content/certificates");
  for (const name of readdirSync(certificates)) rmSync(join(certificates, name), { recursive: true });
  for (let at = 1; at <= 12; at += 1) writeFileSync(path(root, at), record(at));
  const settings = join(root, "register.toml");
  writeFileSync(settings, readFileSync(settings, "utf8").replaceAll("https://register.example", base));
  mkdirSync(join(root, "keys"), { recursive: true });
  cpSync(DEMO_KEYS, join(root, "keys"), { recursive: true });
}

/** @param {string} root @param {string} at @param {string[]} more */
function publish(root, at, ...more) {
  attestar(root, "seal", "--at", at, ...more);
  attestar(root, "build", "--as-of", at.slice(0, 10));
}

/** What can happen to a certificate happens to some. @param {string} root */
function change(root) {
  append(root, 2, 'date = 2026-11-02\nkind = "suspended"\nreason = "surveillance-overdue"');
  append(root, 3, 'date = 2026-11-03\nkind = "withdrawn"\nreason = "serious-breach"');
  append(root, 4, 'date = 2026-11-04\nkind = "renamed"\n[events.holder]\nname = { zh = "新名有限公司" }');
  append(root, 5, 'date = 2026-11-05\nkind = "suspended"\nreason = "surveillance-overdue"\n[[events]]\ndate = 2026-11-20\nkind = "reinstated"');
  append(root, 6, 'date = 2026-11-06\nkind = "level-changed"\nlevel = "star-3"');
  append(root, 7, 'date = 2026-11-07\nkind = "cancelled"\nreason = "holder-request-cancel"');
  for (const at of [13, 14]) writeFileSync(path(root, at), record(at));
}

/** Makes and seals the registers in a folder. @param {string} folder @returns {Promise<Sealed>} */
export async function sealRegisters(folder) {
  const [root, below, rotated] = ["register", "below", "rotated"].map((name) => join(folder, name));
  begin(root, "https://register.example");
  publish(root, "2026-10-31T16:00:00+08:00");
  const earlier = join(folder, "earlier");
  cpSync(join(root, "public"), earlier, { recursive: true });
  change(root);
  publish(root, "2026-11-23T16:00:00+08:00", "--confirm", confirmation(root));

  begin(below, "http://localhost:8430/sub/path");
  publish(below, "2026-10-31T16:00:00+08:00");

  const demo = join(folder, "demo");
  for (const part of ["register.toml", "content", "ledger"]) {
    if (existsSync(part)) cpSync(part, join(demo, part), { recursive: true });
  }
  cpSync(DEMO_KEYS, join(demo, "keys"), { recursive: true });
  if (!existsSync(join(demo, "ledger"))) attestar(demo, "seal", "--at", "2026-11-23T16:00:00+08:00");
  attestar(demo, "build", "--as-of", "2026-11-23");

  // Keys of its own cannot sign at a time of our choice, so this one has the clock's.
  begin(rotated, "https://rotated.example");
  attestar(rotated, "seal");
  for (const role of ["issue", "status", "log"]) attestar(rotated, "key", "rotate", role, "--unencrypted");
  append(rotated, 4, 'date = 2026-05-20\nkind = "renamed"\n[events.holder]\nname = { zh = "新名有限公司" }');
  attestar(rotated, "publish");
  const logKey = JSON.parse(attestar(rotated, "key", "show", "--json")).log.vkey;
  return { root, site: join(root, "public"), earlier, below: join(below, "public"), demo: join(demo, "public"), rotated: join(rotated, "public"), logKey };
}

/** The numbers of changes, as the clerk has to repeat them. @param {string} root */
function confirmation(root) {
  const planned = attestar(root, "seal", "--dry-run", "--json", "--at", "2026-11-23T16:00:00+08:00");
  return JSON.parse(planned).changes.confirm;
}
