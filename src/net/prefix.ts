/**
 * This file reads and prints IP prefixes: `10.0.0.0/8`, `2001:db8::/32`, a bare address as a host.
 */

import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './address.ts';

/** An IP prefix. `words` has one entry for IPv4, four for IPv6; bits beyond `length` are 0. */
export interface Prefix {
  readonly family: 4 | 6;
  readonly words: readonly number[];
  /** 0–32 or 0–128. */
  readonly length: number;
}

/** Reads a prefix or an address; null when it is neither. Host bits are cleared. */
export function parsePrefix(text: string): Prefix | null {
  const match = /^([^/]+)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text);
  const address = match?.[1];
  if (address === undefined) return null;
  const v4 = parseIpv4(address);
  const words = v4 === null ? parseIpv6(address) : [v4];
  if (words === null) return null;
  const longest = words.length * 32;
  const length = match?.[2] === undefined ? longest : Number(match[2]);
  if (length > longest) return null;
  return {
    family: words.length === 1 ? 4 : 6,
    words: words.map((word, i) => word & wordMask(length - 32 * i)),
    length,
  };
}

/** The mask of the first `bits` bits of one 32-bit word; fewer than 1 is 0, more than 31 is all. */
export function wordMask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

/** A prefix as text: `10.0.0.0/8`. */
export function formatPrefix(prefix: Prefix): string {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = prefix.words;
  const address = prefix.family === 4 ? formatIpv4(w0) : formatIpv6(w0, w1, w2, w3);
  return `${address}/${prefix.length}`;
}
