/** This file holds one packet of a chosen session as reports read it; the object is reused. */

import type { Stage } from '../capture/frame-batch.ts';
import type { State } from '../events/event-kinds.ts';

/** What became of a packet (CONTRACT: packet). */
export const VERDICTS = ['forward', 'drop', 'egress-copy'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Which way a packet went through the firewall; a copy went through as its original. */
export const PATHS = ['fastpath', 'slowpath'] as const;
export type Path = (typeof PATHS)[number];

export interface PacketRow {
  /** Number in the replay; file and frame as everywhere. */
  packet: number;
  file: number;
  frame: number;
  /** Seconds since 1970. */
  second: number;
  nanosecond: number;
  /** The session's. */
  serial: number;
  /** From the server to the client. */
  isReply: boolean;
  /** The session's state before and after the packet. */
  stateBefore: State;
  stateAfter: State;
  isTcp: boolean;
  /** The flag byte of a TCP header (RFC 9293 §3.1). */
  tcpFlags: number;
  /** As in the TCP header, unsigned. */
  sequence: number;
  acknowledgment: number;
  /** Bytes of the frame on the wire and in the capture, of the IP packet, of its transport payload. */
  length: number;
  capturedLength: number;
  ipLength: number;
  payloadLength: number;
  verdict: Verdict;
  /** Name of the counter that a dropped packet is on; null where none is known. */
  counter: string | null;
  path: Path | null;
  /** Of the capture; null where nobody named it. */
  captureStage: Stage | null;
}

/** A row of nothing, to be filled. */
export function newPacketRow(): PacketRow {
  return {
    packet: 0,
    file: 0,
    frame: 0,
    second: 0,
    nanosecond: 0,
    serial: 0,
    isReply: false,
    stateBefore: 'FREE',
    stateAfter: 'FREE',
    isTcp: false,
    tcpFlags: 0,
    sequence: 0,
    acknowledgment: 0,
    length: 0,
    capturedLength: 0,
    ipLength: 0,
    payloadLength: 0,
    verdict: 'forward',
    counter: null,
    path: null,
    captureStage: null,
  };
}
