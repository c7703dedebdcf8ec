/** This file writes sessions as `show session all` prints them, two lines each (panos.md §4.2). */

import type { SessionRow } from '../session/session-row.ts';
import { terminalSafe } from './escape.ts';
import { placeAt } from './show-columns.ts';

// Measured columns, from 0 (panos.md §4.2). The header stands one column to the left of the data.
const APPLICATION = 13;
const STATE = 28;
const TYPE = 36;
const FLAG = 42;
const ADDRESS = 47;
const RULER = '-'.repeat(80);
const HEADER = [
  'ID          Application    State   Type Flag  Src[Sport]/Zone/Proto (translated IP[Port])',
  'Vsys                                          Dst[Dport]/Zone (translated IP[Port])',
] as const;

/** The head of the table; `more` are header lines below the vendor's two. */
export function sessionAllHead(more: readonly string[] = []): string[] {
  return [RULER, ...HEADER, ...more, RULER];
}

/**
 * The two lines of a session. Without NAT the flag is empty; an address that is not translated stands
 * there twice, as in PAN-OS. An application that nothing identified is `-`: which one PAN-OS
 * would show is not known.
 */
export function sessionAllLines(row: SessionRow): [first: string, second: string] {
  const source = `${row.source}[${row.sport}]`;
  const destination = `${row.destination}[${row.dport}]`;
  const sentSource = `${row.translatedSource}[${row.translatedSport}]`;
  const sentDestination = `${row.translatedDestination}[${row.translatedDport}]`;
  const toZone = row.destinationZone ?? 'unknown';
  return entryLines({
    id: row.sessionId,
    application: row.application ?? '-',
    state: row.state,
    type: 'FLOW',
    flag: row.nat?.flags ?? null,
    source: `${source}/${terminalSafe(row.sourceZone)}/${row.protocol}`,
    sentSource,
    destination: `${destination}/${terminalSafe(toZone)}`,
    sentDestination,
  });
}

/** An entry of the table in the words of its two lines. */
export interface ShownEntry {
  readonly id: number;
  readonly application: string;
  readonly state: string;
  readonly type: 'FLOW' | 'PRED';
  readonly flag: string | null;
  readonly source: string;
  readonly sentSource: string;
  readonly destination: string;
  readonly sentDestination: string;
}

/** The two lines of any entry. */
export function entryLines(entry: ShownEntry): [first: string, second: string] {
  const { flag, source, sentSource, destination, sentDestination } = entry;
  return [
    placeAt([
      [0, String(entry.id)],
      [APPLICATION, terminalSafe(entry.application)],
      [STATE, entry.state],
      [TYPE, entry.type],
      ...(flag === null ? [] : [[FLAG, flag] as const]),
      [ADDRESS, `${source}  (${sentSource})`],
    ]),
    placeAt([
      [0, 'vsys1'],
      [ADDRESS, `${destination}  (${sentDestination})`],
    ]),
  ];
}
