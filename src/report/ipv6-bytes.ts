/**
 * This file writes IPv6 addresses as bytes, as `formatIpv6` (net/address) writes them as text: a third of the
 * sessions of a modern network have two.
 */

const ZERO = 48;
/** From a digit to `a`. */
const LETTERS = 97 - ZERO - 10;
const COLON = 58;
const DOT = 46;
const GROUPS = 8;
const groups = new Int32Array(GROUPS);

/** Writes the text of four words (RFC 5952), at most 45 bytes, for which there is room; returns its end. */
export function writeIpv6(bytes: Uint8Array, start: number, words: Int32Array): number {
  let at = start;
  if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) {
    return writeMapped(bytes, at, words[3]!);
  }
  for (let i = 0; i < GROUPS; i++) groups[i] = (words[i >> 1]! >>> (i & 1 ? 0 : 16)) & 0xffff;
  const zeros = longestZeros();
  const from = zeros >>> 4;
  const to = from + (zeros & 15);
  for (let i = 0; i < GROUPS; i++) {
    if (i === from && to > from) {
      // What is left out stands as two colons; a group before it has set none.
      bytes[at++] = COLON;
      if (to === GROUPS) bytes[at++] = COLON;
      i = to - 1;
      continue;
    }
    if (i > 0) bytes[at++] = COLON;
    at = writeHex(bytes, at, groups[i]!);
  }
  return at;
}

/** The first longest run of at least two groups of zeros (RFC 5952 §4.2): start << 4 | length; 0 for none. */
function longestZeros(): number {
  let best = 0;
  let length = 0;
  for (let i = 0; i < GROUPS; i++) {
    length = groups[i] === 0 ? length + 1 : 0;
    if (length > 1 && length > (best & 15)) best = ((i + 1 - length) << 4) | length;
  }
  return best;
}

function writeHex(bytes: Uint8Array, start: number, group: number): number {
  let at = start;
  if (group > 0xfff) bytes[at++] = hexDigit(group >>> 12);
  if (group > 0xff) bytes[at++] = hexDigit((group >>> 8) & 15);
  if (group > 0xf) bytes[at++] = hexDigit((group >>> 4) & 15);
  bytes[at++] = hexDigit(group & 15);
  return at;
}

function hexDigit(value: number): number {
  return value + (value < 10 ? ZERO : ZERO + LETTERS);
}

/** An IPv4-mapped address (RFC 5952 §5): `::ffff:192.0.2.1`. */
function writeMapped(bytes: Uint8Array, start: number, word: number): number {
  let at = start;
  bytes[at++] = COLON;
  bytes[at++] = COLON;
  at = writeHex(bytes, at, 0xffff);
  for (let shift = 24; shift >= 0; shift -= 8) {
    bytes[at++] = shift === 24 ? COLON : DOT;
    const octet = (word >>> shift) & 255;
    if (octet > 99) bytes[at++] = ZERO + ((octet / 100) | 0);
    if (octet > 9) bytes[at++] = ZERO + (((octet / 10) | 0) % 10);
    bytes[at++] = ZERO + (octet % 10);
  }
  return at;
}
