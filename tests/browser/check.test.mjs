// The page where certificates are checked, one or many, in a browser, on the demo register's site and on
// tampered copies of it. Nothing but what was checked and is good may be green.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import encodeQR from "qr";
import { readTable, rowsOf } from "../../themes/default/assets/table.js";
import { readBook } from "../../themes/default/assets/xlsx.js";
import { filesBelow } from "./demo.mjs";
import { launch } from "./launch.mjs";
import { listen, sideways, violations } from "./look.mjs";
import { labels } from "./sealed.mjs";
import { serveFolder } from "./server.mjs";
import { site } from "./site.mjs";

const NOW = "2026-11-25T04:00:00Z";
const GREEN = "rgb(23, 96, 60)";
const VALID = "AST-SC-2026-00017";
const TIMELINE = "AST-SC-2021-00033";
const HOMONYM = "示例恒信家电服务有限公司";
const THREE = "汕头示例澄风电器有限公司";
const FORMER = "佛山示例沃澜厨具有限公司";

const PROGRAM = process.env.ATTESTAR ?? new URL("../../target/debug/attestar", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "attestar-check-"));
const files = filesBelow(site.folder);

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
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** @typedef {{ lang?: string, now?: string, width?: number, scheme?: "light" | "dark", hash?: string, how?: Parameters<typeof serveFolder>[2], context?: import("playwright-core").BrowserContext }} Options */

/** Opens the page. @param {Map<string, Uint8Array>} [content] @param {Options} [options] */
async function visit(content = files, { lang = "zh", now = NOW, width = 1280, scheme = "light", hash = "", how, context } = {}) {
  const server = await serveFolder(content, "/", how);
  open.push(server.close);
  const where = context ?? (await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, acceptDownloads: true, reducedMotion: "reduce", permissions: ["clipboard-read", "clipboard-write"] }));
  const page = await where.newPage();
  await page.clock.setFixedTime(new Date(now));
  const wrong = listen(page, server.origin);
  await page.goto(`${server.url}${lang === "zh" ? "" : `${lang}/`}verify.html${hash}`);
  return { page, server, context: where, wrong };
}

/** Waits until all lines have their answers. @param {import("playwright-core").Page} page */
const settled = (page) => page.waitForFunction(() => /已核对|checked$/.test(document.querySelector("[data-status-line]")?.textContent ?? ""));

/** Asks for a list. @param {import("playwright-core").Page} page @param {string} text @param {{ on?: string, scheme?: string, level?: string }} [asked] */
async function ask(page, text, { on, scheme, level } = {}) {
  await page.fill("#list", text);
  if (on) await page.fill("#on", on);
  if (scheme !== undefined) await page.selectOption("#scheme", scheme);
  if (level !== undefined) await page.selectOption("#level", level);
  await page.click("form [type=submit]");
  await settled(page);
}

/** What the rows say. @param {import("playwright-core").Page} page */
const rows = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll(".answers tbody tr")].map((row) => ({
      code: row.getAttribute("data-code"),
      mark: row.getAttribute("data-mark"),
      text: row.querySelector(".c-answer")?.textContent ?? "",
      number: row.querySelector(".c-certificate .code")?.textContent ?? "",
      color: getComputedStyle(/** @type {Element} */ (row.querySelector(".word"))).color,
    })),
  );

/** @param {import("playwright-core").Page} page */
const codes = async (page) => (await rows(page)).map(({ code }) => code);

/** Files with some replaced. @param {Record<string, string | Uint8Array | null>} changed */
function tampered(changed) {
  const copy = new Map(files);
  for (const [path, content] of Object.entries(changed)) {
    if (content === null) copy.delete(path);
    else copy.set(path, Buffer.from(content));
  }
  return copy;
}

/** @param {string} path */
const text = (path) => String(files.get(path));

// ── Lists ──

const MIXED = ["AST-SC-2026-00017", "ａｓｔ－ｓｃ－2026－00017", "91440703000010145F", FORMER, HOMONYM, "AST-NOPE-1", "不存在的公司", "9.14405E+17", "91440703000010145", "AST-SC-2021-00033"].join("\n");

for (const lang of ["zh", "en"]) {
  test(`a mixed list, in ${lang}: each line has its answer, and nothing of it leaves the browser`, async () => {
    const { page, server, wrong } = await visit(files, { lang });
    await ask(page, MIXED);
    assert.deepEqual(await codes(page), ["projected_valid", "projected_valid", "withdrawn", "projected_valid", "ambiguous", "not_found", "not_found", "bad_input", "bad_input", "withdrawn"]);
    const said = await rows(page);
    const words = labels(lang);
    assert.deepEqual(said.map(({ mark }) => mark), ["good", "good", "bad", "good", "ask", "open", "open", "ask", "ask", "bad"]);
    assert.ok(said.every(({ mark, color }) => (color === GREEN) === (mark === "good")));
    assert.ok(said[1].text.includes(words.list_remark_same.replace("{line}", "1")));
    assert.ok(said[3].text.includes(words.list_remark_former_name.split("{stated}")[0]) && said[3].text.includes(FORMER));
    assert.ok((await page.locator(".meaning").innerText()).length > 20, "what absence means");
    // Files of the site, and none whose address has anything of the list.
    const asked = server.requests.map(({ path }) => decodeURIComponent(path));
    assert.ok(!asked.some((path) => path.includes("不存在") || path.includes("恒信") || path.includes("91440703")), asked.join());
    assert.deepEqual(wrong.filter((one) => !/404/.test(one)), []);
    assert.deepEqual(await sideways(page), []);
    assert.deepEqual(await violations(page, new Map()), []);
    assert.ok(!asked.some((path) => /ed25519|sha2|inflate|xlsx|qr-decode|offline|evidence|takeaway\.js$/.test(path) && !path.includes("takeaway")), "what is not needed is not loaded");
  });
}

