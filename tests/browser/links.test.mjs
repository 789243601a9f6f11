// Every address that the built site names leads somewhere, checked from disk, at the root of a
// host and below a path, and in the compact layout.

import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { readSite } from "./parse.mjs";
import { LANGUAGES, compactSite, filesOf, read, site, subSite } from "./site.mjs";

/** Where a page may lead a reader out of the register. */
const OUTSIDE = new Set(["http://cx.cnca.cn", "https://register.example"]);

/** What the compact layout shows on one page. */
const SHOWN = /^(en\/)?(c|enterprises)\/[^/]+\.html$/;
/** The pages of the full layout below the path. @type {Awaited<ReturnType<typeof readSite>> | undefined} */
let full;

for (const [name, place] of Object.entries({ "at the root": site, "below a path": subSite, "in the compact layout": compactSite })) {
  describe(name, () => {
    /** @type {Awaited<ReturnType<typeof readSite>>} */
    let pages;
    /** Pages at whose addresses there is no file, as they are shown. @type {Awaited<ReturnType<typeof readSite>>} */
    let shown = new Map();
    before(async () => {
      pages = await readSite(place.folder);
      if (place === subSite) full = pages;
      if (place === compactSite) shown = full ?? (await readSite(subSite.folder));
    });

    /** The file behind an address of this site, or "". @param {URL} url */
    const fileOf = (url) => {
      const path = decodeURIComponent(url.pathname);
      if (!path.startsWith(place.base)) return "";
      const asked = path.slice(place.base.length);
      const file = asked === "" || asked.endsWith("/") ? `${asked}index.html` : asked;
      if (SHOWN.test(file) && shown.has(file)) return file;
      const onDisk = join(place.folder, file);
      return existsSync(onDisk) && statSync(onDisk).isFile() ? file : "";
    };

    /** What is wrong with an address, or "". @param {string} address @param {string} from the page that names it */
    const wrong = (address, from) => {
      const url = new URL(address, place.host + place.base + from);
      if (["mailto:", "tel:", "data:"].includes(url.protocol)) return "";
      if (url.origin !== place.host) return OUTSIDE.has(url.origin) ? "" : "leads out of the register";
      const file = fileOf(url);
      if (!file) return "leads nowhere";
      const fragment = decodeURIComponent(url.hash.slice(1));
      const target = pages.get(file) ?? shown.get(file);
      return fragment && !(target && target.ids.includes(fragment)) ? "names a place that is not in the page" : "";
    };

    test("links, sources and fragments", () => {
      /** @type {Map<string, string[]>} */
      const found = new Map();
      for (const { path, links, absolute } of pages.values()) {
        for (const { from, url } of [...links, ...absolute]) {
          const what = wrong(url, path);
          if (what) found.set(`${from} ${what}`, [...(found.get(`${from} ${what}`) ?? []), path]);
        }
      }
      const said = [...found].map(([what, where]) => `${what} (${where.length} pages; ${where[0]})`);
      assert.deepEqual(said.slice(0, 40), [], `${said.length} in all`);
    });

    test("links between pages are relative; those of the 404 page are absolute", () => {
      const found = [...pages.values()].flatMap(({ path, links }) =>
        links
          .filter(({ from, url }) => !/^(mailto:|tel:|https?:|data:|#)/.test(url) && !/rel="?(canonical|alternate)/.test(from))
          .filter(({ url }) => url.startsWith("/") !== path.endsWith("404.html"))
          .map(({ from }) => `${path}: ${from}`),
      );
      assert.deepEqual(found.slice(0, 20), [], `${found.length} in all`);
    });

    test("what the search box looks in is there", () => {
      for (const { path, folders } of pages.values()) {
        for (const folder of folders) {
          const url = new URL(folder, place.host + place.base + path);
          const isThere = place === compactSite || existsSync(join(place.folder, url.pathname.slice(place.base.length)));
          assert.ok(url.pathname.startsWith(place.base) && isThere, `${path}: ${folder}`);
        }
      }
    });

    test("canonical addresses are the pages' own", () => {
      for (const { path, canonical } of pages.values()) {
        if (path.endsWith("404.html")) continue;
        const own = place.host + place.base + path;
        assert.ok(canonical === own || canonical === own.replace(/index\.html$/, ""), `${path}: ${canonical}`);
      }
    });

    test("hreflang: pages name each other, themselves, and a default", () => {
      for (const { path, alternates, canonical } of pages.values()) {
        if (alternates.length === 0) continue;
        const langs = alternates.map(({ lang }) => lang);
        assert.equal(new Set(langs).size, langs.length, `${path}: a language twice`);
        assert.ok(langs.includes("x-default"), `${path}: no x-default`);
        assert.ok(alternates.some(({ url }) => url === canonical), `${path}: does not name itself`);
        for (const { lang, url } of alternates) {
          assert.equal(wrong(url, path), "", `${path}: ${lang}: ${url}`);
          const other = pages.get(fileOf(new URL(url)));
          assert.ok(other?.alternates.some(({ url }) => url === canonical), `${path}: ${url} does not answer`);
        }
      }
    });

    test("both languages have the same pages", () => {
      const [first, ...others] = LANGUAGES.map(({ root, key }) =>
        [...pages.keys()].filter((path) => (key === "zh" ? !path.startsWith("en/") : path.startsWith(root))).map((path) => path.slice(root.length)).sort(),
      );
      for (const other of others) assert.deepEqual(other, first);
    });

    test("the sitemap names every page that may be indexed, once, and nothing else", () => {
      const listed = filesOf(".xml", place.folder).filter((path) => /sitemap/.test(path));
      assert.notEqual(listed.length, 0);
      const urls = listed.flatMap((path) => [...read(path, place.folder).matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => url));
      assert.equal(new Set(urls).size, urls.length, "an address twice");
      for (const url of urls) assert.equal(wrong(url, ""), "", url);
      const open = [...pages.keys()].filter((path) => !/<meta[^>]*noindex/.test(read(path, place.folder)));
      const files = new Set(urls.map((url) => fileOf(new URL(url))));
      assert.deepEqual(open.filter((path) => !files.has(path)), []);
      assert.deepEqual([...files].filter((path) => path.endsWith(".html") && !open.includes(path)), []);
      assert.match(read("robots.txt", place.folder), new RegExp(`^Sitemap: ${place.host}${place.base}sitemap`, "m"));
    });

    test("feeds lead to pages that are there", () => {
      const feeds = filesOf(".atom", place.folder);
      assert.ok(feeds.includes("feed.atom") && feeds.includes("en/feed.atom"));
      for (const path of feeds) {
        const urls = [...read(path, place.folder).matchAll(/<link[^>]*href="([^"]+)"/g)].map(([, url]) => url.replaceAll("&amp;", "&"));
        assert.notEqual(urls.length, 0, path);
        for (const url of urls) assert.equal(wrong(url, path), "", `${path}: ${url}`);
      }
    });

    test("a certificate and its company lead to each other", () => {
      const lonely = [...pages.values()].filter(({ path, links }) => /(^|\/)c\/[^/]+\.html$/.test(path) && !links.some(({ url }) => url.includes("enterprises/")));
      assert.deepEqual(lonely.map(({ path }) => path), []);
    });
  });
}
