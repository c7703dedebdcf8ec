/** This file counts where the frames of a run went. */

import {
  COUNT_EGRESS_COPY,
  COUNT_ICMP_ERROR,
  COUNT_ICMP_ERROR_NO_SESSION,
  COUNT_INNER_IN_SESSION,
  COUNT_NEIGHBOUR,
} from '../events/counters.ts';
import type { RunFacts } from './run-report.ts';

/** Where every frame went; the numbers add up to the frames. */
export function framesByPlace({ captures, summary, counters, observations, selection }: RunFacts) {
  const of = (counter: number) => counters[counter] ?? 0;
  const known = {
    sessions: summary.packets + summary.outsidePackets - of(COUNT_INNER_IN_SESSION),
    egress_copies: of(COUNT_EGRESS_COPY),
    icmp_errors:
      of(COUNT_ICMP_ERROR) + of(COUNT_ICMP_ERROR_NO_SESSION) - observations.innerIcmpErrors,
    neighbour_discovery: of(COUNT_NEIGHBOUR) - observations.innerNeighbours,
    undecoded: observations.undecoded.reduce((total, count) => total + count, 0),
    filtered_out: selection.filter?.filteredOut ?? 0,
  };
  const placed = Object.values(known).reduce((total, count) => total + count, 0);
  return {
    ...known,
    without_session: captures.files.reduce((total, file) => total + file.frames, 0) - placed,
  };
}
