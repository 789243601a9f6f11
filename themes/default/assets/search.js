// @ts-check
// The search box. It works out an address and asks whether a page is there; nothing else leaves
// the browser. First half: pure functions, tested in Node. Second half: the page.

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

/**
 * What somebody typed or pasted: a number, a credit code, or the address of a page.
 * @param {string} text
 * @returns {Query}
 */
export function parseQuery(text) {
  const address = text.normalize("NFKC").match(/\/(c|enterprises)\/([^/?#\s]+?)(?:\.(?:html|json))?(?:[?#]\S*)?\s*$/i);
  if (address && /:\/\/|^\s*\/|^\s*[\w.-]+\.[a-z]+/i.test(text)) {
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

/**
 * Whether the check character of an 18-character credit code fits (GB 32100-2015).
 * @param {string} code
 */
export function creditCodeFits(code) {
  const digits = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  let sum = 0;
  for (let at = 0, weight = 1; at < 17; at += 1, weight = (weight * 3) % 31) sum += digits.indexOf(code[at]) * weight;
  return digits[(31 - (sum % 31)) % 31] === code[17];
}

/**
 * The same number with the letters that are taken for digits read as digits, and only where digits
 * stand. A suggestion, never a match.
 * @param {string} key
 */
export function similarKey(key) {
  return key.replace(/[A-Z0-9]*\d[A-Z0-9]*/g, (group) => group.replace(/[OQ]/g, "0").replace(/[IL]/g, "1"));
}

/**
 * Fills `{name}` in a text of the page.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// ── The page ────────────────────────────────────────────────────────────────────────────────────

/**
 * @param {ParentNode} root
 * @param {string} selector
 */
const all = (root, selector) => /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);

/**
 * @param {ParentNode} root
 * @param {string} selector
 */
const first = (root, selector) => /** @type {HTMLElement | null} */ (root.querySelector(selector));

/** @typedef {"yes" | "no" | "unreachable"} Answer */

/**
 * Whether a page exists. A host that does not answer says nothing about the certificate.
 * @param {string} href
 * @returns {Promise<Answer>}
 */
async function exists(href) {
  try {
    const response = await fetch(href, { cache: "no-cache" });
    if (response.ok) return "yes";
    return response.status === 404 || response.status === 410 ? "no" : "unreachable";
  } catch {
    return "unreachable";
  }
}

/** @param {HTMLFormElement} form */
function startSearch(form) {
  const input = /** @type {HTMLInputElement} */ (first(form, "[type=search]"));
  const { certificates = "", enterprises = "" } = form.dataset;
  let composing = false;
  let turn = 0;

  /**
   * @param {string} name
   * @param {Query} query
   * @param {string} [similar]
   */
  const show = (name, query, similar) => {
    const template = /** @type {HTMLTemplateElement | null} */ (first(document, `template[data-message="${name}"]`));
    const region = first(document, "[data-result]");
    if (!template || !region) return;
    const message = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const bare = query.key.replace(/-/g, "");
    for (const text of all(message, "[data-text], [data-length]")) text.textContent = fill(text.textContent ?? "", { query: query.key, n: bare.length });
    const code = first(message, "[data-code]");
    if (code) code.hidden = !query.enterprise || creditCodeFits(query.enterprise);
    const length = first(message, "[data-length]");
    if (length) length.hidden = !/^[1-9][0-9A-HJ-NPQRTUWXY]{15,18}$/.test(bare) || bare.length === 18 || bare !== query.key;
    const hint = first(message, "[data-similar]");
    const link = hint && /** @type {HTMLAnchorElement | null} */ (first(hint, "a"));
    if (hint && link && similar) {
      hint.hidden = false;
      link.href = `${certificates}${pathOf(similar)}.html`;
      link.textContent = similar;
    }
    first(message, "[data-retry]")?.addEventListener("click", () => form.requestSubmit());
    region.replaceChildren(message);
  };

  const search = async () => {
    const query = parseQuery(input.value);
    if (!query.key) {
      show("empty", query);
      input.focus();
      return;
    }
    const mine = (turn += 1);
    const pages = [query.enterprise && `${enterprises}${query.enterprise}.html`, query.certificate && `${certificates}${query.certificate}.html`].filter(Boolean);
    show("checking", query);
    let answer = /** @type {Answer} */ ("no");
    for (const page of pages) {
      answer = location.protocol === "file:" ? "yes" : await exists(page);
      if (mine !== turn) return;
      if (answer === "yes") {
        show("found", query);
        location.assign(page);
        return;
      }
      if (answer === "unreachable") break;
    }
    if (answer === "unreachable") {
      show("unreachable", query);
      return;
    }
    show("not-found", query);
    const similar = similarKey(query.key);
    if (similar === query.key || !query.certificate) return;
    const close = await exists(`${certificates}${pathOf(similar)}.html`);
    if (mine === turn && close === "yes") show("not-found", query, similar);
  };

  input.addEventListener("compositionstart", () => (composing = true));
  input.addEventListener("compositionend", () => (composing = false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!composing) void search();
  });
  form.hidden = false;
  const missing = form.dataset.search === "not-found" && location.pathname.match(/\/c\/([^/]+)\.html$/);
  if (missing) {
    input.value = keyOf(missing[1]) || decoded(missing[1]);
    show("not-found", parseQuery(input.value));
  }
}

if (typeof document !== "undefined") {
  for (const form of all(document, "form[data-search]")) startSearch(/** @type {HTMLFormElement} */ (form));
}
