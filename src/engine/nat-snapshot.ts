/** This file fills what a session's row says of its translation. */

import { hasOneNumber } from '../net/protocol.ts';
import {
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  S2C_KEY,
  twinOf,
} from '../session/layout.ts';
import type { NatRow, SessionRow } from '../session/session-row.ts';
import type { SessionTable } from '../session/session-table.ts';
import {
  NAT_DESTINATION,
  NAT_FLAGS,
  NAT_INFERRED,
  NAT_SOURCE,
  NAT_UNEXPLAINED,
  newKeptTranslation,
} from '../session/translations.ts';
import type { Nat } from '../slowpath/nat.ts';
import { isShown } from '../slowpath/nat-observed.ts';

/** Fills one row's part over and over. */
export class NatSnapshot {
  private readonly table: SessionTable;
  private readonly nat: Nat;
  private readonly kept = newKeptTranslation();
  private readonly source = new Int32Array(4);
  private readonly destination = new Int32Array(4);
  private readonly model = { word: 0, port: 0 };
  private readonly filled: NatRow = {
    rule: '',
    flags: 'NS',
    isObserved: false,
    isInferred: false,
    isUnexplained: false,
    model: null,
  };

  constructor(table: SessionTable, nat: Nat) {
    this.table = table;
    this.nat = nat;
  }

  /** @param row filled but for its translation */
  take(row: SessionRow, slot: number): void {
    row.nat = null;
    row.natRule = null;
    row.translatedSourceWords = row.sourceWords;
    row.translatedDestinationWords = row.destinationWords;
    row.translatedSport = row.sport;
    row.translatedDport = row.dport;
    const { translations, rules } = this.nat;
    if (!translations.has(slot)) return;
    const { kept } = this;
    translations.read(slot, kept);
    row.natRule = rules[kept.rule]!.name;
    const flags = NAT_FLAGS[kept.bits & (NAT_SOURCE | NAT_DESTINATION)];
    if (flags === undefined) return;
    this.takeEnds(row, slot);
    const { filled } = this;
    filled.rule = row.natRule;
    filled.flags = flags;
    // What the capture shows is the original's, and which port a twin would get nobody knows.
    const isTwin = twinOf(this.table.hot[slot * HOT_WORDS + S2C_KEY + KEY_META]!) !== 0;
    const shown = isTwin ? 0 : kept.bits;
    filled.isObserved = !isTwin && isShown(this.nat, this.table, slot);
    filled.isInferred = (shown & NAT_INFERRED) !== 0;
    filled.isUnexplained = (shown & NAT_UNEXPLAINED) !== 0;
    filled.model = isTwin || (kept.bits & NAT_SOURCE) === 0 ? null : this.otherChoice(row);
    row.nat = filled;
  }

  private takeEnds(row: SessionRow, slot: number): void {
    const { hot } = this.table;
    const at = slot * HOT_WORDS + S2C_KEY;
    this.destination[0] = hot[at + KEY_SOURCE]!;
    this.source[0] = hot[at + KEY_DESTINATION]!;
    row.translatedSourceWords = this.source;
    row.translatedDestinationWords = this.destination;
    const ports = hot[at + KEY_PORTS]!;
    const isTurned = !hasOneNumber(row.protocol);
    row.translatedSport = isTurned ? ports & 0xffff : ports >>> 16;
    row.translatedDport = isTurned ? ports >>> 16 : ports & 0xffff;
  }

  /** The model's choice, where the session has another. */
  private otherChoice(row: SessionRow): NatRow['model'] {
    const { kept, model } = this;
    if (kept.address === this.source[0] && kept.port === row.translatedSport) return null;
    model.word = kept.address;
    model.port = kept.port;
    return model;
  }
}
