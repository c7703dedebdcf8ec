/** This file says what took a session out of INIT, from its record: no transition is kept for that. */

import { STATE_DISCARD } from '../events/event-kinds.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import { IN_C2S_SYN, IN_FIRST, IN_NON_SYN, IN_POLICY_DENY } from '../session/inputs.ts';
import {
  FLAG_MIDSTREAM,
  FLAG_NON_SYN,
  firstLabel,
  HOT_WORDS,
  KEY_META,
  STATE,
} from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';

/** Number of the input (CAUSES). */
export function firstCause({ hot }: SessionTable, slot: number): number {
  const at = slot * HOT_WORDS;
  const state = hot[at + STATE]!;
  if (firstLabel(state) === STATE_DISCARD) return IN_POLICY_DENY;
  if ((hot[at + KEY_META]! & 255) !== PROTO_TCP) return IN_FIRST;
  return (state & (FLAG_NON_SYN | FLAG_MIDSTREAM)) === 0 ? IN_C2S_SYN : IN_NON_SYN;
}
