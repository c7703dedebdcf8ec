/**
 * This file compares predicts with the expectations of the Linux kernel: each expectation is a predict
 * that the same packet announced for the same endpoints and parent; a used one was converted to the
 * session that used it, an unused one was not.
 */

import type { SessionRow } from '../../src/session/session-row.ts';
import type { Difference } from './differences.ts';
import type { LabPredict, LabScenario } from './lab.ts';
import { type Flow, flowOf } from './lab-flows.ts';

/** What of a predict is compared. */
export interface ComparedPredict {
  /** Serial of the control session. */
  readonly parent: number;
  readonly proto: string;
  /** null is any. */
  readonly src: string | null;
  readonly dst: string | null;
  /** 0 is any. */
  readonly dport: number;
  /** Number of the frame that announced it. */
  readonly packet: number;
  readonly isConverted: boolean;
  /** Serial of the session that it was converted to, or null. */
  readonly session: number | null;
}

export function* predictDifferences(
  scenario: LabScenario,
  sessions: readonly SessionRow[],
  flows: readonly Flow[],
  predicts: readonly ComparedPredict[],
): Generator<Difference> {
  const left = [...predicts];
  for (const expectation of scenario.predicts) {
    const conversation = `predict ${nameOf(expectation)} by packet ${expectation.packet}`;
    const at = left.findIndex((own) => isSame(own, expectation, sessions));
    const [own] = at < 0 ? [] : left.splice(at, 1);
    if (own === undefined) {
      yield { conversation, what: 'none' };
      continue;
    }
    const user = scenario.sessions[(expectation.session ?? 0) - 1];
    const flow = user && flowOf(user, flows);
    if (own.isConverted !== (user !== undefined)) {
      yield { conversation, what: `${own.isConverted}, kernel ${expectation.fate}` };
    } else if (own.session !== (flow?.row.serial ?? null)) {
      yield { conversation, what: `by session ${own.session}, kernel ${flow?.row.serial}` };
    }
  }
  for (const own of left) {
    const conversation = `predict ${nameOf(own)} by packet ${own.packet}`;
    yield { conversation, what: 'unknown to the kernel' };
  }
}

function nameOf({ proto, src, dst, dport }: LabPredict | ComparedPredict): string {
  return `${proto} ${src ?? 'any'} > ${dst ?? 'any'}:${dport}`;
}

/** An address that one of the two leaves open is the same as any. */
function isSame(
  own: ComparedPredict,
  expectation: LabPredict,
  sessions: readonly SessionRow[],
): boolean {
  const parent = sessions.find((row) => row.serial === own.parent);
  const ends = parent && [parent.source, parent.sport, parent.destination, parent.dport];
  const [source, sport, destination, dport] = ends ?? [];
  return (
    own.packet === expectation.packet &&
    own.proto === expectation.proto &&
    own.dport === expectation.dport &&
    own.dst === expectation.dst &&
    (own.src === null || expectation.src === 'any' || own.src === expectation.src) &&
    `${source}:${sport}>${destination}:${dport}` === expectation.parent
  );
}
