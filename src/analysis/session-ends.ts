/**
 * This file keeps how each session of a run ended, in flat memory, so that runs of one capture can be
 * compared session by session.
 */

import type { RuleAction } from '../config/firewall-config.ts';
import type { State } from '../events/event-kinds.ts';
import { formatIpv4, formatIpv6 } from '../net/address.ts';
import { formatTime } from '../net/time.ts';
import type { EndReason } from '../session/end-reason.ts';
import type { SessionRow } from '../session/session-row.ts';

/** Words that tell a session's start: which packet, from where to where. */
const KEY_WORDS = 12;
const PACKET = 0;
const SERVED = 1;
const PORTS = 2;
const ZONE = 3;
const ADDRESSES = 4;

/** Numbers that are no part of the key. */
const NUMBERS = 8;
const SERIAL = 0;
const START = 1;
const START_NS = 2;
const END = 3;
const END_NS = 4;
const PACKETS = 5;
const DROPPED = 6;
/** Index of what is the same for many sessions: how, under which rule, as what. */
const OUTCOME = 7;

const CHUNK_SESSIONS = 4096;
/** Sessions that one run can keep. */
export const SESSIONS_MAX = 2 ** 20;

/** What many sessions have in common. */
interface Outcome {
  readonly state: State;
  readonly endReason: EndReason | null;
  readonly action: RuleAction;
  readonly rule: string | null;
  readonly application: string | null;
  readonly destinationZone: string | null;
}

/** What can be otherwise of a session in another run: reason or state, time of the end, … */
export type Aspect = 'end' | 'time' | 'rule' | 'application' | 'packets' | 'dropped';

const NO_OUTCOME: Outcome = {
  ...{ state: 'FREE', endReason: null, action: 'allow' },
  ...{ rule: null, application: null, destinationZone: null },
};

/** A session of one run, in the words of its record. */
export interface SessionEnd {
  readonly serial: number;
  readonly state: State;
  /** null for a live one, as is its time. */
  readonly end_reason: EndReason | null;
  readonly end_time: string | null;
  readonly action: RuleAction;
  readonly rule: string | null;
  readonly application: string | null;
  readonly packets: number;
  readonly dropped: number;
}

/** What a session is in every run that has it. */
export interface SessionStart {
  readonly packet: number;
  readonly start_time: string;
  readonly protocol: number;
  readonly source: string;
  readonly source_zone: string;
  readonly sport: number;
  readonly dst: string;
  readonly dst_zone: string | null;
  readonly dport: number;
}

interface Chunk {
  readonly keys: Int32Array;
  readonly numbers: Float64Array;
}

export class SessionEnds {
  /** Sessions that are kept. */
  count = 0;
  /** There were more than are kept: then none are compared, and none is kept. */
  isTooMany = false;

  private readonly sessionsMax: number;
  private readonly chunks: Chunk[] = [];
  private readonly outcomes: Outcome[] = [];
  private readonly outcomeIndexes = new Map<string, number>();
  private readonly zones: string[] = [];
  private readonly zoneIndexes = new Map<string, number>();

  /** @param sessionsMax sessions to keep, at most SESSIONS_MAX */
  constructor(sessionsMax: number) {
    this.sessionsMax = sessionsMax;
  }

  /** Adds a session, ended or live. */
  add(row: SessionRow): void {
    if (this.count === this.sessionsMax) {
      this.isTooMany = true;
      this.chunks.length = 0;
      return;
    }
    const i = this.count++;
    const { keys, numbers } = this.chunkOf(i);
    const key = (i % CHUNK_SESSIONS) * KEY_WORDS;
    keys[key + PACKET] = row.startPacket;
    keys[key + SERVED] = row.protocol | (row.family << 8) | (row.icmpKind << 16);
    keys[key + PORTS] = (row.sport << 16) | row.dport;
    keys[key + ZONE] = this.zoneIndex(row.sourceZone);
    const words = row.family === 4 ? 1 : 4;
    for (let word = 0; word < words; word++) {
      keys[key + ADDRESSES + word] = row.sourceWords[word] ?? 0;
      keys[key + ADDRESSES + 4 + word] = row.destinationWords[word] ?? 0;
    }
    const at = (i % CHUNK_SESSIONS) * NUMBERS;
    numbers[at + SERIAL] = row.serial;
    numbers[at + START] = row.startSecond;
    numbers[at + START_NS] = row.startNanosecond;
    numbers[at + END] = row.end?.second ?? -1;
    numbers[at + END_NS] = row.end?.nanosecond ?? -1;
    numbers[at + PACKETS] = row.c2s.packets + row.s2c.packets;
    numbers[at + DROPPED] = row.c2s.dropped + row.s2c.dropped;
    numbers[at + OUTCOME] = this.outcomeIndex(row);
  }

  /** Number of the packet that began session `i`. */
  packetOf(i: number): number {
    return this.key(i, PACKET) >>> 0;
  }

