// The search's page, with a made-up register behind it: what it finds and how it says what it does not,
// with keyboard and input method, in both languages, at the root of a host and below a path.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { CODE, SPECIAL, entries, filesFor, list, serial } from "./found.mjs";
import { DESK, PHONE, launch } from "./launch.mjs";
import { languages, listen, sideways, violations } from "./look.mjs";
import { serveFolder } from "./server.mjs";
import { NOON, compactSite, read, site, subSite } from "./site.mjs";

const files = filesFor(site.folder);
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let host;
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let below;
before(async () => {
  [browser, host, below] = await Promise.all([launch(), serveFolder(files), serveFolder(filesFor(subSite.folder), subSite.base)]);
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
after(async () => {
  await browser?.close();
  await host?.close();
  await below?.close();
});

// ── What a reader does ──

/** @param {string} path @param {{ viewport?: { width: number, height: number }, from?: typeof host, colorScheme?: "light" | "dark" }} [how] */
async function visit(path, { viewport = DESK, from = host, colorScheme = "light" } = {}) {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
  // A machine with two cores and two browsers has taken half a minute for an answer.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  await page.clock.setFixedTime(NOON);
  if (path !== "nowhere") await page.goto(from.url + path);
  return page;
}

/** @param {Record<string, string>} query */
const asking = (query, root = "") => `${root}search.html?${new URLSearchParams(query)}`;

/** Waits until an answer stands there. @param {import("playwright-core").Page} page */
async function settled(page) {
  await page.locator("[data-find]:not([aria-busy])").waitFor();
  await page.locator("[data-rows] > li:visible, [data-result] > *, [data-found]:visible").first().waitFor();
}

/** @param {import("playwright-core").Page} page */
async function found(page) {
  await page.locator("[data-rows] > li").first().waitFor();
  await settled(page);
  return page.locator("[data-rows] .code").allInnerTexts();
}

/** @param {import("playwright-core").Page} page */
const said = async (page) => {
  // A slow search says first that it goes on.
  await page.locator("[data-result] > *").filter({ hasNotText: /^\s*(正在查找|Looking for|Checking)/ }).first().waitFor();
  return (await page.locator("[data-result]").innerText()).replace(/\s+/g, " ");
};

/** @param {import("playwright-core").Page} page @param {string} text */
async function ask(page, text) {
  await page.fill("#query", text);
  await page.press("#query", "Enter");
}

const number = (/** @type {number} */ at) => SPECIAL[at].number;
/** A code of which the last character is wrong. */
const WRONG = CODE.slice(0, 17) + (CODE[17] === "7" ? "8" : "7");

// ── Finding ──

test("from the home page, a name is looked for on the search's page, newest first", async () => {
  for (const root of ["", "en/"]) {
    const page = await visit(root);
    await ask(page, "望舒");
    await page.waitForURL(`**/${root}search.html?q=*`);
    assert.deepEqual(await found(page), [4, 3, 2, 1].map(number));
    assert.equal(await page.inputValue("#query"), "望舒");
    assert.equal(await page.locator("[data-rows] mark").first().innerText(), "望舒");
    assert.match(await page.locator("[data-count]").innerText(), /4/);
    assert.equal(await page.locator("[data-count]").getAttribute("role"), "status");
    assert.match(await page.title(), /望舒/);
  }
});

/** @type {[string, number][]} */
const SPELLINGS = [
  ["沧浪", 0], ["滄浪暖通", 0], ["沧 浪（暖通）", 0], ["示例沧浪暖通有限公司", 0], ["canglang", 0], ["ＣＡＮＧＬＡＮＧ　heating", 0], ["旧浪", 0], ["Zephyr lighting", 13],
  ["香港国际", 12], ["香港國際電器", 12], ["暖通 沧浪", 0],
];
for (const [text, at] of SPELLINGS) {
  test(`finds a name by ${text}`, async () => {
    const page = await visit(asking({ q: text }));
    assert.deepEqual(await found(page), [number(at)]);
  });
}

test("what is left out of a name, and a number with spaces for its dashes", async () => {
  const page = await visit("search.html");
  for (const text of ["示例旧暖气", "沧浪公司", "沧通"]) {
    await page.goto(host.url + asking({ q: text }));
    assert.match(await said(page), /未找到/);
    const links = await page.locator("[data-similar] a").allInnerTexts();
    assert.equal(links.some((link) => link.includes("沧浪")), text.length > 2, `${text}: ${links}`);
  }
  await ask(page, `${number(1).replaceAll("-", " ")}`);
  assert.deepEqual(await found(page), [number(1)]);
});

test("a number that is copied with what it is called", async () => {
  for (const text of ["证书编号：AST-SC-2026-90001", "Certificate No.: AST-SC-2026-90001", "2026 90001"]) {
    const page = await visit("search.html");
    await ask(page, text);
    if (text.startsWith("2026")) assert.match(await said(page), /未找到/);
    else await page.waitForURL("**/c/AST-SC-2026-90001.html");
  }
});

test("from each box a way to codes, files and lists", async () => {
  for (const start of ["", "search.html"]) {
    const page = await visit(start);
    await page.click("form .also a");
    await page.waitForURL("**/verify.html");
  }
});

test("back leads to the question before; what was only typed on the way has no place there", async () => {
  const page = await visit(asking({ q: "沧浪" }));
  await found(page);
  await page.fill("#query", "");
  await page.locator("#query").pressSequentially("望舒", { delay: 20 });
  await page.waitForURL("**q=%E6%9C%9B%E8%88%92*");
  await page.locator("#query").pressSequentially("家电", { delay: 20 });
  await page.waitForURL("**q=%E6%9C%9B%E8%88%92%E5%AE%B6%E7%94%B5*");
  await page.goBack();
  await page.waitForFunction(() => /** @type {HTMLInputElement} */ (document.querySelector("#query")).value === "沧浪");
  await page.waitForFunction(() => document.querySelectorAll("[data-rows] > li").length === 1);
  assert.deepEqual(await found(page), [number(0)]);
});

test("a former name is shown as one, and words that stand apart are said to", async () => {
  const page = await visit(asking({ q: "旧浪" }));
  await found(page);
  assert.match(await page.locator("[data-rows] .formerly").innerText(), /曾用名：示例旧浪暖气有限公司/);
  await ask(page, "暖通 沧浪");
  await page.locator("[data-notes] p").waitFor();
  assert.match(await page.locator("[data-notes]").innerText(), /分别包含/);
});

test("organisations that are easily confused are told apart", async () => {
  const page = await visit(asking({ q: "望舒家电" }));
  await found(page);
  const notes = await page.locator("[data-notes]").innerText();
  assert.match(notes, /名称相同而代码不同/);
  assert.match(notes, /只差地区或“集团”/);
  const first = page.locator("[data-rows] > li").first();
  assert.match(await first.innerText(), /分公司：除非证书写明/);
  assert.match(await first.innerText(), new RegExp(`代码尾号 ${SPECIAL[4].id.slice(-6)}`));
  assert.match(await first.innerText(), /杭州市/);
});

test("the status of today is a word and a shape, and unknown where it cannot be known", async () => {
  /** @type {[number, string, RegExp][]} */
  const expected = [[5, "withdrawn", /撤销/], [6, "cancelled", /注销/], [7, "suspended", /暂停/], [8, "expired", /过期/], [9, "expiring", /还有 12 天|12 天/], [10, "not-yet-valid", /未生效/], [11, "valid", /^有效$/]];
  const page = await visit(asking({ q: "羲和" }));
  await found(page);
  for (const [at, code, word] of expected) {
    const tag = page.locator(`[data-rid="${serial(at)}"]`);
    assert.equal(await tag.getAttribute("data-status"), code);
    assert.match((await tag.innerText()).trim(), word);
    assert.equal(await tag.locator("svg").count(), 1);
  }
  assert.match(await page.locator("[data-dated]").innerText(), /2026-11-23/);
  for (const broken of ["missing", "offline", "old"]) {
    const other = await visit("404.html");
    await other.route("**/status/suspension-0.json", (route) => (broken === "offline" ? route.abort("internetdisconnected") : broken === "missing" ? route.fulfill({ status: 404 }) : route.fulfill({ body: list("suspension", [], "2026-11-22T00:00:00Z") })));
    await other.goto(host.url + asking({ q: "羲和" }));
    await found(other);
    await other.waitForFunction(() => document.querySelector("[data-dated]")?.textContent);
    assert.equal(await other.locator("[data-rows] :is([data-status=valid], [data-status=expiring])").count(), 0, broken);
    assert.match(await other.locator("[data-dated]").innerText(), /没有写出状态/);
  }
});

for (const [layout, place] of Object.entries({ full: site, compact: compactSite })) test(`the demo register, ${layout}: every certificate is found, with the status that its own data have for the day`, async (t) => {
  const demo = await serveFolder(place.folder, place.base);
  t.after(() => demo.close());
  const records = read("data/certificates.jsonl").trim().split("\n").map((line) => JSON.parse(line));
  const expected = Object.fromEntries(records.map(({ number, status }) => [number, status]));
  const page = await visit(asking({ q: "示例" }), { from: demo });
  /** @type {Record<string, string>} */
  const shown = {};
  for (;;) {
    await found(page);
    await page.waitForFunction(() => !document.querySelector("[data-rows] .tag:not(:has(svg))"));
    const rows = await page.locator("[data-rows] > li").evaluateAll((items) => items.map((item) => [item.querySelector(".code")?.textContent ?? "", item.querySelector(".tag")?.getAttribute("data-status") ?? ""]));
    for (const [number, status] of rows) shown[number] = status.replace("expiring", "valid");
    const older = page.locator("[data-pages] a[rel=next]");
    if (!(await older.count())) break;
    await older.click();
    await page.waitForFunction((first) => document.querySelector("[data-rows] .code")?.textContent !== first, rows[0][0]);
  }
  const named = records.filter(({ holder }) => /示例/.test(JSON.stringify(holder))).map(({ number }) => number);
  assert.ok(named.length > 100);
  assert.deepEqual(Object.keys(shown).sort(), named.sort());
  for (const [number, status] of Object.entries(shown)) assert.equal(status, expected[number], number);
});

// ── Narrowing, pages, the address ──

test("facets and text together, in the address and back", async () => {
  const page = await visit(asking({ q: "羲和" }));
  await found(page);
  await page.click("[data-facets] summary");
  await page.selectOption("#by-status", "withdrawn");
  await page.waitForURL("**status=withdrawn*");
  await page.waitForFunction(() => document.querySelectorAll("[data-rows] > li").length === 1);
  assert.deepEqual(await found(page), [number(5)]);
  await page.selectOption("#by-status", "valid");
  await page.waitForFunction(() => document.querySelectorAll("[data-rows] > li").length === 2);
  assert.deepEqual(await found(page), [11, 9].map(number));
  const again = await visit(new URL(page.url()).pathname.slice(1) + new URL(page.url()).search);
  assert.deepEqual(await found(again), [11, 9].map(number));
  assert.equal(await again.locator("#by-status").inputValue(), "valid");
  await again.click("[data-clear]");
  await again.waitForFunction(() => document.querySelectorAll("[data-rows] > li").length > 2);
  assert.doesNotMatch(again.url(), /status/);
});

test("facets alone list what meets them", async () => {
  const page = await visit(asking({ region: "3301", level: "gbt-27922-2011/star-3" }));
  assert.equal((await found(page))[0], number(4));
  await page.selectOption("#by-scheme", "rbt-309-2017");
  await settled(page);
  assert.equal(await page.locator("#by-level").inputValue(), "", "a level of another scheme");
});

test("answers come without moving what is there, and code only where something is asked", async (t) => {
  for (const query of /** @type {Record<string, string>[]} */ ([{}, { q: "望舒" }, { q: "羲和", year: "2026" }, { q: "示例望叔家电" }])) {
    for (const viewport of [PHONE, DESK]) {
      const page = await visit("nowhere", { viewport });
      await page.addInitScript(() => {
        Object.assign(window, { moved: 0 });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!/** @type {any} */ (entry).hadRecentInput) /** @type {any} */ (window).moved += /** @type {any} */ (entry).value;
        }).observe({ type: "layout-shift", buffered: true });
      });
      host.requests.length = 0;
      await page.goto(host.url + asking(query));
      await settled(page);
      await page.waitForLoadState("networkidle");
      const moved = await page.evaluate(() => /** @type {any} */ (window).moved);
      assert.ok(moved < 0.05, `${JSON.stringify(query)} ${viewport.width}: ${moved}`);
      const loaded = new Set(host.requests.map(({ path }) => path.slice(1)).filter((path) => path.endsWith(".js")));
      assert.equal(loaded.has("assets/lookup.js"), Object.keys(query).length > 0);
      const bytes = [...loaded].reduce((sum, path) => sum + gzipSync(files.get(path) ?? "").length, 0);
      t.diagnostic(`${Object.values(query)} ${viewport.width} px: moved ${moved.toFixed(3)}; ${loaded.size} scripts, ${bytes} bytes compressed`);
      await page.context().close();
    }
  }
});

