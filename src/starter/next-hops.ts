/**
 * This file divides one link by next hops: where a capture shows which MAC of a firewall each neighbour
 * sends to, the neighbours of each of its MACs are a place.
 */

import type { CaptureFacts, MacFacts, SegmentFacts } from '../inspect/facts.ts';
import { formatCountOf } from '../report/duration.ts';
import { NetworkCounts } from './networks.ts';
import type { Place } from './places.ts';

/** Neighbours of one MAC that are listed; with more, networks have to do. */
const NEIGHBOURS_MAX = 32;

/** A neighbour on all segments together: the same MAC may be in several files of one link. */
interface Neighbour {
  readonly mac: string;
  readonly parts: MacFacts[];
  /** IP packets by the firewall's MAC. */
  readonly sentTo: Map<string, number>;
}

/** Places by the firewall's MAC that their neighbours send to; fewer than two tell nothing. */
export function nextHopPlaces(
  { macs }: CaptureFacts,
  segments: readonly SegmentFacts[],
  copies: ReadonlySet<string>,
): Place[] {
  const own = new Set(segments.map(({ index }) => index));
  const here = macs.filter(({ segment }) => own.has(segment));
  const byGate = new Map<string, Neighbour[]>();
  const gates = copies.size > 0 ? copies : silentMacs(here);
  for (const neighbour of neighboursOf(here, gates)) {
    const [gate] = [...neighbour.sentTo].sort(([, a], [, b]) => b - a)[0] ?? [];
    if (gate !== undefined) byGate.set(gate, [...(byGate.get(gate) ?? []), neighbour]);
  }
  const sides = sidesAmong(byGate, here);
  if (sides.length < 2 || sides.some(([, list]) => list.length > NEIGHBOURS_MAX)) return [];
  return sides.map(([gate, neighbours]) => placeOfGate(gate, neighbours, copies.size > 0));
}

/** MACs that receive packets and send nothing: a capture of received frames has the firewall's so. */
function silentMacs(macs: readonly MacFacts[]): ReadonlySet<string> {
  const sends = new Set(macs.filter(({ framesSent }) => framesSent > 0).map(({ mac }) => mac));
  const receives = macs.filter(({ networksReached }) => networksReached.length > 0);
  return new Set(receives.map(({ mac }) => mac).filter((mac) => !sends.has(mac)));
}

/**
 * Gates that are sides of one firewall: what is sent to one of them lies behind the neighbours of another,
 * and not behind its own. Of a MAC of which nothing else tells that it passes on, the same must hold the
 * other way round: a host that never answers is no gate, nor are two routers that serve the same hosts.
 */
function sidesAmong(
  byGate: ReadonlyMap<string, readonly Neighbour[]>,
  macs: readonly MacFacts[],
): [string, readonly Neighbour[]][] {
  const behind = new Map(
    [...byGate].map(([gate, neighbours]) => {
      const parts = neighbours.flatMap((neighbour) => neighbour.parts);
      return [gate, new Set(parts.flatMap((part) => part.networksBehind.map((n) => n.network)))];
    }),
  );
  const leads = (from: string, to: string) =>
    macs
      .filter(({ mac }) => mac === from)
      .flatMap(({ networksReached }) => networksReached.map(({ network }) => network))
      .some((network) => behind.get(to)?.has(network) && !behind.get(from)?.has(network));
  const isKnown = (gate: string) =>
    macs.some((m) => m.mac === gate && (m.likely === 'firewall' || m.likely === 'router'));
  const isSide = (gate: string, other: string) =>
    isKnown(gate)
      ? leads(gate, other) || leads(other, gate)
      : leads(gate, other) && leads(other, gate);
  return [...byGate].filter(([gate]) =>
    [...byGate.keys()].some((other) => other !== gate && isSide(gate, other)),
  );
}

function neighboursOf(macs: readonly MacFacts[], gates: ReadonlySet<string>): Neighbour[] {
  const neighbours = new Map<string, Neighbour>();
  for (const part of macs) {
    if (gates.has(part.mac) || part.networksBehind.length === 0) continue;
    const known = neighbours.get(part.mac);
    const neighbour: Neighbour = known ?? { mac: part.mac, parts: [], sentTo: new Map() };
    neighbours.set(part.mac, neighbour);
    neighbour.parts.push(part);
    for (const { mac, frames } of part.sendsTo) {
      if (!gates.has(mac)) continue;
      neighbour.sentTo.set(mac, (neighbour.sentTo.get(mac) ?? 0) + frames);
    }
  }
  return [...neighbours.values()];
}

function placeOfGate(gate: string, neighbours: readonly Neighbour[], hasCopies: boolean): Place {
  const received = new NetworkCounts();
  const reached = new NetworkCounts();
  const parts = neighbours.flatMap((neighbour) => neighbour.parts);
  for (const mac of parts) {
    for (const { network, packets } of mac.networksBehind) received.add(network, packets);
    if (!hasCopies) continue;
    for (const { network, packets } of mac.networksReached) reached.add(network, packets);
  }
  return {
    label: `next hops of ${gate}`,
    hint: null,
    fallback: null,
    interfaces: [],
    vlans: [],
    macs: neighbours.map(({ mac, sentTo }) => {
      return {
        value: mac,
        why: `sends ${formatCountOf(sentTo.get(gate) ?? 0, 'packet')} to ${gate}`,
      };
    }),
    frames: parts.reduce((sum, mac) => sum + mac.framesSent, 0),
    started: parts.reduce((sum, mac) => sum + mac.conversationsStarted, 0),
    received,
    reached,
    destined: new NetworkCounts(),
  };
}
