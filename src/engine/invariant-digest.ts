/**
 * This file digests of a packet what a firewall leaves alone when it forwards and translates it, so
 * that a packet and its egress copy have the same digest whatever the translation was.
 *
 * Left out are addresses and ports (RFC 3022 §4), TTL and checksums, the ICMP identifier (RFC 5508
 * §3), the type of service (QoS marks it anew), the options of a SYN (MSS clamping), and of an ICMP
 * error the same fields of the packet that it quotes (RFC 5508 §4). IPv6 keeps its addresses: nothing
 * here translates them. Of what follows the headers only the beginning is read.
 */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_SCTP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { ICMP_ERROR, ICMP_LENGTH, ICMP_OTHER } from '../wire/icmp.ts';
import { IPV4_LENGTH_MIN } from '../wire/ipv4.ts';
import { IPV6_LENGTH } from '../wire/ipv6.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { TCP_SYN } from '../wire/tcp.ts';
import { comparableEnd, TWIN_SHIFT } from './packet-digest.ts';

/** Bytes from the transport header on that are read: enough for a quoted packet's numbers. */
const PREFIX_BYTES = 40;
const TCP_LENGTH = 20;
const UDP_LENGTH = 8;
const SCTP_LENGTH = 12;
const IPV6_ADDRESSES = 8;
const UPPER = ~0xffff;
const LOWER = 0xffff;
const FNV_PRIME = 0x01000193;
const MIX_PRIME = 0x85ebca6b;

/** A 64-bit digest, in two halves. */
export class InvariantDigest {
  low = 0;
  high = 0;
  private data: DataView = new DataView(new ArrayBuffer(0));

  /**
   * Digests the attached packet, with the number of its twin: no twin's copy is another's.
   *
   * @param hasTransportHeader false for a fragment that has none, or not all of it
   */
  of(view: PacketView, hasTransportHeader: boolean): void {
    this.data = view.data;
    this.low = view.ipLength ^ (view.twin << TWIN_SHIFT);
    this.high = this.low ^ 0x5bd1e995;
    const network = view.networkOffset;
    // Identification, flags and fragment offset stay as they are.
    if (view.family === 4) this.word(network + 4, -1);
    else this.rest(network + IPV6_ADDRESSES, network + IPV6_LENGTH);
    this.mix(view.protocol);
    const at = view.transportOffset;
    const end = Math.min(comparableEnd(view), at + PREFIX_BYTES);
    if (!hasTransportHeader) this.rest(at, end);
    else if (view.protocol === PROTO_ICMP || view.protocol === PROTO_ICMPV6) this.icmp(view, end);
    else this.rest(this.header(view), end);
  }

  /** Mixes a transport header other than ICMP's; returns where the rest begins. */
  private header(view: PacketView): number {
    const at = view.transportOffset;
    switch (view.protocol) {
      case PROTO_TCP:
        this.word(at + 4, -1);
        this.word(at + 8, -1);
        this.word(at + 12, -1);
        this.word(at + 16, LOWER);
        return (view.tcpFlags & TCP_SYN) !== 0 ? view.payloadOffset : at + TCP_LENGTH;
      case PROTO_UDP:
        this.word(at + 4, UPPER);
        return at + UDP_LENGTH;
      case PROTO_SCTP:
        this.word(at + 4, -1);
        return at + SCTP_LENGTH;
      default:
        return at;
    }
  }

  private icmp(view: PacketView, end: number): void {
    const at = view.transportOffset;
    const kind = view.icmpKind;
    this.word(at, UPPER);
    this.word(at + 4, kind > ICMP_OTHER && kind < ICMP_ERROR ? LOWER : -1);
    const body = at + ICMP_LENGTH;
    if (kind === ICMP_ERROR && view.family === 4) this.quote(body, end);
    else this.rest(body, end);
  }

  /** Mixes what stays of the packet that an ICMP error quotes, up to 8 bytes behind its header. */
  private quote(at: number, end: number): void {
    if (at + IPV4_LENGTH_MIN > end) return;
    this.word(at, LOWER);
    this.word(at + 4, -1);
    this.word(at + 8, 0x00ff_0000);
    const transport = at + ((this.data.getUint8(at) & 15) << 2);
    if (transport < at + IPV4_LENGTH_MIN || transport + 8 > end) return;
    switch (this.data.getUint8(at + 9)) {
      case PROTO_TCP:
      case PROTO_SCTP:
        this.word(transport + 4, -1);
        break;
      case PROTO_UDP:
        this.word(transport + 4, UPPER);
        break;
      case PROTO_ICMP:
        this.word(transport, UPPER);
        this.word(transport + 4, LOWER);
        break;
      default:
        this.rest(transport, transport + 8);
    }
  }

  private rest(from: number, end: number): void {
    let i = from;
    for (; i + 4 <= end; i += 4) this.word(i, -1);
    for (; i < end; i++) this.mix(this.data.getUint8(i));
  }

  private word(at: number, mask: number): void {
    this.mix(this.data.getInt32(at) & mask);
  }

  private mix(word: number): void {
    this.low = Math.imul(this.low ^ word, FNV_PRIME) ^ (this.low >>> 15);
    this.high = Math.imul((this.high + word) ^ (this.high >>> 13), MIX_PRIME);
  }
}
