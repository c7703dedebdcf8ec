/**
 * This file holds the replayed firewall: frames in, sessions, events and counters out.
 *
 * `replay` is the loop that every packet goes through: time first (what is due fires before the
 * packet is seen), then decoding, copies, zone, flow look-up, and fastpath or slowpath. It allocates
 * nothing per packet. Indexes are bounded by `FrameBatch.count` and by the table's slots.
 */

import type { CaptureInterface, FrameBatch } from '../capture/frame-batch.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import { COUNT_PKT_RECV } from '../events/counters.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Position } from '../events/position.ts';
import type { IngressZones } from '../ingress/ingress-zones.ts';
import { secondAndNanosecond } from '../net/time.ts';
import type { PoolUse } from '../session/pool-use.ts';
import type { SessionTable } from '../session/session-table.ts';
import { labelsOf } from '../session/state-table.ts';
import { touchFlows } from '../session/touch-flows.ts';
import type { RuleFacts } from '../slowpath/policy.ts';
import { OK } from '../wire/decode-status.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { tunnelBits } from '../wire/tunnel.ts';
import { AlgDatagrams } from './alg-datagrams.ts';
import { attachFrame } from './attach-frame.ts';
import { buildParts } from './build-parts.ts';
import { type GivenCommand, scheduleCommands } from './commands.ts';
import { type Commit, Commits } from './commits.ts';
import { Due } from './due.ts';
import { EgressCopies } from './egress-copies.ts';
import { Epoch } from './epoch.ts';
import type { FirewallOptions } from './firewall-options.ts';
import { isFragmentOnly } from './fragments.ts';
import { Judge } from './judge.ts';
import { NoisyEvents } from './noisy-events.ts';
import type { Occupancy } from './occupancy.ts';
import { OffloadRates } from './offload-rates.ts';
import { PacketLog } from './packet-log.ts';
import type { EngineParts, Observations } from './parts.ts';
import type { Predicts } from './predicts.ts';
import { SessionEnd } from './session-end.ts';
import { Snapshot } from './snapshot.ts';
import { Tunnels } from './tunnels.ts';
import { countUndecoded } from './undecoded.ts';
import { UsualPackets } from './usual-packets.ts';

export class Firewall {
  readonly counters: Float64Array;
  readonly occupancy: Occupancy;
  /** null where nobody asked for them, or for sessions. */
  readonly rates: OffloadRates | null;
  readonly table: SessionTable;
  readonly zones: IngressZones;
  readonly log: EventLog;
  readonly observations: Observations;
  /** Tells egress copies; counts the received packets that it had to forget. */
  readonly copies: EgressCopies;
  /** Rules by the number that events name. */
  readonly rules: readonly RuleFacts[];
  /** Applications by the number that events name. */
  readonly applications: readonly { readonly name: string }[];
  /** Rules of `application-override` by the number that events name. */
  readonly overrideRules: readonly { readonly name: string }[];
  /** NAT rules by the number that events name. */
  readonly natRules: readonly { readonly name: string }[];
  /** Changes of configuration that have taken place, by the number that events name. */
  readonly commits: readonly Commit[];
  /** Operational commands by the number that events name. */
  readonly commands: FirewallConfig['commands'];
  /** Those of them that were given so far, in order. */
  readonly given: readonly GivenCommand[];
  /** How much is in use of each pool that a NAT rule names, or was. */
  readonly natPools: readonly PoolUse[];
  /** Clients for each of the capture's: frames of further twins are not for it. */
  readonly scale: number;
  /** null where no packets are logged. */
  readonly packetLog: PacketLog | null;

  private readonly interfaces: readonly CaptureInterface[];
  private readonly isMerged: boolean;
  private readonly view: PacketView;
  private readonly position: Position;
  private readonly judge: Judge;
  private readonly usual: UsualPackets;
  /** null where tunnels are not looked into. */
  private readonly tunnels: Tunnels | null;
  private readonly sessionEnd: SessionEnd;
  private readonly predicts: Predicts;
  private readonly due: Due;
  private readonly epoch: Epoch;
  private readonly parts: EngineParts;
  /** By interface index. */
  private readonly linkTypes: number[] = [];
  /** Whether more is to be done with packets than to judge them. */
  private readonly isWatched: boolean;
  private packets = 0;
  /** What `touchFlows` says. */
  touched = 0;

