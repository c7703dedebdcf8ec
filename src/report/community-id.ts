/**
 * This file makes a session's Community ID, version 1 with seed 0, by which Zeek, Suricata,
 * Wireshark and Arkime name the same flow (https://github.com/corelight/community-id-spec).
 *
 *     0        2          2+n         2+2n       3+2n  4+2n   6+2n   8+2n      n = 4 or 16
 *     +--------+----------+-----------+----------+-----+------+------+
 *     | seed 0 | address0 | address1  | protocol |  0  | port0| port1|  -> SHA-1 -> base64
 *     +--------+----------+-----------+----------+-----+------+------+
 *                 the lower address:port first       (ports only where the protocol has them)
 *
 * It is one call a session, so nothing is allocated but the result. At most 40 bytes are hashed,
 * which is one SHA-1 block: done here that takes half the time of a call into node:crypto.
 */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_SCTP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';

/** What the ID is made of; a SessionRow is one. */
export interface CommunityFlow {
  readonly family: 4 | 6;
  /** IP protocol number. */
  readonly protocol: number;
  /** Addresses as net/address writes them. */
  readonly source: string;
  readonly destination: string;
  /** Ports; of ICMP identifier and sequence number, or type and code for `icmpKind` 0. */
  readonly sport: number;
  readonly dport: number;
  /** ICMP_ kind of the request (wire/icmp), 0 for other protocols and messages. */
  readonly icmpKind: number;
}

/** A type that has a counterpart; the table holds the counterpart plus 1, 0 for none. */
const COUNTERPART_V4 = counterparts([0, 8, 9, 10, 13, 14, 15, 16, 17, 18]);
const COUNTERPART_V6 = counterparts([128, 129, 130, 131, 133, 134, 135, 136, 139, 140, 144, 145]);

/** ICMPv4 type of a kind of wire/icmp: echo, timestamp, information, mask, each with its reply. */
const TYPE_OF_KIND = Uint8Array.of(0, 8, 0, 13, 14, 15, 16, 17, 18);
/** From here on a kind is no half of a query-reply pair: ports are type and code. */
const KIND_UNPAIRED = TYPE_OF_KIND.length;
const ICMPV6_ECHO = 128;

const source = new Int32Array(4);
const destination = new Int32Array(4);
const groups = new Int32Array(8);
/** SHA-1's message schedule; a block is its first 16 words. */
const schedule = new Int32Array(80);

const BASE64 = Uint8Array.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  (digit) => digit.charCodeAt(0),
);

function counterparts(pairs: readonly number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (let i = 0; i < pairs.length; i += 2) {
    const query = pairs[i] ?? 0;
    const answer = pairs[i + 1] ?? 0;
    table[query] = answer + 1;
    table[answer] = query + 1;
  }
  return table;
}

/**
 * The Community ID of a session, for example `1:LQU9qZlK+B5F3KDmev6m5PMibrg=`.
 *
 * @throws RangeError for text that is no address of the family
 */
export function communityId(flow: CommunityFlow): string {
  const { family, protocol, icmpKind } = flow;
  if (family === 4) {
    source[0] = readIpv4(flow.source, 0);
    destination[0] = readIpv4(flow.destination, 0);
  } else {
    readIpv6(flow.source, source);
    readIpv6(flow.destination, destination);
  }
  let port0 = flow.sport;
  let port1 = flow.dport;
  if (icmpKind > 0 && icmpKind < KIND_UNPAIRED) {
    port0 = protocol === PROTO_ICMPV6 ? ICMPV6_ECHO + icmpKind - 1 : (TYPE_OF_KIND[icmpKind] ?? 0);
    port1 = 0;
  }
  return communityIdOfWords(
    family,
    source,
    destination,
    protocol,
    port0,
    port1,
    hasCommunityPorts(protocol),
  );
}

/** Whether the specification hashes ports (or ICMP types) for an IP protocol number. */
export function hasCommunityPorts(protocol: number): boolean {
  return (
    protocol === PROTO_TCP ||
    protocol === PROTO_UDP ||
    protocol === PROTO_SCTP ||
    protocol === PROTO_ICMP ||
    protocol === PROTO_ICMPV6
  );
}

/**
 * The Community ID of addresses in 32-bit words, the most significant first: one word for family 4,
 * four for family 6, what follows is not read. Ports are 0 to 65535; of ICMP and ICMPv6 they are
 * type and code, and the type's counterpart is found here. Nothing is checked.
 */
export function communityIdOfWords(
  family: 4 | 6,
  sourceWords: Int32Array,
  destinationWords: Int32Array,
  protocol: number,
  port0: number,
  port1: number,
  hasPorts: boolean,
): string {
  const words = family === 4 ? 1 : 4;
  let first = sourceWords;
  let second = destinationWords;
  let firstPort = port0;
  let secondPort = port1;
  let isOneWay = false;
  if (protocol === PROTO_ICMP || protocol === PROTO_ICMPV6) {
    const table = protocol === PROTO_ICMP ? COUNTERPART_V4 : COUNTERPART_V6;
    const counterpart = table[port0 & 255] ?? 0;
    isOneWay = counterpart === 0;
    if (!isOneWay) secondPort = counterpart - 1;
  }
  if (!isOneWay) {
    const order = compareWords(sourceWords, destinationWords, words);
    if (order > 0 || (order === 0 && firstPort > secondPort)) {
      first = destinationWords;
      second = sourceWords;
      const port = firstPort;
      firstPort = secondPort;
      secondPort = port;
    }
  }
  // The seed of 16 zero bits moves everything after it by half a word.
  let at = 0;
  let half = 0;
  for (let i = 0; i < words; i++) {
    const word = first[i] ?? 0;
    schedule[at++] = (half << 16) | (word >>> 16);
    half = word;
  }
  for (let i = 0; i < words; i++) {
    const word = second[i] ?? 0;
    schedule[at++] = (half << 16) | (word >>> 16);
    half = word;
  }
  schedule[at++] = (half << 16) | ((protocol & 255) << 8);
  if (hasPorts) schedule[at++] = (firstPort << 16) | (secondPort & 0xffff);
  return hashBlock(at);
}

