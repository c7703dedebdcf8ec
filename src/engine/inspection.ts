/**
 * This file has sessions identified by their first payload (App-ID, panos.md §9), and asks the security
 * policy again once an application is known: ACTIVE goes to DISCARD where a rule denies it.
 *
 * A session is inspected from its first payload on until a signature is met or the budget is used up, and
 * for a few packets more where its application says something in clear; until then FLAG_INSPECTED is set,
 * and the fastpath pays for one bit. What all sessions under inspection keep of payloads together is
 * bounded; beyond that they stay as they are.
 */

import { detailSource } from '../appid/details/sources.ts';
import { CUT, EXHAUSTED, OVER_SEGMENTS, READ, UNDECIDED } from '../appid/found.ts';
import { UNKNOWN_TCP, UNKNOWN_UDP } from '../appid/identified.ts';
import { Inspected } from '../appid/inspected.ts';
import type { InspectionShared, Shifts } from '../appid/inspection-shared.ts';
import type { Payload } from '../appid/payload.ts';
import { shiftsOf } from '../appid/signature-set.ts';
import { SignatureTable } from '../appid/signature-table.ts';
import { EVENT_APP_SHIFT, EVENT_APPID } from '../events/event-kinds.ts';
import { isToldByPayload, PROTO_TCP } from '../net/protocol.ts';
import type { Identifications } from '../session/identifications.ts';
import {
  APPLICATION,
  C2S_KEY,
  FLAG_INSPECTED,
  FLAG_MIDSTREAM,
  FLAG_NON_SYN,
  FLAG_OPENED,
  HOT_WORDS,
  KEY_META,
  KEY_PORTS,
  RULE,
  SERIAL,
  STATE,
  TAIL_WORDS,
} from '../session/layout.ts';
import type { FlowFacts } from '../slowpath/flow-facts.ts';
import { StreamBudget } from '../stream/tcp-stream.ts';
import { payloadEnd, payloadSequence, payloadStart } from '../wire/payload.ts';
import type { AlgSessions } from './alg-sessions.ts';
import type { Denials } from './denials.ts';
import { loseGaps } from './inspected-gaps.ts';
import { InspectionLimits } from './inspection-limits.ts';
import type { EngineParts } from './parts.ts';
import { PolicyAgain } from './policy-again.ts';
import { streamStart } from './stream-start.ts';

/** Idle ones that keep their memory, of up to 4000 bytes each. */
const IDLE_MAX = 8192;

export class Inspection {
  private readonly parts: EngineParts;
  private readonly identifications: Identifications;
  private readonly algs: AlgSessions;
  private readonly shared: InspectionShared;
  /** By application: what it may turn out to be; null for nothing. */
  private readonly shiftsOf: readonly (Shifts | null)[];
  /** Sessions of which payload was seen, and those that wait for one. */
  private readonly pool: Inspected[] = [];
  private readonly idle: number[] = [];
  /** By slot: index in the pool plus 1; 0 for none. */
  private placeOf = new Int32Array(0);
  /** By signature: index of its application. */
  private readonly applicationOf: Int32Array;
  private readonly unknownTcp: number;
  private readonly unknownUdp: number;
  private readonly policyAgain: PolicyAgain;
  private readonly limits: InspectionLimits;
  private readonly payload: Payload = {
    bytes: new Uint8Array(0),
    from: 0,
    to: 0,
    length: 0,
    sequence: 0,
  };

  constructor(
    parts: EngineParts,
    identifications: Identifications,
    denials: Denials,
    algs: AlgSessions,
  ) {
    this.algs = algs;
    this.parts = parts;
    this.identifications = identifications;
    this.policyAgain = new PolicyAgain(parts, identifications, denials);
    this.limits = new InspectionLimits(parts);
    const names = parts.config.applications.map(({ name }) => name);
    const indexOf = (name: string) => names.indexOf(name);
    const { signatures, shifts } = parts.signatures;
    this.shared = {
      table: new SignatureTable(signatures),
      budget: new StreamBudget(parts.inspectionBytesMax),
      decoding: Uint8Array.from(signatures, ({ application }) =>
        shiftsOf(parts.signatures, application)?.isDecoded === true ? 1 : 0,
      ),
      shifting: new Set(
        signatures.flatMap(({ application }, i) =>
          // What an ALG is to read is kept as well.
          shifts.has(application) || algs.reads(application) ? [i] : [],
        ),
      ),
      sources: signatures.map(({ application, parent = null }) => {
        if (!parts.details.isWanted) return null;
        return detailSource(application) ?? (parent === null ? null : detailSource(parent));
      }),
    };
    this.shiftsOf = names.map((name) => shiftsOf(parts.signatures, name));
    this.applicationOf = Int32Array.from(signatures, ({ application }) => indexOf(application));
    this.unknownTcp = indexOf(UNKNOWN_TCP);
    this.unknownUdp = indexOf(UNKNOWN_UDP);
  }

