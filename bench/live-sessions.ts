/**
 * This file generates the captures for the cost of a live session: K TCP sessions are opened and
 * all stay alive, then packets hit them at random, so that nearly every packet is a cache miss in
 * the session table. The whole lasts less than the 3600 s after which an idle session ages out.
 */
import { renameSync } from 'node:fs';
import { FrameTemplate, PROTOCOL } from './frame.ts';
import { PcapWriter } from './pcap-writer.ts';
import { Prng } from './prng.ts';

/** Which capture to make. */
export interface LiveSpec {
  readonly path: string;
  readonly sessions: number;
  /** Packets after the last session is open; 0 for the set-up alone. */
  readonly hits: number;
  readonly seed: number;
}

/** Packets that open one session: SYN, SYN-ACK, ACK. */
export const SETUP_PACKETS = 3;

const TCP_HEADER_BYTES = 20;
const WINDOW = 65_535;
/** Microseconds between packets: 8 million of them last 800 s. */
const GAP = 100;
const HIT_BYTES_MAX = 60;
const SESSIONS_PER_CLIENT = 1_000;
const CLIENT_PORT_FIRST = 32_768;
const SERVER_PORT = 443;
const CLIENT_MAC = Uint8Array.of(0x02, 0x10, 0, 0, 0, 1);
const ROUTER_MAC = Uint8Array.of(0x02, 0, 0, 0, 0, 0xfe);
const SERVER = Uint8Array.of(198, 18, 0, 10);
const [SYN, PSH, ACK] = [0x02, 0x08, 0x10];

/** Writes the capture; `path` appears when it is whole. */
export function generateLiveSessions({ path, sessions, hits, seed }: LiveSpec): void {
  const partial = `${path}.partial`;
  const wire = new LiveWire(partial, sessions, seed);
  for (let session = 0; session < sessions; session++) wire.open(session);
  const random = new Prng(seed + 1);
  for (let i = 0; i < hits; i++) {
    const bits = random.bits();
    wire.hit(
      Math.floor((bits / 4294967296) * sessions),
      (bits & 1) === 0,
      1 + (bits % HIT_BYTES_MAX),
    );
  }
  wire.close();
  renameSync(partial, path);
}

/** Sends for all sessions; their numbers are in columns, since there are millions. */
class LiveWire {
  private readonly writer: PcapWriter;
  private readonly clientNext: Uint32Array;
  private readonly serverNext: Uint32Array;
  private readonly toServer: FrameTemplate[] = [];
  private readonly toClient: FrameTemplate[] = [];
  private time = 0;

  constructor(path: string, sessions: number, seed: number) {
    this.writer = new PcapWriter(path);
    this.clientNext = new Uint32Array(sessions);
    this.serverNext = new Uint32Array(sessions);
    const random = new Prng(seed);
    for (let client = 0; client * SESSIONS_PER_CLIENT < sessions; client++) {
      this.toServer.push(makeTemplate(client, true));
      this.toClient.push(makeTemplate(client, false));
    }
    for (let i = 0; i < sessions; i++) {
      this.clientNext[i] = random.bits();
      this.serverNext[i] = random.bits();
    }
  }

  open(session: number): void {
    this.send(session, true, SYN, 0);
    this.clientNext[session]!++;
    this.send(session, false, SYN | ACK, 0);
    this.serverNext[session]!++;
    this.send(session, true, ACK, 0);
  }

  hit(session: number, fromClient: boolean, length: number): void {
    this.send(session, fromClient, PSH | ACK, length);
    const next = fromClient ? this.clientNext : this.serverNext;
    next[session]! += length;
  }

  close(): void {
    this.writer.close();
  }

  private send(session: number, fromClient: boolean, flags: number, length: number): void {
    const template = (fromClient ? this.toServer : this.toClient)[
      Math.floor(session / SESSIONS_PER_CLIENT)
    ]!;
    const clientPort = CLIENT_PORT_FIRST + (session % SESSIONS_PER_CLIENT);
    const at = template.start(this.writer, this.time, TCP_HEADER_BYTES + length);
    this.time += GAP;
    const view = this.writer.view;
    view.setUint16(at, fromClient ? clientPort : SERVER_PORT);
    view.setUint16(at + 2, fromClient ? SERVER_PORT : clientPort);
    view.setUint32(at + 4, (fromClient ? this.clientNext : this.serverNext)[session]!);
    const peerNext = (fromClient ? this.serverNext : this.clientNext)[session]!;
    if ((flags & ACK) !== 0) view.setUint32(at + 8, peerNext);
    view.setUint16(at + 12, 0x5000 | flags);
    view.setUint16(at + 14, WINDOW);
  }
}

function makeTemplate(client: number, fromClient: boolean): FrameTemplate {
  const address = Uint8Array.of(10, 20, client >>> 8, client & 0xff);
  return new FrameTemplate(
    {
      sourceMac: fromClient ? CLIENT_MAC : ROUTER_MAC,
      destinationMac: fromClient ? ROUTER_MAC : CLIENT_MAC,
      source: fromClient ? address : SERVER,
      destination: fromClient ? SERVER : address,
      vlan: 0,
      protocol: PROTOCOL.tcp,
      hops: fromClient ? 64 : 52,
      padded: !fromClient,
    },
    client,
  );
}
