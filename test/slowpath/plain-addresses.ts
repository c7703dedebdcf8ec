/** This file holds IPv4 addresses as plain unsigned numbers, for obvious models. */

/** An IPv4 prefix; the address is unsigned. */
export interface Network {
  readonly address: number;
  readonly length: number;
}

/** All addresses of a small network. */
export function addressesOf({ address, length }: Network): number[] {
  return Array.from({ length: 2 ** (32 - length) }, (_, i) => address + i);
}

/** Whether an address is in one of them. */
export function isIn(address: number, networks: readonly Network[]): boolean {
  return networks.some((network) => {
    return address >= network.address && address < network.address + 2 ** (32 - network.length);
  });
}

/** An address from text. */
export function ip(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** An address as text. */
export function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}
