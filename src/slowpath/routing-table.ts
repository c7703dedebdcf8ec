/**
 * This file is the routing table of one virtual router: destination in, number of the route out.
 *
 * Which prefixes there are never changes, only which of their routes are in use. So they are laid out
 * once, and when routes come or go each prefix is told anew which route its addresses take: its own
 * best, else that of the prefix around it. With 100,000 prefixes that is a fraction of a millisecond.
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
  private readonly isActive: Uint8Array;
  private readonly nodeOf = new Map<number, number>();
  /** By prefix: the number of the one around it, which is lower, or -1. */
  private readonly around: Int32Array;
  /** By prefix: the best of its own routes that are in use, or NO_ROUTE. */
  private readonly best: Int32Array;
  /** By prefix: the route that its addresses take, or NO_ROUTE. */
  private readonly taken: Int32Array;

  /**
   * @param entries in the order in which equal ones are preferred
   * @param isActive by route number: 1 in use, 0 not; `change` tells of changes in it
   */
  constructor(entries: readonly RouteEntry[], isActive: Uint8Array) {
    // Shorter first: then a prefix comes after the one around it.
    const nodes = groupByPrefix(entries).sort((a, b) => lengthOf(a) - lengthOf(b));
    this.nodes = nodes;
    this.isActive = isActive;
    nodes.forEach((node, i) => {
      for (const { route } of node) this.nodeOf.set(route, i);
    });
    this.around = new Int32Array(nodes.length).fill(-1);
    this.best = Int32Array.from(nodes, (node) => this.bestOf(node));
    this.taken = new Int32Array(nodes.length).fill(NO_ROUTE);
    this.prefixes = new PrefixTable(
      nodes.map((node, value) => ({ prefix: node[0]!.prefix, value })),
      (value, around) => {
        this.around[value] = around;
      },
    );
    this.settle();
  }

  /** A route of this table came into use, or out of it; `settle` makes it so. */
  change(route: number): void {
    const node = this.nodeOf.get(route);
    if (node !== undefined) this.best[node] = this.bestOf(this.nodes[node]!);
  }

  /** Takes all changes to account; true where any address takes another route than before. */
  settle(): boolean {
    const { best, around, taken } = this;
    let hasChanged = false;
    for (let i = 0; i < taken.length; i++) {
      let route = best[i]!;
      if (route === NO_ROUTE && around[i]! >= 0) route = taken[around[i]!]!;
      if (route === taken[i]) continue;
      hasChanged = true;
      taken[i] = route;
    }
    return hasChanged;
  }

  /** Number of the route to an address of one word or four, or NO_ROUTE, or UNROUTED. */
  lookup(family: number, words: Int32Array): number {
    return this.routeOf(this.prefixes.lookup(family, words));
  }

  /** The same of an IPv4 address. */
  lookup4(word: number): number {
    return this.routeOf(this.prefixes.lookup4(word));
  }

  private routeOf(node: number): number {
    return node < 0 ? UNROUTED : this.taken[node]!;
  }

  private bestOf(node: SamePrefix): number {
    return node.find(({ route }) => this.isActive[route] === 1)?.route ?? NO_ROUTE;
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
