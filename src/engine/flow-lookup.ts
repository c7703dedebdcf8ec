/** This file finds the flow of an attached packet: with its ingress zone, or whatever its zone. */

import type { SessionTable } from '../session/session-table.ts';
import { destinationWord, metaSansZone, sourceWord } from '../slowpath/flow-key.ts';
import type { PacketView } from '../wire/packet-view.ts';

/** The flow of the packet in this zone, or -1; then `table.zoneMismatch` holds. */
export function findFlow(table: SessionTable, view: PacketView, zone: number): number {
  const meta = (zone << 16) | metaSansZone(view);
  const ports = (view.sport << 16) | view.dport;
  return table.lookup(sourceWord(table, view), destinationWord(table, view), ports, meta);
}

/** The flow of the packet in any zone, that of the oldest session if there are several, or -1. */
export function findFlowInAnyZone(table: SessionTable, view: PacketView): number {
  const ports = (view.sport << 16) | view.dport;
  const source = sourceWord(table, view);
  return table.lookupAnyZone(source, destinationWord(table, view), ports, metaSansZone(view));
}
