/**
 * This file is the schema of `firewall.yaml`: every key, its range, its default and the text that
 * editors show for it. What must agree between sections is checked in cross-check.ts.
 */

import type * as z from 'zod';
import { list, mapList, namedMap, preset, section, shorthand } from './containers.ts';
import { SESSION_DEFAULTS, TIMERS, type Timer } from './defaults.ts';
import {
  addressName,
  choice,
  groupAddress,
  groupService,
  literalAddress,
  mac,
  name,
  ports,
  prefix,
  seconds,
  serviceName,
  whole,
  yesNo,
  zoneInterface,
} from './leaves.ts';
import { applicationName } from './leaves-applications.ts';
import {
  application,
  applicationFilter,
  customApplication,
  halfClosed,
  overrideRule,
  timeWait,
} from './schema-applications.ts';
import {
  configurationChange,
  firewallInterface,
  pbfRule,
  route,
  virtualRouter,
  virtualWire,
} from './schema-network.ts';
import { dataplaneFeature, platform, timedCommand } from './schema-offload.ts';
import { decryptionRule, natRule, securityRule } from './schema-rules.ts';

/** Words that are no zone's name: the one matches every zone, the other is a frame without one. */
const RESERVED_ZONES = ['any', 'unknown'];
/** More than any clock is wrong by; beyond it the times of a capture make no sense. */
const TIME_SHIFT_MAX = 1_000_000_000;
const NO_SHIFT = { written: 0, value: { second: 0, nanosecond: 0 } } as const;

const zone = section({
  interfaces: list(zoneInterface())
    .default([])
    .describe('Capture interfaces of the zone: NAME, or NAME.TAG[.TAG…] for a VLAN on it.'),
  networks: list(prefix()).default([]).describe('Networks of the zone; the longest prefix wins.'),
  vlans: list(whole(1, 4094)).default([]).describe('VLAN ids of the zone.'),
  macs: list(mac()).default([]).describe('Source MAC addresses of the zone.'),
}).describe('How packets that enter through this zone are known.');

const capture = section({
  files: list(name('a pattern for file names, such as *-rx.pcap'))
    .default(['*'])
    .describe('Patterns for the file name without its folder. Default: every file.'),
  stage: choice(['receive', 'firewall', 'transmit', 'drop'])
    .optional()
    .describe('The capture stage of these files.'),
  interface: name('an interface name')
    .optional()
    .describe('The interface of every frame in these files.'),
  'time-shift': seconds(TIME_SHIFT_MAX).default(NO_SHIFT).meta({
    description: 'Seconds added to every time in these files. Default: 0.',
    'x-default': 0,
  }),
});

function timer(limits: Timer) {
  return preset(whole(1, limits.max, 'seconds'), limits.default, `Seconds: ${limits.meaning}.`);
}

const timeouts = section({
  tcp: timer(TIMERS.tcp),
  'tcp-init': timer(TIMERS['tcp-init']),
  'tcp-handshake': timer(TIMERS['tcp-handshake']),
  'tcp-half-closed': timer(TIMERS['tcp-half-closed']),
  'tcp-time-wait': timer(TIMERS['tcp-time-wait']),
  'tcp-unverified-rst': timer(TIMERS['tcp-unverified-rst']),
  udp: timer(TIMERS.udp),
  icmp: timer(TIMERS.icmp),
  sctp: timer(TIMERS.sctp),
  'sctp-init': timer(TIMERS['sctp-init']),
  'sctp-cookie': timer(TIMERS['sctp-cookie']),
  'sctp-shutdown': timer(TIMERS['sctp-shutdown']),
  default: timer(TIMERS.default),
  'discard-tcp': timer(TIMERS['discard-tcp']),
  'discard-udp': timer(TIMERS['discard-udp']),
  'discard-sctp': timer(TIMERS['discard-sctp']),
  'discard-default': timer(TIMERS['discard-default']),
  predict: timer(TIMERS.predict),
});

