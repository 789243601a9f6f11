// The number box: what people type and paste, what they are told when it is not there, and when
// nothing could be looked up.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { DESK, PHONE, launch } from "./launch.mjs";
import { hosting, layout, siteFiles } from "./layout.mjs";
import { serveFolder } from "./server.mjs";
import { compactSite, subSite } from "./site.mjs";

const NUMBER = "AST-SC-2026-00017";
const CODE = "91440507MAXX1007X8";

/** Whatever leads to the same certificate. */
const SPELLINGS = {
  exact: NUMBER,
  "lower case": "ast-sc-2026-00017",
  "spaces around and inside": "  AST-SC-2026 - 00017 ",
  "full width": "ＡＳＴ－ＳＣ－２０２６－０００１７",
  "full width, lower case, an ideographic space": "ａｓｔ－ｓｃ－２０２６－０００１７\u3000",
  "en dashes": "AST–SC–2026–00017",
  "minus signs and a hyphen": "AST−SC‐2026−00017",
  "zero-width spaces": "AST-SC\u200b-2026-\u200b00017\ufeff",
  "a full stop from a sentence": "AST-SC-2026-00017。",
  "a pasted address": `https://register.example/c/${NUMBER}.html`,
  "a pasted English address with a fragment": `https://register.example/en/c/${NUMBER}.html#history`,
  "an address without its scheme": `register.example/c/${NUMBER}.html`,
};

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let host;
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let below;
before(async () => {
  [browser, host, below] = await Promise.all([launch(), serveFolder(siteFiles(), "/", hosting), serveFolder(layout === "full" ? subSite.folder : compactSite.folder, subSite.base, hosting)]);
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
after(async () => {
  await browser?.close();
  await host?.close();
  await below?.close();
});

async function home(path = "", viewport = PHONE, from = host) {
  const page = await browser.newPage({ viewport });
  await page.goto(from.url + path);
  await page.locator("form.search").waitFor();
  return page;
}

/** @param {import("playwright-core").Page} page @param {string} text */
async function look(page, text) {
  await page.fill("#query", text);
  await page.press("#query", "Enter");
}

/** @param {import("playwright-core").Page} page */
const answer = async (page) => {
  await page.locator("[data-result] .answer").waitFor();
  return (await page.locator("[data-result]").innerText()).replace(/\s+/g, " ");
};

for (const [name, text] of Object.entries(SPELLINGS)) {
  test(`finds a certificate by ${name}`, async () => {
    const page = await home();
    await look(page, text);
    await page.waitForURL(`**/c/${NUMBER}.html`);
  });
}

for (const text of [CODE, "91440507 maxx 1007x8", "９１４４０５０７ＭＡＸＸ１００７Ｘ８", `/enterprises/${CODE}.html`]) {
  test(`finds a company by ${text}`, async () => {
    const page = await home();
    await look(page, text);
    await page.waitForURL(`**/enterprises/${CODE}.html`);
  });
}

test("finds a number with a slash", async () => {
  const page = await home();
  await look(page, "AST-RW-2025-00035/01");
  await page.waitForURL("**/c/AST-RW-2025-00035_2f01.html");
});

test("stays in the reader's language, and works below a path", async () => {
  for (const from of [host, below]) {
    const page = await home("en/", DESK, from);
    await look(page, NUMBER);
    await page.waitForURL(`${from.url}en/c/${NUMBER}.html`);
  }
});

test("says that a number is not there, that this proves no forgery, and where to ask", async () => {
  for (const [root, words] of /** @type {[string, RegExp[]][]} */ ([
    ["", [/未找到“AST-SC-2026-99999”/, /不等于证书是伪造/, /全国认证认可信息公共服务平台/]],
    ["en/", [/“AST-SC-2026-99999” is not in (this register|edition \d+ of the register)/, /not by itself mean a forgery/, /National Certification/]],
  ])) {
    const page = await home(root);
    await look(page, "ast-sc-2026-99999");
    const said = await answer(page);
    for (const word of words) assert.match(said, word);
    assert.equal(await page.locator("[data-result]").getAttribute("role"), "status");
    assert.equal(await page.locator("[data-result] [data-retry]").count(), 0);
    assert.ok(page.url().endsWith(root), "the reader stays on the page");
  }
});

test("offers a number with letters where digits belong", async () => {
  const page = await home();
  await look(page, "AST-SC-2O26-OOO17");
  await answer(page);
  const link = page.locator("[data-similar] a");
  await link.waitFor();
  await link.click();
  await page.waitForURL(`**/c/${NUMBER}.html`);
});

test("a credit code that does not fit its check character, or has a length of its own, is said so", async () => {
  const page = await home();
  await look(page, "91440507MAXX1007X9");
  assert.match(await answer(page), /第 18 位/);
  await look(page, "91440507MAXX1007X");
  await page.locator("[data-length]:visible").waitFor();
  assert.match(await answer(page), /18 位，这里是 17 位/);
});

/** What tells whether there is such a number. */
const PLACE = layout === "full" ? "**/c/*.html" : /\/(s|entries|ledger)\//;

test("no connection is not the same answer as not found", async () => {
  for (const fail of ["abort", "503"]) {
    const page = await home();
    await page.route(PLACE, (route) => (fail === "abort" ? route.abort("internetdisconnected") : route.fulfill({ status: 503, body: "later" })));
    await look(page, NUMBER);
    const said = await answer(page);
    assert.match(said, /没有查成/);
    assert.doesNotMatch(said, /未找到|伪造/);
    await page.unroute(PLACE);
    await page.click("[data-retry]");
    await page.waitForURL(`**/c/${NUMBER}.html`);
  }
});

test("Enter that ends an input method's composition does not search", async () => {
  const page = await home();
  await page.focus("#query");
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "ast", selectionStart: 3, selectionEnd: 3 });
  await page.keyboard.press("Enter");
  await page.waitForTimeout(200);
  assert.equal((await page.locator("[data-result]").innerText()).trim(), "", "it searched while a word was being composed");
  await session.send("Input.insertText", { text: NUMBER });
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/c/${NUMBER}.html`);
});

test("an empty box asks for a number, and the cursor stays there", async () => {
  const page = await home();
  await look(page, " \u3000");
  await page.waitForFunction(() => /请先输入/.test(document.querySelector("[data-result]")?.textContent ?? ""));
  assert.equal(await page.evaluate(() => document.activeElement?.id), "query");
});

test("the keyboard alone is enough", async () => {
  const page = await home("", DESK);
  for (let presses = 0; (await page.evaluate(() => document.activeElement?.id)) !== "query"; presses += 1) {
    assert.ok(presses < 25, "the box is not reached with 25 presses of the tabulator");
    await page.keyboard.press("Tab");
    const ring = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement ?? document.body);
      return style.outlineStyle !== "none" || style.boxShadow !== "none";
    });
    assert.ok(ring, `the focus cannot be seen: ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 90))}`);
  }
  await page.keyboard.type(NUMBER);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/c/${NUMBER}.html`);
});

test("the page of a certificate that is not there says so, wherever it is asked for", async () => {
  for (const from of [host, below]) {
    const page = await browser.newPage({ viewport: PHONE });
    const response = await page.goto(`${from.url}c/AST-SC-2026-99999.html`);
    assert.equal(response?.status(), layout === "full" ? 404 : 200);
    assert.match(await answer(page), /未找到“AST-SC-2026-99999”/);
    assert.equal(await page.inputValue("#query"), "AST-SC-2026-99999");
    await look(page, NUMBER);
    await page.waitForURL(`${from.url}c/${NUMBER}.html`);
    await page.goto(`${from.url}no/such/folder/`);
    assert.ok(await page.evaluate(() => document.styleSheets.length > 0), "no stylesheet");
    await page.locator("header a").first().click();
    await page.locator(".kind-home").waitFor();
  }
});
