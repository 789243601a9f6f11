// @ts-check
// Finds rows of the register by name, number and code, newest first, in the few files of the index
// that an answer needs. Pure: no DOM, no network. What it could not look at, it says.

import { bigrams, core, fnv, fold, fullCore, isPair, loadTable, needsTable, shortWords, terms } from "./fold.js";
import { corrections, numberKey, rescued } from "./query.js";
import { Missing, library, listOf, places, ridsIn, serialsOf } from "./shards.js";

/**
 * @typedef {import("./shards.js").Manifest} Manifest
 * @typedef {{ rid: number, number: string, zh: string, en: string, id: string, scheme: string, level: string,
 *   region: string, industry: string, from: string, until: string, former: string[], formerIds: string[] }} Row
 * @typedef {{ scheme?: string, level?: string, region?: string, industry?: string, year?: string }} Facets
 *   `level` is `scheme/level`; a region or an industry stands for all whose codes begin with it.
 * @typedef {{ text?: string, words?: boolean, facets?: Facets, limit?: number, before?: number, among?: number[],
 *   keep?: (rows: Row[]) => Promise<boolean[]> }} Query
 *   `words`: each word by itself. `before`: only rows below it. `among`: only these, ascending. `keep` decides
 *   of rows what the index does not know.
 * @typedef {{ rows: Row[], more: boolean, partial: boolean, next: number, short: boolean }} Found
 *   `more`: there may be older ones. `partial`: not all was looked at, only rows from `next` on. `short`: the text
 *   is too little to look for, or was looked for as a word only.
 * @typedef {{ rids: number[], low: number, last: boolean }} Step
 *   Rows that may match, and down to which serial those are all. `last`: there will not be fewer of them.
 */

/** Files that one question may ask for; a search may be two. */
const MOST = 20;
/** Rows that show whether a list is good enough. */
const PROBE = 2;
/** Lists that are read at first. */
const START = 3;

/** A text folded with the whole table, should it need that. @param {string} text */
export async function folded(text) {
  if (needsTable(text)) await loadTable();
  return fold(text);
}

/** @type {(row: Row) => string[]} */
const namesOf = ({ zh, en, former }) => [zh, en, ...former].filter(Boolean);

/** The first name of a row in which all the folded words stand. @type {(row: Row, words: string[]) => Promise<string | undefined>} */
export async function nameWith(row, words) {
  const find = () => namesOf(row).find((name) => words.every((word) => fold(name).includes(word)));
  const found = find();
  if (found || !namesOf(row).some(needsTable)) return found;
  await loadTable();
  return find();
}

/** @type {(row: Row, facets: Facets) => boolean} */
const fits = (row, { scheme, level, region = "", industry = "", year = "" }) =>
  (!scheme || row.scheme === scheme) && (!level || `${row.scheme}/${row.level}` === level) && row.region.startsWith(region) && row.industry.startsWith(industry) && row.from.startsWith(year);

/** A fact as a pair of units that stands in no name. @type {(kind: number, value: number) => string} */
const fact = (kind, value) => String.fromCharCode(0xe000 + kind, value);

/** The same of a word; another may have the same: rows tell. @type {(kind: number, word: string) => string} */
const worded = (kind, word) => fact(kind, fnv(word) & 0x7fff);

/** What the index calls the facets. @type {(facets: Facets) => string[]} */
const termsOf = ({ scheme, level, region, industry, year }) =>
  [
    scheme && worded(1, scheme),
    level && worded(2, level),
    region && (region.length < 4 ? fact(3, Number(region.slice(0, 2))) : fact(4, Number(region.slice(0, 4)))),
    industry && worded(5, industry.slice(0, industry.length < 3 ? 1 : 3)),
    year && fact(6, Number(year)),
  ].flatMap((term) => term || []);

/** The members of all lists, ascending. @param {number[][]} lists */
function common(lists) {
  const [shortest = [], ...others] = [...lists].sort((a, b) => a.length - b.length);
  const sets = others.map((list) => new Set(list));
  return shortest.filter((rid) => sets.every((set) => set.has(rid)));
}

/** At most `count` of some, evenly spaced: neighbours in a name say much the same. @type {(all: string[], count: number) => string[]} */
const spread = (all, count) => (all.length <= count ? all : Array.from({ length: count }, (_, at) => all[Math.round((at * (all.length - 1)) / (count - 1))]));

/** @type {(from: number, below: number) => number[]} */
const range = (from, below) => Array.from({ length: Math.max(0, below - from) }, (_, at) => from + at);

/** Long lists, by term: the power of two of their windows. @param {Record<string, string>} heavy */
const longOnes = (heavy) => new Map(Object.entries(heavy).flatMap(([log2, terms]) => Array.from({ length: terms.length / 2 }, (_, at) => /** @type {[string, number]} */ ([terms.slice(2 * at, 2 * at + 2), Number(log2)]))));

