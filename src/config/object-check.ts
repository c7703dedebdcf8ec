/**
 * This file checks addresses, services, applications and their groups: names that nothing defines, names that
 * two things share, groups that contain themselves, timers that no port of a service has.
 */

import { isPredefined } from './applications.ts';
import {
  type CrossCheck,
  entriesAt,
  isEmptyList,
  reportUnknown,
  type TextAt,
  textsAt,
} from './checking.ts';
import { PREDEFINED_SERVICES } from './defaults.ts';
import { code, isPlainMap, type KeyPath, type Plain } from './key-path.ts';
import { isAddressName, isServiceName } from './values.ts';
import type { YamlTree } from './yaml-tree.ts';

/** A kind of object that rules name, and the two sections that define it. */
interface Kind {
  readonly kind: string;
  readonly objects: string;
  readonly groups: string;
  readonly isPredefined: (name: string) => boolean;
  readonly isName: (text: string) => boolean;
  /** Names may be used that nothing here defines: App-ID content has more than this version knows. */
  readonly isOpen: boolean;
}

const ADDRESSES: Kind = {
  kind: 'address',
  objects: 'addresses',
  groups: 'address-groups',
  isPredefined: () => false,
  isName: isAddressName,
  isOpen: false,
};
const SERVICES: Kind = {
  kind: 'service',
  objects: 'services',
  groups: 'service-groups',
  isPredefined: (name) => PREDEFINED_SERVICES.has(name),
  isName: isServiceName,
  isOpen: false,
};
const APPLICATIONS: Kind = {
  kind: 'application',
  objects: 'custom-applications',
  groups: 'application-groups',
  isPredefined,
  isName: () => true,
  isOpen: true,
};

/** Of the groups through which one contains itself, so many are named. */
const LOOP_NAMES_MAX = 5;

/** The names that a file gives to addresses and services, groups and predefined ones included. */
export function definedNames(tree: YamlTree): Pick<CrossCheck, 'addresses' | 'services'> {
  const namesOf = ({ objects, groups }: Kind): string[] =>
    [objects, groups].flatMap((key) => entriesAt(tree.value, key).map(([name]) => name));
  const services = [...namesOf(SERVICES), ...PREDEFINED_SERVICES.keys()];
  return { addresses: new Set(namesOf(ADDRESSES)), services: new Set(services) };
}

/** Checks addresses, services, applications and their groups. */
export function checkObjects(check: CrossCheck): void {
  for (const kind of [ADDRESSES, SERVICES, APPLICATIONS]) {
    checkEmpty(check, kind);
    checkShared(check, kind);
    checkGroups(check, kind);
  }
  for (const [name, service] of entriesAt(check.tree.value, 'services')) {
    const path: KeyPath = ['services', name];
    if (isPlainMap(service) && isEmptyList(service.ports)) check.report([...path, 'ports'], EMPTY);
    checkTimers(check, service, path);
  }
}

const EMPTY = 'expected at least one entry';

function checkEmpty(check: CrossCheck, { objects, groups }: Kind): void {
  for (const section of [objects, groups]) {
    for (const [name, list] of entriesAt(check.tree.value, section)) {
      if (isEmptyList(list)) check.report([section, name], EMPTY);
    }
  }
}

/** A group and an object have one name between them: a rule could mean either. */
function checkShared(
  check: CrossCheck,
  { kind, objects, groups, isPredefined: isTaken }: Kind,
): void {
  const defined = new Set(entriesAt(check.tree.value, objects).map(([name]) => name));
  for (const [name] of entriesAt(check.tree.value, groups)) {
    const isDefined = defined.has(name);
    if (!isDefined && !isTaken(name)) continue;
    const { line } = check.tree.locateKey([objects, name]);
    const owner = isDefined
      ? `names one of \`${objects}\` already (line ${line})`
      : `is a predefined ${kind}`;
    check.reportKey([groups, name], `${code(name)} ${owner}`);
  }
}

function checkGroups(check: CrossCheck, { kind, groups, isName, isOpen }: Kind): void {
  const known = kind === 'address' ? check.addresses : check.services;
  const sections = isPlainMap(check.tree.value) ? check.tree.value[groups] : undefined;
  const members = new Map<string, TextAt[]>();
  for (const [name] of entriesAt(check.tree.value, groups)) {
    const texts = textsAt(sections, [groups], name).filter(({ text }) => isName(text));
    members.set(name, texts);
    if (isOpen) continue;
    for (const member of texts) {
      if (!known.has(member.text)) reportUnknown(check, member, kind, known);
    }
  }
  findLoops(members, ({ text, path }, through) => {
    const named = through.slice(0, LOOP_NAMES_MAX).map(code).join(', ');
    const more = through.length > LOOP_NAMES_MAX ? ', …' : '';
    const way = named === '' ? '' : ` by way of ${named}${more}`;
    check.report(path, `group ${code(text)} contains itself${way}`);
  });
}

/**
 * Tells every member that closes a loop, with the groups in between. It walks depth first, with
 * its own stack: groups may be nested as deep as the file is long.
 */
function findLoops(
  groups: ReadonlyMap<string, readonly TextAt[]>,
  tell: (member: TextAt, through: readonly string[]) => void,
): void {
  const done = new Set<string>();
  for (const start of groups.keys()) {
    if (done.has(start)) continue;
    const way = [{ name: start, next: 0 }];
    const depths = new Map([[start, 0]]);
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const member = groups.get(step.name)?.[step.next++];
      if (member === undefined) {
        way.pop();
        depths.delete(step.name);
        done.add(step.name);
        continue;
      }
      const depth = depths.get(member.text);
      if (depth !== undefined) {
        const through = way.slice(depth + 1, depth + 2 + LOOP_NAMES_MAX);
        tell(
          member,
          through.map(({ name }) => name),
        );
      } else if (groups.has(member.text) && !done.has(member.text)) {
        depths.set(member.text, way.length);
        way.push({ name: member.text, next: 0 });
      }
    }
  }
}

/** Timers of a service by the protocols that have them (panos.md §11). */
const TIMER_PROTOCOLS: readonly (readonly [key: string, protocols: readonly string[]])[] = [
  ['timeout', ['tcp', 'udp']],
  ['halfclose-timeout', ['tcp']],
  ['timewait-timeout', ['tcp']],
];

function checkTimers(check: CrossCheck, service: Plain, path: KeyPath): void {
  const ports = textsAt(service, path, 'ports').map(({ text }) => text.toLowerCase());
  if (!isPlainMap(service) || ports.length === 0) return;
  for (const [key, protocols] of TIMER_PROTOCOLS) {
    if (service[key] === undefined) continue;
    if (ports.some((text) => protocols.some((protocol) => text.startsWith(`${protocol}/`))))
      continue;
    const owners = protocols.join(' or ');
    check.report([...path, key], `a timer of ${owners}, of which this service has no ports`);
  }
}
