// The live badge on somebody else's page: it says what is so today, falls back to the register's dated
// picture where it cannot check, and is never green without a date.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { launch } from "./launch.mjs";
import { NUMBER, labels, sealedRegister, siteOf } from "./sealed.mjs";
import { serveFolder } from "./server.mjs";

const CORS = { "access-control-allow-origin": "*" };
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="112"><rect width="320" height="112"/></svg>';

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

/** A holder's page with the badge of a register. @param {Map<string, Buffer>} files @param {{ now?: string, lang?: string, headers?: Record<string, string>, how?: Parameters<typeof serveFolder>[2] }} [options] */
async function holder(files, { now = "2026-11-25T04:00:00Z", lang = "en", headers = CORS, how } = {}) {
  files.set(`badge/${NUMBER}.svg`, Buffer.from(PICTURE));
  const register = await serveFolder(files, "/", { headers, ...how });
  const html = `<!doctype html><html lang="fr"><link rel="icon" href="data:,"><style>strong { color: hotpink !important; font-size: 4rem }</style><p>Bonjour</p>
<a href="${register.url}${lang === "zh" ? "" : `${lang}/`}c/${NUMBER}.html" data-attestar="${NUMBER}" data-lang="${lang}"><img src="${register.url}badge/${NUMBER}.svg" width="320" height="112" alt="${NUMBER}"></a>
<script type="module" src="${register.url}assets/badge.js"></script>`;
  const own = await serveFolder(new Map([["index.html", Buffer.from(html)]]));
  open.push(register.close, own.close);
  const page = await (await browser.newContext()).newPage();
  await page.clock.setFixedTime(new Date(now));
  /** @type {string[]} */
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(own.url, { waitUntil: "networkidle" });
  return { page, register, errors };
}

/** @param {import("playwright-core").Page} page */
const badge = (page) =>
  page.evaluate(() => {
    const live = document.querySelector("[data-attestar-live]");
    const inside = live?.shadowRoot;
    return {
      live: live?.getAttribute("data-attestar-live") ?? null,
      text: inside?.querySelector(".text")?.textContent ?? "",
      edge: inside ? getComputedStyle(/** @type {Element} */ (inside.querySelector(".badge"))).borderTopColor : "",
      size: inside ? getComputedStyle(/** @type {Element} */ (inside.querySelector("strong"))).fontSize : "",
      box: (live ?? document.querySelector("a"))?.getBoundingClientRect().toJSON(),
      picture: Boolean(document.querySelector("a img")),
      note: document.querySelector("[data-attestar-note]")?.textContent ?? "",
    };
  });

for (const lang of ["zh", "en"]) {
  test(`valid, in ${lang}: level, until when, and when that was looked up; untouched by the page's own style`, async () => {
    const { page, register, errors } = await holder(siteOf(sealedRegister()), { lang });
    const found = await badge(page);
    assert.equal(found.live, "valid");
    assert.equal(found.edge, "rgb(11, 70, 84)");
    assert.ok(found.text.includes(lang === "zh" ? "五星级" : "Five-star"));
    assert.match(found.text, /2029-03-17.*ATT-2026-000042.*2026-11-25/);
    assert.equal(found.picture, false);
    assert.ok(parseFloat(found.size) < 30, found.size);
    assert.ok(found.box.width >= 300 && found.box.height >= 90);
    assert.deepEqual(errors, []);
    assert.ok(register.requests.length < 20, JSON.stringify(register.requests));
  });
}

test("not valid is grey and in words: suspended, withdrawn, expired, status unknown", async () => {
  /** @type {[string, string, string][]} */
  const cases = [
    ["suspended", "2026-11-25T04:00:00Z", labels("en").status_suspended],
    ["revoked", "2026-11-25T04:00:00Z", labels("en").verify_status_revoked],
    ["stale", "2027-03-01T00:00:00Z", labels("en").verify_badge_stale],
  ];
  for (const [standing, now, word] of cases) {
    const register = sealedRegister();
    if (standing !== "stale") register.seal("2026-11-24T08:00:00Z", [{ number: NUMBER, status: standing === "revoked" ? "withdrawn" : standing }]);
    const { page } = await holder(siteOf(register), { now });
    const found = await badge(page);
    assert.equal(found.live, standing);
    assert.ok(found.text.startsWith(word), found.text);
    assert.equal(found.edge, "rgb(107, 117, 114)");
  }
  const old = sealedRegister({ staleDays: 2000 });
  const { page } = await holder(siteOf(old), { now: "2029-03-17T16:00:00Z" });
  assert.equal((await badge(page)).live, "expired");
});

test("forged entry, unreachable files, or a host without CORS: the dated picture stays, and says so", async () => {
  const forged = siteOf(sealedRegister());
  forged.set(`c/${NUMBER}.json`, Buffer.from(String(forged.get(`c/${NUMBER}.json`)).replaceAll("Five-star", "Seven-star")));
  for (const options of [{}, { files: siteOf(sealedRegister()), how: { before: (/** @type {string} */ path) => !path.includes("status/") } }]) {
    const { page, errors } = await holder(options.files ?? forged, options);
    const found = await badge(page);
    assert.deepEqual([found.live, found.picture, found.note], [null, true, labels("en").verify_badge_unchecked]);
    assert.deepEqual(errors, []);
  }
  const { page } = await holder(siteOf(sealedRegister()), { headers: {} });
  assert.deepEqual((({ live, picture }) => [live, picture])(await badge(page)), [null, true]);
});

test("a page left open is brought to its new day, and back to the picture when that cannot be done", async () => {
  let up = true;
  const { page } = await holder(siteOf(sealedRegister()), { how: { before: () => up } });
  assert.equal((await badge(page)).live, "valid");
  up = false;
  await page.clock.setFixedTime(new Date("2026-11-27T04:00:00Z"));
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.waitForFunction(() => document.querySelector("[data-attestar-note]"));
  assert.deepEqual((({ live, picture }) => [live, picture])(await badge(page)), [null, true]);
});
