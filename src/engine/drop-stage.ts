/**
 * This file matches the frames of a drop-stage capture with the packets that were received, and marks
 * these as dropped by the firewall (CONTRACT: Copies; panos.md §4.6).
 *
 * A received packet is remembered for a second with the session that took it. Where `receive`
 * captures are given, a drop frame is a copy of one, and one without its packet is counted. Without
 * them it may be the only trace of its packet: then it is received, judged, and dropped.
 *
 * All of this is paid for only where a drop-stage capture is given.
 */

import { STAGE_DROP } from '../capture/frame-batch.ts';
import { COUNT_DROP_STAGE, COUNT_DROP_UNMATCHED } from '../events/counters.ts';
import { EVENT_DROP } from '../events/event-kinds.ts';
import { DROPPED, HOT_WORDS, SERIAL, TAIL_WORDS } from '../session/layout.ts';
import { ICMP_ERROR } from '../wire/icmp.ts';
import { findFlow } from './flow-lookup.ts';
import type { NoisyEvents } from './noisy-events.ts';
import { PacketDigest } from './packet-digest.ts';
import type { EngineParts } from './parts.ts';
import { RECENT_PACKETS_MAX, RecentPackets } from './recent-packets.ts';

/** Bits of `marks`, above the side: the model drops it as well; its drop frame came. */
const BY_MODEL = 2;
const TAKEN = 4;
const NO_SESSION = -1;

export class DropStage {
  private readonly parts: EngineParts;
  private readonly noisy: NoisyEvents;
  private readonly hasReceiveStage: boolean;
  private readonly print = new PacketDigest();
  private readonly recent = new RecentPackets();
  /** By entry of `recent`: who took the packet. */
  private readonly slots = new Int32Array(RECENT_PACKETS_MAX);
  private readonly serials = new Float64Array(RECENT_PACKETS_MAX);
  private readonly marks = new Uint8Array(RECENT_PACKETS_MAX);

  /** The packet that is being judged: its zone, and its session as it was before. */
  private zone = 0;
  private serialBefore = 0;
  private droppedBefore = 0;
  /** The session of the packet that was judged or found. */
  private slot = NO_SESSION;
  private serial = 0;
  private mark = 0;

  constructor(parts: EngineParts, noisy: NoisyEvents, hasReceiveStage: boolean) {
    this.parts = parts;
    this.noisy = noisy;
    this.hasReceiveStage = hasReceiveStage;
  }

  /** Received packets that were forgotten before their second was over. */
  get forgotten(): number {
    return this.recent.forgotten;
  }

  /** Whether the attached frame of a drop stage is a copy; its packet is marked then. */
  isCopy(isDecoded: boolean): boolean {
    if (!isDecoded) return this.hasReceiveStage;
    this.print.of(this.parts.view);
    if (this.find()) this.markDropped();
    else if (this.hasReceiveStage) this.parts.counters[COUNT_DROP_UNMATCHED]!++;
    else return false;
    return true;
  }

  /** Notes what the attached packet's session was like before it is judged. */
  beforeJudging(zone: number): void {
    this.zone = zone;
    this.lookUp();
    this.serialBefore = this.serial;
    this.droppedBefore = this.dropped();
  }

  /** Notes which session took the packet; of a drop stage it is dropped, else remembered. */
  afterJudging(stage: number): void {
    this.lookUp();
    const before = this.serial === this.serialBefore ? this.droppedBefore : 0;
    const isError = this.parts.view.icmpKind >= ICMP_ERROR;
    // A packet that no session took was turned away, but for an ICMP error, which is no session's.
    const isDropped = this.slot === NO_SESSION ? !isError : this.dropped() > before;
    if (isDropped) this.mark |= BY_MODEL;
    if (stage === STAGE_DROP) this.markDropped();
    else this.remember();
  }

  /** Moves remembered times by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    this.recent.rebase(deltaNs);
  }

  /** Sets slot, serial and side of the attached packet's session in its zone. */
  private lookUp(): void {
    const { table, view } = this.parts;
    const flow = view.icmpKind >= ICMP_ERROR ? -1 : findFlow(table, view, this.zone);
    this.slot = flow < 0 ? NO_SESSION : flow >>> 1;
    this.serial = flow < 0 ? 0 : table.hot[(flow >>> 1) * HOT_WORDS + SERIAL]! >>> 0;
    this.mark = flow < 0 ? 0 : flow & 1;
  }

  /** Packets of the session's side that were dropped so far. */
  private dropped(): number {
    if (this.slot === NO_SESSION) return 0;
    return this.parts.table.tail[this.slot * TAIL_WORDS + DROPPED + (this.mark & 1)]!;
  }

  private remember(): void {
    this.print.of(this.parts.view);
    const entry = this.recent.add(this.print.low, this.print.high, this.parts.position.clock[0]!);
    this.slots[entry] = this.slot;
    this.serials[entry] = this.serial;
    this.marks[entry] = this.mark;
  }

  /** Finds the oldest packet of the digest whose drop frame did not come yet, and takes it. */
  private find(): boolean {
    const { recent, print } = this;
    const timeNs = this.parts.position.clock[0]!;
    let found = -1;
    let entry = recent.find(print.low, print.high, timeNs);
    for (; entry >= 0; entry = recent.findOlder(timeNs)) {
      if ((this.marks[entry]! & TAKEN) === 0) found = entry;
    }
    if (found < 0) return false;
    this.slot = this.slots[found]!;
    this.serial = this.serials[found]!;
    this.mark = this.marks[found]!;
    this.marks[found]! |= TAKEN;
    return true;
  }

  /** The packet was dropped by the firewall; one that the model drops, too, is counted already. */
  private markDropped(): void {
    if ((this.mark & BY_MODEL) !== 0) return;
    const { table, counters } = this.parts;
    counters[COUNT_DROP_STAGE]!++;
    const { slot, serial } = this;
    const isLive = slot !== NO_SESSION && table.hot[slot * HOT_WORDS + SERIAL]! >>> 0 === serial;
    if (isLive) {
      table.tail[slot * TAIL_WORDS + DROPPED + (this.mark & 1)]!++;
      this.noisy.ofSession(EVENT_DROP, slot, 0, COUNT_DROP_STAGE);
    } else this.noisy.ofStray(EVENT_DROP, serial, 0, COUNT_DROP_STAGE);
  }
}
