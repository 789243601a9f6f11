// A list put to `attestar verify --csv` and to the page's modules, without a browser: row for row the same
// answers, on the worked timeline and on every kind of line that people have.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openGround } from "../../themes/default/assets/batch.js";
import { checkLine } from "../../themes/default/assets/lines.js";
import { folded, openLookup } from "../../themes/default/assets/lookup.js";
import { sitesOf } from "../../themes/default/assets/standing.js";
import { readTable, rowsOf, textOfFile } from "../../themes/default/assets/table.js";
import { bookOf, readBook } from "../../themes/default/assets/xlsx.js";
import { Demo } from "./demo.mjs";
import { filesOf, read, site } from "./site.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
const PROGRAM = process.env.ATTESTAR ?? join(ROOT, "target/debug/attestar");
const NOW = new Date("2026-11-25T04:00:00Z");
const TODAY = "2026-11-25";
const TIMELINE = "AST-SC-2021-00033";
const ERASED = "AST-SC-2025-00010";
const SCHEME = "gbt-27922-2011";
const folder = mkdtempSync(join(tmpdir(), "attestar-list-"));
after(() => rmSync(folder, { recursive: true }));

/** @typedef {{ on?: string, scheme?: string, level?: string, site?: string }} Asked */

// ── Both sides ──

/** What of an answer both must agree on. @typedef {{ line: number, code: string, good: boolean, reason: string, how: string, number: string, level: string, until: string, edition: string, holder: string, remarks: string[], candidates: string[], near: string[] }} Answer */

/** @param {string} text */
const commandWords = (text) => text.split("\n").filter(Boolean).map((line) => JSON.parse(line));

