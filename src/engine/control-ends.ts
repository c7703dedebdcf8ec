/** This file says what an ALG knows of its session: as packets came, or as the firewall sent them. */

import type { AlgSession, IpWords } from '../alg/alg.ts';
import {
  C2S_KEY,
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  META_IPV6,
  S2C_KEY,
} from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';

/** The ends of the c2s flow, before translation. */
export function sessionAsReceived({ hot, wide }: SessionTable, slot: number): AlgSession {
  const at = slot * HOT_WORDS + C2S_KEY;
  const meta = hot[at + KEY_META]!;
  const ports = hot[at + KEY_PORTS]!;
  const word = (i: number) => wide.word(slot, i) >>> 0;
  const words = (key: number, first: number): IpWords =>
    (meta & META_IPV6) === 0
      ? [hot[at + key]! >>> 0]
      : [word(first), word(first + 1), word(first + 2), word(first + 3)];
  return {
    protocol: meta & 255,
    source: words(KEY_SOURCE, 0),
    destination: words(KEY_DESTINATION, 4),
    sport: ports >>> 16,
    dport: ports & 0xffff,
  };
}

/** The names that each side has for the other, IPv4: what the messages that it gets are about. */
export function sessionAsSent(table: SessionTable, slot: number): AlgSession {
  const at = slot * HOT_WORDS + S2C_KEY;
  const client = table.hot[at + KEY_DESTINATION]! >>> 0;
  const sport = table.hot[at + KEY_PORTS]! & 0xffff;
  return { ...sessionAsReceived(table, slot), source: [client], sport };
}
