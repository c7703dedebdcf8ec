/**
 * This file keeps the networks that packets belong to, in bounded memory: /24 of IPv4 and /64 of IPv6,
 * and where there are too many, wider ones in their place.
 *
 * Private IPv4 networks (RFC 1918, RFC 6598) are kept apart from public ones: a way to the internet
 * has thousands of those, and must not blur the few private ones beside them.
 */

import { formatIpv4, formatIpv6 } from '../net/address.ts';
import { isGroup4 } from '../wire/group-address.ts';
import type { NetworkFacts } from './facts.ts';

/** Networks of one kind that a set tells apart. */
const NETWORKS_MAX = 64;
/** Networks in all sets together. */
const NETWORKS_TOTAL_MAX = 65_536;
const PRIVATE_LENGTHS = [24, 16, 8];
const PUBLIC_LENGTHS = [24, 16, 8, 0];
const IPV6_LENGTHS = [64, 48, 32, 0];
/** First octets of private blocks, and the block: the widest that a private network grows to. */
const PRIVATE_BLOCKS: Readonly<Record<number, string>> = {
  10: '10.0.0.0/8',
  100: '100.64.0.0/10',
  172: '172.16.0.0/12',
  192: '192.168.0.0/16',
};

/** How many more networks all sets may tell apart. */
export class NetworkBudget {
  left = NETWORKS_TOTAL_MAX;
}

/** Packets by network, each at the same prefix length. */
class Level {
  /** By the first bits of the address: a number of IPv4, the high words as text of IPv6. */
  counts = new Map<number | string, number>();
  depth = 0;
  readonly lengths: readonly number[];
  readonly #budget: NetworkBudget;

  constructor(lengths: readonly number[], budget: NetworkBudget) {
    this.lengths = lengths;
    this.#budget = budget;
  }

  get length(): number {
    return this.lengths[this.depth] ?? 0;
  }

  /** Adds a packet of a network that is known; false for any other. */
  bump(key: number | string): boolean {
    const known = this.counts.get(key);
    if (known === undefined) return false;
    this.counts.set(key, known + 1);
    return true;
  }

  /** Adds packets; `keyAt` says a network's key at a prefix length. */
  add(keyAt: (length: number) => number | string, packets: number): void {
    let key = keyAt(this.length);
    let known = this.counts.get(key);
    while (known === undefined && this.#isFull() && this.depth < this.lengths.length - 1) {
      this.#widen();
      key = keyAt(this.length);
      known = this.counts.get(key);
    }
    if (known === undefined) this.#budget.left -= 1;
    this.counts.set(key, (known ?? 0) + packets);
  }

  #isFull(): boolean {
    return this.counts.size >= NETWORKS_MAX || this.#budget.left <= 0;
  }

  #widen(): void {
    const before = this.counts;
    this.counts = new Map();
    this.depth += 1;
    this.#budget.left += before.size;
    for (const [key, packets] of before) {
      this.add((length) => widerKey(key, length), packets);
    }
  }
}

/** Networks with their packets. */
export class NetworkSet {
  readonly #private: Level;
  readonly #public: Level;
  readonly #v6: Level;

  constructor(budget: NetworkBudget) {
    this.#private = new Level(PRIVATE_LENGTHS, budget);
    this.#public = new Level(PUBLIC_LENGTHS, budget);
    this.#v6 = new Level(IPV6_LENGTHS, budget);
  }

  /** Adds a packet of an IPv4 address; addresses that no network has are passed over. */
  add4(word: number): void {
    if (isNoNetwork4(word)) return;
    const level = isPrivate4(word) ? this.#private : this.#public;
    if (level.bump(keyOf4(word, level.length))) return;
    level.add((length) => keyOf4(word, length), 1);
  }

