/** This file says whether an address is in one of a list of networks. */

import { type Prefix, wordMask } from './prefix.ts';
import { PrefixTable } from './prefix-table.ts';

const IN = 1;

/** Networks of both families; an address is in the set if it is in one of them. */
export class AddressSet {
  private readonly table: PrefixTable;
  /** The only IPv4 network, and its mask: most rules name one, and are asked for every session. */
  private readonly hasOne4: boolean;
  private readonly network4: number;
  private readonly mask4: number;

  constructor(prefixes: readonly Prefix[]) {
    this.table = new PrefixTable(prefixes.map((prefix) => ({ prefix, value: IN })));
    const v4 = prefixes.filter(({ family }) => family === 4);
    this.hasOne4 = v4.length === 1;
    this.network4 = v4[0]?.words[0] ?? 0;
    this.mask4 = wordMask(v4[0]?.length ?? 0);
  }

  /** Whether an IPv4 address, given as its word, is in the set. */
  has4(word: number): boolean {
    if (this.hasOne4) return (word & this.mask4) === this.network4;
    return this.table.lookup4(word) === IN;
  }

  /** Whether an address of one word or four is in the set. */
  has(family: number, words: Int32Array): boolean {
    if (family === 4) return this.has4(words[0]!);
    return this.table.lookup(family, words) === IN;
  }
}
