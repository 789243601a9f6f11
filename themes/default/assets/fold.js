// @ts-check
// One spelling for names that are told apart by nothing but width, case, punctuation or script, and
// what the index is made of. The program's own (src/search/fold.rs) is held to the same cases:
// tests/vectors/fold.json.

const DROPPED = /[\s\p{Cc}\p{Cf}\p{Variation_Selector}()[\]{}〔〕【】「」『』《》〈〉<>·•・.,，。、;:：；\-‐‑‒–—―−_&'"’‘“”/\\|]/gu;

/** The traditional characters that are among the common ones: all others are looked up in the table. */
const COMMON = "乾干吒咤夥伙後后徵征拚拼捱挨摺折於于榘矩菸烟薹苔袷夹醣糖麴曲麽么";

/** @type {Map<string, string>} */
const simplified = new Map();
for (let at = 0; at < COMMON.length; at += 2) simplified.set(COMMON[at], COMMON[at + 1]);

/** The 6,763 characters of GB 2312, among which no others are traditional. @type {Set<string> | undefined} */
let common;

/** @returns {Set<string>} */
function commonCharacters() {
  try {
    const pairs = Array.from({ length: 72 * 94 }, (_, n) => [0xb0 + Math.floor(n / 94), 0xa1 + (n % 94)]);
    return new Set(new TextDecoder("gb2312").decode(Uint8Array.from(pairs.flat())));
  } catch {
    return new Set(); // Every character is looked up.
  }
}

/** Whether a text may hold traditional characters that only the table knows. @param {string} text */
export function needsTable(text) {
  if (simplified.size > COMMON.length / 2) return false;
  const known = (common ??= commonCharacters());
  return (text.normalize("NFKC").match(/\p{Script=Han}/gu) ?? []).some((character) => !known.has(character));
}

/** @type {Promise<void> | undefined} */
let table;

/** Loads the table, once. */
export function loadTable() {
  table ??= import("./traditional-1.4.2.js").then(
    ({ TRADITIONAL, SIMPLIFIED }) => {
      const to = [...SIMPLIFIED];
      [...TRADITIONAL].forEach((from, at) => simplified.set(from, to[at]));
    },
    (error) => {
      table = undefined;
      throw error;
    },
  );
  return table;
}

/**
 * A name as it is compared. Traditional characters beyond the commonest stay what they are until the
 * table is loaded.
 * @param {string} name
 */
export function fold(name) {
  const plain = name.normalize("NFKC").toUpperCase().replace(DROPPED, "");
  let out = "";
  for (const character of plain) out += simplified.get(character) ?? character;
  return out;
}

/** Names of legal forms, folded. */
const FORMS = ["集团股份有限公司", "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "分公司", "公司", "COLTD", "LTD", "INC", "LLC", "CORP", "LIMITED", "COMPANY", "CORPORATION", "GROUP"];

/** @param {string} folded @param {string[]} tails */
function without(folded, tails) {
  const longest = tails.filter((tail) => folded.endsWith(tail)).reduce((best, tail) => (tail.length > best.length ? tail : best), "");
  return folded.slice(0, folded.length - longest.length);
}

/**
 * What of a folded name is indexed: all but its legal form, if that leaves two characters.
 * @param {string} folded
 */
export function core(folded) {
  const rest = without(folded, FORMS);
  return rest.length < 2 ? folded : rest;
}

/** Legal forms as they are being typed. */
const BEGUN = [...new Set(FORMS.flatMap((form) => Array.from(form, (_, at) => form.slice(0, at + 1))))];

/**
 * What of a folded query is looked up in the index: without a legal form at its end, were it half
 * typed. Nothing where it is all legal form.
 * @param {string} folded
 */
export function queryCore(folded) {
  if (FORMS.some((form) => form.includes(folded))) return "";
  const rest = without(folded, BEGUN);
  return rest.length < 2 ? folded : rest;
}

/** Pairs of neighbouring UTF-16 units, each once. @type {(text: string) => string[]} */
export const bigrams = (text) => [...new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)))];

/** Three letters or digits as a pair that stands in no name: two of them alone are too common to tell names apart. @param {string} three */
const triple = (three) => String.fromCharCode(0xe010, parseInt(three, 36));

/**
 * What of a core stands in the index: pairs, but of words in letters and digits, from three of them on,
 * all threes. A query's first and last word may go on beyond it, so of two letters there nothing is sure.
 * @param {string} text @param {boolean} [query]
 */
export function terms(text, query = false) {
  const words = [...text.matchAll(/[0-9A-Z]{2,}/g)].map(({ 0: word, index }) => ({ from: index, to: index + word.length }));
  /** @type {Set<string>} */
  const found = new Set();
  for (let at = 0; at + 1 < text.length; at += 1) {
    const word = words.find(({ from, to }) => from <= at && at + 2 <= to);
    if (word && at + 3 <= word.to) found.add(triple(text.slice(at, at + 3)));
    else if (!word || (word.to - word.from === 2 && !(query && (at === 0 || word.to === text.length)))) found.add(text.slice(at, at + 2));
  }
  return [...found];
}

/** FNV-1a, 32 bits, of a text in UTF-8; half a surrogate pair counts as three bytes. @param {string} text */
export function fnv(text) {
  let hash = 0x811c9dc5;
  const add = (/** @type {number} */ byte) => (hash = Math.imul(hash ^ byte, 0x01000193));
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    add([0, 0xc0, 0xe0, 0xf0][more] | (point >> (6 * more)));
    for (let at = more - 1; at >= 0; at -= 1) add(0x80 | ((point >> (6 * at)) & 63));
  }
  return hash >>> 0;
}
