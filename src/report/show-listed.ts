/**
 * This file picks the sessions that the first screen lists, those first that something went wrong
 * with, and writes them: the two lines of `show session all`, and a third with what these lack.
 *
 * Memory is bounded by the limit, whatever the number of sessions.
 */

import { formatTime } from '../net/time.ts';
import type { EndReason } from '../session/end-reason.ts';
import type { SessionRow } from '../session/session-row.ts';
import { formatCountOf } from './duration.ts';
import { terminalSafe } from './escape.ts';
import { alignColumns } from './show-columns.ts';
import { sessionAllHead, sessionAllLines } from './show-session-all.ts';

/** What a user looks for first has the lowest rank. */
const RANK_DENIED = 0;
const RANK_REUSED = 1;
const RANK_RESET = 2;
const RANK_DROPS = 3;
const RANK_ASYMMETRIC = 4;
const RANK_UNANSWERED = 5;
const RANK_ORDINARY = 6;

const RANK_OF_REASON: Readonly<Partial<Record<EndReason, number>>> = {
  threat: RANK_DENIED,
  'policy-deny': RANK_DENIED,
  'decrypt-cert-validation': RANK_DENIED,
  'decrypt-unsupport-param': RANK_DENIED,
  'decrypt-error': RANK_DENIED,
  'tcp-reuse': RANK_REUSED,
  'tcp-rst-from-client': RANK_RESET,
  'tcp-rst-from-server': RANK_RESET,
  'resources-unavailable': RANK_DROPS,
};

const FACTS = ['Serial', 'Start', 'Elapsed', 'Packets', 'Bytes', 'Rule', 'End reason'] as const;
const START = 1;
const FACTS_RIGHT = new Set([1, 2, 3, 4]);
/** Under the application's data, and the header one column to the left, as in the lines above. */
const FACTS_COLUMN = 13;
/** More than the limit is kept until this many are too many: sorting is then cheap. */
const SLACK = 64;

interface Listed {
  readonly rank: number;
  readonly serial: number;
  readonly lines: readonly [string, string];
  readonly facts: readonly string[];
}

/** The best `limit` sessions by rank, then serial, of all that were added. */
export class ListedSessions {
  private readonly limit: number;
  private readonly kept: Listed[] = [];
  /** What comes behind this one is not listed; null until the limit is known to be passed. */
  private last: Listed | null = null;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Looks at a session; text is made only of one that may be listed. */
  add(row: SessionRow): void {
    if (this.limit === 0) return;
    const rank = rankOf(row);
    const { kept, last, limit } = this;
    if (last !== null && (rank - last.rank || row.serial - last.serial) > 0) return;
    kept.push({ rank, serial: row.serial, lines: sessionAllLines(row), facts: factsOf(row) });
    if (kept.length >= 2 * limit + SLACK) this.trim();
  }

  /** How many are listed. */
  get count(): number {
    return Math.min(this.kept.length, this.limit);
  }

  /** The table, head first; nothing without sessions. `isOneDay` leaves the date of the start out. */
  table(isOneDay: boolean): { head: string[]; body: string[] } {
    this.trim();
    if (this.kept.length === 0) return { head: [], body: [] };
    const start = (text: string) => (isOneDay ? text.slice(11) : text.replace('T', ' '));
    const rows = this.kept.map(({ facts }) =>
      facts.map((fact, i) => (i === START ? start(fact) : fact)),
    );
    const [header = '', ...facts] = alignColumns([FACTS, ...rows], FACTS_RIGHT);
    const indent = ' '.repeat(FACTS_COLUMN);
    return {
      head: sessionAllHead([`${indent.slice(1)}${header}`]),
      body: this.kept.flatMap(({ lines }, i) => [...lines, `${indent}${facts[i]}`]),
    };
  }

  private trim(): void {
    const { kept, limit } = this;
    kept.sort((a, b) => a.rank - b.rank || a.serial - b.serial);
    if (kept.length < limit) return;
    kept.length = limit;
    this.last = kept.at(-1) ?? null;
  }
}

function rankOf(row: SessionRow): number {
  if (row.action !== 'allow') return RANK_DENIED;
  const reason = row.endReason;
  const rank = reason === null ? RANK_ORDINARY : (RANK_OF_REASON[reason] ?? RANK_ORDINARY);
  if (rank !== RANK_ORDINARY) return rank;
  if (row.c2s.dropped + row.s2c.dropped + row.zoneMismatches > 0) return RANK_DROPS;
  if (row.isAsymmetricSuspect) return RANK_ASYMMETRIC;
  const isUnanswered = reason === 'aged-out' && row.application === 'incomplete';
  return isUnanswered ? RANK_UNANSWERED : RANK_ORDINARY;
}

function factsOf(row: SessionRow): string[] {
  const { c2s, s2c } = row;
  const dropped = c2s.dropped + s2c.dropped;
  const ending = [
    ...(row.endReason === null && row.action !== 'allow' ? ['denied'] : []),
    row.endReason ?? `live, ${row.timeToLive} s left`,
    ...(dropped > 0 ? [`${formatCountOf(dropped, 'packet')} dropped`] : []),
    ...(row.zoneMismatches > 0
      ? [`${formatCountOf(row.zoneMismatches, 'packet')} by another zone`]
      : []),
    ...(row.isAsymmetricSuspect ? ['asymmetric suspect'] : []),
    ...(row.isMidstream ? ['began before the capture'] : []),
  ];
  return [
    String(row.serial),
    formatTime(row.startSecond, row.startNanosecond).slice(0, 23),
    (row.elapsedNs / 1e9).toFixed(3),
    `${c2s.packets}/${s2c.packets}`,
    `${c2s.bytes}/${s2c.bytes}`,
    terminalSafe(row.rule ?? '-'),
    ending.join(', '),
  ];
}