test("pages of ten, each certificate once, with an address of their own", async () => {
  const page = await visit(asking({ year: "2026" }));
  /** @type {string[]} */
  const all = [];
  for (let n = 1; ; n += 1) {
    const numbers = await found(page);
    all.push(...numbers);
    const older = page.locator("[data-pages] a[rel=next]");
    if (!(await older.count())) break;
    assert.equal(numbers.length, 10);
    await older.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction((first) => document.querySelector("[data-rows] .code")?.textContent !== first, numbers[0]);
    await page.waitForURL(`**page=${n + 1}*`);
    await page.waitForFunction(() => document.activeElement?.id === "found");
  }
  const shown = entries.filter((one) => one && one.newer === undefined && one.from.startsWith("2026"));
  assert.deepEqual(all, shown.map((one) => one?.number).reverse());
  await page.goBack();
  await page.waitForFunction((last) => document.querySelector("[data-rows] .code")?.textContent !== last, all[all.length - 1]);
  const turned = await found(page);
  assert.deepEqual(turned, all.slice(all.indexOf(turned[0]), all.indexOf(turned[0]) + 10));
  const shared = await visit(`search.html${new URL(page.url()).search}`);
  assert.deepEqual(await found(shared), turned);
  await shared.click("[data-pages] a[rel=first]");
  await shared.waitForFunction((first) => document.querySelector("[data-rows] .code")?.textContent === first, all[0]);
});

