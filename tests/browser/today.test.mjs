// What the script works out for today, with the clock and the reader's time zone in our hands. The
// days are those of domain rules: a certificate is valid through its last day, in the register's
// time zone (Asia/Shanghai), wherever the reader is.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PHONE, launch } from "./launch.mjs";
import { hosting, layout, siteFiles } from "./layout.mjs";
import { serveFolder } from "./server.mjs";
import { NOON } from "./site.mjs";

/** The compact layout has the same code, and takes longer to show a page. */
const ZONES = layout === "full" ? ["Asia/Shanghai", "America/Los_Angeles", "UTC"] : ["America/Los_Angeles"];

/** Number, instant, status, and days left where they are shown. @type {[string, string, string, number?][]} */
const CASES = [
  // The worked timeline: granted, suspended, reinstated, a gap, recertified, withdrawn.
  ["AST-SC-2021-00033", "2021-05-31T15:59:59Z", "not-yet-valid"],
  ["AST-SC-2021-00033", "2021-05-31T16:00:00Z", "valid", 1095],
  ["AST-SC-2021-00033", "2023-06-30T15:59:59Z", "valid"],
  ["AST-SC-2021-00033", "2023-06-30T16:00:00Z", "suspended"],
  ["AST-SC-2021-00033", "2023-09-14T15:59:59Z", "suspended"],
  ["AST-SC-2021-00033", "2023-09-14T16:00:00Z", "valid"],
  ["AST-SC-2021-00033", "2024-05-31T15:59:59Z", "expiring", 0],
  ["AST-SC-2021-00033", "2024-05-31T16:00:00Z", "expired"],
  ["AST-SC-2021-00033", "2024-06-19T15:59:59Z", "expired"],
  ["AST-SC-2021-00033", "2024-06-19T16:00:00Z", "valid"],
  ["AST-SC-2021-00033", "2026-01-31T15:59:59Z", "valid"],
  ["AST-SC-2021-00033", "2026-01-31T16:00:00Z", "withdrawn"],
  ["AST-SC-2021-00033", "2028-01-01T04:00:00Z", "withdrawn"],
  // Suspended and reinstated.
  ["AST-SC-2024-00029", "2025-05-19T15:59:59Z", "valid"],
  ["AST-SC-2024-00029", "2025-05-19T16:00:00Z", "suspended"],
  ["AST-SC-2024-00029", "2025-07-09T15:59:59Z", "suspended"],
  ["AST-SC-2024-00029", "2025-07-09T16:00:00Z", "valid"],
  // The last sixty days, counted after today.
  ["AST-SC-2023-00073", "2026-09-26T15:59:59Z", "valid", 61],
  ["AST-SC-2023-00073", "2026-09-26T16:00:00Z", "expiring", 60],
  ["AST-SC-2023-00073", "2026-11-23T04:00:00Z", "expiring", 3],
  ["AST-SC-2023-00073", "2026-11-25T04:00:00Z", "expiring", 1],
  ["AST-SC-2023-00073", "2026-11-26T15:59:59Z", "expiring", 0],
  ["AST-SC-2023-00073", "2026-11-26T16:00:00Z", "expired"],
  // Not yet valid, then valid.
  ["AST-SC-2026-00072", "2026-11-30T15:59:59Z", "not-yet-valid"],
  ["AST-SC-2026-00072", "2026-11-30T16:00:00Z", "valid", 1095],
  // Suspended, and still so when its end came.
  ["AST-SC-2023-00029", "2026-11-23T04:00:00Z", "expired"],
  // A page read years later.
  ["AST-SC-2026-00017", "2029-03-17T15:59:59Z", "expiring", 0],
  ["AST-SC-2026-00017", "2029-03-17T16:00:00Z", "expired"],
];

/** The words that go with a status. */
const WORDS = {
  zh: { valid: "有效", expiring: "有效", suspended: "暂停", expired: "已过期", withdrawn: "撤销", "not-yet-valid": "未生效" },
  en: { valid: "Valid", expiring: "Valid", suspended: "Suspended", expired: "Expired", withdrawn: "Withdrawn", "not-yet-valid": "Not yet valid" },
};

/** The civil day where the register is, worked out without the page's own code. @param {Date} instant */
const civil = (instant) => new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

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

