/**
 * This file holds the snapshot of one session that reports read: plain values, no typed arrays.
 *
 * The object that a listener gets is reused for the next session: copy what must last.
 */

import type { State } from '../events/event-kinds.ts';
import type { EndReason } from './end-reason.ts';

/** One direction's counts. */
export interface DirectionRow {
  packets: number;
  /** Sum of the IP headers' lengths. */
  ipBytes: number;
  /** As PAN-OS shows them: IP plus 14 a packet and 4 a VLAN tag (panos.md §5.2). */
  bytes: number;
  /** Packets with transport payload. */
  layer7Packets: number;
  dropped: number;
}

/** One change of state. */
export interface TransitionRow {
  /** Seconds since 1970. */
  second: number;
  nanosecond: number;
  /** Frame number; 0 when a timer moved the session. */
  packet: number;
  /** Index of the packet's input file, and its frame number there. */
  file: number;
  frame: number;
  from: State;
  to: State;
  cause: string;
}

export interface SessionRow {
  serial: number;
  sessionId: number;
  state: State;
  family: 4 | 6;
  protocol: number;
  /** ICMP_ kind of the request (wire/icmp), 0 for other protocols and messages. */
  icmpKind: number;
  application: string | null;
  rule: string | null;
  source: string;
  destination: string;
  sport: number;
  dport: number;
  sourceZone: string;
  /** null until the first reply says which zone it is. */
  destinationZone: string | null;
  c2s: DirectionRow;
  s2c: DirectionRow;
  ingressInterface: string | null;
  egressInterface: string | null;
  startSecond: number;
  startNanosecond: number;
  startPacket: number;
  startFile: number;
  startFrame: number;
  lastSecond: number;
  lastNanosecond: number;
  /** Last packet minus start. */
  elapsedNs: number;
  /** null for a live session, like `endReason`. */
  end: { second: number; nanosecond: number; lifetimeNs: number } | null;
  endReason: EndReason | null;
  /** Seconds. */
  timeout: number;
  /** Whole seconds left when the replay ended; 0 for a session that ended. */
  timeToLive: number;
  transitions: TransitionRow[];
  egressCopies: number;
}

const newDirection = (): DirectionRow => ({
  packets: 0,
  ipBytes: 0,
  bytes: 0,
  layer7Packets: 0,
  dropped: 0,
});

/** A row of nothing, to be filled. */
export function newSessionRow(): SessionRow {
  return {
    serial: 0,
    sessionId: 0,
    state: 'FREE',
    family: 4,
    protocol: 0,
    icmpKind: 0,
    application: null,
    rule: null,
    source: '',
    destination: '',
    sport: 0,
    dport: 0,
    sourceZone: '',
    destinationZone: null,
    c2s: newDirection(),
    s2c: newDirection(),
    ingressInterface: null,
    egressInterface: null,
    startSecond: 0,
    startNanosecond: 0,
    startPacket: 0,
    startFile: 0,
    startFrame: 0,
    lastSecond: 0,
    lastNanosecond: 0,
    elapsedNs: 0,
    end: null,
    endReason: null,
    timeout: 0,
    timeToLive: 0,
    transitions: [],
    egressCopies: 0,
  };
}
