/**
 * This file says where the firewall would send a packet: by route, else by the zones' `networks`
 * (CONTRACT: Egress zone).
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import { type IngressZones, ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import { PrefixTable } from '../net/prefix-table.ts';
import type { PacketView } from '../wire/packet-view.ts';

/** How `Egress.way` was found, or why there is none. */
export const WAY_NONE = 0;
/** The routes lead nowhere: withdrawn, discarding, in a circle. */
export const WAY_NO_ROUTE = 1;
/** A PBF rule says that the packet is dropped. */
export const WAY_DISCARD = 2;
/** No route is about the destination, but a zone's `networks` are. */
export const WAY_NETWORKS = 3;
export const WAY_ROUTE = 4;
export const WAY_WIRE = 5;
export const WAY_PBF = 6;

export class Egress {
  /** Name number (IngressZones.names) of the interface that the last `zoneFor` found; 0 unknown. */
  nameNumber = 0;
  /** How the last zone was found, or why it is unknown: a WAY_. */
  way = WAY_NONE;
  /** Whether the configuration has routes: then a packet without one goes nowhere. */
  readonly hasRoutes: boolean;

  private readonly zones: IngressZones;
  private readonly routes: PrefixTable;
  /** By route: its zone and name number. */
  private readonly routeZone: Int32Array;
  private readonly routeName: Int32Array;
  /** By zone number: the name number of its only interface, else 0. */
  private readonly onlyName: Int32Array;

  constructor(config: FirewallConfig, zones: IngressZones) {
    const routes = config.routes ?? [];
    this.zones = zones;
    this.hasRoutes = config.routes !== null;
    this.routes = new PrefixTable(routes.map((r, i) => ({ prefix: r.destination, value: i })));
    this.routeZone = Int32Array.from(routes, (route) => zones.zoneOfName(route.interface ?? ''));
    this.routeName = Int32Array.from(routes, (route) => zones.numberName(route.interface ?? ''));
    this.onlyName = Int32Array.from([null, ...config.zones], (zone) => {
      const only = zone?.interfaces.length === 1 ? zone.interfaces[0] : undefined;
      return only === undefined ? 0 : zones.numberName(only.written);
    });
  }

  /**
   * Zone number for the attached packet's destination, or ZONE_UNKNOWN; `way` says more. The ingress
   * interface is that of the last `zoneOf`.
   *
   * @param _zone number of the zone that the packet came in by
   */
  zoneFor(view: PacketView, _zone: number = ZONE_UNKNOWN): number {
    const { networks } = this.zones;
    if (view.family === 4) return this.zoneFor4(view.destination);
    const { destination, destination1, destination2, destination3 } = view;
    const route = this.routes.lookup6(destination, destination1, destination2, destination3);
    const known = networks.lookup6(destination, destination1, destination2, destination3);
    return this.found(route, known);
  }

  /**
   * Zone number for another destination of the packet that `zoneFor` was asked of last: the one that
   * a NAT rule puts in place of its own. A PBF rule or a virtual wire leads both the same way.
   */
  zoneFor4(address: number): number {
    return this.found(this.routes.lookup4(address), this.zones.networks.lookup4(address));
  }

  private found(route: number, known: number): number {
    this.nameNumber = 0;
    this.way = WAY_NONE;
    if (this.hasRoutes && route >= 0) {
      this.nameNumber = this.routeName[route]!;
      this.way = WAY_ROUTE;
      return this.routeZone[route]!;
    }
    const zone = Math.max(known, ZONE_UNKNOWN);
    if (zone !== ZONE_UNKNOWN) this.way = WAY_NETWORKS;
    this.nameNumber = this.onlyName[zone]!;
    return zone;
  }

  /**
   * Zone number that a route leads to for replies to the attached packet, or 0 where no route says
   * so: without routes the way back cannot be judged (panos.md §8).
   */
  returnZoneFor(view: PacketView): number {
    if (!this.hasRoutes) return ZONE_UNKNOWN;
    const route =
      view.family === 4
        ? this.routes.lookup4(view.source)
        : this.routes.lookup6(view.source, view.source1, view.source2, view.source3);
    return route < 0 ? ZONE_UNKNOWN : this.routeZone[route]!;
  }
}
