/**
 * This file finds data flows that no predict explains: sessions that look like data of a control channel,
 * denied ones between the two hosts of a control channel that could not be read any more, and denied ones
 * that came when their predict was gone. Bounded, whatever their number: what looks like data is counted
 * all the same, and where something could not be compared the count is said to be a lower bound.
 */

import { PROTO_TCP } from '../net/protocol.ts';
import { formatTime } from '../net/time.ts';
import type { PredictRow } from '../session/predict-row.ts';
import type { SessionRow } from '../session/session-row.ts';
import type { ControlSession } from './control-sessions.ts';
import { LowestSerials } from './lowest-serials.ts';

/** Applications that a control channel announces (panos.md §6.2). */
const DATA_APPLICATIONS: ReadonlySet<string> = new Set(['ftp-data', 'rtp-base', 'rtcp']);
/** Port that a server's side of active FTP has (RFC 959 §8). */
const FTP_DATA_PORT = 20;
/** Flows, of each kind, and predicts that are compared; and flows that are listed. */
const COMPARED_MAX = 4096;
const LISTED_MAX = 100;

/** Why no predict explains a flow; `not-known` where more control sessions were there than are kept. */
type Why =
  | 'predict-over'
  | 'alg-blind'
  | 'capture-gap'
  | 'not-announced'
  | 'no-control-session'
  | 'not-known';

interface Flow {
  readonly serial: number;
  readonly packet: number;
  readonly start: string;
  readonly application: string | null;
  readonly protocol: number;
  readonly source: string;
  readonly sport: number;
  readonly destination: string;
  readonly dport: number;
  readonly isDenied: boolean;
}

export class UnexplainedFlows {
  private readonly looking = new LowestSerials<Flow>(COMPARED_MAX);
  /** Denied ones that do not look like data. */
  private readonly denied = new LowestSerials<Flow>(COMPARED_MAX);
  private readonly predicts = new LowestSerials<PredictRow>(COMPARED_MAX);

  addPredict(row: PredictRow): void {
    this.predicts.add(row.serial, () => row);
  }

  /** Adds one session, of whatever kind. What an option refused is explained. */
  add(row: SessionRow): void {
    if (row.wasAnnounced || row.alg !== null) return;
    if (looksLikeData(row)) this.looking.add(row.serial, () => flowOf(row));
    else if (row.action !== 'allow') this.denied.add(row.serial, () => flowOf(row));
  }

  /** What `run.json` has; `controls` are those that are known. */
  report(controls: readonly ControlSession[], areAllKnown: boolean) {
    const { looking, denied, predicts } = this;
    const over = byEnd(predicts.list());
    const explain = (flow: Flow, among: readonly ControlSession[]) =>
      flowReport(flow, controlOf(flow, among), overBefore(flow, over), areAllKnown);
    const told = looking.list().map((flow) => explain(flow, controls));
    const blind = controls.filter(({ alg }) => alg.blindSince !== null);
    const isAnyOther = blind.length + predicts.count > 0 || !areAllKnown;
    const other = isAnyOther ? denied.list().map((flow) => explain(flow, blind)) : [];
    told.push(...other.filter(({ why }) => why === 'predict-over' || why === 'alg-blind'));
    told.sort((a, b) => a.session - b.session);
    const isSome = denied.count > 0 && isAnyOther;
    return {
      unexplained_flows: told.length + notListed(looking),
      /** Denied flows, predicts or control sessions beyond those kept could add to them. */
      unexplained_at_least: isSome && (notListed(denied) + notListed(predicts) > 0 || !areAllKnown),
      unexplained_flow_list: told.slice(0, LISTED_MAX),
    };
  }
}

const notListed = (lowest: LowestSerials<{ readonly serial: number }>): number =>
  lowest.count - lowest.list().length;

function looksLikeData({ application, protocol, sport }: SessionRow): boolean {
  if (application !== null && DATA_APPLICATIONS.has(application)) return true;
  return protocol === PROTO_TCP && sport === FTP_DATA_PORT;
}

function flowOf(row: SessionRow): Flow {
  const { serial, startPacket, application, protocol, source, sport, destination, dport } = row;
  return {
    ...{ serial, packet: startPacket, application, protocol, source, sport, destination, dport },
    start: formatTime(row.startSecond, row.startNanosecond),
    isDenied: row.action !== 'allow',
  };
}

interface FlowEnd {
  readonly protocol: number;
  readonly destination: string | null;
  readonly dport: number;
}

const keyOf = ({ protocol, destination, dport }: FlowEnd) => `${protocol} ${destination} ${dport}`;

type Over = ReadonlyMap<string, readonly { readonly row: PredictRow; readonly ended: string }[]>;

/** Predicts that left the table, by what they led to. */
function byEnd(rows: readonly PredictRow[]): Over {
  const over = new Map<string, { row: PredictRow; ended: string }[]>();
  for (const row of rows) {
    if (row.end === null) continue;
    const key = keyOf(row.expected);
    const entry = { row, ended: formatTime(row.end.second, row.end.nanosecond) };
    const known = over.get(key);
    if (known === undefined) over.set(key, [entry]);
    else known.push(entry);
  }
  return over;
}

/** The last predict to the flow's destination that had left the table when the flow began, or null. */
function overBefore(flow: Flow, over: Over): PredictRow | null {
  const isIt = ({ row: { expected }, ended }: { row: PredictRow; ended: string }) =>
    (expected.source === null || expected.source === flow.source) && ended <= flow.start;
  return over.get(keyOf(flow))?.findLast(isIt)?.row ?? null;
}

/** The control session of the same two hosts that was there when the flow began: the last one, or null. */
function controlOf(flow: Flow, controls: readonly ControlSession[]): ControlSession | null {
  const found = controls.findLast(({ start, end, clientNames, serverNames }) => {
    if (start > flow.start || (end !== null && end < flow.start)) return false;
    const { source, destination } = flow;
    return (
      (clientNames.includes(source) && serverNames.includes(destination)) ||
      (serverNames.includes(source) && clientNames.includes(destination))
    );
  });
  return found ?? null;
}

function whyOf(
  { packet }: Flow,
  control: ControlSession | null,
  over: PredictRow | null,
  areAllKnown: boolean,
): Why {
  if (over !== null) return 'predict-over';
  if (control === null) return areAllKnown ? 'no-control-session' : 'not-known';
  const { blindSince, gaps } = control.alg;
  if (blindSince !== null && blindSince < packet) return 'alg-blind';
  return gaps > 0 ? 'capture-gap' : 'not-announced';
}

function flowReport(
  flow: Flow,
  control: ControlSession | null,
  over: PredictRow | null,
  areAllKnown: boolean,
) {
  return {
    session: flow.serial,
    packet: flow.packet,
    time: flow.start,
    application: flow.application,
    protocol: flow.protocol,
    source: flow.source,
    sport: flow.sport,
    dst: flow.destination,
    dport: flow.dport,
    denied: flow.isDenied,
    why: whyOf(flow, control, over, areAllKnown),
    predict: over?.serial ?? null,
    control: over?.parent ?? control?.serial ?? null,
    blind_since: control?.alg.blindSince ?? null,
    blind_cause: control?.alg.blindCause ?? null,
  };
}
