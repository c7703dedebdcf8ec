/**
 * This file checks the rulebases against the rest of the configuration: names of zones,
 * addresses and services, words that stand alone, names that two rules share.
 */

import {
  type CrossCheck,
  isEmptyList,
  itemsAt,
  reportUnknown,
  textAt,
  textsAt,
} from './checking.ts';
import { code, isPlainMap, type KeyPath, type Plain } from './key-path.ts';
import { isAddressName, isServiceName } from './values.ts';

const RULEBASES = [
  'pbf',
  'rules',
  'nat',
  'decryption',
  'dataplane-features',
  'application-override',
] as const;
/** Lists of a rule in which no entry at all would match nothing. */
const MATCH_KEYS = [
  'from',
  'from-interface',
  'to',
  'source',
  'destination',
  'application',
  'service',
] as const;
/** Words that say all there is to say. */
const LONE_WORDS = ['any', 'application-default'];

/** Checks what the rules of every rulebase match. */
export function checkRulebases(check: CrossCheck): void {
  for (const rulebase of RULEBASES) {
    const lines = new Map<string, number>();
    itemsAt(check.tree.value, rulebase).forEach((rule, i) => {
      const path: KeyPath = [rulebase, i];
      checkName(check, rule, path, lines);
      checkMatch(check, rule, path);
      checkZoneNames(check, rule, path);
      checkAddresses(check, rule, path);
      checkServices(check, rule, path);
      if (rulebase !== 'rules' && rulebase !== 'application-override')
        refuseDefaults(check, rule, path);
    });
  }
}

function checkName(
  check: CrossCheck,
  rule: Plain,
  path: KeyPath,
  lines: Map<string, number>,
): void {
  const name = textAt(rule, 'name');
  if (name === '') return;
  const place: KeyPath = [...path, 'name'];
  const first = lines.get(name);
  if (first === undefined) lines.set(name, check.tree.locate(place).line);
  else check.report(place, `a second rule ${code(name)}, first on line ${first}`);
}

function checkMatch(check: CrossCheck, rule: Plain, path: KeyPath): void {
  for (const key of MATCH_KEYS) {
    if (isPlainMap(rule) && isEmptyList(rule[key])) {
      check.report([...path, key], 'expected at least one entry; leave the key out for any');
    }
    const texts = textsAt(rule, path, key);
    const lone = texts.length > 1 ? texts.find(({ text }) => isLoneWord(text, key)) : undefined;
    if (lone !== undefined) check.report(lone.path, `${code(lone.text)} stands alone in its list`);
  }
}

function isLoneWord(text: string, key: string): boolean {
  return text === 'any' || (key === 'service' && LONE_WORDS.includes(text));
}

function checkZoneNames(check: CrossCheck, rule: Plain, path: KeyPath): void {
  if (check.zones === null) return;
  for (const key of ['from', 'to']) {
    for (const zone of textsAt(rule, path, key)) {
      if (zone.text === 'any' || check.zones.has(zone.text)) continue;
      reportUnknown(check, zone, 'zone', check.zones);
    }
  }
}

function checkAddresses(check: CrossCheck, rule: Plain, path: KeyPath): void {
  for (const key of ['source', 'destination']) {
    for (const address of textsAt(rule, path, key)) {
      if (!isAddressName(address.text) || check.addresses.has(address.text)) continue;
      reportUnknown(check, address, 'address', check.addresses);
    }
  }
}

/** Ports, and what looks like ports, are the schema's business. */
function checkServices(check: CrossCheck, rule: Plain, path: KeyPath): void {
  for (const service of textsAt(rule, path, 'service')) {
    if (!isServiceName(service.text) || check.services.has(service.text)) continue;
    reportUnknown(check, service, 'service', check.services);
  }
}

/** Where a packet goes and what it becomes is settled before its application is known. */
function refuseDefaults(check: CrossCheck, rule: Plain, path: KeyPath): void {
  for (const { text, path: place } of textsAt(rule, path, 'service')) {
    if (text !== 'application-default') continue;
    const todo = 'name ports, or leave the key out for any';
    check.report(place, `only security rules know ${code(text)}; ${todo}`);
  }
}
