/**
 * This file checks what NAT rules translate to: addresses that are known, of the right family, as many
 * as it takes, and the firewall's own where a rule names an interface.
 *
 * @source vendor's web interface help 11-2 "NAT Translated Packet Tab"; administrator's guide 10.0
 * "Destination NAT" and 10.2 "Source NAT"
 */

import type { Prefix } from '../net/prefix.ts';
import { formatPrefix } from '../net/prefix.ts';
import {
  type CrossCheck,
  checkInterface,
  entriesAt,
  isEmptyList,
  isYes,
  itemsAt,
  reportUnknown,
  type TextAt,
  textAt,
  textsAt,
} from './checking.ts';
import { code, isPlainMap, type KeyPath, type PlainMap } from './key-path.ts';
import { countAddresses, findOverlap, KnownAddresses } from './known-addresses.ts';
import { didYouMean } from './nearest.ts';
import { isAddressName, readInterfaceAddress } from './values.ts';

/** "Up to 32,000 consecutive IP addresses are supported" (web interface help). */
const DYNAMIC_ADDRESSES_MAX = 32_000;

/** What the checks of one rule share. */
interface RuleAt {
  readonly check: CrossCheck;
  readonly known: KnownAddresses;
  /** IPv4 addresses of the firewall by interface. */
  readonly own: ReadonlyMap<string, readonly string[]>;
  readonly rule: PlainMap;
  readonly path: KeyPath;
  /** Other kinds are not modelled; of their addresses only the names are checked. */
  readonly isIpv4: boolean;
}

/** Checks the translations of `nat`. */
export function checkTranslations(check: CrossCheck): void {
  const rules = itemsAt(check.tree.value, 'nat');
  if (rules.length === 0) return;
  const known = new KnownAddresses(check);
  const own = ownAddresses(check);
  rules.forEach((rule, i) => {
    if (!isPlainMap(rule)) return;
    const type = textAt(rule, 'nat-type');
    const path: KeyPath = ['nat', i];
    const at: RuleAt = { check, known, own, rule, path, isIpv4: type === '' || type === 'ipv4' };
    const toInterface = textAt(rule, 'to-interface');
    if (toInterface !== 'any') checkInterface(check, toInterface, [...path, 'to-interface']);
    checkSource(at);
    checkDestination(at);
  });
  if (known.isExhausted) check.report(['nat'], 'too many addresses to check them');
}

function ownAddresses(check: CrossCheck): Map<string, readonly string[]> {
  const own = new Map<string, readonly string[]>();
  for (const [name, body] of entriesAt(check.tree.value, 'interfaces')) {
    const read = textsAt(body, [], 'addresses').map(({ text }) => readInterfaceAddress(text));
    const addresses = read.filter((address) => address?.value.family === 4);
    if (addresses.length > 0) {
      own.set(
        name,
        addresses.map((address) => address?.written.split('/')[0] ?? ''),
      );
    }
  }
  return own;
}

function checkSource(at: RuleAt): void {
  const source = at.rule['source-translation'];
  if (!isPlainMap(source)) return;
  const path: KeyPath = [...at.path, 'source-translation'];
  if (Object.keys(source).length !== 1) {
    const kinds = '`dynamic-ip-and-port`, `dynamic-ip` or `static-ip`';
    at.check.report(path, `expected one of ${kinds}`);
  }
  checkPool(at, source, path, 'dynamic-ip-and-port');
  checkDynamic(at, source, path);
  checkStatic(at, source, path);
}

/** A pool, whose addresses it gives where they are known; or the address of an interface. */
function checkPool(
  at: RuleAt,
  owner: PlainMap,
  path: KeyPath,
  key: string,
): readonly Prefix[] | null {
  const pool = owner[key];
  const place: KeyPath = [...path, key];
  if (isPlainMap(pool) && Object.keys(pool).length !== 1) {
    at.check.report(place, 'expected one of `translated-address` or `interface-address`');
  }
  const own = isPlainMap(pool) ? pool['interface-address'] : undefined;
  if (at.isIpv4 && isPlainMap(own)) checkOwn(at, own, [...place, 'interface-address']);
  return checkTranslated(at, owner, path, key);
}

function checkOwn(at: RuleAt, own: PlainMap, path: KeyPath): void {
  const name = textAt(own, 'interface');
  if (name === '') return;
  const addresses = at.own.get(name);
  if (addresses === undefined) {
    const hint = didYouMean(name, at.own.keys());
    const todo = hint ?? 'give it one in `interfaces`';
    const lack = `interface ${code(name)} has no IPv4 address`;
    at.check.report([...path, 'interface'], `${lack}; ${todo}`);
    return;
  }
  const [ip] = textsAt(own, path, 'ip');
  if (ip === undefined) return;
  const address = isAddressName(ip.text)
    ? namedHost(at, ip)
    : readInterfaceAddress(ip.text)?.written.split('/')[0];
  if (address === undefined || addresses.includes(address)) return;
  const has = addresses.map(code).join(', ');
  at.check.report(ip.path, `${code(ip.text)} is no address of ${code(name)}, which has ${has}`);
}

/** The one address of a name, as text; '' for a network; undefined for a name that has been told. */
function namedHost(at: RuleAt, text: TextAt): string | undefined {
  if (reportUnknownName(at.check, text)) return undefined;
  const cover = at.known.cover([text]);
  if (cover === null) return undefined;
  const [first] = cover;
  const isHost = cover.length === 1 && first?.length === 32;
  return isHost ? formatPrefix(first).split('/')[0] : '';
}

