/**
 * This file checks what one section of the configuration says about another: zones that claim the
 * same thing, names that nothing defines. Networks, routes and rules have files of their own.
 *
 * It reads the plain values, not the validated ones, so that it finds its problems even where the
 * schema has found others; what is of the wrong kind is passed over here.
 */

import type { ConfigProblem } from '../errors.ts';
import { formatPrefix, parsePrefix } from '../net/prefix.ts';
import { checkApplications } from './application-check.ts';
import {
  COMPARISONS_MAX,
  type CrossCheck,
  entriesAt,
  isEmptyList,
  itemsAt,
  textsAt,
} from './checking.ts';
import { code, isPlainMap, type KeyPath, type Plain } from './key-path.ts';
import { checkTranslations } from './nat-check.ts';
import { checkNetwork } from './network-check.ts';
import { checkObjects, definedNames } from './object-check.ts';
import { problemAt } from './problems.ts';
import { checkRoutes } from './route-check.ts';
import { checkRulebases } from './rule-check.ts';
import { readMac } from './values.ts';
import type { YamlTree } from './yaml-tree.ts';

/** More zones than a large chassis' virtual system has; a flow's key has no room for more. */
export const ZONES_MAX = 16_382;

/** Problems between sections, in no particular order. */
export function crossCheck(tree: YamlTree): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const zones = entriesAt(tree.value, 'zones');
  const interfaces = zones.flatMap(([name, zone]) => textsAt(zone, ['zones', name], 'interfaces'));
  const check: CrossCheck = {
    tree,
    zones: zones.length > 0 ? new Set(zones.map(([name]) => name)) : null,
    interfaces: new Set(interfaces.map(({ text }) => text)),
    ...definedNames(tree),
    comparisons: { left: COMPARISONS_MAX },
    reportKey: (path, message) => problems.push(problemAt(tree.locateKey(path), message)),
    report: (path, message) => problems.push(problemAt(tree.locate(path), message)),
  };
  checkZones(check, zones);
  checkCaptures(check);
  checkNetwork(check);
  checkRoutes(check);
  checkPlatform(check);
  checkObjects(check);
  checkApplications(check);
  checkRulebases(check);
  checkTranslations(check);
  return problems;
}

/** What zones may claim, and how each is brought to one spelling; null passes it over. */
const CLAIMS: readonly { key: string; kind: string; spell: (text: string) => string | null }[] = [
  { key: 'interfaces', kind: 'interface', spell: (text) => text },
  { key: 'networks', kind: 'network', spell: spellPrefix },
  {
    key: 'vlans',
    kind: 'VLAN',
    spell: (text) => (/^[0-9]+$/.test(text) ? `${Number(text)}` : null),
  },
  { key: 'macs', kind: 'MAC address', spell: readMac },
];

function spellPrefix(text: string): string | null {
  const prefix = parsePrefix(text);
  return prefix === null ? null : formatPrefix(prefix);
}

function checkZones(check: CrossCheck, zones: readonly [string, Plain][]): void {
  const { value } = check.tree;
  if (isPlainMap(value) && isPlainMap(value.zones) && zones.length === 0) {
    check.report(['zones'], 'expected at least one zone');
  }
  if (zones.length > ZONES_MAX) {
    check.report(['zones'], `at most ${ZONES_MAX} zones are told apart, here are ${zones.length}`);
  }
  for (const { key, kind, spell } of CLAIMS) {
    const owners = new Map<string, { zone: string; path: KeyPath }>();
    for (const [zone, body] of zones) {
      for (const { text, path } of textsAt(body, ['zones', zone], key)) {
        const spelled = spell(text);
        if (spelled === null) continue;
        const owner = owners.get(spelled);
        if (owner === undefined) owners.set(spelled, { zone, path });
        else if (owner.zone !== zone) {
          const { line } = check.tree.locate(owner.path);
          const claim = `${kind} ${code(spelled)} belongs to zone ${code(owner.zone)}`;
          check.report(path, `${claim} already (line ${line})`);
        }
      }
    }
  }
}

function checkCaptures(check: CrossCheck): void {
  itemsAt(check.tree.value, 'captures').forEach((capture, i) => {
    const path: KeyPath = ['captures', i];
    if (isPlainMap(capture) && isEmptyList(capture.files)) {
      check.report([...path, 'files'], 'expected at least one pattern');
    }
    for (const file of textsAt(capture, path, 'files')) {
      if (!/[\\/]/.test(file.text)) continue;
      check.report(file.path, `${code(file.text)} has a folder: patterns are for the file's name`);
    }
  });
}

function checkPlatform(check: CrossCheck): void {
  const { value } = check.tree;
  const platform = isPlainMap(value) ? value.platform : undefined;
  if (!isPlainMap(platform) || platform.model === undefined) return;
  if (platform.sessions === undefined) return;
  check.report(['platform', 'sessions'], 'either `model` or `sessions`, not both');
}
