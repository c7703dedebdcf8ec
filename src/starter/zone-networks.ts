/**
 * This file gives each network to one place: there packets to it leave, and frames of which neither
 * interface nor VLAN nor MAC is known come in there.
 */

import type { Said } from '../config/starter-yaml.ts';
import { formatCount, formatCountOf } from '../report/duration.ts';
import { familyOf, isPublic, isWithin, type NetworkCounts, privateBlockOf } from './networks.ts';
import type { Place } from './places.ts';

/** With more networks of one private block, the block stands for them. */
const IN_BLOCK_MAX = 4;
/** Networks of a zone that are listed. */
const LISTED_MAX = 24;
/** Networks that a remark names. */
const NAMED_MAX = 3;
/** Words in the names of interfaces that lead outside. */
const OUTSIDE = /untrust|outside|external|internet|public|(^|[^a-z])wan/i;

/** The places that take what no other network holds; positions in the list of places. */
export interface Defaults {
  readonly v4: number;
  readonly v6: number;
  /** Whether public addresses showed it. */
  readonly isShown: boolean;
}

/** Where packets to unknown networks leave: the place that shows public addresses. */
export function defaultPlaces(places: readonly Place[]): Defaults {
  const v4 = mostPublic(places, 4);
  const v6 = mostPublic(places, 6);
  const shown = v4 ?? v6;
  const fallback = shown ?? unshownDefault(places);
  // One way out is the rule; another for IPv6 needs a place where IPv4 shows nothing public.
  const has6 = (at: number) => publicOf(places[at]?.received, 6).count > 0;
  const same = has6(fallback) || v6 === null;
  return { v4: fallback, v6: same ? fallback : v6, isShown: shown !== null };
}

function mostPublic(places: readonly Place[], family: 4 | 6): number | null {
  let best: number | null = null;
  let most: readonly number[] = [];
  places.forEach((place, i) => {
    const { count, packets } = publicOf(place.received, family);
    if (count === 0) return;
    // Of places alike, clients are hardly outside: most firewalls let few in.
    const score = [leadsOutside(place) ? 1 : 0, count, -place.started, packets];
    if (best !== null && !isMore(score, most)) return;
    best = i;
    most = score;
  });
  return best;
}

function isMore(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
}

function publicOf(counts: NetworkCounts | undefined, family: 4 | 6) {
  const list = counts?.list() ?? [];
  const own = list.filter(({ network }) => familyOf(network) === family && isPublic(network));
  return { count: own.length, packets: own.reduce((sum, { packets }) => sum + packets, 0) };
}

/** By name, else a place that showed nothing at all, else where fewest conversations begin. */
function unshownDefault(places: readonly Place[]): number {
  const named = places.findIndex(leadsOutside);
  if (named >= 0) return named;
  const silent = places.findIndex(({ received }) => received.packets.size === 0);
  if (silent >= 0) return silent;
  const order = places.map(({ started, frames }, i) => ({ started, frames, i }));
  order.sort((a, b) => a.started - b.started || a.frames - b.frames || b.i - a.i);
  return order[0]?.i ?? 0;
}

export function leadsOutside({ hint }: Place): boolean {
  return hint !== null && OUTSIDE.test(hint);
}

/** The networks of each place, with the packets that speak for each. */
export function shareNetworks(places: readonly Place[], defaults: Defaults): Said[][] {
  const owners = ownersOf(places);
  const owned = places.map((_, i) => [...owners].filter(([, o]) => o === i).map(([n]) => n));
  const blocks = blockOwners(owned);
  return places.map((place, i) => {
    const own = owned[i] ?? [];
    const inBlocks = own.filter((network) => blocks.get(privateBlockOf(network) ?? '') === i);
    const single = own.filter((network) => {
      const isDefault =
        isPublic(network) && i === (familyOf(network) === 4 ? defaults.v4 : defaults.v6);
      return !inBlocks.includes(network) && (!isDefault || isInside(network, owners, i));
    });
    const listed: Said[] = single
      .slice(0, LISTED_MAX)
      .map((network) => ({ value: network, why: whyOf(network, place, places) }));
    const held = [...blocks].filter(([, owner]) => owner === i).map(([block]) => block);
    for (const block of held) {
      const within = inBlocks.filter((network) => privateBlockOf(network) === block);
      listed.push({ value: block, why: seenText(within) });
    }
    return [...listed, ...defaultRoutes(own, i, defaults)];
  });
}

function defaultRoutes(own: readonly string[], at: number, defaults: Defaults): Said[] {
  const routes: Said[] = [];
  for (const family of [4, 6] as const) {
    if (at !== (family === 4 ? defaults.v4 : defaults.v6)) continue;
    const seen = own.filter((network) => familyOf(network) === family && isPublic(network));
    const why = seen.length > 0 ? seenText(seen) : 'nothing seen: for what no other zone has';
    routes.push({ value: family === 4 ? '0.0.0.0/0' : '::/0', why });
  }
  return routes;
}

/** `3 networks seen: 10.1.1.0/24, …`. */
export function seenText(networks: readonly string[]): string {
  const more = networks.length > NAMED_MAX ? ', …' : '';
  return `${formatCountOf(networks.length, 'network')} seen: ${networks.slice(0, NAMED_MAX).join(', ')}${more}`;
}

/** The place of each network: where most packets were sent out to it, else where most came in from it. */
function ownersOf(places: readonly Place[]): Map<string, number> {
  const owners = new Map<string, number>();
  const networks = new Map<string, number>();
  for (const { received, reached } of places) {
    for (const counts of [received, reached]) {
      for (const [network, packets] of counts.packets) {
        networks.set(network, (networks.get(network) ?? 0) + packets);
      }
    }
  }
  const order = [...networks].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  for (const [network] of order) {
    const isReached = places.some(({ reached }) => reached.of(network) > 0);
    const score = (place: Place) => (isReached ? place.reached : place.received).of(network);
    const best = Math.max(...places.map(score));
    owners.set(
      network,
      places.findIndex((place) => score(place) === best),
    );
  }
  return owners;
}

/** Private blocks that one place has many networks of; each to the place with most. */
function blockOwners(owned: readonly (readonly string[])[]): Map<string, number> {
  const owners = new Map<string, number>();
  const most = new Map<string, number>();
  owned.forEach((networks, i) => {
    const counts = new Map<string, number>();
    for (const network of networks) {
      const block = privateBlockOf(network);
      if (block !== null) counts.set(block, (counts.get(block) ?? 0) + 1);
    }
    for (const [block, count] of counts) {
      if (count <= IN_BLOCK_MAX || count <= (most.get(block) ?? 0)) continue;
      most.set(block, count);
      owners.set(block, i);
    }
  });
  return owners;
}

/** Whether a network lies within a wider one of another place, so that the default would lose it. */
function isInside(network: string, owners: ReadonlyMap<string, number>, own: number): boolean {
  return [...owners].some(
    ([wider, owner]) => owner !== own && wider !== network && isWithin(network, wider),
  );
}

function whyOf(network: string, place: Place, places: readonly Place[]): string {
  const received = place.received.of(network);
  const parts = [received > 0 ? `${formatCountOf(received, 'packet')} from it` : 'nothing from it'];
  const reached = place.reached.of(network);
  if (reached > 0) parts.push(`${formatCount(reached)} sent to it here`);
  for (const other of places) {
    const count = other === place ? 0 : other.received.of(network);
    if (count > 0) parts.push(`${formatCountOf(count, 'packet')} from it by ${other.label}, too`);
  }
  return parts.join('; ');
}