  /** All sessions by how they began: `compareStarts` rises. */
  byStart(): Float64Array {
    // The packet's number and the index in one: sorting plain numbers takes a tenth of the time.
    const order = new Float64Array(this.count);
    for (let i = 0; i < this.count; i++) order[i] = this.packetOf(i) * SESSIONS_MAX + i;
    const sorted = order.sort().map((place) => place % SESSIONS_MAX);
    const packetAt = (at: number) => this.packetOf(sorted[at] ?? 0);
    for (let from = 0; from < sorted.length; ) {
      let to = from + 1;
      while (to < sorted.length && packetAt(to) === packetAt(from)) to++;
      const together = sorted.subarray(from, to);
      if (to > from + 1) together.sort((i, j) => this.compareStarts(i, this, j));
      from = to;
    }
    return sorted;
  }

  /** Below, at or above 0: session `i` began before, as, or behind session `j` of a run, in some order. */
  compareStarts(i: number, other: SessionEnds, j: number): number {
    const packets = this.packetOf(i) - other.packetOf(j);
    if (packets !== 0) return packets;
    for (let word = 0; word < KEY_WORDS; word++) {
      const difference = this.key(i, word) - other.key(j, word);
      if (word !== ZONE && difference !== 0) return difference;
    }
    const [one, two] = [this.zones[this.key(i, ZONE)] ?? '', other.zones[other.key(j, ZONE)] ?? ''];
    return one < two ? -1 : one > two ? 1 : 0;
  }

  /** What of session `i` is not as of session `j` of another run; nothing, as a rule. */
  changedAspects(i: number, other: SessionEnds, j: number): readonly Aspect[] {
    const [one, two] = [this.outcome(i), other.outcome(j)];
    const isOther = (number: number) => this.number(i, number) !== other.number(j, number);
    const aspects: Aspect[] = [];
    if (one.endReason !== two.endReason || one.state !== two.state) aspects.push('end');
    if (isOther(END) || isOther(END_NS)) aspects.push('time');
    if (one.action !== two.action || one.rule !== two.rule) aspects.push('rule');
    if (one.application !== two.application) aspects.push('application');
    if (isOther(PACKETS)) aspects.push('packets');
    if (isOther(DROPPED)) aspects.push('dropped');
    return aspects;
  }

  /** How session `i` ended: its reason, or that it is live. */
  endOf(i: number): EndReason | 'live' {
    return this.outcome(i).endReason ?? 'live';
  }

  /** Session `i` at its end. */
  end(i: number): SessionEnd {
    const { state, endReason, action, rule, application } = this.outcome(i);
    const second = this.number(i, END);
    return {
      serial: this.number(i, SERIAL),
      state,
      end_reason: endReason,
      end_time: endReason === null ? null : formatTime(second, this.number(i, END_NS)),
      ...{ action, rule, application },
      packets: this.number(i, PACKETS),
      dropped: this.number(i, DROPPED),
    };
  }

  /** What began session `i`. */
  start(i: number): SessionStart {
    const served = this.key(i, SERVED);
    const ports = this.key(i, PORTS);
    const address = (from: number) => {
      if (((served >> 8) & 255) === 4) return formatIpv4(this.key(i, from));
      const word = (n: number) => this.key(i, from + n);
      return formatIpv6(word(0), word(1), word(2), word(3));
    };
    return {
      packet: this.packetOf(i),
      start_time: formatTime(this.number(i, START), this.number(i, START_NS)),
      protocol: served & 255,
      source: address(ADDRESSES),
      source_zone: this.zones[this.key(i, ZONE)] ?? '',
      sport: ports >>> 16,
      dst: address(ADDRESSES + 4),
      dst_zone: this.outcome(i).destinationZone,
      dport: ports & 0xffff,
    };
  }

  private key(i: number, word: number): number {
    const chunk = this.chunks[Math.floor(i / CHUNK_SESSIONS)];
    return chunk?.keys[(i % CHUNK_SESSIONS) * KEY_WORDS + word] ?? 0;
  }

  private number(i: number, which: number): number {
    const chunk = this.chunks[Math.floor(i / CHUNK_SESSIONS)];
    return chunk?.numbers[(i % CHUNK_SESSIONS) * NUMBERS + which] ?? 0;
  }

  private outcome(i: number): Outcome {
    return this.outcomes[this.number(i, OUTCOME)] ?? NO_OUTCOME;
  }

  private chunkOf(i: number): Chunk {
    const index = Math.floor(i / CHUNK_SESSIONS);
    const known = this.chunks[index];
    if (known !== undefined) return known;
    const made = {
      keys: new Int32Array(CHUNK_SESSIONS * KEY_WORDS),
      numbers: new Float64Array(CHUNK_SESSIONS * NUMBERS),
    };
    this.chunks.push(made);
    return made;
  }

  private zoneIndex(zone: string): number {
    const known = this.zoneIndexes.get(zone);
    if (known !== undefined) return known;
    this.zoneIndexes.set(zone, this.zones.length);
    return this.zones.push(zone) - 1;
  }

  /** The names in it come from the configuration and from App-ID: their number is bounded. */
  private outcomeIndex(row: SessionRow): number {
    const { state, endReason, action, rule, application, destinationZone } = row;
    const id = `${state} ${endReason} ${action}\n${rule}\n${application}\n${destinationZone}`;
    const known = this.outcomeIndexes.get(id);
    if (known !== undefined) return known;
    this.outcomeIndexes.set(id, this.outcomes.length);
    return this.outcomes.push({ state, endReason, action, rule, application, destinationZone }) - 1;
  }
}
