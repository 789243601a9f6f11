// The engine of the search, without a browser: for made-up registers it finds exactly what reading every
// row finds, in no more files than it may ask for, and says what it could not look at.

import assert from "node:assert/strict";
import { test } from "node:test";
import { core, fold, loadTable, queryCore } from "../../themes/default/assets/fold.js";
import { openLookup } from "../../themes/default/assets/lookup.js";
import { corrections, creditCodeFits, kindOf, numberKey, rescued } from "../../themes/default/assets/query.js";
import { buildIndex } from "./index-reference.mjs";
import { chance, register } from "./names.mjs";

const SIZE = 10_000;
const entries = register(SIZE);
await loadTable();

/** Rows that may be found, newest first. */
const newest = entries.flatMap((entry, rid) => (entry && entry.newer === undefined ? [{ ...entry, rid, names: [entry.zh, entry.en, ...(entry.former ?? [])].map((name) => fold(name ?? "")) }] : [])).reverse();

/**
 * A register's index, as a host without faults has it, counting what is asked for.
 * @param {Map<string, Uint8Array>} files
 */
function host(files) {
  /** @type {string[]} */
  const asked = [];
  let bytes = 0;
  let running = 0;
  let most = 0;
  return {
    asked,
    get bytes() {
      return bytes;
    },
    get most() {
      return most;
    },
    clear: () => {
      asked.length = bytes = most = 0;
    },
    /** @param {string} path */
    get: async (path) => {
      asked.push(path);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      const found = files.get(path.replace(/\?.*/, "")) ?? null;
      bytes += found?.length ?? 0;
      return found;
    },
  };
}

/** The shapes that an index can have: nearly all in the main part, all in the tail, and long lists at every turn. @type {[string, Parameters<typeof buildIndex>[1]][]} */
const SHAPES = [
  ["as the build makes it", undefined],
  ["all in the tail", { stepLog2: 14 }],
  ["nothing in the tail", { stepLog2: 4 }],
  ["long lists everywhere", { stepLog2: 9, heavy: 120, window: 100, shard: 512 }],
];

/**
 * Pieces of names in a script, away from legal forms.
 * @param {ReturnType<typeof chance>} luck @param {number} length @param {number} count @param {RegExp} script
 */
function pieces(luck, length, count, script = /^\p{Script=Han}+$/u) {
  /** @type {string[]} */
  const found = [];
  while (found.length < count) {
    const name = core(luck.one(luck.one(newest).names));
    const at = luck.below(Math.max(1, name.length - length + 1));
    const text = name.slice(at, at + length);
    if (text.length === length && script.test(text) && queryCore(text) === text && !/公司|有限|股份|集团/.test(text)) found.push(text);
  }
  return found;
}

/** What reading every row finds. @param {string} text @param {(row: typeof newest[number]) => boolean} [is] */
const brute = (text, is = () => true) => newest.filter((row) => row.names.some((name) => name.includes(fold(text))) && is(row)).map(({ rid }) => rid);

/** @param {import("../../themes/default/assets/lookup.js").Row[]} rows */
const rids = (rows) => rows.map(({ rid }) => rid);

const built = buildIndex(entries);

