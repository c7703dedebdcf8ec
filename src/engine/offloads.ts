/**
 * This file estimates which packets of a session hardware takes (panos.md §7). A session's first packets are
 * looked at one by one, until it is ready for hardware or never will be. From then on the packets that
 * come back alone are: what hardware took is what the session's own counts have grown by since.
 *
 * The packet that makes a session ready is the dataplane's; the next one is hardware's. What stands in
 * the way is asked when it becomes ready, and again by commits and commands. It is given up with the
 * first FIN or RST, or the session's end. What the window check drops counts as hardware's (assumed).
 */

import { isToldByPayload } from '../net/protocol.ts';
import { blockersOf, isReady } from '../offload/checks.ts';
import type { OffloadFacts } from '../offload/offload-facts.ts';
import { isPunted, NOT_PUNTED, PUNT_FRAGMENT, puntReason } from '../offload/punts.ts';
import {
  FLAG_NON_SYN,
  FLAG_OFFLOAD_NEXT,
  FLAG_OFFLOAD_READY,
  HOT_WORDS,
  KEY_META,
  STATE,
} from '../session/layout.ts';
import { OFFLOAD_CHECKS, type OffloadBlocker } from '../session/offload-row.ts';
import { PHASES } from '../session/phases.ts';
import { shownBytesOf } from '../session/shown-bytes.ts';
import { LateRefresh } from './late-refresh.ts';
import { OffloadBlockers } from './offload-blockers.ts';
import { OffloadCounts } from './offload-counts.ts';
import {
  BITS,
  DECIDED,
  DECRYPTION_RULE,
  FEATURE,
  FIRST,
  FROM_START,
  HANDSHAKE,
  IDENTIFIED,
  IS_BEGINNING,
  IS_OFFLOADED,
  OffloadRecords,
  SINCE,
} from './offload-records.ts';
import { ENDED, OffloadStretches } from './offload-stretches.ts';
import { OffloadSubject } from './offload-subject.ts';
import { OffloadSwitch } from './offload-switch.ts';
import type { EngineParts } from './parts.ts';

/** Phases in which hardware may have a session: it has left them for good after its first FIN or RST. */
const OPEN = ['syn-sent', 'handshake', 'established', 'active'] as const;
/** By phase, 1 for these. */
const OPEN_PHASES = new Uint8Array(256);
for (const phase of OPEN) OPEN_PHASES[PHASES.indexOf(phase)] = 1;
const STATE_CHECK = OFFLOAD_CHECKS.indexOf('state');
const FLAGS = FLAG_OFFLOAD_NEXT | FLAG_OFFLOAD_READY;

export class Offloads {
  readonly records = new OffloadRecords();
  readonly blockers = new OffloadBlockers(this.records);
  readonly toggle: OffloadSwitch;
  readonly subject: OffloadSubject;

  private readonly counts: OffloadCounts;
  private readonly stretches: OffloadStretches;
  private readonly parts: () => EngineParts;
  private readonly table: EngineParts['table'];
  private readonly view: EngineParts['view'];
  /** null where every packet refreshes its session. */
  private readonly late: LateRefresh | null;

  /** @param parts may be asked for once all parts are there; these are there already */
  constructor(
    parts: () => EngineParts,
    { config, table, view }: Pick<EngineParts, 'config' | 'table' | 'view'>,
  ) {
    const { offload } = config;
    this.parts = parts;
    this.table = table;
    this.view = view;
    this.counts = new OffloadCounts(table, this.records);
    this.toggle = new OffloadSwitch(offload);
    this.subject = new OffloadSubject(parts, config, this.toggle);
    this.late =
      offload.refresh === 'every-packet' || !offload.hasHardware
        ? null
        : new LateRefresh(parts, this.records, offload.refresh);
    const { records, counts, late } = this;
    this.stretches = new OffloadStretches(parts, table, { records, counts, late });
  }

  /** Begins with a session that was just set up by the attached packet, and may be allowed. */
  begin(slot: number): void {
    const { table, records, subject } = this;
    const protocol = table.hot[slot * HOT_WORDS + KEY_META]! & 255;
    if (!isToldByPayload(protocol) || !this.isOpen(slot)) return;
    if ((table.hot[slot * HOT_WORDS + STATE]! & FLAG_NON_SYN) !== 0) return;
    records.reserve(table.capacity);
    if (subject.isIdentified(slot)) {
      const packet = subject.isGiven(slot) ? FROM_START : this.parts().position.packet;
      records.note(slot, IDENTIFIED, packet);
    } else if (!subject.mayBeIdentified(slot)) return;
    table.setFlags(slot, FLAG_OFFLOAD_NEXT);
  }