// ── Four answers that are not the same ──

test("empty: what to enter, and the lists", async () => {
  const page = await visit("search.html");
  assert.match(await said(page), /请输入企业名称/);
  assert.ok((await page.locator("[data-result] a").count()) > 3);
});

test("too little: one more character, or what tells a company apart", async () => {
  const page = await visit("search.html");
  host.requests.length = 0;
  await ask(page, "望");
  await page.waitForFunction(() => /再输入一个字/.test(document.querySelector("[data-result]")?.textContent ?? ""));
  await ask(page, "有限公司");
  await page.waitForFunction(() => /企业的字号/.test(document.querySelector("[data-result]")?.textContent ?? ""));
  assert.deepEqual(host.requests.filter(({ path }) => /\/s\/[gtr]/.test(path)), []);
});

test("not found: which edition, what it means, what is like it", async () => {
  const page = await visit(asking({ q: "示例望叔家电" }));
  const text = await said(page);
  for (const word of [/第 6 期/, /未找到“示例望叔家电”/, /不等于证书是伪造/, /全国认证认可/]) assert.match(text, word);
  assert.ok((await page.locator("[data-similar] a").allInnerTexts()).some((link) => link.includes("望舒")));
  await page.goto(host.url + asking({ q: "示例望舒", level: "gbt-27922-2011/qualified" }));
  assert.match(await said(page), /没有同时符合/);
  assert.doesNotMatch(await said(page), /未找到/);
});

