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
  S2C_KEY,
  STATE,
} from '../session/layout.ts';
import { type SessionTable, ZONE_ANY } from '../session/session-table.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { destinationWord, metaSansZone, sourceWord } from './flow-key.ts';

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
 * @param ingressZone zone number of the c2s flow, or ZONE_ANY
 * @param egressZone zone number of the s2c flow, or ZONE_ANY
 * @param isReply the packet is the server's: its own key is the s2c flow's
 */
export function installSession(
  table: SessionTable,
  view: PacketView,
  ingressZone: number,
  egressZone: number,
  isReply: boolean,
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
  const back = hasOneNumber(view.protocol) ? thither : (view.dport << 16) | view.sport;
  const ports = isReply ? back : thither;
  const replyPorts = isReply ? thither : back;
  const hot = table.hot;
  const at = slot * HOT_WORDS;
  hot[at + C2S_KEY + KEY_SOURCE] = source;
  hot[at + C2S_KEY + KEY_DESTINATION] = destination;
  hot[at + C2S_KEY + KEY_PORTS] = ports;
  hot[at + C2S_KEY + KEY_META] = (ingressZone << 16) | meta;
  hot[at + S2C_KEY + KEY_SOURCE] = destination;
  hot[at + S2C_KEY + KEY_DESTINATION] = source;
  hot[at + S2C_KEY + KEY_PORTS] = replyPorts;
  hot[at + S2C_KEY + KEY_META] = (egressZone << 16) | replyMeta;
  const taken = table.flowWith(destination, source, replyPorts, replyMeta, egressZone);
  table.insertFlow(slot, 0);
  const isMirror =
    source === destination &&
    ports === replyPorts &&
    meta === replyMeta &&
    (egressZone === ingressZone || egressZone === ZONE_ANY);
  if (taken < 0 && !isMirror) {
    hot[at + STATE]! |= FLAG_S2C_INSTALLED;
    table.insertFlow(slot, 1);
  }
  installed.slot = slot;
  installed.collision = taken;
  return installed;
}

/** Takes a session out of the table: flows and slot. */
export function uninstallSession(table: SessionTable, slot: number): void {
  table.removeFlows(slot);
  table.release(slot);
}
