/**
 * This file builds Ethernet and IP headers for the bench captures: one template for each direction
 * of a flow, copied for each packet, with only lengths, IP id and header checksum set anew.
 * TCP and UDP checksums stay unset, as in a capture on a host with checksum offload.
 */
import { type PcapWriter, SNAP_LENGTH } from './pcap-writer.ts';

/** IP protocol numbers that the generator uses. */
export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, esp: 50, icmpv6: 58 } as const;

/** Shortest Ethernet frame without FCS; what comes from the wire is padded up to it. */
const FRAME_BYTES_MIN = 60;

/** Who sends in one direction and where to; both addresses of one family (4 or 16 bytes). */
export interface Route {
  readonly sourceMac: Uint8Array;
  readonly destinationMac: Uint8Array;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** 802.1Q VLAN, or 0 for an untagged frame. */
  readonly vlan: number;
  readonly protocol: number;
  readonly hops: number;
  /** Whether short frames are padded to 60 bytes, as frames received from a wire are. */
  readonly padded: boolean;
}

/** A payload of `length` bytes on the wire; `payload` may be longer, or hold only its start. */
export interface Content {
  readonly length: number;
  readonly payload: Uint8Array;
}

/** The link and network header of one direction of a flow. */
export class FrameTemplate {
  readonly isIpv6: boolean;
  /** Bytes before the transport header. */
  readonly headerBytes: number;
  private readonly bytes: Uint8Array;
  private readonly ipOffset: number;
  private readonly padded: boolean;
  /** IPv4 header checksum's sum without total length and id. */
  private readonly sum: number;
  private ipId: number;

  constructor(route: Route, firstIpId: number) {
    this.isIpv6 = route.source.length === 16;
    this.ipOffset = route.vlan === 0 ? 14 : 18;
    this.headerBytes = this.ipOffset + (this.isIpv6 ? 40 : 20);
    this.padded = route.padded;
    this.ipId = firstIpId & 0xffff;
    this.bytes = new Uint8Array(this.headerBytes);
    this.writeLink(route);
    if (this.isIpv6) this.writeIpv6(route);
    else this.writeIpv4(route);
    this.sum = this.isIpv6 ? 0 : sumOfWords(this.bytes, this.ipOffset, 20);
  }

  /**
   * Starts a frame of `transportBytes` (header and payload on the wire) and returns where its
   * transport header goes in the writer's chunk; the captured part is zeroed from there on.
   */
  start(writer: PcapWriter, time: number, transportBytes: number): number {
    const header = this.headerBytes;
    const frameBytes = header + transportBytes;
    const wire = this.padded && frameBytes < FRAME_BYTES_MIN ? FRAME_BYTES_MIN : frameBytes;
    const at = writer.record(time, wire);
    const bytes = writer.bytes;
    bytes.set(this.bytes, at);
    bytes.fill(0, at + header, at + Math.min(wire, SNAP_LENGTH));
    const ip = at + this.ipOffset;
    if (this.isIpv6) {
      writer.view.setUint16(ip + 4, transportBytes);
      return at + header;
    }
    const id = this.ipId;
    this.ipId = (id + 1) & 0xffff;
    const total = 20 + transportBytes;
    let sum = this.sum + total + id;
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    writer.view.setUint16(ip + 2, total);
    writer.view.setUint16(ip + 4, id);
    writer.view.setUint16(ip + 10, ~sum & 0xffff);
    return at + header;
  }

  /** Copies what is captured of a payload behind the `transportHeader` bytes that begin at `at`. */
  payload(writer: PcapWriter, at: number, transportHeader: number, content: Content): void {
    const { length, payload } = content;
    const room = Math.min(length, SNAP_LENGTH - this.headerBytes - transportHeader);
    if (room <= 0) return;
    const shown = payload.length <= room ? payload : payload.subarray(0, room);
    writer.bytes.set(shown, at + transportHeader);
  }

  /**
   * Internet checksum of an ICMP message that is captured whole: `length` bytes from `at`, and for
   * ICMPv6 the pseudo-header before it (RFC 4443, section 2.3).
   */
  checksum(writer: PcapWriter, at: number, length: number): number {
    let sum = sumOfWords(writer.bytes, at, length);
    if (this.isIpv6) {
      sum += sumOfWords(this.bytes, this.ipOffset + 8, 32) + length + PROTOCOL.icmpv6;
    }
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    return ~sum & 0xffff;
  }

  private writeLink(route: Route): void {
    const bytes = this.bytes;
    bytes.set(route.destinationMac, 0);
    bytes.set(route.sourceMac, 6);
    if (route.vlan !== 0) {
      bytes.set([0x81, 0x00, route.vlan >>> 8, route.vlan & 0xff], 12);
    }
    bytes.set(this.isIpv6 ? [0x86, 0xdd] : [0x08, 0x00], this.ipOffset - 2);
  }

  private writeIpv4(route: Route): void {
    const at = this.ipOffset;
    this.bytes[at] = 0x45;
    this.bytes[at + 6] = 0x40; // don't fragment
    this.bytes[at + 8] = route.hops;
    this.bytes[at + 9] = route.protocol;
    this.bytes.set(route.source, at + 12);
    this.bytes.set(route.destination, at + 16);
  }

  private writeIpv6(route: Route): void {
    const at = this.ipOffset;
    this.bytes[at] = 0x60;
    this.bytes[at + 6] = route.protocol;
    this.bytes[at + 7] = route.hops;
    this.bytes.set(route.source, at + 8);
    this.bytes.set(route.destination, at + 24);
  }
}

function sumOfWords(bytes: Uint8Array, from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!;
  return sum;
}
