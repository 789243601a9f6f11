// Printing: one clean A4 page for an ordinary certificate, the statement and the address on it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./launch.mjs";
import { certificatePages, hosting, isShown, layout, only, siteFiles } from "./layout.mjs";
import { serveFolder } from "./server.mjs";
import { NOON, STATUSES } from "./site.mjs";

const certificates = certificatePages().filter(({ lang }) => layout === "full" || lang === "zh");
/** Certificates that nobody would expect on one page, and how many pages they may take. */
const LONG = { "AST-RW-2025-00058": 2, "AST-SC-2021-00033": 2, "AST-SC-2024-00071": 2 };

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let host;
/** @type {import("playwright-core").Page} */
let page;
before(async () => {
  [browser, host] = await Promise.all([launch(), serveFolder(siteFiles(), "/", hosting)]);
  page = await browser.newPage();
  await page.clock.setFixedTime(NOON);
});
after(async () => {
  await browser?.close();
  await host?.close();
});

/** How many sheets a page takes. @param {string} path */
async function sheets(path) {
  await page.goto(host.url + path);
  if (/\bc\//.test(path)) await isShown(page);
  const pdf = (await page.pdf({ format: "A4", preferCSSPageSize: true })).toString("latin1");
  assert.match(pdf, /\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/, `${path}: not A4`);
  return pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

/** How high each certificate is in the width of the paper: which ones are worth printing. */
async function tallest() {
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 688, height: 1054 });
  const found = [];
  for (const { path } of certificates) {
    await page.goto(host.url + path);
    await isShown(page);
    found.push({ path, height: await page.evaluate(() => document.body.scrollHeight) });
  }
  await page.emulateMedia({ media: null });
  return found.sort((a, b) => b.height - a.height);
}

test("an ordinary certificate is one A4 page", async (t) => {
  /** @type {string[]} */
  const longer = [];
  const order = await tallest();
  t.diagnostic(`tallest: ${order.slice(0, 3).map(({ path, height }) => `${path} ${height} px`).join(", ")}`);
  // The others are lower than these.
  for (const { path } of [...order.slice(0, 40), ...order.slice(-2)]) {
    const number = path.replace(/^.*\/|\.html$/g, "");
    const most = LONG[/** @type {keyof typeof LONG} */ (number)] ?? 1;
    const count = await sheets(path);
    if (count < 1 || count > most) longer.push(`${path}: ${count} pages`);
    else if (count > 1) t.diagnostic(`${path}: ${count} pages`);
  }
  assert.deepEqual(longer, []);
});

test("a printed certificate keeps what counts and drops what only a screen can do", async () => {
  for (const status of STATUSES) {
    const found = certificates.find((page) => page.status === status);
    await page.goto(host.url + found?.path);
    await isShown(page);
    await page.emulateMedia({ media: "print" });
    for (const kept of [".banner [data-word]", ".banner [data-sentence]", ".level .words", "h1", ".holder .code", ".scope", ".address .code"]) {
      assert.ok(await page.locator(kept).first().isVisible(), `${found?.path}: ${kept} is not printed`);
    }
    for (const dropped of ["header.site nav", ".breadcrumbs", "button", ".skip", "footer.site nav"]) {
      assert.equal(await page.locator(dropped).filter({ visible: true }).count(), 0, `${found?.path}: ${dropped} is printed`);
    }
    assert.match(await page.locator("article").innerText(), /打印件不是证明/);
    assert.match(await page.locator("article").innerText(), /2026-11-23/);
  }
  await page.emulateMedia({ media: null });
});

test("a dark screen prints black on white", async () => {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.goto(`${host.url}c/AST-SC-2026-00017.html`);
  await isShown(page);
  const [ink, paper] = await page.evaluate(() => [getComputedStyle(document.querySelector("h1") ?? document.body).color, getComputedStyle(document.body).backgroundColor]);
  assert.match(ink, /rgb\(0, 0, 0\)/);
  assert.match(paper, /rgb\(255, 255, 255\)|rgba\(0, 0, 0, 0\)/);
  await page.emulateMedia({ media: null, colorScheme: null });
});

test("lists and guidance print without running off the paper", only("full", "they are the same pages"), async () => {
  for (const path of ["schemes/gbt-27922-2011.html", "guidance/application-package.html", "data/statistics.html", "index.html"]) {
    const count = await sheets(path);
    assert.ok(count >= 1 && count <= 20, `${path}: ${count} pages`);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 688, height: 1000 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 688, `${path}: ${wide} px wide on paper of 688 px`);
    await page.emulateMedia({ media: null });
  }
});
