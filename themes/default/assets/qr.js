// @ts-check
// QR codes of addresses (ISO/IEC 18004: byte mode, level Q, versions 1 to 15), as the path of an SVG.
// Loaded when a code is asked for.

/** By version: check bytes a block, and blocks, at level Q. */
const CHECKS = [0, 13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30];
const BLOCKS = [0, 1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12];

/** Where alignment patterns are centred, in both directions. @param {number} version */
function alignments(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((4 * version + 4) / (2 * count - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, at) => 4 * version + 10 - step * (count - 2 - at))];
}

/** How many bytes fit around the patterns. @param {number} version */
function bytesIn(version) {
  const count = alignments(version).length;
  const patterns = count ? 25 * count * count - 10 * count - 55 + (version > 6 ? 36 : 0) : 0;
  return Math.floor(((16 * version + 128) * version + 64 - patterns) / 8);
}

// GF(2^8) with x^8 + x^4 + x^3 + x^2 + 1.
/** @type {number[]} */
const POWERS = [];
for (let n = 0, value = 1; n < 255; n += 1, value = (value << 1) ^ (value > 127 ? 0x11d : 0)) POWERS.push(value);
/** @type {(a: number, b: number) => number} */
const times = (a, b) => (a && b ? POWERS[(POWERS.indexOf(a) + POWERS.indexOf(b)) % 255] : 0);

/** Reed-Solomon check bytes. @type {(data: number[], count: number) => number[]} */
function checkBytes(data, count) {
  let divisor = [1];
  for (let n = 0; n < count; n += 1) divisor = [...divisor, 0].map((value, at) => value ^ times(divisor[at - 1] ?? 0, POWERS[n]));
  const rest = [...data, ...Array(count).fill(0)];
  data.forEach((_, at) => {
    const factor = rest[at];
    divisor.forEach((value, n) => (rest[at + n] ^= times(value, factor)));
  });
  return rest.slice(data.length);
}

/** All bytes of the code, blocks interleaved. @param {Uint8Array} text @param {number} version */
function codewords(text, version) {
  const [total, checks, blocks] = [bytesIn(version), CHECKS[version], BLOCKS[version]];
  const room = total - checks * blocks;
  const bits = [0b0100, 4, text.length, version < 10 ? 8 : 16];
  let stream = "";
  for (let at = 0; at < 4; at += 2) stream += bits[at].toString(2).padStart(bits[at + 1], "0");
  stream += Array.from(text, (byte) => byte.toString(2).padStart(8, "0")).join("");
  stream += "0".repeat(Math.min(4, room * 8 - stream.length));
  const data = (stream.padEnd(Math.ceil(stream.length / 8) * 8, "0").match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2));
  for (let pad = 0xec; data.length < room; pad ^= 0xec ^ 0x11) data.push(pad);
  const short = blocks - (total % blocks);
  const parts = Array.from({ length: blocks }, (_, at) => {
    const length = Math.floor(total / blocks) - checks;
    const start = at * length + Math.max(0, at - short);
    return data.slice(start, start + length + (at < short ? 0 : 1));
  });
  const weave = (/** @type {number[][]} */ rows) => Array.from({ length: Math.max(...rows.map(({ length }) => length)) }, (_, at) => rows.flatMap((row) => (at < row.length ? [row[at]] : []))).flat();
  return [...weave(parts), ...weave(parts.map((part) => checkBytes(part, checks)))];
}

/** A number and the remainder of its division, as format and version are written. @type {(value: number, divisor: number, width: number) => number} */
function withRemainder(value, divisor, width) {
  let rest = value << width;
  for (let bit = 31 - Math.clz32(rest); bit >= width; bit -= 1) if ((rest >> bit) & 1) rest ^= divisor << (bit - width);
  return (value << width) | rest;
}