/** What the command line answers. @param {Uint8Array | string} list @param {Asked} asked @param {string[]} place @returns {Answer[]} */
function commandLine(list, asked, place) {
  const path = join(folder, typeof list === "string" || list[0] !== 0x50 ? "list.csv" : "list.xlsx");
  writeFileSync(path, list);
  const options = Object.entries({ "--on": asked.on, "--scheme": asked.scheme, "--min-level": asked.level, "--site-name": asked.site });
  const more = options.flatMap(([name, value]) => (value ? [name, value] : []));
  const words = ["verify", "--csv", path, "--json", "--pins", join(folder, "pins"), "--at", NOW.toISOString(), ...place, ...more];
  /** @type {string} */
  let text;
  try {
    text = execFileSync(PROGRAM, words, { encoding: "utf8", maxBuffer: 1 << 28, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { status, stdout, stderr } = /** @type {any} */ (error);
    assert.equal(status, 1, stderr);
    text = stdout;
  }
  const named = (/** @type {any[]} */ rows = []) => rows.map(({ number, answer = "" }) => `${number} ${answer}`.trim());
  return commandWords(text).map(({ line, answer, good, reason = "", found_by, certificate, edition, remarks = [], candidates, near }) => ({
    line,
    code: answer,
    good,
    reason: ["bad_input", "ambiguous", "not_found"].includes(answer) ? reason : "",
    how: found_by ?? "",
    number: certificate?.number ?? "",
    level: certificate?.level ?? "",
    until: certificate?.valid_until ?? "",
    edition: edition?.name ?? "",
    holder: certificate?.holder.zh ?? "",
    remarks: remarks.map((/** @type {any} */ { code }) => code).filter((/** @type {string} */ code) => code !== "same").sort(),
    candidates: named(candidates),
    near: named(near),
  }));
}

/** What the page answers. @param {Uint8Array<ArrayBuffer> | string} list @param {Asked} asked @param {string} from @returns {Promise<Answer[]>} */
async function page(list, { on = TODAY, scheme, level = "", site: covered }, from) {
  const get = async (/** @type {string} */ path) => {
    try {
      return Uint8Array.from(readFileSync(join(from, path.replace(/\?.*/, ""))));
    } catch {
      return null;
    }
  };
  const ground = await openGround(site.host, get, null, NOW);
  assert.equal(ground.state, "verified", ground.code);
  const { levels } = JSON.parse(read("s/names-zh.json", from));
  const minimum = scheme ? { scheme, level, rank: levels[`${scheme}/${level}`]?.rank } : undefined;
  const index = openLookup("", get);
  const packed = typeof list !== "string" && list[0] === 0x50;
  const rows = packed ? (await readBook(list))[0].rows : rowsOf(typeof list === "string" ? list : textOfFile(list));
  const register = { ground, lookup: () => index, fold: folded };
  return Promise.all(readTable(rows).lines.map(async (line) => {
    const answer = await checkLine(register, line, { day: on, minimum, ...(covered && { site: covered }) });
    const { standing = null, number = "" } = answer.outcome ?? {};
    const { code, good, reason, how, remarks, candidates, near } = answer;
    return {
      line: line.line,
      code,
      good,
      reason: ["bad_input", "ambiguous", "not_found"].includes(code) ? reason : "",
      how,
      number,
      level: standing?.level.id ?? "",
      until: standing?.until ?? "",
      edition: standing ? ground.report.publish.edition : "",
      holder: standing?.holder.name.zh ?? "",
      remarks: remarks.map((one) => one.code).sort(),
      candidates: candidates.map(({ row, outcome }) => `${row.number} ${outcome.code}`),
      near: near.map((row) => row.number),
    };
  }));
}

/** Asks both, and holds them together. @param {Uint8Array<ArrayBuffer> | string} list @param {Asked} asked @param {string} from @param {string[]} [place] */
async function both(list, asked, from = site.folder, place) {
  const key = read("ledger/policy", from).split(/\s/)[1];
  const command = commandLine(list, asked, place ?? ["--site", from, "--key", key]);
  const answers = await page(list, asked, from);
  assert.equal(command.length, answers.length, "as many rows");
  const texts = typeof list === "string" ? list.split("\n") : [];
  command.forEach((answer, at) => assert.deepEqual(answer, answers[at], `${texts[answer.line - 1] ?? answer.line} (${JSON.stringify(asked)})`));
  return command;
}

// ── Lists ──

const entries = filesOf(".json").filter((path) => /^c\/[^/]+\.json$/.test(path)).map((path) => JSON.parse(read(path)).credentialSubject);
/** @param {string} number */
const entryOf = (number) => entries.find(({ certificateNumber }) => certificateNumber === number);
const timeline = entryOf(TIMELINE);

/** Characters as they are written in Hong Kong and Taiwan. @param {string} text */
const traditional = (text) => text.replace(/[电器务厨卫门广东]/g, (one) => ({ 电: "電", 务: "務", 厨: "廚", 卫: "衛", 门: "門", 广: "廣", 东: "東" })[one] ?? one);

const CODE = timeline.holder.creditCode;
const NAME = timeline.holder.name.zh;
/** Lines of every kind, whose answers depend on the day. */
const MIXED = [
  TIMELINE, TIMELINE.toLowerCase(), "ａｓｔ－ｓｃ－2021－00033", " AST—SC—2021—00033。", "AST-SC-2021\u200b-00033", TIMELINE.replace("0", "O"), `'${TIMELINE}`,
  `https://register.example/c/${TIMELINE}.html`, `register.example/en/c/${TIMELINE}.html`, `https://register.evil.example/c/${TIMELINE}.html`, `/c/${TIMELINE}`,
  `https://register.example/c/${TIMELINE}.html#${"7".repeat(300)}`, `https://register.example/enterprises/${CODE}.html`,
  CODE, CODE.toLowerCase(), `${CODE.slice(0, 8)}-${CODE.slice(8)}`, CODE.replace(/0/g, "O"), `${CODE.slice(0, 17)}X`, CODE.slice(0, 17), `${CODE}0`, "440703000010145", "91440500MA00ATT133", "9.14405E+17", "9E+17",
  NAME, traditional(NAME), `${NAME.slice(0, 4)} ${NAME.slice(4)}`, NAME.slice(0, 6), NAME.slice(2), `${NAME}甲`, timeline.holder.name.en, timeline.holder.name.en.toUpperCase(),
  "佛山示例沃澜厨具有限公司", "示例恒信家电服务有限公司", "恒信家电", "不存在的公司", "有限公司", "甲", "示例3店",
  "AST-NOPE-1", "../etc/passwd", "2026-05-01", "17", "1", "（）", "。", "甲".repeat(400), "A".repeat(80), '"AST-SC-2026-00017"', TIMELINE,
];

test("every kind of line, in one column, for days from before the grant to long after the edition", async () => {
  const codes = new Set();
  for (const on of ["2021-05-27", "2023-07-10", "2024-05-31", "2024-06-10", "2026-05-01", "2026-11-23", "2026-12-31", "2027-05-01", "2030-01-01"]) {
    for (const { code } of await both(MIXED.join("\n"), { on })) codes.add(code);
  }
  for (const code of ["valid", "suspended", "expired", "withdrawn", "none_that_day", "ambiguous", "not_found", "bad_input", "projected_valid", "projected_expired"]) assert.ok(codes.has(code), code);
});

// domain.md's days.
const DAYS = ["2021-05-27", "2021-05-28", "2021-05-31", "2021-06-01", "2022-06-09", "2022-06-10", "2023-06-30", "2023-07-01", "2023-07-10", "2023-09-14", "2023-09-15", "2024-05-31", "2024-06-01", "2024-06-19", "2024-06-20", "2025-03-31", "2025-05-31", "2026-01-31", "2026-02-01", "2027-05-20", "2028-01-01", "9999-12-31"];

test("the worked timeline: its number, code and name on every day of the table, from a column of days", async () => {
  const rows = DAYS.flatMap((day) => [[TIMELINE, "", ""], ["", CODE, ""], ["", "", NAME], [TIMELINE, CODE, NAME], [TIMELINE, "91440500MA00ATT133", NAME], [TIMELINE, CODE, "别的有限公司"]].map((cells) => [...cells, day]));
  const list = [["证书编号", "统一社会信用代码", "供应商名称", "投标日期"], ...rows].map((cells) => cells.join()).join("\r\n");
  const answers = await both(list, {});
  const said = answers.filter((_, at) => at % 6 === 0).map(({ code, level }) => `${code} ${level}`);
  assert.deepEqual([said[0], said[3], said[5], said[8], said[12], said[14], said[18]], ["none_that_day star-4", "valid star-4", "valid star-5", "suspended star-5", "expired star-5", "valid star-4", "withdrawn star-4"]);
  assert.ok(answers.some(({ remarks }) => remarks.includes("code_differs")) && answers.some(({ remarks }) => remarks.includes("name_differs")));
  await both(list, { scheme: SCHEME, level: "star-5" });
});

test("a scheme and a least level, for all certificates by number, code and name", async () => {
  const list = entries.flatMap(({ certificateNumber, holder }, at) => [certificateNumber, holder.creditCode, holder.name.zh ?? holder.name.en].filter((text, kind) => text && (kind === at % 3 || at < 30))).join("\n");
  const codes = new Set();
  for (const asked of [{}, { scheme: SCHEME }, { scheme: SCHEME, level: "star-4", on: "2027-05-01" }, { scheme: SCHEME, level: "star-5", on: "2026-05-01" }, { scheme: SCHEME, level: "3" }, { scheme: SCHEME, level: "star-9" }, { scheme: "no-such-scheme", level: "star-1" }]) {
    for (const { code } of await both(list, asked)) codes.add(code);
  }
  for (const code of ["valid_level_below", "projected_valid_level_below", "other_scheme", "unknown", "ambiguous", "cancelled"]) assert.ok(codes.has(code), code);
});

test("sites: covered, closed, not opened yet, unknown, and entries that list none", async () => {
  const rows = entries.flatMap((subject) => {
    const sites = sitesOf(subject).slice(0, 3);
    const names = sites.flatMap(({ name, address }) => [name.zh, address?.zh ?? ""]).filter(Boolean);
    return [...names, "不存在的门店", `${names[0] ?? "总部"} （ 。`].map((name) => [subject.certificateNumber, name]);
  });
  const list = [["number", "site"], ...rows].map((cells) => cells.map((cell) => `"${cell}"`).join()).join("\n");
  const codes = new Set();
  for (const on of ["2024-05-31", "2026-05-01", "2027-02-01"]) for (const { code } of await both(list, { on })) codes.add(code);
  assert.ok(codes.has("site_not_covered") && codes.has("unknown") && codes.has("valid"), [...codes].join());
  await both(entries.map(({ certificateNumber }) => certificateNumber).join("\n"), { on: "2026-05-01", site: "总部", scheme: SCHEME, level: "star-4" });
});

test("tables as people have them: titles, tabs, semicolons, quotes, days in all spellings, GBK, UTF-16, workbooks", async () => {
  const lists = [
    `供应商名单\n企业名称\t证书编号\t日期\n${NAME}\t${TIMELINE}\t2022/6/9\n甲公司\tAST-1\t2026年5月1日\n乙公司\tAST-SC-2026-00017\t5/1/2026\n`,
    `number;on\n${TIMELINE};20220609\nAST-SC-2026-00017;2026-02-30\n;2026-05-01\n`,
    `1\t${NAME}\t广东省\t${CODE}\n2\t示例暖栎厨卫电器有限公司\t佛山\t9.14406E+17\n3\t示例商行\t佛山\t911101081000000166\n`,
    `Example A Co., Ltd.\n${timeline.holder.name.en}\nExample, Inc.\n`,
    `name,number\n"${timeline.holder.name.en}",${TIMELINE}\nExample B Co.,Ltd.,AST-2\n`,
    `"证书编号","备注"\r\n"${TIMELINE}","a ""b""\r\nc"\r\n"5"" disk",x\r\n`,
    `编号,编号\n${TIMELINE},AST-2\n`, "\ufeff证书编号\n\n \n", `${TIMELINE}\t2022-06-09\nAST-SC-2026-00017\t2026-05-01\n`,
  ].filter((list) => readTable(rowsOf(list)).lines.length);
  for (const list of lists) await both(list, { on: "2026-05-01" });
  // 证书编号, then the name and the number, as spreadsheets in China save them.
  const gbk = Uint8Array.from([0xd6, 0xa4, 0xca, 0xe9, 0xb1, 0xe0, 0xba, 0xc5, 0x2c, 0x78, 0x0a, ...Buffer.from(`${TIMELINE},y\n`)]);
  assert.equal((await both(gbk, {}))[0].number, TIMELINE);
  await both(Uint8Array.from(Buffer.from(`\ufeff编号\tx\n${TIMELINE}\ty\n`, "utf16le")), {});
  await both(bookOf([{ name: "空", rows: [], head: false }, { name: "名单", rows: [["供应商", "信用代码", "日期"], [NAME, CODE, "2022-06-09"], ["", 914405000000000000, ""]], head: true }]), {});
  for (const name of ["openpyxl", "inline-1904", "rich"]) await both(Uint8Array.from(readFileSync(join(ROOT, `tests/vectors/xlsx/${name}.xlsx`))), {});
});

test("an erased certificate; and a register that was never built answers as its site does", async () => {
  const demo = new Demo();
  try {
    demo.run("seal", "--at", "2026-11-23T02:00:00Z");
    demo.run("erase", ERASED, "--at", "2026-11-23T03:00:00Z", "--confirm", "new=0,changed=0,suspended=0,reinstated=0,ended=0,gone=1");
    demo.run("build", "--as-of", "2026-11-23", "--out", demo.site);
    const list = [...MIXED, ERASED, entryOf(ERASED).holder.creditCode, entryOf(ERASED).holder.name.zh].join("\n");
    const answers = await both(list, { on: "2026-05-01" }, demo.site);
    assert.ok(answers.some(({ code }) => code === "erased"));
    const key = read("ledger/policy", demo.site).split(/\s/)[1];
    const bare = commandLine(list, { on: "2026-05-01" }, ["--site", demo.folder, "--key", key]);
    // What is like a name is found in another way, and is no answer.
    const verdict = (/** @type {Answer} */ { near: _, ...answer }) => answer;
    assert.deepEqual(bare.map(verdict), answers.map(verdict));
  } finally {
    demo.remove();
  }
});
