// A strict Content-Security-Policy holds only where nothing is inline.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { readSite } from "./parse.mjs";
import { compactSite, site } from "./site.mjs";

const EXPECTED = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' data:",
  "connect-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'self'",
};

/** All pages of both layouts. @type {import("./parse.mjs").Read[]} */
let pages;
before(async () => {
  const sites = [await readSite(site.folder), await readSite(compactSite.folder)];
  pages = sites.flatMap((all) => [...all.values()]);
});

test("no page has an inline script, style or event handler", () => {
  const found = pages.flatMap(({ path, inline }) => inline.map((what) => `${path}: ${what}`));
  assert.deepEqual(found, []);
});

test("every page states the policy, before anything is loaded", () => {
  for (const { path, csp, cspFirst } of pages) {
    const policy = Object.fromEntries(csp.split(";").map((part) => part.trim()).filter(Boolean).map((part) => [part.split(/\s+/)[0], part.split(/\s+/).slice(1).join(" ")]));
    for (const [name, value] of Object.entries(EXPECTED)) assert.equal(policy[name], value, `${path}: ${name}`);
    assert.ok(cspFirst, `${path}: the policy stands after what it should govern`);
    assert.doesNotMatch(csp, /unsafe|\*|https?:/, path);
  }
});

test("no id stands twice in a page", () => {
  const found = pages.flatMap(({ path, repeated }) => repeated.map((id) => `${path}: ${id}`));
  assert.deepEqual(found, []);
});
