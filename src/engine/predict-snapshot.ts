/** This file makes the plain row that reports read of a predict. */

import type { PredictNote } from '../events/event-log.ts';
import { formatIpv4 } from '../net/address.ts';
import type { Predict, PredictFacts } from '../session/predict.ts';
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
    expected: { ...note, ...reached(facts) },
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
    isObserved: predict.isObserved,
  };
}

/** Where it is reached, with what was learnt since it was announced. */
export function reached({
  destination,
  note,
}: PredictFacts): Pick<PredictNote, 'destination' | 'dport'> {
  const { words, port } = destination;
  const isIpv4 = words?.length === 1;
  return { destination: isIpv4 ? formatIpv4(words[0]!) : note.destination, dport: port };
}
