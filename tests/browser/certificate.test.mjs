// The certificate page: what the first screen of a phone answers, what it costs, how it tells a
// status without colour.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { PHONE, launch } from "./launch.mjs";
import { certificatePages, hosting, isShown, only, siteFiles } from "./layout.mjs";
import { serveFolder } from "./server.mjs";
import { NOON, STATUSES, filesOf, read, site } from "./site.mjs";

const certificates = certificatePages();
const OWN = only("full", "certificates have no pages of their own");
const MOST = 15 * 1024;

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let host;

before(async () => {
  [browser, host] = await Promise.all([launch(), serveFolder(siteFiles(), "/", hosting)]);
});
after(async () => {
  await browser?.close();
  await host?.close();
});

/** @param {import("playwright-core").BrowserContextOptions} [options] */
async function open(options) {
  const context = await browser.newContext({ viewport: PHONE, ...options });
  await context.clock.setFixedTime(NOON);
  return context.newPage();
}

test("there are certificates of every status, in both languages", () => {
  for (const lang of ["zh", "en"]) {
    for (const status of STATUSES) assert.ok(certificates.some((page) => page.lang === lang && page.status === status), `${lang}: ${status}`);
  }
});

test("the first screen of a phone answers: valid today, which level, who, until when", async () => {
  const page = await open();
  /** @type {string[]} */
  const wrong = [];
  for (const { path } of certificates) {
    await page.goto(host.url + path);
    await isShown(page);
    const answers = await page.evaluate(() => {
      /** @param {Element | null | undefined} element */
      const place = (element) => {
        const box = element?.getBoundingClientRect();
        return box && box.width && box.height ? { top: box.top, bottom: box.bottom, text: element?.textContent?.trim() ?? "" } : null;
      };
      const holder = document.querySelector("h1");
      const until = document.querySelector(".banner")?.getAttribute("data-until");
      const dates = [...document.querySelectorAll(`main time[datetime="${until}"]`)];
      const after = dates.find((date) => place(date) && holder && holder.compareDocumentPosition(date) & Node.DOCUMENT_POSITION_FOLLOWING);
      return { status: place(document.querySelector(".banner [data-word]")), level: place(document.querySelector(".level .words")), holder: place(holder), until: place(after) };
    });
    let above = 0;
    for (const [name, answer] of Object.entries(answers)) {
      if (!answer?.text) wrong.push(`${path}: no ${name}`);
      else if (answer.top < above) wrong.push(`${path}: ${name} stands too early (${answer.top} < ${above})`);
      else if (answer.bottom > PHONE.height) wrong.push(`${path}: ${name} is below the fold (${Math.round(answer.bottom)} px)`);
      above = answer?.top ?? above;
    }
  }
  await page.context().close();
  assert.deepEqual(wrong, []);
});

test("the screen does not move when the script has run", OWN, async () => {
  for (const { path } of certificates.filter(({ path }) => /AST-SC-2(026-00017|021-00033|026-00072)/.test(path))) {
    const tops = [];
    for (const javaScriptEnabled of [false, true]) {
      const page = await open({ javaScriptEnabled });
      await page.goto(host.url + path);
      tops.push((await page.locator("h1").boundingBox())?.y ?? -1);
      await page.context().close();
    }
    // A sentence may take a line more or less; the page may not jump further than that.
    assert.ok(Math.abs(tops[0] - tops[1]) <= 64, `${path}: the holder's name moves from ${tops[0]} to ${tops[1]}`);
  }
});

test("a certificate page asks for its stylesheet, script and icon, and then for what it checks", OWN, async () => {
  const own = new Set(["/assets/site.css", "/assets/register.js", "/assets/icon.svg"]);
  const check = /^\/assets\/([a-z0-9.-]+\.js|panel\.css|verify-[a-z]+\.json)$|^\/(ledger|status)\/|did\.json$/;
  for (const status of STATUSES) {
    const page = await open();
    const { path } = certificates.find((page) => page.status === status) ?? { path: "" };
    host.requests.length = 0;
    await page.goto(host.url + path, { waitUntil: "networkidle" });
    await page.mouse.wheel(0, 4000);
    await page.waitForTimeout(300);
    const others = host.requests.filter((asked) => asked.path !== `/${path}` && !own.has(asked.path));
    const entry = `/${path.replace("en/", "").replace(".html", ".json")}`;
    assert.deepEqual(others.filter((asked) => asked.path !== entry && !check.test(asked.path)), [], path);
    const signed = others.filter(({ path }) => !path.startsWith("/assets/") || path.endsWith(".json"));
    assert.ok(signed.length > 0 && signed.length <= 12, `${path}: the check asks for ${signed.length} files`);
    await page.context().close();
  }
});

