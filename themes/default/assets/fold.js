// @ts-check
// One spelling for names that are told apart by nothing but width, case, punctuation or script, and
// what the index is made of. The program's own (src/search/fold.rs) is held to the same cases:
// tests/vectors/fold.json.

const DROPPED = /[\s\p{Cc}\p{Cf}\p{Variation_Selector}()[\]{}〔〕【】「」『』《》〈〉<>·•・‧∙⋅.,，。、;:：；\-‐‑‒–—―−_&'"’‘“”/\\|]/gu;

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

/** The longest of some tails of a text, or "". @type {(text: string, tails: string[]) => string} */
const longest = (text, tails) => tails.reduce((best, tail) => (tail.length > best.length && text.endsWith(tail) ? tail : best), "");

/** How much of a legal form is kept: a character, or three letters. @param {string} form */
const kept = (form) => (/^\w/.test(form) ? Math.min(3, form.length) : form.length && 1);

/**
 * What of a folded name is indexed: all but its legal form, of which the beginning is kept, so that a query
 * that ends in a form finds something however little there is before it.
 * @param {string} folded
 */
export function core(folded) {
  const form = longest(folded, FORMS);
  return form.length < folded.length ? folded.slice(0, folded.length - form.length + kept(form)) : folded;
}

/** Legal forms as they are being typed. */
const BEGUN = [...new Set(FORMS.flatMap((form) => Array.from(form, (_, at) => form.slice(0, at + 1))))];

/**
 * What of a folded query a name has that holds the query: all but a legal form at its end, be it half typed,
 * and the beginning of that. Nothing where all is legal form.
 * @param {string} folded
 */
export function fullCore(folded) {
  const form = longest(folded, BEGUN);
  return FORMS.some((form) => form.includes(folded)) ? "" : folded.slice(0, folded.length - form.length + kept(form));
}

/**
 * As much of it as it takes to look something up: without the form, unless that leaves too little.
 * @param {string} folded
 */
export function queryCore(folded) {
  const full = fullCore(folded);
  let end = folded.length - longest(folded, BEGUN).length;
  while (end < full.length && end < (/^[0-9A-Z]*$/.test(full.slice(0, end)) ? 4 : 2)) end += 1;
  return full.slice(0, end);
}

/** Pairs of neighbouring UTF-16 units, each once. @type {(text: string) => string[]} */
export const bigrams = (text) => [...new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)))];

/** Whether a term is two neighbours in a name: others are in the private use area. @param {string} term */
export const isPair = (term) => term < "\ue000" || term > "\uf8ff";

/** Letters or digits as a term that stands in no name: the letters of two words have too many pairs in common. @type {(word: string) => string} */
const packed = (word) => {
  const value = parseInt(word, 36);
  return word.length < 4 ? String.fromCharCode(0xe00f, value) : String.fromCharCode(0xe010 + (value >> 15), value & 0x7fff);
};

/**
 * What a core is looked up by: its pairs, but of letters and digits all fours.
 * @type {(text: string) => string[]}
 */
export function terms(text) {
  const found = bigrams(text).filter((pair) => !/^[0-9A-Z]{2}$/.test(pair));
  for (const [word] of text.matchAll(/[0-9A-Z]{4,}/g)) for (let at = 0; at + 4 <= word.length; at += 1) found.push(packed(word.slice(at, at + 4)));
  return [...new Set(found)];
}

/** Two or three letters or digits, as they are looked up: where they are a word. @type {(text: string) => string[]} */
export const shortWords = (text) => (!/^[0-9A-Z]{2,3}$/.test(text) ? [] : [text.length < 3 ? text : packed(text)]);

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
