/**
 * This file spells the effective configuration: the validated file in its own words, with every
 * default filled in.
 */

import type { NamedFile, RuleEntry } from './build-rules.ts';
import type { FirewallFile } from './schema.ts';
import type { Written } from './values.ts';

const ANY = [{ written: 'any', value: null }];

/** The rule that stands for a missing `rules:`. */
const ALLOW_ALL: RuleEntry = {
  name: 'allow-all',
  from: ['any'],
  to: ['any'],
  source: ANY,
  destination: ANY,
  'negate-source': false,
  'negate-destination': false,
  service: ANY,
  disabled: false,
  'rule-type': 'universal',
  'source-user': ['any'],
  category: ['any'],
  application: ['any'],
  action: 'allow',
  profiles: [],
  'log-start': false,
  'log-end': true,
  'icmp-unreachable': false,
  'disable-server-response-inspection': false,
};

/**
 * The file with every default filled in, in its own spelling: what `run.json` shows. A key that
 * is absent has no default (`routes`). Read as a file it means the same.
 */
export function buildEffective(file: NamedFile): Readonly<Record<string, unknown>> {
  const ordered = {
    zones: file.zones,
    'firewall-macs': file['firewall-macs'],
    captures: file.captures,
    interfaces: file.interfaces,
    'virtual-routers': file['virtual-routers'],
    'virtual-wires': file['virtual-wires'],
    routes: file.routes,
    pbf: file.pbf,
    addresses: file.addresses,
    'address-groups': file['address-groups'],
    services: file.services,
    'service-groups': file['service-groups'],
    rules: file.rules ?? [ALLOW_ALL],
    nat: file.nat,
    configuration: file.configuration,
    decryption: file.decryption,
    'dataplane-features': file['dataplane-features'],
    commands: file.commands,
    timeouts: file.timeouts,
    applications: file.applications,
    'custom-applications': file['custom-applications'],
    'application-groups': file['application-groups'],
    'application-filters': file['application-filters'],
    'application-override': file['application-override'],
    session: file.session,
    platform: file.platform,
  } satisfies Record<keyof FirewallFile, unknown>;
  return spellMap(ordered);
}

function spell(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(spell);
  if (isWritten(value)) return value.written;
  return spellMap(value);
}

function spellMap(map: object): Record<string, unknown> {
  const entries = Object.entries(map).map(([key, inner]) => [key, spell(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

function isWritten(value: object): value is Pick<Written<unknown, string | number>, 'written'> {
  return 'written' in value && ['string', 'number'].includes(typeof value.written);
}
