/**
 * This file is a slow, obvious model of the session table: plain objects, arrays that are searched from
 * end to end, times as BigInt nanoseconds. It is written from CONTRACT.md and panos.md §1–§3, and the
 * real firewall must give the same sessions.
 */

import {
  type FlowKey,
  type ModelCommit,
  type ModelPacket,
  type ModelSettings,
  type Stage,
  timerOf,
} from './slow-settings.ts';
import {
  isZeroFlag,
  judgeSegment,
  type Meaning,
  newSide,
  noteFin,
  noteNumbers,
  noteSyn,
  type Segment,
  type Side,
} from './slow-tcp.ts';

/** Highest first; every session has `aged-out` at least. */
const REASONS = [
  'policy-deny',
  'tcp-rst-from-client',
  'tcp-rst-from-server',
  'tcp-fin',
  'tcp-reuse',
  'aged-out',
];

export interface ModelSession {
  readonly serial: number;
  readonly id: number;
  readonly flow: FlowKey;
  readonly reply: FlowKey;
  readonly zone: string;
  readonly egressZone: string;
  /** Whether replies find it: not when another session has the reply flow, or it is the same. */
  readonly hasReplyFlow: boolean;
  readonly start: bigint;
  /** A TCP session that no bare SYN began. */
  isUnasked: boolean;
  last: bigint;
  deadline: bigint;
  timeout: number;
  end: bigint | null;
  reason: string | null;
  stage: Stage;
  readonly packets: [number, number];
  readonly dropped: [number, number];
  readonly sides: [Side, Side];
}

const isSameFlow = (a: FlowKey, b: FlowKey): boolean => JSON.stringify(a) === JSON.stringify(b);

export class SlowModel {
  readonly live: ModelSession[] = [];
  /** In the order of their ends. */
  readonly ended: ModelSession[] = [];
  /** Packets that belong to no session. */
  strays = 0;

  private readonly settings: ModelSettings;
  private created = 0;
  private idsUsed = 0;
  private readonly freeIds: number[] = [];
  private now = 0n;

  private denies: ModelSettings['denies'];
  private commits: readonly { readonly at: bigint; readonly commit: ModelCommit }[] | null = null;

  constructor(settings: ModelSettings) {
    this.settings = settings;
    this.denies = settings.denies;
  }

  /**
   * Runs the clock: what is due by `time` ends, by deadline, then serial; commits come after what is
   * due at their time. The first time is the first packet's; null is until the table is empty.
   */
  runTo(time: bigint | null): void {
    const { commits } = this.settings;
    if (time !== null) {
      this.commits ??= commits.map((commit) => ({ at: time + commit.afterNs, commit }));
    }
    for (;;) {
      const next = this.commits?.[0];
      if (next === undefined || (time === null ? this.live.length === 0 : next.at > time)) break;
      this.endDue(next.at);
      if (time === null && this.live.length === 0) break;
      this.now = next.at;
      this.commits = this.commits?.slice(1) ?? null;
      this.commit(next.commit);
    }
    this.endDue(time);
    if (time !== null) this.now = time;
  }

  private commit({ denies, rematch }: ModelCommit): void {
    this.denies = denies;
    if (!rematch) return;
    for (const session of this.live) {
      if (session.stage === 'discard' || !denies(session)) continue;
      this.note(session, 'policy-deny');
      this.enter(session, 'discard');
    }
  }

  private endDue(time: bigint | null): void {
    for (;;) {
      const due = this.live
        .filter(({ deadline }) => time === null || deadline <= time)
        .sort((a, b) => Number(a.deadline - b.deadline) || a.serial - b.serial)[0];
      if (due === undefined) break;
      this.finish(due, due.deadline, 'aged-out');
    }
  }

  take(packet: ModelPacket): void {
    this.runTo(packet.time);
    for (let way = 0; way < 2; way++) {
      const session = this.live.find((one) =>
        way === 0
          ? one.zone === packet.zone && isSameFlow(one.flow, packet.flow)
          : one.hasReplyFlow &&
            one.egressZone === packet.zone &&
            isSameFlow(one.reply, packet.flow),
      );
      if (session === undefined) continue;
      this.takeToSession(session, way === 0 ? 0 : 1, packet);
      return;
    }
    this.takeAsFirst(packet);
  }

  private takeAsFirst(packet: ModelPacket): void {
    const { segment } = packet;
    const isOpening = segment === null || (segment.isSyn && !segment.isAck && !segment.isRst);
    if (packet.isReply || (!isOpening && (this.settings.rejectsNonSyn || isZeroFlag(segment)))) {
      this.strays++;
      return;
    }
    if (this.live.length === this.settings.capacity) {
      this.strays++;
      return;
    }
    const session = this.create(packet);
    session.packets[0]++;
    if (this.denies(packet)) {
      session.dropped[0]++;
      session.reason = 'policy-deny';
      this.enter(session, 'discard');
    } else if (segment === null) this.enter(session, 'datagram');
    else this.begin(session, segment);
  }

  private create(packet: ModelPacket): ModelSession {
    const { flow, reply, zone, egressZone, time } = packet;
    const isTaken = this.live.some(
      (one) =>
        (one.zone === egressZone && isSameFlow(one.flow, reply)) ||
        (one.hasReplyFlow && one.egressZone === egressZone && isSameFlow(one.reply, reply)),
    );
    const isMirror = zone === egressZone && isSameFlow(flow, reply);
    const session: ModelSession = {
      serial: ++this.created,
      id: this.takeId(),
      flow,
      reply,
      zone,
      egressZone,
      hasReplyFlow: !isTaken && !isMirror,
      start: time,
      isUnasked: false,
      last: time,
      deadline: time,
      timeout: 0,
      end: null,
      reason: null,
      stage: 'init',
      packets: [0, 0],
      dropped: [0, 0],
      sides: [newSide(), newSide()],
    };
    this.live.push(session);
    return session;
  }

