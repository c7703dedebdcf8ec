/** This file fills what a session is matched by (policy and other rules), client to server. */

import { ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import {
  C2S_KEY,
  FLAG_OVERRIDDEN,
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  META_IPV6,
  META_ZONE_SHIFT,
  S2C_KEY,
  STATE,
} from '../session/layout.ts';
import { type SessionTable, ZONE_ANY } from '../session/session-table.ts';
import type { PacketView } from '../wire/packet-view.ts';

/** What a session's first packet is matched by, in the direction client to server. */
export interface FlowFacts {
  /** Zone numbers; of the egress zone ZONE_UNKNOWN where nothing is known. */
  from: number;
  to: number;
  family: number;
  /** Words of the addresses; family 4 has one. */
  readonly source: Int32Array;
  readonly destination: Int32Array;
  protocol: number;
  dport: number;
  /** Index of the application that the ports tell, or -1. */
  application: number;
  /** A rule says which application it is, whatever its ports and payload (panos.md §9 stage 2). */
  isOverridden: boolean;
  /** Number of that rule, of a session that is set up; else NO_OVERRIDE. */
  override: number;
}

/** No override rule is met. */
export const NO_OVERRIDE = -1;

/** Facts of nothing, to be filled. */
export function newFlowFacts(): FlowFacts {
  return {
    from: 0,
    to: 0,
    family: 4,
    source: new Int32Array(4),
    destination: new Int32Array(4),
    protocol: 0,
    dport: 0,
    application: -1,
    isOverridden: false,
    override: NO_OVERRIDE,
  };
}

/**
 * Fills all but zones and application from the attached packet.
 *
 * @param isReply the packet came from the server: then the flow is the other way round
 */
export function fillFlowFacts(facts: FlowFacts, view: PacketView, isReply: boolean): void {
  const source = isReply ? facts.destination : facts.source;
  const destination = isReply ? facts.source : facts.destination;
  source[0] = view.source;
  destination[0] = view.destination;
  if (view.family === 6) {
    source[1] = view.source1;
    source[2] = view.source2;
    source[3] = view.source3;
    destination[1] = view.destination1;
    destination[2] = view.destination2;
    destination[3] = view.destination3;
  }
  facts.isOverridden = false;
  facts.family = view.family;
  facts.protocol = view.protocol;
  facts.dport = isReply ? view.sport : view.dport;
}

/**
 * Fills all but the application from a session's record: addresses and port before translation, the
 * zones of its two flows. An egress zone that its first reply told is known by then.
 */
export function fillSessionFacts(facts: FlowFacts, table: SessionTable, slot: number): void {
  const { hot, wide } = table;
  const at = slot * HOT_WORDS;
  facts.isOverridden = (hot[at + STATE]! & FLAG_OVERRIDDEN) !== 0;
  const meta = hot[at + C2S_KEY + KEY_META]!;
  facts.from = knownZone(meta >>> META_ZONE_SHIFT);
  facts.to = knownZone(hot[at + S2C_KEY + KEY_META]! >>> META_ZONE_SHIFT);
  facts.protocol = meta & 255;
  facts.dport = hot[at + C2S_KEY + KEY_PORTS]! & 0xffff;
  facts.family = (meta & META_IPV6) === 0 ? 4 : 6;
  if (facts.family === 4) {
    facts.source[0] = hot[at + C2S_KEY + KEY_SOURCE]!;
    facts.destination[0] = hot[at + C2S_KEY + KEY_DESTINATION]!;
    return;
  }
  for (let i = 0; i < 4; i++) {
    facts.source[i] = wide.word(slot, i);
    facts.destination[i] = wide.word(slot, i + 4);
  }
}

const knownZone = (zone: number): number => (zone === ZONE_ANY ? ZONE_UNKNOWN : zone);
