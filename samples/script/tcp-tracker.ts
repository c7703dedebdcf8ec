/**
 * This file fills in the sequence and acknowledgement numbers of a script's TCP segments.
 *
 * A connection is a pair of endpoints, whatever interface or VLAN a line names. Each side has an
 * initial sequence number (ISN) and `next`, the first number that it has not sent without a gap:
 * a segment that starts beyond `next` waits until the gap is filled. An RST moves nothing.
 *
 * - A side that was never seen begins at its ISN with a SYN, else at ISN + 1.
 * - A SYN without `isn=` has its side's ISN again. `isn=` begins the side anew, and when that SYN
 *   has no ACK, the other side's next SYN takes a new ISN as well.
 * - `ack` is the other side's `next`; without the A flag it is 0.
 * - An RST with ACK that answers a SYN, from a side that sent nothing, has sequence number 0.
 */

import type { SequenceValue, TcpPart } from './script.ts';
import { TCP_FLAGS } from './values.ts';

const FIN = TCP_FLAGS.F;
const SYN = TCP_FLAGS.S;
const RST = TCP_FLAGS.R;
const ACK = TCP_FLAGS.A;

/** What the tracker decides for one segment. */
export interface SegmentNumbers {
  readonly seq: number;
  readonly ack: number;
}

interface Side {
  readonly name: string;
  isn: number;
  next: number;
  /** Sent, but beyond `next`: start and end of each. */
  readonly beyond: { start: number; end: number }[];
  hasSent: boolean;
  /** What it sent last was a SYN without ACK. */
  isAsking: boolean;
  /** How often this side began anew; part of its ISN. */
  generation: number;
  /** The other side began anew since this side's last SYN. */
  isStale: boolean;
}

/** The connections of one script. Feed it every segment in the script's order. */
export class TcpTracker {
  private readonly sides = new Map<string, Side>();

  /** Numbers for the next segment from one endpoint to another, each given as unique text. */
  place(segment: TcpPart, from: string, to: string): SegmentNumbers {
    const sender = this.side(from, to);
    const receiver = this.side(to, from);
    const isSyn = (segment.flags & SYN) !== 0;
    const isRst = (segment.flags & RST) !== 0;
    const hasAck = (segment.flags & ACK) !== 0;
    const answersSyn = isRst && hasAck && !sender.hasSent && receiver.isAsking;
    if (isSyn) beginSide(sender, receiver, { isn: segment.isn, hasAck });
    let filledIn = isSyn ? sender.isn : sender.next;
    if (answersSyn) filledIn = 0;
    const seq = resolve(segment.seq, sender.isn, filledIn);
    const ack = resolve(segment.ack, receiver.isn, hasAck ? receiver.next : 0);
    const controls = (isSyn ? 1 : 0) + ((segment.flags & FIN) === 0 ? 0 : 1);
    if (!isRst) advance(sender, seq, segment.payload.length + controls);
    if (!answersSyn) sender.hasSent = true;
    sender.isAsking = isSyn && !hasAck;
    return { seq, ack };
  }

  private side(own: string, other: string): Side {
    const name = `${own} > ${other}`;
    let side = this.sides.get(name);
    if (side === undefined) {
      const isn = deriveIsn(name, 0);
      const next = (isn + 1) >>> 0;
      const fresh = { hasSent: false, isAsking: false, generation: 0, isStale: false };
      side = { name, isn, next, beyond: [], ...fresh };
      this.sides.set(name, side);
    }
    return side;
  }
}

function beginSide(
  sender: Side,
  receiver: Side,
  syn: { isn: number | null; hasAck: boolean },
): void {
  const begins = syn.isn !== null ? syn.isn !== sender.isn || !sender.hasSent : sender.isStale;
  if (begins || !sender.hasSent) {
    if (begins) sender.generation++;
    if (syn.isn !== null) sender.isn = syn.isn;
    else if (begins) sender.isn = deriveIsn(sender.name, sender.generation);
    sender.next = sender.isn;
    sender.beyond.length = 0;
  }
  sender.isStale = false;
  if (begins && !syn.hasAck && receiver.hasSent) receiver.isStale = true;
}

function resolve(value: SequenceValue | null, isn: number, filledIn: number): number {
  if (value === null) return filledIn;
  switch (value.kind) {
    case 'absolute':
      return value.value;
    case 'from-isn':
      return (isn + value.value) >>> 0;
    case 'from-next':
      return (filledIn + value.value) >>> 0;
  }
}

function advance(side: Side, seq: number, length: number): void {
  if (length === 0) return;
  side.beyond.push({ start: seq, end: (seq + length) >>> 0 });
  for (let moved = true; moved; ) {
    moved = false;
    for (const range of side.beyond) {
      if (isAfter(range.start, side.next) || !isAfter(range.end, side.next)) continue;
      side.next = range.end;
      moved = true;
    }
  }
}

/** Serial-number comparison (RFC 1982): a lies after b, less than half the circle away. */
function isAfter(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}

/** FNV-1a over the direction's name: the same script always has the same numbers. */
function deriveIsn(name: string, generation: number): number {
  let hash = 0x811c_9dc5;
  for (const char of `${name} ${generation}`) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x0100_0193);
  }
  return hash >>> 0;
}
