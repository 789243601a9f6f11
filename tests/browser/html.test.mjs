// Built HTML, as it is published, through html-validate: of each kind of page and language all, or
// forty from the first to the last (all 852 pages of the demo take a minute of a processor). Off in .htmlvalidate.json are matters of
// taste: how a minified page quotes and writes its doctype, how long a title with a company's whole
// name may be, and that an id like clause-5.2.6 has dots.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { HtmlValidate } from "html-validate";
import { compactSite, pages, read, site } from "./site.mjs";

const MOST = 40;

const settings = JSON.parse(readFileSync(new URL("../../.htmlvalidate.json", import.meta.url), "utf8"));

test("html-validate finds nothing", async (t) => {
  const validate = new HtmlValidate(settings);
  /** @type {Map<string, string[]>} */
  const found = new Map();
  const all = pages();
  const compact = pages(compactSite.folder);
  const kinds = [...new Set([...all, ...compact].map(({ lang, kind }) => `${lang} ${kind}`))];
  const sample = kinds.flatMap((name) => {
    const group = all.filter(({ lang, kind }) => `${lang} ${kind}` === name);
    const every = Math.ceil(group.length / MOST);
    return group.filter((_, at) => at % every === 0).map(({ path }) => ({ path, from: site.folder }));
  });
  // Of the compact layout the pages that differ: those of all certificates, and two of each other kind.
  for (const name of kinds) {
    const group = compact.filter(({ lang, kind }) => `${lang} ${kind}` === name);
    sample.push(...group.slice(0, 2).map(({ path }) => ({ path, from: compactSite.folder })));
  }
  for (const { path, from } of sample) {
    const { results } = await validate.validateString(read(path, from), path);
    for (const { messages } of results) {
      for (const { ruleId, message, selector } of messages) {
        const what = `${ruleId}: ${message}`;
        found.set(what, [...(found.get(what) ?? []), `${path} ${selector}`]);
      }
    }
  }
  t.diagnostic(`${sample.length} of ${all.length} pages`);
  assert.deepEqual([...found].map(([what, where]) => `${what} (${where.length}; ${where[0]})`), []);
});
