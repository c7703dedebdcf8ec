/**
 * This file builds the zod schemas of single values; those of lists and maps are in containers.ts.
 *
 * All scalars arrive as text (see yaml-tree.ts). A schema says `expected …`; what was found and
 * where is added by problems.ts. The `json` part is what the JSON Schema shows in its place, so
 * that an editor takes `80` and `yes` as the program does. Keys `x-…` are for json-schema.ts.
 */

import * as z from 'zod';
import type { Prefix } from '../net/prefix.ts';
import { readTimeBound, type TimeBound } from '../net/time-span.ts';
import type { TimeShift } from './firewall-config.ts';
import { code } from './key-path.ts';
import { didYouMean } from './nearest.ts';
import {
  isAddressName,
  isPortList,
  isServiceName,
  readAddresses,
  readInterfaceAddress,
  readMac,
  readPorts,
  readPrefix,
  readZoneInterface,
  type Written,
} from './values.ts';

/** Beside `expected …`: what to do about this very text; null for nothing to say. */
type Hint = (text: string) => string | null;

interface LeafOptions {
  readonly json?: Readonly<Record<string, unknown>>;
  readonly hint?: Hint;
}

/** A scalar that `read` understands; null from `read` is `expected …`. */
export function leaf<T>(
  expected: string,
  read: (text: string) => T | null,
  options: LeafOptions = {},
) {
  return z
    .string({ error: `expected ${expected}` })
    .transform((text, context): T => {
      const value = read(text);
      if (value !== null) return value;
      const hint = options.hint?.(text) ?? null;
      context.addIssue({ code: 'custom', message: `expected ${expected}`, params: { hint } });
      return z.NEVER;
    })
    .meta(options.json ?? {});
}

/** Yes or no, in any case: `yes`, `no`, `true`, `false`. */
export function yesNo() {
  const read = (text: string): boolean | null => {
    if (/^(?:yes|true)$/i.test(text)) return true;
    return /^(?:no|false)$/i.test(text) ? false : null;
  };
  const anyCase = '^(?:[Yy][Ee][Ss]|[Nn][Oo]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$';
  return leaf('yes or no', read, { json: { type: ['boolean', 'string'], pattern: anyCase } });
}

