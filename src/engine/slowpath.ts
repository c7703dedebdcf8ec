/**
 * This file is the slowpath: a packet without a session. It is admitted or not, its way out is
 * found, and a session is installed.
 */

import {
  COUNT_FWD_ZONECHANGE,
  COUNT_ICMP_NO_REQUEST,
  COUNT_POLICY_NOFWD,
  COUNT_SESSION_ALLOCATED,
  COUNT_SESSION_INSTALLED,
  COUNT_TCP_NON_SYN,
  COUNT_TCP_NON_SYN_DROP,
} from '../events/counters.ts';
import {
  EVENT_DROP,
  EVENT_S2C_COLLISION,
  EVENT_SESSION_CREATED,
  EVENT_ZONECHANGE,
  ZONECHANGE_DROPPED,
} from '../events/event-kinds.ts';
import { ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import { IN_FIRST } from '../session/inputs.ts';
import {
  FLAG_NON_SYN,
  HOT_F64,
  HOT_WORDS,
  INTERFACES,
  KEY_META,
  KEY_WORDS,
  LAST_F64,
  SERIAL,
  START_FILE,
  START_FRAME,
  START_NANOSECOND,
  START_PACKET,
  START_SECOND_F64,
  STATE,
  TAIL_F64,
  TAIL_WORDS,
} from '../session/layout.ts';
import { ZONE_ANY } from '../session/session-table.ts';
import { installSession } from '../slowpath/install.ts';
import { isIcmpReply } from '../wire/icmp.ts';
import { TCP_ACK, TCP_RST, TCP_SYN } from '../wire/tcp.ts';
import type { Fastpath } from './fastpath.ts';
import type { NoisyEvents } from './noisy-events.ts';
import type { EngineParts } from './parts.ts';

export class Slowpath {
  /** Sessions ever created; the last one's serial. */
  created = 0;

  private readonly parts: EngineParts;
  private readonly fastpath: Fastpath;
  private readonly noisy: NoisyEvents;

  constructor(parts: EngineParts, fastpath: Fastpath, noisy: NoisyEvents) {
    this.parts = parts;
    this.fastpath = fastpath;
    this.noisy = noisy;
  }

  /** Judges the attached packet, which came in through `zone` and has no session there. */
  take(zone: number): void {
    const { view, egress } = this.parts;
    const isOpening =
      view.protocol !== PROTO_TCP || (view.tcpFlags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN;
    if (!isOpening && !this.admitNonSyn(zone)) return;
    if (isIcmpReply(view.icmpKind)) {
      this.dropStray(COUNT_ICMP_NO_REQUEST);
      return;
    }
    const egressZone = egress.zoneFor(view);
    if (egressZone !== ZONE_UNKNOWN) this.create(zone, egressZone, isOpening);
    else if (egress.hasRoutes) this.dropStray(COUNT_POLICY_NOFWD);
    else this.create(zone, ZONE_ANY, isOpening);
  }

  private dropStray(counter: number): void {
    this.parts.counters[counter]!++;
    this.noisy.ofStray(EVENT_DROP, 0, 0, counter);
  }

  /** Judges a TCP segment without session that opens none; true lets it make one. */
  private admitNonSyn(zone: number): boolean {
    const { config, counters, table } = this.parts;
    const isRejected = config.session.tcpRejectNonSyn;
    if (table.zoneMismatch >= 0) {
      this.noteZoneMismatch(table.zoneMismatch, zone, isRejected);
      return !isRejected;
    }
    counters[COUNT_TCP_NON_SYN]!++;
    if (isRejected) this.dropStray(COUNT_TCP_NON_SYN_DROP);
    return !isRejected;
  }

  /** The five-tuple lives in another zone (CONTRACT: Zone mismatch). */
  private noteZoneMismatch(flow: number, zone: number, isRejected: boolean): void {
    const { table, counters } = this.parts;
    const at = (flow >>> 1) * HOT_WORDS;
    const serial = table.hot[at + SERIAL]! >>> 0;
    const expected = table.hot[at + (flow & 1) * KEY_WORDS + KEY_META]! >>> 16;
    const seen = isRejected ? zone | ZONECHANGE_DROPPED : zone;
    if (isRejected) counters[COUNT_FWD_ZONECHANGE]!++;
    this.noisy.ofStray(EVENT_ZONECHANGE, serial, expected, seen);
  }

  private create(zone: number, egressZone: number, isOpening: boolean): void {
    const { view, table, tracker, machine, counters, occupancy, log, position } = this.parts;
    const { slot, collision } = installSession(table, view, zone, egressZone);
    const serial = ++this.created;
    this.fill(slot, serial, isOpening);
    counters[COUNT_SESSION_ALLOCATED]!++;
    counters[COUNT_SESSION_INSTALLED]!++;
    occupancy.note(position.clock[0]!, table.live);
    log.append(EVENT_SESSION_CREATED, position, serial, 0, 0);
    if (collision >= 0) {
      const holder = table.hot[(collision >>> 1) * HOT_WORDS + SERIAL]! >>> 0;
      log.append(EVENT_S2C_COLLISION, position, serial, holder, 0);
    }
    const isTcp = view.protocol === PROTO_TCP;
    machine.start(slot, isTcp ? tracker.begin(view, slot) : IN_FIRST);
    this.fastpath.count(slot, 0);
    if (isTcp && tracker.also >= 0) machine.apply(slot, tracker.also);
  }

  /** Fills what does not change any more: serial, start, interfaces. */
  private fill(slot: number, serial: number, isOpening: boolean): void {
    const { table, position, zones, egress } = this.parts;
    const { hot, hotF64, tail, tailF64 } = table;
    const now = position.clock[0]!;
    const seconds = Math.floor(now / 1e9);
    const rest = slot * TAIL_WORDS;
    hot[slot * HOT_WORDS + SERIAL] = serial;
    if (!isOpening) hot[slot * HOT_WORDS + STATE]! |= FLAG_NON_SYN;
    hotF64[slot * HOT_F64 + LAST_F64] = now;
    tailF64[slot * TAIL_F64 + START_SECOND_F64] = position.epochSeconds + seconds;
    tail[rest + START_NANOSECOND] = now - seconds * 1e9;
    tail[rest + START_PACKET] = position.packet;
    tail[rest + START_FILE] = position.file;
    tail[rest + START_FRAME] = position.frame;
    tail[rest + INTERFACES] = (zones.nameNumber << 16) | egress.nameNumber;
  }
}
