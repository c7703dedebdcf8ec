/**
 * This file checks `custom-applications:` and `application-override:`: names that are taken, patterns
 * and ports that are missing, an application that is its own parent, a group where one is asked for.
 */

import { isPredefined } from './applications.ts';
import { type CrossCheck, entriesAt, isEmptyList, itemsAt, textAt } from './checking.ts';
import { code, isPlainMap, type KeyPath, type Plain } from './key-path.ts';

/** Checks applications of one's own, and the rules that override. */
export function checkApplications(check: CrossCheck): void {
  const groups = new Set(entriesAt(check.tree.value, 'application-groups').map(([name]) => name));
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

function checkCustom(check: CrossCheck, custom: Plain, path: KeyPath): void {
  if (!isPlainMap(custom)) return;
  const { signature } = custom;
  if (isPlainMap(signature) && isEmptyList(signature.begins)) {
    check.report([...path, 'signature', 'begins'], 'expected at least one pattern');
  }
  if (custom.parent !== undefined && custom.parent === path.at(-1)) {
    check.report([...path, 'parent'], `${code(textAt(custom, 'parent'))} is its own parent`);
  }
  if (custom.parent !== undefined && signature === undefined) {
    check.report([...path, 'parent'], 'without `signature` nothing turns out to be this one');
  }
}

/** A session is one application: no group. */
function checkOne(
  check: CrossCheck,
  groups: ReadonlySet<string>,
  owner: Plain,
  path: KeyPath,
  key: string,
): void {
  const name = textAt(owner, key);
  if (!groups.has(name)) return;
  check.report([...path, key], `${code(name)} is a group; expected one application`);
}
