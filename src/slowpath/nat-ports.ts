/**
 * This file gives out ports of translated addresses (dynamic-ip-and-port): each is kept where it is free,
 * else the next free one above it is taken, and behind the last one the first.
 *
 * A port of an address may be in use by several sessions at once, as many as the oversubscription rate
 * says, towards different destination addresses. TCP, UDP and SCTP share the ports of an address:
 * `show running ippool` counts 64,512 for it, times the rate, whatever the protocol.
 *
 * @source vendor's knowledge base "How to Check the NAT Buffer Pool"; which port is taken: assumed
 * @confidence documented (range, rate), assumed (choice, protocols together)
 */

import { firstFree, UseSets } from './use-sets.ts';

/** Ports below are never given out. */
export const TRANSLATED_PORT_MIN = 1024;
const PORT_MAX = 0xffff;
/** Ports of an address that can be given out. */
export const TRANSLATED_PORTS = PORT_MAX + 1 - TRANSLATED_PORT_MIN;
/** No port is free. */
export const POOL_DRY = -1;

export class NatPorts {
  private readonly byAddress: UseSets;
  /** By address and destination; null where no port is used twice anyway. */
  private readonly byDestination: UseSets | null;
  private readonly identifiers: UseSets;

  /**
   * @param rate sessions that may use one port of an address at once
   * @param seed of the hash; never changes a result
   */
  constructor(rate: number, seed: number) {
    this.byAddress = new UseSets(rate, seed);
    this.byDestination = rate === 1 ? null : new UseSets(1, seed);
    this.identifiers = new UseSets(1, seed);
  }

  /** Ports and identifiers in use, each once however often. */
  get inUse(): number {
    return this.byAddress.size + this.identifiers.size;
  }

  /**
   * Uses a port of an address towards a destination.
   *
   * @param wanted the port before translation
   */
  take(address: number, destination: number, wanted: number): number {
    const from = Math.max(wanted, TRANSLATED_PORT_MIN);
    let port = from;
    if (!this.isFree(address, destination, from)) {
      port = this.next(address, destination, from, PORT_MAX);
      if (port < 0) port = this.next(address, destination, TRANSLATED_PORT_MIN, from - 1);
      if (port < 0) return POOL_DRY;
    }
    this.use(address, destination, port);
    return port;
  }

  /** Uses this very port, whether it is free or not. */
  use(address: number, destination: number, port: number): void {
    this.byAddress.add(address, 0, 0, port);
    this.byDestination?.add(address, destination, 0, port);
  }

  /** Gives back what `take` or `use` used. */
  give(address: number, destination: number, port: number): void {
    this.byAddress.remove(address, 0, 0, port);
    this.byDestination?.remove(address, destination, 0, port);
  }

  /**
   * Uses an ICMP identifier of an address. Each query with a sequence number of its own is a session
   * of its own, so an identifier is taken only where the sequence number is the same: one `ping`
   * keeps its identifier throughout (panos.md §4.2).
   */
  takeIdentifier(address: number, destination: number, sequence: number, wanted: number): number {
    const { identifiers: sets } = this;
    const tag = sequence << 16;
    let identifier = wanted;
    if (sets.isUsedUp(address, destination, tag, wanted)) {
      const set = { sets, a: address, b: destination, tag };
      identifier = firstFree(set, null, wanted, PORT_MAX);
      if (identifier < 0 && wanted > 0) identifier = firstFree(set, null, 0, wanted - 1);
      if (identifier < 0) return POOL_DRY;
    }
    sets.add(address, destination, tag, identifier);
    return identifier;
  }

  /** Uses this very identifier, whether it is free or not. */
  useIdentifier(address: number, destination: number, sequence: number, identifier: number): void {
    this.identifiers.add(address, destination, sequence << 16, identifier);
  }

  /** Gives back what `takeIdentifier` or `useIdentifier` used. */
  giveIdentifier(address: number, destination: number, sequence: number, identifier: number): void {
    this.identifiers.remove(address, destination, sequence << 16, identifier);
  }

  private isFree(address: number, destination: number, port: number): boolean {
    if (this.byAddress.isUsedUp(address, 0, 0, port)) return false;
    return this.byDestination?.isUsedUp(address, destination, 0, port) !== true;
  }

  private next(address: number, destination: number, from: number, to: number): number {
    if (from > to) return POOL_DRY;
    const { byAddress, byDestination } = this;
    const towards =
      byDestination === null ? null : { sets: byDestination, a: address, b: destination, tag: 0 };
    return firstFree({ sets: byAddress, a: address, b: 0, tag: 0 }, towards, from, to);
  }
}