test("without scripts a certificate page asks for its stylesheet and icon only", OWN, async () => {
  const page = await open({ javaScriptEnabled: false });
  const { path } = certificates[0];
  host.requests.length = 0;
  await page.goto(host.url + path, { waitUntil: "networkidle" });
  const others = host.requests.filter((asked) => asked.path !== `/${path}` && !/^\/assets\/(site\.css|icon\.svg)$/.test(asked.path));
  assert.deepEqual(others, []);
  assert.ok(host.requests.some((asked) => asked.path === "/assets/site.css"), path);
  await page.context().close();
});

test("a certificate page with all it needs takes at most 15 KB compressed", OWN, (t) => {
  /** @param {string} path */
  const size = (path) => gzipSync(readFileSync(join(site.folder, path))).length;
  const assets = filesOf("", join(site.folder, "assets")).filter((name) => /^(site\.css|register\.js|icon\.svg)$/.test(name));
  const shared = Object.fromEntries(assets.map((name) => [name, size(`assets/${name}`)]));
  const together = Object.values(shared).reduce((sum, bytes) => sum + bytes, 0);
  const all = certificates.map(({ path }) => ({ path, html: size(path), total: size(path) + together })).sort((a, b) => b.total - a.total);
  const middle = all[all.length >> 1];
  t.diagnostic(`shared: ${JSON.stringify(shared)}; largest: ${JSON.stringify(all[0])}; median: ${JSON.stringify(middle)}`);
  assert.deepEqual(all.filter(({ total }) => total > MOST).map(({ path, total }) => `${path}: ${total} bytes`), []);
});

test("a status is a word and a shape, not only a colour", async () => {
  /** @type {Map<string, string>} */
  const shapes = new Map();
  const page = await open({ forcedColors: "active" });
  for (const status of STATUSES) {
    for (const lang of ["zh", "en"]) {
      const found = certificates.find((page) => page.status === status && page.lang === lang);
      await page.goto(host.url + (found?.path ?? ""));
      await isShown(page);
      const banner = page.locator(".banner");
      assert.equal(await banner.getAttribute("data-status").then((code) => code?.replace("expiring", "valid")), status);
      assert.ok(((await banner.locator("[data-word]").textContent()) ?? "").trim().length > 1, `${status}: no word`);
      const shape = banner.locator("svg").first();
      await shape.waitFor();
      // In one step: the check of the page may put another in its place.
      const box = await page.evaluate(() => document.querySelector(".banner svg")?.getBoundingClientRect().toJSON());
      assert.ok(box && box.width >= 16 && box.height >= 16, `${status}: no shape`);
      shapes.set(await shape.innerHTML(), status);
    }
  }
  assert.equal(shapes.size, STATUSES.length, `two statuses have one shape: ${[...shapes.values()]}`);
  await page.context().close();
});

test("stars are drawn and said in words", async () => {
  const page = await open();
  for (const lang of ["zh", "en"]) {
    const found = certificates.find((page) => page.lang === lang && page.path.endsWith("AST-SC-2026-00017.html"));
    await page.goto(host.url + found?.path);
    await isShown(page);
    assert.equal(await page.locator(".level .stars svg.on").count(), 5);
    assert.equal(await page.locator(".level .stars").getAttribute("aria-hidden"), "true");
    assert.match((await page.locator(".level .words").textContent()) ?? "", lang === "zh" ? /五星级/ : /five.star/i);
  }
  await page.context().close();
});

test("facts that exist in one language only are shown in it, and marked", async () => {
  const page = await open();
  await page.goto(`${host.url}en/c/AST-CA-2025-00004.html`);
  assert.equal(await page.locator("h1 [lang]").getAttribute("lang"), "zh-CN");
  await page.goto(`${host.url}c/AST-RW-2025-00019.html`);
  assert.equal(await page.locator("h1 [lang]").getAttribute("lang"), "en");
  await page.context().close();
});

test("a title says no bare status that could grow old", OWN, () => {
  for (const { path, status, until } of certificates) {
    const title = read(path).match(/<title>([^<]*)<\/title>/)?.[1] ?? "";
    if (status === "valid") assert.ok(title.includes(until), `${path}: ${title}`);
  }
});