test("why a certificate is suspended or was withdrawn: in the scheme's words, where these are published", async () => {
  for (const [lang, suspended, withdrawn] of [["zh", "原因：获证组织申请暂停。", "原因：严重违反认证要求。"], ["en", " Reason: Suspended at the request of the certified organisation.", " Reason: Serious breach of the certification requirements."]]) {
    const { page } = await visit(files, { lang });
    await ask(page, `AST-CS-2026-00013\n${TIMELINE}`, { on: "2026-11-20" });
    const [first, second] = await rows(page);
    assert.ok(first.code === "suspended" && first.text.includes(suspended), first.text);
    assert.ok(second.text.includes(withdrawn) && !/serious-breach/.test(second.text), second.text);
  }
  const words = JSON.parse(text("assets/check-zh.json"));
  const silent = Object.fromEntries(Object.entries(words).filter(([key]) => !key.startsWith("reason_")));
  const { page } = await visit(tampered({ "assets/check-zh.json": JSON.stringify(silent) }));
  await ask(page, "AST-CS-2026-00013", { on: "2026-11-20" });
  const [{ text: said }] = await rows(page);
  assert.doesNotMatch(said, /原因|holder-request/, "a scheme that keeps its reasons to itself");
});

test("of one number the one line may be right and the other not", async () => {
  const { page } = await visit();
  await ask(page, `证书编号\t企业名称\n${VALID}\t${THREE}\n${VALID}\t毫不相干有限公司\n${VALID}\t${THREE}\n`, { on: "2026-11-20" });
  const answers = await rows(page);
  assert.deepEqual(answers.map(({ mark }) => mark), ["good", "ask", "good"]);
  assert.ok(answers[2].text.includes("与第 2 行相同"), answers[2].text);
});

test("a certificate that is valid and not the one of the line is not called so", async () => {
  const { page } = await visit();
  await ask(page, `证书编号\t信用代码\t企业名称\n${VALID}\t91440703000010145F\t\n${VALID}\t\t毫不相干有限公司\nhttps://register.examp1e.com/c/${VALID}.html\t\t\n`, { on: "2026-11-20" });
  const words = labels("zh");
  const tally = await page.locator(".tally").innerText();
  assert.ok(!tally.includes(words.list_word_of_valid), tally);
  assert.ok(tally.includes(words.list_word_of_differs) && tally.includes(words.list_word_of_name_differs), tally);
  assert.ok((await rows(page)).every(({ mark }) => ["bad", "ask"].includes(`${mark}`)));
});

test("for a day: the worked timeline, and a day after the edition", async () => {
  const { page } = await visit();
  const days = { "2021-05-27": "none_that_day", "2021-05-31": "not_yet_valid", "2021-06-01": "valid", "2023-07-10": "suspended", "2023-09-15": "valid", "2024-05-31": "valid", "2024-06-01": "expired", "2024-06-20": "valid", "2026-02-01": "withdrawn" };
  for (const [on, code] of Object.entries(days)) {
    await ask(page, TIMELINE, { on });
    assert.deepEqual(await codes(page), [code], on);
  }
  await ask(page, VALID, { on: "2028-01-01" });
  const [{ code, mark, text }] = await rows(page);
  assert.deepEqual([code, mark], ["projected_valid", "low"], "an edition does not speak for a day after the next one is due");
  assert.ok(text.includes("如此后没有变化"));
});

test("a line's own day goes before the list's; columns are found, and can be put right", async () => {
  const { page } = await visit();
  await ask(page, `企业\t证书编号\t日期\n甲\t${TIMELINE}\t2023-07-10\n江门示例恒泰家用电器有限公司\t${TIMELINE}\t2023/9/15\n乙\t${TIMELINE}\t下周\n`);
  assert.deepEqual(await codes(page), ["suspended", "valid", "bad_input"]);
  assert.deepEqual((await rows(page)).map(({ mark }) => mark), ["bad", "good", "ask"], "another name is told, and not green");
  await page.locator(".columns-of summary").click();
  assert.deepEqual(await page.locator(".columns-of select").evaluateAll((all) => all.map((one) => /** @type {HTMLSelectElement} */ (one).value)), ["name", "number", "day"]);
  await page.selectOption("#column-2", "none");
  await settled(page);
  assert.deepEqual(await codes(page), ["withdrawn", "withdrawn", "withdrawn"]);
});

