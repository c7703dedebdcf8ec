/**
 * This file reads the ClientHello of TLS (RFC 8446 §4.1.2) and DTLS (RFC 6347 §4.2.1): server name
 * (RFC 6066 §3) and protocols (RFC 7301 §3.1), which stand in clear.
 */

import { u16 } from './numbers.ts';
import { latin1, u8 } from './octets.ts';

/** What a client says in clear when it opens a connection. */
export interface ClientHello {
  /** Version of the message: 0x0303 for TLS 1.2 and later, 0xfefd for DTLS 1.2. */
  readonly version: number;
  /** Null where the client names none in visible ASCII. */
  readonly serverName: string | null;
  /** Of the application-layer protocol negotiation, the client's order. */
  readonly protocols: readonly string[];
}

const RANDOM_BYTES = 32;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const PROTOCOLS = 16;
/** Names of protocols that are kept. */
const PROTOCOLS_MAX = 16;

/** A range of bytes that shrinks from the front; -1 where it is too short. */
class Range {
  private readonly bytes: Uint8Array;
  at: number;
  to: number;

  constructor(bytes: Uint8Array, at: number, to: number) {
    this.bytes = bytes;
    this.at = at;
    this.to = to;
  }

  get isEmpty(): boolean {
    return this.at >= this.to;
  }

  number(size: 1 | 2): number {
    if (this.at + size > this.to) return -1;
    const value = size === 1 ? u8(this.bytes, this.at) : u16(this.bytes, this.at);
    this.at += size;
    return value;
  }

  /** What follows its own length of one or two bytes; null where it does not fit. */
  counted(size: 1 | 2): Range | null {
    const length = this.number(size);
    if (length < 0 || this.at + length > this.to) return null;
    this.at += length;
    return new Range(this.bytes, this.at - length, this.at);
  }

  /** The characters, if there are any and all are visible ASCII: GREASE (RFC 8701) is none. */
  text(): string | null {
    const text = latin1(this.bytes, this.at, this.to);
    return /^[!-~]{1,255}$/.test(text) ? text : null;
  }
}

/**
 * Reads the body of a ClientHello, behind the handshake header; null where it is none, or not whole.
 * `isDatagram`: of DTLS, which has a cookie.
 */
export function readClientHello(
  bytes: Uint8Array,
  from: number,
  to: number,
  isDatagram: boolean,
): ClientHello | null {
  const body = new Range(bytes, from, to);
  const version = body.number(2);
  body.at += RANDOM_BYTES;
  const session = body.counted(1);
  const cookie = isDatagram ? body.counted(1) : session;
  const ciphers = body.counted(2);
  const compressions = body.counted(1);
  if (version < 0 || session === null || cookie === null) return null;
  if (ciphers === null || compressions === null || compressions.isEmpty) return null;
  let serverName: string | null = null;
  let protocols: readonly string[] = [];
  // A client without extensions ends here (RFC 5246 §7.4.1.2).
  if (body.isEmpty) return { version, serverName, protocols };
  const extensions = body.counted(2);
  while (extensions !== null && !extensions.isEmpty) {
    const type = extensions.number(2);
    const extension = extensions.counted(2);
    if (extension === null) return null;
    if (type === SERVER_NAME) serverName = hostName(extension);
    else if (type === PROTOCOLS) protocols = names(extension);
  }
  return extensions === null ? null : { version, serverName, protocols };
}

/** The first host name of a list of names. */
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
  while (list !== null && !list.isEmpty) {
    const name = list.counted(1);
    if (name === null) break;
    const text = name.text();
    if (text !== null && found.length < PROTOCOLS_MAX) found.push(text);
  }
  return found;
}