  /** As `add4`, of the first two words of an IPv6 address. */
  add6(w0: number, w1: number): void {
    if (isNoNetwork6(w0, w1)) return;
    if (this.#v6.bump(keyOf6(w0, w1, this.#v6.length))) return;
    this.#v6.add((length) => keyOf6(w0, w1, length), 1);
  }

  /** Networks of IPv4 and IPv6 together. */
  get size(): number {
    return this.#private.counts.size + this.#public.counts.size + this.#v6.counts.size;
  }

  /** Whether there were so many networks that wider ones stand in their place. */
  get isWidened(): boolean {
    return this.#private.depth + this.#public.depth + this.#v6.depth > 0;
  }

  /** Networks outside of all the given ones (keys of /16 and /64, as `linkKey…` makes them). */
  countOutside(links: ReadonlySet<number | string>, family: 4 | 6): number {
    if (links.size === 0) return 0;
    if (family === 6) return outside(this.#v6, links, 64);
    return outside(this.#private, links, 16) + outside(this.#public, links, 16);
  }

  /** The networks, most packets first. */
  networks(): NetworkFacts[] {
    const list: NetworkFacts[] = [];
    for (const [key, packets] of this.#private.counts) {
      list.push({ network: textOf4(Number(key), this.#private.length, true), packets });
    }
    for (const [key, packets] of this.#public.counts) {
      list.push({ network: textOf4(Number(key), this.#public.length, false), packets });
    }
    for (const [key, packets] of this.#v6.counts) {
      list.push({ network: textOf6(String(key), this.#v6.length), packets });
    }
    return list.sort((a, b) => b.packets - a.packets || (a.network < b.network ? -1 : 1));
  }
}

/** The link that an IPv4 address is on, at its widest: hardly a link is larger than /16. */
export function linkKey4(word: number): number | null {
  return isNoNetwork4(word) ? null : keyOf4(word, 16);
}

/** The link that an IPv6 address is on: /64 (RFC 4291 §2.5.4). */
export function linkKey6(w0: number, w1: number): string | null {
  return isNoNetwork6(w0, w1) ? null : keyOf6(w0, w1, 64);
}

/** Of a level that was widened beyond the links' own length, every network is outside. */
function outside(level: Level, links: ReadonlySet<number | string>, length: number): number {
  if (level.length < length) return level.counts.size;
  let count = 0;
  for (const key of level.counts.keys()) if (!links.has(widerKey(key, length))) count += 1;
  return count;
}

/** Keys hold the network's address with its host bits cleared, so a wider one is masked from it. */
function widerKey(key: number | string, length: number): number | string {
  if (typeof key === 'number') return keyOf4(key | 0, length);
  const [w0 = 0, w1 = 0] = key.split('.').map((word) => Number(word) | 0);
  return keyOf6(w0, w1, length);
}

function keyOf4(word: number, length: number): number {
  return length === 0 ? 0 : (word & (-1 << (32 - length))) >>> 0;
}

function keyOf6(w0: number, w1: number, length: number): string {
  if (length === 0) return '0.0';
  if (length === 32) return `${w0 >>> 0}.0`;
  return length === 48 ? `${w0 >>> 0}.${(w1 & 0xffff_0000) >>> 0}` : `${w0 >>> 0}.${w1 >>> 0}`;
}

function textOf4(key: number, length: number, isPrivate: boolean): string {
  const block = PRIVATE_BLOCKS[key >>> 24];
  if (isPrivate && length === 8 && block !== undefined) return block;
  return `${formatIpv4(key | 0)}/${length}`;
}

function textOf6(key: string, length: number): string {
  const [w0 = 0, w1 = 0] = key.split('.').map(Number);
  return `${formatIpv6(w0, w1, 0, 0)}/${length}`;
}

function isPrivate4(word: number): boolean {
  const first = word >>> 24;
  const second = (word >>> 16) & 255;
  return (
    first === 10 ||
    (first === 172 && second >>> 4 === 1) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >>> 6 === 1)
  );
}

/** This host (RFC 1122 §3.2.1.3), loopback, link-local (RFC 3927), and groups. */
function isNoNetwork4(word: number): boolean {
  const first = word >>> 24;
  return first === 0 || first === 127 || isGroup4(word) || word >>> 16 === 0xa9fe;
}

/** Unspecified, loopback and mapped addresses (::/64), link-local and multicast (RFC 4291). */
function isNoNetwork6(w0: number, w1: number): boolean {
  return (w0 === 0 && w1 === 0) || w0 >>> 22 === 0x3fa || w0 >>> 24 === 0xff;
}
