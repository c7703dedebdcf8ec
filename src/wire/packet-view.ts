/**
 * This file holds the one reused view of a frame: `attach` walks link, network and transport header
 * once and leaves offsets and the integers that lookups need.
 *
 * Contract: after `attach` returned OK every field below describes the frame, and every header byte
 * up to `payloadOffset` that lies before `frameEnd` may be read without a check (options and payload
 * may be cut by the snap length: compare with `frameEnd`). Fields of headers that the frame does not
 * have keep the values of an earlier frame. The view is valid until the next `attach`; it never
 * throws, whatever the bytes, and never reads outside [offset, offset + capturedLength).
 *
 * 32-bit words (addresses, sequence numbers) are signed: an unsigned one above 2^31 would be a heap
 * number, and this path allocates nothing.
 */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_SCTP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import {
  IP_SHORT,
  IP_VERSION,
  LINK_SHORT,
  LINK_TYPE_UNSUPPORTED,
  NOT_IP,
  OK,
  SEVERAL_IN_ONE,
  TRUNCATED,
} from './decode-status.ts';
import { readEthernet } from './ethernet.ts';
import { readIcmp } from './icmp.ts';
import { readIpv4 } from './ipv4.ts';
import { readIpv6 } from './ipv6.ts';
import { walkLayers } from './link-layers.ts';
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_RAW,
  LINKTYPE_RAW_12,
  LINKTYPE_RAW_14,
} from './link-type.ts';
import { readLinuxSll, readLinuxSll2 } from './linux-sll.ts';
import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  NEXT_IP,
  NEXT_SEVERAL,
  NEXT_SHORT,
  NEXT_UNKNOWN_LINK,
} from './next-layer.ts';
import { readOtherLink } from './other-links.ts';
import { readOtherTransport } from './other-transports.ts';
import { readTcp } from './tcp.ts';
import { readUdp } from './udp.ts';

const LOOPBACK_LENGTH = 4;
const ORIGINAL_MAX = 0x2000_0000;

export class PacketView {
  bytes: Uint8Array = new Uint8Array(0);
  data: DataView = new DataView(new ArrayBuffer(0));
  /** First byte of the frame in `bytes`. */
  frameOffset = 0;
  /** One past the last captured byte of the frame. */
  frameEnd = 0;
  /** One past the frame's last byte on the wire; beyond `frameEnd` when it was snapped. */
  originalEnd = 0;
  /** 0 unknown, 1 inbound, 2 outbound; from pcapng flags, else from a Linux cooked header. */
  direction = 0;
  /** Offset of the six bytes of the source MAC, or -1. */
  sourceMacOffset = -1;
  tagCount = 0;
  /** Offset of the first tag's control information. */
  tagOffset = 0;
  networkOffset = 0;
  /** 4 or 6. */
  family = 0;
  /** The IP packet's length by its header, bytes. */
  ipLength = 0;
  /** One past the IP packet's last byte by its header; may lie beyond `frameEnd`. */
  ipEnd = 0;
  ipTtl = 0;
  /** Protocol behind the last IPv6 extension header that was walked. */
  protocol = 0;
  isFragment = false;
  /** The IPv4 source, or the first word of the IPv6 source. */
  source = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  destination = 0;
  destination1 = 0;
  destination2 = 0;
  destination3 = 0;
  transportOffset = 0;
  /**
   * 0 for protocols without ports; CONTRACT.md's reading for ICMP; the halves of GRE's key and of an
   * SPI (`hasOneNumber`).
   */
  sport = 0;
  dport = 0;
  tcpSequence = 0;
  tcpAcknowledgment = 0;
  tcpFlags = 0;
  tcpWindow = 0;
  icmpType = 0;
  icmpCode = 0;
  /** ICMP_ kind; 0 for every other protocol. */
  icmpKind = 0;
  /** SCTP_ kind; only of SCTP. */
  sctpKind = 0;
  payloadOffset = 0;
  /** Bytes of transport payload by the IP header's length; the captured part may be shorter. */
  payloadLength = 0;

  /** Attaches to `capturedLength` bytes of `bytes` from `offset`; returns a DecodeStatus number. */
  attach(
    bytes: Uint8Array,
    offset: number,
    capturedLength: number,
    originalLength: number,
    linkType: number,
    direction: number,
  ): number {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.frameOffset = offset;
    this.frameEnd = offset + capturedLength;
    // Clamped so that the sum stays a small integer whatever a hostile record claims.
    this.originalEnd = offset + Math.min(Math.max(originalLength, capturedLength), ORIGINAL_MAX);
    this.direction = direction;
    this.sourceMacOffset = -1;
    this.tagCount = 0;
    if (linkType === LINKTYPE_ETHERNET) return this.attachEtherType(readEthernet(this));
    return this.attachOtherLink(linkType);
  }

