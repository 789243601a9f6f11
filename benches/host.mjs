// A host on this machine as the benches need one: it compresses text, knows ranges, and lets nothing be kept.

import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

/** @type {Record<string, string>} */
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json", ".txt": "text/plain" };

/**
 * Serves the first file that one of the folders has, by the beginning of its path.
 * @param {[string, string][]} folders
 */
export async function host(folders) {
  const server = createServer((request, response) => {
    const pathname = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname));
    const [start, folder] = folders.find(([start]) => pathname.startsWith(start)) ?? ["/", ""];
    const place = join(folder, pathname.slice(start.length - 1));
    if (!folder || !existsSync(place) || !statSync(place).isFile()) return void response.writeHead(404, { "content-type": "text/plain" }).end("nothing");
    const type = TYPES[extname(place)];
    const bytes = readFileSync(place);
    const range = request.headers.range?.match(/^bytes=(\d+)-(\d+)$/);
    const part = range ? bytes.subarray(Number(range[1]), Number(range[2]) + 1) : bytes;
    const sent = type && !range ? gzipSync(part) : part;
    response.writeHead(range ? 206 : 200, {
      "content-type": type ?? "application/octet-stream",
      "content-length": sent.length,
      ...(sent !== part && { "content-encoding": "gzip" }),
      ...(range && { "content-range": `bytes ${range[1]}-${range[2]}/${bytes.length}` }),
    });
    response.end(sent);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}
