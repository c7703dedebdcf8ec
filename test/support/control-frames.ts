/** This file writes frames of control channels, and feeds them to a firewall as a capture does. */

import { FrameBatch } from '../../src/capture/frame-batch.ts';
import type { Firewall } from '../../src/engine/firewall.ts';
import { PROTO_TCP } from '../../src/net/protocol.ts';

/** An IPv4 packet; checksums are 0. */
export interface ControlPacket {
  readonly protocol: number;
  readonly source: number;
  readonly sport: number;
  readonly destination: number;
  readonly dport: number;
  /** TCP. */
  readonly flags?: number;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly payload?: Uint8Array;
  /** Flags and offset of a fragment, the header's field, and its identification. */
  readonly fragment?: number;
  readonly id?: number;
}

const ETHERNET = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
const IP = ETHERNET.length;
const TRANSPORT = IP + 20;
const NOTHING = new Uint8Array(0);

/** The Ethernet frame of a packet. */
export function controlFrame(packet: ControlPacket): Uint8Array {
  const { protocol, source, destination, payload = NOTHING, fragment = 0 } = packet;
  const isLater = (fragment & 0x1fff) !== 0;
  const header = isLater ? 0 : protocol === PROTO_TCP ? 20 : 8;
  const bytes = new Uint8Array(TRANSPORT + header + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set(ETHERNET);
  view.setUint8(IP, 0x45);
  view.setUint16(IP + 2, bytes.length - IP);
  view.setUint16(IP + 4, packet.id ?? 0);
  view.setUint16(IP + 6, fragment);
  view.setUint8(IP + 8, 64);
  view.setUint8(IP + 9, protocol);
  view.setUint32(IP + 12, source);
  view.setUint32(IP + 16, destination);
  bytes.set(payload, TRANSPORT + header);
  if (isLater) return bytes;
  view.setUint16(TRANSPORT, packet.sport);
  view.setUint16(TRANSPORT + 2, packet.dport);
  if (protocol !== PROTO_TCP) {
    view.setUint16(TRANSPORT + 4, 8 + payload.length);
    return bytes;
  }
  view.setUint32(TRANSPORT + 4, packet.sequence ?? 0);
  view.setUint32(TRANSPORT + 8, packet.acknowledgment ?? 0);
  view.setUint8(TRANSPORT + 12, 0x50);
  view.setUint8(TRANSPORT + 13, packet.flags ?? 0);
  view.setUint16(TRANSPORT + 14, 0xffff);
  return bytes;
}

const BATCH = 512;

/** Feeds frames one by one; a firewall sees them in batches. */
export class Feed {
  /** Frames that were sent. */
  sent = 0;
  private readonly batch = new FrameBatch(BATCH);
  private readonly firewall: Firewall;

  constructor(firewall: Firewall) {
    this.firewall = firewall;
    this.batch.epochSeconds = 1_700_000_000;
  }

  /** @param timeNs since the first frame */
  send(packet: ControlPacket, timeNs: number): void {
    const { batch } = this;
    const frame = controlFrame(packet);
    const at = batch.count++;
    batch.blocks[at] = frame;
    batch.block[at] = at;
    batch.offset[at] = 0;
    batch.capturedLength[at] = frame.length;
    batch.originalLength[at] = frame.length;
    batch.time[at] = timeNs;
    batch.frameNumber[at] = ++this.sent;
    if (batch.count === BATCH) this.flush();
  }

  /** Has the firewall take what was sent. */
  flush(): void {
    const { batch } = this;
    this.firewall.replay(batch, 0, batch.count);
    batch.count = 0;
  }
}
