/**
 * This file finds data flows that no predict explains: sessions that look like data of a control channel,
 * denied ones between the two hosts of a control channel that could not be read any more, and denied ones
 * that came when their predict was gone. Bounded, whatever their number.
 */

import type { Observations } from '../engine/parts.ts';
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
/** Flows that are compared with control sessions, and those of them that are listed. */
const COMPARED_MAX = 1000;
const LISTED_MAX = 100;

/** Why no predict explains a flow. */
type Why = 'predict-over' | 'alg-blind' | 'capture-gap' | 'not-announced' | 'no-control-session';

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

  /** Adds one session, of whatever kind. */
  add(row: SessionRow): void {
    if (row.parent !== null || row.alg !== null) return;
    if (looksLikeData(row)) this.looking.add(row.serial, () => flowOf(row));
    else if (row.action !== 'allow') this.denied.add(row.serial, () => flowOf(row));
  }

  /**
   * What `run.json` has.
   *
   * @param controls the control sessions that are known
   * @param predicts the predicts that are known
   * @param observations flows that were announced and refused: these are explained
   */
  report(
    controls: readonly ControlSession[],
    predicts: readonly PredictRow[],
    { refusedFlows, refusedFlowCount }: Observations,
  ) {
    const refused = new Set(refusedFlows.map(({ session }) => session));
    // Refused flows beyond their list came later than all in it.
    const isListFull = refusedFlowCount > refusedFlows.length;
    const last = Math.max(0, ...refusedFlows.map(({ session }) => session ?? 0));
    const isRefused = ({ serial, isDenied }: Flow) =>
      refused.has(serial) || (isListFull && isDenied && serial > last);
    const looking = this.looking.list().filter((flow) => !isRefused(flow));
    const over = new Map(predicts.map((predict) => [keyOf(predict.expected), predict]));
    const explain = (flow: Flow, among: readonly ControlSession[]) =>
      flowReport(flow, controlOf(flow, among), overBefore(flow, over));
    const told = looking.map((flow) => explain(flow, controls));
    const blind = controls.filter(({ alg }) => alg.blindSince !== null);
    const other = blind.length + predicts.length === 0 ? [] : this.denied.list();
    const further = other.filter((flow) => !isRefused(flow)).map((flow) => explain(flow, blind));
    told.push(...further.filter(({ why }) => why === 'predict-over' || why === 'alg-blind'));
    told.sort((a, b) => a.session - b.session);
    const notCompared = this.looking.count - this.looking.list().length;
    return {
      unexplained_flows: told.length + notCompared,
      unexplained_flow_list: told.slice(0, LISTED_MAX),
    };
  }
}

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

/** The last predict to the flow's destination that had left the table when the flow began, or null. */
function overBefore(flow: Flow, over: ReadonlyMap<string, PredictRow>): PredictRow | null {
  const predict = over.get(keyOf(flow));
  if (predict === undefined || predict.end === null) return null;
  const { source } = predict.expected;
  const isFrom = source === null || source === flow.source;
  const { second, nanosecond } = predict.end;
  return isFrom && formatTime(second, nanosecond) <= flow.start ? predict : null;
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

function whyOf({ packet }: Flow, control: ControlSession | null, over: PredictRow | null): Why {
  if (over !== null) return 'predict-over';
  if (control === null) return 'no-control-session';
  const { blindSince, gaps } = control.alg;
  if (blindSince !== null && blindSince < packet) return 'alg-blind';
  return gaps > 0 ? 'capture-gap' : 'not-announced';
}

function flowReport(flow: Flow, control: ControlSession | null, over: PredictRow | null) {
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
    why: whyOf(flow, control, over),
    predict: over?.serial ?? null,
    control: over?.parent ?? control?.serial ?? null,
    blind_since: control?.alg.blindSince ?? null,
    blind_cause: control?.alg.blindCause ?? null,
  };
}
