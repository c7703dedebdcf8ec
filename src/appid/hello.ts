/**
 * This file reads the hellos of TLS and DTLS (RFC 8446 §4.1.2, §4.1.3; RFC 6347 §4.2.1), which QUIC
 * carries as well: server name (RFC 6066 §3), application protocols (RFC 7301 §3.1), version.
 *
 * A hello may end within, where the capture or a bound cut it: what is there until then is read. Names
 * are visible ASCII or left out, which GREASE (RFC 8701) is not.
 */

import { u16 } from './numbers.ts';
import { latin1, u8 } from './octets.ts';
import { isVisible } from './text.ts';

/** What a client says in clear when it opens a connection. */
export interface ClientHello {
  readonly serverName: string | null;
  /** Of the application-layer protocol negotiation, in the client's order. */
  readonly protocols: readonly string[];
}

/** What a server answers. */
export interface ServerHello {
  /** The version chosen: 0x0304 is TLS 1.3, 0xfefd DTLS 1.2. */
  readonly version: number;
  /** The application protocol chosen; TLS 1.3 encrypts it. */
  readonly protocol: string | null;
}

export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;

const RANDOM_BYTES = 32;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const PROTOCOLS = 16;
const SUPPORTED_VERSIONS = 43;
const NAME_BYTES_MAX = 255;
/** Names of protocols that are kept. */
const PROTOCOLS_MAX = 16;

/** A range of bytes that shrinks from the front. */
class Range {
  private readonly bytes: Uint8Array;
  private at: number;
  private readonly to: number;

  constructor(bytes: Uint8Array, at: number, to: number) {
    this.bytes = bytes;
    this.at = at;
    this.to = to;
  }

  get isEmpty(): boolean {
    return this.at >= this.to;
  }

  /** -1 where it is too short. */
  number(size: 1 | 2): number {
    if (this.at + size > this.to) return -1;
    const value = size === 1 ? u8(this.bytes, this.at) : u16(this.bytes, this.at);
    this.at += size;
    return value;
  }

  /** Whether there were so many bytes to be passed over. */
  skip(size: number): boolean {
    this.at += size;
    return this.at <= this.to;
  }

  /** What follows its own length of one or two bytes, as far as it is here; null without a length. */
  begun(size: 1 | 2): Range | null {
    const length = this.number(size);
    if (length < 0) return null;
    const at = this.at;
    this.at = Math.min(at + length, this.to);
    return new Range(this.bytes, at, this.at);
  }

  /** The same where all of it is here, else null. */
  counted(size: 1 | 2): Range | null {
    const length = this.number(size);
    if (length < 0 || this.at + length > this.to) return null;
    this.at += length;
    return new Range(this.bytes, this.at - length, this.at);
  }

  /** The characters, if there are any and all are visible ASCII. */
  text(): string | null {
    const { bytes, at, to } = this;
    const isName = to > at && to - at <= NAME_BYTES_MAX && isVisible(bytes, at, to);
    return isName ? latin1(bytes, at, to) : null;
  }
}

/**
 * Reads the body of a ClientHello, behind the handshake header; null where it ends before extensions
 * could begin.
 *
 * @param isDatagram of DTLS, which has a cookie
 */
export function readClientHello(
  bytes: Uint8Array,
  from: number,
  to: number,
  isDatagram: boolean,
): ClientHello | null {
  const body = new Range(bytes, from, to);
  if (!body.skip(2 + RANDOM_BYTES) || body.counted(1) === null) return null;
  if (isDatagram && body.counted(1) === null) return null;
  // Cipher suites and compressions.
  if (body.counted(2) === null || body.counted(1) === null) return null;
  let serverName: string | null = null;
  let protocols: readonly string[] | null = null;
  readExtensions(body, (type, extension) => {
    if (type === SERVER_NAME) serverName ??= hostName(extension);
    else if (type === PROTOCOLS) protocols ??= names(extension);
  });
  return { serverName, protocols: protocols ?? [] };
}

/** Reads the body of a ServerHello; null where it ends before extensions could begin. */
export function readServerHello(bytes: Uint8Array, from: number, to: number): ServerHello | null {
  const body = new Range(bytes, from, to);
  let version = body.number(2);
  // Behind the session identifier one cipher suite and one compression.
  if (!body.skip(RANDOM_BYTES) || body.counted(1) === null || !body.skip(3)) return null;
  let protocol: string | null = null;
  readExtensions(body, (type, extension) => {
    if (type === PROTOCOLS) protocol ??= names(extension)[0] ?? null;
    else if (type === SUPPORTED_VERSIONS) version = extension.number(2);
  });
  return { version, protocol };
}

/** Visits the extensions that are here whole; a hello without any ends before (RFC 5246 §7.4.1.2). */
function readExtensions(body: Range, visit: (type: number, extension: Range) => void): void {
  const extensions = body.begun(2);
  while (extensions !== null && !extensions.isEmpty) {
    const type = extensions.number(2);
    const extension = extensions.counted(2);
    if (extension === null) return;
    visit(type, extension);
  }
}

/** The host name of a list of names, which has at most one of each type. */
function hostName(extension: Range): string | null {
  const list = extension.counted(2);
  while (list !== null && !list.isEmpty) {
    const type = list.number(1);
    const name = list.counted(2);
    if (name === null) return null;
    if (type === HOST_NAME) return name.text();
  }
  return null;
}

function names(extension: Range): string[] {
  const found: string[] = [];
  const list = extension.counted(2);
  while (list !== null && !list.isEmpty && found.length < PROTOCOLS_MAX) {
    const name = list.counted(1);
    if (name === null) break;
    const text = name.text();
    if (text !== null) found.push(text);
  }
  return found;
}
