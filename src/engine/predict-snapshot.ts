/** This file makes the plain row that reports read of a predict. */

import type { Predict } from '../session/predict.ts';
import type { PredictRow } from '../session/predict-row.ts';
import type { EngineParts } from './parts.ts';
import { momentOf } from './predict-requests.ts';

/** @param hasEnded whether it leaves the table now */
export function predictRow(parts: EngineParts, predict: Predict, hasEnded: boolean): PredictRow {
  const { facts } = predict;
  const { installed, timeout, note } = facts;
  const left = (predict.deadlineNs - parts.position.clock[0]!) / 1e9;
  return {
    serial: predict.serial,
    sessionId: predict.sessionId,
    parent: facts.parent,
    parentId: facts.parentId,
    expected: { ...note, dport: facts.destination.port },
    rule: parts.policy.rules[facts.rule]!.name,
    installed,
    expires: { second: installed.second + timeout, nanosecond: installed.nanosecond },
    timeout,
    timeToLive: hasEnded ? 0 : Math.max(0, Math.floor(left)),
    outcome: predict.outcome,
    withdrawnBy: predict.withdrawnBy,
    session: predict.child === 0 ? null : predict.child,
    sessions: predict.children,
    end: hasEnded ? momentOf(parts) : null,
    isInferred: predict.isInferred,
  };
}
