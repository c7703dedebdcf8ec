/**
 * This file defines what a signature looks at: the bytes that one side of a session has sent so far
 * (TCP: the stream from its start, in order), or one datagram (UDP).
 */

/** Payload of one side; the object is reused, its bytes are valid during the call only. */
export interface Piece {
  bytes: Uint8Array;
  /** The payload lies from `from` to before `to`. */
  from: number;
  to: number;
  /** Bytes on the wire of a datagram, more than are here where the capture cut it; TCP: as many. */
  length: number;
  /** 0 c2s, 1 s2c. */
  side: number;
  /** IP protocol number. */
  protocol: number;
  /** Ports of the c2s flow. */
  sport: number;
  dport: number;
  /** UDP: the datagram that this side sent before; null for none, or for TCP. */
  before: Uint8Array | null;
  /** The first bytes that the other side has sent so far; null where none are known. */
  other: Uint8Array | null;
}

/** What a signature says: certainly not; not to be told yet, more bytes are needed; it is. */
export const NO = 0;
export const MORE = 1;
export const YES = 2;
export type Verdict = typeof NO | typeof MORE | typeof YES;

/** A new one, of nothing. */
export function newPiece(): Piece {
  return {
    bytes: new Uint8Array(0),
    from: 0,
    to: 0,
    length: 0,
    side: 0,
    protocol: 0,
    sport: 0,
    dport: 0,
    before: null,
    other: null,
  };
}
