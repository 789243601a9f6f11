// Lists as people have them: pasted, in CSV files, in workbooks of other programs. Without a browser.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { inflate } from "../../themes/default/assets/inflate.js";
import { utf8 } from "../../themes/default/assets/proof.js";
import { csvOf, dayOf, kindOf, MOST, readTable, rowsOf, textOfFile } from "../../themes/default/assets/table.js";
import { bookOf, crc32, readBook, unzip, zip } from "../../themes/default/assets/xlsx.js";

/** @param {string} name */
const fixture = (name) => Uint8Array.from(readFileSync(new URL(`../vectors/xlsx/${name}.xlsx`, import.meta.url)));
/** What is asked, in short. @param {import("../../themes/default/assets/table.js").Table} table */
const asked = ({ lines }) => lines.map(({ number, code, name, site, on, fault, same }) => [number, code, name, site, on, fault, same || ""].join("|").replace(/\|+$/, ""));
/** @param {string} text */
const pasted = (text) => readTable(rowsOf(text));

const NAME = "江门示例恒泰家用电器有限公司";
const CODE = "91440703000010145F";

test("one text: a number, a code, a name, an address, a day, or what cannot be read", () => {
  /** @type {Record<string, string[]>} */
  const kinds = {
    number: ["AST-SC-2026-00017", "ＡＳＴ－ＳＣ－2026－00017", "00121Q310123R0M/1100", " ast-sc-2026–00017。", "20260501-7"],
    code: [CODE, "９１４４０７０３００００１０１４５Ｆ", "91440703-000010145-F", "91440500MAOOATT133", "911101081000000166"],
    name: [NAME, "示例(集团)有限公司", "Example Hengtai Household Appliances Co., Ltd.", "Example 3 Stars Ltd", "甲"],
    address: ["https://register.example/c/AST-SC-2026-00017.html", "register.example/en/c/AST-1.html#123", "/enterprises/91440703000010145F.html"],
    day: ["2026-05-01", "2026/5/1", "2026年5月1日", "20260501"],
    rounded: ["9.14405E+17", "9E+17"],
    "code-length": [CODE.slice(0, 17), `${CODE}0`],
    index: ["1", "37"],
    "": ["", " \u200b"],
  };
  for (const [kind, texts] of Object.entries(kinds)) for (const text of texts) assert.equal(kindOf(text), kind, text);
});

test("days: year first, in any spelling; never one that could be read in two ways", () => {
  for (const text of ["2026-05-01", "2026/5/1", "2026.5.1", "2026年5月1日", "２０２６－０５－０１", " 20260501 ", "2026-05-01 00:00:00", "2026-05-01T08:00:00Z"]) assert.equal(dayOf(text), "2026-05-01", text);
  for (const text of ["1/5/2026", "05-01", "2026-02-30", "26-05-01", "46143", "2026", "长期", "20261301"]) assert.equal(dayOf(text), "", text);
});

test("a list of anything, one a line", () => {
  const table = pasted(`AST-SC-2026-00017\n${CODE}\n${NAME}\n\n  \nhttps://register.example/c/AST-1.html\r\n'00123\n91440703000010145\n`);
  assert.deepEqual(asked(table), ["AST-SC-2026-00017", `|${CODE}`, `||${NAME}`, "https://register.example/c/AST-1.html", "00123", "|||||code-length"]);
  assert.deepEqual([table.headed, table.kinds, table.lines.map(({ line }) => line)], [false, ["any"], [1, 2, 3, 6, 7, 8]]);
});

test("English names keep their commas", () => {
  const table = pasted("Example Hengtai Appliances (Jiangmen) Co., Ltd.\nExample Nuanli Appliances Co.,Ltd\nExample, Inc.\nExample Trading Company Limited\n");
  assert.deepEqual(asked(table), ["||Example Hengtai Appliances (Jiangmen) Co., Ltd.", "||Example Nuanli Appliances Co.,Ltd", "||Example, Inc.", "||Example Trading Company Limited"]);
  assert.deepEqual(asked(pasted("name,number\nExample Appliances Co., Ltd.,AST-1\nExample B Co.,Ltd.,AST-2\n")), ["AST-1||Example Appliances Co., Ltd.", "AST-2||Example B Co.,Ltd."]);
});

