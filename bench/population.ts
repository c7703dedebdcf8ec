/**
 * This file holds the hosts of the bench network: private clients behind one router port and public
 * servers beyond it, and the pair of frame templates for a flow between two of them.
 *
 * Clients are in 10.0.0.0/8 and fd00::/8; servers are in the networks reserved for benchmarks,
 * 198.18.0.0/15 (RFC 2544) and 2001:2::/48 (RFC 5180), so that no real host is named. Behind source NAT
 * a client 10.10.X.Y is 100.64.X.Y (RFC 6598) to IPv4 servers.
 */
import { FrameTemplate } from './frame.ts';
import type { Prng } from './prng.ts';

const CLIENTS = 5_000;
const SERVERS = 6_000;
const CLIENTS_PER_NETWORK = 200;
const EPHEMERAL_FIRST = 32_768;
const EPHEMERAL_LAST = 60_999;
/** One client network in this many is tagged. */
const NETWORKS_PER_VLAN = 6;
const ROUTER_MAC = Uint8Array.of(0x02, 0, 0, 0, 0, 0xfe);

/** A host with one address of each family. */
export interface Host {
  readonly ipv4: Uint8Array;
  readonly ipv6: Uint8Array;
}

/** A private host. */
export interface Client extends Host {
  readonly mac: Uint8Array;
  readonly vlan: number;
  /** Next ephemeral port; rises and wraps, so that no 5-tuple comes twice within minutes. */
  nextPort: number;
}

/** The two directions of a flow between a client and a server. */
export interface TemplatePair {
  readonly toServer: FrameTemplate;
  readonly toClient: FrameTemplate;
}

/** Every host, in a fixed order for a seed. */
export class Population {
  private readonly clients: Client[] = [];
  private readonly servers: Host[] = [];
  private readonly random: Prng;
  private readonly isTranslated: boolean;

  /** @param isTranslated whether servers answer to the translated addresses */
  constructor(random: Prng, isTranslated: boolean) {
    this.random = random;
    this.isTranslated = isTranslated;
    for (let i = 0; i < CLIENTS; i++) this.clients.push(makeClient(i, random));
    for (let i = 0; i < SERVERS; i++) this.servers.push(makeServer(i));
  }

  /** Any client, all alike. */
  client(): Client {
    return this.clients[this.random.integer(0, CLIENTS - 1)]!;
  }

  /** A server; some are far more popular than others. */
  server(): Host {
    const unit = this.random.unit();
    return this.servers[Math.floor(unit * unit * unit * SERVERS)]!;
  }

  /** One of the few servers that everybody asks (resolvers, time servers). */
  commonServer(): Host {
    return this.servers[this.random.integer(0, 3)]!;
  }

  /** The client's next ephemeral port. */
  port(client: Client): number {
    const port = client.nextPort;
    client.nextPort = port === EPHEMERAL_LAST ? EPHEMERAL_FIRST : port + 1;
    return port;
  }

  /** Templates for a flow of this protocol; `isIpv6` picks the family. */
  templates(client: Client, server: Host, protocol: number, isIpv6: boolean): TemplatePair {
    const near = isIpv6 ? client.ipv6 : client.ipv4;
    const far = isIpv6 ? server.ipv6 : server.ipv4;
    const { vlan, mac } = client;
    const out = { sourceMac: mac, destinationMac: ROUTER_MAC, source: near, destination: far };
    const answered = this.isTranslated && !isIpv6 ? translate(near) : near;
    const back = { sourceMac: ROUTER_MAC, destinationMac: mac, source: far, destination: answered };
    const rest = { vlan, protocol };
    const firstId = this.random.bits();
    return {
      toServer: new FrameTemplate({ ...out, ...rest, hops: 64, padded: false }, firstId),
      toClient: new FrameTemplate({ ...back, ...rest, hops: 52, padded: true }, firstId >>> 16),
    };
  }
}

function translate(ipv4: Uint8Array): Uint8Array {
  return Uint8Array.of(100, 64, ipv4[2]!, ipv4[3]!);
}

function makeClient(index: number, random: Prng): Client {
  const network = Math.floor(index / CLIENTS_PER_NETWORK);
  const host = 10 + (index % CLIENTS_PER_NETWORK);
  const ipv6 = new Uint8Array(16);
  ipv6.set([0xfd, 0, 0, 0x10, 0, 0, 0, network]);
  for (let i = 8; i < 16; i++) ipv6[i] = random.integer(0, 255);
  return {
    ipv4: Uint8Array.of(10, 10, network, host),
    ipv6,
    mac: Uint8Array.of(0x02, 0x10, 0, network, 0, host),
    vlan: network % NETWORKS_PER_VLAN === 0 ? 100 + network : 0,
    nextPort: random.integer(EPHEMERAL_FIRST, EPHEMERAL_LAST),
  };
}

function makeServer(index: number): Host {
  // A step of 21 spreads the servers over 198.18.0.0/15 without repeating one.
  const spread = index * 21 + 10;
  const ipv6 = new Uint8Array(16);
  ipv6.set([0x20, 0x01, 0, 0x02, 0, 0, index >>> 8, index & 0xff]);
  ipv6[15] = 1;
  return {
    ipv4: Uint8Array.of(198, 18 + (spread >>> 16), (spread >>> 8) & 0xff, spread & 0xff),
    ipv6,
  };
}
