// Made-up registers of any size, the same each time: names as companies have them (place, brand, trade,
// legal form), some renamed, some alike, some certificates re-issued.

/** Numbers that look random and are the same each time (mulberry32). @param {number} seed */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (/** @type {number} */ count) => Math.floor(next() * count),
    /** One of some; the first ones more often. @template T @param {ArrayLike<T>} all @param {number} [lean] @returns {T} */
    one: (all, lean = 1) => all[Math.floor(next() ** lean * all.length)],
  };
}

const PLACES = [
  ["440300", "深圳", "Shenzhen"], ["310000", "上海", "Shanghai"], ["110000", "北京", "Beijing"], ["440100", "广州", "Guangzhou"], ["330100", "杭州", "Hangzhou"],
  ["320500", "苏州", "Suzhou"], ["510100", "成都", "Chengdu"], ["420100", "武汉", "Wuhan"], ["320100", "南京", "Nanjing"], ["500000", "重庆", "Chongqing"],
  ["370200", "青岛", "Qingdao"], ["440600", "佛山", "Foshan"], ["441900", "东莞", "Dongguan"], ["350200", "厦门", "Xiamen"], ["350500", "泉州", "Quanzhou"],
  ["430100", "长沙", "Changsha"], ["410100", "郑州", "Zhengzhou"], ["610100", "西安", "Xi’an"], ["120000", "天津", "Tianjin"], ["440500", "汕头", "Shantou"],
  ["330200", "宁波", "Ningbo"], ["330300", "温州", "Wenzhou"], ["340100", "合肥", "Hefei"], ["360100", "南昌", "Nanchang"], ["530100", "昆明", "Kunming"],
];
const LONG = "市省县区";
const BRAND = "华天金鑫宏达盛泰安美新海东方中信德力恒通大世纪源科瑞丰龙顺兴康健佳和利亚明光联创合一诚百万正阳江南山云飞鹏腾凯星辰博雅嘉禾福祥润泽宝圣吉永昌隆众益民生长青绿蓝黄河长城远景卓越凌峰锦绣银雪冠群英豪杰才智慧能动力奇伟业立志弘毅思睿聚贤汇友邦国泰翔宇航展鸿图腾跃进步高升旺财茂林森木水火土石玉珍珠玛瑙琥珀梦想未来启程领先尚品优格调味香甜酸爽口乐活悦享如意满园春秋夏冬晨曦暮霞彩虹晴朗清风白鹭燕雁鹤凤凰麒麟狮虎豹熊猫鹿马牛羊朵蕾芳菲茵蔓萝薇莲荷梅兰竹菊桂松柏";
const TRADES = [
  ["科技", "Technology", "M75"], ["贸易", "Trading", "F51"], ["商贸", "Commerce", "F52"], ["电子", "Electronics", "C39"], ["信息技术", "Information Technology", "I65"],
  ["餐饮管理", "Catering Management", "H62"], ["物业管理", "Property Management", "K70"], ["家用电器", "Home Appliances", "C38"], ["汽车服务", "Automobile Services", "O81"],
  ["电器维修", "Appliance Repair", "O81"], ["建材", "Building Materials", "F51"], ["家具", "Furniture", "C21"], ["供应链管理", "Supply Chain Management", "L72"],
  ["环保科技", "Environmental Technology", "N77"], ["医疗器械", "Medical Devices", "C35"], ["食品", "Foods", "C14"], ["服饰", "Apparel", "C18"], ["机电设备", "Electromechanical Equipment", "C34"],
  ["文化传媒", "Culture and Media", "R86"], ["酒店管理", "Hotel Management", "H61"], ["物流", "Logistics", "G54"], ["农业发展", "Agricultural Development", "A01"],
];
const FORMS = [["有限公司", "Co., Ltd."], ["有限公司", "Co., Ltd."], ["有限公司", "Co., Ltd."], ["有限公司", "Co., Ltd."], ["有限责任公司", "Co., Ltd."], ["股份有限公司", "Corporation"], ["集团有限公司", "Group Co., Ltd."], ["集团股份有限公司", "Group"]];
const SCHEMES = [["gbt-27922-2011", ["star-5", "star-4", "star-3", "qualified"]], ["rbt-309-2017", ["aaaaa", "aaaa", "aaa"]], ["sbt-10962-2013", ["star-5", "star-4", "star-3"]]];
const SYLLABLES = ["hua", "xin", "da", "jin", "rui", "feng", "long", "kang", "jia", "he", "tai", "an", "mei", "ya", "lin", "bo", "yun", "xing", "tong", "de"];

