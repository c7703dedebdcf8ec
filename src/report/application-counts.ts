/** This file adds sessions up by application, and by how it was identified: bounded, whatever comes. */

import type { SessionRow } from '../session/session-row.ts';
import { OTHERS, order } from './zone-pairs.ts';

/** Distinct applications that are told apart; the rest is `OTHERS`. */
const APPLICATIONS_MAX = 1000;

/** Stands for sessions of which nothing tells the application. */
const NOT_IDENTIFIED = '(not identified)';

/** What sessions of one application sent. */
export interface ApplicationSums {
  readonly application: string;
  sessions: number;
  packets: number;
  bytes: number;
}

export class ApplicationCounts {
  private readonly sums = new Map<string, ApplicationSums>();
  private inspected = 0;
  private identified = 0;
  private unknown = 0;
  private shifted = 0;
  private denied = 0;
  private cut = 0;

  /** Adds one session. */
  add(row: SessionRow): void {
    const sums = this.sumsOf(row.application ?? NOT_IDENTIFIED);
    sums.sessions++;
    sums.packets += row.c2s.packets + row.s2c.packets;
    sums.bytes += row.c2s.bytes + row.s2c.bytes;
    const { identification: how } = row;
    if (how === null) return;
    this.inspected++;
    if (how.source !== null) this.identified++;
    else if (how.packet > 0) this.unknown++;
    else if (how.isCut) this.cut++;
    if (how.before !== null) this.shifted++;
    if (how.isDenied) this.denied++;
  }

  /** Sessions of which the capture lacks the payload that would tell their application. */
  get payloadCut(): number {
    return this.cut;
  }

  /** The application with the most sessions first, names in order on equal counts. */
  list(): ApplicationSums[] {
    return [...this.sums.values()].sort(
      (a, b) => b.sessions - a.sessions || order(a.application, b.application),
    );
  }

  /** What `run.json` has of identification by payload. */
  report() {
    return {
      inspected: this.inspected,
      identified: this.identified,
      unknown: this.unknown,
      shifted: this.shifted,
      denied: this.denied,
      payload_cut: this.cut,
    };
  }

  private sumsOf(application: string): ApplicationSums {
    const known = this.sums.get(application);
    if (known !== undefined) return known;
    if (this.sums.size >= APPLICATIONS_MAX && application !== OTHERS) return this.sumsOf(OTHERS);
    const sums = { application, sessions: 0, packets: 0, bytes: 0 };
    this.sums.set(application, sums);
    return sums;
  }
}
