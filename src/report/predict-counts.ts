/** This file adds predicts up for the first screen and `run.json`: bounded, whatever their number. */

import type { Observations } from '../engine/parts.ts';
import { timeText } from '../net/time.ts';
import type { PredictOutcome } from '../session/predict.ts';
import type { PredictRow, RefusedFlow } from '../session/predict-row.ts';

export class PredictCounts {
  private readonly byOutcome = new Map<PredictOutcome, number>();
  private sessions = 0;
  private inferred = 0;
  private live = 0;

  /** Adds one predict. */
  add(row: PredictRow): void {
    this.byOutcome.set(row.outcome, (this.byOutcome.get(row.outcome) ?? 0) + 1);
    this.sessions += row.sessions;
    if (row.isInferred) this.inferred++;
    if (row.end === null) this.live++;
  }

  /** What `run.json` has; `observations` are the replay's. */
  report({ refusedFlows, refusedFlowCount }: Observations) {
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
      inferred: this.inferred,
      refused_flows: refusedFlowCount,
      refused_flow_list: refusedFlows.map(refusedFlow),
    };
  }
}

/** A denied flow that was announced, and why it was not let through. */
function refusedFlow({ session, seen, expected, announced, parent, reason }: RefusedFlow) {
  return {
    session,
    packet: seen.packet,
    time: timeText(seen),
    application: expected.application,
    protocol: expected.protocol,
    dst: expected.destination,
    dport: expected.dport,
    parent,
    cause: expected.cause,
    announced_packet: announced.packet,
    reason,
  };
}
