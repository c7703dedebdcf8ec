/**
 * This file plays the sessions of the bench capture that are not TCP: DNS, QUIC-like streams,
 * pings, other short UDP exchanges and ESP tunnels.
 */
import { FLOW_DONE, type Flow } from './event-queue.ts';
import type { Content } from './frame.ts';
import type { PayloadKind, PayloadMaker } from './payload.ts';
import type { PcapWriter } from './pcap-writer.ts';
import type { TemplatePair } from './population.ts';
import type { Prng } from './prng.ts';

const UDP_HEADER_BYTES = 8;
const ICMP_HEADER_BYTES = 8;
const ESP_HEADER_BYTES = 8;
/** IPv6 forbids a zero UDP checksum; nobody can verify one of a frame cut at the snap length. */
const CHECKSUM_UNVERIFIABLE = 0xbe0c;

/** What every datagram flow needs. */
export interface DatagramContext {
  readonly random: Prng;
  readonly payloads: PayloadMaker;
  readonly writer: PcapWriter;
  readonly templates: TemplatePair;
  readonly clientPort: number;
  readonly serverPort: number;
  /** Microseconds. */
  readonly roundTrip: number;
}

/** Writes one UDP datagram. */
function sendUdp(context: DatagramContext, now: number, toServer: boolean, content: Content): void {
  const { writer, templates, clientPort, serverPort } = context;
  const template = toServer ? templates.toServer : templates.toClient;
  const at = template.start(writer, now, UDP_HEADER_BYTES + content.length);
  writer.view.setUint16(at, toServer ? clientPort : serverPort);
  writer.view.setUint16(at + 2, toServer ? serverPort : clientPort);
  writer.view.setUint16(at + 4, UDP_HEADER_BYTES + content.length);
  if (template.isIpv6) writer.view.setUint16(at + 6, CHECKSUM_UNVERIFIABLE);
  template.payload(writer, at, UDP_HEADER_BYTES, content);
}

/** A DNS query and its answer; a few queries get none and are asked again. */
export class DnsFlow implements Flow {
  private readonly context: DatagramContext;
  private readonly query: Uint8Array;
  private unanswered: number;
  private asked = false;

  constructor(context: DatagramContext) {
    this.context = context;
    this.query = context.payloads.dnsQuery(context.random.chance(0.3));
    this.unanswered = context.random.chance(0.02) ? context.random.integer(1, 2) : 0;
  }

  step(now: number): number {
    const { context, query } = this;
    if (!this.asked) {
      sendUdp(context, now, true, { length: query.length, payload: query });
      if (this.unanswered > 0) {
        this.unanswered--;
        return 5e6;
      }
      this.asked = true;
      return context.roundTrip;
    }
    const payload = context.payloads.dnsResponse(query);
    sendUdp(context, now, false, { length: payload.length, payload });
    return FLOW_DONE;
  }
}

/** A stream of UDP datagrams like QUIC's: a large first flight, then bursts with few answers. */
export class QuicFlow implements Flow {
  private readonly context: DatagramContext;
  private left: number;
  private sent = 0;
  private inBurst = 0;

  /** `packets` is the length of the whole flow. */
  constructor(context: DatagramContext, packets: number) {
    this.context = context;
    this.left = Math.max(4, Math.round(packets));
  }

  step(now: number): number {
    const { random, payloads, roundTrip } = this.context;
    const isFirstFlight = this.sent < 3;
    const toServer = isFirstFlight ? this.sent !== 1 : this.sent % 5 === 0;
    const kind: PayloadKind = isFirstFlight ? 'quic-initial' : 'quic-data';
    const length = isFirstFlight ? 1200 : toServer ? random.integer(30, 90) : 1250;
    sendUdp(this.context, now, toServer, { length, payload: payloads.make(kind) });
    this.sent++;
    this.left--;
    if (this.left === 0) return FLOW_DONE;
    if (isFirstFlight) return roundTrip / 2;
    this.inBurst++;
    if (this.inBurst < 24) return 10 + random.exponential(60);
    this.inBurst = 0;
    return random.chance(0.1) ? Math.min(15e6, random.exponential(2e6)) : roundTrip;
  }
}

/** Short UDP exchanges: a request with zero to a few answers, once or at intervals. */
export class ExchangeFlow implements Flow {
  private readonly context: DatagramContext;
  private left: number;
  private toServer = true;

  constructor(context: DatagramContext, exchanges: number) {
    this.context = context;
    this.left = exchanges;
  }

  step(now: number): number {
    const { random, payloads, roundTrip } = this.context;
    const isNtp = this.context.serverPort === 123;
    const length = isNtp ? 48 : random.integer(20, 180);
    const payload = payloads.make(isNtp ? 'ntp' : 'noise');
    sendUdp(this.context, now, this.toServer, { length, payload });
    this.toServer = !this.toServer;
    if (!this.toServer) return random.chance(0.9) ? roundTrip : FLOW_DONE;
    this.left--;
    return this.left === 0 ? FLOW_DONE : 500_000 + random.exponential(4e6);
  }
}

/** Pings once a second; most are answered. The client port is the identifier. */
export class PingFlow implements Flow {
  private readonly context: DatagramContext;
  private left: number;
  private sequence = 1;
  private isReply = false;

  constructor(context: DatagramContext, pings: number) {
    this.context = context;
    this.left = pings;
  }

  step(now: number): number {
    const { writer, templates, random, payloads, clientPort, roundTrip } = this.context;
    const template = this.isReply ? templates.toClient : templates.toServer;
    const length = 56;
    const at = template.start(writer, now, ICMP_HEADER_BYTES + length);
    const [request, reply] = template.isIpv6 ? [128, 129] : [8, 0];
    writer.view.setUint8(at, this.isReply ? reply! : request!);
    writer.view.setUint16(at + 4, clientPort);
    writer.view.setUint16(at + 6, this.sequence);
    template.payload(writer, at, ICMP_HEADER_BYTES, { length, payload: payloads.make('noise') });
    const sum = template.checksum(writer, at, ICMP_HEADER_BYTES + length);
    writer.view.setUint16(at + 2, sum);
    if (!this.isReply && random.chance(0.97)) {
      this.isReply = true;
      return Math.min(roundTrip, 900_000);
    }
    this.isReply = false;
    this.sequence++;
    this.left--;
    return this.left === 0 ? FLOW_DONE : 1e6 - roundTrip;
  }
}

/** An ESP tunnel; its two security parameter indexes come from the ports. */
export class EspFlow implements Flow {
  private readonly context: DatagramContext;
  private left: number;
  private readonly sequence = { out: 0, back: 0 };

  constructor(context: DatagramContext, packets: number) {
    this.context = context;
    this.left = packets;
  }

  step(now: number): number {
    const { writer, templates, random, payloads, clientPort } = this.context;
    const toServer = random.chance(0.5);
    const template = toServer ? templates.toServer : templates.toClient;
    const length = random.integer(80, 1400) & ~3;
    const at = template.start(writer, now, ESP_HEADER_BYTES + length);
    writer.view.setUint32(at, toServer ? clientPort + 0x10000 : clientPort + 0x20000);
    writer.view.setUint32(at + 4, toServer ? ++this.sequence.out : ++this.sequence.back);
    template.payload(writer, at, ESP_HEADER_BYTES, { length, payload: payloads.make('noise') });
    this.left--;
    return this.left === 0 ? FLOW_DONE : random.exponential(300_000);
  }
}
