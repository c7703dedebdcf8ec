/**
 * This file is the routing table of one virtual router: destination in, number of the route out.
 *
 * Which prefixes there are never changes, only which of their routes are in use. So they are laid out
 * once, and when routes come or go each prefix is told anew which route its addresses take: its own
 * best, else that of the prefix around it.
 */

import type { Prefix } from '../net/prefix.ts';
import { PrefixTable } from '../net/prefix-table.ts';

/** A route as the table needs it. */
export interface RouteEntry {
  readonly prefix: Prefix;
  /** Number of the route, 0 or more. */
  readonly route: number;
  /** The lowest of the routes to one prefix is used; of equal ones the first. */
  readonly metric: number;
}

/** No route leads to the destination now; another time one may. */
export const NO_ROUTE = -1;
/** The table has no route to the destination at any time. */
export const UNROUTED = -2;

/** Routes to one prefix, the best first. */
type SamePrefix = readonly RouteEntry[];

export class RoutingTable {
  private readonly nodes: readonly SamePrefix[];
  private readonly prefixes: PrefixTable;
  /** By prefix: the number of the one around it, which is lower, or -1. */
  private readonly around: Int32Array;
  /** By prefix: the route that its addresses take, or NO_ROUTE. */
  private readonly taken: Int32Array;

  /** @param entries with one number each, in the order in which equal ones are preferred */
  constructor(entries: readonly RouteEntry[]) {
    // Shorter first: then a prefix comes after the one around it.
    const nodes = groupByPrefix(entries).sort((a, b) => lengthOf(a) - lengthOf(b));
    this.nodes = nodes;
    this.around = new Int32Array(nodes.length).fill(-1);
    this.taken = new Int32Array(nodes.length).fill(NO_ROUTE);
    this.prefixes = new PrefixTable(
      nodes.map((node, value) => ({ prefix: node[0]!.prefix, value })),
      (value, around) => {
        this.around[value] = around;
      },
    );
  }

  /**
   * Takes to account which routes are in use.
   *
   * @param isActive by route number: 1 in use, 0 not
   * @returns whether any address takes another route than before
   */
  settle(isActive: Uint8Array): boolean {
    const { nodes, around, taken } = this;
    let hasChanged = false;
    for (let i = 0; i < nodes.length; i++) {
      const best = nodes[i]!.find(({ route }) => isActive[route] === 1);
      const outer = around[i]!;
      const route = best?.route ?? (outer < 0 ? NO_ROUTE : taken[outer]!);
      if (route !== taken[i]) hasChanged = true;
      taken[i] = route;
    }
    return hasChanged;
  }

  /** Number of the route to an address of one word or four, or NO_ROUTE, or UNROUTED. */
  lookup(family: number, words: Int32Array): number {
    const node =
      family === 4
        ? this.prefixes.lookup4(words[0]!)
        : this.prefixes.lookup6(words[0]!, words[1]!, words[2]!, words[3]!);
    return node < 0 ? UNROUTED : this.taken[node]!;
  }
}

function groupByPrefix(entries: readonly RouteEntry[]): SamePrefix[] {
  const groups = new Map<string, RouteEntry[]>();
  for (const entry of entries) {
    const { family, words, length } = entry.prefix;
    const key = `${family}/${length}/${words.join()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => a.metric - b.metric));
}

function lengthOf(group: SamePrefix): number {
  return group[0]!.prefix.length;
}
