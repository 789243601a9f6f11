// Every command that a page of ours names is there, with every option; and every link leads somewhere.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

const program = process.env.ATTESTAR ?? "target/debug/attestar";
const PAGES = ["README.md", "CHANGELOG.md", "src/scaffold/starter/first/README.md", "src/scaffold/starter/sample/README.md", ...readdirSync("docs").filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];

/** The help of a command, by its words. @type {Map<string, string | undefined>} */
const helps = new Map();

/** @param {string[]} words */
function help(...words) {
  const key = words.join(" ");
  if (!helps.has(key)) {
    const done = spawnSync(program, [...words, "--help"], { encoding: "utf8" });
    helps.set(key, done.status === 0 ? done.stdout : undefined);
  }
  return helps.get(key);
}

/** Commands in a page: in a fenced block, or between backticks. @param {string} text */
function commands(text) {
  const whole = text.replaceAll("\\\n", " ");
  return [...whole.matchAll(/(?:^|`|&& |\.ci\/|\$ )attestar ((?!demo )[a-z][^`\n|&>;#)]*)/gm)].map(([, command]) => command.trim().split(/\s+/));
}

for (const page of PAGES) {
  test(`the commands in ${page} are there`, () => {
    for (const [first, ...rest] of commands(readFileSync(page, "utf8"))) {
      const said = [first, ...rest].join(" ");
      assert.ok(help(first), `attestar ${said}: there is no such command`);
      const below = /^[a-z][a-z-]*$/.test(rest[0] ?? "") && help(first)?.includes("Commands:") ? [first, rest[0]] : [first];
      const options = help(...below);
      assert.ok(options, `attestar ${said}: there is no such command`);
      for (const option of rest.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/[=,.:].*$/, ""))) {
        assert.ok(new RegExp(`${option}\\b`).test(options), `attestar ${said}: there is no ${option}`);
      }
    }
  });
}

/** What GitHub calls the headings of a page. @param {string} path */
const anchors = (path) =>
  new Set([...readFileSync(path, "utf8").replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.*)$/gm)].map(([, title]) => title.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")));

test("links between pages lead somewhere", () => {
  // Not in findings.md, whose findings are about links that lead nowhere.
  for (const page of PAGES.filter((page) => !page.startsWith("src/") && page !== "docs/findings.md")) {
    for (const [, target] of readFileSync(page, "utf8").matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file, anchor] = target.split("#");
      const path = file ? join(dirname(page), file) : page;
      assert.ok(existsSync(path), `${page}: ${target} is not there`);
      if (anchor) assert.ok(anchors(path).has(anchor), `${page}: ${target} has no such heading`);
    }
  }
});
