/**
 * This file says which names of applications in a configuration lead nowhere: no ports are known of
 * them, or nothing identifies them. App-ID content has thousands of names: an unknown one is no mistake
 * for certain.
 */

import { resolveFilters } from './application-filters.ts';
import { isIdentified, isPredefined, isToldByPorts, knownApplications } from './applications.ts';
import { code } from './key-path.ts';
import { didYouMean } from './nearest.ts';
import type { FirewallFile } from './schema.ts';

/** Rules, groups and the like that are told; of the applications that each names, so many. */
const OWNERS_TOLD_MAX = 20;
const APPLICATIONS_TOLD_MAX = 5;

/** What names applications: `rule `x`` and its words. */
interface Owner {
  readonly title: string;
  readonly words: readonly string[];
}

/** Sentences about the applications that rules and groups name. */
export function listApplications(file: FirewallFile): string[] {
  const groups = { ...file['application-groups'], ...file['application-filters'] };
  const rules = enabledRules(file);
  const owners: Owner[] = [
    ...rules,
    ...Object.entries(file['application-groups']).map(([name, words]) => {
      return { title: `group ${code(name)}`, words };
    }),
  ];
  const isPayload = file.session['app-id'] === 'payload';
  const sentences = !isPayload && rules.length > 0 ? [TOLD_BY_PORTS] : [];
  const ours = isPayload ? identified(file) : toldByPorts(file);
  const isKnown = (word: string) =>
    ours.has(word) || (isPayload ? isIdentified : isToldByPorts)(word);
  const names = [...new Set([...ours, ...Object.keys(groups), ...knownApplications()])];
  const lead = isPayload ? identifiesNone : hasNoPorts;
  const strange = owners.flatMap(({ title, words }) => {
    const unknown = words.filter((word) => !isKnown(word) && !Object.hasOwn(groups, word));
    return unknown.length === 0 ? [] : [{ title, words: unknown }];
  });
  for (const { title, words } of strange.slice(0, OWNERS_TOLD_MAX)) {
    sentences.push(lead(title, words) + hintFor(words, names));
  }
  const untold = strange.length - OWNERS_TOLD_MAX;
  const rest = isPayload ? 'that nothing identifies' : 'without known ports';
  if (untold > 0) sentences.push(`${untold} more rules name applications ${rest}`);
  return [
    ...sentences,
    ...listUnusedSignatures(file, isPayload),
    ...listSingles(file),
    ...listEmptyFilters(file),
  ];
}

function enabledRules({ rules = [] }: FirewallFile): Owner[] {
  return rules.flatMap(({ name, application, disabled }, i) => {
    if (disabled || application.includes('any')) return [];
    return [{ title: `rule ${code(name ?? `rule-${i + 1}`)}`, words: application }];
  });
}

/** Applications that rules override to: policy knows them from the first packet. */
function overridden(file: FirewallFile): string[] {
  return file['application-override'].map(({ application }) => application);
}

/** Beside the predefined ones. */
function toldByPorts(file: FirewallFile): Set<string> {
  const customs = Object.entries(file['custom-applications']);
  const withPorts = customs.filter(([, { ports }]) => ports.length > 0).map(([name]) => name);
  return new Set([...withPorts, ...overridden(file)]);
}

/** Beside the predefined ones. */
function identified(file: FirewallFile): Set<string> {
  const customs = Object.entries(file['custom-applications']);
  const signed = customs.filter(([, custom]) => isSigned(custom));
  return new Set([...signed.map(([name]) => name), ...overridden(file)]);
}

const TOLD_BY_PORTS =
  '`application` of a rule is told by default ports, for `app-id` is `ports`; ' +
  'ports that its `service` names decide alone';

function listed(applications: readonly string[]): { all: string; noun: string; subject: string } {
  const named = applications.slice(0, APPLICATIONS_TOLD_MAX).map(code).join(', ');
  const more = applications.length - APPLICATIONS_TOLD_MAX;
  const all = more > 0 ? `${named} and ${more} more` : named;
  if (applications.length === 1) return { all, noun: 'application', subject: 'it' };
  return { all, noun: 'applications', subject: 'they' };
}

function hasNoPorts(owner: string, applications: readonly string[]): string {
  const { all, noun, subject } = listed(applications);
  const names = `${owner} names ${noun} ${all}, whose ports are not known`;
  return `${names}: ${subject} can match by an explicit \`service\` only`;
}

function identifiesNone(owner: string, applications: readonly string[]): string {
  const { all, noun, subject } = listed(applications);
  return `${owner} names ${noun} ${all}, which nothing identifies: ${subject} can match nothing`;
}

function hintFor(applications: readonly string[], names: readonly string[]): string {
  const [first] = applications;
  // A name that is known is no slip of the pen.
  const isOdd = applications.length === 1 && first !== undefined && !names.includes(first);
  const hint = isOdd ? didYouMean(first, names) : null;
  return hint === null ? '' : `; ${hint}`;
}

function isSigned({ signature, signatures }: FirewallFile['custom-applications'][string]): boolean {
  return signature !== undefined || signatures.length > 0;
}

/** Filters that no application meets: their words may be newer than this version's table. */
function listEmptyFilters(file: FirewallFile): string[] {
  const met = resolveFilters(file);
  const empty = [...met].filter(([, applications]) => applications.length === 0);
  return empty.slice(0, OWNERS_TOLD_MAX).map(([name]) => {
    return `filter ${code(name)} is met by no application that this version knows: rules that name it match nothing`;
  });
}

function listUnusedSignatures(file: FirewallFile, isPayload: boolean): string[] {
  const customs = Object.values(file['custom-applications']);
  if (isPayload || !customs.some(isSigned)) return [];
  return ['`signature` of `custom-applications` is used with `session: {app-id: payload}` only'];
}

/** Parents, and what rules override to. */
function listSingles(file: FirewallFile): string[] {
  const customs = file['custom-applications'];
  const names = [...Object.keys(customs), ...knownApplications()];
  const isKnown = (name: string) => isPredefined(name) || Object.hasOwn(customs, name);
  const parents = Object.entries(customs).flatMap(([name, { parent }]) => {
    if (parent === undefined || isKnown(parent)) return [];
    const lead = `parent ${code(parent)} of application ${code(name)} is not known`;
    return [`${lead}: no session is identified as it${hintFor([parent], names)}`];
  });
  const targets = file['application-override'].flatMap((rule, i) => {
    const { name = `override-${i + 1}`, application, disabled } = rule;
    if (disabled || isKnown(application) || Object.hasOwn(file.applications, application))
      return [];
    const lead = `override rule ${code(name)} names application ${code(application)}`;
    return [`${lead}, which is not known: it has no ports${hintFor([application], names)}`];
  });
  return [...parents, ...targets].slice(0, OWNERS_TOLD_MAX);
}