/** @param {ReturnType<typeof chance>} luck */
function name(luck) {
  const [region, place, placeEn] = luck.one(PLACES, 2);
  const brand = Array.from({ length: luck.next() < 0.8 ? 2 : luck.next() < 0.7 ? 3 : 4 }, () => luck.one(BRAND, 1.7)).join("");
  const [trade, tradeEn, industry] = luck.one(TRADES, 1.6);
  const [form, formEn] = luck.one(FORMS);
  const kind = luck.next();
  const market = luck.next() < 0.4 ? luck.one(LONG, 3) : "";
  const zh = kind < 0.62 ? `${place}${market}${brand}${trade}${form}` : kind < 0.82 ? `${brand}（${place}）${trade}${form}` : kind < 0.95 ? `${brand}${trade}${form}` : `${brand}${trade}${form}${place}分公司`;
  const brandEn = Array.from({ length: 2 }, () => luck.one(SYLLABLES)).join("");
  const en = luck.next() < 0.15 ? `${placeEn} ${brandEn[0].toUpperCase()}${brandEn.slice(1)} ${tradeEn} ${formEn}` : "";
  return { zh, en, region, industry };
}

const DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/** A credit code that fits its check character. @param {string} region @param {number} serial */
export function creditCode(region, serial) {
  let code = `91${region}MA`;
  for (let at = 6, rest = serial; at >= 0; at -= 1) code += DIGITS[Math.floor(rest / 31 ** at) % 31];
  code = code.slice(0, 17);
  let sum = 0;
  for (let at = 0, weight = 1; at < 17; at += 1, weight = (weight * 3) % 31) sum += DIGITS.indexOf(code[at]) * weight;
  return code + DIGITS[(31 - (sum % 31)) % 31];
}

/**
 * A register of `count` serials.
 * @param {number} count @param {number} [seed]
 * @returns {(import("./index-reference.mjs").Entry | null)[]}
 */
export function register(count, seed = 1) {
  const luck = chance(seed);
  /** @type {(import("./index-reference.mjs").Entry | null)[]} */
  const entries = [];
  /** The serials of a certificate's versions, by the newest. @type {Map<number, number[]>} */
  const versions = new Map();
  for (let rid = 0; rid < count; rid += 1) {
    const before = rid > 50 && luck.next() < 0.04 ? luck.below(rid) : -1;
    const older = entries[before];
    const year = 2016 + Math.floor((11 * rid) / count);
    const from = `${year}-${`${1 + luck.below(12)}`.padStart(2, "0")}-${`${1 + luck.below(28)}`.padStart(2, "0")}`;
    const until = `${year + 3}${from.slice(4)}`;
    const { zh, en, region, industry } = name(luck);
    if (older && older.newer === undefined) {
      // A new version: renamed, or with another end.
      const renamed = luck.next() < 0.5;
      entries.push({ ...older, ...(renamed && { zh, en, former: [...(older.former ?? []), older.zh] }), from, until });
      const all = [...(versions.get(before) ?? []), before];
      for (const at of all) if (entries[at]) entries[at].newer = rid;
      versions.set(rid, all);
      continue;
    }
    const twin = rid > 50 && luck.next() < 0.01 ? entries[luck.below(rid)] : null;
    const [scheme, levels] = luck.one(SCHEMES, 2.5);
    const entry = { number: `AST-${rid % 7 ? "SC" : "RW"}-${year}-${`${rid}`.padStart(7, "0")}`, zh: twin?.zh ?? zh, en, id: creditCode(region, rid * 7 + 3), scheme: /** @type {string} */ (scheme), level: luck.one(levels, 1.5), region, industry, from, until };
    entries.push(luck.next() < 0.001 ? null : entry);
  }
  return entries;
}
