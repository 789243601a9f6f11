// The check in the page, in a browser, on honest and on tampered copies of a sealed site: each state
// that a reader can meet. Nothing but an honest, fresh copy may be green.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";
import { launch, PHONE } from "./launch.mjs";
import { listen, sideways, violations } from "./look.mjs";
import { digest, encodedList, included, jcs, keyPair, leafHash, rootOf, secure } from "./reference.mjs";
import { NUMBER, labels, sealedRegister, siteOf } from "./sealed.mjs";
import { serveFolder } from "./server.mjs";

const NOW = "2026-11-25T04:00:00Z";
const ENTRY = `c/${NUMBER}.json`;
const GREEN = { light: "rgb(23, 96, 60)" };

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

/** @typedef {{ lang?: string, now?: string, base?: string, clock?: boolean, context?: import("playwright-core").BrowserContext, init?: () => void, how?: Parameters<typeof serveFolder>[2], wait?: boolean, host?: string }} Options */

/** Opens the certificate's page of a site. @param {Map<string, Buffer>} files @param {Options} [options] */
async function visit(files, { lang = "zh", now = NOW, base = "/", clock = true, context, init, how, wait = true, host } = {}) {
  const server = await serveFolder(files, base, how);
  open.push(server.close);
  const where = context ?? (await browser.newContext({ viewport: PHONE, acceptDownloads: true, reducedMotion: "reduce" }));
  const page = await where.newPage();
  if (init) await page.addInitScript(init);
  if (clock) await page.clock.setFixedTime(new Date(now));
  else await page.addInitScript(onlyDate, now);
  const wrong = listen(page, server.origin);
  const url = `${host ? server.url.replace("127.0.0.1", host) : server.url}${lang === "zh" ? "" : `${lang}/`}c/${NUMBER}.html`;
  await page.goto(url);
  if (wait) await settled(page);
  return { page, server, context: where, wrong };
}

/** Fixes the date and leaves the browser's own measurements alone. @param {string} now */
function onlyDate(now) {
  const Real = Date;
  // @ts-expect-error A date with arguments is as always.
  globalThis.Date = class extends Real {
    /** @param {[]} given */
    constructor(...given) {
      super(.../** @type {[string]} */ (/** @type {unknown} */ (given.length ? given : [now])));
    }
  };
}

/** Waits for the verdict. @param {import("playwright-core").Page} page */
async function settled(page) {
  await page.waitForFunction(() => {
    const styled = [...document.styleSheets].some(({ href }) => href?.endsWith("panel.css"));
    return styled && !["", "checking"].includes(/** @type {HTMLElement} */ (document.querySelector("[data-verify]")).dataset.state ?? "");
  });
}

/** What the page shows after its check. @param {import("playwright-core").Page} page */
const seen = (page) =>
  page.evaluate(() => {
    const section = /** @type {HTMLElement} */ (document.querySelector("[data-verify]"));
    const banner = /** @type {HTMLElement} */ (document.querySelector(".banner"));
    const text = (/** @type {string} */ selector) => document.querySelector(selector)?.textContent?.trim() ?? "";
    return {
      state: section.dataset.state,
      code: section.dataset.reason,
      standing: section.dataset.standing,
      say: text("[data-verify-say]"),
      brief: text("[data-verify-brief]"),
      banner: text(".banner [data-word]"),
      sentence: text(".banner [data-sentence]"),
      status: banner.dataset.status,
      checked: banner.dataset.checked,
      fill: getComputedStyle(banner).backgroundColor,
      edge: getComputedStyle(section).borderBlockStartColor,
      steps: Object.fromEntries([...document.querySelectorAll("[data-steps] > li")].map((item) => [item.getAttribute("data-step"), item.getAttribute("data-result")])),
      differences: [...document.querySelectorAll("[data-difference]")].map((one) => [one.getAttribute("data-difference"), ...[...one.querySelectorAll("dd")].map((dd) => dd.textContent ?? "")]),
      marked: [...document.querySelectorAll("[data-altered]")].map((element) => element.getAttribute("data-fact")),
    };
  });

/** Files with some replaced. @param {Map<string, Buffer>} files @param {Record<string, string | Buffer | null>} changed */
function tampered(files, changed) {
  const copy = new Map(files);
  for (const [path, content] of Object.entries(changed)) {
    if (content === null) copy.delete(path);
    else copy.set(path, Buffer.from(content));
  }
  return copy;
}

