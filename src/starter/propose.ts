/**
 * This file proposes a configuration that replays its own captures sensibly: from what inspecting them
 * found (facts) to zones, each with its evidence, and what the captures could not tell.
 */

import type { Said, StarterConfig, StarterZone } from '../config/starter-yaml.ts';
import type { MacFacts } from '../inspect/facts.ts';
import { formatCountOf } from '../report/duration.ts';
import { firewallMacs } from './firewall-macs.ts';
import type { StarterInput } from './input.ts';
import { type Placing, placesOf } from './places.ts';
import { headRemarks, ruleRemarks, tailRemarks, zoneRemarks } from './remarks.ts';
import { sidesOf } from './sides.ts';
import { nameZones } from './zone-names.ts';
import { defaultPlaces, shareNetworks } from './zone-networks.ts';

/** A configuration for these captures. The same facts give the same proposal. */
export function proposeConfig(input: StarterInput): StarterConfig {
  const own = firewallMacs(input.facts);
  const copies = new Set(own.map(({ mac }) => mac));
  const placing = placesOf(input, copies);
  const { zones, doubts, outside } = zonesOf(input, placing, copies);
  const inside = zones.find(({ name }) => name !== outside)?.name ?? outside;
  return {
    head: headRemarks(input, placing),
    captures: placing.captures,
    zones,
    firewallMacs: {
      remarks: [
        'The capture has packets before and behind the device of these MACs:',
        'frames from them are copies of received ones, and must not count twice.',
      ],
      macs: ownMacs(own),
    },
    rule: { name: 'allow-all', remarks: ruleRemarks(inside, outside) },
    tail: tailRemarks(input, { placing, doubts, hasCopies: copies.size > 0 }),
  };
}

function zonesOf(
  input: StarterInput,
  placing: Placing,
  copies: ReadonlySet<string>,
): { zones: readonly StarterZone[]; doubts: readonly string[]; outside: string } {
  const { places, by } = placing;
  const [only] = places;
  if (by === 'network' && only !== undefined) {
    const { zones, areTold } = sidesOf(only, input.facts, copies);
    const doubt =
      'which side is which: the capture shows one kind of networks, and no router between';
    return { zones, doubts: areTold ? [] : [doubt], outside: 'untrust' };
  }
  const defaults = defaultPlaces(places);
  const names = nameZones(places, defaults);
  const networks = shareNetworks(places, defaults);
  const zones = places.map((place, i): StarterZone => {
    const { interfaces, vlans, macs } = place;
    const name = names[i] ?? { name: `zone-${i + 1}`, from: 'number' };
    const remarks = zoneRemarks(place, name);
    return { name: name.name, remarks, interfaces, vlans, macs, networks: networks[i] ?? [] };
  });
  const doubts: string[] = [];
  if (names.some(({ from }) => from !== 'interface')) {
    doubts.push("the zones' real names: those above are guesses by addresses");
  }
  if (!defaults.isShown) doubts.push('where the default route leads: no public address was seen');
  return { zones, doubts, outside: zones[defaults.v4]?.name ?? 'untrust' };
}

/** Each MAC once, though it may be on several VLANs. */
function ownMacs(macs: readonly MacFacts[]): Said[] {
  const forwards = new Map<string, number>();
  for (const { mac, evidence } of macs) {
    const count = evidence.find(({ kind }) => kind === 'forwards')?.count ?? 0;
    forwards.set(mac, (forwards.get(mac) ?? 0) + count);
  }
  return [...forwards].map(([value, count]) => {
    return { value, why: `${formatCountOf(count, 'packet')} seen on both sides of it` };
  });
}