test("unreachable is not the same as not found, and can be tried again", async () => {
  const page = await visit("search.html");
  for (const fail of ["abort", "503"]) {
    await page.route("**/s/**", (route) => (fail === "abort" ? route.abort("internetdisconnected") : route.fulfill({ status: 503, body: "later" })));
    await page.goto(host.url + asking({ q: "望舒" }));
    assert.match(await said(page), /没有查成/);
    assert.doesNotMatch(await said(page), /未找到|伪造/);
    await page.unroute("**/s/**");
    await page.click("[data-retry]");
    assert.equal((await found(page)).length, 4);
  }
});

test("a search that was cut short says so, and goes on", async (t) => {
  const slow = await serveFolder(filesFor(site.folder, { rowLog2: 0 }));
  t.after(() => slow.close());
  const page = await visit(asking({ status: "expired" }), { from: slow });
  await settled(page);
  for (let n = 0; n < 20 && !(await page.locator("[data-rows] > li").count()); n += 1) {
    assert.match(await page.locator("[data-notes]").innerText(), /较早的没有查/);
    assert.doesNotMatch(await page.locator("main").innerText(), /未找到/);
    const before = page.url();
    await page.click("[data-pages] a[rel=next]");
    await page.waitForFunction((url) => location.href !== url, before);
    await settled(page);
  }
  assert.deepEqual(await found(page), [number(8)]);
});

