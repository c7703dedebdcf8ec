/**
 * This file learns from the capture what the firewall really translated to: from egress copies, which
 * show it, and from replies, which say whom they answer (reply-matching). The model's guess gives way:
 * the session's s2c flow gets the key that its replies have.
 *
 * What no rule explains is believed as well, and reported.
 */

import { EVENT_NAT } from '../events/event-kinds.ts';
import { hasOneNumber } from '../net/protocol.ts';
import {
  C2S_KEY,
  FLAG_GUESSED,
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  S2C_KEY,
  SERIAL,
  STATE,
} from '../session/layout.ts';
import { PHASE_DISCARD } from '../session/session-machine.ts';
import {
  NAT_DESTINATION,
  NAT_OBSERVED,
  NAT_SOURCE,
  NAT_UNEXPLAINED,
  type Translation,
} from '../session/translations.ts';
import { explains, isShown } from '../slowpath/nat-observed.ts';
import { readTranslated } from '../slowpath/nat-twins.ts';
import { moveSession, rekeySession } from '../slowpath/rekey.ts';
import type { PacketView } from '../wire/packet-view.ts';
import type { EngineParts } from './parts.ts';

/** Sessions whose translation no rule explains that are listed. */
const UNEXPLAINED_MAX = 100;

/** A translation that the rules cannot explain. */
export interface UnexplainedTranslation {
  /** Serial. */
  readonly session: number;
  /** Name of the NAT rule that the session met, or null. */
  readonly rule: string | null;
  /** Frame number of the packet that showed it. */
  readonly packet: number;
  /** Whether it is the server's packets that left the firewall with other ends. */
  readonly isReply: boolean;
  readonly before: Readonly<Translation>;
  readonly expected: Readonly<Translation>;
  readonly seen: Readonly<Translation>;
}

const newEnds = (): Translation => ({ source: 0, sport: 0, destination: 0, dport: 0 });

export class NatLearning {
  /** A session's translation is known: it waits for nothing any more. */
  onKnown: (slot: number) => void = () => {};

  private readonly parts: Pick<EngineParts, 'table' | 'nat' | 'log' | 'position' | 'observations'>;
  private readonly before = newEnds();
  private readonly model = newEnds();
  private readonly seen = newEnds();
  /** Serials of sessions without a rule whose packets left translated. */
  private readonly ruleless = new Set<number>();

  constructor(parts: Pick<EngineParts, 'table' | 'nat' | 'log' | 'position' | 'observations'>) {
    this.parts = parts;
  }

  /** A packet shows the translation of the session to be as the model chose it. */
  confirm(slot: number): void {
    const { table, nat } = this.parts;
    table.hot[slot * HOT_WORDS + STATE]! &= ~FLAG_GUESSED;
    nat.translations.setBits(slot, NAT_OBSERVED);
    this.onKnown(slot);
  }

  /**
   * Gives a session the translated source that one of its replies goes to; false where another session
   * cannot give the key up.
   *
   * @param bits NAT_ bits to set beside NAT_OBSERVED
   * @param isFree whether a look-up of that reply just told that no session has its key
   */
  learnSource(slot: number, address: number, port: number, bits: number, isFree: boolean): boolean {
    this.readEnds(slot);
    const { seen, model } = this;
    seen.source = address;
    seen.sport = port;
    seen.destination = model.destination;
    seen.dport = model.dport;
    return this.learn(slot, bits, isFree);
  }

  /**
   * Takes an egress copy of a packet of `flow`.
   *
   * @param view the copy's, or what was noted of one that came before its packet
   */
  seeSent(flow: number, view: Readonly<SentEnds>): void {
    const { nat } = this.parts;
    const slot = flow >>> 1;
    if (this.leavesAs(flow, view)) {
      if ((flow & 1) === 0 && this.isGuess(flow)) this.confirm(slot);
      return;
    }
    if (this.isDenied(flow)) return;
    this.readEnds(slot);
    this.readSeen(view);
    if ((flow & 1) === 1) this.noteRuleless(slot, true);
    else if (!nat.translations.has(slot)) this.noteRuleless(slot, false);
    else this.learn(slot, 0, false);
  }

  /**
   * Whether the translation of its session explains that a packet of `flow` left the firewall with the
   * attached frame's ends.
   *
   * @param hasPorts false for a fragment without transport header
   */
  isExplained(flow: number, view: PacketView, hasPorts: boolean): boolean {
    const { nat } = this.parts;
    const slot = flow >>> 1;
    if (!nat.translations.has(slot)) return false;
    // What a predict let through is translated as that said, whatever the rule of its parent does.
    if (hasPorts && this.leavesAs(flow, view)) return true;
    this.readEnds(slot);
    this.readSeen(view);
    const { before, model, seen } = this;
    if ((flow & 1) === 1) {
      const isBack = seen.source === before.destination && seen.destination === before.source;
      return isBack && (!hasPorts || (seen.sport === before.dport && seen.dport === before.sport));
    }
    if (!hasPorts) {
      seen.sport = model.sport;
      seen.dport = model.dport;
    }
    return explains(nat.ruleOf(slot), before, model, seen);
  }

