/** This file says where the transport payload of an attached packet lies, as far as the frame has it. */

import type { PacketView } from './packet-view.ts';
import { TCP_SYN } from './tcp.ts';

/** Offset of the first byte of payload in `view.bytes`; `payloadEnd` where none was captured. */
export function payloadStart(view: PacketView): number {
  return Math.min(view.payloadOffset, view.frameEnd);
}

/** One past the last captured byte of payload: before its real end where the capture cut it. */
export function payloadEnd(view: PacketView): number {
  return Math.min(view.payloadOffset + view.payloadLength, view.frameEnd);
}

/**
 * TCP: sequence number of the first byte of payload, modulo 2^32, signed: a SYN has one of its own before
 * its data (RFC 9293 §3.4).
 */
export function payloadSequence(view: PacketView): number {
  return (view.tcpSequence + ((view.tcpFlags & TCP_SYN) >> 1)) | 0;
}
