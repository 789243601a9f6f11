// @ts-check
// The site's files, as a page's script gets them, and what an earlier check left in the browser.

/** @typedef {import("./verify.js").Memory} Memory */

/**
 * A file of the site; null where the host says that there is none. With `again`, around all caches.
 * @type {(root: string) => (path: string, again?: string) => Promise<Uint8Array<ArrayBuffer> | null>}
 */
export const filesBelow = (root) => async (path, again = "") => {
  const signal = AbortSignal.timeout?.(30_000);
  const kept = path.includes("/tile/") || path.includes("?v=") ? "default" : "no-cache";
  const response = await fetch(root + path + again, { cache: kept, credentials: "omit", signal });
  if (response.status === 404 || response.status === 410) return null;
  if (!response.ok) throw new Error(`${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

/** What was remembered of a log. @param {string} origin @returns {Memory | null} */
export function recall(origin) {
  try {
    const memory = JSON.parse(localStorage.getItem(`attestar ${origin}`) ?? "null");
    return memory && /^.+\n\d+\n.{44}\n/.test(memory.checkpoint) && memory.policy && memory.did ? memory : null;
  } catch {
    return null;
  }
}

/** @param {string} origin @param {Memory | null} memory */
export function remember(origin, memory) {
  try {
    if (memory) localStorage.setItem(`attestar ${origin}`, JSON.stringify(memory));
    else localStorage.removeItem(`attestar ${origin}`);
  } catch {
    // A browser that keeps nothing: every visit is the first.
  }
}
