/** This file lists the MACs of inspected captures: who they are, what lies behind them, and why. */

import type { Evidence, EvidenceKind } from '../inspect/facts.ts';
import { formatCount, formatCountOf } from './duration.ts';
import { terminalSafe } from './escape.ts';
import type { Inspection } from './inspection.ts';
import type { Paint } from './text.ts';

/** MACs, networks of one MAC, and reasons that are listed. */
const MACS_MAX = 12;
const NETWORKS_MAX = 4;
const REASONS_MAX = 3;

type Mac = Inspection['macs'][number];

/** Firewalls and routers first, then the others by frames. */
export function macLines(found: Inspection, paint: Paint): string[] {
  const { macs, segments } = found;
  if (macs.length === 0) return [];
  const rank = (mac: Mac) => ['firewall', 'router'].indexOf(mac.likely ?? '') >>> 0;
  const shown = [...macs].sort((a, b) => rank(a) - rank(b)).slice(0, MACS_MAX);
  const names = segmentNames(found);
  const isOne = segments.length === 1;
  const width = isOne ? 0 : Math.max(...shown.map((mac) => names[mac.segment]?.length ?? 0)) + 2;
  const lines = shown.flatMap((mac) => {
    const place = isOne ? '' : (names[mac.segment] ?? '').padEnd(width);
    const role = roleText(mac);
    const head = `  ${place}${mac.mac}  ${paint.bold(role.padEnd(15))}`;
    const counts = `sent ${formatCount(mac.frames_sent)}, received ${formatCount(mac.frames_received)}`;
    return [`${head}  ${[counts, ...whatIsThere(mac)].join('; ')}`, ...why(mac, paint)];
  });
  const hidden = macs.length - shown.length;
  if (hidden > 0) lines.push(`  … and ${formatCount(hidden)} more (--print json)`);
  const own = [...new Set(macs.filter((mac) => mac.likely === 'firewall').map((mac) => mac.mac))];
  if (own.length > 0 && own.length <= MACS_MAX) {
    const list = own.map((mac) => `"${mac}"`).join(', ');
    lines.push(`  if that firewall is the one to replay: firewall-macs: [${list}]`);
  }
  return [
    '',
    `${paint.bold('MACs')} ${paint.dim('(likely firewalls and routers first)')}`,
    ...lines,
  ];
}

function roleText(mac: Mac): string {
  if (mac.likely === null) return '-';
  return mac.device === null ? mac.likely : `${mac.likely} ${mac.device}`;
}

function whatIsThere(mac: Mac): string[] {
  const of: string[] = [];
  const more = mac.addresses.length - NETWORKS_MAX + mac.addresses_not_listed;
  if (mac.addresses.length > 0) {
    const list = mac.addresses.slice(0, NETWORKS_MAX).join(', ');
    of.push(`owns ${list}${more > 0 ? ` and ${formatCount(more)} more` : ''}`);
  }
  if (mac.networks_behind.length > 0) of.push(`behind it ${networksText(mac.networks_behind)}`);
  else if (mac.networks_reached.length > 0) {
    of.push(`reaches ${networksText(mac.networks_reached)}`);
  }
  return of;
}

function networksText(networks: Mac['networks_behind']): string {
  const list = networks
    .slice(0, NETWORKS_MAX)
    .map(({ network, packets }) => `${network} (${formatCount(packets)})`);
  const more = networks.length - NETWORKS_MAX;
  if (more > 0) list.push(`${formatCount(more)} more`);
  return list.join(', ');
}

/** The reasons for a firewall or router; a host needs none. */
function why(mac: Mac, paint: Paint): string[] {
  if (mac.likely === null || mac.likely === 'host') return [];
  const reasons = mac.evidence.slice(0, REASONS_MAX).map(reasonText);
  return [`    ${paint.dim(reasons.join('; '))}`];
}

const REASONS: Readonly<Record<EvidenceKind, (count: number) => string>> = {
  forwards: (n) => `${formatCountOf(n, 'packet')} seen on both sides of it, one TTL apart`,
  'forwards-translated': (n) => `${formatCount(n)} of them with a translated address`,
  'hops-apart': (n) => `${formatCountOf(n, 'packet')} seen before and behind it and others`,
  'split-path': (n) =>
    `${formatCountOf(n, 'conversation')} whose answers come from another MAC than it`,
  'capturing-host': () => 'the capture was taken on it (direction flags)',
  'router-advertisement': () => 'sends router advertisements',
  'virtual-router': () => 'a virtual router address (VRRP, HSRP, GLBP)',
  vendor: () => 'an address of Palo Alto Networks',
  'off-link': (n) => `passes on ${formatCountOf(n, 'network')} beyond its link (by ARP, discovery)`,
  'lowered-ttl': (n) => `${formatCountOf(n, 'packet')} with a TTL lowered on the way`,
  'many-networks': (n) => `${formatCountOf(n, 'network')} behind it`,
};

function reasonText({ kind, count }: Evidence): string {
  return REASONS[kind](count);
}

/** By segment: `trust0`, `trust0.100`; without a name `interface 0`, of several files `rx.pcap #0`. */
export function segmentNames({ segments, inputs }: Inspection): string[] {
  return segments.map((segment) => {
    const number = segment.interface_number ?? 0;
    const section = (segment.section ?? 1) > 1 ? `section ${segment.section} ` : '';
    const place = inputs.length > 1 ? `${segment.file ?? ''} ${section}#` : `${section}interface `;
    const name = segment.interface ?? `${place}${number}`;
    return terminalSafe([name, ...segment.vlans].join('.'));
  });
}
