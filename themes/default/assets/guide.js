// @ts-check
// Finds parts of the guidance: all of them are one small file, read whole.

import { bigrams, fold } from "./fold.js";

/** @typedef {[href: string, title: string, heading: string, text: string]} Part A page, or what stands under one of its headings. */

/** How many are shown. */
const MOST = 5;

/**
 * The parts that a text fits best. Each of its words counts; of a long one, its pairs.
 * @param {Part[]} parts @param {string} text
 */
export function partsFor(parts, text) {
  const words = text.split(/\s+/).map(fold).filter((word) => word.length > 1);
  if (!words.length) return [];
  const worth = (/** @type {string} */ place) => {
    const folded = fold(place);
    const shares = words.map((word) => {
      if (folded.includes(word)) return 1;
      const pairs = word.length > 3 ? bigrams(word) : [];
      const share = pairs.filter((pair) => folded.includes(pair)).length / pairs.length;
      return share >= 0.75 ? share / 2 : 0;
    });
    return shares.includes(0) ? 0 : shares.reduce((sum, share) => sum + share, 0);
  };
  const found = parts.map((part) => {
    const [, title, heading, body] = part;
    return { part, score: 6 * worth(title) + 3 * worth(heading) + worth(body) };
  });
  const best = found.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
  // One part of a page: the best.
  const page = (/** @type {Part} */ [href]) => href.split("#")[0];
  return best.map(({ part }) => part).filter((part, at, all) => all.findIndex((other) => page(other) === page(part)) === at).slice(0, MOST);
}

/** Where in a text the words begin, and some of what stands around. @type {(body: string, text: string) => string} */
export function excerpt(body, text) {
  const word = text.split(/\s+/).sort((a, b) => b.length - a.length)[0];
  const at = Math.max(0, body.toLowerCase().indexOf(word.toLowerCase()));
  const start = Math.max(0, at - 20);
  const part = body.slice(start, start + 90);
  return `${start ? "…" : ""}${part}${start + 90 < body.length ? "…" : ""}`;
}
