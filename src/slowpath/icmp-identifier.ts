/** This file says which identifier an ICMP query has behind a pool of translated addresses. */

import { META_ICMP_SHIFT } from '../session/layout.ts';
import { type SessionTable, ZONE_ANY } from '../session/session-table.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { metaSansZone } from './flow-key.ts';

/** A flood of queries of one sequence number may be in the way of so many identifiers, no more. */
const IDENTIFIERS_TRIED = 256;

/**
 * The query's own identifier, else the next one up: free is one whose replies no session has; -1 for
 * none. Each query with a sequence number of its own is a session of its own, and one `ping` keeps its
 * identifier throughout (panos.md §4.2), so identifiers are held of no pool (assumed).
 *
 * @param source address that the query's is translated to, like `destination`
 */
export function freeIdentifier(
  table: SessionTable,
  view: PacketView,
  source: number,
  destination: number,
): number {
  const meta = metaSansZone(view) + (1 << META_ICMP_SHIFT);
  for (let i = 0; i < IDENTIFIERS_TRIED; i++) {
    const identifier = (view.sport + i) & 0xffff;
    const ports = (view.dport << 16) | identifier;
    if (table.flowWith(destination, source, ports, meta, ZONE_ANY) < 0) return identifier;
  }
  return -1;
}
