// `attestar serve`: an open page follows every save, and a mistake in a record is shown in it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "./launch.mjs";

const root = new URL("../..", import.meta.url).pathname;
const binary = process.env.ATTESTAR ?? join(root, "target/debug/attestar");
const RECORD = "content/certificates/2024/AST-SC-2024-00029.md";
/** The small register: two records, which name no other. */
const KEPT = /AST-SC-2024-00029|AST-SC-2026-00072/;
const PAGE = "c/AST-SC-2024-00029.html";

/** @type {string} */
let folder;
/** @type {string} */
let url;
/** @type {import("node:child_process").ChildProcess} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("playwright-core").Page} */
let page;
let said = "";

/** A port that nobody listens on. @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "attestar-serve-"));
  const isRecord = /certificates\/.*\.md$/;
  for (const part of ["register.toml", "content"]) {
    await cp(join(root, part), join(folder, part), { recursive: true, filter: (path) => !isRecord.test(path) || KEPT.test(path) });
  }
  const port = await freePort();
  server = spawn(binary, ["-C", folder, "serve", "--port", String(port), "--as-of", "2026-11-23"], { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [server.stdout, server.stderr]) stream?.on("data", (bytes) => (said += bytes));
  url = `http://localhost:${port}/`;
  for (let tries = 0; !(await fetch(url).then((answer) => answer.ok, () => false)); tries += 1) {
    assert.ok(tries < 200 && server.exitCode === null, `the server does not answer:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  browser = await launch();
  page = await browser.newPage();
});
after(async () => {
  await browser?.close();
  server?.kill("SIGKILL");
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** @param {(text: string) => string} change */
async function edit(change) {
  const file = join(folder, RECORD);
  const text = await readFile(file, "utf8");
  const changed = change(text);
  assert.notEqual(changed, text);
  await writeFile(file, changed);
}

const findings = () => page.locator("#attestar-findings");
const scope = () => page.locator(".scope");

test("a page is served", async () => {
  const answer = await page.goto(url + PAGE);
  assert.equal(answer?.status(), 200);
  assert.match((await scope().textContent()) ?? "", /摩托车的销售/);
  assert.equal(await findings().count(), 0);
});

test("an open page shows a saved change by itself", async () => {
  await page.evaluate(() => (document.title = "not reloaded"));
  await edit((text) => text.replace("摩托车的销售", "电动摩托车的销售"));
  await scope().filter({ hasText: "电动摩托车的销售" }).waitFor({ timeout: 15_000 });
  assert.notEqual(await page.title(), "not reloaded");
});

test("a page that does not change is not reloaded", async () => {
  await page.goto(`${url}c/AST-SC-2026-00072.html`);
  await page.evaluate(() => (document.title = "not reloaded"));
  const before = said;
  await edit((text) => text.replace("电动摩托车的销售", "电动自行车的销售"));
  for (let tries = 0; said === before && tries < 150; tries += 1) await page.waitForTimeout(100);
  await page.waitForTimeout(500);
  assert.equal(await page.title(), "not reloaded");
  await page.goto(url + PAGE);
});

test("a mistake is shown in the page, which stays as it was", async () => {
  await edit((text) => text.replace('level = "star-4"', 'level = "star-44"'));
  await findings().waitFor({ timeout: 15_000 });
  const words = await findings().innerText();
  assert.match(words, /AST-SC-2024-00029\.md:\d+:\d+/);
  assert.match(words, /star-44/);
  assert.match(words, /Not built/);
  assert.match((await scope().textContent()) ?? "", /电动自行车/);
  const again = await page.goto(url + PAGE);
  assert.equal(again?.status(), 200);
  await findings().waitFor();
});

test("a mended record is shown, and the findings go", async () => {
  await edit((text) => text.replace('level = "star-44"', 'level = "star-4"').replace("电动自行车的销售", "汽车的销售"));
  await scope().filter({ hasText: "汽车的销售" }).waitFor({ timeout: 15_000 });
  await page.waitForTimeout(300);
  assert.equal(await findings().count(), 0);
});

test("an unknown page answers 404, another host is refused, and the server stops when told", async () => {
  assert.equal((await page.goto(`${url}c/NOT-THERE.html`))?.status(), 404);
  const { request } = await import("node:http");
  const status = await new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host: "evil.example" } }, (answer) => resolve(answer.resume().statusCode));
    asked.on("error", reject).end();
  });
  assert.equal(status, 403);
  server.kill("SIGINT");
  await new Promise((resolve) => (server.exitCode === null && server.signalCode === null ? server.once("exit", resolve) : resolve(undefined)));
});
