/** This file says in sentences what a run took for granted. */

import type { RunFacts } from './run-report.ts';

/** What no input said, and what was assumed for it; the order is that of `run.json`. */
export function assumptions(facts: RunFacts): string[] {
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
  if (config.routes === null)
    list.push(
      "No routes: egress zones come from the zones' networks, and whether a reply would be forwarded into another zone (fwd-zone-change) cannot be told.",
    );
  if (captures.reader !== 'native') {
    list.push(`--reader ${captures.reader}: the npm package of that name read the captures.`);
  }
  if (captures.files.length > 1) list.push('Several captures were merged by time.');
  return list;
}
