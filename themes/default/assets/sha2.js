// @ts-check
// SHA-256 and SHA-512 (FIPS 180-4) for pages on which the browser has none: those without encryption.
// Loaded only there. Constants are worked out from their definition, the roots of the first primes.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const PRIMES = Array.from({ length: 410 }, (_, n) => n).filter((n) => n > 1 && !Array.from({ length: n }, (_, m) => m).some((m) => m > 1 && m * m <= n && n % m === 0));

/** The first 64 bits of the fraction of a root. @type {(prime: number, degree: bigint) => bigint} */
function fraction(prime, degree) {
  const power = BigInt(prime) << (64n * degree);
  let root = 0n;
  for (let bit = 1n << 69n; bit; bit >>= 1n) if ((root + bit) ** degree <= power) root += bit;
  return BigInt.asUintN(64, root);
}

const START = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2n));
const ROUND = PRIMES.slice(0, 80).map((prime) => fraction(prime, 3n));
const high = (/** @type {bigint} */ value) => Number(value >> 32n);
const START32 = Int32Array.from(START, high);
const ROUND32 = Int32Array.from(ROUND.slice(0, 64), high);

/** The bytes, a one bit, zeros, and their length in bits. @type {(bytes: Bytes, block: number) => DataView} */
function padded(bytes, block) {
  const whole = new Uint8Array(Math.ceil((bytes.length + 1 + block / 8) / block) * block);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setBigUint64(whole.length - 8, BigInt(bytes.length) * 8n);
  return view;
}

/** @type {(bytes: Bytes) => Bytes} */
export function sha256(bytes) {
  const view = padded(bytes, 64);
  const state = START32.slice();
  const w = new Int32Array(64);
  const turn = (/** @type {number} */ x, /** @type {number} */ n) => (x >>> n) | (x << (32 - n));
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getInt32(block + 4 * t);
    for (let t = 16; t < 64; t += 1) {
      const [x, y] = [w[t - 15], w[t - 2]];
      w[t] = w[t - 16] + w[t - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND32[t] + w[t]) | 0;
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, at) => (state[at] += value));
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((value, at) => out.setInt32(4 * at, value));
  return new Uint8Array(out.buffer);
}

/** Slow, and asked only for a few hundred bytes at a time. @type {(bytes: Bytes) => Bytes} */
export function sha512(bytes) {
  const view = padded(bytes, 128);
  const state = BigUint64Array.from(START);
  const w = new BigUint64Array(80);
  const turn = (/** @type {bigint} */ x, /** @type {bigint} */ n) => (x >> n) | BigInt.asUintN(64, x << (64n - n));
  for (let block = 0; block < view.byteLength; block += 128) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getBigUint64(block + 8 * t);
    for (let t = 16; t < 80; t += 1) {
      const [x, y] = [w[t - 15], w[t - 2]];
      w[t] = w[t - 16] + w[t - 7] + (turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n)) + (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 80; t += 1) {
      const one = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & g)) + ROUND[t] + w[t];
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, BigInt.asUintN(64, d + one), c, b, a, BigInt.asUintN(64, one + two)];
    }
    [a, b, c, d, e, f, g, h].forEach((value, at) => (state[at] += value));
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((value, at) => out.setBigUint64(8 * at, value));
  return new Uint8Array(out.buffer);
}
