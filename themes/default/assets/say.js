// @ts-check
// The answers to a list in words: those of the page, of its print, and of what is saved from it. The words
// come from assets/check-LANG.json. Pure.

import { fill } from "./register.js";

/**
 * @typedef {Record<string, string>} Words
 * @typedef {import("./lines.js").Answer} Answer
 * @typedef {import("./table.js").Line} Line
 * @typedef {{ words: Words, lang: string, edition: string, ordinal: string, until: string, minimum: string, schemes: Record<string, string>, levels: Record<string, { name: string }> }} Voice
 *   `edition` is the newest one's name, `until` the day on which its lists end; `minimum` the level asked for.
 * @typedef {{ mark: "good" | "low" | "bad" | "ask" | "open", word: string, sentence: string, remarks: string[] }} Said
 */

/** The version of a text in the page's language, else another. @type {(text: Record<string, string> | undefined, lang: string) => string} */
export const best = (text = {}, lang = "") => text[lang] ?? text.zh ?? Object.values(text)[0] ?? "";

/** How a reader should take a code: as good; valid and yet not enough; not valid; asked back; nobody can tell. @type {(answer: Answer) => Said["mark"]} */
function markOf({ code, good, remarks }) {
  if (remarks.some((remark) => ["code_differs", "address_other", "code_refused"].includes(remark.code))) return "bad";
  if (good) return "good";
  if (/^(projected_)?valid$/.test(code) && remarks.some((remark) => remark.code === "name_differs")) return "ask";
  if (/^(ambiguous|bad_input)$/.test(code)) return "ask";
  if (/^(unknown|not_found|erased)$/.test(code)) return "open";
  return /valid_level_below|^other_scheme$|^site_not_covered$|^(projected_)?valid$|not_yet_valid$/.test(code) ? "low" : "bad";
}

/** What fills the braces of an answer's words. @param {Voice} voice @param {Line} line @param {Answer} answer */
function valuesOf({ lang, edition, ordinal, until, minimum, schemes }, line, { day, outcome, candidates, edition: own }) {
  const standing = outcome?.standing;
  const scheme = outcome?.credential?.credentialSubject.scheme;
  return {
    query: line.number || line.code || line.name || line.text,
    day,
    edition: own ?? edition,
    n: ordinal,
    lists: until,
    level: best(standing?.level?.name, lang),
    minimum,
    until: standing?.until ?? "",
    since: standing?.since ?? "",
    from: standing?.cycle.from ?? "",
    site: line.site,
    scheme: schemes[scheme?.id] ?? scheme?.standard ?? "",
    count: candidates.length,
    length: (line.text.match(/[0-9A-Za-z]{16,20}/)?.[0] ?? line.text).length,
  };
}

/** The word for an answer. Of a certificate that is valid and not the one that the line says, that is not the word. @type {(words: Words, answer: Answer, mark: Said["mark"]) => string} */
function wordOf(words, { code }, mark) {
  const other = /^(projected_)?valid/.test(code) && (mark === "bad" ? words.word_of_differs : mark === "ask" && words.word_of_name_differs);
  return other || (words[`word_of_${code}`] ?? code);
}

/** Why it was suspended or ended, where the scheme publishes that. @type {(words: Words, answer: Answer) => string} */
function reasonOf(words, { code, outcome }) {
  const ended = /^(projected_)?suspended$|^withdrawn$|^cancelled$/.test(code);
  const { scheme } = outcome?.credential?.credentialSubject ?? {};
  const reason = ended && words[`reason_${scheme?.id}/${outcome?.standing?.reason}`];
  return reason ? fill(words.reason, { reason }) : "";
}

/** An answer in words. @param {Voice} voice @param {Line} line @param {Answer} answer @returns {Said} */
export function say(voice, line, answer) {
  const { words } = voice;
  const values = valuesOf(voice, line, answer);
  const { code, reason } = answer;
  const text = words[`say_${code}_${reason}`] ?? words[`say_${code}`] ?? code;
  const why = reason && !words[`say_${code}_${reason}`] ? fill(words.reason_code, { reason }) : "";
  // Of a name there is a version in the page's language.
  const signed = best(answer.outcome?.credential?.credentialSubject.holder.name, voice.lang);
  const told = (/** @type {import("./lines.js").Remark} */ remark) => fill(words[`remark_${remark.code}`], { ...values, ...remark, ...(/name/.test(remark.code) && { signed }) });
  const remarks = answer.remarks.flatMap((remark) => (words[`remark_${remark.code}`] ? [told(remark)] : []));
  if (answer.how === "former" && answer.outcome && !remarks.length) remarks.push(fill(words.remark_former_name, { stated: line.name, signed }));
  if (line.same) remarks.push(fill(words.remark_same, { line: line.twin ?? line.same }));
  const mark = markOf(answer);
  return { mark, word: wordOf(words, answer, mark), sentence: `${fill(text, values)}${why}${reasonOf(words, answer)}`, remarks };
}

/** What of an answer is shown beside it. @param {Voice} voice @param {Answer} answer */
export function factsOf({ lang }, { outcome }) {
  const standing = outcome?.standing;
  if (!outcome || !standing) return null;
  const { creditCode, identifier } = standing.holder;
  return {
    number: outcome.number,
    path: outcome.path,
    holder: best(standing.holder.name, lang),
    identifier: creditCode ?? identifier?.value ?? "",
    level: best(standing.level?.name, lang),
    from: standing.cycle.from,
    until: standing.until,
  };
}

/** How many answers there are of each word, the good ones first. @param {Said[]} said @returns {[string, number, Said["mark"]][]} */
export function tally(said) {
  /** @type {Map<string, [string, number, Said["mark"]]>} */
  const counts = new Map();
  for (const { word, mark } of said) counts.set(`${mark} ${word}`, [word, (counts.get(`${mark} ${word}`)?.[1] ?? 0) + 1, mark]);
  const order = ["good", "low", "bad", "ask", "open"];
  return [...counts.values()].sort((a, b) => order.indexOf(a[2]) - order.indexOf(b[2]) || b[1] - a[1]);
}
