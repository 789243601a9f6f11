// Without JavaScript: dated statements, nothing that claims to know today, and every way in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, launch } from "./launch.mjs";
import { serveFolder } from "./server.mjs";
import { STATUSES, pages, sample, site } from "./site.mjs";

const certificates = pages().filter(({ kind }) => kind === "certificate");

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let host;
/** @type {import("playwright-core").Page} */
let page;
before(async () => {
  [browser, host] = await Promise.all([launch(), serveFolder(site.folder)]);
  page = await browser.newPage({ viewport: PHONE, javaScriptEnabled: false });
});
after(async () => {
  await browser?.close();
  await host?.close();
});

/** What stands for today in texts that only a script may show. */
const CLAIMS = /今天（|按今天|worked out for today|还有 ?\d+ ?天|\d+ days? left/i;

for (const status of STATUSES) {
  test(`a certificate states its status with dates: ${status}`, async () => {
    for (const lang of ["zh", "en"]) {
      const found = certificates.find((page) => page.status === status && page.lang === lang);
      await page.goto(host.url + found?.path);
      const word = (await page.locator(".banner [data-word]").innerText()).trim();
      const statement = (await page.locator(".banner [data-sentence]").innerText()).trim();
      const article = await page.locator("main").innerText();
      assert.ok(word.length > 1, `${found?.path}: no word`);
      assert.match(statement, /\d{4}-\d\d-\d\d|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2} [A-Z][a-z]+ \d{4}/, `${found?.path}: no date in “${statement}”`);
      assert.doesNotMatch(article, CLAIMS, found?.path);
      assert.equal(await page.locator("[data-mark]").isVisible(), false, `${found?.path}: a mark for today`);
      assert.equal(await page.locator("[data-print]").isVisible(), false, `${found?.path}: a button that does nothing`);
    }
  });
}

test("no page claims to know today, and none is empty", async () => {
  for (const { path, kind } of sample().found) {
    await page.goto(host.url + path);
    const text = await page.locator("body").innerText();
    assert.doesNotMatch(text, CLAIMS, path);
    assert.doesNotMatch(text, /\{\w+\}|undefined|\[object|NaN/, path);
    assert.ok((await page.locator("main").innerText()).trim().length > 20, `${path} is empty`);
    assert.ok(await page.locator("h1").first().isVisible(), `${path} has no heading`);
    if (kind === "home") assert.equal(await page.locator("form.search").isVisible(), false, "a box that does nothing");
  }
});

test("the home page says how to reach a certificate by its address", async () => {
  for (const root of ["", "en/"]) {
    await page.goto(host.url + root);
    const text = await page.locator("main").innerText();
    assert.ok(text.includes(`https://register.example/${root}c/`), text.slice(0, 200));
    await page.goto(host.url + root);
    await page.locator("noscript a").first().click();
    await page.locator("h1").first().waitFor();
  }
});

test("from the home page to a certificate by links alone", async () => {
  await page.goto(host.url);
  await page.locator("main a[href*='levels/']").first().click();
  await page.locator("main .entries a, main table.rows a").first().click();
  if ((await page.locator("main table.rows").count()) === 0) await page.locator("main .entries a").first().click();
  await page.locator("main table.rows th a").first().click();
  assert.ok(await page.locator(".banner [data-word]").isVisible());
});

test("the menu opens on a phone", async () => {
  await page.goto(host.url);
  await page.locator("button.menu").click();
  assert.ok(await page.locator("#menu a").first().isVisible());
});
