/** This file tells kinds of networks apart, and which network holds which. Networks are text, as facts have them. */

import { type Prefix, parsePrefix, wordMask } from '../net/prefix.ts';

/** RFC 1918. */
export const PRIVATE_BLOCKS_V4 = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
/** Shared address space (RFC 6598) and unique local addresses (RFC 4193): private, but less usual. */
const OTHER_PRIVATE = ['100.64.0.0/10', 'fc00::/7'];
const PRIVATE = [...PRIVATE_BLOCKS_V4, ...OTHER_PRIVATE].map(read);

/** The private block that a network lies in; null for a public network. */
export function privateBlockOf(network: string): string | null {
  const inner = read(network);
  const at = PRIVATE.findIndex((block) => holds(block, inner));
  return [...PRIVATE_BLOCKS_V4, ...OTHER_PRIVATE][at] ?? null;
}

export function isPublic(network: string): boolean {
  return privateBlockOf(network) === null;
}

export function familyOf(network: string): 4 | 6 {
  return network.includes(':') ? 6 : 4;
}

/** Whether `inner` lies in `outer`. */
export function isWithin(inner: string, outer: string): boolean {
  return holds(read(outer), read(inner));
}

function holds(outer: Prefix, inner: Prefix): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false;
  return outer.words.every(
    (word, i) => ((inner.words[i] ?? 0) & wordMask(outer.length - 32 * i)) === word,
  );
}

function read(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === null) throw new Error(`invariant: facts have networks, not ${text}`);
  return prefix;
}

/** Packets by network. */
export class NetworkCounts {
  readonly packets = new Map<string, number>();

  add(network: string, packets: number): void {
    this.packets.set(network, this.of(network) + packets);
  }

  of(network: string): number {
    return this.packets.get(network) ?? 0;
  }

  get total(): number {
    return [...this.packets.values()].reduce((sum, packets) => sum + packets, 0);
  }

  /** Most packets first. */
  list(): { network: string; packets: number }[] {
    return [...this.packets]
      .map(([network, packets]) => ({ network, packets }))
      .sort((a, b) => b.packets - a.packets || (a.network < b.network ? -1 : 1));
  }
}