test("a scheme and the least level; a site", async () => {
  const { page } = await visit();
  const list = `${VALID}\n${TIMELINE}\nAST-RW-2025-00029\n`;
  await ask(page, list, { on: "2024-07-01", scheme: "gbt-27922-2011", level: "star-5" });
  assert.deepEqual(await codes(page), ["none_that_day", "valid_level_below", "other_scheme"]);
  assert.ok((await rows(page))[1].text.includes("五星级"));
  // One company with certificates of two schemes: asked back, until a scheme is chosen.
  await page.selectOption("#scheme", "");
  await ask(page, THREE, { on: "2026-05-01" });
  assert.deepEqual(await codes(page), ["ambiguous"]);
  await ask(page, THREE, { on: "2026-05-01", scheme: "gbt-27922-2011" });
  const [{ code, number }] = await rows(page);
  assert.deepEqual([code, number], ["valid", VALID], "of two in one scheme the one that is in force is meant");
  await ask(page, `证书编号\t门店\nAST-CA-2025-00012\t越秀酒家\nAST-CA-2025-00012\t荔湾酒家\nAST-CA-2025-00012\t白云酒家\n`, { on: "2026-05-31", scheme: "" });
  assert.deepEqual((await codes(page)).slice(1), ["site_not_covered", "site_not_covered"]);
  assert.equal((await codes(page))[0], "valid");
});

test("a name that several have is asked back; the choice stands, and can be taken back", async () => {
  const { page } = await visit();
  await ask(page, HOMONYM);
  assert.equal(await page.locator(".choices li").count(), 2);
  await page.locator(".choices button").nth(1).focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector(".answers [data-code]:not([data-code=ambiguous])"));
  const [{ code, number, text }] = await rows(page);
  assert.ok(/valid|suspended/.test(`${code}`) && /^AST-/.test(number) && text.includes("由您选定"), text);
  assert.ok(await page.evaluate(() => document.activeElement?.closest(".answers") !== null), "the focus stays in the row");
  await page.click("[data-save=link]");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(decodeURIComponent(link).includes(`\n${number}\t${HOMONYM}`), link);
  await page.getByRole("button", { name: "重新选" }).click();
  await page.waitForFunction(() => document.querySelector(".answers [data-code=ambiguous]"));
});

test("a code that is nearly one, a number with letters for digits: what is like it, to be chosen", async () => {
  const { page } = await visit();
  await ask(page, "91440703000010145G\nAST-SC-2026-OO017\n");
  assert.deepEqual(await codes(page), ["not_found", "not_found"]);
  const [first] = await rows(page);
  assert.ok(first.text.includes("第 18 位校验不符") && first.text.includes(TIMELINE));
  await page.locator(".choices button").nth(1).click();
  await page.waitForFunction(() => document.querySelectorAll(".answers [data-code=projected_valid]").length === 1);
});

test("an address of another host is not this register's, whatever its number", async () => {
  const { page } = await visit();
  await ask(page, `https://register.example/c/${VALID}.html\nhttps://register.examp1e.com/c/${VALID}.html\n`);
  const [own, other] = await rows(page);
  assert.deepEqual([own.mark, other.mark], ["good", "bad"]);
  assert.ok(other.text.includes("register.examp1e.com"));
});

