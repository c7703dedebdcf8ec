/**
 * This file checks routes: that each leads somewhere, and that no two of them do so at once; and the
 * times at which routes and rules are there.
 */

import { formatPrefix, parsePrefix } from '../net/prefix.ts';
import { compareTimes, readTimeBound, type TimeBound, type TimePoint } from '../net/time-span.ts';
import {
  type CrossCheck,
  checkInterface,
  entriesAt,
  isYes,
  itemsAt,
  reportUnknown,
  textAt,
} from './checking.ts';
import { code, isPlainMap, type KeyPath, type PlainMap } from './key-path.ts';

/** A metric that is not given. */
const METRIC = '10';

/** A route as far as another one may be like it. */
interface Placed {
  readonly index: number;
  readonly destination: string;
  readonly metric: string;
  readonly from: TimeBound | null;
  readonly until: TimeBound | null;
}

/** Checks `routes`. */
export function checkRoutes(check: CrossCheck): void {
  const routers = new Set(entriesAt(check.tree.value, 'virtual-routers').map(([name]) => name));
  const [first = ''] = routers;
  const alike = new Map<string, Placed[]>();
  itemsAt(check.tree.value, 'routes').forEach((route, index) => {
    if (!isPlainMap(route)) return;
    const path: KeyPath = ['routes', index];
    checkWay(check, route, path);
    checkInterface(check, textAt(route, 'interface'), [...path, 'interface']);
    checkRouters(check, route, path, routers);
    checkLifespan(check, route, path);
    const destination = parsePrefix(textAt(route, 'destination'));
    if (destination === null) return;
    const placed: Placed = {
      index,
      destination: formatPrefix(destination),
      metric: spellMetric(textAt(route, 'metric')),
      from: boundAt(route, 'from-time'),
      until: boundAt(route, 'until-time'),
    };
    const router = textAt(route, 'virtual-router') || first;
    const key = JSON.stringify([router, placed.destination, placed.metric]);
    const group = alike.get(key);
    if (group === undefined) alike.set(key, [placed]);
    else group.push(placed);
  });
  for (const group of alike.values()) checkAlike(check, group);
}

function spellMetric(text: string): string {
  return /^[0-9]+$/.test(text) ? `${Number(text)}` : METRIC;
}

const WAYS = '`interface`, `next-vr`';

function checkWay(check: CrossCheck, route: PlainMap, path: KeyPath): void {
  const ways = ['interface', 'next-vr'].filter((key) => route[key] !== undefined);
  if (isYes(textAt(route, 'discard'))) ways.push('discard');
  if (ways.length === 0) check.report(path, `expected one of ${WAYS} or \`discard: yes\``);
  const second = ways[1];
  if (second === undefined) return;
  check.report([...path, second], `expected only one of ${WAYS} and \`discard: yes\``);
}

function checkRouters(
  check: CrossCheck,
  route: PlainMap,
  path: KeyPath,
  routers: ReadonlySet<string>,
): void {
  for (const key of ['virtual-router', 'next-vr']) {
    const text = textAt(route, key);
    if (text === '' || routers.has(text)) continue;
    const place: KeyPath = [...path, key];
    if (routers.size > 0) reportUnknown(check, { text, path: place }, 'virtual router', routers);
    else check.report(place, `virtual router ${code(text)} is not in \`virtual-routers\`: add it`);
  }
  const [first = ''] = routers;
  const own = textAt(route, 'virtual-router') || first;
  const next = textAt(route, 'next-vr');
  if (next === '' || next !== own) return;
  check.report([...path, 'next-vr'], `the route is in ${code(own)} itself; name another router`);
}

/** Checks that `until-time` comes after `from-time`; one that is relative and one that is not can't be told. */
export function checkLifespan(check: CrossCheck, entry: PlainMap, path: KeyPath): void {
  const from = boundAt(entry, 'from-time');
  const until = boundAt(entry, 'until-time');
  if (from === null || until === null || from.isRelative !== until.isRelative) return;
  if (compareTimes(from, until) < 0) return;
  check.report([...path, 'until-time'], '`until-time` must be later than `from-time`');
}

function boundAt(entry: PlainMap, key: string): TimeBound | null {
  const text = textAt(entry, key);
  const bound = text === '' ? null : readTimeBound(text);
  return typeof bound === 'string' ? null : bound;
}

/**
 * Routes to one destination, of one metric, in one virtual router: no two may be there at a time.
 * Times since the first packet are compared among themselves, and others among themselves.
 */
function checkAlike(check: CrossCheck, group: readonly Placed[]): void {
  if (group.length === 1) return;
  for (const isRelative of [false, true]) {
    const comparable = group.filter(({ from, until }) => {
      return [from, until].every((bound) => bound === null || bound.isRelative === isRelative);
    });
    comparable.sort((a, b) => compareStarts(a.from, b.from));
    let latest: Placed | null = null;
    for (const placed of comparable) {
      if (latest !== null && startsBefore(placed.from, latest.until)) {
        reportSecond(check, latest, placed);
      }
      if (latest === null || endsLater(placed.until, latest.until)) latest = placed;
    }
  }
}

/** Without a start it was always there. */
function compareStarts(a: TimePoint | null, b: TimePoint | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compareTimes(a, b);
}

/** Whether `from` lies before an end; either may be missing. */
function startsBefore(from: TimePoint | null, end: TimePoint | null): boolean {
  return from === null || end === null || compareTimes(from, end) < 0;
}

/** Without an end it stays for ever. */
function endsLater(a: TimePoint | null, b: TimePoint | null): boolean {
  if (b === null) return false;
  return a === null || compareTimes(a, b) > 0;
}

function reportSecond(check: CrossCheck, one: Placed, other: Placed): void {
  const [first, second] = one.index < other.index ? [one, other] : [other, one];
  const { line } = check.tree.locate(['routes', first.index, 'destination']);
  const what = `a second route to ${code(second.destination)} of metric ${second.metric}`;
  const todo = 'give it another metric, or times that do not overlap';
  check.report(['routes', second.index, 'destination'], `${what}, first on line ${line}; ${todo}`);
}
