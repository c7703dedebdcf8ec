/**
 * This file is the schema of the sections about ways through the firewall: interfaces, virtual routers
 * and wires, routes, policy-based forwarding; and of configurations that take over in mid-capture.
 *
 * @source panos.md §8, §11 (element names of the vendor's configuration schema)
 */

import { list, preset, section } from './containers.ts';
import {
  choice,
  hostAddress,
  interfaceAddress,
  name,
  prefix,
  time,
  whole,
  yesNo,
} from './leaves.ts';
import { match } from './schema-rules.ts';

const METRIC_MAX = 65_535;

/** One value of `interfaces:`. */
export const firewallInterface = () =>
  section({
    addresses: list(interfaceAddress())
      .default([])
      .describe('Addresses of the interface, each with its network: 203.0.113.5/24.'),
  });

/** One value of `virtual-routers:`. */
export const virtualRouter = () =>
  section({
    interfaces: list(name('an interface name'))
      .default([])
      .describe('Interfaces whose packets this router takes.'),
  });

/** One value of `virtual-wires:`. */
export const virtualWire = () =>
  section({
    interface1: name('an interface name').describe('One end.'),
    interface2: name('an interface name').describe('The other end.'),
  });

const lifespan = () => ({
  'from-time': time()
    .optional()
    .describe('It is there from then on: RFC 3339, or +SECONDS after the first packet.'),
  'until-time': time()
    .optional()
    .describe('It is there until then: RFC 3339, or +SECONDS after the first packet.'),
});

/** One entry of `routes:`. */
export const route = () =>
  section({
    destination: prefix().describe('Destination network.'),
    interface: name('an interface name')
      .optional()
      .describe('Egress interface; it belongs to a zone.'),
    'next-hop': hostAddress().optional().describe('Address of the next hop; a remark.'),
    'next-vr': name("a virtual router's name")
      .optional()
      .describe('The virtual router that looks on, in place of an interface.'),
    discard: yesNo().optional().describe('Packets that take this route are dropped.'),
    metric: preset(whole(0, METRIC_MAX), 10, 'Of routes to one destination the lowest is used.'),
    'virtual-router': name("a virtual router's name")
      .optional()
      .describe('The virtual router that has it. Default: the first.'),
    ...lifespan(),
  });

/** One entry of `pbf:`. */
export function pbfRule() {
  // The rule decides where a packet goes, and so cannot ask.
  const { to: _, ...matchBeforeRoute } = match();
  return section({
    ...matchBeforeRoute,
    'from-interface': list(name('an interface name'))
      .default(['any'])
      .describe('Ingress interfaces. Default: any.'),
    action: preset(
      choice(['forward', 'discard', 'no-pbf']),
      'forward',
      'Whether the rule says the way, drops, or leaves it to the routes.',
    ),
    'egress-interface': name('an interface name').optional().describe('Where `forward` leads to.'),
    'next-hop': hostAddress().optional().describe('Address of the next hop; a remark.'),
    'enforce-symmetric-return': preset(
      yesNo(),
      false,
      "Replies leave by the interface that the session's first packet entered by.",
    ),
    ...lifespan(),
  });
}

/** One entry of `configuration:`. */
export const configurationChange = () =>
  section({
    at: time().describe('When it is committed: RFC 3339, or +SECONDS after the first packet.'),
    file: name('the name of a file').describe('The configuration, relative to this one.'),
    rematch: preset(yesNo(), false, 'Judge allowed sessions again.'),
  });