test("a link carries the list, the day and what is required; no server sees them", async () => {
  const hash = `#list=${encodeURIComponent(`${TIMELINE}\n${THREE}`)}&on=2023-07-10&scheme=gbt-27922-2011&level=star-4`;
  const { page, server } = await visit(files, { hash });
  await settled(page);
  assert.deepEqual((await codes(page))[0], "suspended");
  assert.deepEqual(await page.evaluate(() => ["on", "scheme", "level"].map((id) => /** @type {HTMLInputElement} */ (document.getElementById(id)).value)), ["2023-07-10", "gbt-27922-2011", "star-4"]);
  assert.ok(server.requests.every(({ path }) => !path.includes("list=")));
  await page.click("[data-save=link]");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${server.url}verify.html${hash}`);
});

test("whoever looks at a certificate and comes back finds the answers again", async () => {
  const { page, server } = await visit();
  await ask(page, `${VALID}\n${TIMELINE}`, { on: "2023-07-10", scheme: "gbt-27922-2011", level: "star-4" });
  await page.locator(".c-certificate .code").nth(1).click();
  await page.waitForURL(`**/c/${TIMELINE}.html`);
  await page.goBack();
  await settled(page);
  assert.deepEqual(await codes(page), ["none_that_day", "suspended"]);
  assert.deepEqual(await page.evaluate(() => ["on", "scheme", "level"].map((id) => /** @type {HTMLInputElement} */ (document.getElementById(id)).value)), ["2023-07-10", "gbt-27922-2011", "star-4"]);
  assert.ok(server.requests.every(({ path }) => !path.includes("list=")));
});

test("a thousand lines, and not one more", async () => {
  const { page } = await visit();
  await ask(page, Array.from({ length: 1003 }, (_, at) => `AST-NOPE-${at % 3}`).join("\n"));
  assert.equal(await page.locator(".answers tbody tr").count(), 1000);
  assert.ok((await page.locator("[data-status-line]").innerText()).includes("3"));
});

test("thirty mixed lines: how much is fetched, and how long it takes", async (t) => {
  const { page, server } = await visit();
  const numbers = [...files.keys()].flatMap((path) => /^c\/(AST-[A-Z]+-2025-\d+)\.json$/.exec(path)?.[1] ?? []).slice(0, 20);
  const entry = JSON.parse(text(`c/${numbers[0]}.json`)).credentialSubject.holder;
  const list = [...numbers, entry.creditCode, entry.name.zh, FORMER, HOMONYM, "不存在的公司", "AST-NOPE-1"].join("\n");
  const before = server.requests.length;
  const began = performance.now();
  await ask(page, list);
  const took = Math.round(performance.now() - began);
  const bytes = server.requests.slice(before).reduce((sum, { path }) => sum + (/\.(js|css|html)$/.test(path) ? 0 : (files.get(path.slice(1))?.length ?? 0)), 0);
  t.diagnostic(`${bytes} bytes, ${took} ms`);
  assert.ok(bytes < 250_000 && took < 3000, `${bytes} bytes, ${took} ms`);
});

// ── Copies that do not hold ──

const entryOf = (/** @type {string} */ number) => `c/${number}.json`;
const past = (/** @type {(file: any) => void} */ change) => {
  const file = JSON.parse(text("status/past/0000.json"));
  change(file);
  return JSON.stringify(file);
};
const serialOf = (/** @type {string} */ number) => Number(JSON.parse(text(entryOf(number))).credentialStatus[0].statusListIndex);

/** @type {[string, () => Map<string, Uint8Array>, string, RegExp][]} */
const BROKEN = [
  ["an entry with a higher level", () => tampered({ [entryOf(VALID)]: text(entryOf(VALID)).replace('"starLevel":5', '"starLevel":6') }), "refused", /签名与内容对不上/],
  ["another number's entry in its place", () => tampered({ [entryOf(VALID)]: text(entryOf("AST-RW-2025-00029")) }), "refused", /另一个编号/],
  ["an entry that is not canonical", () => tampered({ [entryOf(VALID)]: `${text(entryOf(VALID))}\n` }), "refused", /写法不合规定/],
  ["no file of past changes", () => tampered({ "status/past/0000.json": null }), "unknown", /状态记录没有取到/],
  ["a status list put back or altered", () => tampered({ "status/suspension-0.json": text("status/suspension-0.json").replace(/"proofValue":"z./, (found) => `${found.slice(0, -1)}${found.endsWith("2") ? 3 : 2}`) }), "refused", /状态表不是日志里登记的那份/],
];

for (const [what, make, code, why] of BROKEN) {
  test(`not green: ${what}`, async () => {
    const { page } = await visit(make());
    await ask(page, VALID);
    const [row] = await rows(page);
    assert.deepEqual([row.code, row.color === GREEN], [code, false], row.text);
    assert.match(row.text, why);
  });
}

test("not green: a suspension that the past changes leave out, or make up", async () => {
  const suspended = JSON.parse(text("status/detail/0000.json")).entries;
  const [serial] = Object.entries(suspended).find(([, { status }]) => status === "suspended") ?? [];
  const number = [...files.keys()].flatMap((path) => (/^c\/.*\.json$/.test(path) && JSON.parse(text(path)).credentialStatus[0].statusListIndex === serial ? JSON.parse(text(path)).credentialSubject.certificateNumber : []))[0];
  const left = tampered({ "status/past/0000.json": past((file) => delete file.entries[`${serial}`]) });
  const { page } = await visit(left);
  await ask(page, number);
  assert.deepEqual(await codes(page), ["refused"]);
  const made = tampered({ "status/past/0000.json": past((file) => (file.entries[serialOf(VALID)] = [[3, "suspended", "2026-10-01"]])) });
  const other = await visit(made);
  await ask(other.page, VALID);
  assert.deepEqual(await codes(other.page), ["refused"]);
});

test("not green: an old version put back", async () => {
  const lines = text("ledger/credentials/0000.jsonl").split("\n");
  const newest = (/** @type {string} */ number) => text(entryOf(number));
  const old = lines.filter(Boolean).find((line) => {
    const { certificateNumber } = JSON.parse(line).credentialSubject;
    return newest(certificateNumber) !== line && newest(certificateNumber) !== "undefined" && JSON.parse(newest(certificateNumber)).credentialSubject.expires > "2027";
  });
  assert.ok(old);
  const number = JSON.parse(old).credentialSubject.certificateNumber;
  const { page } = await visit(tampered({ [entryOf(number)]: old }));
  await ask(page, number);
  const [row] = await rows(page);
  assert.deepEqual([row.code, /旧版/.test(row.text)], ["refused", true], row.text);
});

test("a log that does not hold, none at all, none in reach: said once, and no line is answered", async () => {
  const bad = await visit(tampered({ "ledger/checkpoint": text("ledger/checkpoint").replace(/^\d+$/m, (size) => `${Number(size) + 1}`) }));
  await ask(bad.page, `${VALID}\n${TIMELINE}`);
  assert.deepEqual([await codes(bad.page), await bad.page.getAttribute("[data-ground] > .ground", "data-ground")], [["refused", "refused"], "failed"]);
  const none = await visit(tampered({ "ledger/checkpoint": null }));
  await ask(none.page, VALID);
  assert.deepEqual([await codes(none.page), await none.page.getAttribute(".ground", "data-ground")], [["unknown"], "unsigned"]);
  let down = true;
  const away = await visit(files, { how: { before: (path) => !(down && /checkpoint|c\/AST/.test(path)) } });
  await ask(away.page, VALID);
  assert.deepEqual([await codes(away.page), await away.page.getAttribute(".ground", "data-ground")], [["unknown"], "offline"]);
  down = false;
  await away.page.getByRole("button", { name: "再试一次" }).click();
  await away.page.waitForFunction(() => document.querySelector("[data-code=projected_valid]"));
  for (const { page } of [bad, none, away]) assert.deepEqual(await violations(page, new Map()), []);
});

test("an index that is not in reach is not the same as not found; numbers need none", async () => {
  const { page } = await visit(files, { how: { before: (path) => !/\/s\/manifest/.test(path) } });
  await ask(page, `${VALID}\n${THREE}\n91440703000010145F`);
  const said = await rows(page);
  assert.deepEqual(said.map(({ code }) => code), ["projected_valid", "unknown", "unknown"]);
  assert.match(said[1].text, /索引没有取到/);
});

test("lists past their day: what was suspended stays so, what was valid is not known", async () => {
  const { page } = await visit(files, { now: "2027-06-01T04:00:00Z" });
  await ask(page, `${VALID}\n${TIMELINE}`);
  assert.deepEqual(await codes(page), ["unknown", "withdrawn"]);
});

test("a register that goes back behind what this browser has seen is refused", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const first = await visit(files, { context });
  await ask(first.page, VALID);
  await first.page.evaluate(() => {
    const [key] = Object.keys(localStorage);
    const memory = JSON.parse(localStorage[key]);
    const lines = memory.checkpoint.split("\n");
    lines[1] = `${Number(lines[1]) + 5}`;
    localStorage[key] = JSON.stringify({ ...memory, checkpoint: lines.join("\n") });
  });
  await first.page.reload();
  await ask(first.page, VALID);
  assert.deepEqual([await codes(first.page), await first.page.getAttribute(".ground", "data-ground")], [["refused"], "failed"]);
});

// ── What is taken along ──

/** Saves something. @param {import("playwright-core").Page} page @param {string} key */
async function saved(page, key) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(`[data-save=${key}]`)]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return { path, bytes: Uint8Array.from(readFileSync(path)), content: readFileSync(path, "utf8") };
}

test("tables are saved as CSV and as a workbook, and can be read again", async () => {
  const { page } = await visit();
  await ask(page, `证书编号\t企业名称\n${VALID}\t=HYPERLINK("http://x")\n${TIMELINE}\t\n`, { on: "2024-05-31" });
  const { content } = await saved(page, "csv");
  const table = rowsOf(content);
  assert.ok(content.startsWith("\ufeff") && table.length === 3 && table.every(({ length }) => length === 17));
  assert.ok(!/(^|,)=/m.test(content), "no cell is a formula");
  assert.deepEqual(readTable(table).lines.map(({ number, on }) => [number, on]), [[VALID, "2024-05-31"], [TIMELINE, "2024-05-31"]], "a saved table is a list");
  const [answers, about] = await readBook((await saved(page, "xlsx")).bytes);
  assert.deepEqual(answers.rows.map((row) => row[3]), ["符合", "否", "是"]);
  assert.deepEqual(answers.rows[2].slice(6, 13), ["2024-05-31", TIMELINE, "江门示例恒泰家用电器有限公司", "91440703000010145F", "五星级", "2021-06-01", "2024-05-31"]);
  assert.ok(about.rows.some((row) => row.includes("2026-11-23")));
});

test("addresses in what is saved and printed are those of the pages in this language", async () => {
  for (const lang of ["zh", "en"]) {
    const folder = lang === "zh" ? "" : "en/";
    const { page } = await visit(files, { lang });
    await ask(page, VALID);
    const page_ = `https://register.example/${folder}c/${VALID}.html`;
    assert.ok((await saved(page, "csv")).content.includes(page_));
    assert.ok((await saved(page, "ics")).content.replace(/\r\n /g, "").includes(`URL:${page_}\r\n`));
    const [feed] = (await saved(page, "opml")).content.match(/xmlUrl="[^"]*"/) ?? [""];
    const path = feed.slice(8, -1).replace("https://register.example/", "");
    assert.ok(path.startsWith(`${folder}enterprises/`) && files.has(path), feed);
    // A code that was corrected since the day that is asked about.
    await ask(page, "AST-SC-2025-00052", { on: "2025-09-01" });
    const other = (await saved(page, "opml")).content.match(/xmlUrl="https:\/\/register.example\/([^"]*)"/)?.[1] ?? "";
    assert.ok(files.has(other), other);
    assert.ok((await page.locator("[data-foot]").textContent())?.includes(`https://register.example/${folder}verify.html`));
  }
});

