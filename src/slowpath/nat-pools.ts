/**
 * This file keeps what sessions hold of the pools of NAT rules. Pools outlive the rules that name them: a
 * configuration that takes over in mid-capture finds them as they are.
 */

import type { DestinationTranslation } from '../config/network-config.ts';
import type { Prefix } from '../net/prefix.ts';
import { AddressList } from './address-list.ts';
import { NatAddresses } from './nat-addresses.ts';
import { NatPorts } from './nat-ports.ts';
import { NatSpread } from './nat-spread.ts';

export class NatPools {
  readonly ports: NatPorts;
  /** By number minus 1. */
  readonly addresses: NatAddresses[] = [];
  readonly spreads: NatSpread[] = [];

  private readonly poolByText = new Map<string, number>();

  /** @param rate sessions that may use one translated port at once (NatPorts) */
  constructor(rate: number, seed: number) {
    this.ports = new NatPorts(rate, seed);
  }

  /** Number, from 1, of the pool of whole addresses; rules that name the same ones share it. */
  numberAddresses(prefixes: readonly Prefix[]): number {
    const text = JSON.stringify(prefixes);
    let number = this.poolByText.get(text);
    if (number === undefined) {
      number = this.addresses.push(new NatAddresses(new AddressList(prefixes)));
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
}
