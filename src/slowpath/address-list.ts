/**
 * This file counts through IPv4 addresses: those of a list of prefixes in the order of the list, so that
 * two lists of one size can be translated into each other by position. IPv6 prefixes are left out.
 */

import type { Prefix } from '../net/prefix.ts';
import { PrefixTable } from '../net/prefix-table.ts';

export class AddressList {
  /** Addresses in all; up to 2^32. */
  readonly count: number;

  /** Whether it is one network, as most are; and its first address. */
  private readonly isOne: boolean;
  private readonly base: number;

  /** By prefix: its first address, and the position of that in the list. */
  private readonly first: Int32Array;
  private readonly position: Float64Array;
  private readonly prefixOf: PrefixTable;

  constructor(prefixes: readonly Prefix[]) {
    const v4 = prefixes.filter(({ family }) => family === 4);
    this.first = Int32Array.from(v4, ({ words }) => words[0]!);
    this.position = new Float64Array(v4.length);
    let count = 0;
    v4.forEach(({ length }, i) => {
      this.position[i] = count;
      count += 2 ** (32 - length);
    });
    this.count = count;
    this.isOne = v4.length === 1;
    this.base = this.first[0] ?? 0;
    this.prefixOf = new PrefixTable(v4.map((prefix, i) => ({ prefix, value: i })));
  }

  /** The address at a position below `count`. */
  at(position: number): number {
    if (this.isOne) return (this.base + position) | 0;
    let low = 0;
    let high = this.first.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.position[middle]! <= position) low = middle;
      else high = middle - 1;
    }
    return (this.first[low]! + (position - this.position[low]!)) | 0;
  }

  /** Position of an address, or -1. */
  indexOf(address: number): number {
    if (this.isOne) {
      const position = (address - this.base) >>> 0;
      return position < this.count ? position : -1;
    }
    const prefix = this.prefixOf.lookup4(address);
    if (prefix < 0) return -1;
    return this.position[prefix]! + ((address - this.first[prefix]!) >>> 0);
  }
}

/**
 * What an address becomes, one to one: the address at its own position.
 *
 * @param from null where the address itself is its position, by which host bits stay
 */
export function byPosition(from: AddressList | null, to: AddressList, address: number): number {
  if (to.count === 1) return to.at(0);
  const position = from === null ? address >>> 0 : from.indexOf(address);
  // Lists of one size as a rule; a remainder of doubles takes as long as all the rest.
  return to.at(position < to.count ? position : position % to.count);
}
