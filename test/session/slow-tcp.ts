/**
 * This file says, slowly and plainly, what a TCP segment means to its session (CONTRACT: How a packet
 * is judged, TCP). It belongs to the slow model and shares nothing with src/.
 */

/** A TCP segment without options. */
export interface Segment {
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly window: number;
  readonly length: number;
  readonly isSyn: boolean;
  readonly isAck: boolean;
  readonly isFin: boolean;
  readonly isRst: boolean;
  /** Whether any of FIN, SYN, RST, PSH, ACK, URG is set. */
  readonly hasFlags: boolean;
}

/** Dropped always, without any effect (panos.md §1.4 drop-zero-flag). */
export const isZeroFlag = ({ hasFlags }: Segment): boolean => !hasFlags;

/** What one side of a session has shown; null is nothing yet. */
export interface Side {
  /** Sequence number of its SYN. */
  isn: number | null;
  /** Whether the other side has acknowledged its SYN. */
  isOpen: boolean;
  /** Sequence number of its FIN. */
  fin: number | null;
  /** End of the highest segment that it has sent. */
  end: number | null;
  /** Highest acknowledgement that it has sent. */
  acknowledged: number | null;
  /** Highest right edge of its window. */
  edge: number | null;
  /** Its window scale. */
  scale: number;
}

export type Meaning =
  | 'syn-again'
  | 'syn-of-peer'
  | 'syn-other'
  | 'one-side-open'
  | 'both-sides-open'
  | 'packet'
  | 'first-fin'
  | 'second-fin'
  | 'rst'
  | 'unverified-rst'
  | 'out-of-window';

const UNSCALED_WINDOW = 65_535;
const UNKNOWN_SCALE = 14;

export const newSide = (): Side => ({
  isn: null,
  isOpen: false,
  fin: null,
  end: null,
  acknowledged: null,
  edge: null,
  scale: UNKNOWN_SCALE,
});

/** How far `a` is ahead of `b`, modulo 2^32. */
export function distance(a: number, b: number): number {
  const difference = (((a - b) % 2 ** 32) + 2 ** 32) % 2 ** 32;
  return difference < 2 ** 31 ? difference : difference - 2 ** 32;
}

const add = (a: number, b: number): number => (((a + b) % 2 ** 32) + 2 ** 32) % 2 ** 32;

/** The higher of two numbers, the second of which may be unknown. */
const higher = (a: number, b: number | null): number => (b === null || distance(a, b) > 0 ? a : b);

/** Notes a SYN. None here has options: windows are not scaled (RFC 7323 §2.2). */
export function noteSyn(own: Side, peer: Side, segment: Segment): void {
  own.isn = segment.sequence;
  own.end = null;
  own.scale = 0;
  peer.scale = 0;
}

/** Moves a side's highest numbers on. */
export function noteNumbers(own: Side, segment: Segment): void {
  const controls = (segment.isSyn ? 1 : 0) + (segment.isFin ? 1 : 0);
  own.end = higher(add(segment.sequence, segment.length + controls), own.end);
  if (!segment.isAck) return;
  own.acknowledged = higher(segment.acknowledgment, own.acknowledged);
  const window = segment.isSyn ? segment.window : segment.window * 2 ** own.scale;
  own.edge = higher(add(segment.acknowledgment, window), own.edge);
}

/** Notes a FIN; the first of the session, or the other side's after it. */
export function noteFin(own: Side, peer: Side, segment: Segment): Meaning {
  own.fin = add(segment.sequence, segment.length + (segment.isSyn ? 1 : 0));
  return peer.fin === null ? 'first-fin' : 'second-fin';
}

/** Whether the segment acknowledges the peer's SYN: its ISN + 1, or with the SYN's data. */
function answersSyn(peer: Side, { isAck, acknowledgment }: Segment): boolean {
  if (!isAck || peer.isn === null || peer.end === null) return false;
  return distance(acknowledgment, peer.isn) > 0 && distance(acknowledgment, peer.end) <= 0;
}

