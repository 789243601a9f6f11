// @ts-check
// The check on a certificate's page: runs verify.js over the site's files, compares the page with what
// was signed, and says what each step proves. The words come from assets/verify-LANG.json.

import { dated, make } from "./elements.js";
import { filesBelow, recall, remember } from "./host.js";
import { hex, sha256 } from "./proof.js";
import { civilDate, fill, setDated, showToday } from "./register.js";
import { differences, isPassing, verify } from "./verify.js";

/** @typedef {Record<string, string>} Words */

const section = /** @type {HTMLElement} */ (document.querySelector("[data-verify]"));
const { root = "", words: wordsPlace = "", lang = "", base = "" } = section.dataset;
const banner = /** @type {HTMLElement} */ (document.querySelector(".banner"));
const template = /** @type {HTMLTemplateElement | null} */ (document.getElementById("words"));
const zone = document.documentElement.dataset.timeZone || "UTC";
const STEPS = ["signature", "log", "past", "status", "page", "key"];

/** @type {(selector: string, within?: ParentNode) => HTMLElement[]} */
const all = (selector, within = document) => [...within.querySelectorAll(selector)].map((element) => /** @type {HTMLElement} */ (element));

// ── Files ──

const file = filesBelow(root);
const ORIGIN = section.dataset.origin ?? "";

/** How many files were asked for since the check began. */
let asked = 0;

/** @type {typeof file} */
async function fetchFile(path, again) {
  asked += 1;
  return file(path, again);
}

// ── The page as it came ──

/** The banner before any check changed it. */
const original = banner.cloneNode(true);

/** Puts the banner back, at today. */
function restore() {
  for (const name of banner.getAttributeNames()) banner.removeAttribute(name);
  for (const { name, value } of /** @type {HTMLElement} */ (original).attributes) banner.setAttribute(name, value);
  banner.replaceChildren(...original.cloneNode(true).childNodes);
  for (const element of all("[data-altered]")) delete element.dataset.altered;
  showToday();
}


/** The status that the page's script has worked out for today. */
const statusCode = () => (banner.dataset.status ?? "").replace("expiring", "valid");

/** The word of a status. @type {(code: string, words: Words) => string | undefined} */
const wordFor = (code, words) => words[`word_${code.replaceAll("-", "_")}`] ?? words[`status_${code}`];

/** What the page says, as its reader sees it. @param {Words} words */
function shownFacts(words) {
  const word = banner.querySelector("[data-word]")?.textContent?.trim() ?? "";
  /** @type {Record<string, string>} */
  const shown = { status: word === wordFor(statusCode(), words) ? statusCode() : word };
  for (const element of all("[data-fact]:not(.banner)")) {
    const { fact = "" } = element.dataset;
    const text = fact !== "until" && element.checkVisibility?.() === false ? "" : (element.textContent ?? "");
    // A fact that stands twice and not alike is neither.
    shown[fact] = (shown[fact] ?? text) === text ? text : `${shown[fact]} / ${text}`;
  }
  const stars = all(".verdict .stars .on").length;
  return stars ? { ...shown, stars: `${stars}` } : shown;
}

/** The last days that the page computes and draws with: its reader is told how many are left. */
const drawnDays = () => all("[data-fact=status], [data-fact=until], [data-validity]").map((element) => element.dataset.until ?? element.getAttribute("datetime") ?? "");

// ── The check ──

/** The file name that the address has, or else the page. */
const pathOf = () => /\/c\/([A-Z0-9_a-f-]+)\.html$/.exec(location.pathname)?.[1] ?? section.dataset.path ?? "";

/** Checks the files; once more around all caches where one did not fit: hosts do not bring all up to date at once. */
async function checkFiles() {
  const { serial, leaf, prev } = section.dataset;
  const question = { base, path: pathOf(), serial: Number(serial), leaf: Number(leaf), prev, status: statusCode() };
  asked = 1;
  const began = performance.now();
  const memory = recall(ORIGIN);
  let report = await verify(question, fetchFile, memory, new Date());
  if (isPassing(report.code)) {
    const again = `?${Date.now()}`;
    report = await verify(question, (path) => fetchFile(path, again), memory, new Date());
  }
  if (report.remember && report.steps.log === "yes") remember(ORIGIN, report.remember);
  return { report, took: Math.round(performance.now() - began), count: asked };
}

/** Compares the page with what was signed. @param {Awaited<ReturnType<typeof checkFiles>>} checked @param {Words} words */
function comparePage({ report, took, count }, words) {
  if (report.behind) showToday(report.now);
  const shown = shownFacts(words);
  const day = civilDate(zone, report.now);
  const until = report.standing ? civilDate(zone, new Date(report.credential.validUntil)) : "";
  const differs = report.standing ? differences(report, shown, { lang, day, until }) : [];
  const drawn = report.standing && !differs.some(({ fact }) => fact === "until") ? drawnDays().find((last) => last !== until) : undefined;
  if (drawn !== undefined) differs.push({ fact: "until", signed: until, shown: drawn });
  // Another certificate's page under this address, whatever else holds.
  const foreign = report.question.path !== section.dataset.path;
  if (foreign) differs.splice(0, Infinity, { fact: "number", signed: report.question.path, shown: shown.number });
  const state = foreign || (differs.length && ["verified", "stale"].includes(report.state)) ? "altered" : report.state;
  return { report, state, differs, day, took, count };
}

