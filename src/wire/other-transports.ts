/** This file reads the transport headers that most packets do not have, and those that have no ports. */

import { PROTO_AH, PROTO_ESP, PROTO_GRE, PROTO_SCTP } from '../net/protocol.ts';
import { OK } from './decode-status.ts';
import { readGre } from './gre.ts';
import { readSpi } from './ipsec.ts';
import type { PacketView } from './packet-view.ts';
import { readSctp } from './sctp.ts';

/** Reads the header at `view.transportOffset`, whose protocol is none of TCP, UDP and ICMP. */
export function readOtherTransport(view: PacketView): number {
  switch (view.protocol) {
    case PROTO_SCTP:
      return readSctp(view);
    case PROTO_GRE:
      return readGre(view);
    case PROTO_ESP:
    case PROTO_AH:
      return readSpi(view);
  }
  view.sport = 0;
  view.dport = 0;
  view.payloadOffset = view.transportOffset;
  view.payloadLength = view.ipEnd - view.transportOffset;
  return OK;
}
