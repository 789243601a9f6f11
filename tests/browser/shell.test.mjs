// The page of all certificates, in the compact layout: it shows what the full layout's pages show, on hosts with
// one fallback page and on hosts that rewrite, and says what it cannot show. ATTESTAR_SITE_COMPACT names the
// register of ATTESTAR_SITE_BELOW, laid out compactly.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { filesBelow } from "./demo.mjs";
import { DESK, PHONE, launch } from "./launch.mjs";
import { languages, listen, sideways, violations } from "./look.mjs";
import { labels } from "./sealed.mjs";
import { serveFolder } from "./server.mjs";
import { LANGUAGES, NOON, compactSite, pages, subSite } from "./site.mjs";

const VALID = "AST-SC-2026-00017";
/** One certificate of each kind that pages differ by. */
const SHOWN = ["AST-SC-2026-00017", "AST-CA-2024-00024", "AST-CA-2024-00041", "AST-CS-2026-00022", "AST-RW-2025-00058", "AST-SC-2023-00056", "AST-CA-2025-00004", "AST-RW-2025-00019", "AST-RW-2024-00058", "AST-SC-2024-00065", "AST-SC-2021-00033", "AST-CS-2026-00002", "AST-SC-2024-00037"];
const files = filesBelow(compactSite.folder);
const base = compactSite.base;

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {(() => Promise<unknown>)[]} */
let open = [];
before(async () => {
  browser = await launch();
});
afterEach(async () => {
  await Promise.all([...browser.contexts().map((context) => context.close()), ...open.map((close) => close())]);
  open = [];
});
after(() => browser?.close());

/** Hosts that serve the shell at all addresses it is for. @param {string} path */
const rewrite = (path) => path.replace(/^(en\/)?(c|enterprises)\/.*$/, "$1shell/index.html");

/** @param {string | Map<string, Uint8Array>} content @param {Parameters<typeof serveFolder>[2]} [how] */
async function serve(content, how) {
  const host = await serveFolder(content, base, how);
  open.push(host.close);
  return host;
}

/**
 * Opens a page and waits until it is settled.
 * @param {Awaited<ReturnType<typeof serve>>} host @param {string} path
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
async function visit(host, path, options = {}) {
  const context = await browser.newContext({ viewport: DESK, reducedMotion: "reduce", acceptDownloads: true, ...options });
  const page = await context.newPage();
  await page.clock.setFixedTime(NOON);
  const wrong = listen(page, host.origin);
  await page.goto(host.url + path);
  return { page, wrong, context };
}

/** @param {import("playwright-core").Page} page */
async function checked(page) {
  await page.waitForFunction(() => !["", "checking"].includes(/** @type {HTMLElement | null} */ (document.querySelector("[data-verify]"))?.dataset.state ?? ""));
  await page.waitForFunction(() => !document.querySelector("main [data-part]"));
}

/** What a page says, without what differs from host to host and from run to run. @param {import("playwright-core").Page} page @param {string} badge */
async function words(page, badge) {
  const { text, ...rest } = await page.evaluate(() => ({
    title: document.title,
    lang: document.documentElement.lang,
    kind: document.body.className,
    state: /** @type {HTMLElement} */ (document.querySelector("[data-verify]")).dataset.state,
    way: /** @type {HTMLElement | null} */ (document.querySelector(".breadcrumbs"))?.innerText,
    facts: [...document.querySelectorAll("[data-fact]")].map((element) => [element.getAttribute("data-fact"), element.getAttribute("data-status"), element.textContent?.replace(/\s+/g, "")]),
    text: /** @type {HTMLElement} */ (document.querySelector("main")).innerText,
  }));
  const same = text.replace(/127\.0\.0\.1:\d+/g, "HOST").replace(/\d+ (毫秒|ms)/g, "N ms").replace(/\d+ (个文件|files?)/g, "N files");
  return { ...rest, text: same.split("\n").map((line) => line.trim()).filter((line) => line && line !== badge) };
}

