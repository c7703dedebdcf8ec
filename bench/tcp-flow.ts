/**
 * This file plays one TCP session of the bench capture: handshake, requests and responses in
 * bursts with an ACK for every other segment, and one of several endings.
 */
import { FLOW_DONE, type Flow } from './event-queue.ts';
import type { PayloadKind, PayloadMaker } from './payload.ts';
import type { Prng } from './prng.ts';
import {
  ACK,
  bare,
  FIN,
  PSH,
  RST,
  type Segment,
  SYN,
  type TcpEnd,
  type TcpWire,
} from './tcp-segment.ts';

/** How a session ends; the first three never get to data. */
type TcpEnding =
  | 'syn-only'
  | 'half-open'
  | 'refused'
  | 'fin-client'
  | 'fin-server'
  | 'rst-client'
  | 'rst-server'
  | 'idle';

/** What a session does. Sizes are in bytes, times in microseconds. */
export interface TcpPlan {
  readonly ending: TcpEnding;
  /** Repetitions of an unanswered SYN or SYN-ACK. */
  readonly repeats: number;
  /** Requests, each with its response. */
  exchanges: number;
  readonly requestBytes: () => number;
  readonly responseBytes: () => number;
  /** Mean pause between a response and the next request. */
  readonly thinkTime: number;
  readonly roundTrip: number;
  readonly service: 'tls' | 'http' | 'other';
}

/** What a flow needs from its surroundings. */
export interface TcpContext {
  readonly random: Prng;
  readonly payloads: PayloadMaker;
  readonly wire: TcpWire;
  readonly client: TcpEnd;
  readonly server: TcpEnd;
}

const SECOND = 1e6;
const BURST_FIRST = 10;
const BURST_MAX = 64;
const LOSS = 0.0008;
const REPEAT_FIRST = SECOND;
const RETRANSMIT_MIN = 200_000;
/** Mean pause before a session is closed, and before one is reset in the middle of a transfer. */
const CLOSE_PAUSE = 2 * SECOND;
const RESET_PAUSE = 5_000;

type Phase = 'syn' | 'syn-ack' | 'ack' | 'send' | 'close';
type Closing = readonly (readonly ['client' | 'server', number])[];

const CLOSINGS: Record<string, Closing> = {
  'fin-client': [
    ['client', FIN | ACK],
    ['server', ACK],
    ['server', FIN | ACK],
    ['client', ACK],
  ],
  'fin-client-short': [
    ['client', FIN | ACK],
    ['server', FIN | ACK],
    ['client', ACK],
  ],
  'fin-server': [
    ['server', FIN | ACK],
    ['client', ACK],
    ['client', FIN | ACK],
    ['server', ACK],
  ],
  'fin-server-short': [
    ['server', FIN | ACK],
    ['client', FIN | ACK],
    ['server', ACK],
  ],
  'rst-client': [['client', RST | ACK]],
  'rst-server': [['server', RST | ACK]],
  refused: [['server', RST | ACK]],
};

/** One TCP session. */
export class TcpFlow implements Flow {
  private readonly plan: TcpPlan;
  private readonly context: TcpContext;
  private phase: Phase = 'syn';
  private repeated = 0;
  private closing: Closing = [];
  private closed = 0;
  /** The transfer under way: who sends, what is left, and segments that wait for an ACK. */
  private clientSends = true;
  private remaining = 0;
  private unacknowledged = 0;
  private inBurst = 0;
  private burst = BURST_FIRST;
  private isFirst = true;
  private isFirstSegment = true;
  private lost: Segment | null = null;
  /** Response segments until an early reset; -1 for none. */
  private untilReset = -1;

  constructor(plan: TcpPlan, context: TcpContext) {
    this.plan = plan;
    this.context = context;
  }

  step(now: number): number {
    if (this.phase === 'send') return this.transfer(now);
    if (this.phase === 'syn') return this.open(now);
    if (this.phase === 'close') return this.close(now);
    const { wire, client, server, random } = this.context;
    if (this.phase === 'syn-ack') return this.answer(now);
    wire.send(now, client, server, bare(ACK));
    this.phase = 'send';
    if (this.plan.ending.startsWith('rst') && random.chance(0.4)) {
      this.untilReset = random.integer(0, 12);
    }
    this.startRequest();
    return 20 + random.exponential(400);
  }

  private open(now: number): number {
    const { wire, client, server } = this.context;
    const { ending, repeats, roundTrip } = this.plan;
    if (this.repeated === 0) wire.send(now, client, server, bare(SYN));
    else wire.resend(now, client, server, bare(SYN));
    if (ending === 'syn-only') return this.repeat(repeats);
    if (ending === 'refused') {
      // The answer of a closed port has sequence number 0 (RFC 9293, section 3.5.2).
      server.next = 0;
      return this.startClosing('refused', roundTrip);
    }
    this.phase = 'syn-ack';
    return roundTrip;
  }

