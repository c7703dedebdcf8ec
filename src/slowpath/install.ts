/**
 * This file installs a session: its record, its c2s flow and, where the key is free, its s2c flow.
 */

import { hasOneNumber } from '../net/protocol.ts';
import {
  C2S_KEY,
  FLAG_S2C_INSTALLED,
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  META_ICMP_SHIFT,
  META_ZONE_SHIFT,
  S2C_KEY,
  STATE,
} from '../session/layout.ts';
import { type SessionTable, ZONE_ANY } from '../session/session-table.ts';
import type { Translation } from '../session/translations.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { destinationWord, metaSansZone, sourceWord } from './flow-key.ts';

/** Where a session's packets come from and go to. */
export interface Ways {
  /** Zone number of the c2s flow, or ZONE_ANY. */
  ingressZone: number;
  /** Zone number of the s2c flow, or ZONE_ANY. */
  egressZone: number;
  /** The packet in hand is the server's: its own key is the s2c flow's. */
  isReply: boolean;
  /** What an IPv4 session's ends are translated to, or null; never of a server's packet. */
  translation: Translation | null;
}

/** What `installSession` did. */
export interface Installed {
  slot: number;
  /** The flow that has the reply key already, or -1. */
  collision: number;
}

const installed: Installed = { slot: 0, collision: -1 };

/**
 * Allocates a slot and enters both flows of the attached packet's session. The result is reused.
 *
 * The s2c key is left out when another session has it, which `collision` names (CONTRACT: Zone
 * mismatch), and when it equals the c2s key.
 *
 * The s2c key has the translated addresses and ports, the other way round.
 */
export function installSession(
  table: SessionTable,
  view: PacketView,
  { ingressZone, egressZone, isReply, translation }: Readonly<Ways>,
): Installed {
  const slot = table.allocate();
  let source = sourceWord(table, view);
  let destination = destinationWord(table, view);
  if (isReply) [source, destination] = [destination, source];
  if (view.family === 6) {
    if (isReply) table.wide.turn();
    table.wide.store(slot, table.capacity);
    table.wide.turn();
  }
  const meta = metaSansZone(view);
  // An ICMP query's reply has the next kind (wire/icmp); every other protocol answers in kind.
  const replyMeta = meta + (view.icmpKind === 0 ? 0 : 1 << META_ICMP_SHIFT);
  const thither = (view.sport << 16) | view.dport;
  let back = turned(view.protocol, view.sport, view.dport);
  const ports = isReply ? back : thither;
  let client = source;
  let server = destination;
  if (translation !== null) {
    client = translation.source;
    server = translation.destination;
    back = turned(view.protocol, translation.sport, translation.dport);
  }
  const replyPorts = isReply ? thither : back;
  const hot = table.hot;
  const at = slot * HOT_WORDS;
  hot[at + C2S_KEY + KEY_SOURCE] = source;
  hot[at + C2S_KEY + KEY_DESTINATION] = destination;
  hot[at + C2S_KEY + KEY_PORTS] = ports;
  hot[at + C2S_KEY + KEY_META] = (ingressZone << META_ZONE_SHIFT) | meta;
  hot[at + S2C_KEY + KEY_SOURCE] = server;
  hot[at + S2C_KEY + KEY_DESTINATION] = client;
  hot[at + S2C_KEY + KEY_PORTS] = replyPorts;
  hot[at + S2C_KEY + KEY_META] = (egressZone << META_ZONE_SHIFT) | replyMeta;
  const replyHash = table.hashOfKey(server, client, replyPorts, replyMeta);
  const taken = table.flowWith(server, client, replyPorts, replyMeta, egressZone, replyHash);
  table.insertFlow(slot, 0, table.hashOfKey(source, destination, ports, meta));
  const isMirror =
    source === server &&
    destination === client &&
    ports === replyPorts &&
    meta === replyMeta &&
    (egressZone === ingressZone || egressZone === ZONE_ANY);
  if (taken < 0 && !isMirror) {
    hot[at + STATE]! |= FLAG_S2C_INSTALLED;
    table.insertFlow(slot, 1, replyHash);
  }
  installed.slot = slot;
  installed.collision = taken;
  return installed;
}

/** Ports of a reply: the other way round, unless they are one number. */
function turned(protocol: number, sport: number, dport: number): number {
  return hasOneNumber(protocol) ? (sport << 16) | dport : (dport << 16) | sport;
}

/** Takes a session out of the table: flows and slot. */
export function uninstallSession(table: SessionTable, slot: number): void {
  table.removeFlows(slot);
  table.release(slot);
}
