// Opens a page and says what a browser, a reader of small screens and a checker of access find wrong.

import axe from "axe-core";

/** @type {axe.RunOptions} */
const RULES = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  resultTypes: ["violations", "incomplete"],
};

/**
 * Gathers what goes wrong while a page loads.
 * @param {import("playwright-core").Page} page
 * @param {string} origin
 */
export function listen(page, origin) {
  /** @type {string[]} */
  const found = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) found.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => found.push(`script: ${error.message}`));
  page.on("requestfailed", (request) => found.push(`request failed: ${request.url()}`));
  page.on("response", (response) => {
    if (response.status() >= 400) found.push(`${response.status()}: ${response.url()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin)) found.push(`another party: ${request.url()}`);
  });
  return found;
}

/**
 * What scrolls sideways, if the page does.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string[]>}
 */
export function sideways(page) {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const wide = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
    if (wide <= room) return [];
    const over = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > room + 1);
    return [`scrolls sideways at ${room} px (${wide} px): ${over.slice(0, 3).map((element) => element.outerHTML.slice(0, 90)).join(" ")}`];
  });
}

/**
 * Violations that axe finds; what it could not decide goes into `undecided`. One page is one frame,
 * so axe runs in it as it is: several times faster than through a driver for many frames.
 * @param {import("playwright-core").Page} page
 * @param {Map<string, number>} undecided
 */
export async function violations(page, undecided) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const result = await page.evaluate((rules) => axe.run(document, rules), RULES);
  for (const { id, nodes } of result.incomplete) {
    for (const { any, target } of nodes) {
      const what = `${id}: ${any[0]?.data?.messageKey ?? ""} (${String(target[0]).replace(/.*[ >]|:nth-child.*|\[.*/g, "")})`;
      undecided.set(what, (undecided.get(what) ?? 0) + 1);
    }
  }
  return result.violations.map(({ id, nodes }) => {
    const reason = nodes[0].failureSummary?.split("\n").slice(1).join("; ").trim();
    return `axe ${id} (${nodes.length}): ${nodes[0].html.slice(0, 160)}: ${reason}`;
  });
}

/**
 * Text that is not in the language that its `lang` says: Han characters outside zh, or English
 * sentences (five words and more) outside en.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string[]>}
 */
export function languages(page) {
  return page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const text = (node.textContent ?? "").trim();
      const parent = node.parentElement;
      if (!parent || !text || parent.closest("script, template, noscript")) continue;
      const lang = parent.closest("[lang]")?.getAttribute("lang") ?? "";
      if (/\p{Script=Han}/u.test(text) && !lang.startsWith("zh")) found.push(`Chinese under lang=${lang}: ${text.slice(0, 60)}`);
      const english = /(?:\b[A-Za-z][a-z’']+\b[ ,;:]+){4}\b[a-z]+/.test(text) && !/\p{Script=Han}/u.test(text);
      if (english && !lang.startsWith("en")) found.push(`English under lang=${lang}: ${text.slice(0, 60)}`);
    }
    return found;
  });
}
