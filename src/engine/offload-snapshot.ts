/** This file puts into a session's row what of it hardware took, and the decision that led there. */

import { causeOf, firstFailing } from '../offload/checks.ts';
import type { OffloadFacts } from '../offload/offload-facts.ts';
import { FLAG_OFFLOAD_READY, HOT_WORDS, STATE } from '../session/layout.ts';
import {
  OFFLOAD_CHECKS,
  type OffloadBlocker,
  type OffloadCheck,
  type OffloadRow,
  type OffloadStep,
  type OffloadStretch,
  PUNT_REASONS,
} from '../session/offload-row.ts';
import type { SessionRow } from '../session/session-row.ts';
import type { SessionTable } from '../session/session-table.ts';
import type { RuleFacts } from '../slowpath/policy.ts';
import {
  BITS,
  COULD_BYTES,
  COULD_PACKETS,
  DECRYPTION_RULE,
  FEATURE,
  FIRST,
  FROM_START,
  HANDSHAKE,
  IDENTIFIED,
  IS_OFFLOADED,
  LATE_NS,
  LATE_PACKETS,
  PUNTED,
  RULE_THEN,
  SINCE,
  SINCE_BYTES,
  SINCE_PACKETS,
  STRETCH_COUNT,
  STRETCH_WORDS,
  STRETCHES,
  STRETCHES_MAX,
  TAKEN_BYTES,
  TAKEN_PACKETS,
  WAS_OFFLOADED,
} from './offload-records.ts';
import type { Offloads } from './offloads.ts';

const HANDSHAKE_CHECK = OFFLOAD_CHECKS.indexOf('handshake');
const IDENTIFIED_CHECK = OFFLOAD_CHECKS.indexOf('appid-pending');
const STATE_CHECK = OFFLOAD_CHECKS.indexOf('state');
/** What a session is in that left ACTIVE before it was ready for hardware. */
const LEFT = 'CLOSING';
const NO_BLOCKERS: readonly OffloadBlocker[] = [];
const NOT_SWITCHED_OFF: readonly string[] = [];
const NO_STRETCHES: readonly OffloadStretch[] = [];

type Writable<T> = { -readonly [K in keyof T]: T[K] };
const newSide = () => ({
  hardwarePackets: 0,
  dataplanePackets: 0,
  hardwareBytes: 0,
  dataplaneBytes: 0,
});

/** Fills one row over and over. */
export class OffloadSnapshot {
  private readonly offloads: Offloads;
  private readonly table: SessionTable;
  private readonly rules: readonly RuleFacts[];
  private readonly path: Writable<OffloadStep>[] = OFFLOAD_CHECKS.map((check) => {
    return { check, outcome: 'unreached', cause: null, packet: null };
  });
  private readonly sides = [newSide(), newSide()] as const;
  private readonly punted: number[] = PUNT_REASONS.map(() => 0);
  private readonly stretches: Writable<OffloadStretch>[] = [];
  private readonly pool: Writable<OffloadStretch>[] = [];
  private readonly potential = { packets: 0, bytes: 0 };
  private readonly row: Writable<OffloadRow> = {
    isEligible: false,
    reason: null,
    path: this.path,
    fromPacket: null,
    c2s: this.sides[0],
    s2c: this.sides[1],
    punted: this.punted,
    stretches: NO_STRETCHES,
    stretchesLeftOut: 0,
    blockers: NO_BLOCKERS,
    potential: this.potential,
    lateRefresh: null,
  };

  constructor(offloads: Offloads, table: SessionTable, rules: readonly RuleFacts[]) {
    this.offloads = offloads;
    this.table = table;
    this.rules = rules;
  }

  /** @param row filled but for offload */
  take(row: SessionRow, slot: number): OffloadRow {
    const { offloads } = this;
    const { records } = offloads;
    const place = records.placeOf(slot);
    const facts = offloads.subject.fill(slot);
    facts.application = row.application;
    facts.hasHandshake = records.noted(slot, HANDSHAKE) !== 0;
    // One that was told later than its first FIN came, too.
    facts.isIdentified =
      records.noted(slot, IDENTIFIED) !== 0 || offloads.subject.isIdentified(slot);
    const failing = place < 0 ? this.withoutRecord(facts) : this.withRecord(facts, place);
    this.fillPath(facts, failing);
    if (place >= 0 && failing >= 0) this.path[failing]!.cause = this.row.blockers[0]!.cause;
    this.noteSince(HANDSHAKE_CHECK, records.noted(slot, HANDSHAKE));
    this.noteSince(IDENTIFIED_CHECK, records.noted(slot, IDENTIFIED));
    this.takeCounts(row, slot, place);
    return this.row;
  }

  /** Notes since which packet a check has passed. */
  private noteSince(check: number, packet: number): void {
    const step = this.path[check]!;
    step.packet = step.outcome === 'passed' ? packetOrNull(packet) : null;
  }

  /** A session that never was ready; index of the check that stands against it. */
  private withoutRecord(facts: OffloadFacts): number {
    const { row } = this;
    row.isEligible = false;
    row.fromPacket = null;
    row.stretches = NO_STRETCHES;
    row.stretchesLeftOut = 0;
    row.blockers = NO_BLOCKERS;
    row.lateRefresh = null;
    const failing = firstFailing(facts);
    // What comes behind is asked of a session that is ready, and this one never was.
    if (failing >= 0 && failing <= IDENTIFIED_CHECK) return failing;
    facts.state = LEFT;
    return STATE_CHECK;
  }

