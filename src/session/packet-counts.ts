/** This file counts packets on their flows: what every packet of a session changes. */

import {
  FINGERPRINT,
  HOT_F64,
  HOT_WORDS,
  IP_BYTES_F64,
  LAST_F64,
  PACKETS,
  PAYLOAD_PACKETS,
} from './layout.ts';
import type { SessionTable } from './session-table.ts';

/**
 * Counts a packet of a session's side.
 *
 * @param ipLength bytes, by the IP header
 * @param fingerprint of its headers (engine/fingerprint)
 * @param nowNs its time; ns since the epoch
 */
export function countPacket(
  { hot, hotF64 }: SessionTable,
  slot: number,
  side: number,
  ipLength: number,
  payloadLength: number,
  fingerprint: number,
  nowNs: number,
): void {
  const at = slot * HOT_WORDS + side;
  const f64 = slot * HOT_F64;
  hot[at + PACKETS]!++;
  hotF64[f64 + IP_BYTES_F64 + side]! += ipLength;
  if (payloadLength > 0) hot[at + PAYLOAD_PACKETS]!++;
  hot[at + FINGERPRINT] = fingerprint;
  hotF64[f64 + LAST_F64] = nowNs;
}