  /** Looks at the attached packet of a flow, after everything else did. */
  after(flow: number): void {
    const state = this.table.hot[(flow >>> 1) * HOT_WORDS + STATE]!;
    if ((state & FLAGS) === 0) return;
    if ((state & FLAG_OFFLOAD_NEXT) === 0 && !isPunted(this.view)) return;
    if ((state & FLAG_OFFLOAD_READY) === 0) this.approach(flow >>> 1);
    else this.look(flow >>> 1, flow & 1);
  }

  /** The attached packet of a flow ends its session: so the dataplane has seen it. */
  returned(flow: number): void {
    const slot = flow >>> 1;
    if ((this.table.hot[slot * HOT_WORDS + STATE]! & FLAG_OFFLOAD_READY) === 0) return;
    const bytes = shownBytesOf(this.view.ipLength, 1, this.view.tagCount);
    const place = this.records.placeOf(slot);
    this.counts.punt(place, flow & 1, puntReason(this.view), 1, bytes);
  }

  /** Whether hardware took the attached packet of a flow, which everything else is done with. */
  hasTaken(flow: number): boolean {
    const slot = flow >>> 1;
    if ((this.table.hot[slot * HOT_WORDS + STATE]! & FLAG_OFFLOAD_READY) === 0) return false;
    const { records } = this;
    const bits = records.words[records.wordsAt(records.placeOf(slot)) + BITS]!;
    // The packet that made it ready is the dataplane's.
    return (bits & (IS_OFFLOADED | IS_BEGINNING)) === IS_OFFLOADED && !isPunted(this.view);
  }

  /** Fragments behind the first were counted on the session; bytes are those of IP. */
  tookFragments(flow: number, packets: number, ipBytes: number, tags: number): void {
    const slot = flow >>> 1;
    if ((this.table.hot[slot * HOT_WORDS + STATE]! & FLAG_OFFLOAD_READY) === 0) return;
    const place = this.records.placeOf(slot);
    const { words } = this.records;
    const at = this.records.wordsAt(place);
    // Fragments that came before their first are counted with it: if that one decided, they are of before.
    const isBefore = words[at + DECIDED] === this.parts().position.packet;
    if (!isBefore) this.noteBeginning(at);
    const reason = isBefore ? NOT_PUNTED : PUNT_FRAGMENT;
    this.counts.punt(place, flow & 1, reason, packets, shownBytesOf(ipBytes, packets, tags));
    this.late?.seenFragment(slot, place);
  }

  /**
   * What stands in the way of a session may have changed.
   *
   * @param isRematched the session was judged again: features that were added meet it, too
   */
  reconsider(slot: number, isRematched: boolean): void {
    if ((this.table.hot[slot * HOT_WORDS + STATE]! & FLAG_OFFLOAD_READY) === 0) return;
    if (!this.isOpen(slot)) {
      this.stretches.giveUp(slot, STATE_CHECK);
      return;
    }
    const place = this.records.placeOf(slot);
    const at = this.records.wordsAt(place);
    const { words } = this.records;
    const blockers = this.blockersNow(slot, place, isRematched);
    this.blockers.add(place, blockers);
    if ((words[at + BITS]! & IS_OFFLOADED) === 0) {
      // It is handed over by its next packet.
      if (blockers.length === 0) this.table.setFlags(slot, FLAG_OFFLOAD_NEXT);
    } else if (blockers[0] !== undefined) {
      this.stretches.stop(slot, place, OFFLOAD_CHECKS.indexOf(blockers[0].check));
      this.counts.begin(slot, place);
    }
  }

  /** The session ends now; its row is still to be made. */
  ending(slot: number, isAgedOut: boolean): void {
    if ((this.table.hot[slot * HOT_WORDS + STATE]! & FLAG_OFFLOAD_READY) === 0) return;
    if (isAgedOut) this.late?.agedOut(slot, this.records.placeOf(slot));
    this.stretches.giveUp(slot, ENDED);
  }

  /** A session is over. */
  forget(slot: number): void {
    this.records.close(slot);
  }

