/**
 * This file reads the ClientHello out of a QUIC client's first datagrams: Initial packets opened, the
 * pieces of their CRYPTO frames put in order (RFC 9001 §4.1.3, RFC 9000 §19.6).
 */

import { type LongHeader, readLongHeader, readVarint } from './checks/quic.ts';
import { CLIENT_HELLO, type ClientHello, readClientHello } from './hello.ts';
import { HELLO_BYTES_MAX, HelloPieces } from './hello-pieces.ts';
import { u24 } from './numbers.ts';
import { u8 } from './octets.ts';
import { clientInitialKeys, type InitialKeys, openInitial } from './quic-keys.ts';

/** Initial packets that are opened for one connection. */
const PACKETS_MAX = 16;
const HANDSHAKE_BYTES = 4;

const PADDING = 0;
const PING = 1;
const ACK = 2;
const ACK_ECN = 3;
const CRYPTO = 6;

/** Takes the datagrams of one client. */
export class QuicHello {
  /** What the client said; null while it is not known. */
  hello: ClientHello | null = null;
  /** True once no further datagram will help. */
  isDone = false;

  private keys: InitialKeys | null = null;
  private packets = 0;
  private readonly crypto = new HelloPieces();

  /** Takes one datagram: all Initial packets in it are opened. */
  take(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to && !this.isDone) {
      const header = readLongHeader(bytes, at, to, to);
      if (header === null) return;
      if (header.type === 'initial') this.openPacket(bytes, at, header);
      at = header.end;
    }
  }

  private openPacket(bytes: Uint8Array, from: number, header: LongHeader): void {
    if (++this.packets > PACKETS_MAX) {
      this.isDone = true;
      return;
    }
    const frames = this.open(bytes, from, header);
    if (frames === null) return;
    this.takeFrames(frames);
    this.readHello();
  }

  /** Opens with the first packet's keys, or, after a Retry, with those of the new name (RFC 9001 §5.2). */
  private open(bytes: Uint8Array, from: number, header: LongHeader): Uint8Array | null {
    const { version, numberAt, end } = header;
    if (this.keys !== null) {
      const frames = openInitial(this.keys, bytes, from, numberAt, end);
      if (frames !== null) return frames;
    }
    const name = bytes.subarray(header.destinationFrom, header.destinationTo);
    const keys = clientInitialKeys(version, name);
    if (keys === null) {
      this.isDone = true;
      return null;
    }
    const frames = openInitial(keys, bytes, from, numberAt, end);
    if (frames !== null) this.keys = keys;
    return frames;
  }

  /** Frames that an Initial packet of a client may hold (RFC 9000 §12.4); at another it ends. */
  private takeFrames(frames: Uint8Array): void {
    const end = frames.length;
    let at = 0;
    while (at < end) {
      const type = u8(frames, at++);
      if (type === PADDING || type === PING) continue;
      if (type === ACK || type === ACK_ECN) at = endOfAck(frames, at, type === ACK_ECN);
      else if (type === CRYPTO) at = this.takeCrypto(frames, at);
      else return;
      if (at < 0) return;
    }
  }

  private takeCrypto(frames: Uint8Array, at: number): number {
    const offset = readVarint(frames, at, frames.length);
    const length = offset === null ? null : readVarint(frames, offset.end, frames.length);
    if (offset === null || length === null) return -1;
    const begin = length.end;
    const end = begin + length.value;
    if (end > frames.length) return -1;
    this.crypto.put(offset.value, frames.subarray(begin, end));
    return end;
  }

  private readHello(): void {
    const { bytes, length } = this.crypto;
    if (length < HANDSHAKE_BYTES) return;
    const end = HANDSHAKE_BYTES + u24(bytes, 1);
    const isHello = u8(bytes, 0) === CLIENT_HELLO && end <= HELLO_BYTES_MAX;
    if (isHello && end > length) return;
    this.isDone = true;
    if (isHello) this.hello = readClientHello(bytes, HANDSHAKE_BYTES, end, false);
  }
}

/** Where an ACK frame ends (RFC 9000 §19.3), or -1. */
function endOfAck(frames: Uint8Array, at: number, hasEcn: boolean): number {
  let end = at;
  const next = (): number => {
    const number = readVarint(frames, end, frames.length);
    end = number === null ? frames.length + 1 : number.end;
    return number === null ? -1 : number.value;
  };
  next();
  next();
  const ranges = next();
  next();
  if (ranges < 0 || ranges > frames.length) return -1;
  for (let left = 2 * ranges + (hasEcn ? 3 : 0); left > 0 && end <= frames.length; left--) next();
  return end > frames.length ? -1 : end;
}