/**
 * One question to the index, which is as a manifest says.
 * @param {Manifest} manifest @param {ReturnType<typeof library>} files @param {import("./shards.js").Purse} purse
 */
function session(manifest, files, purse) {
  const { n, main } = manifest;
  const pairs = longOnes(manifest.heavy);
  let long = pairs;
  /** How much it tells that a name has a term, in bits, where that is known. @type {Map<string, number>} */
  const rarity = new Map();

  /** Learns which of the terms have long lists. @param {string[]} terms */
  async function learn(terms) {
    if (main && long === pairs && !terms.every(isPair)) long = new Map([...pairs, ...longOnes(await files.json(places.heavy(manifest), purse))]);
  }

  /** @type {(inMain: boolean, term: string) => Promise<number[]>} */
  async function list(inMain, term) {
    const path = places.shard(manifest, inMain, term);
    const hash = fnv(term);
    if (!inMain) return ridsIn(await files.tail(path, purse), hash, manifest);
    const lists = (await files.shard(path, purse, main)).filter(({ print }) => print === hash >>> 16).map(({ list }) => listOf(list));
    // Two terms may have one fingerprint.
    const rids = lists.length > 1 ? [...new Set(lists.flat())].sort((a, b) => a - b) : lists.flat();
    rarity.set(term, Math.log2(main / (1 + rids.length)));
    return rids;
  }

  /** The rows of some serials. A row that is not its certificate's newest is none. @type {(rids: number[]) => Promise<Row[]>} */
  async function rowsOf(rids) {
    const found = rids.map(async (rid) => {
      const [path, at] = places.row(manifest, rid);
      const row = (await files.json(path, purse))[at];
      if (!Array.isArray(row)) return [];
      const [number, zh = "", en = "", id = "", scheme = "", level = "", region = "", industry = "", from = "", until = "", former = [], formerIds = []] = row;
      return [{ rid, number, zh, en, id, scheme, level, region, industry, from, until, former, formerIds }];
    });
    return (await Promise.all(found)).flat();
  }

  /** @param {string} term */
  const logOf = (term) => long.get(term) ?? 0;

  /** The terms by the shard of the tail that they are in, the shard first whose terms tell most. @param {string[]} terms */
  function tailShards(terms) {
    /** @type {Map<string, string[]>} */
    const shards = new Map();
    for (const term of terms) {
      const path = places.shard(manifest, false, term);
      shards.set(path, [...(shards.get(path) ?? []), term]);
    }
    const worth = (/** @type {string[]} */ some) => some.reduce((sum, term) => sum + (rarity.get(term) ?? (long.has(term) ? 5 : 9)), 0);
    return [...shards.values()].sort((a, b) => worth(b) - worth(a));
  }

  /**
   * Rows that may match, newest first. Who takes them hands back those that are left as soon as one does not
   * match, and gets fewer, as long as there is a list that may exclude some: nothing is fetched that need not be.
   * Null: the next lists are more files than may be asked for.
   * @param {string[]} terms @param {number} before @param {number[] | undefined} among
   * @returns {AsyncGenerator<Step | null, void, number[]>}
   */
  async function* candidates(terms, before, among) {
    const only = (/** @type {number[]} */ rids) => (among ? common([rids, among]) : rids).filter((rid) => rid < before).reverse();
    const lists = async (/** @type {boolean} */ inMain, /** @type {string[]} */ some) => common(await Promise.all(some.map((term) => list(inMain, term))));
    await learn(terms);
    const heavy = terms.filter((term) => long.has(term)).sort((a, b) => logOf(b) - logOf(a));
    const all = terms.filter((term) => !long.has(term));
    // What a name begins with tells it apart sooner than what it ends with; of a long one, every part does.
    const light = all.length > 7 ? spread(all, 6) : [...all.slice(0, 2), ...all.slice(2).reverse()];
    // How rare a term is in the main part says which shard of the tail to read.
    const early = main && light.length ? await lists(true, light.slice(0, START)) : undefined;
    if (before > main && n > main) {
      const [first = [], ...others] = tailShards(terms);
      yield* narrowed(only(first.length ? await lists(false, first) : range(main, n)), others.slice(0, 3).map((some) => () => lists(false, some)), main, early && Math.max(PROBE, (2 * early.length * (n - main)) / main));
    }
    if (!main) return;
    if (!early) return void (yield* heavy.length ? windows(heavy, among && only(among), Math.min(before, main) - 1) : narrowed(only(range(0, main)), [], 0));
    const others = light.slice(START, 6).map((term) => () => lists(true, [term]));
    const rest = yield* narrowed(only(early), heavy.length ? [...others, null] : others, 0);
    if (rest.length) yield* windows(heavy, rest, rest[0]);
  }

  /**
   * Rows, and what others there are, less and less of them. What is left when null comes up is returned. Of more
   * than `many`, some do not match: that takes no look.
   * @param {number[]} rids @param {((() => Promise<number[]>) | null)[]} others @param {number} low @param {number} [many]
   * @returns {AsyncGenerator<Step, number[], number[]>}
   */
  async function* narrowed(rids, others, low, many = MOST) {
    for (const other of others) {
      const rest = rids.length > many ? rids : yield { rids, low, last: false };
      if (!rest.length || !other) return rest;
      const list = new Set(await other());
      rids = rest.filter((rid) => list.has(rid));
    }
    yield { rids, low, last: true };
    return [];
  }

  /**
   * The same from a long list, part by part, and where that leaves too many, from the next. `floor`: down to
   * where `found` is all.
   * @type {(terms: string[], found: number[] | undefined, high: number, floor?: number) => AsyncGenerator<Step | null, void, number[]>}
   */
  async function* windows([term, ...others], found, high, floor = 0) {
    for (let low = 0; high >= 0; high = low - 1) {
      const newest = high;
      if (found) high = found.find((rid) => rid <= newest) ?? -1;
      if (high < 0) return;
      const at = high >> logOf(term);
      low = Math.max(floor, at * 2 ** logOf(term));
      const here = (/** @type {number} */ rid) => low <= rid && rid <= high;
      let rids = found?.filter(here);
      if (!rids || rids.length > PROBE) {
        const path = places.window(manifest, term, logOf(term), at);
        if (!files.has(path) && !purse.left) return void (yield null);
        const part = (await files.list(path, purse)).filter(here);
        rids = (rids ? common([rids, part]) : part).sort((a, b) => b - a);
      }
      const rest = yield { rids, low, last: !others.length };
      if (rest.length && others.length) yield* windows(others, rest, rest[0], low);
    }
  }

  /** The next rows, as many as are wanted and there are files to ask for. @type {(rids: number[], wanted: number) => number[]} */
  function affordable(rids, wanted) {
    const paths = new Set();
    const end = rids.slice(0, wanted).findIndex((rid) => {
      const [path] = places.row(manifest, rid);
      if (!files.has(path)) paths.add(path);
      return paths.size > purse.left;
    });
    return rids.slice(0, end < 0 ? wanted : end);
  }

  /** @param {Query} query @returns {Promise<Found>} */
  async function search({ text = "", words = false, facets = {}, limit = 10, before = n, among, keep }) {
    const parts = (await Promise.all((words ? text.split(/\s+/) : [text]).map(folded))).filter(Boolean);
    const cores = parts.map(fullCore);
    const sure = cores.flatMap(terms);
    const names = sure.length ? sure : cores.flatMap(shortWords);
    const short = parts.length > 0 && !sure.length;
    const none = { rows: [], more: false, partial: false, next: 0, short };
    if (parts.length && !names.length) return none;

    const matches = async (/** @type {number[]} */ rids) => {
      const rows = (await rowsOf(rids)).filter((row) => fits(row, facets));
      const named = await Promise.all(rows.map((row) => !parts.length || nameWith(row, parts)));
      return rows.filter((_, at) => named[at]);
    };
    const kept = async (/** @type {Row[]} */ rows) => {
      const keeps = keep && (await keep(rows));
      return rows.filter((_, at) => keeps?.[at] ?? true);
    };
    /** @type {Row[]} */
    const rows = [];
    let looked = 0;
    let next = before;
    const steps = candidates([...new Set([...names, ...termsOf(facets)])], before, among);
    for (let step = await steps.next([]); !step.done; ) {
      if (!step.value) return { ...none, rows, partial: true, next };
      const { rids, low, last } = step.value;
      let at = 0;
      for (let missed = false; at < rids.length && !(missed && !last); ) {
        const hits = looked > limit ? Math.max(rows.length / looked, 0.02) : 1;
        // Twice as many as have been right so far, as long as another list could tell.
        const wanted = Math.min(last || rids.length <= PROBE ? Infinity : Math.max(PROBE, 2 * at), Math.ceil((limit - rows.length) / hits));
        const some = affordable(rids.slice(at), wanted);
        if (!some.length) return { ...none, rows, partial: true, next };
        const found = await matches(some);
        missed = found.length < some.length;
        rows.push(...(await kept(found)));
        at += some.length;
        looked += some.length;
        next = some[some.length - 1];
        if (rows.length < limit) continue;
        const more = rows.length > limit || at < rids.length || low > 0;
        return { ...none, rows: rows.slice(0, limit), more, next: rows[limit - 1].rid };
      }
      if (at >= rids.length) next = low;
      if (purse.left < 1) return { ...none, rows, partial: at < rids.length || low > 0, next };
      step = await steps.next(rids.slice(at));
    }
    return { ...none, rows };
  }

  /** Rows with this number, code or whole name, now or formerly. @param {string} key */
  async function exact(key) {
    const rows = await rowsOf(await serialsOf(manifest, key, (path) => files.bytes(path, purse)));
    const known = await Promise.all(rows.map(async (row) => [numberKey(row.number), row.id, ...row.formerIds, ...(await Promise.all(namesOf(row).map(folded)))].includes(key)));
    return rows.filter((_, at) => known[at]);
  }

  /** Rows with one of these numbers or codes. @param {string[]} keys */
  async function any(keys) {
    const found = (await Promise.all(keys.map(exact))).flat();
    return [...new Map(found.map((row) => [row.rid, row])).values()];
  }

  /** Rows whose names share most of their pairs with a text that was found nowhere. @param {string} text */
  async function similar(text) {
    const wanted = core(await folded(text));
    const asked = bigrams(wanted);
    const picked = spread(terms(wanted).filter((term) => isPair(term) && !long.has(term)), 4);
    /** @type {Map<number, number>} */
    const votes = new Map();
    for (const inMain of [n > main ? [false] : [], main ? [true] : []].flat()) {
      for (const rids of await Promise.all(picked.map((term) => list(inMain, term)))) for (const rid of rids) votes.set(rid, (votes.get(rid) ?? 0) + 1);
    }
    // Of a short text one rare pair says enough.
    const best = [...votes].filter(([, count]) => count > 1 || asked.length < 5).sort(([a, x], [b, y]) => y - x || b - a);
    const rows = await rowsOf(affordable(best.map(([rid]) => rid), 8));
    const like = (/** @type {string} */ name) => (isWithin(wanted, name) ? 1 : share(asked, bigrams(core(name))));
    const alike = rows.map(async (row) => Math.max(...(await Promise.all(namesOf(row).map(folded))).map(like)));
    const shares = await Promise.all(alike);
    const order = rows.map((row, at) => ({ row, share: shares[at] })).sort((a, b) => b.share - a.share);
    return order.filter(({ share }) => share >= 0.5).slice(0, 3).map(({ row }) => row);
  }

  return { search, exact, any, similar };
}