  /** A packet of a session that is not ready yet. */
  private approach(slot: number): void {
    const { records, subject } = this;
    const { packet } = this.parts().position;
    if (records.noted(slot, HANDSHAKE) === 0 && subject.hasHandshake(slot)) {
      records.note(slot, HANDSHAKE, packet);
    }
    if (records.noted(slot, IDENTIFIED) === 0 && subject.isIdentified(slot)) {
      records.note(slot, IDENTIFIED, packet);
    }
    const isKnown = records.noted(slot, IDENTIFIED) !== 0;
    const isLost = !isKnown && !subject.mayBeIdentified(slot);
    if (isLost || !this.isOpen(slot)) this.clear(slot);
    else if (isKnown && records.noted(slot, HANDSHAKE) !== 0) this.becomeReady(slot);
  }

  private becomeReady(slot: number): void {
    const { subject, records, table } = this;
    const facts = subject.fill(slot);
    facts.hasHandshake = true;
    facts.isIdentified = true;
    this.clear(slot);
    if (!isReady(facts)) return;
    const place = records.open(slot);
    const at = records.wordsAt(place);
    records.words[at + DECRYPTION_RULE] = subject.findDecryption() + 1;
    const blockers = this.blockersFor(facts, place, true);
    this.blockers.add(place, blockers);
    table.setFlags(slot, FLAG_OFFLOAD_READY);
    this.counts.begin(slot, place);
    if (blockers.length === 0) this.stretches.start(slot, place);
  }

  /** What of the configuration stands against a session that is ready. */
  private blockersNow(
    slot: number,
    place: number,
    findsFeature: boolean,
  ): readonly OffloadBlocker[] {
    return this.blockersFor(this.subject.fill(slot), place, findsFeature);
  }

  /** The same where `facts` are filled. */
  private blockersFor(
    facts: OffloadFacts,
    place: number,
    findsFeature: boolean,
  ): readonly OffloadBlocker[] {
    const { subject, records } = this;
    const at = records.wordsAt(place);
    if (findsFeature) records.words[at + FEATURE] = subject.findFeature() + 1;
    subject.note(records.words[at + DECRYPTION_RULE]! - 1, records.words[at + FEATURE]! - 1);
    return blockersOf(facts);
  }

  /** A packet of a session that is ready: the first of a stretch, or one that comes back. */
  private look(slot: number, side: number): void {
    const { records, view } = this;
    const place = records.placeOf(slot);
    const at = records.wordsAt(place);
    const { words } = records;
    const { packet } = this.parts().position;
    const isOffloaded = (words[at + BITS]! & IS_OFFLOADED) !== 0;
    const reason = puntReason(view);
    this.noteBeginning(at);
    if (reason !== NOT_PUNTED) {
      this.counts.punt(place, side, reason, 1, shownBytesOf(view.ipLength, 1, view.tagCount));
      if (isOffloaded) this.late?.seen(slot, place);
    } else if (isOffloaded) {
      if (words[at + FIRST] === 0) words[at + FIRST] = packet;
      this.late?.taken(slot, place, side);
    }
    if (!this.isOpen(slot)) this.stretches.giveUp(slot, STATE_CHECK);
    else if (!isOffloaded) this.handOver(slot, place);
    // In hardware every packet is looked at until the first that it took, or where reports are counted.
    else if (words[at + FIRST] !== 0 && this.late === null) this.clear(slot);
  }

  /** The packet in hand is the first of its stretch, if that has none yet. */
  private noteBeginning(at: number): void {
    const { words } = this.records;
    if ((words[at + BITS]! & IS_BEGINNING) === 0) return;
    words[at + SINCE] = this.parts().position.packet;
    words[at + BITS]! &= ~IS_BEGINNING;
  }

  /** Nothing stands in the way of a session any more that the switch had kept from hardware. */
  private handOver(slot: number, place: number): void {
    const isWanted = (this.table.hot[slot * HOT_WORDS + STATE]! & FLAG_OFFLOAD_NEXT) !== 0;
    if (!isWanted || this.blockersNow(slot, place, false).length > 0) return;
    this.counts.end(slot, place);
    this.counts.begin(slot, place);
    this.stretches.start(slot, place);
  }

  private isOpen(slot: number): boolean {
    return OPEN_PHASES[this.table.hot[slot * HOT_WORDS + STATE]! & 255] === 1;
  }

  /** The session's next packet needs no look. */
  private clear(slot: number): void {
    this.table.hot[slot * HOT_WORDS + STATE]! &= ~FLAG_OFFLOAD_NEXT;
  }
}
