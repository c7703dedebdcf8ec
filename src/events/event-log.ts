/**
 * This file holds the event log: append-only columns that a listener empties whenever they fill.
 *
 * Nothing here formats text. `a` and `b` are numbers whose meaning belongs to the kind:
 *
 *   session-created    `a` = 1 when it was there before the capture
 *   transition         `a` = from << 8 | to (STATES), `b` = cause (CAUSES of session/causes)
 *   zonechange         `a` = expected zone, `b` = seen zone, ZONECHANGE_ bits above it
 *   icmp-error         `a` = type << 8 | code, `b` = 1 when no session is quoted
 *   s2c-collision      `a` = the other session's serial
 *   drop               `b` = counter number
 *   policy-deny        `a` = rule number (Policy.rules), `b` = POLICY_DENY_ bits and the answer above them
 *   discard-refresh    `a` = seconds of the timer that starts again
 *   table-full         `a` = sessions that the table holds
 *   aging-accelerated  `a` = 1 on, 0 off; `b` = live sessions
 *   nat                `a` = rule number (Nat.rules), `b` = NAT_ bits of session/translations; `ends`
 *   commit             `a` = number of the commit (engine/commits)
 *   rematch            `a` = rule number before, `b` = after
 *   appid              `a` = application, `b` = number of the signature that it met, or -1, or of the
 *                      override rule, APPID_OVERRIDE above it
 *   app-shift          `a` = application before, `b` = after
 *   egress-change      `a` = interface before, `b` = now (name numbers), EGRESS_CHANGE_S2C above it
 *   rst-sent           `a` = SENT_ bits; `words`
 *   unreachable-sent   `a` = SENT_ bits; `words`
 *   implicit-use       `a` = rule number, `b` = child * IMPLICIT_PARENTS + parent, both applications
 *   inspection-bypassed `a` = which limit (LIMITS)
 *   predict-…          `a` = the predict's serial, 0 for one that was refused; `predict` says the rest
 *   predict-converted  of the child's session; `b` = the parent's serial
 *   alg-blind          `a` = application; `predict` null, the row of the session says the rest
 *   offload-start      `a` = application
 *   offload-stop       `a` = check that failed (OFFLOAD_CHECKS) plus 1, 0 for the session's end; `b` = number
 *                      of the stretch's first packet, 0 for none
 *   command            `a` = number of the command (FirewallConfig.commands)
 *   late-refresh       `a` = packets that hardware had not reported, `b` = when the session would have aged
 *                      out otherwise, ns after it did
 */

import { EVENT_NAT, EVENT_RST_SENT, EVENT_UNREACHABLE_SENT } from './event-kinds.ts';
import type { Position } from './position.ts';

/** What was predicted, or asked for and refused, in words: made once, when it is announced. */
export interface PredictNote {
  readonly application: string;
  /** IP protocol number. */
  readonly protocol: number;
  /** null is any address or zone, 0 any port. */
  readonly source: string | null;
  readonly sourceZone: string | null;
  readonly sport: number;
  readonly destination: string | null;
  readonly destinationZone: string | null;
  readonly dport: number;
  /** Where packets to the destination are sent on to, where that is translated. */
  readonly translated: { readonly address: string; readonly port: number } | null;
  /** What announced it, in the protocol's words. */
  readonly cause: string;
  readonly triggeredBy: 'client' | 'server';
  /** Why it was refused, or what withdrew it; null for neither. */
  readonly reason: string | null;
}

/** What a listener reads of one event; the object is reused. */
export interface EventView {
  /** Nanoseconds since the replay's current epoch. */
  time: number;
  /** Frame number, or 0 for an event between packets. */
  packet: number;
  /** Index of the packet's input file, and its frame number there. */
  file: number;
  frame: number;
  /** EVENT_ number. */
  kind: number;
  /** Session serial, or 0 for an event of no session. */
  session: number;
  a: number;
  b: number;
  /**
   * Of a `nat` event: source before and after translation, destination before and after; each an
   * address times 65,536 plus a port. Of a packet that is sent: what `appendSent` says.
   */
  readonly ends: Float64Array;
  /** Of an event about a predict, else null. */
  predict: PredictNote | null;
}

/** Source and destination of a packet. */
interface Ends {
  /** IPv4 words. */
  readonly source: number;
  readonly destination: number;
  readonly sport: number;
  readonly dport: number;
}

const CAPACITY = 4096;
/** Numbers that tell a packet that the firewall sends. */
export const SENT_WORDS = 12;
/** By kind: numbers in `ends`; the others have none. */
const ENDS_OF: ReadonlyMap<number, number> = new Map([
  [EVENT_NAT, 4],
  [EVENT_RST_SENT, SENT_WORDS],
  [EVENT_UNREACHABLE_SENT, SENT_WORDS],
]);

