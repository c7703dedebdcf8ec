/**
 * This file adds up what hardware would have carried, for the first screen and `run.json`: bounded,
 * whatever the number of sessions.
 */

import {
  OFFLOAD_CHECKS,
  type OffloadCheck,
  type OffloadDirection,
  type OffloadRow,
  PUNT_REASONS,
} from '../../session/offload-row.ts';
import type { SessionRow } from '../../session/session-row.ts';
import { Heaviest } from '../heaviest.ts';
import { LowestSerials } from '../lowest-serials.ts';
import { OffloadChanges } from './changes.ts';
import { type HeavySession, heavySession } from './heavy-session.ts';
import { type OffloadRates, ratesReport } from './rates.ts';
import type { offloadSwitches } from './switches.ts';

/** Sessions that are listed as those that cost the dataplane most. */
const HEAVIEST_MAX = 20;
/** Sessions that are listed as aged out early. */
const EARLY_MAX = 100;

type Heavy = HeavySession & { readonly serial: number };

/** A session that aged out while its packets flowed (panos.md §7). */
interface EarlySession {
  readonly serial: number;
  readonly unreported_packets: number;
  readonly seconds_early: number;
}

/** What the replay was told of offload. */
interface OffloadSettings {
  /** What the estimate rests on. */
  readonly assumptions: readonly string[];
  readonly switches: ReturnType<typeof offloadSwitches>;
}

export class OffloadCounts {
  private offloaded = 0;
  private dataplane = 0;
  private readonly byReason = new Map<OffloadCheck, number>();
  private readonly punted = PUNT_REASONS.map(() => 0);
  private readonly sums = {
    hardwarePackets: 0,
    dataplanePackets: 0,
    hardwareBytes: 0,
    dataplaneBytes: 0,
  };
  private readonly heaviest = new Heaviest<Heavy>(HEAVIEST_MAX);
  private readonly early = new LowestSerials<EarlySession>(EARLY_MAX);
  private readonly changes = new OffloadChanges();

  /** Adds one session. */
  add(row: SessionRow): void {
    const { offload } = row;
    if (offload === null) return;
    if (offload.isEligible) this.offloaded++;
    else this.dataplane++;
    const { reason } = offload;
    if (reason !== null) this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + 1);
    this.addDirection(offload.c2s);
    this.addDirection(offload.s2c);
    const { punted } = offload;
    for (let i = 0; i < punted.length; i++)
      this.punted[i] = (this.punted[i] ?? 0) + (punted[i] ?? 0);
    this.rank(row, offload);
    this.addEarly(row.serial, offload);
    this.changes.add(row, offload);
  }

  /**
   * What `run.json` has; null where there was no session to ask about.
   *
   * @param rates packets over time, of the whole replay
   */
  report(rates: OffloadRates, { assumptions, switches }: OffloadSettings) {
    const { sums, byReason, punted } = this;
    if (this.offloaded + this.dataplane === 0) return null;
    return {
      estimate: true,
      assumptions,
      sessions: { offloaded: this.offloaded, dataplane: this.dataplane },
      /** Of sessions that were never offloaded: the first check that stood against each. */
      reasons: byCheck(byReason),
      packets: split(sums.hardwarePackets, sums.dataplanePackets),
      bytes: split(sums.hardwareBytes, sums.dataplaneBytes),
      /** Packets of offloaded sessions that came back; they are the dataplane's above. */
      punted: Object.fromEntries(
        PUNT_REASONS.map((reason, i) => [reason, punted[i] ?? 0] as const).filter(([, n]) => n > 0),
      ),
      /** Sessions that aged out since hardware reports late. */
      late_refresh: {
        sessions: this.early.count,
        list: this.early.list().map(({ serial, ...rest }) => ({ session: serial, ...rest })),
      },
      /** Commands that switched it, and when. */
      switches,
      dataplane_rate: ratesReport(rates),
      heaviest: this.heaviest.list().map(({ serial: _, ...session }) => session),
      ...this.changes.report(),
    };
  }

  private addDirection(direction: OffloadDirection): void {
    const { sums } = this;
    sums.hardwarePackets += direction.hardwarePackets;
    sums.dataplanePackets += direction.dataplanePackets;
    sums.hardwareBytes += direction.hardwareBytes;
    sums.dataplaneBytes += direction.dataplaneBytes;
  }

  private addEarly(serial: number, { lateRefresh }: OffloadRow): void {
    if (lateRefresh === null) return;
    const { unreported, earlyNs } = lateRefresh;
    this.early.add(serial, () => ({
      ...{ serial, unreported_packets: unreported, seconds_early: earlyNs / 1e9 },
    }));
  }

  private rank(row: SessionRow, offload: OffloadRow): void {
    const { serial } = row;
    const weight = offload.c2s.dataplanePackets + offload.s2c.dataplanePackets;
    this.heaviest.add(weight, serial, () => ({ serial, ...heavySession(row, offload) }));
  }
}

/** A sum and how much of it is hardware's, from 0 to 1. */
function split(hardware: number, dataplane: number) {
  const total = hardware + dataplane;
  return { total, hardware, dataplane, hardware_share: shareOf(hardware, total) };
}

/** A part of a whole with four decimals; 0 of nothing. */
function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1e4) / 1e4;
}

/** The largest count first, on equal ones in the order of the checks. */
function byCheck(counts: ReadonlyMap<OffloadCheck, number>): Record<string, number> {
  const order = (check: OffloadCheck) => OFFLOAD_CHECKS.indexOf(check);
  const list = [...counts].sort(([a, m], [b, n]) => n - m || order(a) - order(b));
  return Object.fromEntries(list);
}
