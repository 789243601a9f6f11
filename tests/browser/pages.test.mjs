// Every kind of page, on a phone and on a desk, light and dark: nothing fails to load, nothing
// scrolls sideways, axe finds nothing, and every text is in the language that it says.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, PHONE, launch } from "./launch.mjs";
import { languages, listen, sideways, violations } from "./look.mjs";
import { serveFolder } from "./server.mjs";
import { LANGUAGES, NOON, sample, site, subSite } from "./site.mjs";

const { found, missing } = sample();
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let host;
/** @type {Map<string, number>} */
const undecided = new Map();

before(async () => {
  [browser, host] = await Promise.all([launch(), serveFolder(site.folder, site.base)]);
});
after(async () => {
  await browser?.close();
  await host?.close();
});

test("the demo register has a page of every kind", () => assert.deepEqual(missing, []));

for (const { name, path, lang } of found) {
  test(`${name}: ${path}`, async () => {
    /** @type {Map<string, string[]>} */
    const wrong = new Map();
    /** @param {string[]} what @param {string} where */
    const note = (what, where) => what.forEach((one) => wrong.set(one, [...(wrong.get(one) ?? []), where]));

    const context = await browser.newContext({ viewport: PHONE, reducedMotion: "reduce", locale: lang });
    await context.clock.setFixedTime(NOON);
    const page = await context.newPage();
    const trouble = listen(page, host.origin);
    host.requests.length = 0;
    await page.goto(host.url + path);
    const expected = LANGUAGES.find(({ key }) => key === lang)?.lang;
    assert.equal(await page.locator("html").getAttribute("lang"), expected);
    note(await languages(page), "text");

    for (const viewport of [{ width: 320, height: 640 }, PHONE, DESK]) {
      await page.setViewportSize(viewport);
      note(await sideways(page), `${viewport.width}`);
      if (viewport.width === 320) continue;
      for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
        await page.emulateMedia({ colorScheme });
        note(await violations(page, undecided), `${viewport.width} ${colorScheme}`);
      }
    }
    note(trouble, "loading");
    note(host.requests.filter(({ status }) => status >= 400).map(({ path }) => `404: ${path}`), "loading");
    await context.close();
    assert.deepEqual([...wrong].map(([what, where]) => `${what} [${where.join(", ")}]`), []);
  });
}

test("what axe could not decide is listed", (t) => {
  for (const [id, count] of undecided) t.diagnostic(`undecided: ${id} × ${count}`);
});

test("below a path, pages find their stylesheet, script and icon", async (t) => {
  const below = await serveFolder(subSite.folder, subSite.base);
  t.after(() => below.close());
  for (const path of ["", "en/", "c/AST-SC-2026-00017.html", "en/levels/", "404.html"]) {
    const page = await browser.newPage();
    const trouble = listen(page, below.origin);
    await page.goto(below.url + path, { waitUntil: "networkidle" });
    assert.ok(await page.evaluate(() => document.styleSheets.length > 0), `${path} has no stylesheet`);
    assert.deepEqual(trouble, []);
    await page.close();
  }
  assert.deepEqual(below.requests.filter(({ status }) => status >= 400), []);
});