  private attachOtherLink(linkType: number): number {
    switch (linkType) {
      case LINKTYPE_LINUX_SLL:
        return this.attachEtherType(readLinuxSll(this));
      case LINKTYPE_LINUX_SLL2:
        return this.attachEtherType(readLinuxSll2(this));
      case LINKTYPE_RAW:
      case LINKTYPE_RAW_12:
      case LINKTYPE_RAW_14:
      case LINKTYPE_IPV4:
      case LINKTYPE_IPV6:
        return this.attachNetwork(this.frameOffset);
      case LINKTYPE_NULL:
      case LINKTYPE_LOOP:
        // The address family differs by system and byte order: the IP version nibble is surer.
        if (this.frameEnd - this.frameOffset < LOOPBACK_LENGTH) return this.shortLink();
        return this.attachLoopback();
      default:
        return this.attachLayers(readOtherLink(this, linkType));
    }
  }

  private attachLoopback(): number {
    const status = this.attachNetwork(this.frameOffset + LOOPBACK_LENGTH);
    return status === IP_VERSION ? NOT_IP : status;
  }

  private attachEtherType(etherType: number): number {
    if (etherType === ETHERTYPE_IPV4 || etherType === ETHERTYPE_IPV6) {
      return this.attachNetwork(this.networkOffset);
    }
    return this.attachLayers(etherType);
  }

  /** Goes through the layers that most frames do not have; `first` is of next-layer.ts. */
  private attachLayers(first: number): number {
    const next = walkLayers(this, first);
    switch (next) {
      case NEXT_SHORT:
        return this.shortLink();
      case NEXT_UNKNOWN_LINK:
        return LINK_TYPE_UNSUPPORTED;
      case NEXT_SEVERAL:
        return SEVERAL_IN_ONE;
      case NEXT_IP: {
        const status = this.attachNetwork(this.networkOffset);
        return status === IP_VERSION ? NOT_IP : status;
      }
      default:
        return next < 0 ? NOT_IP : this.attachNetwork(this.networkOffset);
    }
  }

  private shortLink(): number {
    return this.originalEnd > this.frameEnd ? TRUNCATED : LINK_SHORT;
  }

  /** Attaches from the IP header at `at` on; the frame's bounds are already set. */
  private attachNetwork(at: number): number {
    this.networkOffset = at;
    this.isFragment = false;
    if (at >= this.frameEnd) return this.cutOr(at + 1, IP_SHORT);
    const version = this.data.getUint8(at) >>> 4;
    const status = version === 4 ? readIpv4(this) : version === 6 ? readIpv6(this) : IP_VERSION;
    return status === OK ? this.attachTransport() : status;
  }

  private attachTransport(): number {
    this.icmpKind = 0;
    switch (this.protocol) {
      case PROTO_TCP:
        return readTcp(this);
      case PROTO_UDP:
        return readUdp(this);
      case PROTO_ICMP:
        if (this.family === 4) return readIcmp(this);
        break;
      case PROTO_ICMPV6:
        if (this.family === 6) return readIcmp(this);
        break;
    }
    return readOtherTransport(this);
  }

  /**
   * Attaches to the packet that an ICMP error quotes, as far as it is there: addresses, protocol
   * and ports (RFC 792 promises 8 bytes of transport header). False when not even those are.
   */
  attachQuote(outer: PacketView): boolean {
    this.bytes = outer.bytes;
    this.data = outer.data;
    this.frameOffset = outer.payloadOffset;
    // The quote ends with the packet that carries it: behind it is padding or a trailer.
    this.frameEnd = Math.min(outer.frameEnd, outer.ipEnd);
    this.originalEnd = Math.min(outer.originalEnd, outer.ipEnd);
    this.tagCount = 0;
    this.networkOffset = outer.payloadOffset;
    this.isFragment = false;
    const at = this.networkOffset;
    if (at >= this.frameEnd) return false;
    const version = this.data.getUint8(at) >>> 4;
    if (version !== (outer.family === 4 ? 4 : 6)) return false;
    const status = version === 4 ? readIpv4(this) : readIpv6(this);
    if (status !== OK) return false;
    return this.attachQuotedPorts();
  }

  private attachQuotedPorts(): boolean {
    const at = this.transportOffset;
    this.icmpKind = 0;
    this.sport = 0;
    this.dport = 0;
    const { protocol } = this;
    if (protocol === PROTO_TCP || protocol === PROTO_UDP || protocol === PROTO_SCTP) {
      if (this.frameEnd - at < 4) return false;
      const ports = this.data.getInt32(at);
      this.sport = ports >>> 16;
      this.dport = ports & 0xffff;
      return true;
    }
    if (protocol === (this.family === 4 ? PROTO_ICMP : PROTO_ICMPV6)) {
      return readIcmp(this) === OK;
    }
    return readOtherTransport(this) === OK;
  }

  /** Whether `length` bytes at `at` belong to the IP packet and were captured. */
  hasBytes(at: number, length: number): boolean {
    return at + length <= this.ipEnd && at + length <= this.frameEnd;
  }

  /** `TRUNCATED` if the original frame reached `end` and the capture did not, else `status`. */
  cutOr(end: number, status: number): number {
    return this.originalEnd >= end && this.frameEnd < end ? TRUNCATED : status;
  }
}