for (const [name, shape] of SHAPES) {
  test(`finds exactly the newest ten: ${name}`, async (t) => {
    const files = shape ? buildIndex(entries, shape) : built;
    const luck = chance(7);
    const counts = /** @type {number[]} */ ([]);
    const queries = [2, 3, 4, 8].flatMap((length) => pieces(luck, length, 40)).concat(pieces(luck, 9, 20, /^[A-Z]+$/), Array.from({ length: 40 }, () => luck.one(luck.one(newest).names)).filter((name) => name.length > 3));
    let cut = 0;
    for (const text of queries) {
      const from = host(files);
      const lookup = await openLookup("", from.get);
      const { rows, partial, more, next } = await lookup.search({ text });
      const truth = brute(text);
      assert.ok(from.asked.length <= 40, `${text}: ${from.asked.length} files`);
      assert.ok(from.most <= 6, `${text}: ${from.most} at once`);
      const expected = partial ? truth.filter((rid) => rid >= next) : truth.slice(0, 10);
      assert.deepEqual(rids(rows), expected, text);
      assert.ok(more || partial || truth.length <= 10, text);
      counts.push(from.asked.length);
      cut += partial ? 1 : 0;
    }
    counts.sort((a, b) => a - b);
    t.diagnostic(`files: median ${counts[counts.length >> 1]}, most ${counts[counts.length - 1]}; ${cut} of ${counts.length} cut short`);
    if (shape?.window) return;
    assert.equal(cut, 0, "searches were cut short");
    assert.ok(counts[Math.floor(counts.length * 0.99)] <= 20, `${counts.at(-3)} files`);
  });
}

test("a search that was cut short goes on where it stopped, and finds the rest", async () => {
  const lookup = await openLookup("", host(buildIndex(entries, { stepLog2: 9, heavy: 120, window: 100, shard: 512 })).get);
  const text = "科技";
  const facets = { level: "rbt-309-2017/aaa", year: "2019" };
  /** @type {number[]} */
  const found = [];
  for (let before = SIZE, turns = 0; turns < 200; turns += 1) {
    const { rows, partial, more, next } = await lookup.search({ text, facets, before });
    found.push(...rids(rows));
    if (!partial && !more) break;
    before = next;
  }
  assert.deepEqual(found, brute(text, ({ scheme, level, from }) => `${scheme}/${level}` === facets.level && from.startsWith("2019")));
});

test("page after page, every row once", async () => {
  for (const text of ["金", "环保", "广州", "华天"].map((text) => (text.length > 1 ? text : "金鑫"))) {
    const lookup = await openLookup("", host(built).get);
    /** @type {number[]} */
    const found = [];
    for (let step = { more: true, next: SIZE }; step.more || /** @type {any} */ (step).partial; ) {
      const page = await lookup.search({ text, before: step.next });
      found.push(...rids(page.rows));
      step = page;
    }
    assert.deepEqual(found, brute(text));
  }
});

test("facets, alone, together and with text", async () => {
  /** @type {[import("../../themes/default/assets/lookup.js").Facets, (row: typeof newest[number]) => boolean][]} */
  const cases = [
    [{ scheme: "rbt-309-2017" }, (row) => row.scheme === "rbt-309-2017"],
    [{ level: "gbt-27922-2011/star-3" }, (row) => row.scheme === "gbt-27922-2011" && row.level === "star-3"],
    [{ region: "44" }, (row) => row.region?.startsWith("44") ?? false],
    [{ region: "4403" }, (row) => row.region?.startsWith("4403") ?? false],
    [{ industry: "C" }, (row) => row.industry?.startsWith("C") ?? false],
    [{ industry: "H62", year: "2020" }, (row) => row.industry === "H62" && row.from.startsWith("2020")],
    [{ level: "gbt-27922-2011/star-5", region: "3101", industry: "F51" }, () => false],
    [{ level: "gbt-27922-2011/star-5", region: "3100", industry: "F51" }, (row) => row.scheme === "gbt-27922-2011" && row.level === "star-5" && row.region === "310000" && row.industry === "F51"],
  ];
  for (const [facets, is] of cases) {
    for (const text of ["", "华", "科技", "深圳"].filter((text) => text.length !== 1)) {
      const lookup = await openLookup("", host(built).get);
      const { rows, partial, next } = await lookup.search({ text, facets });
      const truth = brute(text, is);
      assert.deepEqual(rids(rows), partial ? truth.filter((rid) => rid >= next) : truth.slice(0, 10), JSON.stringify({ text, facets }));
    }
  }
});

