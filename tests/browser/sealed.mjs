// A sealed register as a site, for tests of the check in the page: reference.mjs seals it, the theme's
// own scripts, style and words are served, and a page has the marks that the theme's template has.

import { readFileSync } from "node:fs";
import { Register, VALID, pathOf, subject } from "./reference.mjs";

const THEME = new URL("../../themes/default/", import.meta.url);

/** The theme's labels. @param {string} lang @returns {Record<string, string>} */
export function labels(lang) {
  const lines = readFileSync(new URL(`i18n/${lang}.toml`, THEME), "utf8").split("\n");
  return Object.fromEntries(lines.flatMap((line) => {
    const [, key, text] = /^(\w+)\s*=\s*(".*")$/.exec(line) ?? [];
    return key ? [[key, JSON.parse(text)]] : [];
  }));
}

const STATUSES = ["valid", "expiring", "suspended", "expired", "withdrawn", "cancelled", "not-yet-valid", "none"];

/** The page of a certificate that says these things. @param {Register} register @param {string} number @param {string} lang @param {Record<string, string>} says */
export function pageOf(register, number, lang, says) {
  const t = labels(lang);
  const version = register.newest(number);
  const path = pathOf(number);
  const root = lang === "zh" ? "../" : "../../";
  const statuses = (register.statuses.get(number) ?? []).map(({ leaf }) => leaf).join(" ");
  const shape = (/** @type {string} */ code) => `<svg class="shape" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" data-shape="${code}"><circle cx="12" cy="12" r="10"/></svg>`;
  const words = STATUSES.map((code) => `<p data-status="${code}" data-sentence="${t[`today_${code.replaceAll("-", "_")}`]}">${shape(code)}${t[`status_${code.replaceAll("-", "_")}`]}</p>`).join("");
  const data = Object.entries({ number, path, serial: version?.serial, leaf: version?.leaf, prev: version?.prev, statuses, root, base: register.base, issuer: register.did, origin: register.origin, lang, words: `${root}assets/verify-${lang}.json`, "stale-days": 45 }).map(([name, value]) => `data-${name}="${value}"`).join(" ");
  return `<!doctype html>
<html lang="${lang === "zh" ? "zh-CN" : lang}" data-time-zone="Asia/Shanghai"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'none'; base-uri 'none'; form-action 'self'">
<title>${says.holder}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${root}assets/site.css">
<script type="module" src="${root}assets/register.js"></script><script type="module" src="${root}assets/panel.js"></script></head>
<body class="kind-certificate"><main id="main"><article class="certificate">
<section class="verdict"><div class="banner" data-fact="status" data-status="${says.status}" data-segments="${says.segments}" data-until="${says.untilDay}">${shape(says.status)}<div>
<p class="word"><strong data-word>${t[`status_${says.status.replaceAll("-", "_")}`]}</strong> <span class="until">${t.valid_until} <time datetime="${says.untilDay}" data-fact="until">${says.until}</time></span></p>
<p class="statement" data-sentence>${says.status}</p></div></div>
<p class="level"><span class="stars" aria-hidden="true">${'<svg class="on" viewBox="0 0 24 24" width="24" height="24"></svg>'.repeat(Number(says.stars))}</span> <span class="words"><span data-fact="level">${says.level}</span></span></p><p class="check"><a href="#verify" data-verify-brief>${t.seal_brief}</a></p></section>
<header class="holder"><h1 data-fact="holder">${says.holder}</h1><p class="number"><span class="code" data-fact="number">${says.number}</span></p></header>
<div class="body"><section><h2>${t.scope_heading}</h2><p class="scope" data-fact="scope">${says.scope}</p></section>
<section><dl class="facts"><div><dt>${t.field_credit_code}</dt><dd><a class="code" data-fact="identifier" href="${root}enterprises/${says.identifier}.html">${says.identifier}</a></dd></div></dl></section>
<section class="verify screen" id="verify" aria-labelledby="check" data-verify ${data}><h2 id="check">${t.seal_heading}</h2><p data-verify-say>${t.seal_text}</p><ol data-steps></ol>
<p class="code">attestar verify ${number} --site ${register.base}</p>
<p><button type="button" data-verify-run hidden></button> <button type="button" data-evidence hidden></button> <button type="button" data-qr hidden></button></p>
<ul class="links"><li><a href="${root}transparency.html">${t.seal_independent}</a></li></ul></section></div></article></main>
<template id="words" data-days-one="${t.days_one}" data-days-other="${t.days_other}" data-last="${t.today_last}">${words}</template></body></html>`;
}

export const NUMBER = "ATT-2026-000042";

/** What an honest page of the test certificate says. @type {Record<string, Record<string, string>>} */
export const SAYS = {
  zh: { number: NUMBER, status: "valid", segments: "not-yet-valid 2026-03-16;valid 2026-03-18;expired 2029-03-18", untilDay: "2029-03-17", until: "2029年3月17日", level: "五星级", stars: "5", holder: "示例家电有限公司", identifier: "91440507MAXX1007X8", scope: "家用空调的零售与售后服务" },
  en: { number: NUMBER, status: "valid", segments: "not-yet-valid 2026-03-16;valid 2026-03-18;expired 2029-03-18", untilDay: "2029-03-17", until: "17 March 2029", level: "Five-star", stars: "5", holder: "Example Appliances Co., Ltd.", identifier: "91440507MAXX1007X8", scope: "Retail of household air conditioners" },
};

/** A register with the test certificate and one more, in two editions. @param {ConstructorParameters<typeof Register>[0]} [options] */
export function sealedRegister(options) {
  const register = new Register(options);
  register.seal("2026-10-23T08:00:00Z", [{ number: NUMBER, subject: subject(), ...VALID }, { number: "ATT-2026-000043", subject: subject(), ...VALID }]);
  register.seal("2026-11-23T08:00:00Z", [{ number: "ATT-2026-000044", subject: subject(), ...VALID }]);
  return register;
}

/** All files of such a site. @param {Register} register @param {Record<string, string>} [changed] what the page says otherwise */
export function siteOf(register, changed = {}) {
  const files = new Map(register.files);
  for (const name of ["badge", "ed25519-3.2.0", "elements", "evidence", "host", "inflate", "panel", "proof", "qr", "register", "sha2", "tlog", "verify"]) files.set(`assets/${name}.js`, readFileSync(new URL(`assets/${name}.js`, THEME)));
  for (const name of ["site", "panel"]) files.set(`assets/${name}.css`, readFileSync(new URL(`assets/${name}.css`, THEME)));
  for (const lang of ["zh", "en"]) {
    const t = labels(lang);
    const words = Object.entries(t).filter(([key]) => key.startsWith("verify_")).map(([key, text]) => [key.slice(7), text]);
    for (const code of STATUSES) words.push([`word_${code.replaceAll("-", "_")}`, t[`status_${code.replaceAll("-", "_")}`]]);
    files.set(`assets/verify-${lang}.json`, Buffer.from(JSON.stringify(Object.fromEntries(words))));
    files.set(`${lang === "zh" ? "" : "en/"}c/${NUMBER}.html`, Buffer.from(pageOf(register, NUMBER, lang, { ...SAYS[lang], ...changed })));
  }
  return files;
}
