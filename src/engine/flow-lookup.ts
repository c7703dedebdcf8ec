/** This file finds the flow of an attached packet: with its ingress zone, or whatever its zone. */

import type { SessionTable } from '../session/session-table.ts';
import { metaSansZone } from '../slowpath/install.ts';
import type { PacketView } from '../wire/packet-view.ts';

/** The flow of the packet in this zone, or -1; then `table.zoneMismatch` holds. */
export function findFlow(table: SessionTable, view: PacketView, zone: number): number {
  const meta = (zone << 16) | metaSansZone(view);
  const ports = (view.sport << 16) | view.dport;
  if (view.family === 4) return table.lookup(view.source, view.destination, ports, meta);
  table.zoneMismatch = -1;
  const source = sourceId(table, view);
  if (source < 0) return -1;
  const destination = destinationId(table, view);
  return destination < 0 ? -1 : table.lookup(source, destination, ports, meta);
}

/** The flow of the packet in any zone, that of the oldest session if there are several, or -1. */
export function findFlowInAnyZone(table: SessionTable, view: PacketView): number {
  const meta = metaSansZone(view);
  const ports = (view.sport << 16) | view.dport;
  if (view.family === 4) {
    return table.lookupAnyZone(view.source, view.destination, ports, meta);
  }
  const source = sourceId(table, view);
  if (source < 0) return -1;
  const destination = destinationId(table, view);
  return destination < 0 ? -1 : table.lookupAnyZone(source, destination, ports, meta);
}

function sourceId(table: SessionTable, view: PacketView): number {
  return table.addresses.find(view.source, view.source1, view.source2, view.source3);
}

function destinationId(table: SessionTable, view: PacketView): number {
  const { addresses } = table;
  return addresses.find(view.destination, view.destination1, view.destination2, view.destination3);
}
