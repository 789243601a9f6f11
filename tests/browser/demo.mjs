// The demo register, sealed by the program with the demo keys and built, in a folder of its own.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const ROOT = new URL("../..", import.meta.url).pathname;
const PROGRAM = process.env.ATTESTAR ?? join(ROOT, "target/debug/attestar");

/** A copy of the demo register, with its keys and without its ledger. */
export class Demo {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "attestar-demo-"));
    this.site = join(this.folder, "site");
    for (const part of ["register.toml", "content", "tests/support/demo-keys"]) cpSync(join(ROOT, part), join(this.folder, part), { recursive: true });
  }

  /** Runs the program. @param {...string} words */
  run(...words) {
    return execFileSync(PROGRAM, ["-C", this.folder, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Adds something to a record's facts. @param {string} path @param {string} toml */
  append(path, toml) {
    const file = join(this.folder, "content/certificates", path);
    writeFileSync(file, readFileSync(file, "utf8").replace(/\n\+\+\+\n/, `\n${toml}\n+++\n`));
  }

  /** Seals and builds. @param {string} at */
  publish(at) {
    this.run("seal", "--at", at);
    this.run("build", "--as-of", at.slice(0, 10), "--out", this.site);
  }

  /** All files of the site. */
  files() {
    return filesBelow(this.site);
  }

  remove() {
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true });
  }
}

/** All files below a folder. @param {string} folder @returns {Map<string, Buffer>} */
export function filesBelow(folder) {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [relative(folder, path).replaceAll("\\", "/"), readFileSync(path)]));
}

/** The value of an attribute in a page's source, in its first element that matches. @param {string} html @param {RegExp} element @param {string} name */
export function attribute(html, element, name) {
  const tag = html.match(element)?.[0] ?? "";
  const found = new RegExp(`\\s${name}=("([^"]*)"|[^\\s>]+)`).exec(tag);
  return found ? (found[2] ?? found[1]).replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'") : undefined;
}
