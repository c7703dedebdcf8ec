/**
 * This file compares predicts with the expectations of the Linux kernel: each expectation is a predict
 * that the same packet announced for the same endpoints and parent; a used one was converted to the
 * session that used it, an unused one was not.
 */

import { PROTO_TCP } from '../../src/net/protocol.ts';
import type { PredictRow } from '../../src/session/predict-row.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import type { Difference } from './differences.ts';
import type { LabPredict, LabScenario } from './lab.ts';
import { type Flow, flowOf, isNear, secondsOf } from './lab-flows.ts';

/** The kernel's event is noted after its packet; where the truth does not name that. */
const CREATED_TOLERANCE = 0.02;
/** The kernel's names of helpers. */
const H323: readonly string[] = ['Q.931', 'H.245'];
/** Applications whose control channel no helper of the kernel reads. */
const UNHELPED: readonly (string | null)[] = ['rtsp'];

/** How much was compared. */
export interface PredictTally {
  predicts: number;
  converted: number;
}

export function* predictDifferences(
  scenario: LabScenario,
  sessions: readonly SessionRow[],
  flows: readonly Flow[],
  predicts: readonly PredictRow[],
  tally: PredictTally,
): Generator<Difference> {
  const left = predicts.filter(
    ({ parent }) => !UNHELPED.includes(sessions.find((s) => s.serial === parent)!.application),
  );
  for (const expectation of comparable(scenario.predicts)) {
    const { proto, src, dst, dport, packet, fate } = expectation;
    const conversation = `predict ${proto} ${src} > ${dst}:${dport}`;
    const at = left.findIndex((own) => isSame(own, expectation, sessions));
    const [own] = at < 0 ? [] : left.splice(at, 1);
    tally.predicts++;
    if (own === undefined) {
      yield { conversation, what: `none by packet ${packet}` };
      continue;
    }
    const user = scenario.sessions[(expectation.session ?? 0) - 1];
    const serial = (user && flowOf(user, flows))?.row.serial ?? null;
    if (user !== undefined) tally.converted++;
    if ((own.outcome === 'converted') === (user !== undefined) && own.session === serial) continue;
    const ours = `${own.outcome}, session ${own.session}`;
    yield { conversation, what: `${ours}, kernel ${fate}, session ${serial}` };
  }
  for (const { expected, installed } of left) {
    const { source, destination, dport, protocol } = expected;
    const ends = `${source ?? 'any'} > ${destination ?? 'any'}:${dport}`;
    const conversation = `predict ${nameOf(protocol)} ${ends}`;
    yield { conversation, what: `by packet ${installed.packet}, unknown to the kernel` };
  }
}

/**
 * Of H.323 the kernel expects both ports of a pair as often as a message names one of them: what it names
 * counts, once.
 */
function comparable(predicts: readonly LabPredict[]): LabPredict[] {
  const nameOf = ({ packet, dst, dport }: LabPredict) => `${packet} ${dst} ${dport}`;
  return predicts.filter((one, i) => {
    if (!H323.includes(one.alg)) return true;
    const isLast = !predicts.slice(i + 1).some((later) => nameOf(later) === nameOf(one));
    return isLast && one.implied !== true;
  });
}

/** An address that one of the two leaves open is the same as any. */
function isSame(
  { expected, installed, parent }: PredictRow,
  expectation: LabPredict,
  sessions: readonly SessionRow[],
): boolean {
  const { source, destination, dport, protocol } = expected;
  const control = sessions.find((row) => row.serial === parent);
  const { packet, created } = expectation;
  const isThen =
    packet === undefined
      ? isNear(secondsOf(installed), created, CREATED_TOLERANCE)
      : installed.packet === packet;
  return (
    isThen &&
    nameOf(protocol) === expectation.proto &&
    dport === expectation.dport &&
    destination === expectation.dst &&
    (source === null || expectation.src === 'any' || source === expectation.src) &&
    control !== undefined &&
    `${control.source}:${control.sport}>${control.destination}:${control.dport}` ===
      expectation.parent
  );
}

function nameOf(protocol: number): 'tcp' | 'udp' {
  return protocol === PROTO_TCP ? 'tcp' : 'udp';
}
