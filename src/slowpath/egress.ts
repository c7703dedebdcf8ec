/**
 * This file says where the firewall would send a packet: by route, else by the zones' `networks`
 * (CONTRACT: Egress zone).
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import { type IngressZones, ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import { PrefixTable } from '../net/prefix-table.ts';
import type { PacketView } from '../wire/packet-view.ts';

export class Egress {
  /** Name number (IngressZones.names) of the interface that the last `zoneFor` found; 0 unknown. */
  nameNumber = 0;
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

  /** Zone number for the attached packet's destination, or 0 when nothing is known of it. */
  zoneFor(view: PacketView): number {
    this.nameNumber = 0;
    if (this.hasRoutes) {
      const route = lookup(this.routes, view);
      if (route >= 0) {
        this.nameNumber = this.routeName[route]!;
        return this.routeZone[route]!;
      }
    }
    const zone = Math.max(lookup(this.zones.networks, view), 0);
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

function lookup(table: PrefixTable, view: PacketView): number {
  return view.family === 4
    ? table.lookup4(view.destination)
    : table.lookup6(view.destination, view.destination1, view.destination2, view.destination3);
}
