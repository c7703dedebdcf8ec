/**
 * This file says how the sessions of twins (`--scale`) are translated. What a twin takes of a pool is the
 * model's choice for one client more; but its packets are its original's, and show the ends that the
 * firewall gave that one. So its s2c key has those ends (and the twin's number, session/layout): its
 * replies find it just as the original's do, and nothing is learnt about its own port.
 */

import { hasOneNumber } from '../net/protocol.ts';
import {
  C2S_KEY,
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  META_SANS_ZONE,
  META_TWIN,
  META_TWIN_SHIFT,
  S2C_KEY,
  twinOf,
} from '../session/layout.ts';
import { type SessionTable, ZONE_ANY } from '../session/session-table.ts';
import type { Translation } from '../session/translations.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { metaSansZone } from './flow-key.ts';
import type { Nat } from './nat.ts';

/** A client among all that there are with twins, as a number of its own. */
export function clientOf(source: number, twin: number): number {
  return twin === 0 ? source : twin * 2 ** 32 + (source >>> 0);
}

/** The client of an IPv4 session, so numbered. */
export function clientOfSession({ hot }: SessionTable, slot: number): number {
  const at = slot * HOT_WORDS + C2S_KEY;
  return clientOf(hot[at + KEY_SOURCE]!, twinOf(hot[at + KEY_META]!));
}

/** Reads the s2c key of an IPv4 session: both ends as the server sees them. */
export function readTranslated({ hot }: SessionTable, slot: number, into: Translation): void {
  const at = slot * HOT_WORDS + S2C_KEY;
  const back = hot[at + KEY_PORTS]!;
  const isOne = hasOneNumber(hot[at + KEY_META]! & 255);
  into.source = hot[at + KEY_DESTINATION]!;
  into.destination = hot[at + KEY_SOURCE]!;
  into.sport = isOne ? back >>> 16 : back & 0xffff;
  into.dport = isOne ? back & 0xffff : back >>> 16;
}

/**
 * Gives the twin whose first packet is attached the translated ends of its original, in `nat.now`. Where
 * that has no session, or is translated by another rule, the model's own choice stays; so where a session
 * of this twin has those ends still: its original has learnt better by now, and it will.
 *
 * @param zone number of the zone that the packet came in by
 */
export function followOriginal(
  table: SessionTable,
  nat: Nat,
  view: PacketView,
  zone: number,
): void {
  const { source, destination, sport, dport } = view;
  const meta = metaSansZone(view) & ~META_TWIN;
  const flow = table.flowWith(source, destination, (sport << 16) | dport, meta, zone);
  if (flow < 0 || (flow & 1) === 1) return;
  const slot = flow >>> 1;
  if (nat.translations.ruleOf(slot) !== nat.ruleNumber) return;
  const { hot } = table;
  const at = slot * HOT_WORDS + S2C_KEY;
  const back = (hot[at + KEY_META]! & META_SANS_ZONE) | (view.twin << META_TWIN_SHIFT);
  const [server, client, ports] = [
    hot[at + KEY_SOURCE]!,
    hot[at + KEY_DESTINATION]!,
    hot[at + KEY_PORTS]!,
  ];
  if (table.flowWith(server, client, ports, back, ZONE_ANY) < 0)
    readTranslated(table, slot, nat.now);
}
