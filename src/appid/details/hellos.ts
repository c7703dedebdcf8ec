/** This file reads the client's hello of QUIC and DTLS, whose pieces come in datagrams. */

import type { AppDetail } from '../../session/app-detail.ts';
import { HANDSHAKE, HANDSHAKE_BYTES, RECORD_BYTES } from '../checks/dtls.ts';
import { CLIENT_HELLO, type ClientHello, readClientHello } from '../hello.ts';
import { HELLO_BYTES_MAX, HelloPieces } from '../hello-pieces.ts';
import { u16, u24 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import type { Piece } from '../piece.ts';
import { QuicHello } from '../quic-hello.ts';
import { CLIENT, type DetailSource, enter } from './detail-source.ts';

/** The pieces, and a byte for each that says that it is there. */
const BYTES = 2 * HELLO_BYTES_MAX;

/** Of `quic`. The server's part is encrypted from its hello on, the certificate too. */
export const QUIC_DETAIL: DetailSource = {
  sides: CLIENT,
  bytes: BYTES,
  newReader: () => {
    const quic = new QuicHello();
    return ({ bytes, from, to }, into) => {
      quic.take(bytes, from, to);
      enterHello(quic.hello, into);
      return quic.isDone;
    };
  },
};

/** Of `dtls`. */
export const DTLS_DETAIL: DetailSource = {
  sides: CLIENT,
  bytes: BYTES,
  newReader: () => {
    const pieces = new HelloPieces();
    return (piece, into) => readRecords(piece, pieces, into);
  },
};

/** Records of a datagram; true once the hello is whole, or the client sends something else. */
function readRecords({ bytes, from, to }: Piece, pieces: HelloPieces, into: AppDetail): boolean {
  let at = from;
  while (at + RECORD_BYTES + HANDSHAKE_BYTES <= to) {
    const message = at + RECORD_BYTES;
    const end = message + u16(bytes, at + 11);
    if (u8(bytes, at) !== HANDSHAKE || u8(bytes, message) !== CLIENT_HELLO) return true;
    const size = u24(bytes, message + 1);
    const begin = message + HANDSHAKE_BYTES;
    const fragment = bytes.subarray(begin, Math.min(begin + u24(bytes, message + 9), end, to));
    pieces.put(u24(bytes, message + 6), fragment);
    if (size > 0 && pieces.length >= size) {
      enterHello(readClientHello(pieces.bytes, 0, size, true), into);
      return true;
    }
    at = end;
  }
  return false;
}

function enterHello(hello: ClientHello | null, into: AppDetail): void {
  if (hello === null) return;
  enter(into, 'sni', hello.serverName);
  if (hello.protocols.length > 0) into.alpn = hello.protocols;
}