for (const { key, root } of LANGUAGES) {
  test(`it shows what the page of the full layout shows, in ${key}`, async () => {
    const [full, compact] = await Promise.all([serveFolder(subSite.folder, subSite.base), serve(files, { rewrite })]);
    open.push(full.close);
    const badge = labels(key).seal_badge;
    for (const number of SHOWN) {
      const path = `${root}c/${number}.html`;
      const [a, b] = await Promise.all([visit(full, path), visit(compact, path)]);
      await Promise.all([checked(a.page), checked(b.page)]);
      assert.deepEqual(await words(b.page, badge), await words(a.page, badge), path);
      assert.deepEqual(b.wrong, [], path);
      await Promise.all([a.context.close(), b.context.close()]);
    }
  });
}

test("a host with one fallback page for all shows the language of the address, and asks for little", async (t) => {
  const host = await serve(files);
  const { page, context } = await visit(host, `en/c/${VALID}.html`);
  await checked(page);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.equal(await page.getAttribute("[data-verify]", "data-state"), "verified");
  assert.match((await page.textContent("nav.breadcrumbs")) ?? "", /^Check/);
  assert.equal(await page.getAttribute("a.switch", "href"), `${base}c/${VALID}.html`);
  await context.close();
  host.requests.length = 0;
  const chinese = await visit(host, `c/${VALID}.html`);
  await checked(chinese.page);
  const data = host.requests.filter(({ path }) => !/\.(js|css|svg|html)$|assets/.test(path));
  t.diagnostic(`${host.requests.length} requests, of which ${data.length} for data: ${data.reduce((sum, { size }) => sum + size, 0)} bytes`);
  assert.ok(data.length <= 24 && data.reduce((sum, { size }) => sum + size, 0) < 100_000, JSON.stringify(data));
});

test("a host that knows no parts of files is listened to until the part is there", async () => {
  const { page } = await visit(await serve(files, { rewrite, whole: true }), `c/${VALID}.html`);
  await checked(page);
  assert.equal(await page.getAttribute("[data-verify]", "data-state"), "verified");
  const download = page.waitForEvent("download");
  await page.click("[data-entry]");
  const entry = (files.get("ledger/credentials/0000.jsonl")?.toString() ?? "").split("\n").find((line) => line.includes(`/c/${VALID}.json`));
  const { readFileSync } = await import("node:fs");
  assert.equal(readFileSync(await (await download).path(), "utf8"), entry);
});

test("an entry that was altered is not green", async () => {
  const ledger = files.get("ledger/credentials/0000.jsonl")?.toString() ?? "";
  const altered = ledger.replaceAll("广东省", "廣东省");
  assert.equal(Buffer.byteLength(altered), Buffer.byteLength(ledger));
  const number = altered.split("\n").find((line) => line.includes("廣东省") && line.includes("/c/AST-SC-2026"))?.match(/\/c\/([A-Z0-9-]+)\.json/)?.[1];
  const { page } = await visit(await serve(new Map([...files, ["ledger/credentials/0000.jsonl", Buffer.from(altered)]]), { rewrite }), `c/${number}.html`);
  await checked(page);
  assert.equal(await page.getAttribute("[data-verify]", "data-state"), "failed");
  assert.equal(await page.getAttribute(".banner", "data-status"), "none");
});

