/** This file reads TCP headers (RFC 9293 §3.1) and the options that a session table needs. */

import { OK, TCP_HEADER_LENGTH, TRANSPORT_SHORT } from './decode-status.ts';
import type { PacketView } from './packet-view.ts';

export const TCP_SEQUENCE_OFFSET = 4;
export const TCP_ACKNOWLEDGMENT_OFFSET = 8;
/** Of the word with header length, flags and window. */
export const TCP_DATA_OFFSET = 12;
export const TCP_CHECKSUM_OFFSET = 16;
export const TCP_LENGTH_MIN = 20;

export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_ACK = 0x10;
/** The flags that open, close and reset a connection. */
export const TCP_CONTROL_FLAGS = TCP_SYN | TCP_FIN | TCP_RST;
/** FIN, SYN, RST, PSH, ACK, URG. */
export const TCP_ANY_FLAG = 0x3f;

const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_WINDOW_SCALE = 3; // RFC 7323 §2.2
const OPTION_SACK_PERMITTED = 4; // RFC 2018 §2
const OPTION_TIMESTAMPS = 8; // RFC 7323 §3.2
const WINDOW_SCALE_MAX = 14; // RFC 7323 §2.3

/** Reads the fixed header at `view.transportOffset`. Options are not looked at. */
export function readTcp(view: PacketView): number {
  const at = view.transportOffset;
  const data = view.data;
  if (view.ipEnd - at < TCP_LENGTH_MIN) return TRANSPORT_SHORT;
  if (view.frameEnd - at < TCP_LENGTH_MIN) return view.cutOr(at + TCP_LENGTH_MIN, TRANSPORT_SHORT);
  // Data offset, flags and window in one word.
  const word = data.getInt32(at + TCP_DATA_OFFSET);
  const headerLength = (word >>> 28) << 2;
  if (headerLength < TCP_LENGTH_MIN) return TCP_HEADER_LENGTH;
  if (at + headerLength > view.ipEnd) {
    // Of a fragment the rest of the header is in another one.
    return view.isFragment ? TRANSPORT_SHORT : TCP_HEADER_LENGTH;
  }
  const ports = data.getInt32(at);
  view.sport = ports >>> 16;
  view.dport = ports & 0xffff;
  view.tcpSequence = data.getInt32(at + TCP_SEQUENCE_OFFSET);
  view.tcpAcknowledgment = data.getInt32(at + TCP_ACKNOWLEDGMENT_OFFSET);
  view.tcpFlags = (word >>> 16) & 0xff;
  view.tcpWindow = word & 0xffff;
  view.payloadOffset = at + headerLength;
  view.payloadLength = view.ipEnd - view.payloadOffset;
  return OK;
}

/**
 * Window scale shift of the attached segment's option, 0–14, or -1 without one. Where the capture lacks
 * some of the options and what there is has none, it is unknown, and counts as 14 (CONTRACT: TCP).
 */
export function tcpWindowScale(view: PacketView): number {
  const at = findOption(view, OPTION_WINDOW_SCALE, 3);
  // RFC 7323 §2.3: a shift above 14 must be used as 14.
  if (at >= 0) return Math.min(view.data.getUint8(at + 2), WINDOW_SCALE_MAX);
  return view.payloadOffset > view.frameEnd ? WINDOW_SCALE_MAX : -1;
}

/** Whether the attached segment has the SACK-permitted option. */
export function tcpSackPermitted(view: PacketView): boolean {
  return findOption(view, OPTION_SACK_PERMITTED, 2) >= 0;
}

/** Byte offset of the timestamps option's TSval in the block, or -1 without one. */
export function tcpTimestampOffset(view: PacketView): number {
  const at = findOption(view, OPTION_TIMESTAMPS, 10);
  return at < 0 ? -1 : at + 2;
}

/** Byte offset of the option, or -1; an option that runs out of the header or capture is none. */
function findOption(view: PacketView, kind: number, length: number): number {
  const data = view.data;
  const end = Math.min(view.payloadOffset, view.frameEnd);
  let at = view.transportOffset + TCP_LENGTH_MIN;
  while (at < end) {
    const found = data.getUint8(at);
    if (found === OPTION_END) return -1;
    if (found === OPTION_NOP) {
      at++;
      continue;
    }
    if (at + 1 >= end) return -1;
    const size = data.getUint8(at + 1);
    if (size < 2 || at + size > end) return -1;
    if (found === kind) return size === length ? at : -1;
    at += size;
  }
  return -1;
}
