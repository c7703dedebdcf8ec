/** This file puts the parts of one replayed firewall together. */

import { ALGS } from '../alg/algs.ts';
import { signatureSet } from '../appid/signature-set.ts';
import type { CaptureInterface } from '../capture/frame-batch.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import { newCounters } from '../events/counters.ts';
import { EVENT_KINDS } from '../events/event-kinds.ts';
import { EventLog } from '../events/event-log.ts';
import { Position } from '../events/position.ts';
import { IngressZones } from '../ingress/ingress-zones.ts';
import { Ageing } from '../session/ageing.ts';
import { Answers } from '../session/answers.ts';
import { AppDetails } from '../session/app-detail.ts';
import { Carriers } from '../session/carriers.ts';
import { Families } from '../session/families.ts';
import { Identifications } from '../session/identifications.ts';
import { Overridden } from '../session/overridden.ts';
import { SessionIds } from '../session/session-ids.ts';
import { SessionMachine } from '../session/session-machine.ts';
import { SessionTable } from '../session/session-table.ts';
import { SessionTimers } from '../session/session-timers.ts';
import { TcpTracker } from '../session/tcp-tracker.ts';
import { Transitions } from '../session/transitions.ts';
import { ApplicationOverrides } from '../slowpath/application-overrides.ts';
import { Egress } from '../slowpath/egress.ts';
import { Nat } from '../slowpath/nat.ts';
import { Policy } from '../slowpath/policy.ts';
import { PortApplications } from '../slowpath/port-applications.ts';
import { DECODE_STATUSES } from '../wire/decode-status.ts';
import { PacketView } from '../wire/packet-view.ts';
import { AlgSessions } from './alg-sessions.ts';
import type { FirewallOptions } from './firewall-options.ts';
import { NatLearning } from './nat-learning.ts';
import { Occupancy } from './occupancy.ts';
import { Offloads } from './offloads.ts';
import type { EngineParts, Observations } from './parts.ts';
import { Predicts } from './predicts.ts';
import { ProtocolApplications } from './protocol-applications.ts';
import { ReplyMatching } from './reply-matching.ts';
import { Schedule } from './schedule.ts';

/** What sessions under inspection may keep of payload, all together: 64 MiB. */
const INSPECTION_BYTES_MAX = 64 * 1024 * 1024;

/** @param interfaces the replay's capture interfaces; may grow while it runs */
export function buildParts(
  config: FirewallConfig,
  interfaces: readonly CaptureInterface[],
  options: FirewallOptions,
): EngineParts {
  const table = new SessionTable(options.seed);
  const timers = new SessionTimers(table, config);
  const ageing = new Ageing(table, config);
  const log = new EventLog(EVENT_KINDS.length, options.onEvent ?? null);
  const position = new Position();
  const transitions = new Transitions();
  const zones = new IngressZones(config, interfaces);
  const inForce = new Set([config, ...config.changes.map((change) => change.config)]);
  const egresses = new Map([...inForce].map((one) => [one, new Egress(one, zones)]));
  const machine = new SessionMachine(config, {
    ...{ table, ageing, timers, transitions, log, position },
    rows: options.rows,
    keepsTransitions: options.onSession !== undefined && options.withTransitions !== false,
  });
  const view = options.view ?? new PacketView();
  const own = { config, table, view, scale: options.scale ?? 1 };
  const nat = new Nat(config, zones, options.seed, options.scale);
  const carriers = new Carriers();
  const details = new AppDetails(options.onSession !== undefined);
  const observations = newObservations(details);
  const learning = new NatLearning({ table, nat, log, position, observations });
  const predicts = new Predicts(() => parts, nat, options.seed);
  const parts: EngineParts = {
    ...own,
    position,
    ageing,
    timers,
    machine,
    tracker: new TcpTracker(table, config.session.asymmetricPath === 'drop'),
    carriers,
    answers: new Answers(),
    transitions,
    identifications: config.session.identifiesByPayload ? new Identifications() : null,
    details,
    inspectionBytesMax: options.inspectionBytesMax ?? INSPECTION_BYTES_MAX,
    zones,
    egress: egresses.get(config)!,
    egresses,
    nat,
    learning,
    replies: new ReplyMatching({ table, nat, view, carriers }, learning, options.seed),
    policy: new Policy(config),
    applications: new PortApplications(config.applications),
    protocolApplications: new ProtocolApplications(config.applications),
    overrides: new ApplicationOverrides(config),
    overridden: new Overridden(),
    signatures: signatureSet(config.customSignatures),
    sessionIds: new SessionIds(config.tableSessions ?? Number.POSITIVE_INFINITY),
    schedule: new Schedule(),
    log,
    counters: newCounters(),
    observations,
    occupancy: new Occupancy(position, config.tableSessions ?? Number.POSITIVE_INFINITY),
    predicts,
    families: new Families(),
    algs: new AlgSessions(() => parts, options.algs ?? ALGS),
    offloads: keepsOffload(config, options) ? new Offloads(() => parts, own) : null,
  };
  return parts;
}

/** Whether anybody asks what hardware takes; a late refresh has sessions age out, whoever listens. */
function keepsOffload({ offload }: FirewallConfig, options: FirewallOptions): boolean {
  const isTold = options.onSession !== undefined && options.withOffload !== false;
  return isTold || offload.refresh !== 'every-packet';
}

function newObservations(details: AppDetails): Observations {
  return {
    duplicates: 0,
    eventsSuppressed: 0,
    oneSidedSessions: 0,
    midstreamSessions: 0,
    ackedUnseenSessions: 0,
    unfinishedFragments: 0,
    innerIcmpErrors: 0,
    innerNeighbours: 0,
    egressMatched: 0,
    egressOwn: 0,
    unexplained: [],
    unexplainedCount: 0,
    details,
    ownSourceSessions: 0,
    refusedFlows: [],
    refusedFlowCount: 0,
    undecoded: new Float64Array(DECODE_STATUSES.length),
  };
}