  /** Whether the session of a flow is denied: what left the firewall of it is not translated here. */
  isDenied(flow: number): boolean {
    return (this.parts.table.hot[(flow >>> 1) * HOT_WORDS + STATE]! & 255) === PHASE_DISCARD;
  }

  /** Whether nothing has shown yet how the session of a flow is translated. */
  isGuess(flow: number): boolean {
    const { table, nat } = this.parts;
    const slot = flow >>> 1;
    if (nat.hasPools) return (table.hot[slot * HOT_WORDS + STATE]! & FLAG_GUESSED) !== 0;
    const isTranslated = (nat.translations.bitsOf(slot) & (NAT_SOURCE | NAT_DESTINATION)) !== 0;
    return isTranslated && !isShown(nat, table, slot);
  }

  /** Whether a packet of `flow` is to leave with just these ends. */
  leavesAs(flow: number, sent: Readonly<SentEnds>): boolean {
    const { hot } = this.parts.table;
    const record = (flow >>> 1) * HOT_WORDS;
    const at = record + ((flow & 1) === 0 ? S2C_KEY : C2S_KEY);
    const ports = hot[at + KEY_PORTS]!;
    const isOne = hasOneNumber(hot[at + KEY_META]! & 255);
    return (
      hot[at + KEY_SOURCE] === sent.destination &&
      hot[at + KEY_DESTINATION] === sent.source &&
      ports === (isOne ? (sent.sport << 16) | sent.dport : (sent.dport << 16) | sent.sport)
    );
  }

  /** Believes `seen`, which is neither what the model says nor reported yet. */
  private learn(slot: number, bits: number, isFree: boolean): boolean {
    const { table, nat, log, position } = this.parts;
    const { before, model, seen } = this;
    const isExplained = explains(nat.ruleOf(slot), before, model, seen);
    if (isFree) moveSession(table, nat, slot, seen);
    else if (!rekeySession(table, nat, slot, seen)) return false;
    const isNew = (nat.translations.bitsOf(slot) & NAT_UNEXPLAINED) === 0;
    nat.translations.setBits(slot, bits | (isExplained ? 0 : NAT_UNEXPLAINED));
    if (!isExplained && isNew) this.note(slot, nat.ruleOf(slot)!.name, false);
    this.confirm(slot);
    const shown = nat.translations.bitsOf(slot);
    const serial = this.serialOf(slot);
    log.appendEnds(EVENT_NAT, position, serial, nat.translations.ruleOf(slot), shown, before, seen);
    return true;
  }

  /** Notes, once a session, that its packets leave with ends that no rule of its own makes. */
  private noteRuleless(slot: number, isReply: boolean): void {
    const serial = this.serialOf(slot);
    if (this.ruleless.has(serial)) return;
    if (this.ruleless.size < UNEXPLAINED_MAX) this.ruleless.add(serial);
    const { nat } = this.parts;
    this.note(slot, nat.translations.has(slot) ? nat.ruleOf(slot)!.name : null, isReply);
  }

  private note(slot: number, rule: string | null, isReply: boolean): void {
    const { observations, position } = this.parts;
    observations.unexplainedCount++;
    if (observations.unexplained.length >= UNEXPLAINED_MAX) return;
    const { before, model, seen } = this;
    // Of a server's packet the ends are turned: what it should be is what the client sent.
    const expected = isReply ? turned(before) : { ...model };
    observations.unexplained.push({
      session: this.serialOf(slot),
      rule,
      packet: position.packet,
      isReply,
      before: isReply ? turned(model) : { ...before },
      expected,
      seen: { ...seen },
    });
  }

  /** Reads both keys of a session: before translation, and after it by the model. */
  private readEnds(slot: number): void {
    const { hot } = this.parts.table;
    const at = slot * HOT_WORDS;
    const { before, model } = this;
    const ports = hot[at + C2S_KEY + KEY_PORTS]!;
    before.source = hot[at + C2S_KEY + KEY_SOURCE]!;
    before.destination = hot[at + C2S_KEY + KEY_DESTINATION]!;
    before.sport = ports >>> 16;
    before.dport = ports & 0xffff;
    readTranslated(this.parts.table, slot, model);
  }

  private readSeen(sent: Readonly<SentEnds>): void {
    const { seen } = this;
    seen.source = sent.source;
    seen.sport = sent.sport;
    seen.destination = sent.destination;
    seen.dport = sent.dport;
  }

  private serialOf(slot: number): number {
    return this.parts.table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
  }
}

/** IPv4 ends of a packet as it left the firewall. */
export type SentEnds = Pick<PacketView, 'source' | 'sport' | 'destination' | 'dport'>;

function turned({ source, sport, destination, dport }: Readonly<Translation>): Translation {
  return { source: destination, sport: dport, destination: source, dport: sport };
}
