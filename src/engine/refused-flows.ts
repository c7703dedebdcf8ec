/** This file lists denied flows that a predict would have let through but for an option. */

import type { RefusedFlow } from '../session/predict-row.ts';
import type { EngineParts } from './parts.ts';

/** Flows that are listed; the rest is counted. */
const REFUSED_FLOWS_MAX = 100;

/** A flow was denied: lists it if an announcement of it was refused. */
export function noteDenied(
  { observations }: Pick<EngineParts, 'observations'>,
  flow: RefusedFlow | null,
): void {
  if (flow === null) return;
  observations.refusedFlowCount++;
  if (observations.refusedFlows.length < REFUSED_FLOWS_MAX) observations.refusedFlows.push(flow);
}
