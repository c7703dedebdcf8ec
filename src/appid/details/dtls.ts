/**
 * This file reads what a DTLS handshake says in clear: the ClientHello's server name and protocols, the
 * ServerHello's version and protocol, and up to DTLS 1.2 whom the server's certificate is for.
 *
 * Messages come in fragments, each with its place in its message (RFC 6347 §4.2.3), in any order; one
 * record may hold several.
 */

import type { AppDetail } from '../../session/app-detail.ts';
import { certificateNames } from '../certificate.ts';
import { HANDSHAKE, HANDSHAKE_BYTES, RECORD_BYTES } from '../checks/dtls.ts';
import { CLIENT_HELLO, readClientHello, readServerHello, SERVER_HELLO } from '../hello.ts';
import { HELLO_BYTES_MAX, HelloPieces } from '../hello-pieces.ts';
import { u16, u24 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import type { Piece } from '../piece.ts';
import { CLIENT, type DetailSource, enter, enterHello, SERVER } from './detail-source.ts';

const CERTIFICATE = 11;
/** Bytes of the server's messages that are kept: its hello, and its first certificate. */
const SERVER_HELLO_BYTES_MAX = 2048;
const CERTIFICATE_BYTES_MAX = 8192;
/** Fragments that are looked at for one message, repeated ones among them: it has as many of 16 bytes. */
const FRAGMENTS_MAX = 512;
/** Of the list, and of the first certificate (RFC 5246 §7.4.2). */
const LENGTHS_BYTES = 6;

const DTLS_1_2 = 0xfefd;
/** Later versions have lower numbers (RFC 9147 §5.3). */
const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0xfeff, 'DTLS 1.0'],
  [DTLS_1_2, 'DTLS 1.2'],
  [0xfefc, 'DTLS 1.3'],
]);

/** One handshake message, put together. */
class Message {
  private pieces: HelloPieces;
  private readonly bytesMax: number;
  private sequence = -1;
  private size = 0;
  private fragments = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
    this.pieces = new HelloPieces(bytesMax);
  }

  /**
   * Takes the fragment whose header lies at `at`; what of it is here ends before `end`. False where there
   * were too many by now.
   */
  take(bytes: Uint8Array, at: number, end: number): boolean {
    if (++this.fragments > FRAGMENTS_MAX) return false;
    const sequence = u16(bytes, at + 4);
    // One with another number is not the same message again.
    if (sequence !== this.sequence) this.pieces = new HelloPieces(this.bytesMax);
    this.sequence = sequence;
    this.size = u24(bytes, at + 1);
    const offset = u24(bytes, at + 6);
    const begin = at + HANDSHAKE_BYTES;
    const fragmentEnd = Math.min(begin + u24(bytes, at + 9), begin + this.bytesMax - offset, end);
    if (fragmentEnd > begin) this.pieces.put(offset, bytes.subarray(begin, fragmentEnd));
    return true;
  }

  /** Its bytes from the start without a gap. */
  get body(): Uint8Array {
    return this.pieces.bytes.subarray(0, this.pieces.length);
  }

  get isWhole(): boolean {
    return this.size > 0 && this.pieces.length >= this.size;
  }
}

/** Of `dtls`. */
export const DTLS_DETAIL: DetailSource = {
  sides: CLIENT | SERVER,
  // Each byte has one that says that it is there.
  bytes: 2 * (HELLO_BYTES_MAX + SERVER_HELLO_BYTES_MAX + CERTIFICATE_BYTES_MAX),
  newReader: () => {
    const handshake = new Handshake();
    return (piece, into) => handshake.read(piece, into);
  },
};

class Handshake {
  private readonly clientHello = new Message(HELLO_BYTES_MAX);
  private readonly serverHello = new Message(SERVER_HELLO_BYTES_MAX);
  private readonly certificate = new Message(CERTIFICATE_BYTES_MAX);
  /** Its first certificate is encrypted, or absent: so far it may come. */
  private mayCertify = true;

  /** Records of a datagram; true once its side has no more to say in clear. */
  read({ bytes, from, to, side }: Piece, into: AppDetail): boolean {
    let at = from;
    while (at + RECORD_BYTES <= to) {
      const end = at + RECORD_BYTES + u16(bytes, at + 11);
      // Another content, or one that is encrypted: the hellos are over.
      if (u8(bytes, at) !== HANDSHAKE || u16(bytes, at + 3) !== 0) return true;
      if (this.readRecord(bytes, at + RECORD_BYTES, Math.min(end, to), side, into)) return true;
      at = end;
    }
    return false;
  }

  private readRecord(
    bytes: Uint8Array,
    from: number,
    end: number,
    side: number,
    into: AppDetail,
  ): boolean {
    let at = from;
    while (at + HANDSHAKE_BYTES <= end) {
      const isDone =
        side === 0 ? this.takeClient(bytes, at, end, into) : this.takeServer(bytes, at, end, into);
      if (isDone) return true;
      at += HANDSHAKE_BYTES + u24(bytes, at + 9);
    }
    return false;
  }

  private takeClient(bytes: Uint8Array, at: number, end: number, into: AppDetail): boolean {
    if (u8(bytes, at) !== CLIENT_HELLO) return true;
    const hello = this.clientHello;
    if (!hello.take(bytes, at, end) || !hello.isWhole) return false;
    enterHello(readClientHello(hello.body, 0, hello.body.length, true), into);
    return true;
  }

  private takeServer(bytes: Uint8Array, at: number, end: number, into: AppDetail): boolean {
    const type = u8(bytes, at);
    if (type === SERVER_HELLO) {
      const hello = this.serverHello;
      if (hello.take(bytes, at, end) && hello.isWhole) this.readServerHello(into);
      return !this.mayCertify;
    }
    if (type !== CERTIFICATE) return false;
    if (!this.certificate.take(bytes, at, end)) return false;
    const { body } = this.certificate;
    if (body.length < LENGTHS_BYTES) return false;
    const certificateEnd = LENGTHS_BYTES + u24(body, 3);
    const names = certificateNames(body, LENGTHS_BYTES, certificateEnd);
    enter(into, 'certificate', names.commonName);
    enter(into, 'certificate_dns', names.dnsName);
    // The hello may come later, out of order.
    return body.length >= certificateEnd && this.serverHello.isWhole;
  }

  private readServerHello(into: AppDetail): void {
    const { body } = this.serverHello;
    const hello = readServerHello(body, 0, body.length);
    if (hello === null) return;
    enter(into, 'tls_version', VERSIONS.get(hello.version) ?? null);
    enter(into, 'alpn_chosen', hello.protocol);
    const { body: certificate } = this.certificate;
    const isRead =
      certificate.length >= LENGTHS_BYTES &&
      certificate.length >= LENGTHS_BYTES + u24(certificate, 3);
    this.mayCertify = hello.version >= DTLS_1_2 && !isRead;
  }
}
