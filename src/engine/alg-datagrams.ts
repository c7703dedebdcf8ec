/**
 * This file puts together the fragmented datagrams of control sessions: SIP over UDP often does not fit one
 * packet. An ALG reads a datagram when its last fragment has come; of one that never is whole it is told
 * that there is a gap.
 *
 * Fragments that come before the first one belong to nobody yet: they are kept only while some control
 * session of datagrams is there. All bytes that are kept together are bounded.
 */

import { FLAG_ALG, HOT_WORDS, STATE } from '../session/layout.ts';
import type { AlgSessions } from './alg-sessions.ts';
import type { Waiting } from './datagram-owners.ts';
import type { FragmentListener } from './fragments.ts';
import type { EngineParts } from './parts.ts';

/** Bytes of fragments that wait for others: 4 MiB. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;
/** What a fragment costs besides its bytes: a flood of small ones is bounded as well. */
const PIECE_BYTES = 256;
const UDP_HEADER_BYTES = 8;

/** What has come of a datagram. */
interface Pieces {
  readonly pieces: { readonly at: number; readonly bytes: Uint8Array }[];
  length: number;
  /** What it is charged with. */
  cost: number;
  /** The capture, or the bound, left some of it out. */
  isCut: boolean;
}

export class AlgDatagrams implements FragmentListener {
  private readonly parts: EngineParts;
  private readonly algs: AlgSessions;
  private readonly waiting = new Map<Waiting, Pieces>();
  private kept = 0;

  constructor(parts: EngineParts) {
    this.parts = parts;
    this.algs = parts.algs;
  }

  wasHeld(datagram: Waiting): void {
    if (this.algs.readsDatagrams) this.keep(datagram);
  }

  firstCame(datagram: Waiting): void {
    if (this.isRead(datagram)) this.keep(datagram);
    else this.forgot(datagram);
  }

  laterCame(datagram: Waiting): void {
    if (this.waiting.has(datagram)) this.keep(datagram);
  }

  becameWhole(datagram: Waiting): void {
    const { owner } = datagram;
    if (owner !== null && this.isRead(datagram)) {
      // Of a datagram whose first fragment came last, that one is attached.
      if (this.parts.view.fragmentOffset === 0) this.keep(datagram);
      const side = owner.side === 0 ? 0 : 1;
      const whole = this.assemble(datagram);
      if (whole === null) this.algs.noteGap(owner.slot, side);
      else this.algs.readDatagram(owner.slot, side, whole);
    }
    this.drop(datagram);
  }

  forgot(datagram: Waiting): void {
    const { owner } = datagram;
    if (!this.waiting.has(datagram)) return;
    if (owner !== null && this.isRead(datagram)) {
      this.algs.noteGap(owner.slot, owner.side === 0 ? 0 : 1);
    }
    this.drop(datagram);
  }

  /** Whether the datagram is of a session that an ALG reads, and passed on. */
  private isRead({ owner }: Waiting): boolean {
    if (owner === null || owner.isRefused) return false;
    const state = this.parts.table.hot[owner.slot * HOT_WORDS + STATE]!;
    return (state & FLAG_ALG) !== 0 && this.algs.readsSession(owner.slot, owner.serial);
  }

  /** Keeps the attached fragment's bytes. */
  private keep(datagram: Waiting): void {
    const { view } = this.parts;
    let known = this.waiting.get(datagram);
    if (known === undefined) {
      known = { pieces: [], length: 0, cost: 0, isCut: false };
      this.waiting.set(datagram, known);
    }
    const { fragmentOffset: at, fragmentDataOffset: from } = view;
    const to = Math.min(view.ipEnd, view.frameEnd);
    const length = Math.max(0, to - from);
    const cost = length + PIECE_BYTES;
    if (to < view.ipEnd || this.kept + cost > WAITING_BYTES_MAX) {
      known.isCut = true;
      return;
    }
    this.kept += cost;
    known.cost += cost;
    known.length += length;
    known.pieces.push({ at, bytes: view.bytes.slice(from, to) });
  }

  /** The payload of a datagram that is whole; null where some of it was not kept. */
  private assemble(datagram: Waiting): Uint8Array | null {
    const known = this.waiting.get(datagram);
    if (known === undefined || known.isCut || known.length < datagram.total) return null;
    const bytes = new Uint8Array(datagram.total);
    // Of bytes that came twice the first ones count.
    for (const { at, bytes: piece } of known.pieces.toReversed()) {
      if (at + piece.length <= bytes.length) bytes.set(piece, at);
    }
    return bytes.subarray(UDP_HEADER_BYTES);
  }

  private drop(datagram: Waiting): void {
    const known = this.waiting.get(datagram);
    if (known === undefined) return;
    this.kept -= known.cost;
    this.waiting.delete(datagram);
  }
}
