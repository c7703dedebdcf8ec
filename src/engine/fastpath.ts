/**
 * This file is the fastpath: a packet that has its session. It is counted, classified, and moves the
 * session on. Nothing here allocates; slots come from the table.
 */

import {
  COUNT_DISCARD_DROP,
  COUNT_OUT_OF_WINDOW,
  COUNT_SYN_DIFF,
  COUNT_ZERO_FLAG,
} from '../events/counters.ts';
import { EVENT_DISCARD_REFRESH, EVENT_DROP } from '../events/event-kinds.ts';
import { PROTO_SCTP, PROTO_TCP } from '../net/protocol.ts';
import {
  IN_DISCARD_HIT,
  IN_OUT_OF_WINDOW,
  IN_PACKET,
  IN_RST_OUT_OF_WINDOW,
  IN_SCTP_NEW_INIT,
  IN_SYN_NEW_ISN,
} from '../session/inputs.ts';
import {
  DROPPED,
  EXTRA_TAGS,
  FINGERPRINT,
  FLAG_C2S_ASTRAY,
  FLAG_GUESSED,
  FLAG_READ,
  FLAG_S2C_ASTRAY,
  HOT_F64,
  HOT_WORDS,
  INTERFACES,
  IP_BYTES_F64,
  LAST_F64,
  PACKETS,
  PAYLOAD_PACKETS,
  SIDE_TAGS_MAX,
  SIDE_TAGS_SHIFT,
  SIDES,
  STATE,
  TAIL_WORDS,
  TIMEOUT,
  usualTags,
} from '../session/layout.ts';
import { countPacket } from '../session/packet-counts.ts';
import { sctpInput } from '../session/sctp-inputs.ts';
import { PHASE_CLOSED, PHASE_DISCARD, type SessionMachine } from '../session/session-machine.ts';
import type { SessionTable } from '../session/session-table.ts';
import type { TcpTracker } from '../session/tcp-tracker.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { SCTP_INIT } from '../wire/sctp.ts';
import { TCP_ANY_FLAG } from '../wire/tcp.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type Forwarding, TTL_LAST } from './forwarding.ts';
import type { NoisyEvents } from './noisy-events.ts';
import type { EngineParts } from './parts.ts';
import type { PayloadReaders } from './payload-readers.ts';

/** Two packets with the same headers this close are one packet captured twice. */
const DUPLICATE_WINDOW_NS = 1e8;

/** What `take` answers: done; the SYN, or INIT, ends this session and opens the next; it must end. */
export const TAKEN = 0;
export const REUSED = 1;
export const TORN_DOWN = 2;
export const RENEWED = 3;
/** The packet answers a session whose translation is a guess: it may be another's (`takeKnown`). */
export const GUESSED = 4;

/** Whether a flow is the server's of a session whose translation is a guess. */
export function isGuessed({ hot }: SessionTable, flow: number): boolean {
  return (flow & 1) === 1 && (hot[(flow >>> 1) * HOT_WORDS + STATE]! & FLAG_GUESSED) !== 0;
}

export class Fastpath {
  /** Packets counted on sessions here, inner ones of tunnels among them. */
  counted = 0;
  /** The flow that a packet was counted on last. */
  lastFlow = -1;

  // Fields of its own, not the parts': one load less each, millions of times.
  private readonly view: PacketView;
  private readonly table: SessionTable;
  private readonly machine: SessionMachine;
  private readonly tracker: TcpTracker;
  private readonly clock: Float64Array;
  private readonly parts: EngineParts;
  private readonly noisy: NoisyEvents;
  private readonly forwarding: Forwarding;
  private readonly payload: PayloadReaders;

  constructor(
    parts: EngineParts,
    beside: {
      readonly noisy: NoisyEvents;
      readonly forwarding: Forwarding;
      readonly payload: PayloadReaders;
    },
  ) {
    this.view = parts.view;
    this.table = parts.table;
    this.machine = parts.machine;
    this.tracker = parts.tracker;
    this.clock = parts.position.clock;
    this.parts = parts;
    this.noisy = beside.noisy;
    this.forwarding = beside.forwarding;
    this.payload = beside.payload;
  }