  /**
   * Has a session that was just set up, and is allowed, inspected from its first payload on; false where
   * there is nothing to find: an application of one's own that a rule gave it is final, a predefined one
   * may only turn out to be what it shifts to (panos.md §9, App override). A session that a segment
   * without SYN began is `non-syn-tcp` for good.
   */
  begin(slot: number): boolean {
    const { table, config } = this.parts;
    if (!isToldByPayload(table.hot[slot * HOT_WORDS + C2S_KEY + KEY_META]! & 255)) return false;
    if ((table.hot[slot * HOT_WORDS + STATE]! & FLAG_NON_SYN) !== 0) return false;
    const tail = slot * TAIL_WORDS;
    const rule = table.tail[tail + RULE]!;
    this.identifications.begin(slot, table.capacity, rule);
    const given = table.tail[tail + APPLICATION]! - 1;
    const isFinal = given >= 0 && config.applications[given]!.isCustom;
    if (isFinal || (given >= 0 && this.shiftsOf[given] === null)) return false;
    if (slot >= this.placeOf.length) {
      const grown = new Int32Array(table.capacity);
      grown.set(this.placeOf);
      this.placeOf = grown;
    }
    table.setFlags(slot, FLAG_INSPECTED);
    if (given >= 0) this.policyAgain.noteSetup(slot, rule, given);
    return true;
  }

  /**
   * Whether a session's payload counts: a connection whose handshake is not complete is `incomplete`,
   * and has no application that policy could be asked about (panos.md §9).
   */
  private hasBegun(slot: number): boolean {
    const { hot } = this.parts.table;
    if ((hot[slot * HOT_WORDS + C2S_KEY + KEY_META]! & 255) !== PROTO_TCP) return true;
    return (hot[slot * HOT_WORDS + STATE]! & (FLAG_OPENED | FLAG_MIDSTREAM)) !== 0;
  }

  /**
   * Takes the attached packet of a session under inspection; true where it is dropped: its session is
   * denied by it, or a limit is exceeded.
   */
  take(slot: number, side: number): boolean {
    const { view } = this.parts;
    const { payload } = this;
    const place = this.placeOf[slot]!;
    if (view.payloadLength === 0) {
      return place > 0 && this.takeEffect(slot, side, this.pool[place - 1]!, UNDECIDED);
    }
    const session = place === 0 ? this.open(slot) : this.pool[place - 1]!;
    payload.bytes = view.bytes;
    payload.length = view.payloadLength;
    payload.from = payloadStart(view);
    payload.to = payloadEnd(view);
    payload.sequence = payloadSequence(view);
    let told = session.take(side, payload, streamStart(this.parts, slot, side));
    if (told <= OVER_SEGMENTS) return this.exceed(slot, side, session, told);
    if (told === UNDECIDED) told = loseGaps(this.parts.table, slot, session);
    // Of an application that is known already, a cut takes nothing away, unless it is not the last word.
    const isKnown = this.parts.table.tail[slot * TAIL_WORDS + APPLICATION]! !== 0;
    const mayMatter = !isKnown || this.identifications.isTemporary(slot);
    if (session.isCut && mayMatter) this.identifications.noteCut(slot);
    const { detail } = session.reading;
    if (detail !== null && !this.parts.details.keep(slot, detail)) session.reading.leave();
    return this.takeEffect(slot, side, session, told);
  }

  /** Has what a packet told, or packets before the handshake's end did, take effect. */
  private takeEffect(slot: number, side: number, session: Inspected, told: number): boolean {
    // That the budget is used up takes nothing from a signature that was met within it.
    if (told !== UNDECIDED && (told >= 0 || session.held < 0)) session.held = told;
    if (session.held === UNDECIDED || !this.hasBegun(slot)) return false;
    const found = session.held;
    session.held = UNDECIDED;
    if (found === CUT || found === READ) {
      this.close(slot);
      return false;
    }
    return this.settle(slot, side, session, found);
  }

  /** A limit is exceeded; true where the packet is dropped. */
  private exceed(slot: number, side: number, session: Inspected, which: number): boolean {
    if (this.limits.exceed(slot, which)) return true;
    this.identifications.noteBypassed(slot);
    return this.takeEffect(slot, side, session, EXHAUSTED);
  }

