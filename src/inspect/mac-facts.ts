/** This file turns segments and MACs, as they were counted, into facts. */

import type { MacFacts, SegmentFacts } from './facts.ts';
import { type MacEntry, macText, type Segment } from './mac-table.ts';
import { deviceOf } from './repeats.ts';
import { roleOf } from './roles.ts';

export function segmentFacts(segment: Segment): SegmentFacts {
  const { index, interfaceIndex, tags, frames, bytes, inbound, outbound } = segment;
  return { index, interfaceIndex, tags, frames, bytes, inbound, outbound };
}

/** All MACs, those with most frames first. */
export function macFacts(entries: readonly MacEntry[]): MacFacts[] {
  const devices = deviceNumbers(entries);
  const framesOf = (mac: MacFacts) => mac.framesSent + mac.framesReceived;
  return entries
    .map((entry) => factsOf(entry, devices.get(deviceOf(entry)) ?? null))
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

function factsOf(entry: MacEntry, device: number | null): MacFacts {
  return {
    mac: macText(entry.mac),
    segment: entry.segment.index,
    framesSent: entry.framesSent,
    framesReceived: entry.framesReceived,
    addresses: entry.addresses,
    addressesNotListed: entry.addressesNotListed,
    networksBehind: entry.behind.networks(),
    networksReached: entry.reached.networks(),
    ...roleOf(entry),
    device,
    checksumsWrong: entry.checksumsWrong,
  };
}