/** @typedef {ReturnType<typeof comparePage>} Found */

// ── Words ──

/** A day of the register, from an instant of the log. @type {(instant: string | undefined) => string} */
const dayOf = (instant) => (instant ? civilDate(zone, new Date(instant)) : "");

/** What fills the words' braces. @type {(words: Words, found: Found) => Promise<Record<string, string | number>>} */
async function valuesOf(words, { report, differs, day, took, count }) {
  const { code, credential, question, publish, checkpoint, standing, detail, memory, until, key } = report;
  const status = words[`status_${standing ?? code}`] ?? (standing ? words.status_valid : "");
  const fields = differs.map(({ fact }) => words[`field_${fact}`]);
  return {
    number: credential?.credentialSubject.certificateNumber ?? section.dataset.number,
    fields: new Intl.ListFormat(lang, { type: "conjunction" }).format(fields),
    leaf: question.leaf + 1,
    size: checkpoint?.size ?? "",
    date: dayOf(publish?.time),
    past: dayOf(memory?.time),
    until: dayOf(until),
    today: day,
    status: detail?.date ? fill(words.status_since, { status, date: detail.date }) : status,
    fingerprint: key ? hex(await sha256(key)).replace(/....(?=.)/g, "$& ") : "",
    address: `${base}/c/${question.path}.html`,
    host: location.host,
    ms: took,
    n: count,
  };
}

/** A step's outcome and what is said of it. @type {(step: string, words: Words, found: Found, values: Record<string, string | number>) => [string, string]} */
function outcome(step, words, { report: { code, steps, standing, key }, differs }, values) {
  if (step === "key") return ["unknown", key ? fill(words.step_key_unknown, values) : ""];
  const page = differs.length ? "no" : standing && "yes";
  const result = step === "page" ? page : steps[/** @type {import("./verify.js").Step} */ (step)];
  if (!result) return ["unknown", ""];
  const special = result === "yes" ? undefined : words[`step_${step}_${code.replaceAll("-", "_")}`];
  return [result, fill(special ?? words[`step_${step}_${result}`] ?? "", { ...values, ...(step === "past" && { date: values.past }) })];
}

// ── The page ──

/** @type {(words: Words, state: string, text: string) => void} */
function announce(words, state, text) {
  section.dataset.state = state;
  const [say] = all("[data-verify-say]", section);
  say.setAttribute("role", "status");
  say.replaceChildren(make("strong", {}, words[`state_${state}`]), " ", dated("span", text));
  for (const brief of all("[data-verify-brief]")) {
    brief.textContent = words[`brief_${state}`];
    brief.dataset.state = state;
    brief.dataset.standing = section.dataset.standing ?? "";
  }
}

/** @type {(words: Words, found: Found, values: Record<string, string | number>) => void} */
function showSteps(words, found, values) {
  const items = STEPS.map((step) => {
    const [result, text] = outcome(step, words, found, values);
    const more = make("details", {}, make("summary", {}, words.proves), make("p", {}, words[`step_${step}_proves`]), make("p", {}, make("strong", {}, words.proves_not), " ", words[`step_${step}_proves_not`]));
    const item = make("li", { "data-step": step, "data-result": result }, make("strong", {}, words[`step_${step}`]), " ");
    if (step !== "key") item.append(make("span", { class: "result" }, words[`result_${result}`]), " ");
    if (text) item.append(dated("p", text));
    if (step === "key" && text) item.append(make("p", { class: "code" }, `${values.fingerprint}`));
    item.append(more);
    return item;
  });
  const [list] = all("[data-steps]", section);
  list.replaceChildren(...items);
  for (const old of all("[data-difference]", section)) old.remove();
  list.before(...found.differs.map((one) => differenceOf(words, one)));
}

/** @type {(words: Words, difference: { fact: string, signed: string, shown: string }) => HTMLElement} */
function differenceOf(words, { fact, signed, shown }) {
  for (const element of all(`[data-fact="${fact}"]`)) element.dataset.altered = "";
  const name = (/** @type {string} */ text) => (fact === "status" && wordFor(text, words)) || text;
  const line = (/** @type {string} */ key, /** @type {string} */ value) => dated("dd", fill(words[key], { value: name(value) || "—" }));
  return make("dl", { class: "difference", "data-difference": fact }, make("dt", {}, words[`field_${fact}`]), line("signed_says", signed), line("page_says", shown));
}

