/**
 * This file hashes flow keys and addresses with a seed, so that nobody can prepare a capture whose
 * flows all collide.
 *
 * It is the NH family of UMAC (RFC 4418 §5.2.2) with 16-bit words: for any two different inputs, a
 * random key makes them collide with probability 2^-16 at most, whatever an attacker wrote; a
 * fixed mixing step behind it only spreads the bits. Results of a replay never depend on the seed.
 */

/** Eight 16-bit keys drawn from a seed: any number. */
export function hashKeys(seed: number): Int32Array {
  const keys = new Int32Array(8);
  let state = seed | 0;
  for (let i = 0; i < keys.length; i++) {
    state = (state + 0x9e3779b9) | 0;
    keys[i] = mix(state) & 0xffff;
  }
  return keys;
}

/** 32-bit hash of four words under the keys of `hashKeys`. */
export function hashWords(k: Int32Array, w0: number, w1: number, w2: number, w3: number): number {
  const first =
    Math.imul((w0 + k[0]!) & 0xffff, ((w0 >>> 16) + k[1]!) & 0xffff) +
    Math.imul((w1 + k[2]!) & 0xffff, ((w1 >>> 16) + k[3]!) & 0xffff);
  const second =
    Math.imul((w2 + k[4]!) & 0xffff, ((w2 >>> 16) + k[5]!) & 0xffff) +
    Math.imul((w3 + k[6]!) & 0xffff, ((w3 >>> 16) + k[7]!) & 0xffff);
  return mix((first | 0) + (second | 0));
}

/** A bijection on 32-bit words that spreads every bit over all (MurmurHash3's finaliser). */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