/** Events in the order of making; `drain` hands them to the listener and empties the log. */
export class EventLog {
  private count = 0;
  private readonly time = new Float64Array(CAPACITY);
  private readonly packet = new Float64Array(CAPACITY);
  private readonly file = new Uint16Array(CAPACITY);
  private readonly frame = new Float64Array(CAPACITY);
  private readonly kind = new Uint8Array(CAPACITY);
  private readonly session = new Float64Array(CAPACITY);
  private readonly a = new Float64Array(CAPACITY);
  private readonly b = new Float64Array(CAPACITY);
  /** Made when the first event has them. */
  private ends = new Float64Array(0);
  /** By index of their event, until the log is emptied. */
  private readonly predicts = new Map<number, PredictNote>();
  private readonly view: EventView = {
    time: 0,
    packet: 0,
    file: 0,
    frame: 0,
    kind: 0,
    session: 0,
    a: 0,
    b: 0,
    ends: new Float64Array(SENT_WORDS),
    predict: null,
  };
  private readonly listener: ((event: EventView) => void) | null;
  /** Events ever made, by kind. */
  readonly made: Float64Array;

  /** Without a listener nothing is kept but the counts by kind. */
  constructor(kinds: number, listener: ((event: EventView) => void) | null) {
    this.made = new Float64Array(kinds);
    this.listener = listener;
  }

  append(kind: number, at: Position, session: number, a: number, b: number): void {
    this.made[kind]!++;
    if (this.listener === null) return;
    if (this.count === CAPACITY) this.drain();
    const i = this.count++;
    this.time[i] = at.clock[0]!;
    this.packet[i] = at.packet;
    this.file[i] = at.file;
    this.frame[i] = at.frame;
    this.kind[i] = kind;
    this.session[i] = session;
    this.a[i] = a;
    this.b[i] = b;
  }

  /** Appends an event of a session whose ends are translated. */
  appendEnds(
    kind: number,
    at: Position,
    session: number,
    a: number,
    b: number,
    before: Ends,
    after: Ends,
  ): void {
    this.append(kind, at, session, a, b);
    if (this.listener === null) return;
    const i = this.roomForEnds();
    const { ends } = this;
    ends[i] = endNumber(before.source, before.sport);
    ends[i + 1] = endNumber(after.source, after.sport);
    ends[i + 2] = endNumber(before.destination, before.dport);
    ends[i + 3] = endNumber(after.destination, after.dport);
  }

  /**
   * Appends an event of a packet that the firewall sends.
   *
   * @param words four of the source's address, four of the destination's (IPv4 has the first alone),
   *   source and destination port; of a RST sequence number and acknowledgement (-1: none), of an
   *   ICMP message type << 8 | code
   */
  appendSent(kind: number, at: Position, session: number, a: number, words: Float64Array): void {
    this.append(kind, at, session, a, 0);
    if (this.listener === null) return;
    const first = this.roomForEnds();
    this.ends.set(words, first);
  }

  /** Where the ends of the event that was appended last lie. */
  private roomForEnds(): number {
    if (this.ends.length === 0) this.ends = new Float64Array(CAPACITY * SENT_WORDS);
    return (this.count - 1) * SENT_WORDS;
  }

  /** Appends an event about a predict. */
  appendPredict(
    kind: number,
    at: Position,
    session: number,
    [a, b]: readonly [a: number, b: number],
    predict: PredictNote,
  ): void {
    this.append(kind, at, session, a, b);
    if (this.listener !== null) this.predicts.set(this.count - 1, predict);
  }

  drain(): void {
    const { listener, view, predicts } = this;
    if (listener === null) return;
    for (let i = 0; i < this.count; i++) {
      view.time = this.time[i]!;
      view.packet = this.packet[i]!;
      view.file = this.file[i]!;
      view.frame = this.frame[i]!;
      view.kind = this.kind[i]!;
      view.session = this.session[i]!;
      view.a = this.a[i]!;
      view.b = this.b[i]!;
      const ends = ENDS_OF.get(view.kind) ?? 0;
      for (let k = 0; k < ends; k++) view.ends[k] = this.ends[i * SENT_WORDS + k]!;
      view.predict = predicts.size === 0 ? null : (predicts.get(i) ?? null);
      listener(view);
    }
    if (predicts.size > 0) predicts.clear();
    this.count = 0;
  }
}

function endNumber(address: number, port: number): number {
  return (address >>> 0) * 0x1_0000 + port;
}
