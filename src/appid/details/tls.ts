/**
 * This file reads what a TLS stream says in clear: the ClientHello's server name and protocols, the
 * ServerHello's version and protocol, and up to TLS 1.2 whom the server's certificate is for.
 *
 * Handshake messages lie in records (RFC 8446 §5.1), several in one or one in several. A hello with
 * post-quantum keys does not fit one segment: it is waited for, up to the bound of who calls.
 */

import type { AppDetail } from '../../session/app-detail.ts';
import { certificateNames } from '../certificate.ts';
import { CLIENT_HELLO, readClientHello, readServerHello, SERVER_HELLO } from '../hello.ts';
import { u16, u24 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import type { Piece } from '../piece.ts';
import { CLIENT, enter, enterHello, plainSource, SERVER } from './detail-source.ts';

const HANDSHAKE_RECORD = 22;
const RECORD_HEADER_BYTES = 5;
const MESSAGE_HEADER_BYTES = 4;
const CERTIFICATE = 11;
const TLS_1_2 = 0x0303;
const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0300, 'SSL 3.0'],
  [0x0301, 'TLS 1.0'],
  [0x0302, 'TLS 1.1'],
  [TLS_1_2, 'TLS 1.2'],
  [0x0304, 'TLS 1.3'],
]);

/** Of `ssl`. */
export const TLS_DETAIL = plainSource(CLIENT | SERVER, (piece, into) =>
  piece.side === 0 ? readClient(piece, into) : readServer(piece, into),
);

function readClient({ bytes, from, to }: Piece, into: AppDetail): boolean {
  const { shake, goesOn } = handshakeOf(bytes, from, to);
  if (shake.length < MESSAGE_HEADER_BYTES) return !goesOn;
  if (shake[0] !== CLIENT_HELLO) return true;
  const end = MESSAGE_HEADER_BYTES + u24(shake, 1);
  const hello = readClientHello(shake, MESSAGE_HEADER_BYTES, Math.min(end, shake.length), false);
  if (hello === null) return !goesOn;
  enterHello(hello, into);
  return shake.length >= end || !goesOn;
}

function readServer({ bytes, from, to }: Piece, into: AppDetail): boolean {
  const { shake, goesOn } = handshakeOf(bytes, from, to);
  if (shake.length < MESSAGE_HEADER_BYTES) return !goesOn;
  if (shake[0] !== SERVER_HELLO) return true;
  const end = MESSAGE_HEADER_BYTES + u24(shake, 1);
  if (shake.length < end) return !goesOn;
  const hello = readServerHello(shake, MESSAGE_HEADER_BYTES, end);
  if (hello === null) return true;
  enter(into, 'tls_version', VERSIONS.get(hello.version) ?? null);
  enter(into, 'alpn_chosen', hello.protocol);
  // TLS 1.3 encrypts what follows; a session that is taken up again has no certificate.
  if (hello.version > TLS_1_2) return true;
  if (shake.length < end + MESSAGE_HEADER_BYTES) return !goesOn;
  if (shake[end] !== CERTIFICATE) return true;
  // Message header, length of the list, length of the first certificate: ten bytes.
  if (shake.length < end + 10) return !goesOn;
  const last = end + 10 + u24(shake, end + 7);
  const names = certificateNames(shake, end + 10, last);
  enter(into, 'certificate', names.commonName);
  enter(into, 'certificate_dns', names.dnsName);
  return shake.length >= last || !goesOn;
}

/**
 * The handshake messages of the records at the start, one behind the other; `goesOn` where more of them
 * may follow the bytes that are here.
 */
function handshakeOf(
  bytes: Uint8Array,
  from: number,
  to: number,
): { shake: Uint8Array; goesOn: boolean } {
  let at = from;
  const first = at + RECORD_HEADER_BYTES;
  const firstEnd = first + u16(bytes, at + 3);
  const isOne = u8(bytes, at) === HANDSHAKE_RECORD && firstEnd >= to;
  // Mostly one record, which needs no copy.
  if (isOne) return { shake: bytes.subarray(Math.min(first, to), to), goesOn: true };
  const shake = new Uint8Array(Math.max(0, to - from));
  let length = 0;
  while (at + RECORD_HEADER_BYTES <= to && u8(bytes, at) === HANDSHAKE_RECORD) {
    const begin = at + RECORD_HEADER_BYTES;
    at = begin + u16(bytes, at + 3);
    const part = bytes.subarray(begin, Math.min(at, to));
    shake.set(part, length);
    length += part.length;
  }
  const goesOn = at >= to || u8(bytes, at) === HANDSHAKE_RECORD;
  return { shake: shake.subarray(0, length), goesOn };
}
