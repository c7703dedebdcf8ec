/**
 * This file reads the small values of a script line: times, endpoints, MACs, flags, payloads.
 */

import { parseIpv4, parseIpv6 } from '../../src/net/address.ts';
import type { Address, SequenceValue } from './script.ts';
import { type Fields, unquoteBytes } from './tokens.ts';

/** Nanoseconds in a second. */
export const SECOND = 1_000_000_000n;

const PAYLOAD_BYTES_MAX = 65_535;

/** Nanoseconds of a number of seconds with up to nine decimals, exact; null when it is none. */
export function parseSeconds(text: string): bigint | null {
  const match = /^([0-9]{1,12})(?:\.([0-9]{1,9}))?$/.exec(text);
  if (match === null) return null;
  return BigInt(match[1] ?? '0') * SECOND + BigInt((match[2] ?? '').padEnd(9, '0'));
}

/** Nanoseconds since 1970 of an RFC 3339 time in UTC with up to nine decimals; null if none. */
export function parseStart(text: string): bigint | null {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(text);
  const date = match?.[1];
  if (date === undefined) return null;
  const milliseconds = Date.parse(`${date}Z`);
  if (!(milliseconds >= 0) || new Date(milliseconds).toISOString().slice(0, 19) !== date) {
    return null;
  }
  return BigInt(milliseconds) * 1_000_000n + BigInt((match?.[2] ?? '').padEnd(9, '0'));
}

/** An IPv4 or IPv6 address; null when it is neither. */
export function parseAddress(text: string): Address | null {
  const v4 = parseIpv4(text);
  const words = v4 === null ? parseIpv6(text) : [v4];
  if (words === null) return null;
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setInt32(i * 4, word);
  return { family: words.length === 1 ? 4 : 6, bytes };
}

/** An address with a port or without: `10.0.0.5:80`, `[2001:db8::5]:80`, `2001:db8::5`. */
export function parseEndpoint(
  fields: Fields,
  text: string,
): { address: Address; port: number | null } {
  const match = /^\[([^\]]*)\](?::([0-9]+))?$/.exec(text) ?? /^([0-9.]+)(?::([0-9]+))?$/.exec(text);
  const address = parseAddress(match?.[1] ?? text);
  if (address === null) {
    throw fields.error(`"${text}" is no address (IPv6 with a port is written [address]:port)`);
  }
  const port = match?.[2];
  const bounds = { least: 0, most: 65_535 };
  return { address, port: port === undefined ? null : fields.checkInteger('port', port, bounds) };
}

/** Six bytes of a MAC address in colon form. */
export function parseMac(fields: Fields, key: string): Uint8Array | null {
  const text = fields.text(key);
  if (text === null) return null;
  if (!/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(text)) {
    throw fields.error(`${key}= needs a MAC address such as 02:00:00:00:00:01: "${text}"`);
  }
  return Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16));
}

/** `vlan=100` or `vlan=300.100`, outermost first. */
export function parseVlans(fields: Fields): number[] {
  const text = fields.text('vlan');
  if (text === null) return [];
  return text.split('.').map((tag) => fields.checkInteger('vlan=', tag, { least: 0, most: 4095 }));
}

/** The header's bit of each flag letter. */
// biome-ignore format: a table
export const TCP_FLAGS = {
  F: 0x01, S: 0x02, R: 0x04, P: 0x08, A: 0x10, U: 0x20, E: 0x40, C: 0x80,
} as const;

const FLAG_BITS: ReadonlyMap<string, number> = new Map(Object.entries(TCP_FLAGS));

/** The flag byte of letters such as `SA`; `-` is no flag at all. */
export function parseTcpFlags(fields: Fields, text: string | null): number {
  if (text === null) throw fields.error('tcp needs its flags, such as S, SA, PA or -');
  if (text === '-') return 0;
  let flags = 0;
  for (const letter of text) {
    const bit = FLAG_BITS.get(letter);
    if (bit === undefined) {
      throw fields.error(`"${text}" are no TCP flags: the letters are S A F R P U E C, or -`);
    }
    if ((flags & bit) !== 0) throw fields.error(`TCP flag ${letter} stands twice in "${text}"`);
    flags |= bit;
  }
  return flags;
}

/** `seq=` or `ack=`: a number, `+N` from that side's initial one, or `next`, `next+N`, `next-N`. */
export function parseSequence(fields: Fields, key: string): SequenceValue | null {
  const text = fields.text(key);
  if (text === null) return null;
  const match = /^(next)?([+-])?([0-9]+|0x[0-9a-fA-F]+)?$/.exec(text);
  const signed = match?.[2] !== undefined;
  const hasNumber = match?.[3] !== undefined;
  const fromNext = match?.[1] !== undefined;
  const isComplete = fromNext ? signed === hasNumber : hasNumber && match?.[2] !== '-';
  if (match === null || !isComplete) {
    throw fields.error(`${key}= needs a number, +N, next, next+N or next-N: "${text}"`);
  }
  const bounds = { least: 0, most: 0xffff_ffff };
  const size = hasNumber ? fields.checkInteger(`${key}=`, match[3] ?? '', bounds) : 0;
  const value = match[2] === '-' ? -size : size;
  if (fromNext) return { kind: 'from-next', value };
  return { kind: signed ? 'from-isn' : 'absolute', value };
}

/**
 * The payload of `data=`, `hex=` (joined in their order) and `len=`; a longer `len=` fills up with
 * letters a to w again and again, as ping does.
 */
export function parsePayload(fields: Fields, defaultLength = 0): Uint8Array {
  const parts = fields.takeContent().map(({ key, value }) => {
    if (key === 'data') return unquoteBytes(value, fields.line);
    const hex = value.replaceAll(/[:_]/g, '');
    if (!/^([0-9a-fA-F]{2})*$/.test(hex)) throw fields.error(`hex= needs pairs of hex digits`);
    return new Uint8Array(Buffer.from(hex, 'hex'));
  });
  const given = new Uint8Array(Buffer.concat(parts));
  const fallback = parts.length > 0 ? given.length : defaultLength;
  const length = fields.integer('len', 0, PAYLOAD_BYTES_MAX) ?? fallback;
  if (length < given.length) {
    throw fields.error(`len=${length} is less than the ${given.length} bytes of data= and hex=`);
  }
  const payload = new Uint8Array(length);
  for (let i = 0; i < length; i++) payload[i] = given[i] ?? 0x61 + ((i - given.length) % 23);
  return payload;
}
