/** This file keeps the ports of translated addresses that predicts hold: few ones, which no session has. */

const NONE: readonly number[] = [];

export class PortReservations {
  /** By address and port: the destinations that each use is towards. */
  private readonly uses = new Map<number, number[]>();

  /** Whether nothing is held: then nobody needs to look. */
  get isEmpty(): boolean {
    return this.uses.size === 0;
  }

  /** Destinations towards which a port of an address is held. */
  of(address: number, port: number): readonly number[] {
    return this.uses.get(nameOf(address, port)) ?? NONE;
  }

  add(address: number, destination: number, port: number): void {
    const name = nameOf(address, port);
    const known = this.uses.get(name);
    if (known === undefined) this.uses.set(name, [destination]);
    else known.push(destination);
  }

  /** What was added before is held no longer. */
  remove(address: number, destination: number, port: number): void {
    const name = nameOf(address, port);
    const known = this.uses.get(name) ?? [];
    known.splice(known.indexOf(destination), 1);
    if (known.length === 0) this.uses.delete(name);
  }
}

function nameOf(address: number, port: number): number {
  return (address >>> 0) * 0x1_0000 + port;
}
