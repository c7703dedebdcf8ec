/**
 * This file leads packets through virtual wires: what comes in by one end goes out by the other, as
 * it is, tags and all.
 *
 * So its egress zone is the zone that the same frame would have on the other interface. An end may be
 * a subinterface (`NAME.TAG`, as zones name them); frames of a subinterface that is no end itself are
 * on the wire of the interface.
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import type { IngressZones, NamedOn } from '../ingress/ingress-zones.ts';
import type { PacketView } from '../wire/packet-view.ts';

/** The other end of a wire, from one of its ends. */
interface FarEnd {
  readonly nameNumber: number;
  readonly named: NamedOn;
}

export class VirtualWires {
  /** Name number of the interface that the last `zoneFor` led to. */
  nameNumber = 0;

  private readonly zones: IngressZones;
  /** By name number of the ingress interface. */
  private readonly farEnds = new Map<number, FarEnd>();

  constructor(config: FirewallConfig, zones: IngressZones) {
    this.zones = zones;
    const byName = new Map<string, FarEnd>();
    for (const { interfaces } of config.virtualWires) {
      const [one, other] = interfaces;
      byName.set(one, farEnd(other, zones));
      byName.set(other, farEnd(one, zones));
    }
    for (const [name, end] of byName) this.farEnds.set(zones.numberName(name), end);
    for (const { written, readings } of config.zones.flatMap((zone) => zone.interfaces)) {
      if (byName.has(written)) continue;
      // The longest name first: a subinterface's own wire goes before its interface's.
      const names = readings.map(({ name }) => name).sort((a, b) => b.length - a.length);
      const name = names.find((each) => byName.has(each));
      if (name !== undefined) this.farEnds.set(zones.numberName(written), byName.get(name)!);
    }
  }

  /** Whether an interface is an end of a wire. */
  has(nameNumber: number): boolean {
    return this.farEnds.has(nameNumber);
  }

  /** Zone number at the other end for the attached frame; -1 where the interface is on no wire. */
  zoneFor(view: PacketView, nameNumber: number): number {
    const end = this.farEnds.get(nameNumber);
    if (end === undefined) return -1;
    const tagged = this.zones.matchTags(view, end.named.tagged);
    this.nameNumber = tagged?.nameNumber ?? end.nameNumber;
    return tagged?.zone ?? end.named.zone;
  }
}

function farEnd(name: string, zones: IngressZones): FarEnd {
  return { nameNumber: zones.numberName(name), named: zones.namedOn(name) };
}
