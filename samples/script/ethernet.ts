/**
 * This file puts IP packets into Ethernet frames: default MACs, VLAN tags, padding.
 *
 * Defaults: the firewall's interface number N (from 1) is 02:aa:00:00:00:NN, a host is 02:00 and
 * its four IPv4 bytes, or 02:06 and the last four of its IPv6 address. Group addresses have their
 * standard MACs (RFC 1112, RFC 2464). A frame goes from the host to the firewall, and one marked
 * `out` from the firewall to the host.
 */

import { ByteWriter } from './byte-writer.ts';
import type { Address } from './script.ts';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const TPID_CUSTOMER = 0x8100;
const TPID_SERVICE = 0x88a8;
const FRAME_BYTES_LEAST = 60;

/** MAC of the firewall's interface at `index` (from 0) in the script. */
export function firewallMac(index: number): Uint8Array {
  return Uint8Array.of(0x02, 0xaa, 0, 0, (index + 1) >>> 8, (index + 1) & 0xff);
}

/** MAC of a host by its address. */
export function hostMac(address: Address): Uint8Array {
  return Uint8Array.of(0x02, address.family === 4 ? 0 : 6, ...address.bytes.subarray(-4));
}

/** MAC of a multicast or broadcast address; null for a host's. */
export function groupMac(address: Address): Uint8Array | null {
  const [first = 0] = address.bytes;
  if (address.family === 6) {
    return first === 0xff ? Uint8Array.of(0x33, 0x33, ...address.bytes.subarray(-4)) : null;
  }
  if (address.bytes.every((byte) => byte === 255)) return new Uint8Array(6).fill(255);
  if (first < 224 || first > 239) return null;
  const [, second = 0, third = 0, fourth = 0] = address.bytes;
  return Uint8Array.of(0x01, 0x00, 0x5e, second & 0x7f, third, fourth);
}

/** How a frame around an IP packet looks. */
export interface FrameShape {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** Outermost first: with several tags all but the last are 802.1ad. */
  readonly vlans: readonly number[];
  readonly pad: boolean;
}

/** A whole frame without FCS. */
export function buildFrame(shape: FrameShape, packet: Uint8Array): Uint8Array {
  const frame = new ByteWriter().raw(shape.destination).raw(shape.source);
  for (const [i, vlan] of shape.vlans.entries()) {
    frame.u16(i < shape.vlans.length - 1 ? TPID_SERVICE : TPID_CUSTOMER).u16(vlan);
  }
  const isV4 = (packet[0] ?? 0) >>> 4 === 4;
  frame.u16(isV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6).raw(packet);
  while (shape.pad && frame.length < FRAME_BYTES_LEAST) frame.u8(0);
  return frame.bytes();
}
