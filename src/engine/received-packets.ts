/**
 * This file remembers received packets for a second, with the session that took each, so that every
 * egress copy is brought to the one packet that it is a copy of.
 *
 * Packets are found by what no translation changes (invariant-digest); which of several it is, whoever
 * asks ranks. A packet has one copy of each kind.
 */

import { DIRECTION_OUTBOUND } from '../capture/frame-batch.ts';
import type { FarSides } from '../slowpath/far-sides.ts';
import type { PacketView } from '../wire/packet-view.ts';
import type { InvariantDigest } from './invariant-digest.ts';
import type { EngineParts } from './parts.ts';
import { RECENT_PACKETS_MAX, RecentPackets } from './recent-packets.ts';

/** Kinds of copies, bits: a frame of the firewall stage; a frame that left the firewall. */
export const COPY_INSIDE = 1;
export const COPY_SENT = 2;
/** Bit beside them: the packet itself was marked outbound, so that it has no partner. */
const WAS_OUTBOUND = 4;

/** Words of a record: digest of all bytes that a partner has as well. */
const EXACT = 0;
const SOURCE = 1;
const DESTINATION = 2;
const PORTS = 3;
/** Marks << 24 | interface << 8 | TTL. */
const ORIGIN = 4;
const MARKS_SHIFT = 24;
/** The flow that took it, or -1, and its session's serial. */
const FLOW = 5;
const FLOW_SERIAL = 6;
const RECORD_WORDS = 8;

export class ReceivedPackets {
  private readonly ring = new RecentPackets();
  /** By entry of the ring, RECORD_WORDS each: one line of the cache for all that is known of one. */
  private readonly records = new Int32Array(RECENT_PACKETS_MAX * RECORD_WORDS);
  private readonly view: PacketView;
  private readonly clock: Float64Array;
  private readonly print: InvariantDigest;

  /** @param print digest of the attached packet, whenever a method is called */
  constructor({ view, position }: EngineParts, print: InvariantDigest) {
    this.view = view;
    this.clock = position.clock;
    this.print = print;
  }

  /** Packets that fell out of memory before their second was over. */
  get forgotten(): number {
    return this.ring.forgotten;
  }

  /** Packets ever remembered. */
  get written(): number {
    return this.ring.written;
  }

  /**
   * Remembers the attached packet; returns its entry.
   *
   * @param exact digest of all bytes that stay where nothing is translated; 0 where none is asked for
   */
  add(exact: number, interfaceIndex: number): number {
    const { view, print } = this;
    const entry = this.ring.add(print.low, print.high, this.clock[0]!);
    const { records } = this;
    const at = entry * RECORD_WORDS;
    records[at + EXACT] = exact;
    records[at + SOURCE] = view.source;
    records[at + DESTINATION] = view.destination;
    records[at + PORTS] = portsOf(view);
    const marks = view.direction === DIRECTION_OUTBOUND ? WAS_OUTBOUND : 0;
    records[at + ORIGIN] = (marks << MARKS_SHIFT) | (interfaceIndex << 8) | view.ipTtl;
    records[at + FLOW] = -1;
    return entry;
  }

  /** Notes which flow took a packet, and its session's serial. */
  noteFlow(entry: number, flow: number, serial: number): void {
    this.records[entry * RECORD_WORDS + FLOW] = flow;
    this.records[entry * RECORD_WORDS + FLOW_SERIAL] = serial;
  }

  /** Notes the same of the packet that was remembered as the `number`-th, if it still is. */
  noteFlowOf(number: number, flow: number, serial: number): void {
    const { ring } = this;
    if (ring.written - number >= RECENT_PACKETS_MAX) return;
    this.noteFlow((number - 1) % RECENT_PACKETS_MAX, flow, serial);
  }

  /** The flow that took the packet, or -1; `serialOf` says whose it was. */
  flowOf(entry: number): number {
    return this.records[entry * RECORD_WORDS + FLOW]!;
  }

  serialOf(entry: number): number {
    return this.records[entry * RECORD_WORDS + FLOW_SERIAL]! >>> 0;
  }

  /** Whether the packet has a copy of the kind. */
  has(entry: number, kind: number): boolean {
    return ((this.records[entry * RECORD_WORDS + ORIGIN]! >>> MARKS_SHIFT) & kind) !== 0;
  }

  /** Gives the packet a copy of the kind. */
  mark(entry: number, kind: number): void {
    this.records[entry * RECORD_WORDS + ORIGIN]! |= kind << MARKS_SHIFT;
  }

  /** Whether the attached frame has the packet's own addresses and ports. */
  hasEnds(entry: number): boolean {
    const { records, view } = this;
    const at = entry * RECORD_WORDS;
    return (
      records[at + SOURCE] === view.source &&
      records[at + DESTINATION] === view.destination &&
      records[at + PORTS] === portsOf(view)
    );
  }

  /**
   * The packet that the attached frame is a copy of and that has none of the kind yet, or -1: of
   * several the one that ranks highest, of these the oldest.
   *
   * @param rankOf the rank of a packet; a negative one is not in question
   */
  find(kind: number, rankOf: (entry: number) => number): number {
    const { ring, print } = this;
    const timeNs = this.clock[0]!;
    let found = -1;
    let highest = 0;
    let entry = ring.find(print.low, print.high, timeNs);
    for (; entry >= 0; entry = ring.findOlder(timeNs)) {
      if (this.has(entry, kind)) continue;
      const rank = rankOf(entry);
      if (rank < highest) continue;
      found = entry;
      highest = rank;
    }
    return found;
  }

  /**
   * The partner of the attached frame: the same packet, received on another interface or with a higher
   * TTL (CONTRACT: Copies). The oldest without a copy; else one that has one already, or -1.
   *
   * @param interfaceIndex a negative one leaves the TTL alone to tell
   */
  findPartner(exact: number, interfaceIndex: number): number {
    const { ring, records, print } = this;
    const timeNs = this.clock[0]!;
    let found = -1;
    let entry = ring.find(print.low, print.high, timeNs);
    for (; entry >= 0; entry = ring.findOlder(timeNs)) {
      if (records[entry * RECORD_WORDS + EXACT] !== exact || this.has(entry, WAS_OUTBOUND))
        continue;
      if (!this.isElsewhere(entry, interfaceIndex)) continue;
      if (found < 0 || !this.has(entry, COPY_SENT)) found = entry;
    }
    return found;
  }

  /** Whether NAT rules may be why the packet left with the attached frame's addresses. */
  mayBeTranslated(entry: number, far: FarSides): boolean {
    const at = entry * RECORD_WORDS;
    return far.mayTranslate(this.records[at + SOURCE]!, this.records[at + DESTINATION]!, this.view);
  }

  /** Moves remembered times by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    this.ring.rebase(deltaNs);
  }

  /** Whether a packet that was not marked outbound came by another interface or with a higher TTL. */
  mayHaveMoved(entry: number, interfaceIndex: number): boolean {
    return !this.has(entry, WAS_OUTBOUND) && this.isElsewhere(entry, interfaceIndex);
  }

  private isElsewhere(entry: number, interfaceIndex: number): boolean {
    const origin = this.records[entry * RECORD_WORDS + ORIGIN]!;
    const hasMoved = interfaceIndex >= 0 && ((origin >>> 8) & 0xffff) !== interfaceIndex;
    return hasMoved || (origin & 255) > this.view.ipTtl;
  }
}

/** Of a fragment behind the first none. */
function portsOf(view: PacketView): number {
  if (view.isFragment && view.fragmentOffset > 0) return 0;
  return (view.sport << 16) | view.dport;
}