test("reminders and subscriptions are made in the browser", async () => {
  const { page, server } = await visit();
  await ask(page, `${VALID}\n${TIMELINE}\n${VALID}`);
  const before = server.requests.length;
  const calendar = (await saved(page, "ics")).content;
  assert.equal(calendar.match(/BEGIN:VEVENT/g)?.length, 1, "one for each certificate in force");
  assert.ok(calendar.includes("DTSTART;VALUE=DATE:20290317\r\n") && calendar.includes("TRIGGER:-P60D"));
  assert.ok(calendar.split("\r\n").every((line) => Buffer.byteLength(line) <= 75));
  const feeds = (await saved(page, "opml")).content;
  assert.equal(feeds.match(/<outline/g)?.length, 2);
  assert.deepEqual(await page.evaluate((xml) => new DOMParser().parseFromString(xml, "text/xml").querySelectorAll("parsererror").length, feeds), 0);
  assert.equal(server.requests.length, before, "nothing is asked for");
});

test("evidence of the whole list, which the command line takes without a network", async () => {
  const { page } = await visit();
  await ask(page, `${VALID}\n${TIMELINE}\nAST-NOPE-1\n${VALID}`, { on: "2023-07-10" });
  const { path, content } = await saved(page, "bundle");
  await page.waitForFunction(() => document.querySelector("[data-take-say]")?.textContent?.includes("attestar verify"));
  const lines = content.trimEnd().split("\n");
  assert.equal(lines.length, 2);
  assert.deepEqual(lines.map((line) => JSON.parse(line).asked), [VALID, TIMELINE].map((number) => ({ number, on: "2023-07-10", time: NOW.replace(".000", "") })));
  const key = text("ledger/policy").split(/\s/)[1];
  const words = ["verify", path, "--json", "--key", key, "--pins", join(folder, "pins"), "--at", NOW];
  /** @type {string} */
  let out;
  try {
    out = execFileSync(PROGRAM, words, { encoding: "utf8", cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    out = /** @type {any} */ (error).stdout;
  }
  const outcomes = out.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  assert.deepEqual(outcomes.map(({ number, on, answer, logged }) => [number, on, answer, logged.code]), [[VALID, "2023-07-10", "none_that_day", "included"], [TIMELINE, "2023-07-10", "suspended", "included"]]);
});

test("evidence is not made of what the log does not hold", async () => {
  const index = Buffer.from(files.get("ledger/index/0000") ?? "");
  index.writeUInt32BE(0, 4 * serialOf(VALID));
  const { page } = await visit(tampered({ "ledger/index/0000": index }));
  await ask(page, `${VALID}\n${TIMELINE}`);
  const { content } = await saved(page, "bundle");
  assert.equal(content.trimEnd().split("\n").length, 1);
  await page.waitForFunction((number) => document.querySelector("[data-take-say]")?.textContent?.includes(`${number}：`), VALID);
});

test("on paper: the question, the edition, the checkpoint, the answers, and how to do it again", async () => {
  const { page } = await visit();
  await ask(page, MIXED, { scheme: "gbt-27922-2011", level: "star-4" });
  await page.emulateMedia({ media: "print" });
  const shown = await page.evaluate(() => document.body.innerText);
  const [, size, root] = text("ledger/checkpoint").split("\n");
  for (const part of ["证书核验记录", "2026-11-25", "四星级", "2026-11-23", size, root, VALID, "attestar verify --csv list.csv --on 2026-11-25 --scheme gbt-27922-2011 --min-level star-4", "打印件不是证明"]) assert.ok(shown.includes(part), part);
  for (const part of ["下载 CSV", "选这一张", "每行一个"]) assert.ok(!shown.includes(part), part);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  assert.ok(pdf.includes("/MediaBox [0 0 594.95996 841.91998]") || /\/MediaBox \[0 0 59[45]\.?\d* 84[12]\.?\d*\]/.test(String(pdf)), "A4");
  assert.ok((String(pdf).match(/\/Type \/Page\b/g)?.length ?? 9) <= 2);
});

// ── Files ──

/** Drops files. @param {import("playwright-core").Page} page @param {{ name: string, mimeType?: string, buffer: Uint8Array }[]} dropped */
async function drop(page, ...dropped) {
  const given = dropped.map(({ name, mimeType = "", buffer }) => ({ name, type: mimeType, bytes: [...buffer] }));
  await page.evaluate((all) => {
    const transfer = new DataTransfer();
    for (const { name, type, bytes } of all) transfer.items.add(new File([Uint8Array.from(bytes)], name, { type }));
    document.querySelector("[data-check]")?.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, given);
}

test("lists are dropped as workbooks and as CSV in the encoding of Chinese spreadsheets", async () => {
  const { page } = await visit();
  await drop(page, { name: "名单.xlsx", buffer: readFileSync(new URL("../vectors/xlsx/openpyxl.xlsx", import.meta.url)) });
  await settled(page);
  assert.deepEqual(await codes(page), ["unknown", "bad_input", "valid", "not_found"]);
  assert.ok((await page.inputValue("#list")).includes("供应商名称\t"), "the list stands in the box");
  await page.waitForFunction(() => document.querySelector("[data-status-line]")?.textContent?.includes("取自工作表“供应商”"));
  await drop(page, { name: "名单.csv", buffer: Buffer.concat([Buffer.from([0xd6, 0xa4, 0xca, 0xe9, 0xb1, 0xe0, 0xba, 0xc5]), Buffer.from(`\r\n${VALID}\r\n`)]) });
  await page.waitForFunction(() => document.querySelectorAll(".answers tbody tr").length === 1);
  await settled(page);
  assert.deepEqual(await codes(page), ["projected_valid"]);
  await drop(page, { name: "old.xls", buffer: Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0) });
  await page.waitForFunction(() => document.querySelector("[data-status-line]")?.textContent?.includes(".xlsx"));
});

test("an entry is checked against this site's log; one that is altered, old or another's is told", async () => {
  const { page } = await visit();
  const lines = text("ledger/credentials/0000.jsonl").split("\n").filter(Boolean);
  const old = lines.find((line) => text(entryOf(JSON.parse(line).credentialSubject.certificateNumber)) !== line) ?? "";
  const drops = { good: text(entryOf(VALID)), altered: text(entryOf(VALID)).replace("汕头示例澄风", "汕头示例澄凤"), old, other: text(entryOf(VALID)).replaceAll("register.example", "register2.example") };
  await drop(page, ...Object.entries(drops).map(([name, content]) => ({ name: `${name}.json`, buffer: Buffer.from(content) })));
  await page.waitForFunction(() => document.querySelectorAll(".answers tbody tr").length === 4);
  await settled(page);
  assert.deepEqual(await codes(page), ["projected_valid", "refused", "superseded", "unknown"]);
  assert.match((await rows(page))[0].text, /公开日志的第 \d+ 条/);
  assert.deepEqual(await violations(page, new Map()), []);
});

test("evidence is checked by what it holds, and held against this site's log", async () => {
  const { page } = await visit();
  await ask(page, `${VALID}\n${TIMELINE}`, { on: "2023-07-10" });
  const { content } = await saved(page, "bundle");
  const [first, second] = content.trimEnd().split("\n");
  const evidence = JSON.parse(second);
  /** @type {(value: any) => string} */
  const jcs = (value) => (Array.isArray(value) ? `[${value.map(jcs)}]` : value && typeof value === "object" ? `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${jcs(value[key])}`)}}` : JSON.stringify(value));
  const without = { ...evidence, leaves: { ...evidence.leaves, status: evidence.leaves.status.slice(0, 1) } };
  const moved = { ...evidence, leaves: { ...evidence.leaves, issue: evidence.leaves.issue.replace(/^index \d+/m, "index 2") } };
  const other = second.replaceAll("register.example", "register2.example");
  await page.fill("#on", "2026-11-25");
  await drop(page, ...[content, jcs(without), jcs(moved), other, first.replace("五星级", "六星级")].map((one, at) => ({ name: `${at}.attestar.json`, buffer: Buffer.from(one) })));
  await page.waitForFunction(() => document.querySelectorAll(".answers tbody tr").length === 6);
  await settled(page);
  assert.deepEqual(await codes(page), ["none_that_day", "suspended", "superseded", "refused", "refused", "refused"]);
  const [, held] = await rows(page);
  assert.match(held.text, /2026-11-23 期名录/);
  assert.match(held.text, /本名录的日志密钥/);
});

test("evidence of another log key is refused, however well it holds by itself", async () => {
  const { page } = await visit();
  await ask(page, VALID);
  const { content } = await saved(page, "bundle");
  const key = text("ledger/policy").split(/\s/)[1];
  const own = await visit(tampered({ "ledger/policy": text("ledger/policy").replace(key, "register.example/ledger+00000000+AAAA") }));
  await drop(own.page, { name: "a.attestar.json", buffer: Buffer.from(content) });
  await settled(own.page);
  assert.notEqual((await rows(own.page))[0].mark, "good", "where this site's log does not hold, nothing vouches for the key");
});

test("a picture of a code, and a camera that is not there", async () => {
  const { page, server } = await visit();
  const gif = encodeQR(`https://register.example/c/${VALID}.html`, "gif", { scale: 6 });
  await drop(page, { name: "code.gif", mimeType: "image/gif", buffer: gif });
  await settled(page);
  assert.deepEqual(await codes(page), ["projected_valid"]);
  assert.ok(server.requests.some(({ path }) => path.includes("qr-decode")), "the vendored reader was needed here");
  await drop(page, { name: "none.gif", mimeType: "image/gif", buffer: gif.slice(0, 60) });
  await page.waitForFunction(() => document.querySelector("[data-status-line]")?.textContent?.includes("没有认出"));
  await page.click("[data-scan]");
  await page.waitForFunction(() => document.querySelector("dialog [role=status]")?.textContent?.includes("摄像头没有打开"));
  assert.deepEqual(await violations(page, new Map()), []);
  await page.setInputFiles("dialog input[type=file]", { name: "code.gif", mimeType: "image/gif", buffer: Buffer.from(gif) });
  await page.waitForFunction(() => !document.querySelector("dialog"));
  await settled(page);
  assert.deepEqual(await codes(page), ["projected_valid"]);
});

