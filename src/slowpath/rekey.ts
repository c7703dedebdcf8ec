/**
 * This file gives a live session another s2c key: the capture shows other translated ends than the model
 * chose. What the session holds of a pool moves along.
 */

import { hasOneNumber } from '../net/protocol.ts';
import {
  FLAG_GUESSED,
  FLAG_S2C_INSTALLED,
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  META_SANS_ZONE,
  META_ZONE_SHIFT,
  S2C_KEY,
  STATE,
} from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';
import type { Translation } from '../session/translations.ts';
import type { Nat } from './nat.ts';

/**
 * Gives an IPv4 session translated ends. Another session that has the key by the model's guess gets this
 * one's in exchange; one that was observed with it is over on the firewall, and loses it. False, and
 * nothing is changed, where a c2s flow has the key.
 */
export function rekeySession(
  table: SessionTable,
  nat: Nat,
  slot: number,
  to: Readonly<Translation>,
): boolean {
  const { hot } = table;
  const at = slot * HOT_WORDS + S2C_KEY;
  const meta = hot[at + KEY_META]!;
  const isOne = hasOneNumber(meta & 255);
  const ports = isOne ? (to.sport << 16) | to.dport : (to.dport << 16) | to.sport;
  const holder = table.flowWith(
    to.destination,
    to.source,
    ports,
    meta & META_SANS_ZONE,
    meta >>> META_ZONE_SHIFT,
  );
  if (holder >= 0 && (holder & 1) === 0) return false;
  const other = holder >>> 1;
  if (holder < 0 || other === slot) {
    moveSession(table, nat, slot, to);
    return true;
  }
  const client = hot[at + KEY_DESTINATION]!;
  const before = hot[at + KEY_PORTS]!;
  takeOut(table, other);
  nat.letGo(other);
  place(table, nat, slot, to.destination, to.source, ports);
  const isGuess = (hot[other * HOT_WORDS + STATE]! & FLAG_GUESSED) !== 0 && nat.isGuess(other);
  if (isGuess) exchange(table, nat, other, client, isOne ? before : before & 0xffff);
  return true;
}

/** As `rekeySession`, where no other session has the key. */
export function moveSession(
  table: SessionTable,
  nat: Nat,
  slot: number,
  to: Readonly<Translation>,
): void {
  const isOne = hasOneNumber(table.hot[slot * HOT_WORDS + S2C_KEY + KEY_META]! & 255);
  const ports = isOne ? (to.sport << 16) | to.dport : (to.dport << 16) | to.sport;
  place(table, nat, slot, to.destination, to.source, ports);
}

/** Gives a session whose key was taken another client's end, if that is free. */
function exchange(table: SessionTable, nat: Nat, slot: number, client: number, port: number): void {
  const { hot } = table;
  const at = slot * HOT_WORDS + S2C_KEY;
  const meta = hot[at + KEY_META]!;
  const server = hot[at + KEY_SOURCE]!;
  const ports = hasOneNumber(meta & 255) ? port : (hot[at + KEY_PORTS]! & ~0xffff) | port;
  if (table.flowWith(server, client, ports, meta & META_SANS_ZONE, meta >>> META_ZONE_SHIFT) >= 0)
    return;
  place(table, nat, slot, server, client, ports);
  nat.translations.setChoice(slot, client, ports & 0xffff);
}

/** Takes a session's s2c flow out of the index, if it is there. */
function takeOut(table: SessionTable, slot: number): void {
  const at = slot * HOT_WORDS + STATE;
  if ((table.hot[at]! & FLAG_S2C_INSTALLED) === 0) return;
  table.removeFlow(2 * slot + 1);
  table.hot[at]! &= ~FLAG_S2C_INSTALLED;
}

function place(
  table: SessionTable,
  nat: Nat,
  slot: number,
  source: number,
  destination: number,
  ports: number,
): void {
  const { hot } = table;
  const at = slot * HOT_WORDS + S2C_KEY;
  takeOut(table, slot);
  nat.moveClaim(table, slot, source, destination, ports);
  hot[at + KEY_SOURCE] = source;
  hot[at + KEY_DESTINATION] = destination;
  hot[at + KEY_PORTS] = ports;
  hot[slot * HOT_WORDS + STATE]! |= FLAG_S2C_INSTALLED;
  table.insertFlow(slot, 1);
  nat.onMoved(slot);
}
