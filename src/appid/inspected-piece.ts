/**
 * This file is the piece that signatures are shown of a session under inspection. What was sent before
 * it few of them ask for: it is made a view of only then.
 */

import { PROTO_TCP } from '../net/protocol.ts';
import type { Piece } from './piece.ts';

/** What a side has sent so far; null for nothing. */
interface Seen {
  readonly seen: Uint8Array | null;
}

/** Whose payload it is. */
interface Session {
  readonly protocol: number;
  readonly sport: number;
  readonly dport: number;
  readonly sides: readonly [c2s: Seen, s2c: Seen];
}

export class InspectedPiece implements Piece {
  bytes: Uint8Array = new Uint8Array(0);
  from = 0;
  to = 0;
  length = 0;
  side = 0;
  protocol = 0;
  sport = 0;
  dport = 0;
  private sides: Session['sides'] | null = null;

  /** Shows a side's bytes, `from` to before `to`. */
  show(session: Session, side: number, bytes: Uint8Array, from: number, to: number): void {
    this.sides = session.sides;
    this.protocol = session.protocol;
    this.sport = session.sport;
    this.dport = session.dport;
    this.side = side;
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.length = to - from;
  }

  get before(): Uint8Array | null {
    if (this.protocol === PROTO_TCP) return null;
    return this.sides?.[this.side === 0 ? 0 : 1].seen ?? null;
  }

  get other(): Uint8Array | null {
    return this.sides?.[this.side === 0 ? 1 : 0].seen ?? null;
  }
}
