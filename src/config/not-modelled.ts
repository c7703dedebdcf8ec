/**
 * This file says what a configuration may hold that this version only checks.
 *
 * Whoever models something deletes its row, and nothing else.
 */

import { listApplications } from './application-hints.ts';
import { code, isPlainMap, type Plain } from './key-path.ts';
import type { FirewallFile } from './schema.ts';

/** A part of the configuration that has no effect, and the sentence that says so. */
interface NotModelled {
  /**
   * Key paths; `[]` is every entry of a list, `*` every value of a map. Any of them in the file
   * brings the sentence.
   */
  readonly keys: readonly string[];
  readonly sentence: string;
}

const NOT_MODELLED: readonly NotModelled[] = [
  {
    keys: ['rules[].source-user'],
    sentence: '`source-user` of a rule is ignored: a capture does not tell users',
  },
  {
    keys: ['rules[].category'],
    sentence: '`category` of a rule is ignored: URLs are not looked up',
  },
  {
    keys: ['rules[].disable-server-response-inspection'],
    sentence:
      '`disable-server-response-inspection` of a rule is ignored: a session with profiles counts as inspected in both directions',
  },
  {
    keys: ['rules[].profiles'],
    sentence: '`profiles` of a rule only keep its sessions from offload: no content is inspected',
  },
  {
    keys: ['decryption[].source-user', 'decryption[].category'],
    sentence:
      'a decryption rule with `source-user` or `category` matches nothing: a capture tells neither users nor URL categories',
  },
  {
    keys: ['decryption[].profile'],
    sentence:
      '`profile` of a decryption rule is ignored: nothing is decrypted, it only tells what would be',
  },
];

/** NAT rules of other kinds that are told. */
const RULES_TOLD_MAX = 20;

/** The sentences for what is in the file, in the order of the table, then those about rules. */
export function listNotModelled(tree: Plain, file: FirewallFile): string[] {
  const present = NOT_MODELLED.filter(({ keys }) => {
    return keys.some((key) => isPresent(tree, key.split('.')));
  });
  return [
    ...present.map(({ sentence }) => sentence),
    ...listNatTypes(file),
    ...listApplications(file),
  ];
}

/** NAT rules of other kinds than IPv4's. */
function listNatTypes(file: FirewallFile): string[] {
  const sentences: string[] = [];
  let untold = 0;
  file.nat.forEach(({ name, 'nat-type': type, disabled }, i) => {
    if (disabled || type === 'ipv4') return;
    const rule = `NAT rule ${code(name ?? `nat-${i + 1}`)} is ${type}`;
    if (sentences.length < RULES_TOLD_MAX)
      sentences.push(`${rule}, which is not modelled: it matches nothing`);
    else untold++;
  });
  if (untold > 0) sentences.push(`${untold} more NAT rules are nat64 or nptv6`);
  return sentences;
}

/** An empty list or map says nothing, and so has nothing that is ignored. */
function isPresent(value: Plain | undefined, [segment, ...rest]: readonly string[]): boolean {
  if (segment === undefined) return value !== undefined && !isEmpty(value);
  if (!isPlainMap(value)) return false;
  if (segment === '*') return Object.values(value).some((inner) => isPresent(inner, rest));
  if (!segment.endsWith('[]')) return isPresent(value[segment], rest);
  const items = value[segment.slice(0, -2)];
  return Array.isArray(items) && items.some((item: Plain) => isPresent(item, rest));
}

function isEmpty(value: Plain): boolean {
  return typeof value === 'object' && Object.keys(value).length === 0;
}
