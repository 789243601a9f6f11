// A static host as plain as they come: files and parts of them, a 404 page, nothing rewritten unless a test says so.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".jsonl": "application/jsonl",
  ".csv": "text/csv; charset=utf-8",
  ".xml": "application/xml",
  ".atom": "application/atom+xml",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * Serves files on this machine, below `base`: a folder's, or those of a map from path to content.
 * `requests` lists what was asked for; `before` may wait, and answers false for no answer at all. `whole`: the
 * host knows no parts of files. `rewrite` names another file for a path that has none.
 * @param {string | Map<string, Uint8Array>} files
 * @param {string} [base] with a slash at both ends
 * @param {{ before?: (path: string) => Promise<boolean | void> | boolean | void, headers?: Record<string, string>, whole?: boolean, rewrite?: (path: string) => string }} [how]
 */
export async function serveFolder(files, base = "/", { before, headers = {}, whole = false, rewrite } = {}) {
  /** @type {{ path: string, status: number, size: number }[]} */
  const requests = [];
  const read = async (/** @type {string} */ name) => (typeof files === "string" ? readFile(join(files, name)).catch(() => null) : files.get(name) ?? null);

  /** @param {string} path */
  const find = async (path) => {
    if (!path.startsWith(base)) return null;
    const asked = normalize(path.slice(base.length)) || ".";
    if (asked.startsWith("..")) return null;
    const name = asked === "." || asked.endsWith("/") ? join(asked, "index.html") : asked;
    const bytes = await read(name);
    return bytes && { name, bytes };
  };

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    if ((await before?.(path)) === false) return void request.socket.destroy();
    const found = (await find(path)) ?? (rewrite ? await find(base + rewrite(path.slice(base.length))) : null);
    const name = found ? found.name : "404.html";
    const bytes = found ? found.bytes : ((await read(name)) ?? "not found");
    const [, first, last] = (!whole && found && /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")) || [];
    const part = first ? bytes.slice(Number(first), Number(last) + 1) : bytes;
    const status = first ? 206 : found ? 200 : 404;
    requests.push({ path, status, size: part.length });
    response.writeHead(status, {
      ...(first && { "content-range": `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}` }),
      "content-type": TYPES[extname(name)] ?? "application/octet-stream",
      // As hosts are told for what all pages share (ruling 19), so that walking through pages is quick.
      "cache-control": name.startsWith("assets/") ? "max-age=600" : "no-cache",
      ...headers,
    });
    response.end(request.method === "HEAD" ? undefined : part);
  });

  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const origin = `http://127.0.0.1:${port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { origin, url: origin + base, requests, close };
}
