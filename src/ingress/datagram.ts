/**
 * This file holds one fragmented datagram: which of its bytes have come (RFC 791 §3.2, RFC 8200 §4.5).
 *
 * Whether a datagram is whole, doubled or overlapping follows from offsets, lengths and a digest. Of
 * its bytes only the first few are kept, and only of fragments so small that the transport header is
 * spread over several (RFC 1858 §3).
 */

/** The most that a datagram can hold: 65,535 bytes (RFC 791 §3.1, RFC 8200 §4.5). */
export const DATAGRAM_BYTES_MAX = 65_535;

/** Room for the longest TCP header (RFC 9293 §3.1). */
export const HEAD_BYTES = 64;

/** What a fragment is to its datagram. */
export type Placing =
  /** New bytes. */
  | 'placed'
  /** The same fragment again: place, length and content. */
  | 'duplicate'
  /** Some bytes had come already. */
  | 'overlap'
  /** It contradicts what had come: another end, or bytes behind the end. */
  | 'conflict';

export class Datagram {
  /** Arrival of its first packet, ns since the epoch. */
  firstNs: number;
  /** Fragments that came, those that only repeat or contradict others among them. */
  fragments = 0;
  /** Bytes of data in all, once its last fragment is known; else -1. */
  total = -1;
  /** Nothing of it may pass any more: it overlaps (RFC 5722) or contradicts itself. */
  isBroken = false;

  /** What has come, as disjoint ranges in order: start, end, start, end, … */
  private readonly ranges: number[] = [];
  /** Digest and end of the fragment that begins at an offset. */
  private readonly known = new Map<number, { end: number; digest: number }>();

  constructor(firstNs: number) {
    this.firstNs = firstNs;
  }

  /** Whether every byte has come. */
  get isWhole(): boolean {
    const { ranges, total } = this;
    return total >= 0 && ranges.length === 2 && ranges[0] === 0 && ranges[1] === total;
  }

  /** Bytes known from the datagram's start on, without a gap. */
  get knownFromStart(): number {
    return this.ranges[0] === 0 ? this.ranges[1]! : 0;
  }

  /** The first bytes of the datagram, as far as `noteHead` was given them; null without any. */
  head: Uint8Array | null = null;

  /** Keeps what `data`, which begins `start` bytes into the datagram, has of the head. */
  noteHead(start: number, data: Uint8Array): void {
    this.head ??= new Uint8Array(HEAD_BYTES);
    this.head.set(data.subarray(0, HEAD_BYTES - start), start);
  }

  /** Fragments whose place is remembered: the memory that it takes. */
  get places(): number {
    return this.known.size;
  }

  /** Whether exactly this fragment has come before. */
  has(start: number, end: number, digest: number): boolean {
    const same = this.known.get(start);
    return same !== undefined && same.end === end && same.digest === digest;
  }

  /**
   * Notes a fragment.
   *
   * @param start offset of its data in the datagram, bytes
   * @param end one past its last byte; at least `start`
   * @param isLast no fragment follows it
   * @param digest any number that equal content shares
   */
  place(start: number, end: number, isLast: boolean, digest: number): Placing {
    this.fragments++;
    if (this.has(start, end, digest)) return 'duplicate';
    const reached = this.ranges.at(-1) ?? 0;
    const isBeyond = this.total >= 0 && (end > this.total || (isLast && end !== this.total));
    if (isBeyond || (isLast && reached > end)) return 'conflict';
    if (isLast) this.total = end;
    if (!this.known.has(start)) this.known.set(start, { end, digest });
    return this.cover(start, end) ? 'overlap' : 'placed';
  }

  /** Joins a range with those that it touches; true where it lies over one. */
  private cover(start: number, end: number): boolean {
    const { ranges } = this;
    // Ranges before `first` end before the new one begins, those from `last` on begin behind it.
    let first = ranges.length;
    while (first > 0 && ranges[first - 1]! >= start) first -= 2;
    let last = first;
    let overlaps = false;
    let from = start;
    let to = end;
    while (last < ranges.length && ranges[last]! <= end) {
      if (ranges[last]! < end && ranges[last + 1]! > start) overlaps = true;
      from = Math.min(from, ranges[last]!);
      to = Math.max(to, ranges[last + 1]!);
      last += 2;
    }
    ranges.splice(first, last - first, from, to);
    return overlaps;
  }
}