  /** The lowest number never used, else the one that has been free longest. */
  private takeId(): number {
    if (this.idsUsed < this.settings.capacity) return ++this.idsUsed;
    return this.freeIds.shift()!;
  }

  /** The first segment of a TCP session. */
  private begin(session: ModelSession, segment: Segment): void {
    const [own, peer] = session.sides;
    if (segment.isSyn && !segment.isRst) noteSyn(own, peer, segment);
    noteNumbers(own, segment);
    this.enter(session, segment.isSyn && !segment.isAck && !segment.isRst ? 'init' : 'open');
    if (session.stage === 'init') return;
    session.isUnasked = true;
    if (segment.isRst) this.apply(session, 0, 'rst');
    else if (segment.isFin) this.apply(session, 0, noteFin(own, peer, segment));
  }

  private takeToSession(session: ModelSession, side: 0 | 1, packet: ModelPacket): void {
    const { segment } = packet;
    if (session.stage === 'discard' || segment === null) {
      this.count(session, side, session.stage === 'discard');
      if (session.stage !== 'discard' || this.settings.refreshesDiscard) {
        this.enter(session, session.stage);
      }
      return;
    }
    if (isZeroFlag(segment)) {
      this.count(session, side, true);
      return;
    }
    const isOpening = session.stage === 'init' || session.stage === 'handshake';
    const own = session.sides[side];
    const peer = session.sides[side === 0 ? 1 : 0];
    const { checksWindows } = this.settings;
    const meanings = judgeSegment(own, peer, segment, {
      isOpening,
      isUnasked: session.isUnasked,
      checksWindows,
    });
    if (meanings[0] === 'syn-other' && ['time-wait', 'rst-wait', 'reset'].includes(session.stage)) {
      this.finish(session, packet.time, 'tcp-reuse');
      this.take(packet);
      return;
    }
    this.count(session, side, meanings[0] === 'syn-other' || meanings[0] === 'out-of-window');
    for (const meaning of meanings) this.apply(session, side, meaning);
  }

  private count(session: ModelSession, side: 0 | 1, isDropped: boolean): void {
    session.last = this.now;
    session.packets[side]++;
    if (isDropped) session.dropped[side]++;
  }

  /** What a segment's meaning does to its session (panos §1.4; CONTRACT TCP). */
  private apply(session: ModelSession, side: 0 | 1, meaning: Meaning): void {
    const { stage } = session;
    const isOpening = stage === 'init' || stage === 'handshake';
    const isLasting = stage === 'open' || stage === 'half-closed';
    const isRefreshed = {
      'syn-again': isOpening || isLasting,
      'syn-of-peer': isOpening,
      'one-side-open': isLasting,
      'both-sides-open': isLasting,
      packet: isLasting,
    };
    if (meaning in isRefreshed && isRefreshed[meaning as keyof typeof isRefreshed]) {
      this.enter(session, stage);
    }
    if (meaning === 'one-side-open' && stage === 'init') this.enter(session, 'handshake');
    if (meaning === 'both-sides-open' && stage === 'handshake') this.enter(session, 'open');
    if (meaning === 'first-fin' || meaning === 'second-fin') {
      this.note(session, 'tcp-fin');
      if (isOpening || stage === 'open') this.enter(session, 'half-closed');
      else if (stage === 'half-closed' && meaning === 'second-fin')
        this.enter(session, 'time-wait');
    }
    if (meaning === 'rst' || meaning === 'unverified-rst') {
      this.applyRst(session, side, meaning === 'rst');
    }
  }

  private applyRst(session: ModelSession, side: 0 | 1, isVerified: boolean): void {
    const { stage } = session;
    this.note(session, side === 0 ? 'tcp-rst-from-client' : 'tcp-rst-from-server');
    if (stage === 'init' || stage === 'handshake') session.stage = 'reset';
    else if (stage === 'open' || stage === 'half-closed') {
      this.enter(session, isVerified ? 'time-wait' : 'rst-wait');
    } else if (stage === 'rst-wait' && isVerified) this.enter(session, 'time-wait');
  }

  /** Puts a session into a stage and starts its timer. */
  private enter(session: ModelSession, stage: Stage): void {
    session.stage = stage;
    session.timeout = this.settings.timers[timerOf(stage, session.flow.protocol)];
    session.deadline = this.now + BigInt(session.timeout) * 1_000_000_000n;
  }

  /** Keeps the higher of two reasons; reuse beats fin and rst unless priorities are strict. */
  private note(session: ModelSession, reason: string): void {
    const kept = session.reason;
    const isReuse = reason === 'tcp-reuse' && !this.settings.isReuseStrict;
    if (kept === null || isReuse || REASONS.indexOf(reason) < REASONS.indexOf(kept)) {
      session.reason = reason;
    }
  }

  private finish(session: ModelSession, time: bigint, reason: string): void {
    this.note(session, reason);
    session.end = time;
    this.live.splice(this.live.indexOf(session), 1);
    this.ended.push(session);
    this.freeIds.push(session.id);
  }
}
