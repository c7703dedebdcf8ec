/** This file names the parts that one replayed firewall is made of, shared by its paths. */

import type { SignatureSet } from '../appid/signature-set.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Position } from '../events/position.ts';
import type { IngressZones } from '../ingress/ingress-zones.ts';
import type { Ageing } from '../session/ageing.ts';
import type { Answers } from '../session/answers.ts';
import type { AppDetails } from '../session/app-detail.ts';
import type { Carriers } from '../session/carriers.ts';
import type { Families } from '../session/families.ts';
import type { Identifications } from '../session/identifications.ts';
import type { Overridden } from '../session/overridden.ts';
import type { RefusedFlow } from '../session/predict-row.ts';
import type { SessionIds } from '../session/session-ids.ts';
import type { SessionMachine } from '../session/session-machine.ts';
import type { SessionTable } from '../session/session-table.ts';
import type { SessionTimers } from '../session/session-timers.ts';
import type { TcpTracker } from '../session/tcp-tracker.ts';
import type { Transitions } from '../session/transitions.ts';
import type { ApplicationOverrides } from '../slowpath/application-overrides.ts';
import type { Egress } from '../slowpath/egress.ts';
import type { Nat } from '../slowpath/nat.ts';
import type { Policy } from '../slowpath/policy.ts';
import type { PortApplications } from '../slowpath/port-applications.ts';
import type { PacketView } from '../wire/packet-view.ts';
import type { AlgSessions } from './alg-sessions.ts';
import type { NatLearning, UnexplainedTranslation } from './nat-learning.ts';
import type { Occupancy } from './occupancy.ts';
import type { Offloads } from './offloads.ts';
import type { Predicts } from './predicts.ts';
import type { ProtocolApplications } from './protocol-applications.ts';
import type { ReplyMatching } from './reply-matching.ts';
import type { Schedule } from './schedule.ts';

/** What a capture shows of its own quality, as far as the engine sees it. */
export interface Observations {
  /** Packets of sessions that repeat their direction's last packet, headers and all, at once. */
  duplicates: number;
  /** Drop events that were counted but not written. */
  eventsSuppressed: number;
  /** TCP sessions with data from one side and nothing at all from the other. */
  oneSidedSessions: number;
  /** Sessions of which a side acknowledged data that the capture lacks. */
  ackedUnseenSessions: number;
  /** Sessions that were there before the capture began (`--midstream`). */
  midstreamSessions: number;
  /** Fragments of datagrams that were not whole when the replay ended. */
  unfinishedFragments: number;
  /** ICMP errors and neighbour discovery inside tunnels: no frames of their own. */
  innerIcmpErrors: number;
  innerNeighbours: number;
  /** Egress copies that were brought to the received packet that they are copies of. */
  egressMatched: number;
  /** Frames that the firewall sent for itself: to its own link, ICMP errors of its own. */
  egressOwn: number;
  /** Sessions whose translation no rule explains: the first ones, and how many there are. */
  readonly unexplained: UnexplainedTranslation[];
  unexplainedCount: number;
  /** Sessions of which names and the like that payload said in clear found no room. */
  readonly details: { readonly notKept: number };
  /** Sessions begun by a packet from an address that the firewall translates sources to. */
  ownSourceSessions: number;
  /** Denied flows that an ALG would have let through but for an option: the first, and how many. */
  readonly refusedFlows: RefusedFlow[];
  refusedFlowCount: number;
  /** Frames that did not reach the table, by DECODE_STATUSES index. */
  readonly undecoded: Float64Array;
}

export interface EngineParts {
  /** What is in force: a commit in mid-capture replaces it. */
  config: FirewallConfig;
  /** Clients for each of the capture's: itself and its twins. */
  readonly scale: number;
  readonly view: PacketView;
  readonly position: Position;
  readonly table: SessionTable;
  readonly ageing: Ageing;
  readonly timers: SessionTimers;
  readonly sessionIds: SessionIds;
  readonly policy: Policy;
  readonly applications: PortApplications;
  /** What a first packet tells, where ports do not. */
  readonly protocolApplications: ProtocolApplications;
  /** Rules that say which application a session is. */
  readonly overrides: ApplicationOverrides;
  /** Which of them gave a session its application. */
  readonly overridden: Overridden;
  /** What payload is compared with. */
  readonly signatures: SignatureSet;
  readonly machine: SessionMachine;
  readonly tracker: TcpTracker;
  readonly carriers: Carriers;
  /** What is answered to sessions that a rule denied. */
  readonly answers: Answers;
  readonly transitions: Transitions;
  /** null where ports tell applications. */
  readonly identifications: Identifications | null;
  readonly details: AppDetails;
  /** Bytes of payload that all sessions together may keep for inspection. */
  readonly inspectionBytesMax: number;
  readonly zones: IngressZones;
  /** Where packets are sent, under the configuration in force. */
  egress: Egress;
  /** The same under every configuration that is ever in force. */
  readonly egresses: ReadonlyMap<FirewallConfig, Egress>;
  readonly nat: Nat;
  /** Learns translations from the capture, and whom replies answer. */
  readonly learning: NatLearning;
  readonly replies: ReplyMatching;
  /** What ALGs announced and no packet has come for, and what came of it. */
  readonly predicts: Predicts;
  readonly families: Families;
  readonly algs: AlgSessions;
  /** What hardware takes; null where nobody asks. */
  readonly offloads: Offloads | null;
  /** What the configuration sets for a time. */
  readonly schedule: Schedule;
  readonly log: EventLog;
  /** One number a counter of events/counters. */
  readonly counters: Float64Array;
  readonly observations: Observations;
  readonly occupancy: Occupancy;
}
