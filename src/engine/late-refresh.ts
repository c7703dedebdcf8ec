/**
 * This file has packets that hardware took refresh their session as late as hardware reports them: a
 * slow session can then age out while its packets flow (panos.md §7).
 *
 * Every 16 packets of a flow, or every 64 and at the latest 8 s after the first that is not reported
 * (the scan timer). A report starts the session's timer anew at the time of the report. What leaves
 * hardware is reported at once (assumed).
 *
 * @source the vendor's knowledge base, "Disable Firewall offloading traffic": "after 16 packets are
 *   received on one flow (CTS or STC)"; "at most after 8 seconds of receiving a packet for the flow"
 * @confidence documented; that the 8 s count from the first packet of a report is inferred
 */

import type { Refresh } from '../config/offload-config.ts';
import { EVENT_LATE_REFRESH } from '../events/event-kinds.ts';
import { DEADLINE_F64, HOT_F64, HOT_WORDS, LAST_F64, SERIAL, TIMEOUT } from '../session/layout.ts';
import {
  LATE_NS,
  LATE_PACKETS,
  type OffloadRecords,
  REPORTED_DEADLINE,
  REPORTS_AT,
  UNREPORTED,
} from './offload-records.ts';
import type { EngineParts } from './parts.ts';

const SCAN_NS = 8e9;
const SIDES = [0, 1] as const;

export class LateRefresh {
  private readonly parts: () => EngineParts;
  private readonly records: OffloadRecords;
  /** Packets of a flow that make a report. */
  private readonly every: number;
  private readonly scans: boolean;

  constructor(parts: () => EngineParts, records: OffloadRecords, refresh: Refresh) {
    this.parts = parts;
    this.records = records;
    this.every = refresh === 'packets-16' ? 16 : 64;
    this.scans = refresh === 'packets-64';
  }

  /** Hardware has the session from now on, or the dataplane saw a packet of it. */
  seen(slot: number, place: number): void {
    const { hotF64 } = this.parts().table;
    const at = this.records.doublesAt(place);
    this.records.doubles[at + REPORTED_DEADLINE] = hotF64[slot * HOT_F64 + DEADLINE_F64]!;
  }

  /** The dataplane saw a fragment, which refreshes when its datagram is whole; taken to be at once. */
  seenFragment(slot: number, place: number): void {
    const { records } = this;
    const { hot } = this.parts().table;
    const at = records.doublesAt(place) + REPORTED_DEADLINE;
    const deadline = this.now() + hot[slot * HOT_WORDS + TIMEOUT]! * 1e9;
    records.doubles[at] = Math.max(records.doubles[at]!, deadline);
  }

  /** Hardware took a packet of a side, which has refreshed the session as if the dataplane had seen it. */
  taken(slot: number, place: number, side: number): void {
    const { records, every, scans } = this;
    const { table, ageing } = this.parts();
    const { words, doubles } = records;
    const counts = records.wordsAt(place) + UNREPORTED;
    const at = records.doublesAt(place);
    const now = this.now();
    const timeoutNs = table.hot[slot * HOT_WORDS + TIMEOUT]! * 1e9;
    const before = this.deadlineAhead(place, timeoutNs);
    if (scans) this.noteScans(place, now, timeoutNs);
    if (++words[counts + side]! >= every) {
      words[counts + side] = 0;
      doubles[at + REPORTED_DEADLINE] = Math.max(doubles[at + REPORTED_DEADLINE]!, now + timeoutNs);
    } else if (scans && words[counts + side] === 1) doubles[at + REPORTS_AT + side] = now + SCAN_NS;
    const deadline = this.deadlineAhead(place, timeoutNs);
    const f64 = slot * HOT_F64 + DEADLINE_F64;
    // The packet itself has put it later than it is.
    table.hotF64[f64] = deadline;
    if (deadline < before) ageing.shorten(slot);
  }

  /** The session leaves hardware: what was not reported is. */
  left(slot: number, place: number): void {
    const { records } = this;
    const { hot, hotF64 } = this.parts().table;
    const f64 = slot * HOT_F64;
    const last = hotF64[f64 + LAST_F64]! + hot[slot * HOT_WORDS + TIMEOUT]! * 1e9;
    hotF64[f64 + DEADLINE_F64] = Math.max(hotF64[f64 + DEADLINE_F64]!, last);
    const counts = records.wordsAt(place) + UNREPORTED;
    for (const side of SIDES) records.words[counts + side] = 0;
  }

  /** The session ages out now: tells whether it does so only since hardware reports late. */
  agedOut(slot: number, place: number): void {
    const { records } = this;
    const { config, table, log, position, ageing } = this.parts();
    const unreported = this.unreported(place);
    if (unreported === 0) return;
    // Early by the clock that ended it.
    const factor = ageing.isEarly ? config.session.acceleratedAging.scalingFactor : 1;
    const timeoutNs = Math.floor((table.hot[slot * HOT_WORDS + TIMEOUT]! * 1e9) / factor);
    const earlyNs = table.hotF64[slot * HOT_F64 + LAST_F64]! + timeoutNs - this.now();
    if (earlyNs <= 0) return;
    records.words[records.wordsAt(place) + LATE_PACKETS] = unreported;
    records.doubles[records.doublesAt(place) + LATE_NS] = earlyNs;
    const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    log.append(EVENT_LATE_REFRESH, position, serial, unreported, earlyNs);
  }

  /** Packets of the session that hardware has not reported by now. */
  private unreported(place: number): number {
    const { words, doubles } = this.records;
    const at = this.records.doublesAt(place) + REPORTS_AT;
    const counts = this.records.wordsAt(place) + UNREPORTED;
    const now = this.now();
    return SIDES.reduce<number>((sum, side) => {
      const isReported = this.scans && doubles[at + side]! < now;
      return isReported ? sum : sum + words[counts + side]!;
    }, 0);
  }

  /** Has reports that the scan timer made since take effect. */
  private noteScans(place: number, now: number, timeoutNs: number): void {
    const { words, doubles } = this.records;
    const at = this.records.doublesAt(place);
    const counts = this.records.wordsAt(place) + UNREPORTED;
    for (const side of SIDES) {
      const due = doubles[at + REPORTS_AT + side]!;
      if (words[counts + side] === 0 || due > now) continue;
      doubles[at + REPORTED_DEADLINE] = Math.max(doubles[at + REPORTED_DEADLINE]!, due + timeoutNs);
      words[counts + side] = 0;
    }
  }

  /** The deadline with the reports that the scan timer will make before it, the sooner first. */
  private deadlineAhead(place: number, timeoutNs: number): number {
    const { words, doubles } = this.records;
    const at = this.records.doublesAt(place);
    const counts = this.records.wordsAt(place) + UNREPORTED;
    let deadline = doubles[at + REPORTED_DEADLINE]!;
    if (!this.scans) return deadline;
    const sooner = doubles[at + REPORTS_AT]! <= doubles[at + REPORTS_AT + 1]! ? 0 : 1;
    for (const side of [sooner, 1 - sooner]) {
      const due = doubles[at + REPORTS_AT + side]!;
      if (words[counts + side]! > 0 && due < deadline)
        deadline = Math.max(deadline, due + timeoutNs);
    }
    return deadline;
  }

  private now(): number {
    return this.parts().position.clock[0]!;
  }
}