test("what the index does not know narrows a search too", async () => {
  const lookup = await openLookup("", host(built).get);
  const odd = { text: "科技", keep: async (/** @type {import("../../themes/default/assets/lookup.js").Row[]} */ rows) => rows.map(({ rid }) => rid % 2 === 1) };
  assert.deepEqual(rids((await lookup.search(odd)).rows), brute("科技").filter((rid) => rid % 2).slice(0, 10));
  const among = newest.map(({ rid }) => rid).filter((rid) => rid % 50 === 3).reverse();
  for (const text of ["", "科技", "深圳"]) {
    assert.deepEqual(rids((await lookup.search({ text, among })).rows), brute(text, ({ rid }) => rid % 50 === 3).slice(0, 10), text);
  }
});

test("any spelling of a name: width, case, brackets, spaces, traditional characters", async () => {
  const lookup = await openLookup("", host(built).get);
  const row = newest.find(({ zh }) => /（广州）.*贸易/.test(zh)) ?? newest[0];
  for (const text of [row.zh, row.zh.replace("（", "(").replace("）", ")"), ` ${[...row.zh].join(" ")} `, row.zh.replace("广", "廣").replace("贸", "貿").replace("业", "業")]) {
    assert.ok(rids((await lookup.search({ text })).rows).includes(row.rid), text);
  }
});

test("the words of a text each by itself", async () => {
  const lookup = await openLookup("", host(built).get);
  const truth = newest.filter(({ names }) => names.some((name) => name.includes("环保") && name.includes("青岛"))).map(({ rid }) => rid);
  assert.deepEqual(rids((await lookup.search({ text: "环保 青岛", words: true })).rows), truth.slice(0, 10));
});

test("too little is no search", async () => {
  const from = host(built);
  const lookup = await openLookup("", from.get);
  for (const text of ["华", "有限公司", "限责", "司", "A"]) {
    const { rows, short } = await lookup.search({ text });
    assert.deepEqual([rows, short], [[], true], text);
  }
  assert.equal(from.asked.length, 1);
  for (const text of ["泰有限", "科技有限", "份有限公司深"]) assert.equal((await lookup.search({ text })).short, false);
});

test("short words in letters are found where they are words", async () => {
  const made = [{ ...newest[0], newer: undefined, zh: "深圳三一有限公司", en: "TCL LG 3M Home Co., Ltd." }, { ...newest[1], newer: undefined, en: "ATCLX Trading Co., Ltd." }];
  const lookup = await openLookup("", host(buildIndex(made)).get);
  for (const text of ["tcl", "LG", "3m"]) {
    const { rows, short } = await lookup.search({ text });
    assert.deepEqual([rids(rows), short], [[0], true], text);
  }
  assert.deepEqual(rids((await lookup.search({ text: "tclx" })).rows), [1]);
});

test("half-typed names lose nothing", async () => {
  const luck = chance(3);
  for (let n = 0; n < 60; n += 1) {
    const row = luck.one(newest);
    const text = row.zh.slice(0, 4 + luck.below(Math.max(1, row.zh.length - 3)));
    const lookup = await openLookup("", host(built).get);
    const { rows, partial, next } = await lookup.search({ text });
    const truth = brute(text);
    assert.deepEqual(rids(rows), partial ? truth.filter((rid) => rid >= next) : truth.slice(0, 10), text);
  }
});

test("numbers, codes and whole names, now and formerly", async () => {
  const luck = chance(11);
  for (let n = 0; n < 100; n += 1) {
    const row = luck.one(newest);
    for (const key of [numberKey(row.number), row.id, luck.one(row.names.filter(Boolean))]) {
      const from = host(built);
      const lookup = await openLookup("", from.get);
      const truth = newest.filter((other) => numberKey(other.number) === key || other.id === key || other.names.includes(key)).map(({ rid }) => rid);
      assert.deepEqual(rids(await lookup.exact(key)), truth, key);
      assert.ok(from.asked.length <= 4 + truth.length, `${from.asked.length} files`);
    }
  }
  const lookup = await openLookup("", host(built).get);
  assert.deepEqual(await lookup.exact("AST-SC-1999-00001"), []);
  assert.deepEqual(await lookup.exact("没有这样的名字"), []);
});

