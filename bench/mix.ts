/**
 * This file decides what the bench capture consists of: which session comes next and how large it
 * gets. The shares are of sessions; with them a session has about 19 packets on average. Of short ones
 * there is another capture.
 */
import {
  type DatagramContext,
  DnsFlow,
  EspFlow,
  ExchangeFlow,
  PingFlow,
  QuicFlow,
} from './datagram-flow.ts';
import type { EventQueue, Flow } from './event-queue.ts';
import { PROTOCOL } from './frame.ts';
import type { PayloadMaker } from './payload.ts';
import type { PcapWriter } from './pcap-writer.ts';
import type { Client, Host, Population } from './population.ts';
import type { Prng } from './prng.ts';
import { TcpFlow, type TcpPlan } from './tcp-flow.ts';
import { makeTcpEnd, TcpWire } from './tcp-segment.ts';

/** New sessions a second. */
const ARRIVALS = 300;
const SECOND = 1e6;
const IPV6_SHARE = 0.1;
const ROUND_TRIP_MAX = 400_000;

type Size = Pick<TcpPlan, 'exchanges' | 'requestBytes' | 'responseBytes' | 'thinkTime'>;

/** One request whose answer is one segment. */
const SHORT: Size = {
  exchanges: 1,
  requestBytes: () => 300,
  responseBytes: () => 1_200,
  thinkTime: SECOND,
};

/** What the flows share. */
export interface Surroundings {
  readonly random: Prng;
  readonly payloads: PayloadMaker;
  readonly population: Population;
  readonly writer: PcapWriter;
  readonly queue: EventQueue;
}

/** Starts sessions at random times, for ever. */
export class Arrivals implements Flow {
  /** Sessions started. */
  started = 0;
  private readonly around: Surroundings;
  private readonly isShort: boolean;

  /** @param isShort whether sessions are of DNS and HTTP, and short */
  constructor(around: Surroundings, isShort: boolean) {
    this.around = around;
    this.isShort = isShort;
  }

  step(now: number): number {
    this.around.queue.push(now, this.next());
    this.started++;
    return this.around.random.exponential(SECOND / ARRIVALS);
  }

  private next(): Flow {
    const { random, population } = this.around;
    const client = population.client();
    const kind = random.unit();
    if (this.isShort) {
      if (kind < 0.5) return this.tcp(client);
      return new DnsFlow(this.datagram(client, population.commonServer(), 53));
    }
    if (kind < 0.56) return this.tcp(client);
    if (kind < 0.83) return new DnsFlow(this.datagram(client, population.commonServer(), 53));
    if (kind < 0.88) {
      const packets = random.pareto(12, 6_000, 1.25);
      return new QuicFlow(this.datagram(client, population.server(), 443), packets);
    }
    if (kind < 0.93) {
      const isRepeated = random.chance(0.2);
      const ntp = this.datagram(client, population.commonServer(), 123);
      return new ExchangeFlow(ntp, isRepeated ? random.integer(2, 20) : 1);
    }
    if (kind < 0.955) {
      const port = random.integer(1_024, 50_000);
      const exchanges = Math.round(random.pareto(1, 40, 1.2));
      return new ExchangeFlow(this.datagram(client, population.server(), port), exchanges);
    }
    if (kind < 0.997) return this.ping(client, population.server());
    const context = this.context(client, population.server(), PROTOCOL.esp, false);
    return new EspFlow(context, random.integer(20, 300));
  }

  private ping(client: Client, server: Host): Flow {
    const { random } = this.around;
    const isIpv6 = random.chance(IPV6_SHARE);
    const protocol = isIpv6 ? PROTOCOL.icmpv6 : PROTOCOL.icmp;
    const pings = Math.round(random.pareto(3, 120, 1.6));
    return new PingFlow(this.context(client, server, protocol, isIpv6), pings);
  }

  private datagram(client: Client, server: Host, serverPort: number): DatagramContext {
    const isIpv6 = this.around.random.chance(IPV6_SHARE);
    return { ...this.context(client, server, PROTOCOL.udp, isIpv6), serverPort };
  }