/** Below 0, 0 or above 0 as the unsigned words of `a` are less, equal or greater. */
function compareWords(a: Int32Array, b: Int32Array, words: number): number {
  for (let i = 0; i < words; i++) {
    const difference = ((a[i] ?? 0) >>> 0) - ((b[i] ?? 0) >>> 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** SHA-1 (FIPS 180-4 §6.1.2) of the first `length` words (at most 13) of `schedule`, as an ID. */
function hashBlock(length: number): string {
  const w = schedule;
  w[length] = 0x80000000;
  for (let i = length + 1; i < 15; i++) w[i] = 0;
  w[15] = length * 32;
  for (let i = 16; i < 80; i++) {
    const x = (w[i - 3] ?? 0) ^ (w[i - 8] ?? 0) ^ (w[i - 14] ?? 0) ^ (w[i - 16] ?? 0);
    w[i] = (x << 1) | (x >>> 31);
  }
  let a = 0x67452301;
  let b = 0xefcdab89 | 0;
  let c = 0x98badcfe | 0;
  let d = 0x10325476;
  let e = 0xc3d2e1f0 | 0;
  for (let i = 0; i < 80; i++) {
    let mixed: number;
    if (i < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
    else if (i < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else mixed = (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + mixed + e + (w[i] ?? 0)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  return formatDigest(
    (a + 0x67452301) | 0,
    (b + 0xefcdab89) | 0,
    (c + 0x98badcfe) | 0,
    (d + 0x10325476) | 0,
    (e + 0xc3d2e1f0) | 0,
  );
}

function digit(bits: number): number {
  return BASE64[bits & 63] ?? 0;
}

/** `1:` and the base64 of five words; one call makes a flat string, which joining pairs does not. */
function formatDigest(a: number, b: number, c: number, d: number, e: number): string {
  // biome-ignore format: a line a word shows the layout
  return String.fromCharCode(
    49, 58,
    digit(a >>> 26), digit(a >>> 20), digit(a >>> 14), digit(a >>> 8), digit(a >>> 2),
    digit((a << 4) | (b >>> 28)),
    digit(b >>> 22), digit(b >>> 16), digit(b >>> 10), digit(b >>> 4),
    digit((b << 2) | (c >>> 30)),
    digit(c >>> 24), digit(c >>> 18), digit(c >>> 12), digit(c >>> 6), digit(c),
    digit(d >>> 26), digit(d >>> 20), digit(d >>> 14), digit(d >>> 8), digit(d >>> 2),
    digit((d << 4) | (e >>> 28)),
    digit(e >>> 22), digit(e >>> 16), digit(e >>> 10), digit(e >>> 4), digit(e << 2),
    61,
  );
}

/** The word of the dotted address that starts at `from` and ends the text. */
function readIpv4(text: string, from: number): number {
  let word = 0;
  let byte = -1;
  let dots = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46 && byte >= 0) {
      word = (word << 8) | byte;
      byte = -1;
      dots++;
    } else {
      if (code < 48 || code > 57) refuse(text);
      byte = (byte < 0 ? 0 : byte * 10) + code - 48;
      if (byte > 255) refuse(text);
    }
  }
  if (dots !== 3 || byte < 0) refuse(text);
  return (word << 8) | byte;
}

/** Reads RFC 5952 text into four words. */
function readIpv6(text: string, words: Int32Array): void {
  let count = 0;
  let gap = -1;
  let i = 0;
  while (i < text.length) {
    if (text.charCodeAt(i) === 58 && text.charCodeAt(i + 1) === 58) {
      if (gap >= 0) refuse(text);
      gap = count;
      i += 2;
      if (i === text.length) break;
    } else if (count > 0) {
      if (text.charCodeAt(i++) !== 58) refuse(text);
    }
    const start = i;
    let group = 0;
    for (; i < text.length && i - start < 4; i++) {
      const value = hexValue(text.charCodeAt(i));
      if (value < 0) break;
      group = (group << 4) | value;
    }
    if (i === start || count > 7) refuse(text);
    if (text.charCodeAt(i) === 46) {
      const word = readIpv4(text, start);
      groups[count++] = word >>> 16;
      group = word & 0xffff;
      i = text.length;
    }
    groups[count++] = group;
  }
  if (gap < 0 ? count !== 8 : count > 7) refuse(text);
  if (gap >= 0) {
    for (let at = 7; at >= gap; at--) groups[at] = --count >= gap ? (groups[count] ?? 0) : 0;
  }
  for (let at = 0; at < 4; at++) {
    words[at] = ((groups[2 * at] ?? 0) << 16) | (groups[2 * at + 1] ?? 0);
  }
}

function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  return code >= 65 && code <= 70 ? code - 55 : -1;
}

function refuse(text: string): never {
  throw new RangeError(`no IP address: ${JSON.stringify(text)}`);
}