const LONG = TIMERS.tcp.max;
/** Elements of the vendor's service entry (panos.md §2.2); the ranges are those of the timers. */
const service = shorthand('ports', {
  ports: list(ports()).describe('Protocol and destination ports.'),
  timeout: whole(1, LONG, 'seconds')
    .optional()
    .describe("Seconds, for TCP or UDP by the ports' protocol."),
  'halfclose-timeout': halfClosed,
  'timewait-timeout': timeWait,
});

const aging = SESSION_DEFAULTS['accelerated-aging'];
const acceleratedAging = section({
  enable: preset(yesNo(), aging.enable, 'Shorten timers while the table is nearly full.'),
  threshold: preset(whole(50, 99, 'percent'), aging.threshold, 'Percent of the table in use.'),
  'scaling-factor': preset(whole(2, 16), aging['scaling-factor'], 'Timers are divided by it.'),
});

const is = SESSION_DEFAULTS;
const session = section({
  'tcp-reject-non-syn': preset(
    yesNo(),
    is['tcp-reject-non-syn'],
    'Drop TCP packets that belong to no session and are no SYN.',
  ),
  'asymmetric-path': preset(
    choice(['drop', 'bypass']),
    is['asymmetric-path'],
    'What happens to TCP segments outside the window.',
  ),
  'no-refresh-on-discard': preset(
    yesNo(),
    is['no-refresh-on-discard'],
    'A packet does not refresh a session in DISCARD.',
  ),
  'teardown-upon-fwd-zonechange': preset(
    yesNo(),
    is['teardown-upon-fwd-zonechange'],
    'End a session when its route leads to another zone.',
  ),
  'tcp-reuse-strict-priority': preset(
    yesNo(),
    is['tcp-reuse-strict-priority'],
    'Let tcp-reuse have the place in the order of end reasons that is documented.',
  ),
  'accelerated-aging': acceleratedAging.prefault({}).describe('Accelerated ageing.'),
  'state-model': preset(
    choice(['connection', 'table']),
    is['state-model'],
    'How states are named: by the connection, or as the table itself does.',
  ),
  'app-timeouts': preset(
    choice(['global', 'content']),
    is['app-timeouts'],
    'Whether the timers that ship with App-ID content apply.',
  ),
  'zonechange-count': preset(
    choice(['lesson', 'strict']),
    is['zonechange-count'],
    'Whether flow_fwd_zonechange counts packets from a wrong ingress zone too, or as the vendor.',
  ),
  'app-id': preset(
    choice(['payload', 'ports']),
    is['app-id'],
    'How applications are told: by what is in the packets, or by their default ports.',
  ),
  'nat-oversubscription': preset(
    choice(['platform', '1', '2', '4', '8']),
    is['nat-oversubscription'],
    'How often one translated address and port may be in use at once, for different destinations.',
  ),
  'reset-before-handshake': preset(
    yesNo(),
    is['reset-before-handshake'],
    'Answer a SYN that a rule resets with a RST to the client; else only what passed its handshake is reset.',
  ),
  'icmp-unreachable-rate': preset(
    whole(1, 65_535, 'messages a second'),
    is['icmp-unreachable-rate'],
    'ICMP unreachable messages that are sent in a second.',
  ),
  'bypass-exceed-oo-queue': preset(
    yesNo(),
    is['bypass-exceed-oo-queue'],
    'Forward TCP segments out of order beyond the 64 that may wait for inspection; else drop them.',
  ),
  'tcp-bypass-exceed-queue': preset(
    yesNo(),
    is['tcp-bypass-exceed-queue'],
    'Forward TCP segments that cannot be kept for inspection; else drop them.',
  ),
  'udp-bypass-exceed-queue': preset(
    yesNo(),
    is['udp-bypass-exceed-queue'],
    'Forward datagrams that cannot be kept for inspection; else drop them.',
  ),
  'pin-ftp-source-port': preset(
    yesNo(),
    is['pin-ftp-source-port'],
    'Predict active FTP from port 20 of the server alone, not from any of its ports.',
  ),
  'ftp-bounce': preset(
    choice(['refuse', 'predict']),
    is['ftp-bounce'],
    'What becomes of FTP that announces the address of a third host.',
  ),
  offload: preset(yesNo(), is.offload, 'Hand sessions to offload hardware.'),
  'udp-offload': preset(yesNo(), is['udp-offload'], 'Hand UDP sessions to it, too.'),
});

