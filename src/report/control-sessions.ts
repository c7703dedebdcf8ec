/**
 * This file gathers what ALGs made of control sessions: each one's predicts, and the flows that came of
 * them. Bounded, whatever their number: those with the lowest serials are listed.
 */

import { formatTime } from '../net/time.ts';
import type { PredictRow } from '../session/predict-row.ts';
import type { AlgRow, SessionRow } from '../session/session-row.ts';
import { LowestSerials } from './lowest-serials.ts';

/** Control sessions of each kind that are kept, and those that are listed. */
const KEPT_MAX = 1000;
const CONTROLS_MAX = 100;
const PREDICTS_MAX = 200;
const FLOWS_MAX = 400;

/** A session that an ALG reads. */
export interface ControlSession {
  readonly serial: number;
  readonly alg: AlgRow;
  /** Addresses and ports as the client sees them. */
  readonly source: string;
  readonly sport: number;
  readonly destination: string;
  readonly dport: number;
  /** Addresses that the client and the server are known by. */
  readonly clientNames: readonly string[];
  readonly serverNames: readonly string[];
  readonly start: string;
  /** null while it is in the table. */
  readonly end: string | null;
  readonly children: number;
}

/** A session that a predict let through. */
interface ChildFlow {
  readonly serial: number;
  readonly predict: number;
  readonly application: string | null;
  readonly start: string;
  readonly end: string | null;
}

/** What `run.json` has of a control session. */
export type ControlReport = ReturnType<ControlSessions['report']>[number];

export class ControlSessions {
  /** Those that predicts came of, or that could not be read to their end; and the others. */
  private readonly notable = new LowestSerials<ControlSession>(KEPT_MAX);
  private readonly others = new LowestSerials<ControlSession>(KEPT_MAX);
  private readonly predicts = new LowestSerials<PredictRow>(PREDICTS_MAX);
  private readonly flows = new LowestSerials<ChildFlow>(FLOWS_MAX);

  /** Adds one session, of whatever kind. */
  addSession(row: SessionRow): void {
    const { alg, predict, serial } = row;
    if (predict !== null) this.flows.add(serial, () => flowOf(row, predict));
    if (alg === null) return;
    const isNotable = !alg.isOn || alg.gaps > 0 || alg.blindSince !== null || row.childCount > 0;
    const list = isNotable ? this.notable : this.others;
    list.add(serial, () => controlOf(row, alg));
  }

  addPredict(row: PredictRow): void {
    this.predicts.add(row.serial, () => row);
  }

  /** How many sessions ALGs read. */
  get count(): number {
    return this.notable.count + this.others.count;
  }

  /** How many predicts are in no list. */
  get predictsNotListed(): number {
    return this.predicts.count - this.predicts.list().length;
  }

  /** Whether `list` has every control session. */
  get areAllKnown(): boolean {
    return this.list().length === this.count;
  }

  /** The sessions that are kept, without what came of them. */
  list(): readonly ControlSession[] {
    return [...this.notable.list(), ...this.others.list()].sort((a, b) => a.serial - b.serial);
  }

  /** What `run.json` has; a parent that is not known has no ends. */
  report() {
    const byParent = grouped(this.predicts.list(), ({ parent }) => parent);
    const byPredict = grouped(this.flows.list(), ({ predict }) => predict);
    const known = new Map(this.list().map((control) => [control.serial, control]));
    const notable = this.notable.list().slice(0, CONTROLS_MAX);
    const listed = notable.map(({ serial }) => serial);
    const serials = [...new Set([...listed, ...byParent.keys()])].sort((a, b) => a - b);
    return serials.map((serial) => {
      const control = known.get(serial);
      return {
        session: serial,
        ...controlReport(control),
        predicts: (byParent.get(serial) ?? []).map((row) =>
          predictReport(row, byPredict.get(row.serial) ?? []),
        ),
      };
    });
  }
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), group);
    group.push(item);
  }
  return groups;
}

function flowOf(row: SessionRow, predict: number): ChildFlow {
  const { serial, application } = row;
  return { serial, predict, application, ...lifeOf(row) };
}

function controlOf(row: SessionRow, alg: AlgRow): ControlSession {
  const { serial, source, sport, destination, dport } = row;
  return {
    ...{ serial, alg, source, sport, destination, dport },
    clientNames: [source, row.translatedSource],
    serverNames: [destination, row.translatedDestination],
    ...lifeOf(row),
    children: row.childCount,
  };
}

function lifeOf({ startSecond, startNanosecond, end }: SessionRow) {
  return {
    start: formatTime(startSecond, startNanosecond),
    end: end && formatTime(end.second, end.nanosecond),
  };
}

function controlReport(control: ControlSession | undefined) {
  return {
    alg: control?.alg.application ?? null,
    alg_on: control?.alg.isOn ?? null,
    gaps: control?.alg.gaps ?? 0,
    blind_since: control?.alg.blindSince ?? null,
    blind_cause: control?.alg.blindCause ?? null,
    source: control?.source ?? null,
    sport: control?.sport ?? null,
    dst: control?.destination ?? null,
    dport: control?.dport ?? null,
    start: control?.start ?? null,
    end: control?.end ?? null,
    children: control?.children ?? 0,
  };
}

function predictReport(row: PredictRow, flows: readonly ChildFlow[]) {
  const { expected, installed, end } = row;
  return {
    serial: row.serial,
    packet: installed.packet,
    cause: expected.cause,
    application: expected.application,
    protocol: expected.protocol,
    source: expected.source,
    sport: expected.sport,
    dst: expected.destination,
    dport: expected.dport,
    installed: formatTime(installed.second, installed.nanosecond),
    timeout: row.timeout,
    outcome: row.outcome,
    withdrawn_by: row.withdrawnBy,
    removed: end && formatTime(end.second, end.nanosecond),
    session: row.session,
    sessions: row.sessions,
    flows: flows.map(({ serial, application, start, end: ended }) => {
      return { session: serial, application, start, end: ended };
    }),
  };
}
