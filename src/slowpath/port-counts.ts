/**
 * This file counts the ports of translated addresses that are in use where clients have twins
 * (`--scale`): a twin holds a port like any client, but which one no capture could show, so it is
 * counted alone. An address is used up by as many sessions as have ports to themselves: all towards one
 * destination, and `limit` times as many in all (panos.md §4.5, NatPorts). With a limit of 1 that is
 * just when a search would find no port; above it, it is when the best packing would find none.
 */

interface Count {
  all: number;
  readonly towards: Map<number, number>;
}

export class PortCounts {
  private readonly each: number;
  private readonly most: number;
  private readonly byAddress = new Map<number, Count>();

  /**
   * @param each ports of an address
   * @param limit times that a port may be in use at once, each towards another destination
   */
  constructor(each: number, limit: number) {
    this.each = each;
    this.most = each * limit;
  }

  /** Whether one more session towards a destination finds a port of the address. */
  hasRoom(address: number, destination: number): boolean {
    const count = this.byAddress.get(address);
    if (count === undefined) return true;
    return count.all < this.most && (count.towards.get(destination) ?? 0) < this.each;
  }

  /** One session more. */
  add(address: number, destination: number): void {
    const count = this.byAddress.get(address) ?? { all: 0, towards: new Map<number, number>() };
    count.all++;
    count.towards.set(destination, (count.towards.get(destination) ?? 0) + 1);
    this.byAddress.set(address, count);
  }

  /** One session less, of those that were added. */
  remove(address: number, destination: number): void {
    const count = this.byAddress.get(address)!;
    const left = count.towards.get(destination)! - 1;
    if (left > 0) count.towards.set(destination, left);
    else count.towards.delete(destination);
    if (--count.all === 0) this.byAddress.delete(address);
  }
}
