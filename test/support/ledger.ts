/**
 * This file plays frames one at a time and writes down where each went: which session's packet it
 * is, which counter it is on, which received packet it is a copy of.
 *
 * Sessions are read from the log of packets, strays from what a frame adds to the counters. Which
 * packet a copy is given to is listened to where the memory of received packets is told of it.
 */

import { vi } from 'vitest';
import type { CaptureInterface } from '../../src/capture/frame-batch.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { EarlyCopies } from '../../src/engine/early-copies.ts';
import type { Firewall } from '../../src/engine/firewall.ts';
import { ReceivedPackets } from '../../src/engine/received-packets.ts';
import { COUNTERS } from '../../src/events/counters.ts';
import { type Played, type PlayFrame, playFrames } from './play.ts';
import { STRAY_COUNTERS } from './soundness.ts';

/** Where a frame went. */
export interface LedgerLine {
  /** Serials of the sessions whose packet it is. */
  readonly serials: number[];
  /** Counters of frames without session that it is on. */
  readonly strays: string[];
  readonly isCopy: boolean;
  /** How a copy was counted: one of these each. */
  readonly fates: ('matched' | 'own' | 'unmatched')[];
}

/** A copy and the received packet that it was given to, both by number. */
export interface Pair {
  readonly copy: number;
  readonly original: number;
}

export interface Ledger {
  readonly played: Played;
  /** By the frame's number, less one. */
  readonly lines: readonly LedgerLine[];
  readonly pairs: readonly Pair[];
}

/**
 * On these every frame without session is, but one: fragments that wait are counted when they have
 * waited long enough, by another frame's time.
 */
const HELD = 'replay_ipfrag_no_session';
const STRAYS = [...STRAY_COUNTERS, 'replay_icmp_error', 'replay_icmp_error_no_session'].filter(
  (name) => name !== HELD && name !== 'replay_egress_copy',
);

/** Everything is logged. */
const ALL = { packets: '', packetsPerSession: 1e6 };

/** Plays the frames with a firewall of the configuration. */
export function keepLedger(
  frames: readonly PlayFrame[],
  interfaces: readonly CaptureInterface[],
  config: FirewallConfig,
): Ledger {
  const lines: LedgerLine[] = [];
  const pairs = listenToPairs(() => lines.length + 1);
  let before = countsOf(null);
  const played = playFrames(frames, interfaces, {
    ...ALL,
    config,
    batchFrames: 1,
    drain: true,
    hasCopyStage: frames.some(({ stage }) => stage === 3),
    afterBatch: (firewall) => {
      const now = countsOf(firewall);
      lines.push(lineOf(now, before));
      before = now;
    },
  });
  vi.restoreAllMocks();
  for (const { verdict, packet, serial } of played.packets) {
    if (verdict !== 'egress-copy') lines[packet - 1]!.serials.push(serial);
  }
  return { played, lines, pairs };
}

interface Counts {
  readonly counters: ReadonlyMap<string, number>;
  readonly matched: number;
  readonly own: number;
}

function countsOf(firewall: Firewall | null): Counts {
  const value = (number: number) => firewall?.counters[number] ?? 0;
  return {
    counters: new Map(COUNTERS.map(({ name }, number) => [name, value(number)])),
    matched: firewall?.observations.egressMatched ?? 0,
    own: firewall?.observations.egressOwn ?? 0,
  };
}

function lineOf(now: Counts, before: Counts): LedgerLine {
  const more = (name: string) => now.counters.get(name)! - before.counters.get(name)!;
  const isCopy = more('replay_egress_copy') === 1;
  const fates: LedgerLine['fates'] = [];
  if (now.matched > before.matched) fates.push('matched');
  if (now.own > before.own) fates.push('own');
  if (more('replay_egress_unmatched') > 0) fates.push('unmatched');
  const strays = STRAYS.flatMap((name) => new Array<string>(more(name)).fill(name));
  return { serials: [], strays, isCopy, fates };
}

/** Collects who is given to whom, until mocks are restored. */
function listenToPairs(current: () => number): Pair[] {
  const pairs: Pair[] = [];
  const originals = new Map<number, number>();
  const copies = new Map<number, number>();
  let taken = -1;
  const { add, mark } = ReceivedPackets.prototype;
  const { add: addEarly, take } = EarlyCopies.prototype;
  vi.spyOn(ReceivedPackets.prototype, 'add').mockImplementation(function (
    this: ReceivedPackets,
    ...of
  ) {
    const entry = add.apply(this, of);
    originals.set(entry, current());
    return entry;
  });
  vi.spyOn(ReceivedPackets.prototype, 'mark').mockImplementation(function (
    this: ReceivedPackets,
    entry,
    kind,
  ) {
    mark.call(this, entry, kind);
    const original = originals.get(entry)!;
    pairs.push({ copy: original === current() ? taken : current(), original });
  });
  vi.spyOn(EarlyCopies.prototype, 'add').mockImplementation(function (this: EarlyCopies, ...of) {
    const entry = addEarly.apply(this, of);
    copies.set(entry, current());
    return entry;
  });
  vi.spyOn(EarlyCopies.prototype, 'take').mockImplementation(function (this: EarlyCopies, ...of) {
    const entry = take.apply(this, of);
    if (entry >= 0) taken = copies.get(entry)!;
    return entry;
  });
  return pairs;
}