function checkDynamic(at: RuleAt, source: PlainMap, path: KeyPath): void {
  const pool = checkTranslated(at, source, path, 'dynamic-ip');
  const place: KeyPath = [...path, 'dynamic-ip'];
  const dynamic = source['dynamic-ip'];
  const hasFallback = isPlainMap(dynamic) && isPlainMap(dynamic.fallback);
  const fallback = hasFallback ? checkPool(at, dynamic, place, 'fallback') : null;
  if (pool === null) return;
  const count = countAddresses(pool);
  if (count > DYNAMIC_ADDRESSES_MAX) {
    const limit = `at most ${DYNAMIC_ADDRESSES_MAX} addresses`;
    at.check.report(place, `expected ${limit} in a pool of \`dynamic-ip\`, found ${count}`);
    return;
  }
  const twice = findOverlap(pool);
  if (twice !== null) {
    at.check.report(place, `${code(formatPrefix(twice))} is in the pool twice`);
    return;
  }
  // "Make sure addresses do not overlap with addresses in the primary pool" (web interface help).
  const shared = findOverlap([...pool, ...(fallback ?? [])]);
  if (shared === null || fallback === null || findOverlap(fallback) !== null) return;
  const where: KeyPath = [...place, 'fallback', 'translated-address'];
  at.check.report(where, `${code(formatPrefix(shared))} is in the pool itself; name others`);
}

function checkStatic(at: RuleAt, source: PlainMap, path: KeyPath): void {
  const target = checkTranslated(at, source, path, 'static-ip');
  const place: KeyPath = [...path, 'static-ip'];
  const original = originalOf(at, 'source');
  const fixed = source['static-ip'];
  const isBoth = isPlainMap(fixed) && isYes(textAt(fixed, 'bi-directional'));
  if (isBoth && original === 'any') {
    const todo = 'name in `source` the addresses that it leads back to';
    at.check.report([...place, 'bi-directional'], `the way back has no end; ${todo}`);
    return;
  }
  const isOne = target !== null && countAddresses(target) === 1;
  if (original === 'any' && isOne) return;
  if (target !== null) checkCount(at, 'source', place, target);
}

function checkDestination(at: RuleAt): void {
  const { check, rule, path } = at;
  const dynamic = 'dynamic-destination-translation';
  if (rule['destination-translation'] !== undefined && rule[dynamic] !== undefined) {
    check.report([...path, dynamic], 'a rule has one destination translation');
  }
  checkTranslated(at, rule, path, dynamic);
  const target = checkTranslated(at, rule, path, 'destination-translation');
  // One address for many: not in the guide, but the meaning is plain, and rules have it.
  if (target === null || countAddresses(target) === 1) return;
  checkCount(at, 'destination', [...path, 'destination-translation'], target);
}

/** "The translated packet … specifies the same number of IP addresses" ("Destination NAT"). */
function checkCount(at: RuleAt, key: string, path: KeyPath, target: readonly Prefix[]): void {
  const original = originalOf(at, key);
  if (original === null) return;
  const to = countAddresses(target);
  const from = original === 'any' ? 'any' : countAddresses(original);
  if (from === to) return;
  const rule = 'one address stands for one';
  at.check.report(path, `${rule}: \`${key}\` has ${from}, this ${to}; name as many in both`);
}

/** What `source` or `destination` covers, in IPv4; null where that is not known. */
function originalOf(at: RuleAt, key: string): readonly Prefix[] | 'any' | null {
  const texts = textsAt(at.rule, at.path, key);
  const isAny = texts.length === 0 || texts.some(({ text }) => text === 'any');
  if (isAny || isYes(textAt(at.rule, `negate-${key}`))) return 'any';
  const cover = at.known.cover(texts);
  return cover?.some(({ family }) => family === 6) === true ? null : cover;
}

/** The IPv4 prefixes of `translated-address`, or of what stands for it; null without, or where they are not known. */
function checkTranslated(
  at: RuleAt,
  owner: PlainMap,
  path: KeyPath,
  key: string,
): readonly Prefix[] | null {
  const inner = owner[key];
  const [holder, place, last] = isPlainMap(inner)
    ? ([inner, [...path, key], 'translated-address'] as const)
    : ([owner, path, key] as const);
  if (isEmptyList(holder[last])) {
    at.check.report([...place, last], 'expected at least one entry');
  }
  const texts = textsAt(holder, place, last);
  let isKnown = texts.length > 0 && at.isIpv4;
  for (const text of texts) {
    if (reportUnknownName(at.check, text)) isKnown = false;
    const cover = at.known.cover([text]);
    if (!at.isIpv4 || cover?.some(({ family }) => family === 6) !== true) continue;
    isKnown = false;
    const kind = 'a rule of `nat-type: ipv4`';
    at.check.report(text.path, `expected IPv4 addresses in ${kind}, found ${code(text.text)}`);
  }
  return isKnown ? at.known.cover(texts) : null;
}

function reportUnknownName(check: CrossCheck, text: TextAt): boolean {
  if (!isAddressName(text.text) || check.addresses.has(text.text)) return false;
  reportUnknown(check, text, 'address', check.addresses);
  return true;
}