/** Fails unless the page is in a state that is nowhere green. @param {Awaited<ReturnType<typeof seen>>} found @param {string} state @param {string} [code] */
function notGreen(found, state, code) {
  assert.equal(found.state, state, JSON.stringify(found));
  if (code !== undefined) assert.equal(found.code, code);
  assert.equal(found.checked, undefined);
  assert.notEqual(found.fill, GREEN.light);
  assert.notEqual(found.edge, GREEN.light);
}

const register = sealedRegister();
const honest = siteOf(register);
const text = (/** @type {string} */ path) => String(honest.get(path));

for (const lang of ["zh", "en"]) {
  test(`verified, in ${lang}: every step says what it proves and what not; the banner is filled in`, async () => {
    const { page, server, wrong } = await visit(honest, { lang });
    const found = await seen(page);
    const words = labels(lang);
    assert.deepEqual([found.state, found.code, found.standing], ["verified", "", "valid"]);
    assert.deepEqual(found.steps, { signature: "yes", log: "yes", past: "unknown", status: "yes", page: "yes", key: "unknown" });
    assert.deepEqual([found.fill, found.edge, found.checked, found.status], [GREEN.light, GREEN.light, "2026-11-25", "valid"]);
    assert.ok(found.say.includes(words.verify_say_verified) && found.brief === words.verify_brief_verified);
    for (const step of Object.keys(found.steps)) {
      const item = page.locator(`[data-step=${step}]`);
      await item.locator("summary").click();
      for (const key of ["proves", "proves_not"]) assert.ok((await item.innerText()).includes(words[`verify_step_${step}_${key}`]), `${step} ${key}`);
    }
    const fingerprint = digest(keyPair("attestar sample issue key").raw);
    assert.ok((await page.locator("[data-step=key]").innerText()).replaceAll(" ", "").includes(fingerprint), "the fingerprint");
    assert.equal(await page.locator(".verify .links a").count(), 1);
    assert.deepEqual(wrong, []);
    assert.deepEqual(await sideways(page), []);
    assert.deepEqual(await violations(page, new Map()), []);
    const asked = server.requests.filter(({ path }) => !/\.(html|css|js)$/.test(path));
    assert.ok(asked.length <= 12, JSON.stringify(asked));
    assert.ok(server.requests.every(({ path }) => !/ed25519|sha2|inflate|qr|evidence/.test(path)), "what is not needed is not loaded");
  });
}

test("nothing is asked for before the page is painted", async () => {
  const { page } = await visit(honest, { clock: false });
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length);
  const [paint, first] = await page.evaluate(() => {
    const files = performance.getEntriesByType("resource").filter(({ name }) => /\.json$|ledger/.test(name));
    return [performance.getEntriesByName("first-contentful-paint")[0].startTime, Math.min(...files.map(({ startTime }) => startTime))];
  });
  assert.ok(first >= paint, `${first} < ${paint}`);
});

test("before the check the banner is not filled in, and without scripts the page says how to check", async () => {
  const { page } = await visit(honest, { wait: false, how: { before: async (path) => void (path.endsWith("verify-zh.json") && (await new Promise((resolve) => setTimeout(resolve, 700)))) } });
  await page.waitForFunction(() => document.querySelector(".banner [data-sentence]")?.textContent?.includes("2026-11-25"));
  const early = await seen(page);
  assert.deepEqual([early.checked, early.status], [undefined, "valid"]);
  assert.notEqual(early.fill, GREEN.light);
  await settled(page);
  assert.equal((await seen(page)).fill, GREEN.light);
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const still = await plain.newPage();
  await still.goto(page.url());
  assert.ok((await still.locator(".verify").innerText()).includes(`attestar verify ${NUMBER} --site https://register.example`));
  assert.equal(await still.locator(".verify button:visible").count(), 0);
});

// ── Altered pages ──

