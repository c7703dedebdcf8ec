/**
 * This file makes the frozen configuration from a validated file.
 *
 * It takes types from the schema but does not load it, so that the built-in configuration is
 * there without zod. Names have been checked: a service that is missing here is a bug.
 */

import { PREDEFINED_SERVICES } from './defaults.ts';
import type {
  CaptureRule,
  FirewallConfig,
  SecurityRule,
  ServiceMatch,
  ServicePorts,
  SessionSettings,
  Timeouts,
  Zone,
} from './firewall-config.ts';
import type { FirewallFile } from './schema.ts';
import { readPorts, type Written } from './values.ts';

/** What the file's values do not tell. */
export interface BuildFacts {
  /** Base name of the file; null for the built-in configuration. */
  readonly file: string | null;
  readonly notModelled: readonly string[];
  /** The line of `rules[i]`, from 1. */
  lineOfRule(index: number): number;
}

/** The configuration that a file stands for, frozen to its leaves. */
export function buildConfig(given: FirewallFile, facts: BuildFacts): FirewallConfig {
  const file = nameRules(given);
  const services = readServices(file);
  const rules = file.rules?.map((rule, i) => {
    return buildRule(rule, services, facts.lineOfRule(i));
  });
  return freezeDeep({
    file: facts.file,
    zones: Object.entries(file.zones).map(([name, zone]) => buildZone(name, zone)),
    firewallMacs: [...new Set(file['firewall-macs'])],
    captures: file.captures.map(buildCapture),
    routes:
      file.routes?.map((route) => {
        return { destination: route.destination.value, interface: route.interface };
      }) ?? null,
    rules: rules ?? null,
    timeouts: buildTimeouts(file.timeouts),
    session: buildSession(file.session),
    notModelled: facts.notModelled,
    effective: buildEffective(file),
  });
}

function buildZone(name: string, zone: FirewallFile['zones'][string]): Zone {
  return {
    name,
    interfaces: distinct(zone.interfaces),
    networks: distinct(zone.networks).map(({ value }) => value),
    vlans: [...new Set(zone.vlans)],
    macs: [...new Set(zone.macs)],
  };
}

/** Of entries written alike, the first. */
function distinct<T extends { readonly written: string }>(entries: readonly T[]): T[] {
  return [...new Map(entries.map((entry) => [entry.written, entry])).values()];
}

function buildCapture(capture: FirewallFile['captures'][number]): CaptureRule {
  return {
    files: capture.files,
    stage: capture.stage ?? null,
    interface: capture.interface ?? null,
    timeShift: capture['time-shift'],
  };
}

type RuleEntry = NonNullable<NamedFile['rules']>[number];
type NamedFile = ReturnType<typeof nameRules>;
type Services = ReadonlyMap<string, readonly ServicePorts[]>;

/** Gives every rule a name: its own, or its kind and number. */
function nameRules(file: FirewallFile) {
  return {
    ...file,
    rules: file.rules?.map(({ name, ...rule }, i) => ({ name: name ?? `rule-${i + 1}`, ...rule })),
    nat: file.nat.map(({ name, ...rule }, i) => ({ name: name ?? `nat-${i + 1}`, ...rule })),
    decryption: file.decryption.map(({ name, ...rule }, i) => {
      return { name: name ?? `decryption-${i + 1}`, ...rule };
    }),
  };
}

function buildRule(rule: RuleEntry, services: Services, line: number): SecurityRule {
  return {
    name: rule.name,
    ruleType: rule['rule-type'],
    from: orAny(rule.from),
    to: orAny(rule.to),
    source: coverAddresses(rule.source),
    destination: coverAddresses(rule.destination),
    negateSource: rule['negate-source'],
    negateDestination: rule['negate-destination'],
    application: orAny(rule.application),
    service: buildService(rule.service, services),
    action: rule.action,
    profiles: rule.profiles,
    logStart: rule['log-start'],
    logEnd: rule['log-end'],
    disabled: rule.disabled,
    line,
  };
}

function orAny(words: readonly string[]): readonly string[] | null {
  return words.includes('any') ? null : words;
}

function coverAddresses(entries: RuleEntry['source']): SecurityRule['source'] {
  if (entries.some(({ value }) => value === null)) return null;
  return entries.flatMap(({ value }) => value ?? []);
}

function buildService(entries: RuleEntry['service'], services: Services): ServiceMatch {
  const words = entries.map(({ written }) => written);
  if (words.includes('any')) return 'any';
  if (words.includes('application-default')) return 'application-default';
  return entries.flatMap(({ written, value }) => {
    return value === null ? (services.get(written) ?? []) : [value];
  });
}

function readServices(file: FirewallFile): Services {
  const services = new Map<string, readonly ServicePorts[]>();
  for (const [name, text] of PREDEFINED_SERVICES) {
    const ports = readPorts(text);
    if (ports !== null) services.set(name, [ports.value]);
  }
  for (const [name, entries] of Object.entries(file.services)) {
    services.set(
      name,
      entries.map(({ value }) => value),
    );
  }
  return services;
}

function buildTimeouts(seconds: FirewallFile['timeouts']): Timeouts {
  return {
    tcp: seconds.tcp,
    tcpInit: seconds['tcp-init'],
    tcpHandshake: seconds['tcp-handshake'],
    tcpHalfClosed: seconds['tcp-half-closed'],
    tcpTimeWait: seconds['tcp-time-wait'],
    tcpUnverifiedRst: seconds['tcp-unverified-rst'],
    udp: seconds.udp,
    icmp: seconds.icmp,
    default: seconds.default,
    discardTcp: seconds['discard-tcp'],
    discardUdp: seconds['discard-udp'],
    discardDefault: seconds['discard-default'],
  };
}

function buildSession(session: FirewallFile['session']): SessionSettings {
  const aging = session['accelerated-aging'];
  return {
    tcpRejectNonSyn: session['tcp-reject-non-syn'],
    asymmetricPath: session['asymmetric-path'],
    noRefreshOnDiscard: session['no-refresh-on-discard'],
    teardownUponFwdZonechange: session['teardown-upon-fwd-zonechange'],
    tcpReuseStrictPriority: session['tcp-reuse-strict-priority'],
    acceleratedAging: {
      enable: aging.enable,
      threshold: aging.threshold,
      scalingFactor: aging['scaling-factor'],
    },
    stateModel: session['state-model'],
    appTimeouts: session['app-timeouts'],
  };
}

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
function buildEffective(file: NamedFile): Readonly<Record<string, unknown>> {
  const ordered = {
    zones: file.zones,
    'firewall-macs': file['firewall-macs'],
    captures: file.captures,
    routes: file.routes,
    services: file.services,
    rules: file.rules ?? [ALLOW_ALL],
    nat: file.nat,
    decryption: file.decryption,
    timeouts: file.timeouts,
    applications: file.applications,
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

function isWritten(value: object): value is Pick<Written<unknown>, 'written'> {
  return 'written' in value && typeof value.written === 'string';
}

function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) freezeDeep(inner);
  return value;
}