test("pasted from a spreadsheet: the columns by their headings", () => {
  const table = pasted(`序号\t供应商名称\t统一社会信用代码\t证书编号\t发证日期\t投标日期\t备注\n1\t${NAME}\t${CODE}\tAST-1\t2021-06-01\t2026/5/1\t好\n2\t"示例\n家电"\t\tAST-2\t2020-01-01\t\t\n3\t\t9.14407E+17\t\t\t\t\n`);
  assert.deepEqual(table.kinds, ["none", "name", "code", "number", "none", "day", "none"]);
  assert.deepEqual(asked(table), [`AST-1|${CODE}|${NAME}||2026-05-01`, "AST-2||示例\n家电", "|||||rounded"]);
});

test("pasted from a spreadsheet: the columns by what stands in them", () => {
  const table = pasted(`1\t${NAME}\t广东省江门市示例大道56号\t${CODE}\n2\t示例暖栎厨卫电器有限公司\t广东省佛山市示例路1号\t91440606000019107Q\n3\t示例商行\t佛山\t911101081000000166\n`);
  assert.deepEqual(table.kinds, ["none", "name", "none", "code"]);
  assert.deepEqual(pasted("AST-1\t2026-05-01\nAST-2\t2026-05-02\n").kinds, ["number", "day"]);
  assert.deepEqual(pasted(`AST-1\t甲公司\n${CODE}\t乙公司\n丙有限公司\t丙公司\nAST-2\t丁公司\n`).kinds, ["any", "name"]);
  assert.deepEqual(pasted("供应商名单\n企业名称\t证书编号\n甲公司\tAST-1\n").kinds, ["name", "number"], "a title above the headings");
});

test("a person may say what a column holds", () => {
  const rows = rowsOf("AST-1\t甲公司\t2026-05-01\nAST-2\t乙公司\t2026-05-02\n");
  assert.deepEqual(asked(readTable(rows, ["none", "name", "none"])), ["||甲公司", "||乙公司"]);
});

test("CSV as the standard has it, with commas, semicolons and tabs", () => {
  assert.deepEqual(rowsOf('a,"b, ""c""\r\nd",e\r\n'), [["a", 'b, "c"\nd'.replace("\n", "\r\n"), "e"]]);
  assert.deepEqual(rowsOf("\ufeffa;b\n1,5;2\n"), [["a", "b"], ["1,5", "2"]]);
  assert.deepEqual(rowsOf('5" pipe\tb\n'), [['5" pipe', "b"]]);
  assert.deepEqual(rowsOf('"never closed\tb\nc'), [['"never closed', "b"], ["c"]]);
  assert.deepEqual(rowsOf(""), []);
});

test("files in UTF-8, UTF-16 and the encoding that spreadsheets in China save", () => {
  assert.equal(textOfFile(utf8("\ufeff证书编号")).replace("\ufeff", ""), "证书编号");
  assert.equal(textOfFile(Uint8Array.of(0xff, 0xfe, 0xc1, 0x8b)), "证");
  assert.equal(textOfFile(Uint8Array.of(0xd6, 0xa4, 0xca, 0xe9)), "证书");
});

test("the same asked twice is marked; the thousand-and-first line is counted and left", () => {
  const table = pasted(`AST-1\nast-1 \nＡＳＴ－1\n${NAME}\n江门示例恒泰 家用电器有限公司\n`);
  assert.deepEqual(table.lines.map(({ same }) => same), [0, 1, 1, 0, 4]);
  const named = pasted(`证书编号\t企业名称\nAST-1\t甲公司\nAST-1\t乙公司\nAST-1\t甲 公司\nAST-1\t\n`);
  assert.deepEqual(named.lines.map(({ same, twin }) => [same, twin]), [[0, undefined], [0, undefined], [1, 2], [0, undefined]], "a number under another name is another question");
  const many = pasted(Array.from({ length: MOST + 5 }, (_, at) => `AST-${at}`).join("\n"));
  assert.deepEqual([many.lines.length, many.left], [1000, 5]);
  assert.equal(pasted("甲".repeat(400)).lines[0].fault, "too-long");
});

