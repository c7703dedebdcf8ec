/**
 * This file keeps what sessions hold of the pools of NAT rules. Pools outlive the rules that name them: a
 * configuration that takes over in mid-capture finds them as they are.
 */

import type { DestinationTranslation } from '../config/network-config.ts';
import { formatPrefix, type Prefix } from '../net/prefix.ts';
import { type PoolKind, PoolUse } from '../session/pool-use.ts';
import type { Translations } from '../session/translations.ts';
import { AddressList } from './address-list.ts';
import { NatAddresses } from './nat-addresses.ts';
import { NatPorts, TRANSLATED_PORTS } from './nat-ports.ts';
import { NatSpread } from './nat-spread.ts';

export class NatPools {
  readonly ports: NatPorts;
  /** By number minus 1. */
  readonly addresses: NatAddresses[] = [];
  readonly spreads: NatSpread[] = [];
  /** How much of each pool is in use, by number minus 1. */
  readonly uses: PoolUse[] = [];

  private readonly rate: number;
  private readonly poolByText = new Map<string, number>();
  private readonly useByText = new Map<string, number>();

  /**
   * @param translations of the sessions that take of the pools
   * @param rate sessions that may use one translated port at once (NatPorts)
   */
  constructor(translations: Translations, rate: number, seed: number) {
    this.rate = rate;
    this.ports = new NatPorts(translations, rate, seed);
  }

  /** Number, from 1, of how much is in use of the ports of addresses. */
  numberPorts(prefixes: readonly Prefix[], rule: string): number {
    return this.numberUse('dynamic-ip-and-port', prefixes, rule);
  }

  /** Number, from 1, of the pool of whole addresses; rules that name the same ones share it. */
  numberAddresses(prefixes: readonly Prefix[], rule: string): number {
    const use = this.uses[this.numberUse('dynamic-ip', prefixes, rule) - 1]!;
    const text = JSON.stringify(prefixes);
    let number = this.poolByText.get(text);
    if (number === undefined) {
      number = this.addresses.push(new NatAddresses(new AddressList(prefixes), use));
      this.poolByText.set(text, number);
    }
    return number;
  }

  /** Number, from 1, of a new spread. */
  numberSpread(
    addresses: AddressList,
    distribution: NonNullable<DestinationTranslation['distribution']>,
  ): number {
    return this.spreads.push(new NatSpread(addresses, distribution));
  }

  private numberUse(kind: PoolKind, prefixes: readonly Prefix[], rule: string): number {
    const names = prefixes.map((prefix) => formatPrefix(prefix).replace(/\/32$/, ''));
    const text = `${kind} ${names}`;
    let number = this.useByText.get(text);
    if (number === undefined) {
      const { count } = new AddressList(prefixes);
      const each = kind === 'dynamic-ip' ? 1 : TRANSLATED_PORTS * this.rate;
      number = this.uses.push(new PoolUse(kind, names, count * each));
      this.useByText.set(text, number);
    }
    const { rules } = this.uses[number - 1]!;
    if (!rules.includes(rule)) rules.push(rule);
    return number;
  }
}
