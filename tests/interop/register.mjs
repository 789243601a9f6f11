// A register of made-up certificates, sealed with the demonstration's keys, twice.

import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ site: string, earlier: string, below: string, more: string[] }} Sealed */

/** @param {string} root @param {string[]} args */
function attestar(root, ...args) {
  const done = spawnSync(process.env.ATTESTAR ?? "attestar", ["-C", root, ...args], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`attestar ${args.join(" ")}: ${done.error ?? ""}${done.stderr}`);
  return done.stdout;
}

/** Seals and publishes a register of its own in a folder. @param {string} folder @returns {Promise<Sealed>} */
export async function sealTwice(folder) {
  const [site, earlier] = (process.env.ATTESTAR_INTEROP_SITES ?? "").split(",");
  if (site && earlier) return { site, earlier, below: site, more: [] };
  attestar(".", "init", folder, "--sample", "40");
  cpSync("tests/support/demo-keys", join(folder, "keys"), { recursive: true });
  attestar(folder, "publish");
  return { site: join(folder, "public"), earlier: join(folder, "public"), below: join(folder, "public"), more: [] };
}
