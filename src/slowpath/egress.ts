/**
 * This file says where the firewall would send a packet: through a virtual wire, by PBF rule, by route
 * (a connected network is one), else by the zones' `networks` (CONTRACT: Egress zone).
 *
 * `networks` stand in only where the configuration has no route to the destination at any time: a
 * route that was withdrawn leaves nothing in its place.
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import { type IngressZones, ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import type { PrefixTable } from '../net/prefix-table.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { Fib } from './fib.ts';
import { fillFlowFacts, newFlowFacts } from './flow-facts.ts';
import { OwnAddresses } from './own-addresses.ts';
import { NO_PBF_RULE, Pbf, type PbfWay } from './pbf.ts';
import { UNROUTED } from './routing-table.ts';
import { VirtualRouters } from './virtual-routers.ts';
import { VirtualWires } from './virtual-wires.ts';

/** How a zone was found, or why there is none. */
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
  /** Name number (IngressZones.names) of the interface that was found last; 0 unknown. */
  nameNumber = 0;
  /** How the last zone was found, or why it is unknown: a WAY_. */
  way = WAY_NONE;
  /** Of the last `zoneFor`: number of the PBF rule that its packet meets, or NO_PBF_RULE. */
  pbfRule = NO_PBF_RULE;
  /** Whether the configuration has `routes:`: then a packet without one goes nowhere. */
  readonly hasRoutes: boolean;
  /** Whether it has addresses of interfaces: then the networks that these are in are known. */
  readonly knowsConnected: boolean;
  readonly fib: Fib;
  /** null without rules. */
  readonly pbf: Pbf | null;
  /** null without wires. */
  readonly wires: VirtualWires | null;
  readonly own: OwnAddresses;

  private readonly zones: IngressZones;
  private readonly networks: PrefixTable;
  private readonly routers: VirtualRouters;
  /** By route number: its zone and name number. */
  private readonly routeZone: Int32Array;
  private readonly routeName: Int32Array;
  /** By zone number: the name number of its only interface, else 0. */
  private readonly onlyName: Int32Array;
  private readonly facts = newFlowFacts();
  private readonly words = new Int32Array(4);
  /** Router of the last `zoneFor`; its zone where it did not come from a route, else -1. */
  private router = 0;
  private fixedZone = -1;
  /** The rule that its packet, which is to the firewall itself, meets if NAT leads it on; or none. */
  private ruleBehindNat = NO_PBF_RULE;

  constructor(config: FirewallConfig, zones: IngressZones) {
    this.zones = zones;
    this.networks = zones.networks;
    this.hasRoutes = config.routes !== null;
    this.routers = new VirtualRouters(config, zones);
    const places = new Map<string, number>();
    const zoneOf = (name: string) => {
      let zone = places.get(name);
      if (zone === undefined) {
        zone = zones.zoneOfName(name);
        places.set(name, zone);
      }
      return zone;
    };
    const routerOf = (name: string) => this.routers.of(zones.numberName(name), zoneOf(name));
    this.fib = new Fib(config, this.routers, routerOf);
    const names = this.fib.routes.map((route) => route.interface);
    this.routeZone = Int32Array.from(names, (name) => (name === null ? 0 : zoneOf(name)));
    this.routeName = Int32Array.from(names, (name) => (name === null ? 0 : zones.numberName(name)));
    this.onlyName = Int32Array.from([null, ...config.zones], (zone) => {
      const only = zone?.interfaces.length === 1 ? zone.interfaces[0] : undefined;
      return only === undefined ? 0 : zones.numberName(only.written);
    });
    this.pbf = config.pbf.length === 0 ? null : new Pbf(config, zones);
    this.wires = config.virtualWires.length === 0 ? null : new VirtualWires(config, zones);
    this.own = new OwnAddresses(config.interfaces);
    this.knowsConnected = config.interfaces.some(({ addresses }) => addresses.length > 0);
  }

  /**
   * Zone number for the attached packet's destination, or ZONE_UNKNOWN; `way` says more. The ingress
   * interface is that of the last `zoneOf`.
   *
   * @param zone number of the zone that the packet came in by
   */
  zoneFor(view: PacketView, zone: number = ZONE_UNKNOWN): number {
    const name = this.zones.nameNumber;
    this.pbfRule = NO_PBF_RULE;
    this.ruleBehindNat = NO_PBF_RULE;
    if (this.takeWire(view, name)) return this.fixedZone;
    this.fixedZone = -1;
    this.router = this.routers.of(name, zone);
    if (this.pbf !== null) {
      fillFlowFacts(this.facts, view, false);
      this.facts.from = zone;
      const rule = this.pbf.match(this.facts, name);
      if (this.own.has(view.family, this.facts.destination)) this.ruleBehindNat = rule;
      else if (this.meetRule(this.pbf, rule)) return this.fixedZone;
    }
    return this.lookup(view.family, this.destinationOf(view));
  }

  /**
   * As `zoneFor`, for a packet that the server of a new session sends: the zone of the client. No PBF
   * rule decides it; `pbfRule` is that of the packets to the server. One that discards cannot have
   * been there when the session was made.
   */
  zoneForReply(view: PacketView, zone: number): number {
    const name = this.zones.nameNumber;
    this.pbfRule = NO_PBF_RULE;
    if (this.takeWire(view, name)) return this.fixedZone;
    this.fixedZone = -1;
    this.router = this.routers.of(name, zone);
    const found = this.lookup(view.family, this.destinationOf(view));
    if (this.pbf !== null) {
      fillFlowFacts(this.facts, view, true);
      this.facts.from = found;
      const isOwn = this.own.has(view.family, this.facts.destination);
      const rule = isOwn ? NO_PBF_RULE : this.pbf.match(this.facts, this.nameNumber);
      if (this.pbf.ruleOf(rule)?.action !== 'discard') this.pbfRule = rule;
    }
    return found;
  }

  /**
   * Zone number for another destination of the packet that `zoneFor` was asked of last: the one that
   * a NAT rule puts in place of its own. A PBF rule or a virtual wire leads both the same way. What was
   * for the firewall itself and is not any more meets the PBF rule of its first destination now: so
   * do servers behind an interface's address have symmetric return (assumed).
   */
  zoneFor4(address: number): number {
    this.words[0] = address;
    const isOn = this.ruleBehindNat !== NO_PBF_RULE && !this.own.has(4, this.words);
    if (isOn) this.meetRule(this.pbf!, this.ruleBehindNat);
    if (this.fixedZone >= 0) return this.fixedZone;
    return this.lookup(4, this.words);
  }

  /**
   * Zone number that a PBF rule leads to, or -1 where it leaves the way to the routes; a rule that
   * discards leads to ZONE_UNKNOWN.
   */
  zoneOfRule(rule: PbfWay): number {
    return this.takeRule(rule) ? this.fixedZone : -1;
  }

  /** From here on `zoneOf` is asked of packets that come in by this interface and zone (numbers). */
  enter(nameNumber: number, zone: number): void {
    this.router = this.routers.of(nameNumber, zone);
  }

  /** Zone number for an address of one word or four by route and `networks` alone. */
  zoneOf(family: number, words: Int32Array): number {
    return this.lookup(family, words);
  }

  /**
   * Whether a route leads an IPv4 address to a zone, asked of packets that come in by an interface and
   * zone: the short way of `zoneOf` to the usual answer. False where more has to be looked at.
   */
  isRouted4(address: number, to: number, nameNumber: number, zone: number): boolean {
    if (to === ZONE_UNKNOWN) return false;
    const route = this.fib.direct4(this.routers.of(nameNumber, zone), address);
    return route >= 0 && this.routeZone[route] === to;
  }

  private takeWire(view: PacketView, name: number): boolean {
    const zone = this.wires?.zoneFor(view, name) ?? -1;
    if (zone < 0) return false;
    this.fixedZone = zone;
    this.nameNumber = this.wires!.nameNumber;
    this.way = WAY_WIRE;
    return true;
  }

  /** Notes the PBF rule, or none, of the packet in hand; says whether it decides where it is sent. */
  private meetRule(pbf: Pbf, number: number): boolean {
    this.pbfRule = number;
    const rule = pbf.ruleOf(number);
    return rule !== null && this.takeRule(rule);
  }

  /** Takes the way of a PBF rule, if it says one. */
  private takeRule({ action, zone, nameNumber }: PbfWay): boolean {
    if (action === 'no-pbf') return false;
    const isForward = action === 'forward';
    this.fixedZone = isForward ? zone : ZONE_UNKNOWN;
    this.nameNumber = isForward ? nameNumber : 0;
    this.way = isForward ? WAY_PBF : WAY_DISCARD;
    return true;
  }

  private lookup(family: number, words: Int32Array): number {
    this.nameNumber = 0;
    const route = this.fib.lookup(this.router, family, words);
    if (route >= 0) {
      this.nameNumber = this.routeName[route]!;
      this.way = WAY_ROUTE;
      const zone = this.routeZone[route]!;
      // What is told of packets that come in by an interface without a zone, too (CONTRACT).
      return zone === ZONE_UNKNOWN ? this.zoneByNetwork(family, words) : zone;
    }
    this.way = WAY_NO_ROUTE;
    if (route !== UNROUTED) return ZONE_UNKNOWN;
    const zone = this.zoneByNetwork(family, words);
    this.way = zone === ZONE_UNKNOWN ? WAY_NONE : WAY_NETWORKS;
    this.nameNumber = this.onlyName[zone]!;
    return zone;
  }

  private zoneByNetwork(family: number, words: Int32Array): number {
    return Math.max(this.networks.lookup(family, words), ZONE_UNKNOWN);
  }

  private destinationOf(view: PacketView): Int32Array {
    const { words } = this;
    words[0] = view.destination;
    words[1] = view.destination1;
    words[2] = view.destination2;
    words[3] = view.destination3;
    return words;
  }
}
