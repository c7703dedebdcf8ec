/** This file adds predicts up for the first screen and `run.json`: bounded, whatever their number. */

import type { Observations } from '../engine/parts.ts';
import { COUNT_PREDICT_LIMIT, COUNT_PREDICT_REFUSED } from '../events/counters.ts';
import { timeText } from '../net/time.ts';
import type { PredictOutcome } from '../session/predict.ts';
import type { PredictRow, RefusedFlow } from '../session/predict-row.ts';
import type { SessionRow } from '../session/session-row.ts';
import { ControlSessions } from './control-sessions.ts';
import { UnexplainedFlows } from './unexplained-flows.ts';

export class PredictCounts {
  private readonly byOutcome = new Map<PredictOutcome, number>();
  private sessions = 0;
  private inferred = 0;
  private observed = 0;
  private live = 0;
  private readonly controls = new ControlSessions();
  private readonly flows = new UnexplainedFlows();

  /** Adds one predict. */
  add(row: PredictRow): void {
    this.byOutcome.set(row.outcome, (this.byOutcome.get(row.outcome) ?? 0) + 1);
    this.sessions += row.sessions;
    if (row.isInferred) this.inferred++;
    if (row.isObserved) this.observed++;
    if (row.end === null) this.live++;
    this.controls.addPredict(row);
    this.flows.addPredict(row);
  }

  /** Looks at one session, of whatever kind. */
  addSession(row: SessionRow): void {
    this.controls.addSession(row);
    this.flows.add(row);
  }

  /** What `run.json` has; `observations` and `counters` are the replay's. */
  report(observations: Observations, counters: Float64Array) {
    const { refusedFlows, refusedFlowCount } = observations;
    const { controls } = this;
    const of = (outcome: PredictOutcome) => this.byOutcome.get(outcome) ?? 0;
    return {
      predicted: [...this.byOutcome.values()].reduce((total, count) => total + count, 0),
      converted: of('converted'),
      sessions: this.sessions,
      expired: of('expired'),
      withdrawn: of('withdrawn'),
      superseded: of('superseded'),
      parent_closed: of('parent-closed'),
      open: of('open'),
      /** `num-predict` of `show session info` when the replay ended (panos.md §4.3). */
      num_predict: this.live,
      /** Ports that a flow was taken to show, and ends that the message showed as the firewall sent it. */
      inferred: this.inferred,
      observed: this.observed,
      /** Announcements that an option kept out of the table, and those that a bound did. */
      refused: counters[COUNT_PREDICT_REFUSED] ?? 0,
      over_limit: counters[COUNT_PREDICT_LIMIT] ?? 0,
      refused_flows: refusedFlowCount,
      refused_flow_list: refusedFlows.map(refusedFlow),
      ...this.flows.report(controls.list(), controls.areAllKnown),
      control_sessions: controls.count,
      control_session_list: controls.report(),
      predicts_not_listed: controls.predictsNotListed,
    };
  }
}

/** A denied flow that was announced, and why it was not let through. */
function refusedFlow(flow: RefusedFlow) {
  const { session, seen, expected, announced, parent, alg, reason } = flow;
  return {
    session,
    packet: seen.packet,
    time: timeText(seen),
    application: expected.application,
    protocol: expected.protocol,
    dst: expected.destination,
    dport: expected.dport,
    parent,
    alg,
    cause: expected.cause,
    announced_packet: announced.packet,
    reason,
  };
}
