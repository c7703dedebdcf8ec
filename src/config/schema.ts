/**
 * This file is the schema of `firewall.yaml`: every key, its range, its default and the text that
 * editors show for it. What must agree between sections is checked in cross-check.ts.
 */

import type * as z from 'zod';
import { list, mapList, namedMap, section, sectionOf, shorthand } from './containers.ts';
import { defaultSession, defaultTimeouts, fileDefaults, TIMERS } from './defaults.ts';
import type { Plain } from './key-path.ts';
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
import { session, timeouts } from './schema-session.ts';

/** Words that are no zone's name: the one matches every zone, the other is a frame without one. */
const RESERVED_ZONES = ['any', 'unknown'];
/** More than any clock is wrong by; beyond it the times of a capture make no sense. */
const TIME_SHIFT_MAX = 1_000_000_000;
const NO_SHIFT = { written: 0, value: { second: 0, nanosecond: 0 } } as const;

const zone = () =>
  section({
    interfaces: list(zoneInterface())
      .default([])
      .describe('Capture interfaces of the zone: NAME, or NAME.TAG[.TAG…] for a VLAN on it.'),
    networks: list(prefix()).default([]).describe('Networks of the zone; the longest prefix wins.'),
    vlans: list(whole(1, 4094)).default([]).describe('VLAN ids of the zone.'),
    macs: list(mac()).default([]).describe('Source MAC addresses of the zone.'),
  }).describe('How packets that enter through this zone are known.');

const capture = () =>
  section({
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

const LONG = TIMERS.tcp.max;
/** Elements of the vendor's service entry (panos.md §2.2); the ranges are those of the timers. */
const service = () =>
  shorthand('ports', {
    ports: list(ports()).describe('Protocol and destination ports.'),
    timeout: whole(1, LONG, 'seconds')
      .optional()
      .describe("Seconds, for TCP or UDP by the ports' protocol."),
    'halfclose-timeout': halfClosed(),
    'timewait-timeout': timeWait(),
  });

const SECTIONS = {
  zones: () =>
    namedMap(name("a zone's name", RESERVED_ZONES), zone()).meta({
      description: 'Zones by name, at least one.',
      minProperties: 1,
    }),
  'firewall-macs': () =>
    list(mac())
      .default([])
      .describe("The firewall's own MAC addresses: frames from them are egress copies."),
  captures: () => mapList(capture()).default([]).describe('What is known about capture files.'),
  interfaces: () =>
    namedMap(name('an interface name'), firewallInterface())
      .default({})
      .describe("The firewall's own addresses by interface, and with them the connected networks."),
  'virtual-routers': () =>
    namedMap(name("a virtual router's name"), virtualRouter())
      .default({})
      .describe('Virtual routers by name. Default: one, which has every interface.'),
  'virtual-wires': () =>
    namedMap(name("a virtual wire's name"), virtualWire())
      .default({})
      .describe('Virtual wires by name: what enters by one end leaves by the other.'),
  routes: () =>
    mapList(route())
      .optional()
      .describe(
        'Routes, for the egress zone. Without them it comes from the networks of the zones.',
      ),
  pbf: () =>
    mapList(pbfRule())
      .default([])
      .describe('Policy-based forwarding; the first rule that matches decides.'),
  addresses: () =>
    namedMap(addressName(), list(literalAddress()))
      .default({})
      .describe('Addresses by name: an address, a prefix, a range or a list of them.'),
  'address-groups': () =>
    namedMap(addressName(), list(groupAddress()))
      .default({})
      .describe('Groups of addresses: names of addresses or of groups, or addresses themselves.'),
  services: () =>
    namedMap(serviceName(), service())
      .default({})
      .describe('Services by name: ports, or ports with timers of their own.'),
  'service-groups': () =>
    namedMap(serviceName(), list(groupService()))
      .default({})
      .describe('Groups of services: names of services or of groups.'),
  rules: () =>
    mapList(securityRule())
      .optional()
      .describe('Security rules; the first that matches decides. Without them all is allowed.'),
  nat: () => mapList(natRule()).default([]).describe('NAT rules; the first that matches decides.'),
  configuration: () =>
    mapList(configurationChange())
      .default([])
      .describe('Configurations that take over in the middle of a capture.'),
  decryption: () =>
    mapList(decryptionRule())
      .default([])
      .describe('Decryption rules; the first that matches decides.'),
  'dataplane-features': () =>
    mapList(dataplaneFeature())
      .default([])
      .describe('What keeps sessions on the dataplane; the first that matches is named.'),
  commands: () =>
    mapList(timedCommand())
      .default([])
      .describe('Operational commands that are given in the middle of a capture.'),
  timeouts: (written: Plain | null) => timeouts(written).prefault({}).describe('Session timers.'),
  applications: () =>
    namedMap(name("an application's name"), application())
      .default({})
      .describe('Timers and ALG of single applications.'),
  'custom-applications': () =>
    namedMap(applicationName(), customApplication())
      .default({})
      .describe("Applications of one's own by name."),
  'application-groups': () =>
    namedMap(applicationName(), list(applicationName()))
      .default({})
      .describe('Groups of applications: names of applications, of filters or of groups.'),
  'application-filters': () =>
    namedMap(applicationName(), applicationFilter())
      .default({})
      .describe('Applications by what kind they are: what has a word of each key that is there.'),
  'application-override': () =>
    mapList(overrideRule())
      .default([])
      .describe('Application override; the first rule that matches decides.'),
  session: (written: Plain | null) => session(written).prefault({}).describe('Session settings.'),
  platform: () =>
    platform().prefault({}).describe('Model or size of the firewall, and its hardware.'),
};

/**
 * The schema of the whole file; for reading one, of what it has.
 *
 * @param written the file; null for the schema as such
 */
export function firewallSchema(written: Plain | null = null) {
  return sectionOf(SECTIONS, written, ['zones']);
}

/** The file as the schema reads it: keys as written, defaults filled in. */
export type FirewallFile = z.output<ReturnType<typeof firewallSchema>>;

/** What a file of `written` keys means: the rest is as without them. */
export function withDefaults(written: FirewallFile): FirewallFile {
  return {
    ...fileDefaults(),
    ...written,
    timeouts: { ...defaultTimeouts(), ...written.timeouts },
    session: { ...defaultSession(), ...written.session },
  };
}
