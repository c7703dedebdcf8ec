/**
 * This file checks the firewall's interfaces, virtual routers, virtual wires and policy-based
 * forwarding: what one interface can't be twice, and names that lead nowhere.
 */

import {
  type CrossCheck,
  checkInterface,
  entriesAt,
  isYes,
  itemsAt,
  reportUnknown,
  type TextAt,
  textAt,
  textsAt,
} from './checking.ts';
import { code, isPlainMap, type KeyPath, type Plain, type PlainMap } from './key-path.ts';
import { checkLifespan } from './route-check.ts';
import { readInterfaceAddress } from './values.ts';

/** What has an interface, and where that is said. */
interface Owner {
  readonly name: string;
  readonly path: KeyPath;
}

type Owners = ReadonlyMap<string, Owner>;

/** Configurations that may take over in one capture: each is read into memory. */
const CHANGES_MAX = 1000;

/** Checks `interfaces`, `virtual-routers`, `virtual-wires`, `pbf` and `configuration`. */
export function checkNetwork(check: CrossCheck): void {
  const wires = checkWires(check);
  const routers = checkRouters(check, wires);
  checkAddresses(check, wires, routers);
  refuseWires(check, wires);
  checkForwarding(check);
  if (itemsAt(check.tree.value, 'configuration').length > CHANGES_MAX) {
    check.report(['configuration', CHANGES_MAX], `expected at most ${CHANGES_MAX} entries`);
  }
}

/** The wire of each end. */
function checkWires(check: CrossCheck): Owners {
  const ends = new Map<string, Owner>();
  for (const [name, wire] of entriesAt(check.tree.value, 'virtual-wires')) {
    for (const key of ['interface1', 'interface2']) {
      const end = textAt(wire, key);
      if (end === '') continue;
      const path: KeyPath = ['virtual-wires', name, key];
      checkInterface(check, end, path);
      const owner = ends.get(end);
      if (owner === undefined) ends.set(end, { name, path });
      else if (owner.name === name) {
        check.report(path, `both ends are ${code(end)}; a virtual wire has two interfaces`);
      } else {
        check.report(path, `interface ${code(end)} is an end of ${wireOf(check, owner)} already`);
      }
    }
  }
  return ends;
}

function wireOf(check: CrossCheck, owner: Owner): string {
  return `virtual wire ${code(owner.name)} (line ${check.tree.locate(owner.path).line})`;
}

/** The virtual router of each interface. */
function checkRouters(check: CrossCheck, wires: Owners): Owners {
  const owners = new Map<string, Owner>();
  const known = knownInterfaces(check);
  for (const [name, router] of entriesAt(check.tree.value, 'virtual-routers')) {
    for (const member of textsAt(router, ['virtual-routers', name], 'interfaces')) {
      const owner = owners.get(member.text);
      const wire = wires.get(member.text);
      if (owner === undefined) owners.set(member.text, { name, path: member.path });
      if (owner !== undefined && owner.name !== name) {
        const { line } = check.tree.locate(owner.path);
        const claim = `interface ${code(member.text)} belongs to virtual router`;
        check.report(member.path, `${claim} ${code(owner.name)} already (line ${line})`);
      } else if (wire !== undefined) {
        const end = `interface ${code(member.text)} is an end of ${wireOf(check, wire)}`;
        check.report(member.path, `${end}, which no virtual router has`);
      } else checkKnown(check, member, known);
    }
  }
  return owners;
}

/** Interfaces of zones, and those that have an entry of their own. */
function knownInterfaces(check: CrossCheck): ReadonlySet<string> {
  const own = entriesAt(check.tree.value, 'interfaces').map(([name]) => name);
  return new Set([...check.interfaces, ...own]);
}

function checkKnown(check: CrossCheck, member: TextAt, known: ReadonlySet<string>): void {
  if (check.zones === null || known.has(member.text)) return;
  reportUnknown(check, member, 'interface', known);
}

/** An address belongs to one interface, save in virtual routers of their own. */
function checkAddresses(check: CrossCheck, wires: Owners, routers: Owners): void {
  const owners = new Map<string, Owner>();
  for (const [name, body] of entriesAt(check.tree.value, 'interfaces')) {
    const wire = wires.get(name);
    for (const { text, path } of textsAt(body, ['interfaces', name], 'addresses')) {
      if (wire !== undefined) {
        const end = `interface ${code(name)} is an end of ${wireOf(check, wire)}`;
        check.report(path, `${end}, which has no addresses`);
      }
      const address = readInterfaceAddress(text)?.written.split('/')[0];
      if (address === undefined) continue;
      const key = JSON.stringify([address, routers.get(name)?.name ?? null]);
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, { name, path });
      else {
        const { line } = check.tree.locate(owner.path);
        const claim = `address ${code(address)} belongs to interface ${code(owner.name)}`;
        check.report(path, `${claim} already (line ${line})`);
      }
    }
  }
}

/** Of a virtual wire what enters by one end leaves by the other, and nothing else does. */
function refuseWires(check: CrossCheck, wires: Owners): void {
  const egresses = [
    ['routes', 'interface'],
    ['pbf', 'egress-interface'],
  ] as const;
  for (const [section, key] of egresses) {
    itemsAt(check.tree.value, section).forEach((entry, i) => {
      const wire = wires.get(textAt(entry, key));
      if (wire === undefined) return;
      const end = `interface ${code(textAt(entry, key))} is an end of ${wireOf(check, wire)}`;
      check.report([section, i, key], `${end}: packets leave by it from the other end alone`);
    });
  }
}

function checkForwarding(check: CrossCheck): void {
  const known = knownInterfaces(check);
  itemsAt(check.tree.value, 'pbf').forEach((rule, i) => {
    if (!isPlainMap(rule)) return;
    const path: KeyPath = ['pbf', i];
    checkEgress(check, rule, path);
    checkLifespan(check, rule, path);
    for (const ingress of textsAt(rule, path, 'from-interface')) {
      if (ingress.text !== 'any') checkKnown(check, ingress, known);
    }
    if (saysWhere(rule.from) && saysWhere(rule['from-interface'])) {
      check.report([...path, 'from-interface'], 'either `from` or `from-interface`, not both');
    }
  });
}

/** Without an action it is `forward`. */
function checkEgress(check: CrossCheck, rule: PlainMap, path: KeyPath): void {
  const action = textAt(rule, 'action') || 'forward';
  if (action === 'forward') {
    const egress = textAt(rule, 'egress-interface');
    checkInterface(check, egress, [...path, 'egress-interface']);
    if (egress === '') check.report(path, 'expected `egress-interface`, where `forward` leads to');
    return;
  }
  if (action !== 'discard' && action !== 'no-pbf') return;
  const needless = ['egress-interface', 'next-hop'].filter((key) => rule[key] !== undefined);
  if (isYes(textAt(rule, 'enforce-symmetric-return'))) needless.push('enforce-symmetric-return');
  for (const key of needless) {
    check.report([...path, key], `only \`action: forward\` has it, not ${code(action)}`);
  }
}

/** True for a list of anything but `any`. */
function saysWhere(value: Plain | undefined): boolean {
  const words = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
  return words.length > 0 && !words.includes('any');
}