  /**
   * Takes the attached packet to the session of its flow, and says what else is to be done. For
   * REUSED, RENEWED and GUESSED nothing was done yet.
   */
  take(flow: number): number {
    return isGuessed(this.table, flow) ? GUESSED : this.takeKnown(flow);
  }

  /** As `take`, where it is known that the packet is of this flow. */
  takeKnown(flow: number): number {
    const { view, machine, tracker } = this;
    const slot = flow >>> 1;
    const side = flow & 1;
    const state = this.table.hot[slot * HOT_WORDS + STATE]!;
    if ((state & 255) === PHASE_DISCARD) {
      this.discard(slot, side);
      return TAKEN;
    }
    let input = IN_PACKET;
    if (view.protocol === PROTO_TCP) {
      if ((view.tcpFlags & TCP_ANY_FLAG) === 0) {
        // panos.md §1.4: drop-zero-flag yes. It refreshes nothing and moves no window.
        this.drop(slot, side, COUNT_ZERO_FLAG);
        this.count(slot, side);
        return TAKEN;
      }
      input = tracker.classify(view, slot, side);
      if (input !== IN_PACKET) return this.takeSegment(slot, side, input);
    } else if (view.protocol === PROTO_SCTP) {
      input = sctpInput(view.sctpKind);
      if (this.isRenewed(slot)) return RENEWED;
    }
    this.count(slot, side);
    machine.apply(slot, input);
    return this.passOn(slot, side, state);
  }

  /** Takes a TCP segment that is more than a packet to its session, or not its at all. */
  private takeSegment(slot: number, side: number, input: number): number {
    const { machine } = this;
    const { also } = this.tracker;
    const state = this.table.hot[slot * HOT_WORDS + STATE]!;
    let isDropped = false;
    if (input === IN_SYN_NEW_ISN) {
      if (machine.nextPhase(slot, input) === PHASE_CLOSED) return REUSED;
      this.drop(slot, side, COUNT_SYN_DIFF);
      isDropped = true;
    } else if (input === IN_OUT_OF_WINDOW || input === IN_RST_OUT_OF_WINDOW) {
      this.drop(slot, side, COUNT_OUT_OF_WINDOW);
      isDropped = true;
    }
    this.count(slot, side);
    machine.apply(slot, input);
    if (also >= 0) machine.apply(slot, also);
    // What is dropped already is not forwarded any more.
    return isDropped ? TAKEN : this.passOn(slot, side, state);
  }

  /** Shows a packet to who reads the session's payload, and forwards it; `state` is from before it. */
  private passOn(slot: number, side: number, state: number): number {
    const astray = side === 0 ? FLAG_C2S_ASTRAY : FLAG_S2C_ASTRAY;
    const mayEndHere = (state & astray) !== 0 || this.view.ipTtl <= TTL_LAST;
    if ((state & FLAG_READ) !== 0 && this.inspect(slot, side)) return TAKEN;
    return mayEndHere ? this.forward(slot, side) : TAKEN;
  }

  /** Shows the packet's payload to App-ID or an ALG; true where the session is denied by it, and the packet goes. */
  inspect(slot: number, side: number): boolean {
    if (!this.payload.take(slot, side)) return false;
    this.countDropped(slot, side);
    return true;
  }

  /** Whether the SCTP packet opens another association than the session's, which is over. */
  private isRenewed(slot: number): boolean {
    const { view, machine } = this;
    if (view.sctpKind !== SCTP_INIT) return false;
    return machine.nextPhase(slot, IN_SCTP_NEW_INIT) === PHASE_CLOSED;
  }

  /** A packet of a session that a rule denied (panos.md §0 row 7, §1.4). */
  private discard(slot: number, side: number): void {
    this.count(slot, side);
    this.refuse(slot, side);
  }

  /** Drops a packet, which is counted by now, of a session in DISCARD. */
  refuse(slot: number, side: number): void {
    const { config, counters, table } = this.parts;
    this.countDropped(slot, side);
    counters[COUNT_DISCARD_DROP]!++;
    if (config.session.noRefreshOnDiscard) {
      this.noisy.ofSession(EVENT_DROP, slot, 0, COUNT_DISCARD_DROP);
      return;
    }
    this.machine.apply(slot, IN_DISCARD_HIT);
    this.noisy.ofSession(EVENT_DISCARD_REFRESH, slot, table.hot[slot * HOT_WORDS + TIMEOUT]!, 0);
  }

