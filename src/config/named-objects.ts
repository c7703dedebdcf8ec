/**
 * This file resolves the names of `addresses`, `services` and their groups to what they stand for.
 *
 * Names have been checked (object-check.ts): one that is missing here is a bug, and no group
 * contains itself.
 */

import type { Prefix } from '../net/prefix.ts';
import { resolveFilters } from './application-filters.ts';
import { PREDEFINED_SERVICES } from './defaults.ts';
import type { ServiceEntry, ServicePorts, TimerOverrides } from './firewall-config.ts';
import type { FirewallFile } from './schema.ts';
import { orNull } from './timer-overrides.ts';
import { readPorts, type Written } from './values.ts';

/** An entry of an object or a group: a value, or (null) the name of another one. */
type Member<T> = Written<readonly T[] | null>;

/** Objects and groups of one kind by name. */
export class NamedObjects<T> {
  readonly #members: ReadonlyMap<string, readonly Member<T>[]>;
  readonly #resolved = new Map<string, readonly T[]>();

  constructor(members: ReadonlyMap<string, readonly Member<T>[]>) {
    this.#members = members;
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** All that a name stands for, in the order of the file; each group in it once. */
  resolve(name: string): readonly T[] {
    const known = this.#resolved.get(name);
    if (known !== undefined) return known;
    const values: T[] = [];
    const seen = new Set<string>();
    const open: Member<T>[] = [{ written: name, value: null }];
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      for (const value of member.value ?? []) values.push(value);
      if (member.value !== null || seen.has(member.written)) continue;
      seen.add(member.written);
      // A stack, not recursion: groups may be nested as deep as the file is long.
      for (const inner of [...(this.#members.get(member.written) ?? [])].reverse()) {
        open.push(inner);
      }
    }
    this.#resolved.set(name, values);
    return values;
  }
}

/** What rules may name. */
export interface ObjectsOfRules {
  readonly addresses: NamedObjects<Prefix>;
  readonly services: NamedObjects<ServiceEntry>;
  /** Groups and filters: an application stands for itself. */
  readonly applicationGroups: NamedObjects<string>;
}

/** The objects that a file defines, the predefined services among them. */
export function readObjects(file: FirewallFile): ObjectsOfRules {
  const addresses = [...Object.entries(file.addresses), ...Object.entries(file['address-groups'])];
  const services = new Map<string, readonly Member<ServiceEntry>[]>();
  for (const [name, text] of PREDEFINED_SERVICES) {
    const ports = readPorts(text);
    if (ports !== null) services.set(name, [asEntry(ports, null)]);
  }
  for (const [name, service] of Object.entries(file.services)) {
    services.set(
      name,
      service.ports.map((ports) => asEntry(ports, overridesOf(service, ports.value))),
    );
  }
  for (const [name, members] of Object.entries(file['service-groups'])) {
    services.set(
      name,
      members.map((written) => ({ written, value: null })),
    );
  }
  return {
    addresses: new NamedObjects(new Map(addresses)),
    services: new NamedObjects(services),
    applicationGroups: new NamedObjects(readGroups(file)),
  };
}

/** Groups, and filters as groups of what meets them. */
function readGroups(file: FirewallFile): ReadonlyMap<string, readonly Member<string>[]> {
  const groups = file['application-groups'];
  const filters = resolveFilters(file);
  const isGroup = (word: string) => Object.hasOwn(groups, word) || filters.has(word);
  return new Map<string, readonly Member<string>[]>([
    ...[...filters].map(([name, met]) => [name, [{ written: name, value: met }]] as const),
    ...Object.entries(groups).map(([name, words]) => {
      const members = words.map((written) => {
        return { written, value: isGroup(written) ? null : [written] };
      });
      return [name, members] as const;
    }),
  ]);
}

function asEntry(
  { written, value }: Written<ServicePorts>,
  overrides: TimerOverrides | null,
): Member<ServiceEntry> {
  return { written, value: [{ ...value, overrides }] };
}

/** `timeout` is for the protocol of the ports; the other two are TCP's (panos.md §2.2). */
function overridesOf(
  service: FirewallFile['services'][string],
  { protocol }: ServicePorts,
): TimerOverrides | null {
  const timeout = service.timeout ?? null;
  const isTcp = protocol === 'tcp';
  return orNull({
    tcp: isTcp ? timeout : null,
    udp: protocol === 'udp' ? timeout : null,
    default: null,
    tcpHalfClosed: isTcp ? (service['halfclose-timeout'] ?? null) : null,
    tcpTimeWait: isTcp ? (service['timewait-timeout'] ?? null) : null,
  });
}