/** @type {((x: number, y: number) => boolean)[]} */
const MASKS = [
  (x, y) => (x + y) % 2 === 0, (_, y) => y % 2 === 0, (x) => x % 3 === 0, (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0, (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** How hard a code is to read: the sum of the standard's four penalties. @param {boolean[][]} modules */
function penalty(modules) {
  const size = modules.length;
  const rows = modules.map((row) => row.map(Number).join(""));
  const columns = rows.map((_, x) => rows.map((row) => row[x]).join(""));
  let sum = 0;
  for (const line of [...rows, ...columns]) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    for (const pattern of [/(?=00001011101)/g, /(?=10111010000)/g]) sum += 40 * [...`0000${line}0000`.matchAll(pattern)].length;
  }
  for (let y = 1; y < size; y += 1) for (let x = 1; x < size; x += 1) if (new Set([rows[y][x], rows[y][x - 1], rows[y - 1][x], rows[y - 1][x - 1]]).size === 1) sum += 3;
  const dark = rows.join("").replaceAll("0", "").length;
  return sum + 10 * Math.floor(Math.abs((20 * dark) / (size * size) - 10));
}

/**
 * The modules of the code of a text; true is dark. Without a mask it takes the one that reads best.
 * @type {(text: string, mask?: number) => boolean[][]}
 */
export function qrModules(text, mask) {
  const bytes = new TextEncoder().encode(text);
  const version = CHECKS.findIndex((checks, at) => at && bytes.length + (at < 10 ? 2 : 3) <= bytesIn(at) - checks * BLOCKS[at]);
  if (version < 1) throw new RangeError("too long for a QR code");
  if (mask === undefined) {
    const all = MASKS.map((_, at) => qrModules(text, at));
    const worst = all.map(penalty);
    return all[worst.indexOf(Math.min(...worst))];
  }
  const size = 17 + 4 * version;
  /** @type {(boolean | undefined)[][]} */
  const modules = Array.from({ length: size }, () => Array(size));
  const set = (/** @type {number} */ x, /** @type {number} */ y, /** @type {boolean} */ dark) => {
    if (modules[y] && x >= 0 && x < size) modules[y][x] = dark;
  };
  const rings = (/** @type {number} */ cx, /** @type {number} */ cy, /** @type {number} */ reach, /** @type {number[]} */ light) => {
    for (let y = -reach; y <= reach; y += 1) for (let x = -reach; x <= reach; x += 1) set(cx + x, cy + y, !light.includes(Math.max(Math.abs(x), Math.abs(y))));
  };
  for (let at = 0; at < size; at += 1) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  const places = alignments(version);
  for (const x of places) for (const y of places) if (![`6,6`, `6,${size - 7}`, `${size - 7},6`].includes(`${x},${y}`)) rings(x, y, 2, [1]);
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) rings(x, y, 4, [2, 4]);
  const format = withRemainder((0b11 << 3) | mask, 0x537, 10) ^ 0x5412;
  for (let at = 0; at < 15; at += 1) {
    const dark = ((format >> at) & 1) === 1;
    if (at < 8) set(size - 1 - at, 8, dark);
    else set(8, size - 15 + at, dark);
    const along = at < 6 ? at : at < 8 ? at + 1 : at === 8 ? 7 : 14 - at;
    if (at < 8) set(8, along, dark);
    else set(along, 8, dark);
  }
  set(8, size - 8, true);
  const about = withRemainder(version, 0x1f25, 12);
  for (let at = 0; version > 6 && at < 18; at += 1) {
    const [far, near] = [size - 11 + (at % 3), Math.floor(at / 3)];
    set(far, near, ((about >> at) & 1) === 1);
    set(near, far, ((about >> at) & 1) === 1);
  }
  const bits = codewords(bytes, version).flatMap((byte) => Array.from({ length: 8 }, (_, at) => ((byte >> (7 - at)) & 1) === 1));
  for (let right = size - 1, next = 0, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) if (modules[y][x] === undefined) set(x, y, (bits[next++] ?? false) !== MASKS[mask](x, y));
    }
  }
  return /** @type {boolean[][]} */ (modules);
}

/** The code as one path, in a square of `size` with the light margin that readers need. @param {string} text */
export function qrPath(text) {
  const modules = qrModules(text);
  const runs = modules.flatMap((row, y) => [...row.map(Number).join("").matchAll(/1+/g)].map(({ 0: run, index = 0 }) => `M${index + 4} ${y + 4}h${run.length}v1h-${run.length}z`));
  return { path: runs.join(""), size: modules.length + 8 };
}
