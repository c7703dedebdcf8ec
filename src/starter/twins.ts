/**
 * This file finds places that show the same as another, both directions of it: mirrored links, or networks
 * that several VLANs have. A destination has one zone, whatever place its packet came in by, so zones by
 * such places would take every answer for one from a wrong zone.
 */

import type { Place } from './places.ts';

/** Says which place has a twin; null where none has. */
export function twinOf(places: readonly Place[]): string | null {
  for (const place of places) {
    if (!isWhole(place)) continue;
    const twin = places.find((other) => other !== place && showsAllOf(other, place));
    if (twin === undefined) continue;
    const [one, two] = [twin.label, place.label].sort();
    return `whether ${one} and ${two} are two zones: both show the same networks, on both ends of conversations`;
  }
  return null;
}

/** Whether packets between its own networks are seen there, and so the answers as well. */
function isWhole({ received, destined }: Place): boolean {
  const networks = [...received.packets.keys()];
  return networks.length > 1 && networks.every((network) => destined.of(network) > 0);
}

function showsAllOf(other: Place, place: Place): boolean {
  return [...place.received.packets.keys()].every((network) => other.received.of(network) > 0);
}
