/** This file makes session rows for the tests of reports. */

import { type IdentificationRow, SessionRow } from '../../src/session/session-row.ts';

/** Made of others, or given in part. */
type GivenOtherwise =
  | 'source'
  | 'destination'
  | 'translatedSource'
  | 'translatedDestination'
  | 'c2s'
  | 's2c';

type Changes = Partial<Omit<SessionRow, GivenOtherwise>> & {
  readonly c2s?: Partial<SessionRow['c2s']>;
  readonly s2c?: Partial<SessionRow['s2c']>;
};

/** IPv4 as the first word of an address. */
export function ipv4(a: number, b: number, c: number, d: number): Int32Array<ArrayBuffer> {
  return Int32Array.of((a << 24) | (b << 16) | (c << 8) | d, 0, 0, 0);
}

/** A row with `changes`; the rest is as the engine leaves it. */
export function rowOf({ c2s, s2c, ...changes }: Changes): SessionRow {
  const row = new SessionRow();
  Object.assign(row.c2s, c2s);
  Object.assign(row.s2c, s2c);
  Object.assign(row, changes);
  // Without NAT the server sees what the client sent.
  row.translatedSourceWords = changes.translatedSourceWords ?? row.sourceWords;
  row.translatedDestinationWords = changes.translatedDestinationWords ?? row.destinationWords;
  row.translatedSport = changes.translatedSport ?? row.sport;
  row.translatedDport = changes.translatedDport ?? row.dport;
  return row;
}

/** How payload told an application, at packet 4 and under the one rule unless said otherwise. */
export function identifiedBy(
  source: string | null,
  changes: Partial<IdentificationRow> = {},
): IdentificationRow {
  const base = { packet: 4, before: null, ruleBefore: 'allow-all', isCut: false, detail: null };
  const usual = { isDone: true, isDenied: false, isBypassed: false, implicitUse: null };
  return { ...base, source, ...usual, ...changes };
}

/** Nothing has told yet. */
export const untold = (changes: Partial<IdentificationRow> = {}): IdentificationRow =>
  identifiedBy(null, { packet: 0, isDone: false, ...changes });

/** The finished ping of panos.md §4.1, without its NAT. 2023-05-06T09:58:41Z is 1683367121. */
export function finishedPing(): SessionRow {
  return rowOf({
    serial: 31,
    sessionId: 25,
    protocol: 1,
    application: 'ping',
    rule: 'Allow ping',
    sourceWords: ipv4(192, 168, 1, 20),
    destinationWords: ipv4(1, 1, 1, 1),
    sport: 1,
    dport: 31,
    sourceZone: 'Inside',
    destinationZone: 'Outside',
    c2s: { packets: 1, bytes: 74, ipBytes: 60, layer7Packets: 1 },
    ingressInterface: 'ethernet1/1',
    egressInterface: 'ethernet1/3',
    startSecond: 1_683_367_121,
    startPacket: 9,
    lastSecond: 1_683_367_121,
    end: { second: 1_683_367_127, nanosecond: 0, lifetimeNs: 6e9 },
    endReason: 'aged-out',
    timeout: 6,
  });
}