  /**
   * A packet that forwarding may drop (panos.md §8): the session stays, kept alive by its own packets,
   * unless it is to be torn down.
   */
  private forward(slot: number, side: number): number {
    return this.forwarding.drop(slot, side) ? TORN_DOWN : TAKEN;
  }

  /** Notes that a packet of the session was not passed on. */
  countDropped(slot: number, side: number): void {
    this.table.tail[slot * TAIL_WORDS + DROPPED + side]!++;
  }

  /** Counts the attached packet on its session. */
  count(slot: number, side: number): void {
    this.counted++;
    this.lastFlow = 2 * slot + side;
    const { view, table } = this;
    const { hot } = table;
    const at = slot * HOT_WORDS + side;
    const now = this.clock[0]!;
    const isFirst = hot[at + PACKETS] === 0;
    const usual = usualTags(hot[slot * HOT_WORDS + SIDES]!, side);
    if (isFirst || view.tagCount !== usual) this.countUnusual(slot, side, isFirst);
    const print = view.isHashed ? view.fingerprint : fingerprintOf(view);
    if (print === hot[at + FINGERPRINT] && print !== 0) this.noteRepeat(slot * HOT_F64, now);
    countPacket(table, slot, side, view.ipLength, view.payloadLength, print, now);
  }

  /**
   * Counts fragments behind the first on their session: packets with payload, whose headers tell
   * nothing.
   *
   * @param bytes sum of their IP lengths
   * @param tags sum of their VLAN tags
   */
  countFragments(slot: number, side: number, packets: number, bytes: number, tags: number): void {
    this.counted += packets;
    this.lastFlow = 2 * slot + side;
    const { hot, hotF64, tail } = this.table;
    const at = slot * HOT_WORDS;
    hot[at + PACKETS + side]! += packets;
    hot[at + PAYLOAD_PACKETS + side]! += packets;
    hotF64[slot * HOT_F64 + IP_BYTES_F64 + side]! += bytes;
    hotF64[slot * HOT_F64 + LAST_F64] = this.clock[0]!;
    const usual = usualTags(hot[at + SIDES]!, side);
    tail[slot * TAIL_WORDS + EXTRA_TAGS + side]! += tags - packets * usual;
    this.parts.offloads?.tookFragments(this.lastFlow, packets, bytes, tags);
  }

  /**
   * A side's first packet, or one with another number of tags: they are counted against the first, since
   * all have as many, as a rule.
   */
  private countUnusual(slot: number, side: number, isFirst: boolean): void {
    const { tagCount } = this.view;
    const { hot, tail } = this.table;
    const at = slot * HOT_WORDS + SIDES;
    const shift = SIDE_TAGS_SHIFT + 16 * side;
    if (isFirst) hot[at]! |= Math.min(tagCount, SIDE_TAGS_MAX) << shift;
    const usual = usualTags(hot[at]!, side);
    if (tagCount !== usual) tail[slot * TAIL_WORDS + EXTRA_TAGS + side]! += tagCount - usual;
    if (isFirst && side === 1) this.noteFirstReply(slot);
  }

  private noteRepeat(f64: number, now: number): void {
    const { table, observations } = this.parts;
    if (now - table.hotF64[f64 + LAST_F64]! <= DUPLICATE_WINDOW_NS) observations.duplicates++;
  }

  /** The first reply shows through which interface the server is reached. */
  private noteFirstReply(slot: number): void {
    const { table, zones } = this.parts;
    const at = slot * TAIL_WORDS + INTERFACES;
    if ((table.tail[at]! & 0xffff) === 0) table.tail[at]! |= zones.nameNumber;
  }

  /** A packet of a session that is not passed on. */
  private drop(slot: number, side: number, counter: number): void {
    this.countDropped(slot, side);
    this.parts.counters[counter]!++;
    this.noisy.ofSession(EVENT_DROP, slot, 0, counter);
  }
}