test("workbooks of other programs: shared, rich and inline texts, days of both calendars, rounded codes", async () => {
  const [list, other] = await readBook(fixture("openpyxl"));
  assert.deepEqual([list.name, other.name], ["供应商", "other"], "empty sheets are left out");
  const table = readTable(list.rows);
  assert.deepEqual(asked(table), [`AST-SC-2021-00033|${CODE}|${NAME}|总部|2024-05-31`, "||示例 & <家电> 有限公司||2026-05-01|rounded", "ＡＳＴ－ＳＣ－2026－00017||||2026-05-01", "|91440500MA00ATT133"]);
  assert.deepEqual(table.lines.map(({ line }) => line), [3, 4, 5, 6]);
  const [from1904] = await readBook(fixture("inline-1904"));
  assert.deepEqual(from1904.rows, [["Certificate No.", "Asked on"], ["AST-SC-2026-00017", "2026-05-01"], [], ["AST-SC-2026-00018"]]);
  const [rich] = await readBook(fixture("rich"));
  assert.deepEqual(rich.rows, [["AST-SC-2026-00017"], ["20260501"], ["0.5"], [""], ["AST-X-1"]]);
});

test("what is no workbook, an old one, one of another office, a damaged one", async () => {
  const code = (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => assert.rejects(readBook(bytes), (/** @type {any} */ error) => (assert.ok(error.code, `${error}`), true));
  await assert.rejects(readBook(utf8("number\nAST-1\n")), { code: "not-a-book" });
  await assert.rejects(readBook(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0)), { code: "old-book" });
  await assert.rejects(readBook(zip([["content.xml", utf8("<a/>")]])), { code: "other-book" });
  const good = bookOf([{ name: "a", rows: [["AST-1"]], head: false }]);
  const at = Buffer.from(good).indexOf("AST-1");
  await code(good.map((byte, place) => (place === at ? byte ^ 1 : byte)));
});

test("a workbook that we write is read again, its text as text, and the same bytes each time", async () => {
  const rows = [["编号", "数"], ["=1+1", 2], ['甲 & <乙> "丙"', ""], ["-5", 3.5]];
  const book = bookOf([{ name: "结果[1]", rows, head: true }, { name: "说明", rows: [["a"]], head: false }]);
  assert.deepEqual(book, bookOf([{ name: "结果[1]", rows, head: true }, { name: "说明", rows: [["a"]], head: false }]));
  const [first, second] = await readBook(book);
  assert.deepEqual(first.rows, [["编号", "数"], ["=1+1", "2"], ['甲 & <乙> "丙"'], ["-5", "3.5"]]);
  assert.deepEqual([first.name, second.name], ["结果 1 ", "说明"]);
  assert.ok(![...(await Promise.all([...unzip(book).values()].map((read) => read())))].some((part) => Buffer.from(part).includes("<f>")), "no formula");
});

test("browsers without DecompressionStream unpack with our own code", () => {
  const bytes = utf8(NAME.repeat(3000));
  const packed = Uint8Array.from(deflateRawSync(bytes));
  assert.deepEqual(inflate(packed, 0), bytes);
  assert.throws(() => inflate(packed, 0, 1000), RangeError);
  assert.equal(crc32(utf8("123456789")), 0xcbf43926);
});

test("a cell of a CSV file is never a formula", () => {
  assert.equal(csvOf([["编号", "=1+1", 'a,"b"'], ["@x", "\tx", -5]]), '\ufeff编号,"\'=1+1","a,""b"""\r\n"\'@x","\'\tx","\'-5"\r\n');
});
