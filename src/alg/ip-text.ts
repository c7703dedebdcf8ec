/** This file reads and writes the addresses that control messages carry as text. */

import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../net/address.ts';
import type { IpWords } from './alg.ts';

/** Characters of the longest address: IPv6 with an IPv4 tail (RFC 4291 §2.2). */
const ADDRESS_CHARS_MAX = 45;

/** An address as text has it, IPv6 with or without brackets; null for a name, or what is none. */
export function readIp(text: string): IpWords | null {
  if (text.length > ADDRESS_CHARS_MAX + 2) return null;
  const isBracketed = text.startsWith('[') && text.endsWith(']');
  const word = parseIpv4(text);
  if (word !== null) return [word >>> 0];
  const words = parseIpv6(isBracketed ? text.slice(1, -1) : text);
  if (words === null) return null;
  return [words[0] >>> 0, words[1] >>> 0, words[2] >>> 0, words[3] >>> 0];
}

/** Text of an address. */
export function writeIp(address: IpWords): string {
  return address.length === 1 ? formatIpv4(address[0]) : formatIpv6(...address);
}

export function isSameIp(x: IpWords, y: IpWords): boolean {
  return x.length === y.length && x.every((word, i) => word === y[i]);
}

/**
 * Whether one host can be meant: not `0.0.0.0` or `::` (nobody: RFC 3264 §8.4), no multicast group, no
 * broadcast.
 */
export function isUnicast(address: IpWords): boolean {
  const first = address[0];
  // 224.0.0.0/3 holds multicast, what is reserved, and the broadcast (RFC 5771 §3, RFC 1112 §4).
  if (address.length === 1) return first !== 0 && first < 0xe000_0000;
  return first >>> 24 !== 0xff && address.some((word) => word !== 0);
}

/** A port of one to five digits, or null. */
export function readPort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port <= 0xffff ? port : null;
}
