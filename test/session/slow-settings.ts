/** This file says what the slow model is given: packets, settings, and which timer a stage has. */

import type { Segment } from './slow-tcp.ts';

/** The part of a packet that names its flow; `kind` tells apart what shares a protocol (ICMP). */
export interface FlowKey {
  readonly protocol: number;
  readonly kind: string;
  readonly source: string;
  readonly destination: string;
  readonly sport: number;
  readonly dport: number;
}

export interface ModelPacket {
  readonly time: bigint;
  readonly zone: string;
  readonly egressZone: string;
  readonly flow: FlowKey;
  /** The flow that answers it. */
  readonly reply: FlowKey;
  readonly segment: Segment | null;
  /** An ICMP reply. */
  readonly isReply: boolean;
}

/** Whether the policy denies what enters by one zone and leaves by another. */
export type Denies = (way: Pick<ModelPacket, 'zone' | 'egressZone'>) => boolean;

/** Another policy from some time on. */
export interface ModelCommit {
  /** Since the first packet. */
  readonly afterNs: bigint;
  readonly denies: Denies;
  readonly rematch: boolean;
}

export interface ModelSettings {
  readonly rejectsNonSyn: boolean;
  readonly checksWindows: boolean;
  readonly isReuseStrict: boolean;
  readonly refreshesDiscard: boolean;
  readonly denies: Denies;
  /** In the order of their times. */
  readonly commits: readonly ModelCommit[];
  /** Sessions that the table holds. */
  readonly capacity: number;
  /** Seconds. */
  readonly timers: Readonly<Record<TimerName, number>>;
}

export type TimerName =
  | 'init'
  | 'handshake'
  | 'open'
  | 'half-closed'
  | 'time-wait'
  | 'rst-wait'
  | 'udp'
  | 'icmp'
  | 'default'
  | 'discard-tcp'
  | 'discard-udp'
  | 'discard-default';

/** Where a session is in its life. */
export type Stage =
  | 'init'
  | 'handshake'
  | 'open'
  | 'half-closed'
  | 'time-wait'
  | 'rst-wait'
  | 'reset'
  | 'datagram'
  | 'discard';

const PROTOCOL_NAMES: Readonly<Record<number, 'tcp' | 'udp' | 'icmp'>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmp',
};

/** The timer that runs in a stage; after a RST in the handshake none is started anew. */
export function timerOf(stage: Stage, protocol: number): TimerName {
  const name = PROTOCOL_NAMES[protocol];
  if (stage === 'datagram') return name === 'udp' || name === 'icmp' ? name : 'default';
  if (stage === 'discard')
    return name === 'tcp' || name === 'udp' ? `discard-${name}` : 'discard-default';
  return stage === 'reset' ? 'init' : stage;
}
