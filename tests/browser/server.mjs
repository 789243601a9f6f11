// A static host as plain as they come: files, a 404 page, nothing rewritten.

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
 * Serves a folder on this machine, below `base`. `requests` lists what was asked for.
 * @param {string} folder
 * @param {string} [base] with a slash at both ends
 */
export async function serveFolder(folder, base = "/") {
  /** @type {{ path: string, status: number }[]} */
  const requests = [];

  /** @param {string} path */
  const find = async (path) => {
    if (!path.startsWith(base)) return null;
    const asked = normalize(path.slice(base.length)) || ".";
    if (asked.startsWith("..")) return null;
    const name = asked === "." || asked.endsWith("/") ? join(asked, "index.html") : asked;
    const bytes = await readFile(join(folder, name)).catch(() => null);
    return bytes && { name, bytes };
  };

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    const found = await find(path);
    const status = found ? 200 : 404;
    requests.push({ path, status });
    const name = found ? found.name : "404.html";
    const bytes = found ? found.bytes : await readFile(join(folder, name)).catch(() => "not found");
    response.writeHead(status, {
      "content-type": TYPES[extname(name)] ?? "application/octet-stream",
      // As hosts are told for what all pages share (ruling 19), so that walking through pages is quick.
      "cache-control": name.startsWith("assets/") ? "max-age=600" : "no-cache",
    });
    response.end(request.method === "HEAD" ? undefined : bytes);
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