/** Whether all of a text stands in a name in its order, with something between; Latin letters say too little for that. @type {(text: string, name: string) => boolean} */
function isWithin(text, name) {
  const letters = [...text];
  let at = 0;
  for (const letter of name) if (letter === letters[at]) at += 1;
  return letters.length > 2 && at === letters.length && !/[0-9A-Z]/.test(text);
}

/** How much of two sets of pairs is in both. @type {(a: string[], b: string[]) => number} */
const share = (a, b) => (2 * a.filter((term) => b.includes(term)).length) / (a.length + b.length);

/** @param {string} root of the site, with a slash at its end or empty @param {import("./shards.js").Get} get */
export async function openLookup(root, get) {
  const files = library(root, get);
  let purse = { left: MOST };
  let manifest = await files.manifest(purse);

  /** Does a thing; once more where the manifest has been replaced meanwhile. @template T @param {(on: ReturnType<typeof session>) => Promise<T>} work @returns {Promise<T>} */
  async function ask(work) {
    const mine = purse;
    purse = { left: MOST };
    try {
      return await work(session(manifest, files, mine));
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      manifest = await files.manifest(mine);
      return work(session(manifest, files, purse));
    }
  }

  return {
    get manifest() {
      return manifest;
    },
    /**
     * The newest rows that match. The few questions for which the files of one do not suffice are asked on
     * once, so that what is found is all.
     * @param {Query} query @returns {Promise<Found>}
     */
    search: async (query) => {
      const found = await ask((on) => on.search(query));
      if (!found.partial) return found;
      const { limit = 10 } = query;
      const rest = await ask((on) => on.search({ ...query, limit: limit - found.rows.length, before: found.next }));
      return { ...rest, rows: [...found.rows, ...rest.rows] };
    },
    /** Rows with this number, code (as `numberKey` has them) or whole name (folded), now or formerly. @param {string} key */
    exact: (key) => ask((on) => on.exact(key)),
    /** Rows with a number or code that may have been meant; `all` also tries each single mistake in a credit code. @type {(key: string, all?: boolean) => Promise<Row[]>} */
    near: (key, all = false) => ask((on) => on.any([...rescued(key), ...(all ? corrections(key) : [])])),
    /** Rows with a name like one that is not there. @param {string} text */
    similar: (text) => ask((on) => on.similar(text)),
  };
}
