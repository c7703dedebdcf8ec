/**
 * This file joins a configuration with those that it names for later (`configuration:`), and says what
 * a commit in mid-capture cannot change.
 *
 * Zone numbers are part of flow keys, so zones must be the same in both files. What the replay is set
 * up with before its first packet, and what a real firewall takes up at its next boot, stays as the
 * first file has it, with a warning where the other differs.
 */

import { basename, normalize } from 'node:path';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import { itemsAt, textAt } from './checking.ts';
import type { ConfigurationChange, FirewallConfig, Zone } from './firewall-config.ts';
import { code, type KeyPath } from './key-path.ts';
import { problemAt } from './problems.ts';
import type { FirewallFile } from './schema.ts';
import type { YamlTree } from './yaml-tree.ts';

/** Different files; each has a size of its own at most, so all of them have. */
const FILES_MAX = 100;
/** Entries that are looked at; more are a problem of the schema. */
const CHANGES_MAX = 1000;
/** Problems of one named file that are told. */
const PROBLEMS_TOLD_MAX = 20;

/** What the named files are, and what is wrong with them. */
export interface NamedFiles {
  /** By place in `configuration:`; undefined where the file cannot be used. */
  readonly configs: readonly (FirewallConfig | undefined)[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads the files that `configuration:` names, each once.
 *
 * It goes by the plain values, so that they are checked even where the naming file has problems.
 *
 * @param read the configuration in a file of that name; throws ConfigError
 */
export function readNamedFiles(tree: YamlTree, read: (name: string) => FirewallConfig): NamedFiles {
  const problems: ConfigProblem[] = [];
  const known = new Map<string, FirewallConfig | undefined>();
  const entries = itemsAt(tree.value, 'configuration');
  const configs = entries.slice(0, CHANGES_MAX).map((entry, i) => {
    const name = textAt(entry, 'file');
    if (name === '') return undefined;
    const path: KeyPath = ['configuration', i, 'file'];
    const key = normalize(name);
    if (known.has(key)) return known.get(key);
    if (known.size === FILES_MAX) {
      problems.push(problemAt(tree.locate(path), `more than ${FILES_MAX} different files`));
      return undefined;
    }
    const config = readOne(name, read, (text) => {
      problems.push(problemAt(tree.locate(path), text));
    });
    known.set(key, config);
    return config;
  });
  return { configs, problems };
}

/** Every problem of the file is one of the key that names it. */
function readOne(
  name: string,
  read: (name: string) => FirewallConfig,
  report: (text: string) => void,
): FirewallConfig | undefined {
  try {
    return read(name);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { line, column, key, message } of error.problems.slice(0, PROBLEMS_TOLD_MAX)) {
      const at = key === '' ? '' : `${key}: `;
      report(`${code(name)} ${line}:${column}: ${at}${message}`);
    }
    const more = error.problems.length - PROBLEMS_TOLD_MAX;
    if (more > 0) report(`${code(name)} has ${more} more problems`);
    return undefined;
  }
}

/** What a file says that names others, and where a difference between the two can be reported. */
interface Naming {
  readonly config: FirewallConfig;
  readonly entries: FirewallFile['configuration'];
  /** By place in `entries`. */
  readonly others: readonly FirewallConfig[];
}

/** Where zones of the named files differ from the naming one's. */
export function zoneProblems({ config, others }: Naming, tree: YamlTree): ConfigProblem[] {
  const seen = new Set<FirewallConfig>();
  return others.flatMap((other, i) => {
    if (seen.has(other)) return [];
    seen.add(other);
    const difference = zoneDifference(config.zones, other.zones);
    if (difference === null) return [];
    const message = `${code(other.file ?? '')} ${difference}: a commit cannot change zones in mid-capture`;
    return [problemAt(tree.locate(['configuration', i, 'file']), message)];
  });
}

function zoneDifference(zones: readonly Zone[], others: readonly Zone[]): string | null {
  const namesOf = (list: readonly Zone[]) => list.map(({ name }) => name).join(', ');
  if (namesOf(zones) !== namesOf(others)) {
    return `has the zones ${code(namesOf(others))}, this file has ${code(namesOf(zones))}`;
  }
  for (const [i, zone] of zones.entries()) {
    for (const key of ['interfaces', 'networks', 'vlans', 'macs'] as const) {
      if (isSame(zone[key], others[i]?.[key])) continue;
      return `has other ${code(key)} for the zone ${code(zone.name)}`;
    }
  }
  return null;
}

/** A part of the configuration that a commit leaves as it is, and why. */
interface Kept {
  readonly key: string;
  readonly of: (config: FirewallConfig) => unknown;
  readonly why: string;
}

const SET_UP = 'the replay is set up with it';

const KEPT: readonly Kept[] = [
  { key: 'firewall-macs', of: (config) => config.firewallMacs, why: SET_UP },
  { key: 'captures', of: (config) => config.captures, why: SET_UP },
  { key: 'platform', of: platform, why: SET_UP },
  { key: 'commands', of: (config) => config.commands, why: SET_UP },
  { key: 'custom-applications', of: customApplications, why: SET_UP },
  { key: 'application-override', of: (config) => config.applicationOverrides, why: SET_UP },
  {
    // What sessions hold of the pools is counted by it.
    key: 'session.nat-oversubscription',
    of: ({ session }) => session.natOversubscription,
    why: SET_UP,
  },
  { key: 'session.state-model', of: ({ session }) => session.stateModel, why: SET_UP },
  { key: 'session.zonechange-count', of: ({ session }) => session.strictZonechange, why: SET_UP },
  {
    key: 'session.tcp-reuse-strict-priority',
    of: ({ session }) => session.tcpReuseStrictPriority,
    why: SET_UP,
  },
  {
    key: 'session.accelerated-aging',
    of: ({ session }) => session.acceleratedAging,
    why: SET_UP,
  },
  {
    // panos.md §0 row 7: commit and reboot.
    key: 'session.no-refresh-on-discard',
    of: ({ session }) => session.noRefreshOnDiscard,
    why: 'it needs a reboot',
  },
];

function platform({ tableSessions, offload }: FirewallConfig): unknown {
  const { hasHardware, refresh } = offload;
  return [tableSessions, hasHardware, refresh];
}

/** What identifies applications of one's own: their timers may change. */
function customApplications({ applications, customSignatures }: FirewallConfig): unknown {
  const customs = applications.filter(({ isCustom }) => isCustom);
  return [customs.map(({ name, ports }) => ({ name, ports })), customSignatures];
}

/** Sessions hold the places of their applications: these stay, with the settings that are new. */
function inPlaces(
  first: FirewallConfig['applications'],
  others: FirewallConfig['applications'],
): FirewallConfig['applications'] {
  const byName = new Map(others.map((one) => [one.name, one]));
  const names = new Set(first.map(({ name }) => name));
  return Object.freeze([
    ...first.map((one) => byName.get(one.name) ?? one),
    ...others.filter(({ name }) => !names.has(name)),
  ]);
}

/** The configuration with its changes, frozen like it. */
export function withChanges({ config, entries, others }: Naming): FirewallConfig {
  if (others.length === 0) return config;
  const inForce = new Map<FirewallConfig, FirewallConfig>();
  for (const other of others) {
    if (!inForce.has(other)) inForce.set(other, takingOver(config, other));
  }
  const changes = entries.map(({ at, file, rematch }, i): ConfigurationChange => {
    const taken = inForce.get(others[i] ?? config) ?? config;
    return Object.freeze({
      at: at.value,
      atWritten: at.written,
      file: basename(file),
      rematch,
      config: taken,
    });
  });
  const own = new Set(config.notModelled);
  const ofOthers = [...inForce.keys()].flatMap((other) =>
    [...differences(config, other), ...other.notModelled.filter((text) => !own.has(text))].map(
      (text) => `${other.file}: ${text}`,
    ),
  );
  return Object.freeze({
    ...config,
    changes: Object.freeze(changes),
    notModelled: Object.freeze([...config.notModelled, ...ofOthers]),
  });
}

/** `other` as it is in force after `first`. */
function takingOver(first: FirewallConfig, other: FirewallConfig): FirewallConfig {
  const { stateModel, strictZonechange, tcpReuseStrictPriority } = first.session;
  const { acceleratedAging, noRefreshOnDiscard, natOversubscription } = first.session;
  return Object.freeze({
    ...other,
    zones: first.zones,
    firewallMacs: first.firewallMacs,
    captures: first.captures,
    tableSessions: first.tableSessions,
    applications: inPlaces(first.applications, other.applications),
    offload: Object.freeze({
      ...first.offload,
      isOn: other.offload.isOn,
      isUdpOn: other.offload.isUdpOn,
    }),
    commands: first.commands,
    customSignatures: first.customSignatures,
    applicationOverrides: first.applicationOverrides,
    session: Object.freeze({
      ...other.session,
      stateModel,
      strictZonechange,
      tcpReuseStrictPriority,
      acceleratedAging,
      noRefreshOnDiscard,
      natOversubscription,
    }),
  });
}

function differences(first: FirewallConfig, other: FirewallConfig): string[] {
  return KEPT.filter(({ of }) => !isSame(of(first), of(other))).map(({ key, why }) => {
    return `${code(key)} stays as ${first.file} has it: ${why}`;
  });
}

/** Frozen plain values, made by one builder: equal ones are spelled alike. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