test("versions that were replaced are not found, and their names lead to the newest", async () => {
  const renamed = newest.filter(({ former }) => former?.length).slice(0, 40);
  assert.ok(renamed.length > 20);
  for (const row of renamed) {
    const lookup = await openLookup("", host(built).get);
    const { rows } = await lookup.search({ text: row.former?.[0] });
    assert.ok(rids(rows).includes(row.rid), row.number);
    assert.equal(rows.filter(({ number }) => number === row.number).length, 1);
  }
});

test("what somebody may have meant", async () => {
  const { id, zh, rid } = newest[50];
  assert.ok(creditCodeFits(id));
  const [first, ...others] = corrections(id.slice(0, 17) + (id[17] === "5" ? "6" : "5"));
  assert.equal(new Set([first, ...others].filter((code) => [...code].filter((digit, at) => digit !== id[at] && at < 17).length < 2)).size >= 18, true);
  assert.ok([first, ...others].every(creditCodeFits));
  for (const at of [3, 9, 17]) {
    const wrong = id.slice(0, at) + (id[at] === "8" ? "9" : "8") + id.slice(at + 1);
    const from = host(built);
    const lookup = await openLookup("", from.get);
    assert.deepEqual(await lookup.near(wrong), []);
    assert.deepEqual(rids(await lookup.near(wrong, true)), [rid]);
    assert.ok(from.most <= 6);
  }
  const swapped = id.slice(0, 4) + id[5] + id[4] + id.slice(6);
  if (swapped !== id) assert.ok(rids(await (await openLookup("", host(built).get)).near(swapped, true)).includes(rid));
  assert.deepEqual(rescued("9144O5OOMAOOATTI3Z").at(0), "91440500MA00ATT132");
  assert.deepEqual(rescued("AST-SC-2O26-OOO17"), ["AST-SC-2026-00017"]);
  const lookup = await openLookup("", host(built).get);
  assert.ok(rids(await lookup.similar(`${zh.slice(0, 3)}乙${zh.slice(4)}`)).includes(rid));
  assert.deepEqual(await lookup.similar("魑魅魍魉饕餮"), []);
});

test("a file that does not come is no answer; a manifest that was replaced is read again", async () => {
  await assert.rejects(openLookup("", async () => { throw new Error("offline"); }), /offline/);
  await assert.rejects(openLookup("", async () => null));
  const lookup = await openLookup("", async (path) => {
    if (/\/g\d/.test(path)) throw new Error("offline");
    return built.get(path.replace(/\?.*/, "")) ?? null;
  });
  await assert.rejects(lookup.search({ text: "华天环保" }), /offline/);

  let files = buildIndex(entries.slice(0, 5000));
  const moved = await openLookup("", async (path) => files.get(path.replace(/\?.*/, "")) ?? null);
  files = built;
  assert.deepEqual(rids((await moved.search({ text: "环保" })).rows), brute("环保").slice(0, 10));
  assert.equal(moved.manifest.n, SIZE);
});

test("what was typed is told apart", () => {
  /** @type {[string, import("../../themes/default/assets/query.js").Kind][]} */
  const cases = [
    ["", "empty"], ["\u3000 ", "empty"], ["AST-SC-2026-00017", "number"], ["ａｓｔ－ｓｃ－２０２６－０００１７", "number"], ["91440500MA00ATT133", "code"],
    ["9144 0500 MA00 ATT1 33", "code"], ["9144O500MA00ATT133", "code"], ["91440500MA00ATT13", "code"], ["440500000012345", "code"],
    ["https://register.example/c/AST-SC-2026-00017.html#1", "address"], ["register.example/enterprises/91440500MA00ATT133.html", "address"],
    ["示例", "name"], ["Example Trading 2000", "name"], ["3M", "name"], ["甲\n乙", "list"], ["AST-1\r\n\r\n", "name"],
  ];
  for (const [text, kind] of cases) assert.equal(kindOf(text), kind, text);
});
