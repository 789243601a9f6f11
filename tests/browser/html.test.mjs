// All built HTML, as it is published, through html-validate. Off in .htmlvalidate.json are matters of
// taste: how a minified page quotes and writes its doctype, how long a title with a company's whole
// name may be, and that an id like clause-5.2.6 has dots.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { HtmlValidate } from "html-validate";
import { filesOf, read } from "./site.mjs";

const settings = JSON.parse(readFileSync(new URL("../../.htmlvalidate.json", import.meta.url), "utf8"));

test("html-validate finds nothing", async (t) => {
  const validate = new HtmlValidate(settings);
  /** @type {Map<string, string[]>} */
  const found = new Map();
  const paths = filesOf(".html");
  for (const path of paths) {
    const { results } = await validate.validateString(read(path), path);
    for (const { messages } of results) {
      for (const { ruleId, message, selector } of messages) {
        const what = `${ruleId}: ${message}`;
        found.set(what, [...(found.get(what) ?? []), `${path} ${selector}`]);
      }
    }
  }
  t.diagnostic(`${paths.length} pages, all of them`);
  assert.deepEqual([...found].map(([what, where]) => `${what} (${where.length}; ${where[0]})`), []);
});
