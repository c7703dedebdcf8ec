/** This file says in sentences what a run took for granted. */

import type { FirewallConfig } from '../config/firewall-config.ts';
import { offloadAssumptions } from './offload/assumptions.ts';
import type { RunFacts } from './run-report.ts';

/** Interfaces that are named. */
const NAMES_MAX = 5;

/** What of a run the assumptions depend on. */
type AssumedFrom = Pick<RunFacts, 'config' | 'midstream' | 'decapsulate'> & {
  readonly captures: Pick<RunFacts['captures'], 'reader' | 'files'>;
};

/** What no input said, and what was assumed for it; the order is that of `run.json`. */
export function assumptions(facts: AssumedFrom): string[] {
  const { config, captures } = facts;
  const list: string[] = [];
  if (config.file === null) {
    list.push(
      'No configuration: private, loopback and link-local networks are zone trust, the rest untrust.',
    );
  }
  if (config.rules === null) list.push('No rules: every session is allowed by allow-all.');
  if (facts.midstream) {
    list.push(
      '--midstream: a TCP segment without session whose endpoints the capture had not shown before was taken for a connection that was established before the capture began; its client is told by SYN-ACK, else by the ports.',
    );
  }
  if (facts.decapsulate.length > 0) {
    list.push(
      `--decapsulate ${facts.decapsulate.join(',')}: packets inside such tunnels were replayed as well, each after the packet that carries it and from that packet's zone; where zones are told by addresses, from its own source's.`,
    );
  }
  list.push(...aboutApplications(config), ...aboutWays(config), aboutOffload(config));
  if (captures.reader !== 'native') {
    list.push(`--reader ${captures.reader}: the npm package of that name read the captures.`);
  }
  if (captures.files.length > 1) list.push('Several captures were merged by time.');
  return list;
}

const DENY_ACTIONS =
  'Rules with action deny: the deny actions of App-ID content are not public; without deny-action of an application its sessions were dropped silently.';

/** What was assumed of applications, where payload tells them. */
function aboutApplications({ session, rules, applications }: FirewallConfig): string[] {
  if (!session.identifiesByPayload) {
    return [
      'app-id: ports: applications are told by their default ports, whatever the packets hold.',
    ];
  }
  const denies = rules?.some(({ action, disabled }) => action === 'deny' && !disabled) === true;
  const isSaid = applications.some(({ denyAction }) => denyAction !== 'drop');
  return [
    ...(denies && !isSaid ? [DENY_ACTIONS] : []),
    "Applications are told by the first 4 packets or 2,000 bytes of payload of a TCP or UDP session, with signatures of this program's own; what is encrypted is what its handshake shows in clear. Other protocols are told by their numbers.",
  ];
}

/** The same that stands beside the estimate, and what would be too long there (panos.md §7). */
function aboutOffload(config: FirewallConfig): string {
  const list = offloadAssumptions(config).join('; ');
  return `Offload is an estimate: ${list}; packets that the window check drops are taken to be hardware's.`;
}

/** What was assumed of the ways that packets take. */
function aboutWays(config: FirewallConfig): string[] {
  const { routes, interfaces, virtualRouters, virtualWires, pbf, zones } = config;
  const list: string[] = [];
  const hasAddresses = interfaces.some(({ addresses }) => addresses.length > 0);
  if (routes === null) {
    const before = [
      ...(virtualWires.length > 0 ? ['virtual wires'] : []),
      ...(pbf.length > 0 ? ['PBF rules'] : []),
      ...(hasAddresses ? ["the interfaces' networks"] : []),
    ];
    const from = before.length === 0 ? '' : `${before.join(', ')}, else from `;
    list.push(
      `No routes: egress zones come from ${from}the zones' networks, and whether a reply would be forwarded into another zone (fwd-zone-change) cannot be told.`,
    );
  }
  if (routes !== null && !hasAddresses) {
    list.push(
      'No addresses of interfaces: a client that no route is about was taken to be on the network of the interface that it came in by.',
    );
  }
  const routed = new Set(virtualRouters.flatMap((router) => router.interfaces));
  const wired = new Set(virtualWires.flatMap((wire) => wire.interfaces));
  const names = zones.flatMap((zone) => zone.interfaces.map(({ written }) => written));
  const unrouted = names.filter((name) => !routed.has(name) && !wired.has(name));
  if (virtualRouters.length > 1 && unrouted.length > 0) {
    list.push(
      `Interfaces in no virtual router (${some(unrouted)}) and unknown ones were taken to be in that of their zone's other interfaces where that is one, else in ${virtualRouters[0]?.name}.`,
    );
  }
  if (pbf.length > 0) {
    list.push(
      'PBF: next hops were taken to be reachable; a session keeps the rule that its first packet met for as long as the rule is there.',
    );
  }
  return list;
}

/** The first few names, and how many more. */
function some(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return names.slice(0, NAMES_MAX).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
