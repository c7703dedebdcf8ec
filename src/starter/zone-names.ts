/** This file names zones: after their interfaces where these say something, else by what they show. */

import { isPublic } from './networks.ts';
import type { Place } from './places.ts';
import type { Defaults } from './zone-networks.ts';

/** Beginnings of words that say what an interface leads to. */
const TELLING =
  /^(trust|untrust|dmz|inside|outside|internal|external|internet|lan$|lan[-_\d]|wan|guest|server|client|user|office|branch|campus|corp|mgmt|management|vpn|partner|voice|voip|private|public)/;
/** PAN-OS takes zone names of at most 31 characters. */
const NAME_CHARACTERS_MAX = 31;
/** Words that are no zone's name (CONTRACT: Ingress zone, rules). */
const RESERVED = new Set(['any', 'unknown']);

export interface ZoneName {
  readonly name: string;
  /** Where the name comes from. */
  readonly from: 'interface' | 'public' | 'private' | 'vlan' | 'number';
}

/** One name for each place, all different. */
export function nameZones(places: readonly Place[], defaults: Defaults): ZoneName[] {
  const names: (ZoneName | null)[] = hintedNames(places);
  const taken = new Set(names.map((name) => name?.name));
  const give = (at: number, name: ZoneName): void => {
    names[at] = name;
    taken.add(name.name);
  };
  if (names[defaults.v4] === null && !taken.has('untrust')) {
    give(defaults.v4, { name: 'untrust', from: 'public' });
  }
  for (const i of byTrust(places)) {
    if (names[i] !== null) continue;
    const fallback = places[i]?.fallback ?? null;
    if (!taken.has('trust')) give(i, { name: 'trust', from: 'private' });
    else if (fallback !== null && !taken.has(fallback)) give(i, { name: fallback, from: 'vlan' });
    else if (fallback === null && !taken.has('dmz')) give(i, { name: 'dmz', from: 'private' });
    else give(i, { name: numbered(i + 1, taken), from: 'number' });
  }
  return names.filter((name) => name !== null);
}

function numbered(first: number, taken: ReadonlySet<string | undefined>): string {
  let n = first;
  while (taken.has(`zone-${n}`)) n += 1;
  return `zone-${n}`;
}

/** Places with private addresses first, then those with more frames. */
function byTrust(places: readonly Place[]): number[] {
  const rank = (place: Place | undefined) =>
    [...(place?.received.packets.keys() ?? [])].some((network) => !isPublic(network)) ? 0 : 1;
  const frames = (i: number) => places[i]?.frames ?? 0;
  return places
    .map((_, i) => i)
    .sort((a, b) => rank(places[a]) - rank(places[b]) || frames(b) - frames(a) || a - b);
}

/** The word of an interface's name, or all of the name where several places share the word. */
function hintedNames(places: readonly Place[]): (ZoneName | null)[] {
  const words = places.map(({ hint }) => (hint === null ? null : tellingWord(hint)));
  const used = new Set<string>();
  return places.map(({ hint }, i) => {
    const word = words[i] ?? null;
    if (hint === null || word === null) return null;
    const isShared = words.filter((other) => other === word).length > 1;
    const name = zoneName(isShared ? hint : word);
    if (name === '' || RESERVED.has(name) || used.has(name)) return null;
    used.add(name);
    return { name, from: 'interface' };
  });
}

/** `trust` of `trust0` and of `fw1-trust.100`; null where the name says nothing. */
function tellingWord(hint: string): string | null {
  const words = hint.toLowerCase().split(/[^a-z0-9]+/);
  const telling = words.find((word) => TELLING.test(word));
  const word = telling?.replace(/\d+$/, '') ?? '';
  return word === '' ? null : word;
}

function zoneName(text: string): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  return plain.slice(0, NAME_CHARACTERS_MAX).replace(/^-+|-+$/g, '');
}
