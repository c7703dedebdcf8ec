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

import type { Translations } from '../session/translations.ts';
import { firstFree } from './bitmaps.ts';
import { PortUses } from './port-uses.ts';

/** Ports below are never given out. */
export const TRANSLATED_PORT_MIN = 1024;
const PORT_MAX = 0xffff;
/** Ports of an address that can be given out. */
export const TRANSLATED_PORTS = PORT_MAX + 1 - TRANSLATED_PORT_MIN;
/** No port is free. */
export const POOL_DRY = -1;

export class NatPorts {
  private readonly ports: PortUses;

  /**
   * @param translations of the sessions that take ports
   * @param rate sessions that may use one port of an address at once
   * @param seed of the hash; never changes a result
   */
  constructor(translations: Translations, rate: number, seed: number) {
    this.ports = new PortUses(translations, rate, seed);
  }

  /** Sessions that hold a port. */
  get inUse(): number {
    return this.ports.size;
  }

  /**
   * A port of an address that is free towards a destination, or POOL_DRY.
   *
   * @param wanted the port before translation
   */
  find(address: number, destination: number, wanted: number): number {
    const { ports } = this;
    if (ports.counts?.hasRoom(address, destination) === false) return POOL_DRY;
    const from = Math.max(wanted, TRANSLATED_PORT_MIN);
    if (ports.isFree(address, destination, from)) return from;
    const full = ports.fullOf(address);
    const towards = ports.towardsOf(address, destination);
    const port = firstFree(full, towards, from, PORT_MAX);
    return port < 0 ? firstFree(full, towards, TRANSLATED_PORT_MIN, from - 1) : port;
  }

  /** As `find`, for a twin: no port is chosen but the one that it wants, if any is left. */
  findForTwin(address: number, destination: number, wanted: number): number {
    const hasRoom = this.ports.counts?.hasRoom(address, destination) !== false;
    return hasRoom ? Math.max(wanted, TRANSLATED_PORT_MIN) : POOL_DRY;
  }

  /** Clients have twins from here on: ports are counted beside. */
  countAll(): void {
    this.ports.countAll(TRANSLATED_PORTS);
  }

  /** Whether this very port is free, be it one that is never given out. */
  isFree(address: number, destination: number, port: number): boolean {
    return this.ports.isFree(address, destination, port);
  }

  /** A session, which has a translation and holds no port, takes one that is free. */
  take(slot: number, address: number, destination: number, port: number): void {
    this.ports.hold(slot, address, destination, port);
  }

  /** A twin's session, which has a translation, takes some port. */
  takeForTwin(slot: number, address: number, destination: number): void {
    this.ports.holdForTwin(slot, address, destination);
  }

  giveForTwin(slot: number): void {
    this.ports.giveBackForTwin(slot);
  }

  /** A twin's predict takes some port, if one is left. */
  countForTwin(address: number, destination: number): void {
    this.ports.counts?.add(address, destination);
  }

  uncountForTwin(address: number, destination: number): void {
    this.ports.counts?.remove(address, destination);
  }

  /** A predict takes this very port; false where it is not free. */
  reserve(address: number, destination: number, port: number): boolean {
    const isFree = this.isFree(address, destination, port);
    if (isFree) this.ports.reserve(address, destination, port);
    return isFree;
  }

  /** A predict gives back the port that it took. */
  release(address: number, destination: number, port: number): void {
    this.ports.release(address, destination, port);
  }

  /** A session gives back the port that it took. */
  give(slot: number): void {
    this.ports.giveBack(slot);
  }
}