// ── Numbers and codes ──

test("a number, a code or an address opens its page, in two requests and without its bytes", async () => {
  for (const [text, path, most] of /** @type {const} */ ([["ast-sc-2026-90001", "c/AST-SC-2026-90001.html", 1], [CODE, `enterprises/${CODE}.html`, 1], ["https://register.example/c/AST-SC-2026-90001.html", "c/AST-SC-2026-90001.html", 1]])) {
    for (const start of ["", "search.html"]) {
      const page = await visit(start);
      await page.waitForLoadState("networkidle");
      /** @type {string[]} */
      const asked = [];
      page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname.slice(1)}`));
      await ask(page, text);
      await page.waitForURL(`**/${path}`);
      const pages = asked.filter((one) => one.endsWith(".html"));
      assert.deepEqual(pages.slice(-2), [`HEAD ${path}`, `GET ${path}`]);
      assert.equal(pages.length, most + 1);
    }
  }
});

test("an address that asks for a number leads on, and back does not come here again", async () => {
  const page = await visit("404.html");
  await page.goto(`${host.url}${asking({ q: "AST-SC-2026-90001" })}`);
  await page.waitForURL("**/c/AST-SC-2026-90001.html");
  await page.goBack();
  assert.match(page.url(), /404\.html$/);
});

test("codes: a wrong check character, letters for digits, one place wrong, one to come, fifteen digits", async () => {
  const page = await visit("search.html");
  const at = [...CODE].findIndex((digit, place) => place > 8 && digit !== "7");
  await ask(page, CODE.slice(0, at) + "7" + CODE.slice(at + 1));
  assert.match(await said(page), /第 18 位/);
  await page.click("[data-near] button");
  assert.match(await page.locator("[data-similar] a").innerText(), new RegExp(CODE));
  await ask(page, CODE.replace("0", "O"));
  await page.locator("[data-similar] a").waitFor();
  assert.match((await page.locator("[data-similar] a").getAttribute("href")) ?? "", new RegExp(CODE));
  await page.fill("#query", CODE.slice(0, 17));
  assert.match(await page.locator("[data-live]").innerText(), /还差 1 位/);
  await page.fill("#query", "440300000012345");
  assert.match(await page.locator("[data-live]").innerText(), /旧的工商注册号/);
});

test("several lines are offered to the page that checks lists, in the fragment", async () => {
  for (const start of ["", "search.html"]) {
    const page = await visit(start);
    await page.focus("#query");
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "AST-SC-2026-90001\r\n示例望舒家电有限公司\r\n");
      document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    assert.match(await said(page), /2 行/);
    const href = (await page.locator("[data-result] a").getAttribute("href")) ?? "";
    assert.equal(new URLSearchParams(href.split("#")[1]).get("list"), "AST-SC-2026-90001\n示例望舒家电有限公司");
    assert.ok(href.startsWith(`${host.url}verify.html#`), href);
  }
});