  /** One that was ready; -1 where hardware had it at some time. */
  private withRecord(facts: OffloadFacts, place: number): number {
    const { row, offloads, rules } = this;
    const { records, subject } = offloads;
    const { words, doubles } = records;
    const at = records.wordsAt(place);
    const isEligible = (words[at + BITS]! & WAS_OFFLOADED) !== 0;
    // It was ready, whatever has come since.
    facts.state = null;
    facts.switchedOff = NOT_SWITCHED_OFF;
    subject.note(words[at + DECRYPTION_RULE]! - 1, words[at + FEATURE]! - 1);
    row.isEligible = isEligible;
    row.fromPacket = packetOrNull(words[at + FIRST]!);
    row.stretches = this.stretchesOf(place);
    row.stretchesLeftOut = Math.max(0, words[at + STRETCH_COUNT]! - STRETCHES_MAX);
    row.lateRefresh = null;
    if (words[at + LATE_PACKETS]! > 0) {
      const earlyNs = doubles[records.doublesAt(place) + LATE_NS]!;
      row.lateRefresh = { unreported: words[at + LATE_PACKETS]!, earlyNs };
    }
    row.blockers = offloads.blockers.of(place);
    if (!isEligible) return OFFLOAD_CHECKS.indexOf(row.blockers[0]!.check);
    // What has come into its way since, it passed then.
    facts.feature = null;
    const then = rules[words[at + RULE_THEN]!]!;
    facts.rule = then.name;
    facts.hasProfiles = then.hasProfiles;
    return -1;
  }

  /** @param failing index of the check that stands against it, or -1 */
  private fillPath(facts: OffloadFacts, failing: number): void {
    const { path } = this;
    this.row.reason = checkOf(failing);
    for (let i = 0; i < path.length; i++) {
      const step = path[i]!;
      const isReached = failing < 0 || i <= failing;
      step.outcome = !isReached ? 'unreached' : i === failing ? 'failed' : 'passed';
      step.cause = isReached ? causeOf(step.check, facts) : null;
    }
  }

  private takeCounts(row: SessionRow, slot: number, place: number): void {
    const { records } = this.offloads;
    const { words, doubles } = records;
    const at = records.wordsAt(place);
    const f64 = records.doublesAt(place);
    const isCounting = (this.table.hot[slot * HOT_WORDS + STATE]! & FLAG_OFFLOAD_READY) !== 0;
    const isOffloaded = isCounting && (words[at + BITS]! & IS_OFFLOADED) !== 0;
    const { potential, punted, sides } = this;
    potential.packets = place < 0 ? 0 : doubles[f64 + COULD_PACKETS]!;
    potential.bytes = place < 0 ? 0 : doubles[f64 + COULD_BYTES]!;
    for (let i = 0; i < punted.length; i++) punted[i] = place < 0 ? 0 : words[at + PUNTED + i]!;
    for (const side of [0, 1] as const) {
      const { packets, bytes } = side === 0 ? row.c2s : row.s2c;
      // Of a session that is live the count at hand is not over.
      const now = place < 0 ? 0 : packets - doubles[f64 + SINCE_PACKETS + side]!;
      const nowBytes = place < 0 ? 0 : bytes - doubles[f64 + SINCE_BYTES + side]!;
      const taken = place < 0 ? 0 : doubles[f64 + TAKEN_PACKETS + side]!;
      const takenBytes = place < 0 ? 0 : doubles[f64 + TAKEN_BYTES + side]!;
      const into = sides[side];
      into.hardwarePackets = taken + (isOffloaded ? now : 0);
      into.hardwareBytes = takenBytes + (isOffloaded ? nowBytes : 0);
      into.dataplanePackets = packets - into.hardwarePackets;
      into.dataplaneBytes = bytes - into.hardwareBytes;
      if (!isCounting || isOffloaded) continue;
      potential.packets += now;
      potential.bytes += nowBytes;
    }
  }

  /** The first stretches, the last that is over, the one at hand. */
  private stretchesOf(place: number): readonly OffloadStretch[] {
    const { records } = this.offloads;
    const { words } = records;
    const at = records.wordsAt(place);
    const count = Math.min(words[at + STRETCH_COUNT]!, STRETCHES_MAX);
    const isOpen = (words[at + BITS]! & IS_OFFLOADED) !== 0 && words[at + SINCE] !== 0;
    if (count === 0 && !isOpen) return NO_STRETCHES;
    this.setStretchCount(isOpen ? count + 1 : count);
    for (let i = 0; i < count; i++) {
      const stretch = at + STRETCHES + i * STRETCH_WORDS;
      const ended = checkOf(words[stretch + 2]! - 1);
      this.putStretch(i, words[stretch]!, packetOrNull(words[stretch + 1]!), ended);
    }
    if (isOpen) this.putStretch(count, words[at + SINCE]!, null, null);
    return this.stretches;
  }

  /** The list is not emptied: see TransitionSnapshot. */
  private setStretchCount(count: number): void {
    const { stretches, pool } = this;
    while (stretches.length > count) stretches.pop();
    while (stretches.length < count) {
      if (pool.length === stretches.length) {
        pool.push({ fromPacket: 0, toPacket: null, endedBy: null });
      }
      stretches.push(pool[stretches.length]!);
    }
  }

  private putStretch(
    index: number,
    from: number,
    toPacket: number | null,
    endedBy: OffloadCheck | null,
  ): void {
    const stretch = this.stretches[index]!;
    stretch.fromPacket = from >>> 0;
    stretch.toPacket = toPacket;
    stretch.endedBy = endedBy;
  }
}

/** By index; null for -1, which an array would look for as slowly as for a key. */
function checkOf(index: number): OffloadCheck | null {
  return index < 0 ? null : (OFFLOAD_CHECKS[index] ?? null);
}

function packetOrNull(number: number): number | null {
  return number === 0 || number === FROM_START ? null : number >>> 0;
}
