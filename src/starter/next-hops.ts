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
  const gates = gatesOf(here, copies);
  if (gates.size < 2) return [];
  const byGate = new Map<string, Neighbour[]>();
  for (const neighbour of neighboursOf(here, gates)) {
    const [gate] = [...neighbour.sentTo].sort(([, a], [, b]) => b - a)[0] ?? [];
    if (gate !== undefined) byGate.set(gate, [...(byGate.get(gate) ?? []), neighbour]);
  }
  if ([...byGate.values()].some((list) => list.length > NEIGHBOURS_MAX)) return [];
  return [...byGate].map(([gate, neighbours]) => placeOfGate(gate, neighbours, copies.size > 0));
}

/** MACs of one firewall: those whose copies the capture has, else those that only receive. */
function gatesOf(macs: readonly MacFacts[], copies: ReadonlySet<string>): ReadonlySet<string> {
  if (copies.size > 0) return copies;
  const silent = macs.filter((mac) => mac.likely === 'firewall' && mac.networksBehind.length === 0);
  return new Set(silent.map(({ mac }) => mac));
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
    received,
    reached,
  };
}
