/**
 * This file is the firewall's FIB: the routes of all virtual routers, and the networks that its
 * interfaces are in.
 *
 * The longest prefix wins, then the lowest metric, then the place in the file. A connected network has
 * metric 0 and comes first, as the vendor's administrative distances have it. Of several equal routes
 * one is used: ECMP is off by default.
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import type { Prefix } from '../net/prefix.ts';
import { NO_ROUTE, type RouteEntry, RoutingTable } from './routing-table.ts';
import type { VirtualRouters } from './virtual-routers.ts';

const OUT = -1;
const NOWHERE = -2;

/** A way through the firewall: a connected network, or an entry of `routes:`. */
export interface FibRoute {
  readonly destination: Prefix;
  /** Number of the virtual router that has it. */
  readonly router: number;
  /** Egress interface; null for one that discards or leads to `nextRouter`. */
  readonly interface: string | null;
  /** Number of the virtual router that looks on, or -1. */
  readonly nextRouter: number;
  readonly metric: number;
}

export class Fib {
  /** Connected networks, then `routes:` in their order; numbers of routes are places in it. */
  readonly routes: readonly FibRoute[];

  private readonly tables: readonly RoutingTable[];
  private readonly isActive: Uint8Array;
  /** By route: the router that looks on, OUT for a route with an interface, or NOWHERE. */
  private readonly leadsTo: Int32Array;
  /** Route number of the first of `routes:`. */
  private readonly firstOfFile: number;

  /** @param routerOf number of the virtual router that has an interface */
  constructor(
    config: FirewallConfig,
    routers: VirtualRouters,
    routerOf: (interfaceName: string) => number,
  ) {
    const connected = config.interfaces.flatMap(({ name, addresses }) => {
      return addresses.map(({ network }) => ({
        destination: network,
        router: routerOf(name),
        interface: name,
        nextRouter: -1,
        metric: 0,
      }));
    });
    const given = (config.routes ?? []).map((route) => ({
      destination: route.destination,
      router: routers.numberOf(route.virtualRouter),
      interface: route.interface,
      nextRouter: route.nextVr === null ? -1 : routers.numberOf(route.nextVr),
      metric: route.metric,
    }));
    this.routes = [...connected, ...given];
    this.leadsTo = Int32Array.from(this.routes, (route) => {
      if (route.interface !== null) return OUT;
      return route.nextRouter < 0 ? NOWHERE : route.nextRouter;
    });
    this.firstOfFile = connected.length;
    this.isActive = new Uint8Array(this.routes.length).fill(1);
    config.routes?.forEach(({ lifespan }, i) => {
      if (lifespan.from !== null) this.isActive[this.firstOfFile + i] = 0;
    });
    const entries: RouteEntry[][] = Array.from({ length: routers.count }, () => []);
    this.routes.forEach(({ destination, router, metric }, route) => {
      entries[router]!.push({ prefix: destination, route, metric });
    });
    this.tables = entries.map((each) => new RoutingTable(each, this.isActive));
  }

  /** Says whether an entry of `routes:`, by its place there, is in use; `settle` makes it so. */
  setActive(place: number, isActive: boolean): void {
    const route = this.firstOfFile + place;
    this.isActive[route] = isActive ? 1 : 0;
    this.tables[this.routes[route]!.router]!.change(route);
  }

  /** Takes to account what `setActive` said; true where any address takes another route. */
  settle(): boolean {
    // Not `some`: each table must settle.
    return this.tables.filter((table) => table.settle()).length > 0;
  }

  /**
   * Number of the route to an address of one word or four, with an egress interface; or NO_ROUTE, or
   * UNROUTED where the configuration has no route to it at any time.
   *
   * @param first number of the virtual router that takes the packet
   */
  lookup(first: number, family: number, words: Int32Array): number {
    const { tables, leadsTo } = this;
    let number = tables[first]!.lookup(family, words);
    if (number < 0) return number;
    for (let routers = 1; leadsTo[number]! >= 0; routers++) {
      // Routers that lead to each other in a circle lead nowhere.
      if (routers === tables.length) return NO_ROUTE;
      number = tables[leadsTo[number]!]!.lookup(family, words);
      if (number < 0) return NO_ROUTE;
    }
    return leadsTo[number] === OUT ? number : NO_ROUTE;
  }

  /** The route to an IPv4 address where the first router itself has one out; else NO_ROUTE. */
  direct4(first: number, word: number): number {
    const number = this.tables[first]!.lookup4(word);
    return number >= 0 && this.leadsTo[number] === OUT ? number : NO_ROUTE;
  }
}
