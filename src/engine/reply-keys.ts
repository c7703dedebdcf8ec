/**
 * This file makes the keys that sessions wait for their first reply by (reply-matching): a word of
 * protocol and port, and what the reply will repeat.
 */

import { PROTO_UDP } from '../net/protocol.ts';
import type { PacketView } from '../wire/packet-view.ts';

export const DNS_PORT = 53;
export const NO_TOKEN = -1;
/** Above protocol and port: the key of a first place. */
export const EXACT = 1 << 24;
/** The same of a second place: a TCP session that began before the capture. */
export const FROM_BEFORE = 1 << 25;

const TWIN_SHIFT = 26;

/** The third word of a key; never 0. */
export function wordOf(protocol: number, port: number, twin: number): number {
  return (twin << TWIN_SHIFT) | (protocol << 16) | port;
}

/** Transaction id of a DNS message (RFC 1035 §4.1.1), or NO_TOKEN where it was not captured. */
export function dnsId(view: PacketView): number {
  const at = view.transportOffset + 8;
  return view.protocol === PROTO_UDP && view.hasBytes(at, 2) ? view.data.getUint16(at) : NO_TOKEN;
}
