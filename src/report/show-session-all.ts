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
  return [
    placeAt([
      [0, String(row.sessionId)],
      [APPLICATION, terminalSafe(row.application ?? '-')],
      [STATE, row.state],
      [TYPE, 'FLOW'],
      ...(row.nat === null ? [] : [[FLAG, row.nat.flags] as const]),
      [ADDRESS, `${source}/${terminalSafe(row.sourceZone)}/${row.protocol}  (${sentSource})`],
    ]),
    placeAt([
      [0, 'vsys1'],
      [ADDRESS, `${destination}/${terminalSafe(toZone)}  (${sentDestination})`],
    ]),
  ];
}
