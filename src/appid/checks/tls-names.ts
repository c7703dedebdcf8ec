/**
 * This file reads what hellos and certificates of TLS say in clear: server name (RFC 6066 §3), application
 * protocols (RFC 7301 §3.1), version (RFC 8446 §4.2.1), and up to TLS 1.2 the certificate's common name.
 * What is cut or wrong is left out; names are visible ASCII or null.
 */

import { u16, u24 } from '../numbers.ts';
import { latin1, u8 } from '../octets.ts';
import { isVisible } from '../text.ts';
import { commonName } from './certificate.ts';
import { CLIENT_HELLO, SERVER_HELLO } from './tls.ts';

/** What a client says. */
export interface ClientHello {
  /** The highest version offered that is known: 0x0303 is TLS 1.2. */
  readonly version: number;
  readonly serverName: string | null;
  readonly protocols: readonly string[];
}

/** What a server says. */
export interface ServerHello {
  /** The version chosen. */
  readonly version: number;
  /** The application protocol chosen. */
  readonly protocol: string | null;
  /** Common name of the certificate's subject. */
  readonly certificateName: string | null;
}

const HANDSHAKE_RECORD = 22;
const CERTIFICATE = 11;
const SERVER_NAME = 0;
const APPLICATION_PROTOCOLS = 16;
const SUPPORTED_VERSIONS = 43;
const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;
const NAME_BYTES_MAX = 255;
const EXTENSIONS_MAX = 64;
const PROTOCOLS_MAX = 16;

/** What lies from `begin` to before `end` of some bytes. */
interface Span {
  readonly begin: number;
  readonly end: number;
}

/** Reads the ClientHello that a stream begins with; null where there is none. */
export function parseClientHello(bytes: Uint8Array, from: number, to: number): ClientHello | null {
  const shake = handshakeOf(bytes, from, to);
  if (shake[0] !== CLIENT_HELLO || shake.length < 4 + 34 + 1) return null;
  const end = Math.min(shake.length, 4 + u24(shake, 1));
  const suites = 4 + 34 + 1 + u8(shake, 38);
  const compressions = suites + 2 + u16(shake, suites);
  const extensions = compressions + 1 + u8(shake, compressions) + 2;
  let version = u16(shake, 4);
  let serverName: string | null = null;
  let protocols: readonly string[] = [];
  for (const { type, begin, end: last } of extensionsOf(shake, extensions, end)) {
    if (type === SERVER_NAME) serverName ??= readServerName(shake, begin, last);
    if (type === APPLICATION_PROTOCOLS) protocols = readProtocols(shake, begin, last);
    if (type === SUPPORTED_VERSIONS) version = readVersions(shake, begin, last, version);
  }
  return { version, serverName, protocols };
}

/** Reads the ServerHello that a stream begins with, and a certificate behind it; null without. */
export function parseServerHello(bytes: Uint8Array, from: number, to: number): ServerHello | null {
  const shake = handshakeOf(bytes, from, to);
  if (shake[0] !== SERVER_HELLO || shake.length < 4 + 34 + 1) return null;
  const end = Math.min(shake.length, 4 + u24(shake, 1));
  const extensions = 4 + 34 + 1 + u8(shake, 38) + 3 + 2;
  let version = u16(shake, 4);
  let protocol: string | null = null;
  for (const { type, begin, end: last } of extensionsOf(shake, extensions, end)) {
    if (type === APPLICATION_PROTOCOLS) protocol = readProtocols(shake, begin, last)[0] ?? null;
    if (type === SUPPORTED_VERSIONS && last - begin === 2) version = u16(shake, begin);
  }
  const isClear = version <= TLS_1_2 && shake[end] === CERTIFICATE;
  // Message header, length of the list, length of the first certificate: ten bytes.
  const certificateName = isClear
    ? commonName(shake, end + 10, end + 10 + u24(shake, end + 7))
    : null;
  return { version, protocol, certificateName };
}

/** The handshake messages of the records at the start, one behind the other. */
function handshakeOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const shake = new Uint8Array(Math.max(0, to - from));
  let length = 0;
  for (let at = from; at + 5 <= to && bytes[at] === HANDSHAKE_RECORD; ) {
    const begin = at + 5;
    const end = begin + u16(bytes, at + 3);
    const part = bytes.subarray(begin, Math.min(end, to));
    shake.set(part, length);
    length += part.length;
    at = end;
  }
  return shake.subarray(0, length);
}

/** The extensions that are there whole. */
function extensionsOf(
  shake: Uint8Array,
  from: number,
  to: number,
): readonly (Span & { readonly type: number })[] {
  const extensions: (Span & { readonly type: number })[] = [];
  for (let at = from; at + 4 <= to && extensions.length < EXTENSIONS_MAX; ) {
    const begin = at + 4;
    const end = begin + u16(shake, at + 2);
    if (end > to) break;
    extensions.push({ type: u16(shake, at), begin, end });
    at = end;
  }
  return extensions;
}

/** RFC 6066 §3: a list; its first entry of type 0 is the host name. */
function readServerName(shake: Uint8Array, begin: number, end: number): string | null {
  const length = u16(shake, begin + 3);
  const name = begin + 5;
  if (name + length > end || length > NAME_BYTES_MAX || shake[begin + 2] !== 0) return null;
  return length > 0 && isVisible(shake, name, name + length)
    ? latin1(shake, name, name + length)
    : null;
}

function readProtocols(shake: Uint8Array, begin: number, end: number): readonly string[] {
  const protocols: string[] = [];
  for (let at = begin + 2; at < end && protocols.length < PROTOCOLS_MAX; ) {
    const next = at + 1 + u8(shake, at);
    // GREASE (RFC 8701) puts bytes there that are no text.
    if (next <= end && isVisible(shake, at + 1, next)) protocols.push(latin1(shake, at + 1, next));
    at = next;
  }
  return protocols;
}

/** The highest of a list, leaving out what no version is (RFC 8701). */
function readVersions(shake: Uint8Array, begin: number, end: number, least: number): number {
  let highest = least;
  for (let at = begin + 1; at + 2 <= end; at += 2) {
    const version = u16(shake, at);
    if (version <= TLS_1_3 && version > highest) highest = version;
  }
  return highest;
}
