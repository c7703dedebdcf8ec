/** This file knows the addresses of the firewall's own interfaces: packets to them are not forwarded. */

import type { FirewallInterface } from '../config/network-config.ts';
import { PrefixTable } from '../net/prefix-table.ts';

export class OwnAddresses {
  private readonly addresses: PrefixTable;

  constructor(interfaces: readonly FirewallInterface[]) {
    this.addresses = new PrefixTable(
      interfaces.flatMap(({ addresses }) => {
        return addresses.map(({ family, words }) => {
          return { prefix: { family, words, length: 32 * words.length }, value: 1 };
        });
      }),
    );
  }

  /** Whether an address of one word or four is an interface's. */
  has(family: number, words: Int32Array): boolean {
    const found = this.addresses.lookup(family, words);
    return found >= 0;
  }
}