/** The schema of the whole file. */
export const firewallSchema = section({
  zones: namedMap(name("a zone's name", RESERVED_ZONES), zone).meta({
    description: 'Zones by name, at least one.',
    minProperties: 1,
  }),
  'firewall-macs': list(mac())
    .default([])
    .describe("The firewall's own MAC addresses: frames from them are egress copies."),
  captures: mapList(capture).default([]).describe('What is known about capture files.'),
  interfaces: namedMap(name('an interface name'), firewallInterface)
    .default({})
    .describe("The firewall's own addresses by interface, and with them the connected networks."),
  'virtual-routers': namedMap(name("a virtual router's name"), virtualRouter)
    .default({})
    .describe('Virtual routers by name. Default: one, which has every interface.'),
  'virtual-wires': namedMap(name("a virtual wire's name"), virtualWire)
    .default({})
    .describe('Virtual wires by name: what enters by one end leaves by the other.'),
  routes: mapList(route)
    .optional()
    .describe('Routes, for the egress zone. Without them it comes from the networks of the zones.'),
  pbf: mapList(pbfRule)
    .default([])
    .describe('Policy-based forwarding; the first rule that matches decides.'),
  addresses: namedMap(addressName(), list(literalAddress()))
    .default({})
    .describe('Addresses by name: an address, a prefix, a range or a list of them.'),
  'address-groups': namedMap(addressName(), list(groupAddress()))
    .default({})
    .describe('Groups of addresses: names of addresses or of groups, or addresses themselves.'),
  services: namedMap(serviceName(), service)
    .default({})
    .describe('Services by name: ports, or ports with timers of their own.'),
  'service-groups': namedMap(serviceName(), list(groupService()))
    .default({})
    .describe('Groups of services: names of services or of groups.'),
  rules: mapList(securityRule)
    .optional()
    .describe('Security rules; the first that matches decides. Without them all is allowed.'),
  nat: mapList(natRule).default([]).describe('NAT rules; the first that matches decides.'),
  configuration: mapList(configurationChange)
    .default([])
    .describe('Configurations that take over in the middle of a capture.'),
  decryption: mapList(decryptionRule)
    .default([])
    .describe('Decryption rules; the first that matches decides.'),
  'dataplane-features': mapList(dataplaneFeature)
    .default([])
    .describe('What keeps sessions on the dataplane; the first that matches is named.'),
  commands: mapList(timedCommand)
    .default([])
    .describe('Operational commands that are given in the middle of a capture.'),
  timeouts: timeouts.prefault({}).describe('Session timers.'),
  applications: namedMap(name("an application's name"), application)
    .default({})
    .describe('Timers and ALG of single applications.'),
  'custom-applications': namedMap(applicationName(), customApplication)
    .default({})
    .describe("Applications of one's own by name."),
  'application-groups': namedMap(applicationName(), list(applicationName()))
    .default({})
    .describe('Groups of applications: names of applications, of filters or of groups.'),
  'application-filters': namedMap(applicationName(), applicationFilter)
    .default({})
    .describe('Applications by what kind they are: what has a word of each key that is there.'),
  'application-override': mapList(overrideRule)
    .default([])
    .describe('Application override; the first rule that matches decides.'),
  session: session.prefault({}).describe('Session settings.'),
  platform: platform.prefault({}).describe('Model or size of the firewall, and its hardware.'),
});

/** The file as the schema reads it: keys as written, defaults filled in. */
export type FirewallFile = z.output<typeof firewallSchema>;
