/**
 * This file reads where an FTP data connection goes: the arguments of PORT (RFC 959), EPRT (RFC 2428)
 * and LPRT (RFC 1639), and the texts of the replies 227, 229 and 228. What is malformed is null.
 */

import type { IpWords } from './alg.ts';
import { isUnicast, readIp, readPort } from './ip-text.ts';

/** Where one side listens; the address `own` is the one that it has in the control session. */
export interface FtpEnd {
  readonly address: IpWords | 'own';
  readonly port: number;
}

/** RFC 2428 §2: by words of an address, how EPRT names its family. */
const FAMILIES: ReadonlyMap<number, string> = new Map([
  [1, '1'],
  [4, '2'],
]);
/** RFC 1639 §2: versions of IP, and bytes of their addresses. */
const LONG_FAMILIES: readonly (readonly [family: number, bytes: number])[] = [
  [4, 4],
  [6, 16],
];
/** RFC 1639 §2: bytes of a port. */
const LONG_PORT_BYTES = 2;

/** `h1,h2,h3,h4,p1,p2`, the argument of PORT. */
export function portArgument(text: string): FtpEnd | null {
  const octets = octetList(text);
  if (octets?.length !== 6) return null;
  return endOf(wordsOf(octets, 0, 4), wordAt(octets, 2) & 0xffff);
}

/** `af,hal,h1,…,pal,p1,p2`, the argument of LPRT. */
export function longPortArgument(text: string): FtpEnd | null {
  const octets = octetList(text) ?? [];
  const [family, bytes = 0] = octets;
  const isKnown = LONG_FAMILIES.some((known) => known[0] === family && known[1] === bytes);
  const portAt = 2 + bytes;
  if (!isKnown || octets.length !== portAt + 1 + LONG_PORT_BYTES) return null;
  if (octets[portAt] !== LONG_PORT_BYTES) return null;
  return endOf(wordsOf(octets, 2, bytes), wordAt(octets, octets.length - 4) & 0xffff);
}

/** `|1|132.235.1.2|6275|` or `|2|1080::8:800:200C:417A|5282|`, the argument of EPRT. */
export function extendedPortArgument(text: string): FtpEnd | null {
  const delimiter = text.charAt(0);
  if (!isDelimiter(delimiter)) return null;
  const [, family, address = '', port = '', ...rest] = text.split(delimiter, 6);
  if (rest.length !== 1 || rest[0] !== '') return null;
  const words = readIp(address);
  if (words === null || family !== FAMILIES.get(words.length)) return null;
  return endOf(words, readPort(port));
}

/**
 * The end in the text of a 227, which has the form of PORT's argument. Servers put it into brackets or not
 * (RFC 1123 §4.1.2.6: look for the digits).
 */
export function passiveText(text: string): FtpEnd | null {
  return firstOf(text.match(/[0-9,]+/g), portArgument);
}

/** The end in the text of a 228, which has the form of LPRT's argument. */
export function longPassiveText(text: string): FtpEnd | null {
  return firstOf(text.match(/[0-9,]+/g), longPortArgument);
}

/** The port in the text of a 229: `(|||6446|)`. RFC 2428 §3: the address is the control session's. */
export function extendedPassiveText(text: string): FtpEnd | null {
  return firstOf(text.split('(').slice(1), (part) => {
    const delimiter = part.charAt(0);
    if (!isDelimiter(delimiter) || !part.startsWith(delimiter.repeat(3))) return null;
    const end = part.indexOf(delimiter, 3);
    return end < 0 ? null : endOf('own', readPort(part.slice(3, end)));
  });
}

function firstOf(
  parts: readonly string[] | null,
  read: (part: string) => FtpEnd | null,
): FtpEnd | null {
  for (const part of parts ?? []) {
    const end = read(part);
    if (end !== null) return end;
  }
  return null;
}

/** RFC 2428 §2: characters 33 to 126; a digit would leave open where a number ends. */
function isDelimiter(character: string): boolean {
  return /^[!-/:-~]$/.test(character);
}

/** Numbers of 0 to 255 between commas. */
function octetList(text: string): number[] | null {
  const octets: number[] = [];
  for (const part of text.split(',')) {
    const octet = /^[0-9]{1,3}$/.test(part) ? Number(part) : 256;
    if (octet > 255) return null;
    octets.push(octet);
  }
  return octets;
}

/** Four octets as an unsigned 32-bit number. */
function wordAt(octets: readonly number[], at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = octets.slice(at, at + 4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

function wordsOf(octets: readonly number[], at: number, bytes: number): IpWords {
  const first = wordAt(octets, at);
  if (bytes === 4) return [first];
  return [first, wordAt(octets, at + 4), wordAt(octets, at + 8), wordAt(octets, at + 12)];
}

/** Nobody waits on port 0, or at an address that is no host's. */
function endOf(address: FtpEnd['address'], port: number | null): FtpEnd | null {
  if (port === null || port === 0) return null;
  return address === 'own' || isUnicast(address) ? { address, port } : null;
}