/** @param {string} timezoneId @param {Date} instant */
async function at(timezoneId, instant) {
  const context = await browser.newContext({ viewport: PHONE, timezoneId });
  await context.clock.setFixedTime(instant);
  // The check asks the register as it is; here the reader's day goes years back and ahead.
  await context.route("**/assets/panel.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  return context.newPage();
}

for (const zone of ZONES) {
  describe(`a reader in ${zone}`, () => {
    for (const [lang, root] of /** @type {const} */ ([["zh", ""], ["en", "en/"]])) {
      test(`sees the status of the register's today, ${lang}`, async () => {
        const page = await at(zone, NOON);
        const wrong = [];
        for (const [number, instant, status, days] of CASES) {
          await page.clock.setFixedTime(new Date(instant));
          await page.goto(`${host.url}${root}c/${number}.html`);
          const banner = page.locator(".banner");
          const word = (await banner.locator("[data-word]").textContent())?.trim();
          const sentence = (await banner.locator("[data-sentence]").textContent())?.trim() ?? "";
          const found = [await banner.getAttribute("data-status"), word];
          const today = civil(new Date(instant));
          if (found.join() !== [status, WORDS[lang][/** @type {keyof typeof WORDS.zh} */ (status)]].join()) wrong.push(`${number} at ${instant}: ${found}, should be ${status}`);
          if (!sentence.includes(today)) wrong.push(`${number} at ${instant}: does not say that it was worked out for ${today}: ${sentence}`);
          if (days && !new RegExp(`(^|\\D)${days} ?(天|days?\\b)`).test(sentence)) wrong.push(`${number} at ${instant}: should say ${days} days: ${sentence}`);
          if (days === 0 && !/最后一天|last day/i.test(sentence)) wrong.push(`${number} at ${instant}: should say that it is the last day: ${sentence}`);
        }
        await page.context().close();
        assert.deepEqual(wrong, []);
      });
    }
  });
}

test("an open page is brought to its new day", async () => {
  const page = await at("Asia/Shanghai", new Date("2024-05-31T15:59:00Z"));
  await page.goto(`${host.url}c/AST-SC-2021-00033.html`);
  assert.equal(await page.locator(".banner").getAttribute("data-status"), "expiring");
  await page.clock.setFixedTime(new Date("2024-05-31T16:01:00Z"));
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  assert.equal(await page.locator(".banner").getAttribute("data-status"), "expired");
  await page.context().close();
});

test("the validity bar marks today, between issue and expiry only", async () => {
  const page = await at("UTC", NOON);
  const length = (Date.parse("2029-03-17") - Date.parse("2026-03-18")) / 86_400_000 + 1;
  for (const [day, visible] of /** @type {const} */ ([["2026-03-17", false], ["2026-03-18", true], ["2027-09-16", true], ["2029-03-17", true], ["2029-03-18", false]])) {
    await page.clock.setFixedTime(new Date(`${day}T04:00:00Z`));
    await page.goto(`${host.url}c/AST-SC-2026-00017.html`);
    const mark = page.locator("[data-mark]");
    await mark.waitFor({ state: "attached" });
    assert.equal(await mark.isVisible(), visible, day);
    if (!visible) continue;
    const left = await mark.evaluate((element) => parseFloat(/** @type {HTMLElement} */ (element).style.insetInlineStart));
    const due = ((Date.parse(day) - Date.parse("2026-03-18")) / 86_400_000 / length) * 100;
    assert.ok(Math.abs(left - due) < 1, `${day}: today's mark is at ${left} %, should be at ${due} %`);
  }
  await page.context().close();
});

test("statuses in lists are brought to today too", async () => {
  const page = await at("America/Los_Angeles", new Date("2026-11-26T16:00:00Z"));
  await page.goto(`${host.url}c/AST-SC-2023-00073.html`);
  await page.locator("a[href*='enterprises/']").filter({ visible: true }).first().click();
  const row = page.locator("tr", { hasText: "AST-SC-2023-00073" });
  await row.locator(layout === "full" ? "[data-checked]" : "[data-status]").waitFor();
  assert.equal(await row.locator("[data-status]").getAttribute("data-status"), "expired");
  assert.match((await page.locator("p.dated").first().textContent()) ?? "", /2026-11-27/);
  await page.context().close();
});
