/** This file tells sessions of which the firewall saw one direction only (panos.md §8). */

import { PROTO_TCP } from '../net/protocol.ts';
import { END_POLICY_DENY } from './end-reason.ts';
import { endReasonOf, HOT_WORDS, KEY_META, PACKETS, PAYLOAD_PACKETS, STATE } from './layout.ts';
import type { SessionTable } from './session-table.ts';
import { ACK_SEEN, sideBits } from './tcp-sides.ts';

/**
 * Whether a TCP session has packets of the client alone, and the client went on after its SYN: it
 * acknowledged or sent what it could not have without an answer, so the answers go another way: past
 * this firewall, or by another zone (`zone_mismatches` counts those).
 */
export function isAsymmetricSuspect(table: SessionTable, slot: number): boolean {
  const { hot } = table;
  const at = slot * HOT_WORDS;
  if ((hot[at + KEY_META]! & 255) !== PROTO_TCP || hot[at + PACKETS + 1] !== 0) return false;
  if (endReasonOf(hot[at + STATE]!) === END_POLICY_DENY) return false;
  return hot[at + PAYLOAD_PACKETS]! > 0 || (sideBits(table, slot, 0) & ACK_SEEN) !== 0;
}