/** @type {Record<string, [Record<string, string>, string, string]>} */
const LIES = {
  "level raised": [{ level: "七星级" }, "level", "五星级"],
  "more stars drawn": [{ stars: "7" }, "stars", "5"],
  "expiry postponed": [{ until: "2031年3月17日" }, "until", "2029-03-17"],
  "another holder": [{ holder: "冒名家电有限公司" }, "holder", "示例家电有限公司"],
  "the holder's namesake": [{ identifier: "91310000MADEMQ012T" }, "identifier", "91440507MAXX1007X8"],
  "another number": [{ number: "ATT-2026-000043" }, "number", NUMBER],
  "a wider scope": [{ scope: "一切商品的售后服务" }, "scope", "家用空调的零售与售后服务"],
  "a milder status": [{ status: "suspended", segments: "valid 2026-03-18;suspended 2026-05-01" }, "status", "有效"],
};
for (const [name, [changed, fact, signed]] of Object.entries(LIES)) {
  test(`altered: ${name}; big, red, with what was signed beside what the page says`, async () => {
    const { page } = await visit(siteOf(register, changed));
    const found = await seen(page);
    notGreen(found, "altered");
    assert.deepEqual(found.marked, fact === "stars" ? [] : [fact]);
    assert.deepEqual(found.differences.map(([one]) => one), [fact]);
    assert.ok(found.differences[0]?.[1]?.includes(signed), String(found.differences[0]));
    assert.equal(found.steps.page, "no");
    const words = labels("zh");
    assert.equal(found.banner, words.verify_state_altered);
    assert.ok(found.say.includes(words[`verify_field_${fact}`]), found.say);
    assert.deepEqual([found.fill, found.edge], ["rgb(152, 27, 27)", "rgb(152, 27, 27)"]);
    assert.deepEqual(await violations(page, new Map()), []);
    assert.deepEqual(await sideways(page), []);
  });
}

test("altered: the page says valid, the signed list says suspended; the banner turns to the truth", async () => {
  const made = sealedRegister();
  made.seal("2026-11-24T08:00:00Z", [{ number: NUMBER, status: "suspended", date: "2026-11-24" }]);
  for (const lang of ["zh", "en"]) {
    const { page } = await visit(siteOf(made), { lang });
    const found = await seen(page);
    notGreen(found, "altered");
    assert.equal(found.standing, "suspended");
    assert.match(found.sentence, lang === "zh" ? /暂停.*2026-11-24/ : /suspended.*2026-11-24/);
    assert.equal(found.status, "none");
    // Nor does it come back to green when the day changes or the reader returns.
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    notGreen(await seen(page), "altered");
  }
});

test("a page that tells a suspension or an end as it was signed holds, and is still not green", async () => {
  for (const [status, segment] of /** @type {const} */ ([["suspended", "suspended"], ["withdrawn", "withdrawn"], ["cancelled", "cancelled"]])) {
    const made = sealedRegister();
    made.seal("2026-11-24T08:00:00Z", [{ number: NUMBER, status, date: "2026-11-24" }]);
    const { page, server } = await visit(siteOf(made, { status, segments: `valid 2026-03-18;${segment} 2026-11-24` }));
    const found = await seen(page);
    assert.deepEqual([found.state, found.standing, found.status], ["verified", status, status], JSON.stringify(found));
    assert.notEqual(found.fill, GREEN.light);
    assert.notEqual(found.edge, GREEN.light);
    assert.ok(!server.requests.some(({ path }) => path.includes("detail")), "the page's own words are enough");
  }
});

test("altered: a fact that the page has hidden or left out", async () => {
  const page = text(`c/${NUMBER}.html`);
  for (const [name, html] of /** @type {const} */ ([["left out", page.replace(' data-fact="level"', "")], ["hidden", page.replace(' data-fact="level"', ' hidden data-fact="level"')]])) {
    const { page: shown } = await visit(tampered(honest, { [`c/${NUMBER}.html`]: html }));
    const found = await seen(shown);
    notGreen(found, "altered");
    assert.deepEqual(found.differences.map(([fact]) => fact), ["level"], name);
  }
});

test("altered: an honest fact elsewhere on the page does not make good a forged one", async () => {
  const html = text(`c/${NUMBER}.html`).replace('<span data-fact="level">五星级', '<span data-fact="level">七星级').replace("</article>", '<p data-fact="level">五星级</p></article>');
  const { page } = await visit(tampered(honest, { [`c/${NUMBER}.html`]: html }));
  const found = await seen(page);
  notGreen(found, "altered");
  assert.match(String(found.differences[0]), /七星级 \/ 五星级/);
});

test("altered: the days that the page counts and draws with, where its words are right", async () => {
  const page = text(`c/${NUMBER}.html`);
  const bar = '<div data-validity data-from="2026-03-18" data-until="2029-03-17" data-segments="valid 2026-03-18"></div></article>';
  const honestBar = page.replace("</article>", bar);
  const { page: same } = await visit(tampered(honest, { [`c/${NUMBER}.html`]: honestBar }));
  assert.equal((await seen(same)).state, "verified");
  for (const [from, to] of [['data-until="2029-03-17"><svg', 'data-until="2039-03-17"><svg'], ['datetime="2029', 'datetime="2039'], ['data-until="2029-03-17" data-segments="valid 2026-03-18"></div>', 'data-until="2039-03-17" data-segments="valid 2026-03-18"></div>']]) {
    assert.ok(honestBar.includes(from), from);
    const { page: shown } = await visit(tampered(honest, { [`c/${NUMBER}.html`]: honestBar.replace(from, to) }));
    const found = await seen(shown);
    notGreen(found, "altered");
    assert.deepEqual(found.differences.map(([fact]) => fact), ["until"], from);
  }
});

