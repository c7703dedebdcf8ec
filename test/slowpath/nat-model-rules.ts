/** This file says what a NAT rule alone says: the rule that it implies, and places of addresses. */

import type { Packet, Rule } from './nat-model-input.ts';
import { addressesOf, type Network } from './plain-addresses.ts';

/** IP protocol number of ICMP. */
export const ICMP = 1;

/**
 * The rule that a bi-directional one brings along: from anywhere to the translated addresses, and back.
 * `show running nat-policy` lists such pairs, the second from any source and without an interface; that
 * its service is the same is assumed.
 */
export function impliedBy(rule: Rule): Rule[] {
  const { sourceTranslation: given } = rule;
  if (given?.kind !== 'static-ip' || !given.biDirectional || rule.source === null) return [];
  const pool = rule.source.flatMap(addressesOf);
  return [
    {
      ...rule,
      from: null,
      source: null,
      negatesSource: false,
      destination: given.pool.map((address) => ({ address, length: 32 })),
      negatesDestination: false,
      toInterface: null,
      sourceTranslation: null,
      destinationTranslation: { pool, port: null, isSpread: false },
    },
  ];
}

/** What the destination may become. */
export function destinationsOf(rule: Rule | null, packet: Packet): readonly number[] {
  const translation = rule?.destinationTranslation ?? null;
  if (rule === null || translation === null) return [packet.destination];
  const { pool, isSpread } = translation;
  if (isSpread || pool.length === 1) return pool;
  return [pool[placeOf(packet.destination, rule.destination)]!];
}

/** The destination port; an identifier is none. */
export function portOf(rule: Rule | null, packet: Packet): number {
  const port = rule?.destinationTranslation?.port ?? null;
  return port === null || packet.protocol === ICMP ? packet.dport : port;
}

/** The place of an address in a rule's own: "the first … to the first". */
export function placeOf(address: number, networks: readonly Network[] | null): number {
  return (networks ?? []).flatMap(addressesOf).indexOf(address);
}
