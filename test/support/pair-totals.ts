/**
 * This file sums up what has no stream in tshark: ICMP queries by identifier, other ICMP by type, and
 * protocols without ports by address pair; from a truth, and from the sessions of a replay.
 */

import type { SessionRow } from '../../src/session/session-row.ts';
import type { ConversationTruth, TruthPair } from './truth-files.ts';

/** Packets by conversation and, inside, by sender (or by ICMP `type/code`). */
export type PairTotals = Map<string, Map<string, number>>;

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  46: 'rsvp',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'icmpv6',
  88: 'eigrp',
  89: 'ospf',
  103: 'pim',
  112: 'vrrp',
  115: 'l2tp',
  132: 'sctp',
};

/** Errors and neighbour discovery make no sessions (CONTRACT: Records). */
const ERROR_TYPES: Readonly<Record<string, readonly number[]>> = {
  icmp: [3, 4, 5, 11, 12],
  icmpv6: [1, 2, 3, 4],
};
const NEIGHBOUR_TYPES = [133, 134, 135, 136, 137];

/** The pairs of a truth that can have sessions. */
export function truthPairs(truth: ConversationTruth): PairTotals {
  const all: PairTotals = new Map();
  for (const pair of truth.other) {
    if (isIcmp(pair.proto) && typeof pair.ident !== 'string') addTypes(all, pair);
    else {
      const name = pairName(pair.proto, pair.a, pair.b, identOf(pair));
      add(all, name, pair.a, pair.a2b_frames);
      add(all, name, pair.b, pair.b2a_frames);
    }
  }
  return all;
}

/** The same of a replay's sessions; echo sessions of one identifier are summed up. */
export function sessionPairs(sessions: readonly SessionRow[]): PairTotals {
  const all: PairTotals = new Map();
  for (const row of sessions) {
    const protocol = PROTOCOL_NAMES[row.protocol];
    if (protocol === undefined) continue;
    if (isIcmp(protocol) && row.icmpKind === 0) {
      const name = pairName(protocol, row.source, row.destination, null);
      add(all, name, `${row.sport}/${row.dport}`, row.c2s.packets + row.s2c.packets);
      continue;
    }
    const ident = isIcmp(protocol) ? row.sport : null;
    const name = pairName(protocol, row.source, row.destination, ident);
    add(all, name, row.source, row.c2s.packets);
    add(all, name, row.destination, row.s2c.packets);
  }
  return all;
}

/** Texts of what differs, by conversation. */
export function comparePairs(
  truth: PairTotals,
  ours: PairTotals,
): { conversation: string; what: string }[] {
  const names = new Set([...truth.keys(), ...ours.keys()]);
  return [...names].flatMap((conversation) => {
    const expected = textOf(truth.get(conversation));
    const found = textOf(ours.get(conversation));
    return expected === found ? [] : [{ conversation, what: `${found}, truth ${expected}` }];
  });
}

function isIcmp(protocol: string): boolean {
  return protocol === 'icmp' || protocol === 'icmpv6';
}

function identOf(pair: TruthPair): number | null {
  return isIcmp(pair.proto) && typeof pair.ident === 'string' ? Number(pair.ident) : null;
}

function addTypes(all: PairTotals, pair: TruthPair): void {
  const name = pairName(pair.proto, pair.a, pair.b, null);
  for (const [typeAndCode, frames] of Object.entries(pair.types ?? {})) {
    const type = Number.parseInt(typeAndCode, 10);
    if (ERROR_TYPES[pair.proto]?.includes(type) === true) continue;
    if (pair.proto === 'icmpv6' && NEIGHBOUR_TYPES.includes(type)) continue;
    add(all, name, typeAndCode, frames);
  }
}

function pairName(protocol: string, a: string, b: string, ident: number | null): string {
  const pair = a < b ? `${a}-${b}` : `${b}-${a}`;
  return ident === null ? `${protocol} ${pair}` : `${protocol} ${pair} id ${ident}`;
}

function add(all: PairTotals, name: string, part: string, packets: number): void {
  const parts = all.get(name) ?? new Map<string, number>();
  parts.set(part, (parts.get(part) ?? 0) + packets);
  all.set(name, parts);
}

function textOf(parts: ReadonlyMap<string, number> | undefined): string {
  const counted = [...(parts ?? [])].filter(([, packets]) => packets > 0);
  return (
    counted
      .map(([part, packets]) => `${part} ${packets}`)
      .sort()
      .join(', ') || 'nothing'
  );
}
