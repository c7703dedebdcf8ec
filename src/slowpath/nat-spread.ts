/**
 * This file spreads sessions over the addresses of a dynamic destination translation.
 *
 * Which address a hash of the vendor's leads to is not known; here it is a fixed one, so that the same
 * client meets the same server in every replay.
 *
 * @source vendor's web interface help 11-2, "NAT Translated Packet Tab": round robin; a hash of the
 *   source; XOR of source and destination, modulo; a hash of both; the server with the fewest sessions
 * @confidence documented (what each looks at), assumed (the hash, and the first of equal ones)
 */

import type { DestinationTranslation } from '../config/network-config.ts';
import { hashWords } from '../session/flow-hash.ts';
import type { AddressList } from './address-list.ts';

/** Of a longer list `least-sessions` compares so many addresses, the first ones. */
export const COMPARED_MAX = 1024;
const FIXED_KEYS = Int32Array.of(0x9e37, 0x79b9, 0x7f4a, 0x7c15, 0xf39c, 0xc060, 0x5ced, 0xc834);

/** A number below `count`, the same in every replay. */
export function spreadOf(one: number, other: number, count: number): number {
  return (hashWords(FIXED_KEYS, one, other, 0, 0) >>> 0) % count;
}

export class NatSpread {
  private readonly addresses: AddressList;
  private readonly distribution: NonNullable<DestinationTranslation['distribution']>;
  /** Sessions by position, for `least-sessions`. */
  private readonly sessions: Int32Array;
  private turns = 0;

  constructor(
    addresses: AddressList,
    distribution: NonNullable<DestinationTranslation['distribution']>,
  ) {
    this.addresses = addresses;
    this.distribution = distribution;
    const isCounted = distribution === 'least-sessions';
    this.sessions = new Int32Array(isCounted ? Math.min(addresses.count, COMPARED_MAX) : 0);
  }

  /** Position of the address that the next session is led to. */
  choose(source: number, destination: number): number {
    const { count } = this.addresses;
    switch (this.distribution) {
      case 'round-robin':
        return this.turns % count;
      case 'source-ip-hash':
        return spreadOf(source, 0, count);
      case 'ip-modulo':
        return ((source ^ destination) >>> 0) % count;
      case 'ip-hash':
        return spreadOf(source, destination, count);
      default:
        return this.leastBusy();
    }
  }

  /** A session is led to a position that `choose` named. */
  add(position: number): void {
    this.turns++;
    if (position < this.sessions.length) this.sessions[position]!++;
  }

  /** A session at a position is over. */
  remove(position: number): void {
    if (position < this.sessions.length) this.sessions[position]!--;
  }

  private leastBusy(): number {
    const { sessions } = this;
    let best = 0;
    for (let i = 1; i < sessions.length; i++) if (sessions[i]! < sessions[best]!) best = i;
    return best;
  }
}
