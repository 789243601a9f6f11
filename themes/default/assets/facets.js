// @ts-check
// The choices that narrow a search. Loaded when somebody asks for them.

/** @typedef {import("./results.js").Names} Names */

/** @param {Record<string, string>} of */
const sorted = (of) => Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * Provinces and cities. A province of which several cities are there can be chosen too, by the cities' names
 * where it has none of its own.
 * @type {(regions: Record<string, string>, comma: string) => string[][]}
 */
function places(regions, comma) {
  const known = sorted(regions);
  return [...new Set(known.map(([code]) => code.slice(0, 2)))].flatMap((province) => {
    const within = known.filter(([code]) => code.startsWith(province) && !code.endsWith("0000"));
    const name = regions[`${province}0000`] ?? (within.length > 1 ? within.map(([, city]) => city).join(comma) : "");
    return [...(name ? [[province, name]] : []), ...within.map(([code, city]) => [code.replace(/(00)+$/, ""), `${name ? "\u2003" : ""}${city}`])];
  });
}

/** @type {(names: Names, scheme: string) => string[][]} */
function rungs({ levels, schemes }, scheme) {
  const alone = scheme || Object.keys(schemes).length < 2;
  const own = Object.entries(levels).filter(([id]) => !scheme || id.startsWith(`${scheme}/`));
  return own.map(([id, { name }]) => [id, alone ? name : `${name} · ${schemes[id.split("/")[0]] ?? ""}`]);
}

/**
 * Fills the choices; what is chosen stays so.
 * @param {HTMLSelectElement[]} selects @param {Record<string, string>} chosen @param {Names} names
 * @param {Record<string, string>} words also the statuses' @param {number} year
 */
export function fillSelects(selects, chosen, names, words, year) {
  /** @type {Record<string, string[][]>} */
  const choices = {
    scheme: sorted(names.schemes),
    level: rungs(names, chosen.scheme ?? ""),
    region: places(names.regions, words.comma),
    industry: sorted(names.industries),
    status: ["valid", "suspended", "expired", "withdrawn", "cancelled", "not-yet-valid"].map((code) => [code, words[code]]),
    year: Array.from({ length: 15 }, (_, at) => [`${year + 1 - at}`, `${year + 1 - at}`]),
  };
  for (const select of selects) {
    const known = choices[select.name] ?? [];
    const now = chosen[select.name] ?? "";
    const other = now && !known.some(([value]) => value === now) ? [[now, now]] : [];
    const options = [["", words.all], ...known, ...other].map(([value, label]) => Object.assign(document.createElement("option"), { value, textContent: label }));
    select.replaceChildren(...options);
    select.value = now;
    select.closest("p")?.toggleAttribute("hidden", known.length < 2 && !now);
  }
}
