// Measures a list of 30 lines on the page where certificates are checked: ten numbers, ten credit codes and ten
// names of a built site, chosen by chance, in a Chromium that has nothing of the site yet.
//
//   node benches/batch.mjs SITE [lists, 10] [seed, 1]
//
// Bytes are what was transferred, 300 for each answer's head among them, without the page, its style and scripts.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "../tests/browser/launch.mjs";
import { chance } from "../tests/browser/names.mjs";
import { host } from "./host.mjs";

const [folder = "public", count = "10", seed = "1"] = process.argv.slice(2);
const luck = chance(Number(seed));
const { n, rowLog2 } = JSON.parse(readFileSync(join(folder, "s/manifest.json"), "utf8"));

/** A row by chance, of those that are their certificates' newest. @returns {string[]} */
function row() {
  for (;;) {
    const rid = luck.below(n);
    const found = JSON.parse(readFileSync(join(folder, `s/r${rowLog2}/${rid >> rowLog2}.json`), "utf8"))[rid % 2 ** rowLog2];
    if (Array.isArray(found)) return found;
  }
}

const server = await host([["/", folder]]);
const browser = await launch();
console.log(`${n} serials\n     KB  files  seconds  answers`);
for (let turn = 0; turn < Number(count); turn += 1) {
  const lines = [0, 3, 1].flatMap((at) => Array.from({ length: 10 }, () => row()[at]));
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.origin}/verify.html`);
  await page.evaluate(() => performance.setResourceTimingBufferSize(10_000));
  await page.fill("#list", lines.join("\n"));
  const began = performance.now();
  await page.click("[data-ask] button[type=submit]");
  await page.waitForFunction(() => document.querySelectorAll(".answers tbody tr").length === 30 && !/\d+ \/ \d+/.test(document.querySelector("[data-status-line]")?.textContent ?? ""), null, { timeout: 120_000 });
  const seconds = (performance.now() - began) / 1000;
  const { size, asked, codes } = await page.evaluate(() => {
    const data = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource")).filter(({ name }) => !/\/assets\/|\.(svg|png|ico)$/.test(name));
    const codes = [...document.querySelectorAll(".answers [data-code]")].map((element) => /** @type {HTMLElement} */ (element).dataset.code ?? "");
    return { size: data.reduce((sum, { transferSize }) => sum + transferSize, 0), asked: data.length, codes };
  });
  const tally = [...new Set(codes)].map((code) => `${code} ${codes.filter((other) => other === code).length}`);
  console.log(`${(size / 1000).toFixed(1).padStart(7)}  ${`${asked}`.padStart(5)}  ${seconds.toFixed(2).padStart(7)}  ${tally.join(", ")}`);
  await context.close();
}
await browser.close();
server.close();
