/**
 * This file divides one place in two by addresses alone: private networks are trust, the rest is untrust,
 * as the built-in configuration has it; or, where there is only one kind, by what lies behind a router.
 */

import type { Said, StarterZone } from '../config/starter-yaml.ts';
import type { CaptureFacts } from '../inspect/facts.ts';
import { formatCountOf } from '../report/duration.ts';
import {
  isPublic,
  isWithin,
  NetworkCounts,
  PRIVATE_BLOCKS_V4,
  privateBlockOf,
} from './networks.ts';
import type { Place } from './places.ts';
import { seenText } from './zone-networks.ts';

/** Shared address space, unique local addresses; loopback and link-local are never routed. */
const OTHER_TRUST = ['100.64.0.0/10', 'fc00::/7'];
const NEVER_ROUTED = ['127.0.0.0/8', '169.254.0.0/16', '::1/128', 'fe80::/10'];
/** Networks of one side that are listed. */
const LISTED_MAX = 64;

export interface Sides {
  readonly zones: readonly StarterZone[];
  /** Whether something in the capture tells the two sides apart. */
  readonly areTold: boolean;
}

/** Two zones for one place. */
export function sidesOf(place: Place, facts: CaptureFacts, copies: ReadonlySet<string>): Sides {
  const { near, far } = aroundRouter(facts, copies);
  const seen = place.received.list().map(({ network }) => network);
  const open = seen.filter(isPublic);
  const closed = seen.filter((network) => !isPublic(network));
  const isOneKind = open.length === 0 || closed.length === 0;
  const nearOnly = near.list().filter(({ network, packets }) => packets > far.of(network));
  const farOnly = far.list().filter(({ network, packets }) => packets >= near.of(network));
  if (isOneKind && nearOnly.length > 0 && farOnly.length > 0 && nearOnly.length <= LISTED_MAX) {
    return { zones: byRouter(nearOnly, farOnly), areTold: true };
  }
  return { zones: byKind(closed, open, onLink(facts, copies)), areTold: !isOneKind };
}

/** Networks of hosts, and networks that routers pass on. */
function aroundRouter({ macs }: CaptureFacts, copies: ReadonlySet<string>) {
  const near = new NetworkCounts();
  const far = new NetworkCounts();
  for (const mac of macs) {
    if (copies.has(mac.mac)) continue;
    const passesOn = mac.likely === 'router' || mac.likely === 'firewall';
    for (const { network, packets } of mac.networksBehind) {
      (passesOn ? far : near).add(network, packets);
    }
  }
  return { near, far };
}

/** Public networks of hosts that ARP or discovery show beside a router: they are on the near side. */
function onLink(facts: CaptureFacts, copies: ReadonlySet<string>): string[] {
  const { near, far } = aroundRouter(facts, copies);
  if (far.packets.size === 0) return [];
  const hosts = facts.macs.filter((mac) => mac.likely !== 'router' && mac.likely !== 'firewall');
  const owned = hosts.flatMap(({ addresses }) => addresses);
  return near
    .list()
    .filter(({ network, packets }) => isPublic(network) && packets > far.of(network))
    .map(({ network }) => network)
    .filter((network) => owned.some((address) => isWithin(address, network)))
    .slice(0, LISTED_MAX);
}

type Counted = readonly { network: string; packets: number }[];

function byRouter(near: Counted, far: Counted): StarterZone[] {
  const list = (counted: Counted): Said[] =>
    counted.slice(0, LISTED_MAX).map(({ network, packets }) => {
      return { value: network, why: formatCountOf(packets, 'packet') };
    });
  const shown = list(far.filter(({ network }) => !isPublic(network)));
  const open = far.filter(({ network }) => isPublic(network)).map(({ network }) => network);
  const trust = [...list(near), ...NEVER_ROUTED.map(neverRouted)];
  return [
    zoneOf('trust', ['networks of hosts on the link, before the router'], trust),
    zoneOf('untrust', ['networks behind the router, and all else'], [...shown, ...allElse(open)]),
  ];
}

function byKind(closed: readonly string[], open: readonly string[], near: readonly string[]) {
  const blocks: Said[] = [...PRIVATE_BLOCKS_V4, ...OTHER_TRUST].flatMap((block) => {
    const seen = closed.filter((network) => privateBlockOf(network) === block);
    if (seen.length === 0 && OTHER_TRUST.includes(block)) return [];
    return [{ value: block, why: seen.length === 0 ? 'none seen' : seenText(seen) }];
  });
  const onLinks = near.map((value) => ({
    value,
    why: 'public, but of hosts on the link (ARP, discovery)',
  }));
  const trust = [...blocks, ...onLinks, ...NEVER_ROUTED.map(neverRouted)];
  return [
    zoneOf('trust', ['private networks'], trust),
    zoneOf('untrust', ['all other networks'], allElse(open.filter((n) => !near.includes(n)))),
  ];
}

function allElse(seen: readonly string[]): Said[] {
  const text = (networks: readonly string[]) =>
    networks.length === 0 ? 'none seen' : seenText(networks);
  return [
    { value: '0.0.0.0/0', why: text(seen.filter((network) => !network.includes(':'))) },
    { value: '::/0', why: text(seen.filter((network) => network.includes(':'))) },
  ];
}

function neverRouted(value: string): Said {
  return { value, why: 'never routed' };
}

function zoneOf(name: string, remarks: readonly string[], networks: readonly Said[]): StarterZone {
  return { name, remarks, interfaces: [], vlans: [], macs: [], networks };
}
