/** This file fills what a session's first packet is matched by (policy and other rules), client to server. */

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
}

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
  facts.family = view.family;
  facts.protocol = view.protocol;
  facts.dport = isReply ? view.sport : view.dport;
}