  private context(client: Client, server: Host, protocol: number, v6: boolean): DatagramContext {
    const { random, payloads, writer, population } = this.around;
    return {
      random,
      payloads,
      writer,
      templates: population.templates(client, server, protocol, v6),
      clientPort: population.port(client),
      serverPort: 0,
      roundTrip: this.roundTrip(),
    };
  }

  private tcp(client: Client): Flow {
    const { random, population, writer, payloads } = this.around;
    const isIpv6 = random.chance(IPV6_SHARE);
    const plan = this.tcpPlan();
    const templates = population.templates(client, population.server(), PROTOCOL.tcp, isIpv6);
    const isScan = plan.ending === 'syn-only' && plan.repeats === 0;
    const options = { timestamps: random.chance(0.8), windowScale: random.chance(0.95) };
    const port = isScan ? random.integer(1, 10_000) : serverPort(plan.service, random);
    const near = makeTcpEnd(templates.toServer, population.port(client), random.bits());
    const far = makeTcpEnd(templates.toClient, port, random.bits());
    return new TcpFlow(plan, {
      random,
      payloads,
      wire: new TcpWire(writer, options, isIpv6),
      client: near,
      server: far,
    });
  }

  private tcpPlan(): TcpPlan {
    const { random } = this.around;
    const kind = random.unit();
    const base = { roundTrip: this.roundTrip(), repeats: 0 };
    if (this.isShort) return { ...base, service: 'http', ending: 'fin-client', ...SHORT };
    const other = { service: 'other', ...base, ...this.webSize() } as const;
    if (kind < 0.03) return { ...other, ending: 'syn-only' };
    if (kind < 0.05) return { ...other, ending: 'syn-only', repeats: random.integer(1, 3) };
    if (kind < 0.07) return { ...other, ending: 'refused' };
    if (kind < 0.08) return { ...other, ending: 'half-open', repeats: random.integer(0, 3) };
    const ending = this.ending();
    if (kind < 0.082) return { ...other, ending, ...this.shellSize() };
    const service = random.chance(0.85) ? 'tls' : 'http';
    const size = kind < 0.0823 ? this.bulkSize() : this.webSize();
    return { ...base, service, ending, ...size };
  }

  private ending(): TcpPlan['ending'] {
    const unit = this.around.random.unit();
    if (unit < 0.05) return 'rst-client';
    if (unit < 0.085) return 'rst-server';
    if (unit < 0.125) return 'idle';
    return unit < 0.7 ? 'fin-client' : 'fin-server';
  }

  private webSize(): Size {
    const { random } = this.around;
    return {
      exchanges: 1 + Math.floor(random.exponential(1.1)),
      requestBytes: () =>
        random.chance(0.03) ? random.pareto(3_000, 2e5, 1.2) : 150 + random.exponential(350),
      responseBytes: () => random.pareto(1_500, 2e6, 1.35),
      thinkTime: 2 * SECOND,
    };
  }

  /** An interactive session: many small packets over minutes. */
  private shellSize(): Size {
    const { random } = this.around;
    return {
      exchanges: random.integer(100, 3_000),
      requestBytes: () => 36 + random.exponential(20),
      responseBytes: () => 36 + random.exponential(150),
      thinkTime: random.chance(0.3) ? 4 * SECOND : SECOND / 3,
    };
  }

  /** A download of 3 to 60 MB. */
  private bulkSize(): Size {
    const { random } = this.around;
    return {
      exchanges: 1 + Math.floor(random.exponential(1)),
      requestBytes: () => 300,
      responseBytes: () => random.pareto(3e6, 6e7, 1.1),
      thinkTime: 5 * SECOND,
    };
  }

  private roundTrip(): number {
    return Math.min(ROUND_TRIP_MAX, 2_000 + this.around.random.exponential(40_000));
  }
}

function serverPort(service: TcpPlan['service'], random: Prng): number {
  if (service === 'tls') return 443;
  if (service === 'http') return 80;
  return [22, 25, 110, 143, 993, 3306, 5432, 8080][random.integer(0, 7)]!;
}
