/** This file turns segments and MACs, as they were counted, into facts. */

import type { MacFacts, SegmentFacts } from './facts.ts';
import { type MacEntry, macText, type Segment } from './mac-table.ts';
import { deviceOf } from './repeats.ts';
import { roleOf } from './roles.ts';

export function segmentFacts(segment: Segment): SegmentFacts {
  const { index, interfaceIndex, tags, frames, bytes, inbound, outbound } = segment;
  const networksWithoutMac = segment.behind.networks();
  return { index, interfaceIndex, tags, frames, bytes, inbound, outbound, networksWithoutMac };
}

/**
 * All MACs, those with most frames first.
 *
 * @param fileOf the input file of a capture interface
 */
export function macFacts(
  entries: readonly MacEntry[],
  fileOf: (interfaceIndex: number) => number,
): MacFacts[] {
  const devices = deviceNumbers(entries);
  const framesOf = (mac: MacFacts) => mac.framesSent + mac.framesReceived;
  const roles = rolesOf(entries, fileOf);
  return entries
    .map((entry) => factsOf(entry, roles.get(entry), devices.get(deviceOf(entry)) ?? null))
    .sort((a, b) => framesOf(b) - framesOf(a) || (a.mac < b.mac ? -1 : 1));
}

/** Numbers of the devices that have several MACs, or one that forwards to itself, by order of sight. */
function deviceNumbers(entries: readonly MacEntry[]): Map<MacEntry, number> {
  const numbers = new Map<MacEntry, number>();
  for (const entry of entries) {
    if (entry.forwards === 0) continue;
    const device = deviceOf(entry);
    if (!numbers.has(device)) numbers.set(device, numbers.size + 1);
  }
  return numbers;
}

type Role = ReturnType<typeof roleOf>;

/** What each MAC is for itself; and where a capture was taken on a firewall, all MACs of its host. */
function rolesOf(
  entries: readonly MacEntry[],
  fileOf: (interfaceIndex: number) => number,
): Map<MacEntry, Role> {
  const roles = new Map(entries.map((entry) => [entry, roleOf(entry)]));
  const isOwn = ({ evidence }: Role) => evidence.some(({ kind }) => kind === 'capturing-host');
  const file = ({ segment }: MacEntry) => fileOf(segment.interfaceIndex);
  const taken = new Set<number>();
  for (const [entry, role] of roles) {
    if (role.likely === 'firewall' && isOwn(role)) taken.add(file(entry));
  }
  for (const [entry, role] of roles) {
    if (isOwn(role) && taken.has(file(entry))) roles.set(entry, { ...role, likely: 'firewall' });
  }
  return roles;
}

function factsOf(entry: MacEntry, role: Role | undefined, device: number | null): MacFacts {
  return {
    mac: macText(entry.mac),
    segment: entry.segment.index,
    framesSent: entry.framesSent,
    framesReceived: entry.framesReceived,
    addresses: entry.addresses,
    addressesNotListed: entry.addressesNotListed,
    networksBehind: entry.behind.networks(),
    networksReached: entry.reached.networks(),
    sendsTo: [...entry.sentTo]
      .map(([to, frames]) => ({ mac: macText(to.mac), frames }))
      .sort((a, b) => b.frames - a.frames || (a.mac < b.mac ? -1 : 1)),
    conversationsStarted: entry.conversationsStarted,
    ...(role ?? roleOf(entry)),
    device,
    checksumsWrong: entry.checksumsWrong,
  };
}
