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
    const found =
      family === 4
        ? this.addresses.lookup4(words[0]!)
        : this.addresses.lookup6(words[0]!, words[1]!, words[2]!, words[3]!);
    return found >= 0;
  }
}
