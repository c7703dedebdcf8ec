/**
 * This file says which virtual router takes a packet: that of the ingress interface. Routers are
 * numbered; 0 is the first of the configuration, or the only one where it names none.
 *
 * An interface that no router has, or that is not known, is taken to belong to the router of its
 * zone's other interfaces where that is one, else to the first: a capture often does not name its
 * interfaces, and a firewall has no interface with routes but without router (assumed).
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import type { IngressZones } from '../ingress/ingress-zones.ts';

export class VirtualRouters {
  /** Routers that there are, those that only routes name among them; at least 1. */
  readonly count: number;

  private readonly numbers = new Map<string, number>();
  /** By name number of an interface (IngressZones); holes where no router has it. */
  private readonly byName: number[] = [];
  /** By zone number. */
  private readonly byZone: Int32Array;

  constructor(config: FirewallConfig, zones: IngressZones) {
    for (const { name, interfaces } of config.virtualRouters) {
      const router = this.numberOf(name);
      for (const each of interfaces) this.byName[zones.numberName(each)] ??= router;
    }
    for (const { virtualRouter, nextVr } of config.routes ?? []) {
      if (virtualRouter !== null) this.numberOf(virtualRouter);
      if (nextVr !== null) this.numberOf(nextVr);
    }
    this.count = Math.max(1, this.numbers.size);
    this.byZone = Int32Array.from([null, ...config.zones], (zone) => {
      const routers = (zone?.interfaces ?? []).map(({ written }) => {
        return this.byName[zones.numberName(written)];
      });
      const known = new Set(routers.filter((router) => router !== undefined));
      return known.size === 1 ? [...known][0]! : 0;
    });
  }

  /** The router's number; null is the first. */
  numberOf(name: string | null): number {
    if (name === null) return 0;
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.numbers.size);
    return this.numbers.size - 1;
  }

  /**
   * The router that takes packets which come in by an interface.
   *
   * @param nameNumber of the interface, 0 for unknown
   * @param zone number of its zone; ZONE_UNKNOWN or none where that is not known either
   */
  of(nameNumber: number, zone: number): number {
    if (this.count === 1) return 0;
    return this.byName[nameNumber] ?? this.byZone[zone] ?? 0;
  }
}
