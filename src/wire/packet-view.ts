/**
 * This file holds the one reused view of a frame: `attach` walks link, network and transport header
 * once and leaves offsets and the integers that lookups need.
 *
 * Contract: after `attach` returned OK every field below describes the frame, and every header byte
 * up to `payloadOffset` that lies before `frameEnd` may be read without a check (options and payload
 * may be cut by the snap length: compare with `frameEnd`). Fields of headers that the frame does not
 * have may hold anything, an earlier frame's values for one. The view is valid until the next `attach`;
 * it never throws, whatever the bytes, and never reads outside [offset, offset + capturedLength).
 *
 * 32-bit words (addresses, sequence numbers) are signed: an unsigned one above 2^31 would be a heap
 * number, and this path allocates nothing.
 */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
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
  /** Counts attachments, wrapping: who finds another number than before has another packet before it. */
  attachments = 0;
  bytes: Uint8Array = new Uint8Array(0);
  data: DataView = new DataView(new ArrayBuffer(0));
  /** First byte of the frame in `bytes`. */
  frameOffset = 0;
  /** One past the last captured byte of the frame. */
  frameEnd = 0;
  /** One past the frame's last byte on the wire; beyond `frameEnd` when it was snapped. */
  originalEnd = 0;
  /** Number of the twin that the packet is of (`--scale`); 0 is an original. No frame says it. */
  twin = 0;
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
  /** Of a fragment: its datagram's identification, 16 bits (IPv4) or a signed word (IPv6). */
  fragmentId = 0;
  /** Of a fragment: offset of its data in the datagram's data, bytes. */
  fragmentOffset = 0;
  /** Of a fragment: whether others follow behind it in the datagram. */
  hasMoreFragments = false;
  /** Of a fragment: where its data begin in `bytes`. */
  fragmentDataOffset = 0;
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

  /** Whether another thread made what follows of the attached packet (packet-row). */
  isHashed = false;
  keyHash = 0;
  fingerprint = 0;
  sourceHash = 0;
  destinationHash = 0;
  /** Of a SYN, as `tcpWindowScale` says it. */
  windowScale = 0;

  /** Attaches to `capturedLength` bytes of `bytes` from `offset`; returns a DecodeStatus number. */
  attach(
    bytes: Uint8Array,
    offset: number,
    capturedLength: number,
    originalLength: number,
    linkType: number,
    direction: number,
  ): number {
    this.place(bytes, offset, capturedLength, originalLength);
    this.direction = direction;
    this.sourceMacOffset = -1;
    this.tagCount = 0;
    if (linkType === LINKTYPE_ETHERNET) return this.attachEtherType(readEthernet(this));
    return this.attachOtherLink(linkType);
  }

  /** Lays the view over a frame's bytes, without looking at them. */
  place(bytes: Uint8Array, offset: number, capturedLength: number, originalLength: number): void {
    this.attachments = (this.attachments + 1) | 0;
    this.isHashed = false;
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.frameOffset = offset;
    this.frameEnd = offset + capturedLength;
    // Clamped to stay a small integer; in Math.min and Math.max V8 takes unsigned columns for doubles.
    let length = originalLength;
    if (length < capturedLength) length = capturedLength;
    if (length > ORIGINAL_MAX) length = ORIGINAL_MAX;
    this.originalEnd = offset + length;
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
        return this.attachIfIp(this.frameOffset + LOOPBACK_LENGTH);
      default:
        return this.attachLayers(readOtherLink(this, linkType));
    }
  }

  private attachIfIp(at: number): number {
    const status = this.attachNetwork(at);
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
      case NEXT_IP:
        return this.attachIfIp(this.networkOffset);
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

  /**
   * Attaches to the packet that the attached one carries from `at` on, which must lie inside it. Its
   * frame ends where the outer packet does.
   */
  attachInner(at: number, isEthernet: boolean): number {
    this.attachments = (this.attachments + 1) | 0;
    this.isHashed = false;
    this.frameEnd = Math.min(this.frameEnd, this.ipEnd);
    this.originalEnd = Math.max(Math.min(this.originalEnd, this.ipEnd), this.frameEnd);
    this.frameOffset = at;
    this.sourceMacOffset = -1;
    this.tagCount = 0;
    return isEthernet ? this.attachEtherType(readEthernet(this)) : this.attachNetwork(at);
  }

  /**
   * Puts the transport header of a datagram in place of the attached fragment's own: `known` bytes
   * from the datagram's start, assembled in `head`. The IP header's fields stay the fragment's.
   */
  attachAssembled(head: Uint8Array, known: number): number {
    this.attachments = (this.attachments + 1) | 0;
    this.isHashed = false;
    this.bytes = head;
    this.data = new DataView(head.buffer, head.byteOffset, head.byteLength);
    this.frameOffset = 0;
    this.frameEnd = known;
    this.originalEnd = known;
    this.networkOffset = 0;
    this.sourceMacOffset = -1;
    this.transportOffset = 0;
    this.fragmentOffset = 0;
    this.fragmentDataOffset = 0;
    this.ipEnd = known;
    return this.attachTransport();
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

  /** Whether `length` bytes at `at` belong to the IP packet and were captured. */
  hasBytes(at: number, length: number): boolean {
    return at + length <= this.ipEnd && at + length <= this.frameEnd;
  }

  /** `TRUNCATED` if the original frame reached `end` and the capture did not, else `status`. */
  cutOr(end: number, status: number): number {
    return this.originalEnd >= end && this.frameEnd < end ? TRUNCATED : status;
  }
}
