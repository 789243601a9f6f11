// @ts-check
// What somebody may have typed, pasted or scanned: a number in any spelling, a credit code, an address,
// a list, a name. Pure functions.

/** @typedef {{ key: string, certificate: string, enterprise: string }} Query */

/** @param {string} text */
const folded = (text) =>
  text
    .normalize("NFKC")
    .replace(/\s/g, "")
    .replace(/[\u2010-\u2015\u2212\uFE58\uFE63]/g, "-")
    .toUpperCase();

/**
 * The form in which numbers are compared (src/model/number.rs).
 * @param {string} text
 */
export function numberKey(text) {
  return folded(folded(text.replace(/[\p{Cc}\p{Cf}]/gu, "")));
}

/**
 * A key as it stands in an address.
 * @param {string} key
 */
export function pathOf(key) {
  return Array.from(new TextEncoder().encode(key), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Z0-9-]/.test(character) ? character : `_${byte.toString(16).padStart(2, "0")}`;
  }).join("");
}

/**
 * The key behind an address, or "" where it is none of ours.
 * @param {string} path
 */
export function keyOf(path) {
  if (!/^([A-Z0-9-]|_[0-9a-f]{2})+$/.test(path)) return "";
  const bytes = path.match(/_..|./g)?.map((unit) => (unit.length > 1 ? parseInt(unit.slice(1), 16) : unit.charCodeAt(0)));
  return new TextDecoder().decode(Uint8Array.from(bytes ?? []));
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a certificate or of its holder. */
const ADDRESS = /\/(c|enterprises)\/([^/?#\s]+?)(?:\.(?:html|json))?(?:[?#]\S*)?\s*$/i;
const PASTED = /:\/\/|^\s*\/|^\s*[\w.-]+\.[a-z]+/i;

/**
 * What somebody typed or pasted: a number, a credit code, or the address of a page.
 * @param {string} text
 * @returns {Query}
 */
export function parseQuery(text) {
  const address = text.normalize("NFKC").match(ADDRESS);
  if (address && PASTED.test(text)) {
    const name = decoded(address[2]);
    const known = keyOf(name);
    const key = known || numberKey(name);
    const path = known ? name : pathOf(key);
    return address[1].toLowerCase() === "c" ? { key, certificate: path, enterprise: "" } : { key, certificate: "", enterprise: path };
  }
  const key = numberKey(text).replace(/[.。]+$/, "");
  const code = key.replace(/-/g, "");
  const path = pathOf(key);
  return { key, certificate: path, enterprise: /^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code) ? code : "" };
}

const DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/**
 * Whether the check character of an 18-character credit code fits (GB 32100-2015).
 * @param {string} code
 */
export function creditCodeFits(code) {
  let sum = 0;
  for (let at = 0, weight = 1; at < 17; at += 1, weight = (weight * 3) % 31) sum += DIGITS.indexOf(code[at]) * weight;
  return DIGITS[(31 - (sum % 31)) % 31] === code[17];
}

/**
 * The same number with the letters that are taken for digits read as digits, and only where digits
 * stand. A suggestion, never a match.
 * @param {string} key
 */
export function similarKey(key) {
  return key.replace(/[A-Z0-9]*\d[A-Z0-9]*/g, (group) => group.replace(/[OQ]/g, "0").replace(/[IL]/g, "1"));
}

/** Letters that no credit code has, and what they are mistaken for. @type {Record<string, string>} */
const GLYPHS = { O: "0", I: "1", Z: "2", S: "5", V: "U" };

/** The keys that a number or code may have been meant for, by the shapes of its letters. @type {(key: string) => string[]} */
export function rescued(key) {
  const bare = key.replace(/-/g, "");
  const code = /^[0-9A-Z]{18}$/.test(bare) ? bare.replace(/[OIZSV]/g, (letter) => GLYPHS[letter]) : key;
  return [...new Set([code, similarKey(key)])].filter((other) => other !== key && other !== bare);
}

/**
 * The codes that fit their check character and differ from one in a single character, or in the order of
 * two neighbours: one for each place, should that one not fit.
 * @type {(key: string) => string[]}
 */
export function corrections(key) {
  const code = key.replace(/-/g, "").replace(/[OIZSV]/g, (letter) => GLYPHS[letter]);
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code)) return [];
  const replaced = [...code].flatMap((_, at) => [...DIGITS].map((digit) => code.slice(0, at) + digit + code.slice(at + 1)));
  const swapped = [...code].map((_, at) => code.slice(0, at) + code.slice(at, at + 2).split("").reverse().join("") + code.slice(at + 2));
  return [...new Set([...replaced, ...swapped])].filter((other) => other !== code && creditCodeFits(other));
}

/** What a number or a code is called, where it is copied along. */
const CALLED = /^\s*(?:(?:认证)?证书编?号码?|编号|(?:统一社会)?信用代码|(?:certificate\s+)?(?:no\.?|number)|(?:unified\s+social\s+)?credit\s+code)\s*[:：]\s*/i;

/** A text without that. @type {(text: string) => string} */
export const unnamed = (text) => text.replace(CALLED, "");

/** @typedef {"empty" | "list" | "address" | "code" | "number" | "name"} Kind */

/**
 * What a text is likely to be. Only a list has lines; only a number or a code is looked for under an
 * address of its own.
 * @type {(text: string) => Kind}
 */
export function kindOf(text) {
  if (linesOf(text).length > 1) return "list";
  const { key, enterprise } = parseQuery(text);
  if (!key) return "empty";
  if (ADDRESS.test(text.normalize("NFKC")) && PASTED.test(text)) return "address";
  const bare = key.replace(/-/g, "");
  if (enterprise || /^\d{15}$/.test(bare) || /^[1-9][0-9A-Z]{15,18}$/.test(bare)) return "code";
  const words = /\p{L}{2,}\s+\p{L}{2,}/u.test(text) || /\p{Script=Han}/u.test(text);
  return !words && (key.match(/\d/g) ?? []).length > 3 ? "number" : "name";
}

/** The lines of a text that hold something. @type {(text: string) => string[]} */
export const linesOf = (text) => text.split(/[\r\n\u2028\u2029]+/).map((line) => line.trim()).filter(Boolean);
