/** This file counts a run's frames and sessions: the `counts` of `run.json`. */

import type { CaptureReplayReport } from '../capture/capture-report.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import type { GivenCommand } from '../engine/commands.ts';
import type { OffloadRates } from '../engine/offload-rates.ts';
import type { Observations } from '../engine/parts.ts';
import {
  COUNT_EGRESS_COPY,
  COUNT_ICMP_ERROR,
  COUNT_ICMP_ERROR_NO_SESSION,
  COUNT_INNER_IN_SESSION,
  COUNT_NEIGHBOUR,
} from '../events/counters.ts';
import { protocolName } from '../net/protocol.ts';
import { formatTime } from '../net/time.ts';
import type { PoolUse } from '../session/pool-use.ts';
import { byCount } from './counting.ts';
import { offloadAssumptions } from './offload/assumptions.ts';
import { plainRates } from './offload/rates.ts';
import { offloadSwitches } from './offload/switches.ts';
import type { SessionSummary } from './summary.ts';
import { OTHERS } from './zone-pairs.ts';

/** What a replay counted. */
export interface CountFacts {
  readonly config: FirewallConfig;
  readonly captures: CaptureReplayReport;
  readonly summary: SessionSummary;
  readonly observations: Observations;
  readonly counters: Float64Array;
  /** Pools that NAT rules name; null without such rules. */
  readonly natPools: readonly PoolUse[] | null;
  readonly sessionsCreated: number;
  readonly predictsCreated: number;
  readonly occupancyPeak: number;
  /** Seconds since 1970 and nanoseconds; null when no session was made. */
  readonly occupancyPeakTime: { readonly second: number; readonly nanosecond: number } | null;
  /** Packets over time, and what of them hardware would have had; null where nobody counted. */
  readonly rates: OffloadRates | null;
  /** Operational commands that were given, in order. */
  readonly commandsGiven: readonly GivenCommand[];
  /** Frames that `--filter` kept from the firewall. */
  readonly filteredOut: number;
  /** Clients for each of the capture's: each frame came as often. */
  readonly scale: number;
}

/** Key order is the file's. */
export function runCounts(facts: CountFacts) {
  const { captures, config, summary, occupancyPeakTime: peak } = facts;
  const applications = summary.applications.list();
  const pairs = summary.zonePairs.list();
  return {
    frames: framesOf(facts),
    frames_by_place: framesByPlace(facts),
    sessions: facts.sessionsCreated - summary.outside,
    sessions_ended: summary.ended,
    sessions_live: summary.live,
    predicts: facts.predictsCreated,
    session_packets: summary.packets,
    session_bytes: summary.bytes,
    dropped_packets: summary.dropped,
    peak_sessions: facts.occupancyPeak,
    peak_sessions_time: peak === null ? null : formatTime(peak.second, peak.nanosecond),
    end_reasons: Object.fromEntries(byCount(summary.byEndReason)),
    applications: Object.fromEntries(applications.map((one) => [one.application, one.sessions])),
    application_table: applications,
    app_id: config.session.identifiesByPayload
      ? {
          ...summary.applications.report(),
          details_not_kept: facts.observations.details.notKept,
        }
      : null,
    zone_pairs: Object.fromEntries(
      pairs.map(({ from, to, sessions }) => [
        from === OTHERS ? OTHERS : `${from} → ${to}`,
        sessions,
      ]),
    ),
    zone_matrix: pairs,
    nat: facts.natPools === null ? null : summary.nat.report(facts.natPools),
    predict_sessions: summary.predicts.report(facts.observations, facts.counters),
    offload: summary.offload.report(plainRates(facts.rates), {
      assumptions: offloadAssumptions(config),
      switches: offloadSwitches(facts.commandsGiven, captures.firstTime),
    }),
    protocols: Object.fromEntries(
      byCount(summary.byProtocol).map(([number, count]) => [protocolName(number), count]),
    ),
  };
}

/** Where every frame went; the numbers add up to the frames. */
function framesByPlace(facts: CountFacts) {
  const { summary, counters, observations, filteredOut, scale } = facts;
  const of = (counter: number) => counters[counter] ?? 0;
  const known = {
    sessions: summary.packets + summary.outsidePackets - of(COUNT_INNER_IN_SESSION),
    egress_copies: of(COUNT_EGRESS_COPY),
    icmp_errors:
      of(COUNT_ICMP_ERROR) + of(COUNT_ICMP_ERROR_NO_SESSION) - observations.innerIcmpErrors,
    neighbour_discovery: of(COUNT_NEIGHBOUR) - observations.innerNeighbours,
    undecoded: observations.undecoded.reduce((total, count) => total + count, 0),
    filtered_out: scale * filteredOut,
  };
  const placed = Object.values(known).reduce((total, count) => total + count, 0);
  return { ...known, without_session: framesOf(facts) - placed };
}

/** Frames that the firewall took, or that were filtered out: those of twins are frames, too. */
function framesOf({ captures, scale }: CountFacts): number {
  return scale * captures.files.reduce((total, file) => total + file.frames, 0);
}