// ── Keyboard, input method, screen reader ──

test("nothing is asked while an input method composes, and nothing is lost", async () => {
  const page = await visit("search.html");
  await page.waitForLoadState("networkidle");
  await page.focus("#query");
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "wangshu", selectionStart: 7, selectionEnd: 7 });
  await page.keyboard.press("Enter");
  await page.waitForTimeout(700);
  assert.equal(await page.locator("[data-rows] > li").count(), 0);
  assert.doesNotMatch(page.url(), /q=/);
  await session.send("Input.insertText", { text: "望舒" });
  assert.equal((await found(page)).length, 4, "not looked for after a pause");
  assert.equal(await page.inputValue("#query"), "望舒");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "query");
});

test("typing looks for names after a pause, and a slow answer does not replace a later one", async () => {
  const page = await visit("search.html");
  await page.route("**/s/t0/**", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    await route.continue().catch(() => {});
  });
  await page.locator("#query").pressSequentially("沧浪", { delay: 20 });
  await page.waitForURL("**q=*");
  await page.unroute("**/s/t0/**");
  await ask(page, "望舒");
  await page.waitForTimeout(900);
  assert.equal((await found(page)).length, 4);
});

test("the keyboard alone is enough", async () => {
  const page = await visit("search.html");
  await page.focus("#query");
  await page.keyboard.type("望舒");
  await page.keyboard.press("Enter");
  await found(page);
  for (let presses = 0; ; presses += 1) {
    assert.ok(presses < 12, "no result is reached");
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement?.matches("[data-rows] a"))) break;
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/c/${number(4)}.html`);
});

test("the guidance is shown apart, after what was found, and fetched only then", async () => {
  const page = await visit(asking({ q: "望舒" }));
  await page.locator("[data-guides] li").waitFor();
  assert.match(await page.locator("[data-guide]").innerText(), /望舒是什么/);
  assert.equal(await page.locator("[data-guides] a").getAttribute("href"), "guidance/faq.html#望舒");
  const asked = host.requests.map(({ path }) => path);
  assert.ok(asked.lastIndexOf("/assets/guidance-zh.json") > asked.lastIndexOf("/s/manifest.json"));
  assert.equal(await page.locator("[data-rows] a[href*=guidance]").count(), 0);
});

test("below a path, in both languages", async () => {
  for (const root of ["", "en/"]) {
    const page = await visit(asking({ q: "望舒" }, root), { from: below });
    assert.equal((await found(page)).length, 4);
    const href = await page.locator("[data-rows] a").first().evaluate((link) => /** @type {HTMLAnchorElement} */ (link).href);
    assert.equal(href, `${below.url}${root}c/${number(4)}.html`);
  }
});

for (const [what, query] of /** @type {[string, Record<string, string>][]} */ (Object.entries({ results: { q: "望舒" }, statuses: { q: "羲和", year: "2026" }, nothing: { q: "示例望叔家电" }, pages: { year: "2026" }, "nothing asked": {}, "too many": { q: "有限公司" }, "too narrow": { q: "望舒", region: "310000", status: "suspended" }, "a code": { q: WRONG } }))) {
  test(`nothing is wrong with the page: ${what}`, async () => {
    for (const root of ["", "en/"]) {
      for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
        const page = await visit("nowhere", { viewport: PHONE, colorScheme });
        const trouble = listen(page, host.origin);
        await page.goto(host.url + asking(query, root));
        await settled(page);
        await page.waitForLoadState("networkidle");
        // A page that is not there is asked for; the browser says so.
        if (query.q === WRONG) trouble.splice(0, trouble.length, ...trouble.filter((one) => !/404/.test(one) && !one.includes(WRONG)));
        for (const width of [320, 390, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          assert.deepEqual(await sideways(page), []);
          if (width > 320) assert.deepEqual(await violations(page, new Map()), [], `${root} ${colorScheme} ${width}`);
        }
        assert.deepEqual(root ? [] : await languages(page), []);
        assert.deepEqual(trouble, []);
        await page.context().close();
      }
    }
  });
}