/** A whole number from `min` to `max`, both included. */
export function whole(min: number, max: number, unit = '') {
  const range = `a whole number ${min}–${max}${unit === '' ? '' : ` (${unit})`}`;
  const read = (text: string): number | null => {
    const value = /^-?[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : null;
  };
  return leaf(range, read, { json: { type: 'integer', minimum: min, maximum: max } });
}

/** Seconds with a sign and decimals, at most `max` either way, to the nanosecond. */
export function seconds(max: number) {
  const read = (text: string): Written<TimeShift, number> | null => {
    const parts = /^([-+]?)([0-9]{1,12})(?:\.([0-9]{1,9}))?$/.exec(text);
    const written = Number(text) + 0;
    if (parts === null || Math.abs(written) > max) return null;
    const [, sign, whole, decimals = ''] = parts;
    return { written, value: timeShift(sign === '-', Number(whole), decimals) };
  };
  const expected = `seconds from -${max} to ${max}, with at most nine decimals`;
  return leaf(expected, read, { json: { type: 'number', minimum: -max, maximum: max } });
}

/** Decimals of a negative number count up from the whole second below. */
function timeShift(isNegative: boolean, whole: number, decimals: string): TimeShift {
  const nanosecond = Number(decimals.padEnd(9, '0'));
  if (!isNegative) return { second: whole, nanosecond };
  if (nanosecond === 0) return { second: 0 - whole, nanosecond };
  return { second: -1 - whole, nanosecond: 1e9 - nanosecond };
}

/** One of some words. */
export function choice<const T extends string>(words: readonly T[]) {
  const last = words.at(-1) ?? '';
  const listed = words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${last}` : last;
  return leaf(listed, (text) => words.find((word) => word === text) ?? null, {
    json: wordsAsJson(words),
    hint: (text) => didYouMean(text, words),
  });
}

/** For an editor a word of digits may stand as a number, too. */
function wordsAsJson(words: readonly string[]): Readonly<Record<string, unknown>> {
  const numbers = words.filter((word) => /^[0-9]+$/.test(word)).map(Number);
  if (numbers.length === 0) return { enum: words };
  return { type: ['string', 'integer'], enum: [...words, ...numbers] };
}

/** One of many words: only the nearest is named. */
export function wordOf(what: string, words: Iterable<string>) {
  const known = [...words];
  return leaf(what, (text) => known.find((word) => word === text) ?? null, {
    json: { enum: known },
    hint: (text) => didYouMean(text, known) ?? `known are ${known.join(', ')}`,
  });
}

const NAME_CHARACTERS_MAX = 255;

/** True for text that may name something: not empty, of a bounded length, printable. */
function isName(text: string): boolean {
  if (text === '' || text.length > NAME_CHARACTERS_MAX || text.trim() !== text) return false;
  return !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);
}

/** A name: anything printable, save words with a meaning of their own. */
export function name(what: string, reserved: readonly string[] = []) {
  const isTaken = (text: string): boolean => reserved.includes(text);
  return leaf(what, (text) => (isName(text) && !isTaken(text) ? text : null), {
    hint: (text) => (isTaken(text) ? `${code(text)} has a meaning of its own` : null),
  });
}

/** A remark: any text, also none. */
export function remark() {
  return z.string({ error: 'expected a text' });
}

/** A name that a rule would take for something else. */
const NO_NAME = 'a rule would not take it for a name';

function readServiceName(text: string): string | null {
  return isName(text) && isServiceName(text) ? text : null;
}

function readAddressName(text: string): string | null {
  return isName(text) && isAddressName(text) ? text : null;
}

/** The name of a service or a group of them. */
export function serviceName() {
  return leaf('a name for the service', readServiceName, {
    hint: (text) => (isServiceName(text) ? null : NO_NAME),
  });
}

/** A service of a group. */
export function groupService() {
  return leaf('a name from `services`', readServiceName, {
    hint: (text) => (readPorts(text) === null ? null : 'ports need a name in `services`'),
  });
}

/** The name of an address or a group of them. */
export function addressName() {
  return leaf('a name for the address', readAddressName, {
    hint: (text) => (isAddressName(text) ? null : NO_NAME),
  });
}

/** A zone's interface, `NAME` or `NAME.TAG[.TAG…]`. */
export function zoneInterface() {
  return leaf('an interface name', (text) => (isName(text) ? readZoneInterface(text) : null));
}

/** A MAC address. */
export function mac() {
  return leaf('a MAC address such as 02:00:00:00:00:01', readMac);
}

/** A prefix, or an address as a host. */
export function prefix() {
  return leaf('a prefix such as 10.0.0.0/8 or 2001:db8::/32', readPrefix);
}

const RANGE = 'a range 10.0.0.1-10.0.0.9';
const NAMED = 'a name from `addresses`';

/** An address or (value null) a name, whose meaning the cross checks look up. */
function readAddressOrName(text: string): Written<readonly Prefix[] | null> | null {
  const read = readAddresses(text);
  if (read !== null) return read;
  const name = readAddressName(text);
  return name === null ? null : { written: name, value: null };
}

/** A rule's address. */
export function ruleAddress() {
  return leaf(`any, a prefix, an address, ${RANGE} or ${NAMED}`, readAddressOrName);
}

/** An address of a group: as a rule's, but not any. */
export function groupAddress() {
  return leaf(`an address, a prefix, ${RANGE} or ${NAMED}`, (text) => {
    return text === 'any' ? null : readAddressOrName(text);
  });
}

/** An address as such: neither any nor a name. */
export function literalAddress() {
  return leaf(`an address, a prefix or ${RANGE}`, readLiteral);
}

function readLiteral(text: string): Written<readonly Prefix[]> | null {
  const read = readAddresses(text);
  return read === null || read.value === null ? null : { ...read, value: read.value };
}

const PORTS = 'tcp/80, tcp/80,8080 or udp/5060-5070';
const PORTS_HINT: Hint = (text) => {
  if (!isPortList(text)) return null;
  return 'a list of ports in […] needs quotes: ["tcp/80,8080"]';
};

/** A protocol with ports, for `services:`. */
export function ports() {
  return leaf(`protocol and ports such as ${PORTS}`, readPorts, { hint: PORTS_HINT });
}

/** A rule's service: ports, or (value null) a word, whose meaning the cross checks look up. */
export function serviceItem() {
  const read = (text: string): Written<ReturnType<typeof toPorts>> | null => {
    if (text.includes('/')) return readPorts(text);
    return isName(text) && !isPortList(text) ? { written: text, value: null } : null;
  };
  return leaf(`any, application-default, ${PORTS}, or a name from \`services\``, read, {
    hint: PORTS_HINT,
  });
}

function toPorts(text: string) {
  return readPorts(text)?.value ?? null;
}

/** An address of an interface, with the network that it is in. */
export function interfaceAddress() {
  return leaf('an address such as 203.0.113.5/24', readInterfaceAddress);
}

/** An address alone. */
export function hostAddress() {
  return leaf('an address such as 203.0.113.1', (text) => {
    return text.includes('/') ? null : readInterfaceAddress(text);
  });
}

/** One address of an interface, with or without its network; or (value null) a name for it. */
export function ownAddress() {
  const read = (text: string): Written<readonly Prefix[] | null> | null => {
    const own = readInterfaceAddress(text);
    if (own === null) {
      const name = readAddressName(text);
      return name === null ? null : { written: name, value: null };
    }
    const { family, words } = own.value;
    return { written: own.written, value: [{ family, words, length: 32 * words.length }] };
  };
  return leaf(`an address such as 203.0.113.5 or ${NAMED}`, read);
}

/** A time, or seconds after the first packet. */
export function time() {
  const read = (text: string): Written<TimeBound> | null => {
    const value = readTimeBound(text);
    return typeof value === 'string' ? null : { written: text, value };
  };
  const expected =
    'a time such as 2026-05-25T11:47:22.5Z, or +12.5 (seconds after the first packet)';
  const hint = (text: string) => {
    return read(`${text}Z`) === null ? null : 'it has no zone: end it with Z for UTC';
  };
  // To YAML +12.5 is a number.
  return leaf(expected, read, { hint, json: { type: ['string', 'number'], minimum: 0 } });
}
