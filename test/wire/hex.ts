/** This file writes frames of header tests as hexadecimal text, and attaches a view to them. */

import { DECODE_STATUSES, type DecodeStatus } from '../../src/wire/decode-status.ts';
import { PacketView } from '../../src/wire/packet-view.ts';

/** Bytes of hexadecimal text; blanks part the fields. */
export function hex(...parts: readonly string[]): Uint8Array {
  return new Uint8Array(Buffer.from(parts.join('').replaceAll(/\s/g, ''), 'hex'));
}

/** A view of the frame, and the status's name. */
export function attach(
  bytes: Uint8Array,
  options: {
    readonly linkType?: number;
    readonly original?: number;
    readonly direction?: number;
  } = {},
): { view: PacketView; status: DecodeStatus } {
  const view = new PacketView();
  const { linkType = 1, original = bytes.length, direction = 0 } = options;
  const status = view.attach(bytes, 0, bytes.length, original, linkType, direction);
  return { view, status: DECODE_STATUSES[status]! };
}

/** Destination and source MAC. */
export const MACS = '020000000002 020000000001';
/** 20 bytes of TCP: 40000 to 443, sequence 1, acknowledgement 2, ACK, window 1024. */
export const TCP = '9c40 01bb 00000001 00000002 5010 0400 0000 0000';
/** 8 bytes of UDP: 40000 to 53, length 8. */
export const UDP = '9c40 0035 0008 0000';

/** IPv4 header without options, 10.0.0.5 to 203.0.113.9. */
export function ip4(
  protocol: number,
  totalLength: number,
  more: { readonly fragment?: string; readonly first?: string } = {},
): string {
  const { fragment = '0000', first = '45' } = more;
  return `${first} 00 ${h16(totalLength)} 1234 ${fragment} 40 ${h8(protocol)} 0000 0a000005 cb007109`;
}

/** IPv6 header, 2001:db8::5 to 2001:db8::9. */
export function ip6(nextHeader: number, payloadLength: number): string {
  const prefix = '20010db8 00000000 00000000';
  return `60000000 ${h16(payloadLength)} ${h8(nextHeader)} 40 ${prefix} 00000005 ${prefix} 00000009`;
}

export const h8 = (value: number): string => value.toString(16).padStart(2, '0');
export const h16 = (value: number): string => value.toString(16).padStart(4, '0');