test("a code's signed statement is held against the entry; an altered one is refused", async () => {
  const root = new URL("../..", import.meta.url).pathname;
  const code = execFileSync(PROGRAM, ["-C", root, "qr", VALID, "--signed", "--text"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  const digit = (/** @type {number} */ at) => code.slice(0, at) + ((Number(code[at]) + 1) % 10) + code.slice(at + 1);
  const { page } = await visit();
  await ask(page, `${code}\n${digit(code.length - 9)}\n${code.replace(VALID, "AST-SC-2023-00056")}\n`);
  const [good, altered, moved] = await rows(page);
  assert.deepEqual([good.mark, altered.mark, moved.mark], ["good", "bad", "bad"]);
  assert.ok(good.text.includes("与现在的签名文件一致") && altered.text.includes("对不上") && moved.text.includes("对不上"));
});

// ── For everybody ──

/** Lines that come to every kind of answer. */
const EVERY = [
  "证书编号\t企业名称\t日期\t门店", `${VALID}\t\t2026-11-20\t`, `${TIMELINE}\t\t2023-07-10\t`, `${TIMELINE}\t\t2024-06-01\t`, `${TIMELINE}\t\t\t`, "AST-CS-2026-00005\t\t\t", `${TIMELINE}\t\t2021-05-31\t`, `${TIMELINE}\t\t2021-05-27\t`,
  `AST-SC-2025-00041\t\t2026-11-20\t`, "AST-RW-2025-00029\t\t2026-05-01\t", "AST-CA-2025-00012\t\t2026-05-31\t白云酒家", `\t${HOMONYM}\t\t`, "AST-SC-2026-OO017\t\t\t", `${VALID}\t\t下周\t`, `${VALID}\t\t2028-01-01\t`, "AST-CS-2026-00013\t\t\t",
  `${VALID}\t毫不相干有限公司\t\t`, `https://register.examp1e.com/c/${VALID}.html\t\t\t`, `\t${THREE}\t\t`, `${VALID}\t\t2026-11-20\t金园店`,
].join("\n");

for (const [width, scheme] of /** @type {[number, "light" | "dark"][]} */ ([[320, "light"], [390, "light"], [390, "dark"], [1280, "light"], [1280, "dark"]])) {
  test(`nothing is out of reach at ${width} px in the ${scheme} theme`, async () => {
    const { page } = await visit(files, { width, scheme });
    assert.deepEqual(await violations(page, new Map()), []);
    await ask(page, EVERY, { scheme: width === 390 ? "gbt-27922-2011" : "", ...(width === 390 && { level: "star-4" }) });
    const kinds = new Set(await codes(page));
    assert.ok(kinds.size > 10, [...kinds].join());
    for (const summary of await page.locator(".outcome summary").all()) await summary.click();
    assert.deepEqual(await sideways(page), []);
    assert.deepEqual(await violations(page, new Map()), []);
    const small = await page.locator(".outcome button, .outcome summary").evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 24).length);
    assert.equal(small, 0, "targets");
    await page.click("[data-scan]");
    await page.waitForFunction(() => document.querySelector("dialog [role=status]")?.textContent?.includes("摄像头没有打开"));
    assert.deepEqual(await violations(page, new Map()), []);
  });
}

