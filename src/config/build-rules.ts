/**
 * This file makes the security rules of the frozen configuration from those of a validated file.
 */

import type { SecurityRule, ServiceEntry, ServiceMatch } from './firewall-config.ts';
import type { ObjectsOfRules } from './named-objects.ts';
import type { FirewallFile } from './schema.ts';

/** The file with a name for every rule. */
export type NamedFile = ReturnType<typeof nameRules>;

/** One entry of `rules:` with its name. */
export type RuleEntry = NonNullable<NamedFile['rules']>[number];

/** Gives every rule a name: its own, or its kind and number. */
export function nameRules(file: FirewallFile) {
  return {
    ...file,
    rules: file.rules?.map(({ name, ...rule }, i) => ({ name: name ?? `rule-${i + 1}`, ...rule })),
    pbf: file.pbf.map(({ name, ...rule }, i) => ({ name: name ?? `pbf-${i + 1}`, ...rule })),
    nat: file.nat.map(({ name, ...rule }, i) => ({ name: name ?? `nat-${i + 1}`, ...rule })),
    'application-override': file['application-override'].map(({ name, ...rule }, i) => {
      return { name: name ?? `override-${i + 1}`, ...rule };
    }),
    decryption: file.decryption.map(({ name, ...rule }, i) => {
      return { name: name ?? `decryption-${i + 1}`, ...rule };
    }),
  };
}

/** One rule with its names resolved; `line` is its place in the file, from 1. */
export function buildRule(rule: RuleEntry, objects: ObjectsOfRules, line: number): SecurityRule {
  return {
    name: rule.name,
    ruleType: rule['rule-type'],
    ...buildEnds(rule, objects),
    to: orAny(rule.to),
    application: applicationsOf(rule.application, objects),
    service: buildService(rule.service, objects),
    action: rule.action,
    icmpUnreachable: rule['icmp-unreachable'],
    profiles: rule.profiles,
    logStart: rule['log-start'],
    logEnd: rule['log-end'],
    disabled: rule.disabled,
    line,
  };
}

/** Where sessions come from, and their addresses: what every rulebase asks for. */
export function buildEnds(
  rule: Pick<RuleEntry, 'from' | 'source' | 'destination' | 'negate-source' | 'negate-destination'>,
  objects: ObjectsOfRules,
): Pick<SecurityRule, 'from' | 'source' | 'destination' | 'negateSource' | 'negateDestination'> {
  return {
    from: orAny(rule.from),
    source: coverAddresses(rule.source, objects),
    destination: coverAddresses(rule.destination, objects),
    negateSource: rule['negate-source'],
    negateDestination: rule['negate-destination'],
  };
}

/** The names of applications that a rule's words stand for, each once, or null for any. */
function applicationsOf(
  words: readonly string[],
  { applicationGroups }: ObjectsOfRules,
): readonly string[] | null {
  const [only] = words;
  // Of one name the list is shared: a thousand rules may name one large group.
  if (words.length === 1 && only !== undefined && applicationGroups.has(only)) {
    return applicationGroups.resolve(only);
  }
  const resolve = (word: string) =>
    applicationGroups.has(word) ? applicationGroups.resolve(word) : [word];
  return orAny(words) === null ? null : [...new Set(words.flatMap(resolve))];
}

/** The words of a list, or null where one of them is `any`. */
export function orAny(words: readonly string[]): readonly string[] | null {
  return words.includes('any') ? null : words;
}

/** The prefixes of a rule's addresses, or null where one of them is `any`. */
export function coverAddresses(
  entries: RuleEntry['source'],
  { addresses }: ObjectsOfRules,
): SecurityRule['source'] {
  if (entries.some(({ written }) => written === 'any')) return null;
  const parts = entries.map(({ written, value }) => value ?? addresses.resolve(written));
  // Of one name the list is shared: a thousand rules may name one large group.
  return parts.length === 1 ? (parts[0] ?? []) : parts.flat();
}

/** The ports of a rule's services, or null where one of them is `any`. */
export function serviceEntries(
  entries: RuleEntry['service'],
  objects: ObjectsOfRules,
): readonly ServiceEntry[] | null {
  const service = buildService(entries, objects);
  return typeof service === 'string' ? null : service;
}

function buildService(entries: RuleEntry['service'], { services }: ObjectsOfRules): ServiceMatch {
  const words = entries.map(({ written }) => written);
  if (words.includes('any')) return 'any';
  if (words.includes('application-default')) return 'application-default';
  return entries.flatMap(({ written, value }) => {
    return value === null ? services.resolve(written) : [{ ...value, overrides: null }];
  });
}
