// The built demo register on disk: where it is, which pages it has, one of each kind.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** @param {string} name */
function folder(name) {
  const path = process.env[name];
  if (!path || !existsSync(join(path, "index.html"))) {
    throw new Error(`${name} names no built register: run tests/run, or build one and set it`);
  }
  return path;
}

/** The register as it stands at the root of a host, and the same below a path. */
export const site = { folder: folder("ATTESTAR_SITE"), host: "https://register.example", base: "/" };
/** The same again, below the path, in the compact layout; only where it was built. */
export const compactSite = { folder: process.env.ATTESTAR_SITE_COMPACT ?? "", host: "http://localhost:8430", base: "/sub/path/" };
export const subSite = { folder: folder("ATTESTAR_SITE_BELOW"), host: "http://localhost:8430", base: "/sub/path/" };

/** The day that tests/run builds for, and its noon where the register is. */
export const AS_OF = "2026-11-23";
export const NOON = new Date(`${AS_OF}T04:00:00Z`);

/** The languages: where their pages are, and what `lang` says there. */
export const LANGUAGES = [
  { key: "zh", root: "", lang: "zh-CN" },
  { key: "en", root: "en/", lang: "en" },
];

/**
 * The files of a built site with some ending, in order.
 * @param {string} ending
 */
export function filesOf(ending, from = site.folder) {
  return readdirSync(from, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}

/** @param {string} path */
export const read = (path, from = site.folder) => readFileSync(join(from, path), "utf8");

/**
 * Something in the first tag that matches, as the page's source has it.
 * @param {string} html @param {RegExp} tag @param {RegExp} value
 */
const inTag = (html, tag, value) => html.match(tag)?.[0].match(value)?.[1] ?? "";

/** @typedef {{ path: string, lang: string, kind: string, status: string, until: string }} Page */

/** All pages. @returns {Page[]} */
export function pages(from = site.folder) {
  return filesOf(".html", from).map((path) => {
    const html = read(path, from);
    return {
      path,
      lang: path.startsWith("en/") ? "en" : "zh",
      kind: inTag(html, /<body[^>]*>/, /\bkind-([a-z-]+)/),
      status: inTag(html, /<div[^>]*\bbanner\b[^>]*>/, /data-status="?([a-z-]+)/),
      until: inTag(html, /<div[^>]*\bbanner\b[^>]*>/, /data-until="?([0-9-]+)/),
    };
  });
}

/** The statuses that a built certificate page can show. */
export const STATUSES = ["valid", "suspended", "expired", "withdrawn", "cancelled", "not-yet-valid"];

/** A numbered page of a list; a region's code has six digits. */
const NUMBERED = /\/\d{1,4}\.html$/;

/** Every kind of page, each with a name and what picks it out. @type {[string, (page: Page) => boolean][]} */
const KINDS = [
  ...["home", "scheme", "edition", "editions", "bulletin", "transparency", "embed", "search", "verify", "guidance", "guidance-index", "data", "statistics", "redirect", "not-found"].map(
    (kind) => /** @type {[string, (page: Page) => boolean]} */ ([kind, (page) => page.kind === kind]),
  ),
  ...STATUSES.map((status) => /** @type {[string, (page: Page) => boolean]} */ ([`certificate, ${status}`, (page) => page.status === status])),
  ["certificate, ends within days", (page) => page.path.endsWith("c/AST-SC-2023-00073.html")],
  ["certificate, 15 sites", (page) => page.path.endsWith("c/AST-RW-2025-00058.html")],
  ["certificate, clause points", (page) => page.path.endsWith("c/AST-CS-2026-00022.html")],
  ["certificate, very long scope", (page) => page.path.endsWith("c/AST-SC-2025-00010.html")],
  ["certificate, in Chinese only", (page) => page.path.endsWith("c/AST-CA-2025-00004.html")],
  ["certificate, in English only", (page) => page.path.endsWith("c/AST-RW-2025-00019.html")],
  ["enterprise", (page) => page.kind === "enterprise"],
  ["enterprise, renamed twice", (page) => page.kind === "enterprise" && read(page.path).includes("AST-SC-2023-00056")],
  ...["levels", "regions", "industries", "schemes"].map(
    (folder) => /** @type {[string, (page: Page) => boolean]} */ ([`index of ${folder}`, (page) => page.kind === "index" && page.path.includes(`${folder}/`)]),
  ),
  ...["levels", "regions", "industries"].map(
    (folder) => /** @type {[string, (page: Page) => boolean]} */ ([`list of ${folder}`, (page) => page.kind === "list" && page.path.includes(`${folder}/`) && !NUMBERED.test(page.path)]),
  ),
  ["list, numbered page", (page) => (page.kind === "list" || page.kind === "scheme") && NUMBERED.test(page.path)],
  ["guidance, a drawing", (page) => page.path.endsWith("guidance/catering.html")],
  ["guidance, many tables", (page) => page.path.endsWith("guidance/application-package.html")],
];

/**
 * One page of each kind in each language; `missing` are the kinds that the register does not have.
 */
export function sample() {
  const known = pages();
  /** @type {(Page & { name: string })[]} */
  const found = [];
  /** @type {string[]} */
  const missing = [];
  for (const { key } of LANGUAGES) {
    for (const [name, is] of KINDS) {
      const page = known.find((page) => page.lang === key && is(page));
      if (!page) missing.push(`${key}: ${name}`);
      else if (!found.some(({ path }) => path === page.path)) found.push({ ...page, name: `${key}: ${name}` });
    }
  }
  return { found, missing };
}
