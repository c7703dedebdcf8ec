/** This file defines payload as inspection takes it, and who goes on with it. */

import type { TcpStream } from '../stream/tcp-stream.ts';

/** A packet with payload; the captured part lies from `from` to before `to`. */
export interface Payload {
  bytes: Uint8Array;
  from: number;
  to: number;
  /** Bytes on the wire. */
  length: number;
  /** TCP: of the first byte. */
  sequence: number;
}

/** Who goes on reading a side's payload. */
export interface PayloadTaker {
  /** TCP: the stream that takes it; `start` is the number of the side's first byte. */
  begin(start: number): TcpStream;
  /** Takes the datagram before. */
  read(bytes: Uint8Array, from: number, to: number): void;
}
