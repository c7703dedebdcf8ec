/** This file makes the words of a flow key (session/layout) from an attached packet. */

import { META_ICMP_SHIFT, META_IPV6, META_TWIN_SHIFT } from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';
import type { PacketView } from '../wire/packet-view.ts';

/** Key word `meta` without the zone: protocol, family, twin and ICMP kind. */
export function metaSansZone(view: PacketView): number {
  const family = view.family === 6 ? META_IPV6 : 0;
  return (
    (view.icmpKind << META_ICMP_SHIFT) | (view.twin << META_TWIN_SHIFT) | family | view.protocol
  );
}

/** Key word of the source; an IPv6 one is also put into `table.wide.wanted`. */
export function sourceWord(table: Pick<SessionTable, 'wide'>, view: PacketView): number {
  if (view.family === 4) return view.source;
  const wide = table.wide.wanted;
  wide[0] = view.source;
  wide[1] = view.source1;
  wide[2] = view.source2;
  wide[3] = view.source3;
  if (view.isHashed) return view.sourceHash;
  return table.wide.fold(view.source, view.source1, view.source2, view.source3);
}

/** Key word of the destination; an IPv6 one is also put into `table.wide.wanted`. */
export function destinationWord(table: Pick<SessionTable, 'wide'>, view: PacketView): number {
  if (view.family === 4) return view.destination;
  const wide = table.wide.wanted;
  const { destination, destination1, destination2, destination3 } = view;
  wide[4] = destination;
  wide[5] = destination1;
  wide[6] = destination2;
  wide[7] = destination3;
  if (view.isHashed) return view.destinationHash;
  return table.wide.fold(destination, destination1, destination2, destination3);
}
