/**
 * This file knows the addresses that the NAT rules in force put in place of others: what a packet's own
 * addresses say about its translation while it has no session.
 */

import type { PacketView } from '../wire/packet-view.ts';
import type { CompiledNat } from './nat-rules.ts';

export class FarSides {
  private tables: Pick<CompiledNat, 'sources' | 'destinations'>;

  constructor(tables: Pick<CompiledNat, 'sources' | 'destinations'>) {
    this.tables = tables;
  }

  /** Lets other rules take over. */
  change(tables: Pick<CompiledNat, 'sources' | 'destinations'>): void {
    this.tables = tables;
  }

  /** Whether some rule translates sources to this address. */
  isTranslatedSource(address: number): boolean {
    return this.tables.sources.has4(address);
  }

  /**
   * Whether the IPv4 packet of a server goes to, or comes from, an address that only the far side of a
   * translation has: then it does not tell both ends of its session.
   */
  isFarSide({ source, destination }: PacketView): boolean {
    return this.isTranslatedSource(destination) || this.isTranslatedDestination(source);
  }

  /** Whether rules may be why a packet of these addresses left with those of the attached one. */
  mayTranslate(source: number, destination: number, sent: PacketView): boolean {
    const isSource = source === sent.source;
    const isDestination = destination === sent.destination;
    if (isSource && isDestination) return false;
    // Each end was changed on the way to a server, or back.
    return (
      (isSource || this.isTranslatedSource(sent.source) || this.isTranslatedDestination(source)) &&
      (isDestination ||
        this.isTranslatedDestination(sent.destination) ||
        this.isTranslatedSource(destination))
    );
  }

  private isTranslatedDestination(address: number): boolean {
    return this.tables.destinations.has4(address);
  }
}
