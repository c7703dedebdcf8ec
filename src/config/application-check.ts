/**
 * This file checks `custom-applications:`, `application-filters:` and `application-override:`: names that
 * are taken, patterns and ports that are missing, an application that is its own parent, a group where one
 * is asked for.
 */

import { PATTERN_ANYWHERE_MAX, parseBytePattern } from '../net/byte-pattern.ts';
import { CONTEXT_NAMES, type ContextName, contextFacts } from '../net/signature-contexts.ts';
import { isPredefined } from './applications.ts';
import { type CrossCheck, entriesAt, isEmptyList, itemsAt, textAt } from './checking.ts';
import { code, isPlainMap, type KeyPath, type Plain } from './key-path.ts';

/** Checks applications of one's own, and the rules that override. */
export function checkApplications(check: CrossCheck): void {
  const groups = new Map<string, string>();
  for (const [section, kind] of [
    ['application-groups', 'group'],
    ['application-filters', 'filter'],
  ] as const) {
    for (const [name] of entriesAt(check.tree.value, section)) groups.set(name, kind);
  }
  checkFilters(check);
  for (const [name, custom] of entriesAt(check.tree.value, 'custom-applications')) {
    const path: KeyPath = ['custom-applications', name];
    if (isPredefined(name)) {
      const todo = 'its timers are set in `applications`';
      check.reportKey(path, `${code(name)} is a predefined application; ${todo}`);
    }
    checkCustom(check, custom, path);
    checkOne(check, groups, custom, path, 'parent');
  }
  itemsAt(check.tree.value, 'application-override').forEach((rule, i) => {
    const path: KeyPath = ['application-override', i];
    if (isPlainMap(rule) && isEmptyList(rule.port)) {
      check.report([...path, 'port'], 'expected at least one port');
    }
    checkOne(check, groups, rule, path, 'application');
  });
}

/** A filter's name is nothing else's; without a key it would stand for everything. */
function checkFilters(check: CrossCheck): void {
  const { value } = check.tree;
  for (const [name, filter] of entriesAt(value, 'application-filters')) {
    const path: KeyPath = ['application-filters', name];
    for (const section of ['custom-applications', 'application-groups'] as const) {
      if (!entriesAt(value, section).some(([other]) => other === name)) continue;
      const { line } = check.tree.locateKey([section, name]);
      check.reportKey(path, `${code(name)} names one of \`${section}\` already (line ${line})`);
    }
    if (isPredefined(name)) check.reportKey(path, `${code(name)} is a predefined application`);
    if (!isPlainMap(filter)) continue;
    if (Object.keys(filter).length === 0) {
      check.report(path, 'expected at least one key: without any it stands for every application');
    }
    for (const [key, words] of Object.entries(filter)) {
      if (isEmptyList(words)) check.report([...path, key], 'expected at least one entry');
    }
  }
}

function checkCustom(check: CrossCheck, custom: Plain, path: KeyPath): void {
  if (!isPlainMap(custom)) return;
  const { signature } = custom;
  if (isPlainMap(signature) && isEmptyList(signature.begins)) {
    check.report([...path, 'signature', 'begins'], 'expected at least one pattern');
  }
  if (custom.parent !== undefined && custom.parent === path.at(-1)) {
    check.report([...path, 'parent'], `${code(textAt(custom, 'parent'))} is its own parent`);
  }
  const signatures = itemsAt(custom, 'signatures');
  signatures.forEach((one, i) => {
    checkConditions(check, one, [...path, 'signatures', i]);
  });
  if (custom.parent !== undefined && signature === undefined && signatures.length === 0) {
    check.report([...path, 'parent'], 'without `signature` nothing turns out to be this one');
  }
}

/** Something is asked in every condition, and one thing in each. */
function checkConditions(check: CrossCheck, signature: Plain, path: KeyPath): void {
  if (!isPlainMap(signature)) return;
  if (isEmptyList(signature['and-condition'])) {
    check.report([...path, 'and-condition'], 'expected at least one condition');
  }
  itemsAt(signature, 'and-condition').forEach((and, i) => {
    const place: KeyPath = [...path, 'and-condition', i, 'or-condition'];
    if (isPlainMap(and) && isEmptyList(and['or-condition'])) {
      check.report(place, 'expected at least one condition');
    }
    itemsAt(and, 'or-condition').forEach((one, k) => {
      checkCondition(check, one, [...place, k]);
      checkContext(check, signature, one, [...place, k]);
    });
  });
  checkOrder(check, signature, path);
}

/** A context says whose payload it is in, and what carries it. */
function checkContext(
  check: CrossCheck,
  signature: { readonly [key: string]: Plain },
  condition: Plain,
  path: KeyPath,
): void {
  const context = isContext(textAt(condition, 'context'));
  if (context === null || !isPlainMap(condition)) return;
  const { transport, side } = contextFacts(context);
  if (condition.side !== undefined && condition.side !== side) {
    check.report([...path, 'side'], `${code(context)} is in what the ${side} side sends`);
  }
  if (signature.transport !== undefined && signature.transport !== transport) {
    check.report([...path, 'context'], `${code(context)} is of ${transport}`);
  }
}

/** Which side's bytes came first is not kept. */
function checkOrder(
  check: CrossCheck,
  signature: { readonly [key: string]: Plain },
  path: KeyPath,
): void {
  if (!/^(?:no|false)$/i.test(textAt(signature, 'order-free'))) return;
  const conditions = itemsAt(signature, 'and-condition').flatMap((and) =>
    itemsAt(and, 'or-condition'),
  );
  const sides = new Set(
    conditions.map((one) => {
      const context = isContext(textAt(one, 'context'));
      return context === null ? textAt(one, 'side') : contextFacts(context).side;
    }),
  );
  const [only] = sides;
  if (sides.size === 1 && (only === 'c2s' || only === 's2c')) return;
  check.report([...path, 'order-free'], 'conditions in order are all of one side: c2s or s2c');
}

function isContext(text: string): ContextName | null {
  return CONTEXT_NAMES.find((known) => known === text) ?? null;
}

function checkCondition(check: CrossCheck, condition: Plain, path: KeyPath): void {
  if (!isPlainMap(condition)) return;
  const asked = ['begins', 'contains'].filter((key) => condition[key] !== undefined);
  if (asked.length !== 1) check.report(path, 'expected either `begins` or `contains`');
  const pattern = parseBytePattern(textAt(condition, 'contains'));
  if (asked.length !== 1 || typeof pattern === 'string') return;
  const bytes = (pattern.positions.at(-1) ?? 0) + 1;
  if (bytes <= PATTERN_ANYWHERE_MAX) return;
  const limit = `at most ${PATTERN_ANYWHERE_MAX} bytes are looked for anywhere`;
  check.report([...path, 'contains'], `${limit}; this pattern has ${bytes}`);
}

/** A session is one application: no group. */
function checkOne(
  check: CrossCheck,
  groups: ReadonlyMap<string, string>,
  owner: Plain,
  path: KeyPath,
  key: string,
): void {
  const name = textAt(owner, key);
  const kind = groups.get(name);
  if (kind === undefined) return;
  check.report([...path, key], `${code(name)} is a ${kind}; expected one application`);
}
