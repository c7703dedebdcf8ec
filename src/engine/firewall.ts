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
import type { RuleFacts } from '../slowpath/policy.ts';
import { OK } from '../wire/decode-status.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { tunnelBits } from '../wire/tunnel.ts';
import { AlgDatagrams } from './alg-datagrams.ts';
import { buildParts } from './build-parts.ts';
import { scheduleCommands } from './commands.ts';
import { type Commit, Commits } from './commits.ts';
import { Due } from './due.ts';
import { EgressCopies } from './egress-copies.ts';
import type { FirewallOptions } from './firewall-options.ts';
import { isFragmentOnly } from './fragments.ts';
import { Judge } from './judge.ts';
import { NoisyEvents } from './noisy-events.ts';
import type { Occupancy } from './occupancy.ts';
import { PacketLog } from './packet-log.ts';
import type { EngineParts, Observations } from './parts.ts';
import { rebaseSessions } from './rebase.ts';
import { SessionEnd } from './session-end.ts';
import { Snapshot } from './snapshot.ts';
import { Tunnels } from './tunnels.ts';
import { countUndecoded } from './undecoded.ts';

/** More than a time years away from its epoch can be rounded by. */
const EPOCH_ROUNDING_NS = 4096;

export class Firewall {
  readonly counters: Float64Array;
  readonly occupancy: Occupancy;
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
  /** null where tunnels are not looked into. */
  private readonly tunnels: Tunnels | null;
  private readonly sessionEnd: SessionEnd;
  private readonly due: Due;
  private readonly parts: EngineParts;
  /** By interface index. */
  private readonly linkTypes: number[] = [];
  private packets = 0;
  private hasStarted = false;
  /** Time of the last packet, or where the clock was run to; ns since the epoch. */
  private lastNs = 0;

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
    parts.predicts.onPredict = options.onPredict ?? null;
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
    this.commits = new Commits(parts, this.sessionEnd, judge.forwarding).done;
    scheduleCommands(parts);
    this.due = new Due(parts, this.sessionEnd, judge.fragments);
    const kinds = tunnelBits(options.decapsulate ?? []);
    this.tunnels = kinds === 0 ? null : new Tunnels(parts, judge, kinds, this.linkTypes);
    this.copies = new EgressCopies(parts, noisy, options);
    judge.fragments.listeners.push(this.copies.held, new AlgDatagrams(parts));
  }

  /** Sessions ever created. */
  get sessionsCreated(): number {
    return this.judge.sessionsCreated;
  }

  /** Predicts ever installed. */
  get predictsCreated(): number {
    return this.parts.predicts.created;
  }

  /** Seconds since 1970 that times count from. */
  get epochSeconds(): number {
    return this.position.epochSeconds;
  }

  /** Time of the last packet, or where the clock was run to; ns since the epoch. */
  get nowNs(): number {
    return this.lastNs;
  }

  /** Replays frames `from` to `to` (exclusive) of a batch whose times are filled. */
  replay(batch: FrameBatch, from: number, to: number): void {
    this.beginRange(batch, from, to);
    const { time, interfaceIndex, blocks, block, offset, direction } = batch;
    const { capturedLength, originalLength } = batch;
    const { due, view, linkTypes } = this;
    for (let i = from; i < to; i++) {
      const now = time[i]!;
      if (due.isNow(now)) due.fire(now);
      const status = view.attach(
        blocks[block[i]!]!,
        offset[i]!,
        capturedLength[i]!,
        originalLength[i]!,
        linkTypes[interfaceIndex[i]!]!,
        direction[i]!,
      );
      this.takeAttached(batch, i, status);
    }
  }

  /** What comes before frames `from` to `to` (exclusive) of a batch. */
  beginRange(batch: FrameBatch, from: number, to: number): void {
    if (batch.epochSeconds !== this.epochSeconds || !this.hasStarted) {
      this.startEpoch(batch, batch.time[from] ?? 0);
    }
    this.copies.prepare(batch, this.interfaces);
    // Interfaces appear while captures are read.
    const { interfaces: all, linkTypes } = this;
    for (let i = linkTypes.length; i < all.length; i++) linkTypes.push(all[i]!.linkType);
    const last = batch.lastFor(this.scale, from, to);
    if (last >= from) this.lastNs = batch.time[last]!;
  }

  /** Fires what is due at or before `now`, ns since the epoch. */
  fireDue(now: number): void {
    if (this.due.isNow(now)) this.due.fire(now);
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
      if (isPossible || this.packetLog !== null || this.tunnels !== null) {
        this.judgeWatched(status, zone, index, stage);
      } else this.judge.take(status, zone);
    } else countUndecoded(status, this.counters, this.observations);
  }

  /** Runs the clock to `endNs`, unless it is there already: what is due by then ends. */
  advanceTo(endNs: number): void {
    if (endNs > this.lastNs) this.lastNs = endNs;
    this.due.fire(this.lastNs);
    this.position.clock[0] = this.lastNs;
  }

  /** Runs the clock on until the table is empty (`--drain`). */
  drain(): void {
    this.due.fire(Number.POSITIVE_INFINITY);
    const last = Math.max(this.sessionEnd.lastNs, this.parts.predicts.lastNs);
    this.advanceTo(Math.max(last, this.judge.fragments.lastExpiryNs));
  }

  /** A time of this replay as seconds since 1970 and nanoseconds. */
  timeAt(timeNs: number): { second: number; nanosecond: number } {
    return secondAndNanosecond(this.epochSeconds, timeNs);
  }

  /** Reports the sessions that are still live, by serial; the table stays as it is. */
  reportLive(): void {
    // What crossing the ageing threshold left due at once.
    this.due.fire(this.lastNs);
    this.position.clock[0] = this.lastNs;
    this.judge.fragments.close();
    this.sessionEnd.reportLive();
    this.parts.predicts.reportLive();
  }

  /** @param firstNs time of the first frame, ns since the new epoch */
  private startEpoch(batch: FrameBatch, firstNs: number): void {
    const { position } = this;
    const deltaNs = (position.epochSeconds - batch.epochSeconds) * 1e9;
    // What is due before the jump must end under the old epoch: seen from the new one its times may
    // be too far away to be exact.
    if (this.hasStarted) this.due.fire(firstNs - deltaNs - EPOCH_ROUNDING_NS);
    this.log.drain();
    position.epochSeconds = batch.epochSeconds;
    if (this.hasStarted) this.rebase(deltaNs);
    else {
      this.parts.schedule.begin(this.timeAt(firstNs), batch.epochSeconds);
      this.lastNs = firstNs;
      this.occupancy.note(firstNs, 0);
    }
    this.hasStarted = true;
  }

  /** Moves every stored time, exact as long as it lies within 104 days of the new epoch. */
  private rebase(deltaNs: number): void {
    rebaseSessions(this.parts, this.sessionEnd.liveSlots(), deltaNs);
    this.lastNs += deltaNs;
    this.sessionEnd.lastNs += deltaNs;
    this.copies.rebase(deltaNs);
    this.judge.fragments.rebase(deltaNs);
    this.parts.schedule.setEpoch(this.position.epochSeconds);
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
    this.copies.noteTaken(fastpath.counted === counted ? -1 : fastpath.lastFlow);
    drops?.afterJudging(stage);
    tunnels?.follow();
  }
}
