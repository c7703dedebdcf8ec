/**
 * This file says what a configuration may hold that this version only checks.
 *
 * Whoever models something deletes its row, and nothing else.
 */

import { isPlainMap, type Plain } from './key-path.ts';

/** A part of the configuration that has no effect, and the sentence that says so. */
interface NotModelled {
  /** Key paths; `[]` is every entry of a list. Any of them in the file brings the sentence. */
  readonly keys: readonly string[];
  readonly sentence: string;
}

/** A row whose key lies inside that of an earlier row is not said again. */
const NOT_MODELLED: readonly NotModelled[] = [
  {
    keys: ['services'],
    sentence: '`services` is checked but not used yet: no rule is matched',
  },
  {
    keys: ['rules'],
    sentence: '`rules` is checked but not matched yet: every session is allowed',
  },
  {
    keys: ['rules[].source-user'],
    sentence: '`source-user` of a rule is ignored: a capture does not tell users',
  },
  {
    keys: ['rules[].category'],
    sentence: '`category` of a rule is ignored: URLs are not looked up',
  },
  {
    keys: ['rules[].icmp-unreachable'],
    sentence: '`icmp-unreachable` of a rule is ignored: the replay sends no packets',
  },
  {
    keys: ['rules[].disable-server-response-inspection'],
    sentence: '`disable-server-response-inspection` of a rule is ignored: content is not inspected',
  },
  {
    keys: ['nat'],
    sentence: '`nat` is checked but not applied yet: no address is translated',
  },
  {
    keys: ['decryption'],
    sentence: '`decryption` is checked but not applied yet: no session is decrypted',
  },
  {
    keys: ['timeouts.discard-tcp', 'timeouts.discard-udp', 'timeouts.discard-default'],
    sentence: '`timeouts.discard-…` is checked but not used yet: no session is discarded',
  },
  {
    keys: ['applications'],
    sentence: '`applications` is checked but not used yet: no application is identified',
  },
  {
    keys: ['session.no-refresh-on-discard'],
    sentence:
      '`session.no-refresh-on-discard` is checked but not used yet: no session is discarded',
  },
  {
    keys: ['session.teardown-upon-fwd-zonechange'],
    sentence: '`session.teardown-upon-fwd-zonechange` is checked but not used yet: sessions stay',
  },
  {
    keys: ['session.accelerated-aging'],
    sentence: '`session.accelerated-aging` is checked but not used yet: timers are never shortened',
  },
  {
    keys: ['session.app-timeouts'],
    sentence: '`session.app-timeouts` is checked but not used yet: global timers apply',
  },
  {
    keys: ['platform'],
    sentence:
      '`platform` is checked but not used yet: the table has no limit, nothing is offloaded',
  },
];

/** The sentences for what is in the file, in the order of the table. */
export function listNotModelled(file: Plain): string[] {
  const named: string[] = [];
  const sentences: string[] = [];
  for (const { keys, sentence } of NOT_MODELLED) {
    const isCovered = keys.every((key) => named.some((outer) => isInside(key, outer)));
    if (isCovered || !keys.some((key) => isPresent(file, key.split('.')))) continue;
    named.push(...keys);
    sentences.push(sentence);
  }
  return sentences;
}

function isInside(key: string, outer: string): boolean {
  return key.startsWith(`${outer}.`) || key.startsWith(`${outer}[]`);
}

function isPresent(value: Plain | undefined, [segment, ...rest]: readonly string[]): boolean {
  if (segment === undefined) return value !== undefined;
  if (!isPlainMap(value)) return false;
  if (!segment.endsWith('[]')) return isPresent(value[segment], rest);
  const items = value[segment.slice(0, -2)];
  return Array.isArray(items) && items.some((item: Plain) => isPresent(item, rest));
}
