// @ts-check
// The site's files, as a page's script gets them, and what an earlier check left in the browser.

/** @typedef {import("./verify.js").Memory} Memory */

/** @type {(path: string) => RequestCache} */
const cacheFor = (path) => (path.includes("/tile/") || path.includes("?v=") ? "default" : "no-cache");

/** Whether the site is laid out for a host that limits the number of files. */
export const isCompact = () => document.querySelector("meta[name=attestar-layout]")?.getAttribute("content") === "compact";

/**
 * A file as it lies on the host; null where that says that there is none. With `again`, around all caches.
 * @type {(root: string) => (path: string, again?: string) => Promise<Uint8Array<ArrayBuffer> | null>}
 */
const published = (root) => async (path, again = "") => {
  const signal = AbortSignal.timeout?.(30_000);
  const response = await fetch(root + path + again, { cache: cacheFor(path), credentials: "omit", signal });
  if (response.status === 404 || response.status === 410) return null;
  if (!response.ok) throw new Error(`${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

/** The first bytes of a body, as many as are wanted; no more of it is waited for. @type {(response: Response, wanted: number) => Promise<Uint8Array<ArrayBuffer>>} */
async function begun(response, wanted) {
  const bytes = new Uint8Array(wanted);
  const reader = response.body?.getReader();
  let at = 0;
  for (let next = await reader?.read(); reader && next && !next.done; next = at < wanted ? await reader.read() : undefined) {
    bytes.set(next.value.subarray(0, wanted - at), at);
    at += Math.min(next.value.length, wanted - at);
  }
  await reader?.cancel();
  if (at < wanted) throw new RangeError("a file ends early");
  return bytes;
}

/**
 * A part of a file. A host that answers with the whole of it is listened to until the part is there.
 * @type {(root: string) => import("./entries.js").Part}
 */
const partly = (root) => async (path, from, length, again = "") => {
  const signal = AbortSignal.timeout?.(30_000);
  const headers = { Range: `bytes=${from}-${from + length - 1}` };
  const response = await fetch(root + path + again, { headers, cache: "no-cache", credentials: "omit", signal });
  if (response.status === 404 || response.status === 410) return null;
  if (!response.ok) throw new Error(`${response.status}`);
  if (response.status !== 206) return (await begun(response, from + length)).slice(from);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isThat = response.headers.get("content-range")?.startsWith(`bytes ${from}-`) && bytes.length === length;
  if (!isThat) throw new RangeError("another part than was asked for");
  return bytes;
};

/** @type {Map<string, Promise<ReturnType<typeof import("./entries.js").openEntries>>>} */
const opened = new Map();

/** The signed entries of a compact site. @param {string} root */
export function entriesBelow(root) {
  const entries = opened.get(root) ?? import("./entries.js").then(({ openEntries }) => openEntries(published(root), partly(root)));
  opened.set(root, entries);
  entries.catch(() => opened.delete(root));
  return entries;
}

/**
 * A file of the site, whatever its layout; null where there is none. With `again`, around all caches.
 * @type {(root: string) => (path: string, again?: string) => Promise<Uint8Array<ArrayBuffer> | null>}
 */
export function filesBelow(root) {
  const file = published(root);
  return async (path, again) => (path.startsWith("c/") && isCompact() ? (await entriesBelow(root)).get(path, again) : file(path, again));
}

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
