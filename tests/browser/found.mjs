// A made-up register behind the search's page: names that are easily confused, a certificate of every
// status, and a good many others.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { loadTable } from "../../themes/default/assets/fold.js";
import { buildIndex } from "./index-reference.mjs";
import { creditCode, register } from "./names.mjs";
import { filesOf } from "./site.mjs";

await loadTable();

/** @typedef {import("./index-reference.mjs").Entry} Entry */

/** @type {(serial: number, zh: string, more?: Partial<Entry>) => Entry} */
const entry = (serial, zh, more = {}) => ({
  number: `AST-SC-2026-${`${90000 + serial}`}`, zh, id: creditCode("440300", 900 + serial), scheme: "gbt-27922-2011", level: "star-5", region: "440300", industry: "F52", from: "2026-01-10", until: "2029-01-09", ...more,
});

export const CODE = creditCode("440300", 901);
export const SPECIAL = [
  entry(0, "示例沧浪暖通有限公司", { former: ["示例旧浪暖气有限公司"], en: "Canglang Heating Co., Ltd." }),
  entry(1, "示例望舒家电有限公司", { id: CODE }),
  entry(2, "示例望舒家电有限公司", { region: "310000" }),
  entry(3, "示例望舒家电集团有限公司", { level: "star-4" }),
  entry(4, "示例望舒家电集团有限公司杭州分公司", { region: "330100", level: "star-3" }),
  entry(5, "示例羲和撤销有限公司"),
  entry(6, "示例羲和注销有限公司"),
  entry(7, "示例羲和暂停有限公司"),
  entry(8, "示例羲和过期有限公司", { from: "2020-01-10", until: "2023-01-09" }),
  entry(9, "示例羲和将至有限公司", { until: "2026-12-05" }),
  entry(10, "示例羲和未到有限公司", { from: "2026-12-01" }),
  entry(11, "示例羲和有效有限公司"),
  entry(12, "示例（香港）國際電器有限公司", { id: "BR-HK-12345678" }),
  entry(13, "", { en: "Zephyr Lighting GmbH", id: "LEI-5299000000000000ZZ01", region: "" }),
];
const MADE = register(150, 5).map((one) => one && { ...one, from: `2026${one.from.slice(4)}`, until: `2029${one.until.slice(4)}` });
export const entries = [...MADE, ...SPECIAL];
/** The serial of one of those. @param {number} at */
export const serial = (at) => MADE.length + at;

/** A status list, unsigned: signatures are for the certificates' own pages. @type {(purpose: string, serials: number[], until?: string) => Buffer} */
export function list(purpose, serials, until = "2026-12-31T00:00:00Z") {
  const bits = new Uint8Array(131072 / 8);
  for (const one of serials) bits[one >> 3] |= 0x80 >> (one & 7);
  const encodedList = `u${gzipSync(bits).toString("base64url")}`;
  return Buffer.from(JSON.stringify({ validFrom: "2026-11-01T00:00:00Z", validUntil: until, credentialSubject: { encodedList, statusPurpose: purpose, type: "BitstringStatusList" } }));
}

/** @param {string} lang */
const names = (lang) => ({
  schemes: { "gbt-27922-2011": lang === "zh" ? "售后服务" : "After-sales service", "rbt-309-2017": "餐饮", "sbt-10962-2013": "零售" },
  levels: Object.fromEntries(["qualified", "star-3", "star-4", "star-5"].map((id, at) => [`gbt-27922-2011/${id}`, { name: lang === "zh" ? `${"达三四五"[at]}${at ? "星" : "标"}级` : id, rank: at + 1 }])),
  regions: lang === "zh" ? { 440300: "深圳市", 310000: "上海市", 330100: "杭州市" } : { 440300: "Shenzhen", 310000: "Shanghai", 330100: "Hangzhou" },
  industries: { F52: lang === "zh" ? "零售业" : "Retail" },
});

const GUIDE = [["guidance/verify.html", "怎样查验证书", "", "查验证书要看编号。"], ["guidance/faq.html#望舒", "常见问题", "望舒是什么", "望舒是月亮的别名。示例里有望舒家电。"]];

/** The site's files with this register behind its search. @param {string} folder @param {Parameters<typeof buildIndex>[1]} [how] */
export function filesFor(folder, how = {}) {
  const shell = filesOf("", folder).filter((path) => /^(en\/)?(search|index|404|verify)\.html$|^assets\//.test(path));
  return new Map([
    ...shell.map((path) => /** @type {[string, Uint8Array]} */ ([path, readFileSync(join(folder, path))])),
    ...buildIndex(entries, { edition: { name: "2026-11-23", ordinal: 6 }, names: { zh: names("zh"), en: names("en") }, ...how }),
    ["status/revocation-0.json", list("revocation", [serial(5), serial(6)])],
    ["status/suspension-0.json", list("suspension", [serial(7)])],
    ["status/detail/0000.json", Buffer.from(JSON.stringify({ v: 1, entries: { [serial(5)]: { status: "withdrawn", date: "2026-03-01" }, [serial(6)]: { status: "cancelled", date: "2026-03-01" } } }))],
    ["assets/guidance-zh.json", Buffer.from(JSON.stringify(GUIDE))],
    ["assets/guidance-en.json", Buffer.from(JSON.stringify([["guidance/verify.html", "How to check", "Heating", "About heating."]]))],
    [`enterprises/${CODE}.html`, Buffer.from("<!doctype html><title>holder</title>")],
    ["enterprises/BR-HK-12345678.html", Buffer.from("<!doctype html><title>holder</title>")],
    ["c/AST-SC-2026-90001.html", Buffer.from("<!doctype html><title>certificate</title>")],
  ]);
}