test("altered: a word of the status that does not go with it", async () => {
  const html = text(`c/${NUMBER}.html`).replace(/(<p data-status="suspended"[^>]*>.*?<\/svg>)暂停/, "$1有效");
  const made = sealedRegister();
  made.seal("2026-11-24T08:00:00Z", [{ number: NUMBER, status: "suspended" }]);
  const { page } = await visit(tampered(siteOf(made), { [`c/${NUMBER}.html`]: html.replace('data-segments="', 'data-segments="suspended 2026-01-01;"') }));
  notGreen(await seen(page), "altered");
});

// ── Files that do not hold ──

/** @type {Record<string, [Record<string, string | Buffer | null>, string]>} */
const ATTACKS = {
  "entry and page altered together": [{ [ENTRY]: text(ENTRY).replaceAll("五星级", "七星级"), [`c/${NUMBER}.html`]: text(`c/${NUMBER}.html`).replaceAll("五星级", "七星级") }, "signature"],
  "validity prolonged in the entry": [{ [ENTRY]: text(ENTRY).replace("2029-03-17T15", "2031-03-17T15") }, "signature"],
  "a damaged proof": [{ [ENTRY]: text(ENTRY).replace(/"proofValue":"z./, '"proofValue":"z5') }, "signature"],
  "a member twice": [{ [ENTRY]: text(ENTRY).replace('"starLevel":5', '"starLevel":7,"starLevel":5') }, "not-canonical"],
  "another certificate's entry": [{ [ENTRY]: text("c/ATT-2026-000043.json") }, "other-entry"],
  "the entry removed": [{ [ENTRY]: null }, "credential-missing"],
  "a key of the host's own": [{ ".well-known/did.json": text(".well-known/did.json").replace(/"publicKeyMultibase":"[^"]+"/, `"publicKeyMultibase":"${keyPair("thief").multikey}"`) }, "did-replaced"],
  "a wrong log key": [{ "ledger/policy": String(sealedRegister({ label: "thief" }).files.get("ledger/policy")) }, "log-key-unknown"],
  "a damaged tile": [{ "ledger/tile/entries/000.p/7": text("ledger/tile/entries/000.p/7").replace("000042", "000041") }, "tile"],
  "a cleared bit": [{ "status/suspension-0.json": text("status/suspension-0.json").replace(/"encodedList":"[^"]+"/, `"encodedList":"${encodedList(new Set([9]))}"`) }, "list-replaced"],
  "a checkpoint of another tree": [{ "ledger/checkpoint": text("ledger/checkpoint").replace("\n7\n", "\n8\n") }, "checkpoint-signature"],
  "a back-dated entry with the real key": [{ [ENTRY]: jcs(secure({ ...register.document({ number: NUMBER, subject: JSON.parse(text(ENTRY)).credentialSubject, validFrom: "2020-03-17T16:00:00Z", validUntil: "2029-03-17T15:59:59Z" }, 0) }, register.keys.issue, "2026-10-23T08:00:00Z", `${register.did}#k2026-1`)) }, "not-logged"],
};
for (const [name, [changed, code]] of Object.entries(ATTACKS)) {
  test(`failed: ${name}`, async () => {
    const { page } = await visit(tampered(honest, changed));
    const found = await seen(page);
    notGreen(found, "failed", code);
    assert.equal(found.banner, labels("zh").verify_state_failed);
    assert.ok(Object.values(found.steps).includes("no"));
    assert.equal(found.fill, "rgb(152, 27, 27)");
    assert.equal(await page.locator("[data-evidence]").isVisible(), false);
  });
}

test("failed: a page under another certificate's address", async () => {
  const { page } = await visit(tampered(honest, { [`c/${NUMBER}.html`]: text(`c/${NUMBER}.html`), "c/ATT-2026-000043.html": text(`c/${NUMBER}.html`) }));
  await page.goto(page.url().replace(NUMBER, "ATT-2026-000043"));
  await settled(page);
  const found = await seen(page);
  notGreen(found, "altered");
  assert.deepEqual(found.differences.map(([fact]) => fact), ["number"]);
});

// ── Old, missing, unreachable ──

test("stale: the status list is out of date, so the status is unknown and nowhere green", async () => {
  const { page } = await visit(honest, { now: "2027-01-08T00:00:00Z", lang: "en" });
  const found = await seen(page);
  notGreen(found, "stale", "stale");
  assert.deepEqual(found.steps, { signature: "yes", log: "yes", past: "unknown", status: "unknown", page: "yes", key: "unknown" });
  assert.equal(found.banner, labels("en").verify_state_stale);
  assert.match(found.sentence, /2027-01-07.*2027-01-08/);
  assert.equal(found.status, "none");
});

test("unsigned: a copy without its ledger", async () => {
  const { page } = await visit(tampered(honest, { "ledger/checkpoint": null, [ENTRY]: null }));
  notGreen(await seen(page), "unsigned", "unsigned");
});

test("superseded: an old page beside a newer entry, and an old page with its old entry", async () => {
  const made = sealedRegister();
  const old = siteOf(made);
  made.seal("2026-11-24T08:00:00Z", [{ number: NUMBER, subject: JSON.parse(text(ENTRY)).credentialSubject, validFrom: "2026-03-17T16:00:00Z", validUntil: "2032-03-17T15:59:59Z" }]);
  const pages = { [`c/${NUMBER}.html`]: String(old.get(`c/${NUMBER}.html`)) };
  for (const entry of [made.newest(NUMBER)?.bytes ?? "", String(old.get(ENTRY))]) {
    const { page } = await visit(tampered(siteOf(made), { ...pages, [ENTRY]: entry }));
    const found = await seen(page);
    notGreen(found, "superseded", "superseded");
    assert.deepEqual([found.steps.signature, found.steps.status], ["yes", "no"]);
    assert.equal(found.banner, labels("zh").verify_state_superseded);
  }
});

test("offline: what cannot be reached says nothing against the certificate, and can be tried again", async () => {
  let up = false;
  const { page } = await visit(honest, { lang: "en", how: { before: (path) => up || !/ledger|\/c\/.*json/.test(path) } });
  const found = await seen(page);
  notGreen(found, "offline", "unreachable");
  assert.ok(found.say.includes(labels("en").verify_say_offline));
  assert.deepEqual([found.banner, found.status], ["Valid", "valid"]);
  up = true;
  await page.locator("[data-verify-run]").click();
  await page.waitForFunction(() => document.querySelector("[data-verify]")?.getAttribute("data-state") === "verified");
  assert.equal((await seen(page)).fill, GREEN.light);
});

test("offline: without even the words, the page's own text stays", async () => {
  const { page } = await visit(honest, { how: { before: (path) => !/ledger|json/.test(path) } });
  const found = await seen(page);
  notGreen(found, "offline");
  assert.ok(found.say.includes("attestar") || found.say.includes(labels("zh").seal_text));
});

test("slow network: the page is readable at once and says that it is checking", async () => {
  const { page } = await visit(honest, { wait: false, how: { before: async (path) => void (/ledger|\.json/.test(path) && !path.includes("verify-") && (await new Promise((resolve) => setTimeout(resolve, 800)))) } });
  await page.waitForFunction(() => document.querySelector("[data-verify]")?.getAttribute("data-state") === "checking");
  const early = await seen(page);
  notGreen(early, "checking");
  assert.ok(early.say.includes(labels("zh").verify_say_checking));
  await settled(page);
  assert.equal((await seen(page)).state, "verified");
});

// ── What a browser remembers ──

test("the second visit compares with the first; rollback and a second history are refused", async () => {
  const made = sealedRegister();
  const files = new Map(siteOf(made));
  const first = await visit(files);
  const { page, context } = first;
  const back = new Map(files);
  const again = async (/** @type {Map<string, Buffer>} */ next) => {
    files.clear();
    for (const [path, bytes] of next) files.set(path, bytes);
    await page.reload();
    await settled(page);
    return seen(page);
  };
  assert.equal((await seen(page)).steps.past, "unknown");
  assert.deepEqual((await again(new Map(files))).steps.past, "yes");
  made.seal("2026-11-24T08:00:00Z", []);
  const grown = await again(siteOf(made));
  assert.deepEqual([grown.state, grown.steps.past], ["verified", "yes"]);
  const rolled = await again(back);
  notGreen(rolled, "failed", "rollback");
  assert.equal(rolled.steps.past, "no");
  const other = sealedRegister();
  other.leaves[3] = other.leaves[2];
  other.seal("2026-11-24T09:00:00Z", []);
  const second = await again(siteOf(other));
  notGreen(second, "failed", "second-history");
  const thief = sealedRegister({ label: "thief" });
  for (let n = 0; n < 3; n += 1) thief.publish("2026-11-24T08:00:00Z");
  notGreen(await again(siteOf(thief)), "failed", "log-key-changed");
  assert.ok((await page.locator("[data-step=past]").innerText()).includes("2026-11-25"));
  await page.locator("[data-forget]").click();
  await page.waitForFunction(() => document.querySelector("[data-verify]")?.getAttribute("data-state") === "verified");
  assert.equal((await seen(page)).steps.past, "unknown");
  await context.close();
});

test("a memory that is damaged, or a browser that keeps none, is a first visit", async () => {
  for (const init of [() => localStorage.setItem("attestar register.example/ledger", '{"checkpoint":"x"}'), () => Object.defineProperty(window, "localStorage", { get: () => { throw new Error("no storage"); } })]) {
    const { page } = await visit(honest, { init });
    const found = await seen(page);
    assert.deepEqual([found.state, found.steps.past], ["verified", "unknown"]);
  }
});

// ── Browsers that lack something, hosts that are elsewhere ──

test("without WebCrypto, and without Ed25519 in it, the vendored code gives the same verdicts", async () => {
  const without = [
    () => Object.defineProperty(Crypto.prototype, "subtle", { get: () => undefined }),
    () => {
      SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException("no Ed25519", "NotSupportedError"));
    },
    // Half done: it imports keys, and takes any signature for right.
    () => {
      SubtleCrypto.prototype.verify = () => Promise.resolve(true);
    },
  ];
  for (const init of without) {
    const { page, server } = await visit(honest, { init });
    assert.equal((await seen(page)).state, "verified");
    assert.ok(server.requests.some(({ path }) => path.includes("ed25519-")));
    const { page: bad } = await visit(tampered(honest, { [ENTRY]: text(ENTRY).replace(/"proofValue":"z./, '"proofValue":"z5') }), { init });
    notGreen(await seen(bad), "failed", "signature");
  }
});

test("Ed25519 as this browser has it: Wycheproof, and the cases on which implementations disagree", async () => {
  const { page } = await visit(honest);
  const vectors = (/** @type {string} */ name) => JSON.parse(String(readFileSync(new URL(`../vectors/ed25519/${name}.json`, import.meta.url))));
  /** @type {string[][]} */
  const wycheproof = vectors("wycheproof").map((/** @type {any} */ { pk, sig, msg, result }) => [pk, sig, msg, result]);
  /** @type {string[][]} */
  const disputed = vectors("speccheck").map((/** @type {any} */ { pub_key, signature, message }, /** @type {number} */ at) => [pub_key, signature, message, at === 3 ? "valid" : "invalid"]);
  const wrong = await page.evaluate(async (cases) => {
    const { checkEd25519 } = await import(`${location.origin}/assets/proof.js`);
    const bytes = (/** @type {string} */ text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const wrong = [];
    for (const [key, signature, message, result] of cases) {
      const accepted = await checkEd25519(bytes(key), bytes(signature), bytes(message)).then(() => true, () => false);
      if (accepted !== (result === "valid")) wrong.push([key, signature, result]);
    }
    return wrong;
  }, [...wycheproof, ...disputed]);
  assert.deepEqual(wrong, []);
});

test("on a page without encryption it checks too, and says what that is worth", async () => {
  const other = await launch(["--host-resolver-rules=MAP insecure.test 127.0.0.1"]);
  try {
    const context = await other.newContext();
    const { page } = await visit(honest, { context, host: "insecure.test", lang: "en" });
    assert.equal(await page.evaluate(() => isSecureContext), false);
    const found = await seen(page);
    assert.equal(found.state, "verified");
    const notes = await page.locator("[data-verify-notes]").innerText();
    assert.ok(notes.includes(labels("en").verify_insecure), notes);
    assert.match(notes, /copy \(insecure\.test:\d+\).*https:\/\/register\.example\/c\//s);
  } finally {
    await other.close();
  }
});

test("without DecompressionStream", async () => {
  const { page, server } = await visit(honest, { init: () => void Reflect.deleteProperty(window, "DecompressionStream") });
  assert.equal((await seen(page)).state, "verified");
  assert.ok(server.requests.some(({ path }) => path.includes("inflate")));
});

test("a clock that is years behind is set to the publication, on all of the page, and that is said", async () => {
  const made = sealedRegister();
  made.seal("2026-11-24T08:00:00Z", [{ number: NUMBER, status: "suspended", date: "2026-11-24" }]);
  for (const [register, segments, status] of /** @type {const} */ ([[sealedRegister(), "valid 2026-03-18", "valid"], [made, "valid 2026-03-18;suspended 2026-11-24", "suspended"]])) {
    const { page } = await visit(siteOf(register, { segments }), { now: "2026-04-01T00:00:00Z", lang: "en" });
    const found = await seen(page);
    assert.deepEqual([found.state, found.status], ["verified", status]);
    assert.match(await page.locator("[data-verify-notes]").innerText(), /clock.*2026-11-2[34]/);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    assert.equal((await seen(page)).status, status);
  }
});

test("below a path, and in English below it", async () => {
  const made = sealedRegister({ base: "http://localhost:8430/sub/path" });
  for (const lang of ["zh", "en"]) {
    const { page } = await visit(siteOf(made), { base: "/sub/path/", lang });
    assert.equal((await seen(page)).state, "verified");
  }
});

test("a file that lags behind the others is asked for once more, around all caches", async () => {
  let first = true;
  const files = new Map(honest);
  const list = /** @type {Buffer} */ (honest.get("status/suspension-0.json"));
  files.set("status/suspension-0.json", Buffer.from("{}"));
  const { page } = await visit(files, { how: { before: (path) => {
    if (path.includes("suspension") && !first) files.set("status/suspension-0.json", list);
    if (path.includes("suspension")) first = false;
  } } });
  assert.equal((await seen(page)).state, "verified");
});

// ── What the reader can take along ──

test("the evidence file has all that was checked, each leaf with a proof that holds", async () => {
  const made = sealedRegister();
  made.seal("2026-11-24T08:00:00Z", [{ number: NUMBER, status: "suspended", date: "2026-11-24", reason: "surveillance-overdue" }, { number: "ATT-2026-000043", status: "suspended" }]);
  made.seal("2026-11-25T02:00:00Z", [{ number: NUMBER, status: "valid", date: "2026-11-25" }]);
  const { page } = await visit(siteOf(made, { segments: "valid 2026-03-18;suspended 2026-11-24;valid 2026-11-25" }));
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("[data-evidence]").click()]);
  assert.equal(download.suggestedFilename(), `${NUMBER}.attestar.json`);
  const bytes = readFileSync(await download.path());
  const evidence = JSON.parse(String(bytes));
  assert.equal(jcs(evidence), String(bytes), "JCS bytes");
  assert.deepEqual(Object.keys(evidence).sort(), ["asked", "checkpoint", "credential", "did", "kind", "leaves", "lists", "policy", "v"]);
  assert.deepEqual([evidence.kind, evidence.v, evidence.asked.number], ["attestar-evidence", 1, NUMBER]);
  assert.equal(jcs(evidence.credential), String(made.files.get(ENTRY)));
  assert.equal(jcs(evidence.did), made.didDocument);
  assert.deepEqual(evidence.lists.map(jcs), ["revocation", "suspension"].map((purpose) => String(made.files.get(`status/${purpose}-0.json`))));
  assert.equal(evidence.policy, made.policy);
  assert.equal(evidence.checkpoint, String(made.files.get("ledger/checkpoint")));
  const proofs = [evidence.leaves.issue, ...evidence.leaves.status, evidence.leaves.publish];
  const kinds = proofs.map((proof) => {
    const [head, note] = proof.split(/\n\n(.*)/s);
    const [title, extra, index, ...path] = head.split("\n");
    assert.deepEqual([title, note], ["c2sp.org/tlog-proof@v1", evidence.checkpoint]);
    const leaf = Buffer.from(extra.replace("extra ", ""), "base64");
    const root = rootOf(made.leaves.map(leafHash));
    assert.ok(included(leafHash(leaf), Number(index.replace("index ", "")), made.leaves.length, path.map((/** @type {string} */ line) => Buffer.from(line, "base64")), root));
    return [JSON.parse(String(leaf)).kind, JSON.parse(String(leaf)).status];
  });
  assert.deepEqual(kinds, [["issue", undefined], ["status", "suspended"], ["status", "valid"], ["publish", undefined]]);
});

test("the QR code of the page's address, on demand", async () => {
  const { page, wrong } = await visit(honest, { lang: "en" });
  await page.locator("[data-qr]").click();
  const picture = page.locator("[data-code] svg");
  await picture.waitFor();
  assert.match((await picture.getAttribute("aria-label")) ?? "", new RegExp(`https://register.example/c/${NUMBER}.html`));
  const box = await picture.boundingBox();
  assert.ok(box && box.width >= 150 && Math.abs(box.width - box.height) < 2);
  await page.locator("[data-qr]").click();
  assert.equal(await page.locator("[data-code]").count(), 1);
  assert.deepEqual(wrong, []);
});

// ── Cost ──

test("what a check costs: files, rounds, bytes, milliseconds", async (t) => {
  const delay = 100;
  const { page } = await visit(honest, { clock: false, how: { before: async (path) => void (/ledger|json/.test(path) && (await new Promise((resolve) => setTimeout(resolve, delay)))) } });
  const files = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name, startTime }) => ({ path: new URL(name).pathname.slice(1), at: startTime })));
  const asked = files.filter(({ path }) => /ledger|json/.test(path)).sort((a, b) => a.at - b.at);
  const rounds = asked.filter(({ at }, n) => n === 0 || at - asked[n - 1].at > delay / 2).length;
  const size = (/** @type {RegExp} */ kind) => files.filter(({ path }) => kind.test(path)).reduce((sum, { path }) => sum + (honest.get(path)?.length ?? 0), 0);
  const took = [];
  for (let n = 0; n < 6; n += 1) {
    await page.evaluate(() => document.querySelector("[data-verify-notes]")?.remove());
    await page.locator("[data-verify-run]").click();
    took.push(Number(/(\d+) 毫秒/.exec(await page.locator("[data-verify-notes]").innerText())?.[1]) - 2 * delay);
  }
  t.diagnostic(`${asked.length} files in ${rounds} rounds (the words among them), ${size(/ledger|json/)} bytes; scripts ${size(/js$/)} bytes; ${took.join(", ")} ms beyond two times ${delay} ms of waiting`);
  assert.ok(asked.length <= 12 && rounds <= 3 && size(/ledger|json/) < 100_000);
});

// What a check computes is counted: a busy machine's milliseconds would prove nothing. They are told.
test("a log of 140,000 leaves costs a check hardly more computing than one of 7", async (t) => {
  const large = sealedRegister();
  while (large.leaves.length < 139_999) large.leaves.push(Buffer.from(jcs({ id: `FILL-${large.leaves.length}`, kind: "issue", sha256: digest(`${large.leaves.length}`), time: "2026-11-23T08:00:00Z", v: 1 })));
  large.publish("2026-11-23T08:00:00Z");
  for (const [name, made] of /** @type {const} */ ([["7 leaves", register], ["140,000 leaves", large]])) {
    const files = siteOf(made);
    files.set(`c/${NUMBER}.html`, Buffer.from(String(files.get(`c/${NUMBER}.html`)).replace(/<script[^>]*panel[^>]*><\/script>/, "")));
    const { page } = await visit(files, { clock: false, wait: false });
    const { took, work } = await page.evaluate(async ([now, question]) => {
      /** @type {Map<string, Uint8Array | null>} */
      const files = new Map();
      const { verify } = await import(`${location.origin}/assets/verify.js`);
      const fetched = async (/** @type {string} */ path) => {
        const response = await fetch(`../${path}`);
        files.set(path, response.ok ? new Uint8Array(await response.arrayBuffer()) : null);
        return null;
      };
      // What a check asks for, found by letting it ask without an answer, again and again.
      for (let known = -1; known < files.size; ) {
        known = files.size;
        await verify(question, async (/** @type {string} */ path) => files.get(path) ?? fetched(path), null, new Date(now));
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
      const took = [];
      const work = { digests: 0, bytes: 0, signatures: 0 };
      const { digest, verify: check } = crypto.subtle;
      crypto.subtle.digest = (kind, data) => {
        work.digests += 1;
        work.bytes += data.byteLength;
        return digest.call(crypto.subtle, kind, data);
      };
      crypto.subtle.verify = (...given) => {
        work.signatures += 1;
        return check.apply(crypto.subtle, given);
      };
      const runs = 8;
      for (let n = 0; n < runs; n += 1) {
        const began = performance.now();
        const report = await verify(question, async (/** @type {string} */ path) => files.get(path) ?? null, null, new Date(now));
        took.push(Math.round(10 * (performance.now() - began)) / 10);
        if (report.state !== "verified") throw new Error(report.code);
      }
      const each = Object.entries(work).map(([name, count]) => [name, count / runs]);
      return { took, work: /** @type {typeof work} */ (Object.fromEntries(each)) };
    }, /** @type {const} */ ([NOW, made.question(NUMBER)]));
    t.diagnostic(`${name}: ${JSON.stringify(work)} in ${took.join(", ")} ms`);
    assert.ok(work.signatures >= 3 && work.signatures <= 6 && work.digests <= 2_000 && work.bytes <= 300_000, JSON.stringify(work));
    await page.context().close();
  }
});
