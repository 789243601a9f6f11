// @ts-check
// What a printed page cannot know: what is true today. The words are the page's own.
// First pure functions, tested in Node; then the page.

/** @typedef {{ code: string, from: string }} Segment A status and its first day. */

/** @param {string} date */
const days = (date) => Date.parse(`${date}T00:00Z`) / 86_400_000;

/** @type {(from: string, to: string) => number} */
export const daysBetween = (from, to) => days(to) - days(from);

/** @type {(date: string, count: number) => string} */
export const addDays = (date, count) => new Date((days(date) + count) * 86_400_000).toISOString().slice(0, 10);

/**
 * The civil date of an instant in a time zone.
 * @type {(timeZone: string, now: Date) => string}
 */
export function civilDate(timeZone, now) {
  const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const part = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}`;
}

/**
 * Reads `valid 2026-03-18;suspended 2026-09-01`.
 * @type {(text: string) => Segment[]}
 */
export const segmentsOf = (text) =>
  text.split(";").flatMap((part) => {
    const [code, from] = part.trim().split(" ");
    return code && from ? [{ code, from }] : [];
  });

/**
 * The status of a day. `until` is the last day of validity, inclusive.
 * @param {Segment[]} segments
 * @param {string} until
 * @param {string} today
 */
export function standing(segments, until, today) {
  const past = segments.filter(({ from }) => from <= today);
  const next = segments.slice(past.length);
  const { code, from } = past.at(-1) ?? { code: segments.length ? "not-yet-valid" : "none", from: today };
  const over = (code === "valid" || code === "suspended") && until !== "" && until < today;
  const end = next.find((segment) => segment.code === "expired");
  const last = code === "expired" ? addDays(from, -1) : end ? addDays(end.from, -1) : until;
  const left = last ? daysBetween(today, last) : 0;
  return {
    code: over ? "expired" : code === "valid" && left <= 60 ? "expiring" : code,
    since: from,
    starts: next.find((segment) => segment.code === "valid")?.from ?? "",
    until: last,
    days: left,
  };
}

/**
 * Fills `{name}` in a text of the page.
 * @type {(text: string | undefined, values: Record<string, string | number>) => string}
 */
export const fill = (text = "", values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** @type {(root: ParentNode, selector: string) => HTMLElement[]} */
const all = (root, selector) => [...root.querySelectorAll(selector)].map((element) => /** @type {HTMLElement} */ (element));

/**
 * Puts a text in a place, its dates marked as such.
 * @type {(place: Element, text: string) => void}
 */
export function setDated(place, text) {
  const parts = text.split(/(\d{4}-\d\d-\d\d)/).map((part, at) => {
    if (at % 2 === 0) return part;
    const time = document.createElement("time");
    time.textContent = part;
    return time;
  });
  place.replaceChildren(...parts);
}

/** @type {(mark: HTMLElement, words: HTMLTemplateElement, today: string) => void} */
function showStatus(mark, words, today) {
  const segments = segmentsOf(mark.dataset.segments ?? "");
  const now = standing(segments, mark.dataset.until ?? "", today);
  const [entry] = all(words.content, `[data-status="${now.code}"]`);
  if (!entry || !segments.length) return;
  const { daysOne, daysOther, last } = words.dataset;
  const values = { ...now, today, days: fill(now.days === 1 ? daysOne : daysOther, { n: now.days }) };
  const [sentence] = all(mark, "[data-sentence]");
  const text = now.code === "expiring" && now.days === 0 ? last : entry.dataset.sentence;
  if (sentence) setDated(sentence, fill(text, values));
  for (const word of all(mark, "[data-word]")) word.textContent = fill((!sentence && entry.dataset.short) || entry.textContent || "", values);
  mark.querySelector("svg")?.replaceWith(entry.querySelector("svg")?.cloneNode(true) ?? "");
  mark.dataset.status = now.code;
  // Where there is a seal, only the check of it may say that this was checked.
  if (!document.querySelector("[data-verify]")) mark.dataset.checked = today;
}

/** @type {(bar: HTMLElement, today: string) => void} */
function showValidity(bar, today) {
  const { from = "", until = "", segments = "" } = bar.dataset;
  const picture = bar.querySelector("svg");
  if (!picture || !from || until < from) return;
  const tomorrow = addDays(today, 1);
  /** @param {string} date */
  const place = (date) => Math.min(1000, Math.max(0, (1000 * daysBetween(from, date)) / (daysBetween(from, until) + 1)));
  const runs = segmentsOf(segments).filter((segment) => segment.from <= today);
  for (const old of all(picture, "rect + rect")) old.remove();
  [{ code: "valid", from }, ...runs].forEach((run, at) => {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const end = at ? (runs[at]?.from ?? tomorrow) : tomorrow;
    const width = Math.max(0, place(end) - place(run.from));
    for (const [name, value] of Object.entries({ class: run.code, x: place(run.from), width, height: 10 })) rect.setAttribute(name, `${value}`);
    picture.append(rect);
  });
  for (const mark of all(bar, "[data-mark]")) {
    const at = place(today);
    mark.hidden = today < from || today > until;
    mark.style.insetInlineStart = `${at / 10}%`;
    mark.dataset.side = at < 60 ? "start" : at > 940 ? "end" : "middle";
  }
}

/** Brings the page to today. */
export function showToday() {
  const today = civilDate(document.documentElement.dataset.timeZone || "UTC", new Date());
  const words = document.getElementById("words");
  if (words instanceof HTMLTemplateElement) for (const mark of all(document, "[data-segments][data-status]")) showStatus(mark, words, today);
  for (const bar of all(document, "[data-validity]")) showValidity(bar, today);
  for (const note of all(document, "[data-today]")) setDated(note, fill(note.dataset.today, { today }));
  for (const event of all(document, "[data-future=yes]")) {
    if ((event.querySelector("time")?.dateTime ?? "") > today) continue;
    event.dataset.future = "no";
    event.querySelector("[data-future-note]")?.remove();
  }
}

if (typeof document !== "undefined") {
  showToday();
  // A page kept open overnight, or taken from the back button's memory, is brought to its new day.
  addEventListener("pageshow", showToday);
  document.addEventListener("visibilitychange", showToday);
  for (const button of all(document, "[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