/** Notes under the steps: a copy, no encryption, a wrong clock, how long it took. @type {(words: Words, report: Found["report"], values: Record<string, string | number>) => void} */
function showNotes(words, { code, behind }, values) {
  /** @type {[boolean, string][]} */
  const notes = [
    [location.host !== new URL(base).host, words.copy_host],
    [!isSecureContext, words.insecure],
    [behind, fill(words.clock, { date: values.today })],
    [true, `${words.took}${code && ` (${code})`}`],
  ];
  const place = make("div", { class: "note", "data-verify-notes": "" }, ...notes.flatMap(([is, text]) => (is ? [dated("p", fill(text, values))] : [])));
  if (/^(rollback|second-history|log-key-changed)$/.test(code)) {
    const forget = make("button", { type: "button", "data-forget": "" }, words.forget);
    forget.addEventListener("click", () => (remember(ORIGIN, null), run()));
    place.append(make("p", {}, words.forget_text), forget);
  }
  for (const old of all("[data-verify-notes]", section)) old.remove();
  all("[data-steps]", section)[0].after(place);
}

/** The banner is filled in only where all is well. Where not, it says what is, instead of the page's own words. @type {(words: Words, found: Found, values: Record<string, string | number>, text: string) => void} */
function showBanner(words, { state, day, differs }, values, text) {
  banner.dataset.verdict = state;
  if (state === "verified") banner.dataset.checked = day;
  if (state === "verified" || state === "offline") return;
  // From here on the page's own dates say nothing about it.
  banner.removeAttribute("data-segments");
  banner.dataset.status = "none";
  const shape = template?.content.querySelector(`[data-status="${/altered|failed/.test(state) ? "withdrawn" : "none"}"] svg`);
  if (shape) banner.querySelector("svg")?.replaceWith(shape.cloneNode(true));
  for (const word of all("[data-word]", banner)) word.textContent = words[`state_${state}`];
  const said = differs.some(({ fact }) => fact === "status") ? fill(words.step_status_no, values) : text;
  for (const sentence of all("[data-sentence]", banner)) setDated(sentence, said);
}

/** @type {(words: Words, found: Found) => void} */
function offer(words, found) {
  const offers = /** @type {const} */ ([["data-verify-run", words.run, run], ["data-evidence", words.evidence, () => saveEvidence(found.report)], ["data-qr", words.qr, () => showQr(words)]]);
  for (const [name, label, act] of offers) {
    const [button] = all(`[${name}]`, section);
    if (!(button instanceof HTMLButtonElement)) continue;
    button.textContent = label;
    button.hidden = name === "data-evidence" && !["verified", "stale", "altered"].includes(found.state);
    button.onclick = act;
  }
}

/** @param {Found["report"]} report */
async function saveEvidence(report) {
  const { evidenceOf } = await import("./evidence.js");
  const statuses = (section.dataset.statuses ?? "").split(" ").filter(Boolean).map(Number);
  const text = await evidenceOf(report, statuses, new Date());
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: `${report.question.path}.attestar.json` });
  link.click();
  URL.revokeObjectURL(/** @type {HTMLAnchorElement} */ (link).href);
}

/** @param {Words} words */
async function showQr(words) {
  const { qrPath } = await import("./qr.js");
  if (section.querySelector("[data-code]")) return;
  const address = `${base}/c/${pathOf()}.html`;
  const { path, size } = qrPath(address);
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const shape = document.createElementNS(picture.namespaceURI, "path");
  shape.setAttribute("d", path);
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": fill(words.qr_alt, { address }) })) picture.setAttribute(name, value);
  picture.append(shape);
  const figure = make("figure", { "data-code": "" });
  figure.append(picture, make("figcaption", {}, fill(words.qr_rule, { address: `${base}/` })));
  all("[data-qr]", section)[0].parentElement?.after(figure);
}

/** The day of the last check. */
let last = "";

async function checkAndShow() {
  restore();
  const checked = checkFiles();
  /** @type {Words | null} */
  const words = await fetch(wordsPlace).then((file) => file.json()).catch(() => null);
  // Without so much as the words, the page's own text stays.
  if (!words) return void (section.dataset.state = "offline");
  announce(words, "checking", words.say_checking);
  const found = comparePage(await checked, words);
  const values = await valuesOf(words, found);
  const text = fill(words[`say_${found.state}`], values);
  section.dataset.standing = found.report.standing ?? "";
  section.dataset.reason = found.report.code;
  showSteps(words, found, values);
  showNotes(words, found.report, values);
  showBanner(words, found, values, text);
  offer(words, found);
  announce(words, found.state, text);
  last = found.day;
}

/** @type {Promise<void> | undefined} */
let running;

/** Checks, unless a check is under way. */
function run() {
  const mistake = (/** @type {unknown} */ error) => {
    section.dataset.state = "failed";
    throw error;
  };
  running ??= checkAndShow().catch(mistake).finally(() => (running = undefined));
}

// After the first paint: nothing of this is needed to read the page.
requestAnimationFrame(() =>
  setTimeout(() => {
    document.head.append(make("link", { rel: "stylesheet", href: `${root}assets/panel.css` }));
    run();
  }),
);
addEventListener("online", () => section.dataset.state === "offline" && run());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && last && last !== civilDate(zone, new Date())) run();
});
