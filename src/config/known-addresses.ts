/**
 * This file finds what the addresses of a rule cover, from the plain values of a file that may have
 * problems of any kind: what those do not tell is not known.
 */

import type { Prefix } from '../net/prefix.ts';
import { type CrossCheck, entriesAt, type TextAt, textsAt } from './checking.ts';
import { NamedObjects } from './named-objects.ts';
import { isAddressName, readAddresses, type Written } from './values.ts';

/** Prefixes that are looked at; a file that takes more (about two seconds) was made to. */
const VISITS_MAX = 20_000_000;

export class KnownAddresses {
  /** True once VISITS_MAX was reached: nothing is known from then on. */
  isExhausted = false;

  #visits = 0;
  readonly #known: ReadonlySet<string>;
  readonly #objects: NamedObjects<Prefix>;

  constructor(check: CrossCheck) {
    const members = new Map<string, readonly Written<readonly Prefix[] | null>[]>();
    for (const section of ['addresses', 'address-groups']) {
      for (const [name, value] of entriesAt(check.tree.value, section)) {
        const texts = textsAt({ [name]: value }, [], name);
        members.set(
          name,
          texts.map(({ text }) => readMember(text)),
        );
      }
    }
    this.#known = check.addresses;
    this.#objects = new NamedObjects(members);
  }

  /** The prefixes of all of these, in their order; null where one is `any`, unknown or no address. */
  cover(texts: readonly TextAt[]): readonly Prefix[] | null {
    const parts: (readonly Prefix[])[] = [];
    for (const { text } of texts) {
      const part = this.#coverOne(text);
      if (part === null) return null;
      parts.push(part);
      this.#visits += part.length;
    }
    this.isExhausted = this.#visits > VISITS_MAX;
    if (this.isExhausted) return null;
    return parts.length === 1 ? (parts[0] ?? []) : parts.flat();
  }

  #coverOne(text: string): readonly Prefix[] | null {
    if (!isAddressName(text)) return readAddresses(text)?.value ?? null;
    return this.#known.has(text) ? this.#objects.resolve(text) : null;
  }
}

function readMember(text: string): Written<readonly Prefix[] | null> {
  return readAddresses(text) ?? { written: text, value: null };
}

/** Addresses that IPv4 prefixes have, each counted as often as it is in one. */
export function countAddresses(prefixes: readonly Prefix[]): number {
  return prefixes.reduce((sum, { length }) => sum + 2 ** (32 - length), 0);
}

/** The first of the IPv4 prefixes, in the order of addresses, that overlaps with one before it; or null. */
export function findOverlap(prefixes: readonly Prefix[]): Prefix | null {
  const byStart = [...prefixes].sort((a, b) => startOf(a) - startOf(b));
  let end = 0;
  for (const prefix of byStart) {
    if (startOf(prefix) < end) return prefix;
    end = startOf(prefix) + countAddresses([prefix]);
  }
  return null;
}

function startOf({ words }: Prefix): number {
  return (words[0] ?? 0) >>> 0;
}
