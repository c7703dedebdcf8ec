/**
 * This file says what a MAC likely is: the firewall whose sessions are looked for, a router, or a host.
 * Every answer comes with its evidence; without any there is no answer.
 */

import type { Evidence, EvidenceKind, MacRole } from './facts.ts';
import type { MacEntry } from './mac-table.ts';

/** Packets of which TTLs can tell something. */
const TTL_PACKETS_MIN = 3;
/** Share of lowered TTLs that a router's packets have at least; its own few are not lowered. */
const LOWERED_SHARE_MIN = 0.9;
/** Networks that no host has addresses in. */
const MANY_NETWORKS_MIN = 8;

/** Prefixes of virtual MACs, as the first digits of the address. */
const VIRTUAL_PREFIXES = [
  '00005e0001', // VRRP for IPv4 (RFC 9568 §7.3)
  '00005e0002', // VRRP for IPv6
  '00000c07ac', // HSRP version 1 (RFC 2281 §5)
  '00000c9ff', // HSRP version 2
  '0007b400', // GLBP
];

/** Palo Alto Networks' part of the IEEE registry (MA-L). */
// prettier-ignore
const VENDOR_PREFIXES = new Set([
  '001b17',
  '00869c',
  '04472a',
  '080342',
  '08306b',
  '08661f',
  '240b0a',
  '34e5ec',
  '3cfa30',
  '58493b',
  '58769c',
  '5c58e6',
  '60152b',
  '647ce8',
  '786d94',
  '7c89c1',
  '7cc025',
  '84d412',
  '8c367a',
  '945641',
  'a427a5',
  'b40c25',
  'c42456',
  'c829c8',
  'cc38d0',
  'd41d71',
  'd49cf4',
  'd4f4be',
  'dc0e96',
  'e4a749',
  'e8986d',
  'ec6881',
  'f4d58a',
  'fc101a',
]);

/** What a MAC likely is, and why, the strongest reason first. */
export function roleOf(entry: MacEntry): { likely: MacRole | null; evidence: Evidence[] } {
  const evidence = evidenceOf(entry);
  const has = (...kinds: EvidenceKind[]) => evidence.some(({ kind }) => kinds.includes(kind));
  if (has('forwards', 'vendor')) return { likely: 'firewall', evidence };
  const isRouter = has(
    'hops-apart',
    'router-advertisement',
    'virtual-router',
    'off-link',
    'lowered-ttl',
    'many-networks',
  );
  // A host with two cards may well be answered on the other one: alone, split paths are not enough.
  const passesOn = isRouter || (has('split-path') && !isHost(entry));
  // Whoever captured, and passes on what is not his: the capture was taken on the firewall itself.
  if (has('capturing-host') && passesOn) return { likely: 'firewall', evidence };
  if (passesOn) {
    // A capture of what a device received has no frame of the device's own.
    const isOnlyReceiver = entry.framesSent === 0 && entry.splitBothWays > 0;
    return { likely: isOnlyReceiver ? 'firewall' : 'router', evidence };
  }
  return { likely: isHost(entry) ? 'host' : null, evidence };
}

/** Sends with TTLs that nobody lowered, or has shown an address of its own. */
function isHost(entry: MacEntry): boolean {
  if (entry.framesSent === 0) return false;
  return entry.ttlInitial >= TTL_PACKETS_MIN || entry.addresses.length > 0;
}

function evidenceOf(entry: MacEntry): Evidence[] {
  const list: Evidence[] = [];
  const add = (kind: EvidenceKind, count: number) => {
    if (count > 0) list.push({ kind, count });
  };
  add('forwards', entry.forwards);
  add('forwards-translated', entry.forwardsTranslated);
  add('vendor', isVendor(entry) ? 1 : 0);
  add('hops-apart', entry.hopsApart);
  add('capturing-host', capturedFrames(entry));
  add('split-path', entry.splitPaths);
  add('router-advertisement', entry.routerAdvertisements);
  add('virtual-router', isVirtual(entry) ? 1 : 0);
  add('off-link', offLinkNetworks(entry));
  add('lowered-ttl', isLowered(entry) ? entry.ttlLowered : 0);
  const networks = Math.max(entry.behind.size, entry.reached.size);
  const isMany = networks >= MANY_NETWORKS_MIN || entry.behind.isWidened || entry.reached.isWidened;
  add('many-networks', isMany ? networks : 0);
  return list;
}

/**
 * Frames that the capture marks as sent by the capturing host, or as received by it. Frames to others
 * that a port in promiscuous mode sees are marked as received, too: then their receiver counts only
 * where it sends nothing itself.
 */
function capturedFrames(entry: MacEntry): number {
  if (entry.sentOutbound > 0) return entry.sentInbound === 0 ? entry.sentOutbound : 0;
  return entry.framesSent === 0 ? entry.receivedInbound : 0;
}

/** Networks behind it, or reached by it, that are on none of its segment's links. */
function offLinkNetworks(entry: MacEntry): number {
  const { links4, links6 } = entry.segment;
  const count = (set: MacEntry['behind']) =>
    set.countOutside(links4, 4) + set.countOutside(links6, 6);
  return Math.max(count(entry.behind), count(entry.reached));
}

function isLowered({ ttlInitial, ttlLowered }: MacEntry): boolean {
  const packets = ttlInitial + ttlLowered;
  return ttlLowered >= TTL_PACKETS_MIN && ttlLowered >= LOWERED_SHARE_MIN * packets;
}

function isVendor({ mac }: MacEntry): boolean {
  return VENDOR_PREFIXES.has(hexOf(mac).slice(0, 6));
}

function isVirtual({ mac }: MacEntry): boolean {
  const hex = hexOf(mac);
  return VIRTUAL_PREFIXES.some((prefix) => hex.startsWith(prefix));
}

function hexOf(mac: number): string {
  return mac.toString(16).padStart(12, '0');
}
