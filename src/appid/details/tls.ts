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
import { u24 } from '../numbers.ts';
import type { Piece } from '../piece.ts';
import { CERTIFICATE, handshakeOf, MESSAGE_HEADER_BYTES } from '../tls-records.ts';
import { CLIENT, enter, enterHello, plainSource, SERVER } from './detail-source.ts';

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
