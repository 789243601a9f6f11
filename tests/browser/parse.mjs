// Reads all pages of a built site with the browser's own HTML parser.

import { launch } from "./launch.mjs";
import { filesOf, read } from "./site.mjs";

/**
 * @typedef {{ path: string, lang: string, canonical: string, csp: string, cspFirst: boolean, ids: string[],
 *   repeated: string[], alternates: { lang: string, url: string }[], links: { from: string, url: string }[],
 *   absolute: { from: string, url: string }[], folders: string[], inline: string[] }} Read
 */

/** Runs in the browser. @param {{ path: string, html: string }[]} pages @returns {Read[]} */
function inBrowser(pages) {
  const LINKS = [
    ["a", "href"], ["area", "href"], ["link", "href"], ["script", "src"], ["img", "src"], ["source", "src"], ["iframe", "src"],
    ["embed", "src"], ["video", "src"], ["audio", "src"], ["track", "src"], ["object", "data"], ["form", "action"],
    ["use", "href"], ["image", "href"], ["button", "formaction"], ["input", "formaction"], ["blockquote", "cite"],
  ];
  /** All elements, also of templates. @param {ParentNode} root @returns {Element[]} */
  const elements = (root) =>
    [...root.querySelectorAll("*")].flatMap((element) => [element, ...(element instanceof HTMLTemplateElement ? elements(element.content) : [])]);
  /** @param {Element} element */
  const name = (element) => `<${element.outerHTML.slice(1, 120).split(">")[0]}>`;

  return pages.map(({ path, html }) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const every = elements(page);
    /** @param {string} selector @param {string} attribute */
    const value = (selector, attribute) => page.querySelector(selector)?.getAttribute(attribute) ?? "";
    const ids = [...page.querySelectorAll("[id]")].map(({ id }) => id);
    const inline = every.flatMap((element) => [
      ...(element.matches("script:not([src]):not([type='application/ld+json'])") ? [`script: ${name(element)}`] : []),
      ...(element.matches("style") ? [`style: ${name(element)}`] : []),
      ...element.getAttributeNames().filter((key) => key === "style" || /^on/.test(key)).map((key) => `${key}: ${name(element)}`),
      ...element.getAttributeNames().filter((key) => /^\s*(javascript|vbscript):/i.test(element.getAttribute(key) ?? "")).map((key) => `${key}: ${name(element)}`),
      ...(element.matches("iframe[srcdoc], base, object, embed, meta[http-equiv='refresh']") ? [`element: ${name(element)}`] : []),
    ]);
    const csp = page.querySelector("meta[http-equiv='Content-Security-Policy']");
    const loads = page.querySelector("link[rel~='stylesheet'], link[rel~='icon'], script, img, style");
    const links = LINKS.flatMap(([tag, attribute]) =>
      every.filter((element) => element.localName === tag && element.hasAttribute(attribute)).map((element) => ({ from: name(element), url: element.getAttribute(attribute) ?? "" })),
    );
    const sets = every.filter((element) => element.hasAttribute("srcset")).flatMap((element) =>
      (element.getAttribute("srcset") ?? "").split(",").map((part) => ({ from: name(element), url: part.trim().split(/\s+/)[0] })),
    );
    const absolute = [...page.querySelectorAll("meta[property='og:url'], meta[property='og:image']")].map((element) => ({ from: name(element), url: element.getAttribute("content") ?? "" }));
    return {
      path,
      lang: page.documentElement.lang,
      canonical: value("link[rel=canonical]", "href"),
      csp: csp?.getAttribute("content") ?? "",
      cspFirst: Boolean(csp && (!loads || csp.compareDocumentPosition(loads) & Node.DOCUMENT_POSITION_FOLLOWING)),
      // What a script takes from a template has a place in the page then.
      ids: every.flatMap(({ id }) => id || []),
      repeated: ids.filter((id, at) => ids.indexOf(id) !== at),
      alternates: [...page.querySelectorAll("link[rel=alternate][hreflang]")].map((link) => ({ lang: link.getAttribute("hreflang") ?? "", url: link.getAttribute("href") ?? "" })),
      links: [...links, ...sets],
      absolute,
      folders: ["data-certificates", "data-enterprises"].flatMap((key) => [...page.querySelectorAll(`[${key}]`)].map((element) => element.getAttribute(key) ?? "")),
      inline,
    };
  });
}

/**
 * All pages below a folder.
 * @param {string} folder
 * @returns {Promise<Map<string, Read>>}
 */
export async function readSite(folder) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const paths = filesOf(".html", folder);
    const found = new Map();
    for (let at = 0; at < paths.length; at += 40) {
      const part = paths.slice(at, at + 40).map((path) => ({ path, html: read(path, folder) }));
      for (const one of await page.evaluate(inBrowser, part)) found.set(one.path, one);
    }
    return found;
  } finally {
    await browser.close();
  }
}