/** What the segment's acknowledgement does for the handshake. */
function acknowledgeSyn(own: Side, peer: Side, segment: Segment): Meaning | null {
  if (peer.isOpen) return null;
  // A peer whose SYN was not captured, but something else of it, has opened, too.
  const isAnswer =
    peer.isn === null ? peer.end !== null && segment.isAck : answersSyn(peer, segment);
  if (!isAnswer) return null;
  peer.isOpen = true;
  return own.isOpen ? 'both-sides-open' : 'one-side-open';
}

function isInWindow(own: Side, peer: Side, { sequence, length }: Segment): boolean {
  if (peer.acknowledged === null || peer.edge === null || own.end === null) return true;
  const window = Math.max(distance(peer.edge, peer.acknowledged), UNSCALED_WINDOW);
  // One byte beyond a closed window is a probe; old data is data sent again.
  return (
    distance(add(sequence, length), peer.edge) <= 1 &&
    distance(sequence, peer.acknowledged) >= -window
  );
}

function judgeRst(own: Side, peer: Side, segment: Segment): Meaning {
  const { sequence } = segment;
  if ([own.end, own.fin, peer.acknowledged].includes(sequence)) return 'rst';
  if (peer.acknowledged !== null && peer.edge !== null) {
    const place = distance(sequence, peer.acknowledged);
    const window = distance(peer.edge, peer.acknowledged);
    return place > 0 && place < window ? 'unverified-rst' : 'out-of-window';
  }
  if (answersSyn(peer, segment)) return 'rst';
  if (own.end === null) return 'out-of-window';
  const place = distance(sequence, own.end);
  return place >= 0 && place <= UNSCALED_WINDOW ? 'unverified-rst' : 'out-of-window';
}

function judgeSyn(
  own: Side,
  peer: Side,
  segment: Segment,
  { isOpening, isUnasked }: { isOpening: boolean; isUnasked: boolean },
): Meaning {
  const isBare = !segment.isAck;
  const isSame = own.isn === segment.sequence;
  if (isBare && isSame) return 'syn-again';
  const isAnswering = own.isn === null && peer.isn !== null && !own.isOpen;
  if (!isSame && !(isAnswering && (isOpening || !isBare))) {
    return isBare ? 'syn-other' : 'out-of-window';
  }
  // Sent again in a session that it began itself, there is nothing to judge it by.
  const isUnjudged = isSame && isUnasked && peer.isn === null;
  if (!isBare && !isUnjudged && !answersSyn(peer, segment)) return 'out-of-window';
  if (!isSame) {
    noteSyn(own, peer, segment);
    noteNumbers(own, segment);
  }
  if (isBare) return 'syn-of-peer';
  return acknowledgeSyn(own, peer, segment) ?? 'syn-again';
}

/**
 * What a segment from `own` means, one thing after the other.
 *
 * @param isOpening whether the handshake is still going on
 * @param isUnasked whether no bare SYN began the session
 * @param checksWindows false for `asymmetric-path: bypass`
 */
export function judgeSegment(
  own: Side,
  peer: Side,
  segment: Segment,
  options: { isOpening: boolean; isUnasked: boolean; checksWindows: boolean },
): Meaning[] {
  const { checksWindows } = options;
  if (segment.isRst) return [checksWindows ? judgeRst(own, peer, segment) : 'rst'];
  if (segment.isSyn) return [judgeSyn(own, peer, segment, options)];
  if (checksWindows && !isInWindow(own, peer, segment)) return ['out-of-window'];
  noteNumbers(own, segment);
  const opened = acknowledgeSyn(own, peer, segment);
  const fin = segment.isFin && own.fin === null ? noteFin(own, peer, segment) : null;
  const meanings = [opened, fin].filter((meaning) => meaning !== null);
  return meanings.length === 0 ? ['packet'] : meanings;
}