  /** @param interfaces the replay's capture interfaces; may grow while it runs */
  constructor(
    config: FirewallConfig,
    interfaces: readonly CaptureInterface[],
    options: FirewallOptions,
  ) {
    const parts = buildParts(config, interfaces, options);
    this.scale = parts.scale;
    this.counters = parts.counters;
    this.occupancy = parts.occupancy;
    const hasRates = options.withRates === true && parts.offloads !== null;
    this.rates = hasRates ? new OffloadRates() : null;
    this.table = parts.table;
    this.zones = parts.zones;
    this.log = parts.log;
    this.observations = parts.observations;
    this.rules = parts.policy.rules;
    this.applications = config.applications;
    this.overrideRules = config.applicationOverrides;
    this.natRules = parts.nat.rules;
    this.commands = config.commands;
    this.natPools = parts.nat.pools.uses;
    this.predicts = parts.predicts;
    this.predicts.onPredict = options.onPredict ?? null;
    this.interfaces = interfaces;
    this.isMerged = options.isMerged;
    this.view = parts.view;
    this.position = parts.position;
    this.parts = parts;
    const snapshot = new Snapshot({
      ...parts,
      labels: labelsOf(config.session.stateModel),
      rules: parts.policy.rules,
      applications: config.applications,
      overrideRules: config.applicationOverrides,
      withTransitions: options.withTransitions !== false,
    });
    const { packetLog, onSession = null } = options;
    const log = packetLog === undefined ? null : new PacketLog(parts, packetLog);
    this.packetLog = log;
    this.sessionEnd = new SessionEnd(parts, snapshot, log?.hearing(onSession) ?? onSession);
    const noisy = new NoisyEvents(parts);
    const judge = new Judge(parts, noisy, this.sessionEnd, {
      midstream: options.midstream === true,
      packetLog: log,
    });
    this.judge = judge;
    this.usual = new UsualPackets(parts);
    this.commits = new Commits(parts, this.sessionEnd, judge.forwarding).done;
    this.given = scheduleCommands(parts);
    this.due = new Due(parts, this.sessionEnd, judge.fragments);
    const kinds = tunnelBits(options.decapsulate ?? []);
    this.tunnels = kinds === 0 ? null : new Tunnels(parts, judge, kinds, this.linkTypes);
    this.isWatched = log !== null || this.tunnels !== null || this.rates !== null;
    this.copies = new EgressCopies(parts, noisy, options);
    const { due, sessionEnd, copies, rates } = this;
    this.epoch = new Epoch(parts, { due, sessionEnd, copies, rates, fragments: judge.fragments });
    judge.fragments.listeners.push(this.copies.held, new AlgDatagrams(parts));
  }

  /** Sessions ever created. */
  get sessionsCreated(): number {
    return this.judge.sessionsCreated;
  }

  /** Predicts ever installed. */
  get predictsCreated(): number {
    return this.predicts.created;
  }

  /** Seconds since 1970 that times count from. */
  get epochSeconds(): number {
    return this.position.epochSeconds;
  }

  /** Time of the last packet, or where the clock was run to; ns since the epoch. */
  get nowNs(): number {
    return this.epoch.lastNs;
  }

  /** Replays frames `from` to `to` (exclusive) of a batch whose times are filled. */
  replay(batch: FrameBatch, from: number, to: number): void {
    this.beginRange(batch, from, to);
    const { time, interfaceIndex, rows } = batch;
    const { due, view, linkTypes, usual } = this;
    if (rows !== null) this.touched = touchFlows(this.table, rows, from, to);
    const isLookedAt = this.isWatched || this.copies.isPossible;
    for (let i = from; i < to; i++) {
      const { nextNs } = due;
      if (rows !== null && !isLookedAt) {
        const first = i;
        i = usual.take(batch, rows, first, to, nextNs);
        this.packets += i - first;
        if (i === to) return;
      }
      const now = time[i]!;
      if (now >= nextNs) due.fire(now);
      this.takeAttached(batch, i, attachFrame(view, batch, i, linkTypes[interfaceIndex[i]!]!));
    }
  }

