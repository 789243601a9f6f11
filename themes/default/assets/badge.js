// @ts-check
// The live badge on a holder's own site: in place of the register's picture it shows what is so today,
// by the signed entry and the newest status lists. It works where the register's host allows others to
// read its files (CORS); elsewhere, and wherever something does not hold, the picture stays, which is
// dated, and a line says that it was not checked.
//
//   <a href="https://REGISTER/c/NUMBER.html" data-attestar="NUMBER" data-lang="en"><img …></a>
//   <script type="module" src="https://REGISTER/assets/badge.js"></script>

import { checkProof, keyOf, need, parse } from "./proof.js";
import { bitOf, didOf, factsOn, standingOf } from "./verify.js";

const ROOT = new URL("../", import.meta.url).href;
const DAY = 86_400_000;

const STYLE = `
:host { all: initial; display: inline-block; inline-size: 20rem; max-inline-size: 100%; }
.badge { display: grid; grid-template-columns: 4.4rem 1fr; min-block-size: 7rem; box-sizing: border-box; overflow: hidden;
  font: 0.8rem/1.35 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: #17211f; background: #f2f3f1; border: 2px dashed #6b7572; border-radius: 2px; }
.mark { display: grid; place-items: center; background: #6b7572; }
svg { inline-size: 2.6rem; fill: none; stroke: #fff; stroke-width: 2; stroke-linejoin: round; }
.badge[data-live=valid] { background: #fff; border: 2px solid #0b4654; }
[data-live=valid] .mark { background: #0b4654; }
.text { display: grid; align-content: center; padding: 0.35rem 0.7rem; }
strong { font-size: 1.15rem; line-height: 1.25; color: #48524f; }
[data-live=valid] strong { color: #0b4654; }
b { font-size: 0.9rem; }
small { font-size: 0.72rem; color: #4f5b59; }`;

/** @type {(path: string) => Promise<Uint8Array<ArrayBuffer>>} */
async function read(path) {
  const answer = await fetch(ROOT + path, { cache: "no-cache", credentials: "omit" });
  need(answer.ok, "missing");
  return new Uint8Array(await answer.arrayBuffer());
}

/** @type {(text: string, values: Record<string, string>) => string} */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** The civil date here. */
const today = () => new Date(Date.now() - 60_000 * new Date().getTimezoneOffset()).toISOString().slice(0, 10);

/** What is so of a certificate now: signed, by lists that are signed and not out of date. @param {string} path */
async function look(path) {
  const entry = parse(await read(`c/${path}.json`));
  const { id, credentialSubject, credentialStatus, validUntil, issuer } = entry;
  const base = id.slice(0, -`/c/${path}.json`.length);
  need(id === `${base}/c/${path}.json` && issuer === didOf(base), "other-entry");
  const purposes = ["revocation", "suspension"];
  const places = credentialStatus.map((/** @type {any} */ { statusListCredential }) => statusListCredential.slice(base.length + 1));
  const didPlace = new URL(base).pathname === "/" ? ".well-known/did.json" : "did.json";
  const [did, ...lists] = (await Promise.all([didPlace, ...places].map(read))).map(parse);
  need(did.id === issuer, "issuer");
  const bits = [];
  for (const [at, list] of lists.entries()) {
    need(list.id === credentialStatus[at].statusListCredential && list.credentialSubject.statusPurpose === purposes[at] && list.issuer === issuer, "list");
    bits.push(await bitOf(list, Number(credentialStatus[at].statusListIndex)));
  }
  for (const one of [entry, ...lists]) await checkProof(one, keyOf(did, one.proof.verificationMethod));
  const now = new Date();
  const stale = lists.some((list) => now >= new Date(list.validUntil));
  // The printed end, or an earlier one by as many days as the signed instant is before it.
  const end = Date.parse(`${credentialSubject.expires}T23:59:59Z`);
  const until = new Date(end + Math.round((Date.parse(validUntil) - end) / DAY) * DAY).toISOString().slice(0, 10);
  return { number: credentialSubject.certificateNumber, level: factsOn(credentialSubject, today()).level.name, until, standing: stale ? "stale" : standingOf(entry, bits[0], bits[1], now) };
}

/** @type {(tag: string, text: string) => HTMLElement} */
function part(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/** @param {string} d */
function icon(d) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS(picture.namespaceURI, "path");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  line.setAttribute("d", d);
  picture.append(line);
  return picture;
}

/** @type {(found: Awaited<ReturnType<typeof look>>, words: Record<string, string>, lang: string) => HTMLElement} */
function draw({ number, level, until, standing }, words, lang) {
  const host = document.createElement("span");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  const name = level[lang] ?? Object.values(level)[0];
  const valid = standing === "valid";
  const word = standing === "stale" ? words.badge_stale : words[`word_${standing.replaceAll("-", "_")}`] ?? words[`status_${standing}`];
  const badge = part("span", "");
  badge.className = "badge";
  badge.dataset.live = standing;
  badge.lang = lang;
  const mark = part("span", "");
  mark.className = "mark";
  mark.append(icon(valid ? "M12 2 20 5v6.3c0 4.9-3.3 8.6-8 10.7-4.7-2.1-8-5.8-8-10.7V5zM8 12l3 3 5.2-6" : "M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0ZM7 12h10"));
  const text = part("span", "");
  text.className = "text";
  text.append(part("strong", valid ? name : word), ...(valid ? [part("b", fill(words.badge_until, { until }))] : [part("b", name)]), part("small", number), part("small", fill(words.badge_checked, { today: today() })));
  badge.append(mark, text);
  shadow.append(badge);
  return host;
}

/** The register's own pictures: what is shown where nothing can be checked. @type {WeakMap<Element, Element>} */
const pictures = new WeakMap();

/** @param {HTMLElement} link */
async function show(link) {
  const shown = link.querySelector("img, [data-attestar-live]");
  if (!shown) return;
  const picture = pictures.get(link) ?? shown;
  pictures.set(link, picture);
  const lang = link.dataset.lang || document.documentElement.lang.split("-")[0];
  /** @type {Record<string, string> | null} */
  const words = await read(`assets/verify-${lang}.json`).then((bytes) => JSON.parse(new TextDecoder().decode(bytes))).catch(() => null);
  const found = words && (await look(link.dataset.attestar ?? "").catch(() => null));
  link.querySelector("[data-attestar-note]")?.remove();
  if (words && found) {
    const live = draw(found, words, lang);
    live.dataset.attestarLive = found.standing;
    shown.replaceWith(live);
  } else {
    shown.replaceWith(picture);
    const note = part("small", words?.badge_unchecked ?? "");
    note.dataset.attestarNote = "";
    picture.after(note);
  }
}

let shownOn = "";

/** Brings all badges to today: a page may stay open for days. */
function showAll() {
  if (document.hidden || shownOn === today()) return;
  shownOn = today();
  for (const link of document.querySelectorAll("[data-attestar]")) show(/** @type {HTMLElement} */ (link));
}

showAll();
document.addEventListener("visibilitychange", showAll);
