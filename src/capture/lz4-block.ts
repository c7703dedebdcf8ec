/**
 * This file decompresses a block of LZ4 (LZ4 Block Format): sequences of literals and of a match in
 * what was decompressed before.
 *
 *     sequence  token 1 (literals 4 bits, match 4 bits), more literals …, literals,
 *               offset 2, more match …
 *
 * A length of 15 goes on in the next bytes, each of which adds itself, up to the first below 255.
 * The last sequence ends with its literals.
 */

/** No block can become longer by more than this: a byte of length stands for 255 bytes at most. */
export const LZ4_EXPANSION_MAX = 255;

const LONG = 15;
const MATCH_MIN = 4;

/**
 * Decompresses `block` into `out`, from `from` on and to `end` at most; what stands before `from` may
 * be referred to. Answers with where the output ends, or -1 where the block is broken.
 */
export function decodeLz4Block(
  block: Uint8Array,
  out: Uint8Array,
  { from, end }: { from: number; end: number },
): number {
  const length = block.length;
  let at = 0;
  let to = from;
  while (at < length) {
    const token = block[at]!;
    at += 1;
    let literals = token >> 4;
    if (literals === LONG) {
      let more = 255;
      while (more === 255 && at < length) {
        more = block[at]!;
        at += 1;
        literals += more;
      }
    }
    if (at + literals > length || to + literals > end) return -1;
    for (const stop = at + literals; at < stop; at += 1, to += 1) out[to] = block[at]!;
    if (at === length) return to;
    if (at + 2 > length) return -1;
    const offset = block[at]! + 256 * block[at + 1]!;
    at += 2;
    let match = (token & LONG) + MATCH_MIN;
    if (match === LONG + MATCH_MIN) {
      let more = 255;
      while (more === 255 && at < length) {
        more = block[at]!;
        at += 1;
        match += more;
      }
    }
    if (offset === 0 || offset > to || to + match > end) return -1;
    // One by one: a match may overlap with what it makes.
    for (const stop = to + match; to < stop; to += 1) out[to] = out[to - offset]!;
  }
  // The last sequence has no match: a block that ends behind one was cut.
  return -1;
}
