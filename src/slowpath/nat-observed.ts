/**
 * This file says whether a capture shows how a session is translated, and whether a NAT rule explains
 * what it shows. Which port a pool gave, which of its addresses, and which server a distribution led to
 * is the firewall's choice; everything else follows from the rule.
 */

import { HOT_WORDS, PACKETS } from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';
import { NAT_OBSERVED, type Translation } from '../session/translations.ts';
import type { Nat } from './nat.ts';
import type { CompiledNatRule, DestinationWay, SourceWay } from './nat-rules.ts';

/**
 * Whether the capture shows the translation of a session that has one. Where there are no pools, whatever
 * the server sent to the translated ends does: nobody else can be meant.
 */
export function isShown(nat: Nat, { hot }: SessionTable, slot: number): boolean {
  if ((nat.translations.bitsOf(slot) & NAT_OBSERVED) !== 0) return true;
  return !nat.hasPools && hot[slot * HOT_WORDS + PACKETS + 1] !== 0;
}

/**
 * Whether a rule explains what the capture shows.
 *
 * @param rule the session's, or null for none
 * @param before both ends as the client sent them
 * @param model both ends as the rule translates them by the model
 * @param seen both ends as the capture shows them behind the firewall
 */
export function explains(
  rule: CompiledNatRule | null,
  before: Readonly<Translation>,
  model: Readonly<Translation>,
  seen: Readonly<Translation>,
): boolean {
  const sourceWay = rule?.sourceWay ?? null;
  const destinationWay = rule?.destinationWay ?? null;
  return (
    explainsSource(sourceWay, before, model, seen) &&
    explainsDestination(destinationWay, before, model, seen)
  );
}

function explainsSource(
  way: SourceWay | null,
  before: Readonly<Translation>,
  model: Readonly<Translation>,
  seen: Readonly<Translation>,
): boolean {
  const keepsPort = seen.sport === before.sport;
  switch (way?.kind) {
    case undefined:
      return keepsPort && seen.source === before.source;
    case 'ports':
      return way.addresses.indexOf(seen.source) >= 0;
    case 'addresses':
      return (
        (keepsPort && way.addresses.indexOf(seen.source) >= 0) ||
        (way.fallback?.addresses.indexOf(seen.source) ?? -1) >= 0
      );
    default:
      return keepsPort && seen.source === model.source;
  }
}

function explainsDestination(
  way: DestinationWay | null,
  before: Readonly<Translation>,
  model: Readonly<Translation>,
  seen: Readonly<Translation>,
): boolean {
  if (way === null) return seen.destination === before.destination && seen.dport === before.dport;
  if (seen.dport !== model.dport) return false;
  return (
    seen.destination === model.destination ||
    (way.spread > 0 && way.to.indexOf(seen.destination) >= 0)
  );
}
