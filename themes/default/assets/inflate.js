// @ts-check
// Unpacks gzip (RFC 1951, 1952) for browsers without DecompressionStream. Loaded only there.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** More than any file of ours holds unpacked. */
const MOST = 1 << 20;

const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Huffman codes by `length/code`. @param {number[]} lengths */
function codes(lengths) {
  const table = new Map();
  let code = 0;
  for (let length = 1; length < 16; length += 1, code *= 2) {
    lengths.forEach((one, symbol) => {
      if (one === length) table.set(length * 65536 + code++, symbol);
    });
  }
  return table;
}

const FIXED = [codes(Array.from({ length: 288 }, (_, n) => (n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8))), codes(Array(30).fill(5))];

/** What a packed stream (RFC 1951) holds that begins at a byte; no more than `most`. @type {(bytes: Bytes, at: number, most?: number) => Bytes} */
export function inflate(bytes, at, most = MOST) {
  /** @type {number[]} */
  const out = [];
  let bit = 8 * at;
  const take = (/** @type {number} */ count) => {
    let value = 0;
    for (let n = 0; n < count; n += 1, bit += 1) {
      if (bit >> 3 >= bytes.length) throw new RangeError("the packed data ends early");
      value |= ((bytes[bit >> 3] >> (bit & 7)) & 1) << n;
    }
    return value;
  };
  const symbol = (/** @type {Map<number, number>} */ table) => {
    for (let length = 1, code = 0; length < 16; length += 1) {
      code = 2 * code + take(1);
      const found = table.get(length * 65536 + code);
      if (found !== undefined) return found;
    }
    throw new RangeError("no such code");
  };
  const tables = () => {
    const [literals, distances, count] = [take(5) + 257, take(5) + 1, take(4) + 4];
    const first = Array(19).fill(0);
    for (const at of ORDER.slice(0, count)) first[at] = take(3);
    const table = codes(first);
    /** @type {number[]} */
    const lengths = [];
    while (lengths.length < literals + distances) {
      const found = symbol(table);
      const [value, times] = found < 16 ? [found, 1] : found === 16 ? [lengths[lengths.length - 1], take(2) + 3] : [0, found === 17 ? take(3) + 3 : take(7) + 11];
      for (let n = 0; n < times; n += 1) lengths.push(value);
    }
    return [codes(lengths.slice(0, literals)), codes(lengths.slice(literals))];
  };
  const block = (/** @type {Map<number, number>[]} */ [literals, distances]) => {
    for (let found = symbol(literals); found !== 256; found = symbol(literals)) {
      if (found < 256) out.push(found);
      else {
        const length = LENGTHS[found - 257] + take(found < 265 || found > 284 ? 0 : (found - 261) >> 2);
        const far = symbol(distances);
        const extra = far < 4 ? 0 : (far - 2) >> 1;
        const distance = far < 4 ? far + 1 : 1 + ((2 + (far & 1)) << extra) + take(extra);
        if (distance > out.length) throw new RangeError("refers to before the beginning");
        for (let n = 0; n < length; n += 1) out.push(out[out.length - distance]);
      }
      if (out.length > most) throw new RangeError("too large unpacked");
    }
  };
  for (let last = 0; !last; ) {
    last = take(1);
    const kind = take(2);
    if (kind === 3) throw new RangeError("no such block");
    if (kind) block(kind === 1 ? FIXED : tables());
    else {
      bit = (bit + 7) & ~7;
      const length = take(16);
      if ((length ^ take(16)) !== 0xffff || out.length + length > most) throw new RangeError("a block of no length");
      for (let n = 0; n < length; n += 1) out.push(take(8));
    }
  }
  return Uint8Array.from(out);
}

/** What a gzip file without optional parts holds. Its checksum is not looked at: digests say more. @type {(bytes: Bytes) => Bytes} */
export function gunzip(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8 || bytes[3] !== 0) throw new RangeError("not a plain gzip file");
  return inflate(bytes, 10);
}