test("by keyboard alone: from the box to the answers", async () => {
  const { page } = await visit();
  await page.locator("#list").focus();
  await page.keyboard.type(`${VALID}`);
  await page.keyboard.press("Control+Enter");
  await settled(page);
  assert.deepEqual(await codes(page), ["projected_valid"]);
  const order = [];
  for (let at = 0; at < 20; at += 1) {
    await page.keyboard.press("Tab");
    order.push(await page.evaluate(() => document.activeElement?.id || document.activeElement?.getAttribute("data-save") || document.activeElement?.tagName));
  }
  for (const id of ["on", "scheme", "csv"]) assert.ok(order.includes(id), `${id} in ${order.join()}`);
});

test("nothing asked: the box is shown, and says so", async () => {
  const { page } = await visit();
  await page.click("form [type=submit]");
  await page.waitForFunction(() => document.querySelector("[data-status-line]")?.textContent);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "list");
});

test("without a script: the rule of addresses, and the command", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const server = await serveFolder(files);
  open.push(server.close);
  const page = await context.newPage();
  await page.goto(`${server.url}verify.html`);
  const shown = await page.locator("main").innerText();
  assert.ok(shown.includes("https://register.example/c/") && shown.includes("attestar verify --csv list.csv"));
  assert.equal(await page.locator("form").isVisible(), false);
});
