// The browser: the Chromium or Chrome that is there. None is downloaded.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ELSEWHERE = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Where the browser is: CHROME_PATH, else the first one in PATH. */
function executable() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const path of [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...ELSEWHERE]) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not this one.
    }
  }
  throw new Error("no Chromium or Chrome was found: install one, or name it in CHROME_PATH");
}

/** Starts the browser. @param {string[]} [more] */
export function launch(more = []) {
  return chromium.launch({ executablePath: executable(), args: [...ARGS, ...more] });
}

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 900 };

// As a program it says which browser there is, or fails.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const browser = await launch();
  console.log(`${executable()}: ${browser.version()}`);
  await browser.close();
}