  /** What comes before frames `from` to `to` (exclusive) of a batch. */
  beginRange(batch: FrameBatch, from: number, to: number): void {
    this.epoch.follow(batch, from);
    this.copies.prepare(batch, this.interfaces);
    // Interfaces appear while captures are read.
    const { interfaces, linkTypes } = this;
    for (let i = linkTypes.length; i < interfaces.length; i++)
      linkTypes.push(interfaces[i]!.linkType);
    const last = batch.lastFor(this.scale, from, to);
    if (last >= from) this.epoch.lastNs = batch.time[last]!;
  }

  /** Fires what is due at or before `now`, ns since the epoch. */
  fireDue(now: number): void {
    if (now >= this.due.nextNs) this.due.fire(now);
  }

  /**
   * Takes frame `i`, to which the view is attached with this status (`FirewallOptions.view`); what was
   * due before it has been fired.
   */
  takeAttached(batch: FrameBatch, i: number, status: number): void {
    const { position, copies, view } = this;
    position.clock[0] = batch.time[i]!;
    position.frame = batch.frameNumber[i]!;
    position.file = batch.file[i]!;
    position.packet = this.isMerged ? (batch.packetNumber?.[i] ?? ++this.packets) : position.frame;
    const index = batch.interfaceIndex[i]!;
    const stage = batch.stage[i]!;
    const { isPossible } = copies;
    if (isPossible && copies.isCopy(view, status, stage, index)) {
      const flow = copies.note(status === OK);
      if (flow >= 0) this.packetLog?.logCopy(flow, stage, status === OK);
    } else if (status === OK || isFragmentOnly(status, view)) {
      this.counters[COUNT_PKT_RECV]!++;
      const zone = this.zones.zoneOf(view, index);
      if (isPossible || this.isWatched) {
        this.judgeWatched(status, zone, index, stage);
      } else this.judge.take(status, zone);
    } else countUndecoded(status, this.counters, this.observations);
  }

  /** Runs the clock to `endNs`, unless it is there already: what is due by then ends. */
  advanceTo(endNs: number): void {
    if (endNs > this.epoch.lastNs) this.epoch.lastNs = endNs;
    this.due.fire(this.epoch.lastNs);
    this.position.clock[0] = this.epoch.lastNs;
  }

  /** Runs the clock on until the table is empty (`--drain`). */
  drain(): void {
    this.due.fire(Number.POSITIVE_INFINITY);
    const { sessionEnd, judge, predicts } = this;
    this.advanceTo(Math.max(sessionEnd.lastNs, predicts.lastNs, judge.fragments.lastExpiryNs));
  }

  /** A time of this replay as seconds since 1970 and nanoseconds. */
  timeAt(timeNs: number): { second: number; nanosecond: number } {
    return secondAndNanosecond(this.epochSeconds, timeNs);
  }

  /** Reports the sessions that are still live, by serial; the table stays as it is. */
  reportLive(): void {
    // What crossing the ageing threshold left due at once.
    this.due.fire(this.epoch.lastNs);
    this.position.clock[0] = this.epoch.lastNs;
    this.judge.fragments.close();
    this.sessionEnd.reportLive();
    this.predicts.reportLive();
  }

  /** Judges the attached packet where more is to be done with it than that. */
  private judgeWatched(status: number, zone: number, index: number, stage: number): void {
    const { judge, tunnels, packetLog } = this;
    // A fragment behind the first has no ports to be known by.
    const drops = status === OK ? this.copies.drops : null;
    if (status === OK && (packetLog !== null || drops !== null)) judge.lookAhead(zone);
    packetLog?.expect(stage, this.linkTypes[index]!);
    tunnels?.expect(status, zone, index);
    drops?.beforeJudging(zone);
    const { fastpath } = judge;
    const { counted } = fastpath;
    judge.take(status, zone);
    const flow = fastpath.counted === counted ? -1 : fastpath.lastFlow;
    this.copies.noteTaken(flow);
    this.rates?.note(
      this.position.clock[0]!,
      flow >= 0 && this.parts.offloads?.hasTaken(flow) === true,
    );
    drops?.afterJudging(stage);
    tunnels?.follow();
  }
}
