/** This file finds the flow of an attached packet: with its ingress zone, or whatever its zone. */

import { hasOneNumber } from '../net/protocol.ts';
import { META_ICMP_SHIFT, META_ZONE_SHIFT } from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';
import type { Translations } from '../session/translations.ts';
import { destinationWord, metaSansZone, sourceWord } from '../slowpath/flow-key.ts';
import { ICMP_ERROR } from '../wire/icmp.ts';
import type { PacketView } from '../wire/packet-view.ts';

/** The flow of the packet in this zone, or -1; then `table.zoneMismatch` holds. */
export function findFlow(table: SessionTable, view: PacketView, zone: number): number {
  const sansZone = metaSansZone(view);
  const meta = (zone << META_ZONE_SHIFT) | sansZone;
  const ports = (view.sport << 16) | view.dport;
  const { isHashed, keyHash } = view;
  if (view.family === 4) {
    const { source, destination } = view;
    const hash = isHashed ? keyHash : table.hashOfKey(source, destination, ports, sansZone);
    return table.lookup(hash, source, destination, ports, meta);
  }
  const source = sourceWord(table, view);
  const destination = destinationWord(table, view);
  const hash = isHashed ? keyHash : table.hashOfKey(source, destination, ports, sansZone);
  return table.lookup(hash, source, destination, ports, meta);
}

/** The flow of the packet in any zone, that of the oldest session if there are several, or -1. */
export function findFlowInAnyZone(table: SessionTable, view: PacketView): number {
  const ports = (view.sport << 16) | view.dport;
  const source = sourceWord(table, view);
  return table.lookupAnyZone(source, destinationWord(table, view), ports, metaSansZone(view));
}

/**
 * The flow of a packet that the firewall may have sent on, or -1: an egress copy, or what an ICMP error
 * quotes. It has its flow's addresses or, of a translated session, those of the other flow's key the
 * other way round.
 */
export function findFlowOfSent(
  table: SessionTable,
  translations: Translations,
  view: PacketView,
): number {
  const own = findFlowInAnyZone(table, view);
  if (own >= 0 || view.family !== 4 || translations.isEmpty) return own;
  const { source, destination, protocol, sport, dport, icmpKind } = view;
  const isQuery = icmpKind > 0 && icmpKind < ICMP_ERROR;
  // A query's answer has the next kind, an answer's query the one before (wire/icmp).
  const kinds = isQuery ? ((icmpKind & 1) === 1 ? 1 : -1) : 0;
  const meta = metaSansZone(view) + kinds * (1 << META_ICMP_SHIFT);
  const ports = hasOneNumber(protocol) ? (sport << 16) | dport : (dport << 16) | sport;
  const other = table.lookupAnyZone(destination, source, ports, meta);
  return other < 0 || !translations.has(other >>> 1) ? -1 : other ^ 1;
}