  /** A session is in DISCARD, inspected or not: its packets go nowhere, to App-ID neither. */
  leave(slot: number): void {
    this.identifications.endTemporary(slot);
    if (slot < this.placeOf.length) this.close(slot);
  }

  /** A session ends, inspected or not. */
  end(slot: number): void {
    // Most are not inspected any more: then nothing of them is kept here.
    const isInspected = (this.parts.table.hot[slot * HOT_WORDS + STATE]! & FLAG_INSPECTED) !== 0;
    if (isInspected) this.close(slot);
    this.identifications.forget(slot);
    this.parts.details.forget(slot);
  }

  private open(slot: number): Inspected {
    const { hot, tail } = this.parts.table;
    const key = slot * HOT_WORDS + C2S_KEY;
    const ports = hot[key + KEY_PORTS]!;
    const index = this.idle.pop() ?? this.pool.push(new Inspected(this.shared)) - 1;
    this.placeOf[slot] = index + 1;
    const session = this.pool[index]!;
    session.begin(hot[key + KEY_META]! & 255, ports >>> 16, ports & 0xffff);
    const given = tail[slot * TAIL_WORDS + APPLICATION]! - 1;
    if (given >= 0) session.seek(this.shiftsOf[given]!);
    return session;
  }

  /** The application is known, or known to be unknown; true where a rule denies it. */
  private settle(slot: number, side: number, session: Inspected, found: number): boolean {
    const { table, view, log, position } = this.parts;
    const tail = slot * TAIL_WORDS;
    const before = table.tail[tail + APPLICATION]! - 1;
    const expected = session.expectedOf(side, view.tcpSequence);
    if (found === EXHAUSTED && before >= 0) {
      this.finish(slot, session);
      // Another application can no longer come: what was let through for its sake is judged for good.
      const isTemporary = this.identifications.isTemporary(slot);
      if (!isTemporary || !this.policyAgain.judge(slot, before, false, side, expected))
        return false;
      this.close(slot);
      return true;
    }
    const application = found === EXHAUSTED ? this.unknownOf(slot) : this.applicationOf[found]!;
    table.tail[tail + APPLICATION] = application + 1;
    this.identifications.identified(slot, position.packet, Math.max(found, -1), before);
    const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    const b = before < 0 ? Math.max(found, -1) : application;
    if (before < 0) log.append(EVENT_APPID, position, serial, application, b);
    else log.append(EVENT_APP_SHIFT, position, serial, before, b);
    const mayShift = found !== EXHAUSTED && session.seek(this.shiftsOf[application]!);
    const isDenied = this.policyAgain.judge(slot, application, mayShift, side, expected);
    if (!isDenied) this.algs.identified(slot, side, session);
    if (!mayShift) this.finish(slot, session);
    if (isDenied) this.close(slot);
    return isDenied;
  }

  /** The rule that a session meets at setup whose application is known. */
  ruleAtSetup(facts: FlowFacts): number {
    return this.policyAgain.ruleAtSetup(facts);
  }

  /** The rule that a session meets in a commit's rulebase, as far as its application is known. */
  ruleOf(slot: number, facts: FlowFacts): number {
    return this.policyAgain.ruleOf(slot, facts);
  }

  /** A commit has given a session that still passes a rule. */
  noteRematch(slot: number, facts: FlowFacts): void {
    this.policyAgain.noteRematch(slot, facts);
  }

  /** No other application is looked for; what this one says may still be read. */
  private finish(slot: number, session: Inspected): void {
    session.settle();
    this.identifications.noteSettled(slot);
    if (session.isOver) this.close(slot);
  }

  private unknownOf(slot: number): number {
    const protocol = this.parts.table.hot[slot * HOT_WORDS + C2S_KEY + KEY_META]! & 255;
    return protocol === PROTO_TCP ? this.unknownTcp : this.unknownUdp;
  }

  /** Nothing more is to be seen of a session's payload. */
  private close(slot: number): void {
    this.parts.table.hot[slot * HOT_WORDS + STATE]! &= ~FLAG_INSPECTED;
    const place = this.placeOf[slot]!;
    if (place === 0) return;
    this.placeOf[slot] = 0;
    const session = this.pool[place - 1]!;
    if (session.reading.isRefused) this.parts.details.notKept++;
    session.close();
    if (this.idle.length >= IDLE_MAX) session.empty();
    this.idle.push(place - 1);
  }
}