  private answer(now: number): number {
    const { wire, client, server, random } = this.context;
    if (this.repeated === 0) wire.send(now, server, client, bare(SYN | ACK));
    else wire.resend(now, server, client, bare(SYN | ACK));
    if (this.plan.ending === 'half-open') return this.repeat(this.plan.repeats);
    this.phase = 'ack';
    return 30 + random.exponential(300);
  }

  private repeat(times: number): number {
    if (this.repeated === times) return FLOW_DONE;
    this.repeated++;
    return REPEAT_FIRST * 2 ** (this.repeated - 1);
  }

  private startRequest(): void {
    this.clientSends = true;
    this.remaining = Math.max(1, Math.round(this.plan.requestBytes()));
    this.unacknowledged = 0;
    this.isFirstSegment = true;
  }

  private transfer(now: number): number {
    const { wire, client, server, random } = this.context;
    const [from, to] = this.clientSends ? [client, server] : [server, client];
    if (this.lost !== null) {
      wire.resend(now, from, to, this.lost);
      this.lost = null;
      return 40 + random.exponential(200);
    }
    if (this.unacknowledged > 1 || (this.unacknowledged > 0 && this.remaining === 0)) {
      wire.send(now, to, from, bare(ACK));
      this.unacknowledged = 0;
      return this.remaining === 0 ? this.afterTransfer() : this.pace();
    }
    const length = Math.min(wire.segmentBytesMax, this.remaining);
    this.remaining -= length;
    const flags = this.remaining === 0 ? PSH | ACK : ACK;
    const segment = { flags, length, payload: this.context.payloads.make(this.payloadKind()) };
    wire.send(now, from, to, segment);
    this.isFirstSegment = false;
    this.unacknowledged++;
    this.inBurst++;
    if (random.chance(LOSS)) {
      this.lost = segment;
      return RETRANSMIT_MIN + random.exponential(100_000);
    }
    if (this.untilReset >= 0 && this.untilReset-- === 0) {
      return this.startEnding(RESET_PAUSE);
    }
    // The response carries the ACK of most requests.
    if (this.remaining === 0 && this.clientSends && random.chance(0.7)) return this.afterTransfer();
    return 8 + random.exponential(40);
  }

  /** A short gap inside a burst, a round trip after it. */
  private pace(): number {
    const { random } = this.context;
    if (this.inBurst < this.burst) return 8 + random.exponential(40);
    this.inBurst = 0;
    this.burst = Math.min(BURST_MAX, this.burst * 2);
    return this.plan.roundTrip;
  }

  private afterTransfer(): number {
    const { random } = this.context;
    if (this.clientSends) {
      this.clientSends = false;
      this.remaining = Math.max(1, Math.round(this.plan.responseBytes()));
      this.unacknowledged = 0;
      this.isFirstSegment = true;
      return this.plan.roundTrip + random.exponential(20_000);
    }
    this.isFirst = false;
    this.plan.exchanges--;
    if (this.plan.exchanges <= 0) return this.startEnding(CLOSE_PAUSE);
    this.startRequest();
    this.inBurst = 0;
    return Math.min(60 * SECOND, 1_000 + random.exponential(this.plan.thinkTime));
  }

  private payloadKind(): PayloadKind {
    const { service } = this.plan;
    if (service === 'tls') return this.isFirst && this.clientSends ? 'tls-hello' : 'tls-data';
    if (service === 'other' || !this.isFirstSegment) return 'noise';
    return this.clientSends ? 'http-request' : 'http-response';
  }

  private startEnding(pause: number): number {
    const { ending } = this.plan;
    if (ending === 'idle') return FLOW_DONE;
    const { random } = this.context;
    const isShort = ending.startsWith('fin') && random.chance(0.4);
    return this.startClosing(isShort ? `${ending}-short` : ending, 200 + random.exponential(pause));
  }

  private startClosing(name: string, delay: number): number {
    this.closing = CLOSINGS[name] ?? [];
    this.phase = 'close';
    return delay;
  }

  private close(now: number): number {
    const { wire, client, server } = this.context;
    const [side, flags] = this.closing[this.closed]!;
    if (side === 'client') wire.send(now, client, server, bare(flags));
    else wire.send(now, server, client, bare(flags));
    this.closed++;
    if (this.closed === this.closing.length) return FLOW_DONE;
    return this.closing[this.closed]![0] === side ? 60 : this.plan.roundTrip / 2;
  }
}