test("an unknown number, an erased one and no connection are three answers", async () => {
  const erased = new Map([...files, ["entries/erased.json", Buffer.from('{"AST-GONE-1":"2026-11-23"}')]]);
  const host = await serve(erased, { rewrite });
  const unknown = await visit(host, "c/AST-NOPE-1.html");
  await unknown.page.waitForSelector("[data-result] strong");
  assert.match((await unknown.page.textContent("h1")) ?? "", /未找到.*AST-NOPE-1/);
  assert.match((await unknown.page.textContent("main")) ?? "", /这不等于证书是伪造的/);
  const gone = await visit(host, "c/AST-GONE-1.html");
  await gone.page.waitForSelector(".banner");
  assert.match((await gone.page.textContent("main")) ?? "", /不予展示.*证书 AST-GONE-1.*自 2026年11月23日 一期起不予展示/s);
  const page404 = await visit(await serve(files), "nothing/here.html");
  await page404.page.waitForSelector("form.search:not([hidden])");
  assert.match((await page404.page.textContent("h1")) ?? "", /没有这个页面/);
  for (const lost of ["s/manifest.json", "entries/0.json", "ledger/credentials/0000.jsonl"]) {
    const cut = await visit(await serve(files, { rewrite, before: (path) => !path.endsWith(lost) }), `c/${VALID}.html`);
    await cut.page.waitForSelector("[data-result] [data-retry]");
    assert.match((await cut.page.textContent("main")) ?? "", /网络不通，没有查成。.*这不说明证书有没有/s, lost);
    assert.equal(await cut.page.locator(".banner").count(), 0, lost);
  }
});

test("a holder has all its certificates at its address; a corrected code leads on", async () => {
  const host = await serve(files, { rewrite });
  const enterprise = pages(subSite.folder).find(({ kind, lang }) => kind === "enterprise" && lang === "zh");
  const full = await serveFolder(subSite.folder, subSite.base);
  open.push(full.close);
  for (const { root } of LANGUAGES) {
    const [a, b] = await Promise.all([visit(full, root + enterprise?.path), visit(host, root + enterprise?.path)]);
    await b.page.waitForSelector("table.rows");
    const read = () => ({ title: document.title, facts: /** @type {HTMLElement} */ (document.querySelector("dl.facts")).innerText, rows: [...document.querySelectorAll("tbody tr")].map((row) => /** @type {HTMLElement} */ (row).innerText) });
    assert.deepEqual(await b.page.evaluate(read), await a.page.evaluate(read));
  }
  const former = pages(subSite.folder).find(({ kind, lang }) => kind === "redirect" && lang === "zh");
  const { page } = await visit(host, former?.path ?? "");
  await page.waitForSelector(".links a[href*=enterprises]");
  assert.match((await page.textContent("h1")) ?? "", /地址已变更/);
});

test("the search box leads to the shell's pages, and says what is not there", async () => {
  for (const how of [{ rewrite }, {}]) {
    const { page } = await visit(await serve(files, how), "index.html");
    await page.fill("#query", VALID.toLowerCase());
    await page.press("#query", "Enter");
    await page.waitForURL(new RegExp(`/c/${VALID}\\.html$`));
    await checked(page);
    await page.goBack();
    await page.fill("#query", "AST-SC-2026-99999");
    await page.press("#query", "Enter");
    await page.waitForSelector("[data-result] .answer");
    assert.match((await page.textContent("[data-result]")) ?? "", /未找到/);
  }
});

test("without JavaScript it says so, and which ways there are", async () => {
  for (const { root, key } of LANGUAGES) {
    const { page } = await visit(await serve(files, { rewrite }), `${root}c/${VALID}.html`, { javaScriptEnabled: false });
    assert.ok(((await page.textContent("main")) ?? "").includes(labels(key).shell_noscript));
    for (const href of await page.$$eval("noscript a, main a", (links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).href))) {
      const path = new URL(href).pathname.slice(base.length);
      assert.ok(files.has(path), path);
    }
    assert.match((await page.textContent("main")) ?? "", /attestar verify/);
  }
});

for (const [name, viewport] of /** @type {const} */ ([["phone", PHONE], ["desk", DESK]])) {
  test(`nobody is kept out, on a ${name}, in both themes`, async () => {
    const host = await serve(files, { rewrite });
    /** @type {Map<string, number>} */
    const undecided = new Map();
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      for (const { root } of LANGUAGES) {
        const { page, wrong, context } = await visit(host, `${root}c/${VALID}.html`, { viewport, colorScheme });
        await checked(page);
        const found = [...(await violations(page, undecided)), ...(await sideways(page)), ...(await languages(page)), ...wrong];
        assert.deepEqual(found, [], `${root} ${colorScheme}`);
        await context.close();
      }
    }
  });
}
