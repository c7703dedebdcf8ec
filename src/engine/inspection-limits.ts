/**
 * This file says what becomes of a packet that App-ID has no room for: of a session 64 segments may wait
 * for others, and what waits or is kept of all sessions together is bounded.
 *
 * A segment that would have to wait is dropped, or with `bypass-exceed-oo-queue` forwarded. A packet that
 * could not be kept for inspection is forwarded, or without `tcp-` or `udp-bypass-exceed-queue` dropped.
 * A session of which a packet is dropped so goes on, since TCP sends it again; its end reason is
 * `resources-unavailable`, unless there is a higher one. One whose packet is forwarded is not inspected
 * any more, and counts as unknown.
 *
 * @source panos.md §1.4 (out-of-order overflow), §3.1, §4.4; the vendor's web help on TCP settings ("no
 *   loss of connectivity") and content-ID settings ("classify an application as unknown-tcp")
 * @confidence documented; where the limit on all sessions lies is not public
 */

import { OVER_KEPT, OVER_SEGMENTS, OVER_WAITING } from '../appid/found.ts';
import {
  COUNT_CTD_QUEUE,
  COUNT_CTD_QUEUE_DROP,
  COUNT_FLOW_SEGMENTS,
  COUNT_SEGMENTS,
} from '../events/counters.ts';
import { EVENT_DROP, EVENT_INSPECTION_BYPASSED } from '../events/event-kinds.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import { END_RESOURCES_UNAVAILABLE } from '../session/end-reason.ts';
import { HOT_WORDS, SERIAL } from '../session/layout.ts';
import { NoisyEvents } from './noisy-events.ts';
import type { EngineParts } from './parts.ts';

const DROP_COUNTER_OF: ReadonlyMap<number, number> = new Map([
  [OVER_SEGMENTS, COUNT_FLOW_SEGMENTS],
  [OVER_WAITING, COUNT_SEGMENTS],
  [OVER_KEPT, COUNT_CTD_QUEUE_DROP],
]);

export class InspectionLimits {
  private readonly parts: EngineParts;
  private readonly noisy: NoisyEvents;

  constructor(parts: EngineParts) {
    this.parts = parts;
    this.noisy = new NoisyEvents(parts);
  }

  /** The attached packet exceeds a limit, one of OVER_…; true where it is dropped. */
  exceed(slot: number, which: number): boolean {
    const { counters, machine, table, log, position } = this.parts;
    if (this.drops(which)) {
      const counter = DROP_COUNTER_OF.get(which)!;
      counters[counter]!++;
      machine.noteCause(slot, END_RESOURCES_UNAVAILABLE);
      this.noisy.ofSession(EVENT_DROP, slot, 0, counter);
      return true;
    }
    // The counters of the other limits are of what is dropped.
    if (which === OVER_KEPT) counters[COUNT_CTD_QUEUE]!++;
    const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    log.append(EVENT_INSPECTION_BYPASSED, position, serial, OVER_SEGMENTS - which, 0);
    return false;
  }

  private drops(which: number): boolean {
    const { config, view } = this.parts;
    const { bypassExceedOoQueue, tcpBypassExceedQueue, udpBypassExceedQueue } = config.session;
    if (which !== OVER_KEPT) return !bypassExceedOoQueue;
    return view.protocol === PROTO_TCP ? !tcpBypassExceedQueue : !udpBypassExceedQueue;
  }
}
