/**
 * This file translates addresses: it finds the NAT rule of a session's first packet, says where the
 * packet goes and what its source becomes, and gives back to the pools what the session held of them.
 *
 * The order is the firewall's (panos.md §4.5): the rule is found before the security policy is asked, but
 * a pool gives something only for a session that is allowed. A denied session is not translated.
 *
 * Protocols without ports (GRE, ESP, any other than TCP, UDP, SCTP and ICMP queries) have their address
 * translated alone, whatever kind of pool it is from. The vendor does not say so (assumed).
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import type { IngressZones } from '../ingress/ingress-zones.ts';
import { PROTO_SCTP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import {
  C2S_KEY,
  FLAGS_NAT,
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_PORTS,
  KEY_SOURCE,
  META_ICMP_SHIFT,
  NAT_HOLDS_NOTHING,
  NAT_HOLDS_OTHER,
  NAT_HOLDS_PORT,
  S2C_KEY,
  STATE,
} from '../session/layout.ts';
import { type SessionTable, ZONE_ANY } from '../session/session-table.ts';
import {
  type KeptTranslation,
  NAT_DESTINATION,
  NAT_SOURCE,
  newKeptTranslation,
  Translations,
} from '../session/translations.ts';
import { ICMP_ERROR } from '../wire/icmp.ts';
import type { PacketView } from '../wire/packet-view.ts';
import type { AddressList } from './address-list.ts';
import type { FlowFacts } from './flow-facts.ts';
import { metaSansZone } from './flow-key.ts';
import { NatPools } from './nat-pools.ts';
import { POOL_DRY } from './nat-ports.ts';
import {
  type CompiledNat,
  type CompiledNatRule,
  compileNat,
  type DestinationWay,
  meetsNatRule,
  type SourceWay,
} from './nat-rules.ts';
import { spreadOf } from './nat-spread.ts';

/** What was taken of a pool (KeptTranslation.claim); from CLAIM_ADDRESSES on the pool's number. */
const CLAIM_NONE = 0;
const CLAIM_PORT = 1;
const CLAIM_ADDRESSES = 2;

/** A flood of queries of one sequence number may be in the way of so many identifiers, no more. */
const IDENTIFIERS_TRIED = 256;

/** Both ends of a session as the server sees them. */
export interface Translation {
  source: number;
  sport: number;
  destination: number;
  dport: number;
}

export class Nat {
  /** Every rule that a session can name, by number. */
  readonly rules: CompiledNatRule[] = [];
  readonly translations = new Translations();
  /** Of the packet that met a rule last. */
  readonly now: Translation = { source: 0, sport: 0, destination: 0, dport: 0 };

  private readonly zones: IngressZones;
  private readonly pools: NatPools;
  private compiled: CompiledNat;
  /** Number of the first rule of the configuration in force. */
  private first = 0;
  private rule: CompiledNatRule | null = null;
  private readonly kept = newKeptTranslation();

  /** @param seed of the pools' hashes; never changes a result */
  constructor(config: FirewallConfig, zones: IngressZones, seed: number) {
    this.zones = zones;
    this.pools = new NatPools(config.session.natOversubscription, seed);
    this.compiled = compileNat(config, zones, this.pools);
    this.rules.push(...this.compiled.rules);
  }

  /** Lets the rules of another configuration take over; what sessions hold stays theirs. */
  change(config: FirewallConfig): void {
    this.first = this.rules.length;
    this.compiled = compileNat(config, this.zones, this.pools);
    this.rules.push(...this.compiled.rules);
  }

  /** Whether there is any rule to meet. */
  get hasRules(): boolean {
    return this.compiled.rules.length > 0;
  }

  /** NAT_SOURCE and NAT_DESTINATION of the packet that met a rule last. */
  get bits(): number {
    return this.kept.bits;
  }

  /** Number of the rule that was met last. */
  get ruleNumber(): number {
    return this.kept.rule;
  }

  /**
   * Whether the IPv4 packet of a server goes to, or comes from, an address that only the far side of a
   * translation has: then it does not tell both ends of its session.
   */
  isFarSide(view: PacketView): boolean {
    const { sources, destinations } = this.compiled;
    return sources.lookup4(view.destination) === 1 || destinations.lookup4(view.source) === 1;
  }

  /**
   * Finds the rule of an IPv4 packet without session and translates its destination; false without a
   * rule. A rule with neither translation exempts from those behind it.
   *
   * @param flow with the zones of the packet before translation
   * @param egress name number of the interface before translation
   */
  match(flow: FlowFacts, view: PacketView, egress: number): boolean {
    const { rules } = this.compiled;
    const { kept, now } = this;
    this.rule = null;
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i]!;
      if (!meetsNatRule(rule, flow, egress)) continue;
      this.rule = rule;
      kept.rule = this.first + i;
      kept.bits = 0;
      kept.claim = CLAIM_NONE;
      kept.spread = 0;
      now.source = view.source;
      now.sport = view.sport;
      now.destination = view.destination;
      now.dport = view.dport;
      if (rule.destinationWay !== null) this.translateDestination(rule.destinationWay, view);
      return true;
    }
    return false;
  }

  /** Takes the source's translation of the rule that was met; false where the pool is dry. */
  translateSource(view: PacketView, table: SessionTable): boolean {
    const way = this.rule?.sourceWay ?? null;
    if (way === null) return true;
    const { kept, now } = this;
    if (!this.takeSource(way, view, table)) return false;
    kept.bits |= NAT_SOURCE;
    kept.address = now.source;
    kept.port = now.sport;
    return true;
  }

  /** The session is denied: it is not translated. */
  leave(): void {
    this.kept.bits = 0;
    this.kept.spread = 0;
  }

  /** Notes what was translated as that of an installed session. */
  keep(table: SessionTable, slot: number): void {
    const { kept } = this;
    this.translations.keep(slot, table.capacity, kept);
    if (kept.spread > 0) this.pools.spreads[kept.spread - 1]!.add(kept.position);
    table.setFlags(slot, holdingOf(kept));
  }

  /** Gives back what a session held, before its record is freed. */
  release(table: SessionTable, slot: number): void {
    const holding = table.hot[slot * HOT_WORDS + STATE]! & FLAGS_NAT;
    // What is kept is looked at only if need be: that is one more wait for memory.
    if (holding === NAT_HOLDS_PORT) this.giveBack(table, slot, CLAIM_PORT);
    if (holding !== NAT_HOLDS_OTHER) return;
    const { translations, kept, pools } = this;
    translations.read(slot, kept);
    if (kept.spread > 0) pools.spreads[kept.spread - 1]!.remove(kept.position);
    this.giveBack(table, slot, kept.claim);
  }

  /**
   * Lets the pool follow a session whose translated source turns out to be another than the model's
   * choice: that is free again, and the other one in use, unless another session is thought to have it.
   * To be called before the s2c key has the new address and port; the NAT_ bits are the caller's.
   */
  follow(table: SessionTable, slot: number, address: number, port: number): void {
    const { translations, kept, pools } = this;
    translations.read(slot, kept);
    if (kept.claim !== CLAIM_PORT) return;
    this.giveBack(table, slot, CLAIM_PORT);
    const at = slot * HOT_WORDS;
    if (pools.ports.use(address, table.hot[at + S2C_KEY + KEY_SOURCE]!, port)) return;
    kept.claim = CLAIM_NONE;
    translations.keep(slot, table.capacity, kept);
    table.hot[at + STATE] = (table.hot[at + STATE]! & ~FLAGS_NAT) | holdingOf(kept);
  }

  /** Gives back what the s2c key says; what a session holds is always that. */
  private giveBack(table: SessionTable, slot: number, claim: number): void {
    const { hot } = table;
    const { ports, addresses } = this.pools;
    const at = slot * HOT_WORDS + S2C_KEY;
    if (claim === CLAIM_PORT) {
      const port = hot[at + KEY_PORTS]! & 0xffff;
      ports.give(hot[at + KEY_DESTINATION]!, hot[at + KEY_SOURCE]!, port);
    } else if (claim !== CLAIM_NONE) {
      addresses[claim - CLAIM_ADDRESSES]!.letGo(hot[slot * HOT_WORDS + C2S_KEY + KEY_SOURCE]!);
    }
  }

  private translateDestination(way: DestinationWay, view: PacketView): void {
    const { now, kept, pools } = this;
    const { from, to, port, spread } = way;
    kept.bits |= NAT_DESTINATION;
    if (spread > 0) {
      kept.spread = spread;
      kept.position = pools.spreads[spread - 1]!.choose(view.source, view.destination);
      now.destination = to.at(kept.position);
    } else if (to.count > 0) now.destination = byPosition(from, to, view.destination);
    if (port !== null && hasPorts(view)) now.dport = port;
  }

  private takeSource(way: SourceWay, view: PacketView, table: SessionTable): boolean {
    const { now, kept, pools } = this;
    switch (way.kind) {
      case 'ports':
        return this.takePort(way.addresses, view, table);
      case 'addresses': {
        const pool = pools.addresses[way.pool - 1]!;
        if (!pool.hold(view.source)) return this.takePort(way.fallback, view, table);
        now.source = pool.of(view.source);
        kept.claim = CLAIM_ADDRESSES + way.pool - 1;
        return true;
      }
      default:
        if (way.to.count === 0) return false;
        now.source = byPosition(way.from, way.to, view.source);
        return true;
    }
  }

  /** A source has the same one of the addresses in all its sessions; other ones don't help it out. */
  private takePort(addresses: AddressList, view: PacketView, table: SessionTable): boolean {
    if (addresses.count === 0) return false;
    const { now, kept } = this;
    const { ports } = this.pools;
    now.source = addresses.at(spreadOf(view.source, 0, addresses.count));
    if (hasPorts(view)) {
      now.sport = ports.take(now.source, now.destination, view.sport);
      kept.claim = CLAIM_PORT;
    } else if (view.icmpKind > 0 && view.icmpKind < ICMP_ERROR) {
      now.sport = this.freeIdentifier(view, table);
    }
    return now.sport !== POOL_DRY;
  }

  /**
   * The ICMP identifier itself, else the next one up: free is one whose replies no session has. Each
   * query with a sequence number of its own is a session of its own, and one `ping` keeps its
   * identifier throughout (panos.md §4.2); so identifiers are in no pool (assumed).
   */
  private freeIdentifier(view: PacketView, table: SessionTable): number {
    const { source, destination } = this.now;
    const meta = metaSansZone(view) + (1 << META_ICMP_SHIFT);
    for (let i = 0; i < IDENTIFIERS_TRIED; i++) {
      const identifier = (view.sport + i) & 0xffff;
      const ports = (view.dport << 16) | identifier;
      if (table.flowWith(destination, source, ports, meta, ZONE_ANY) < 0) return identifier;
    }
    return POOL_DRY;
  }
}

/** What a session's STATE says of what it holds. */
function holdingOf({ claim, spread }: Readonly<KeptTranslation>): number {
  if (spread > 0 || claim >= CLAIM_ADDRESSES) return NAT_HOLDS_OTHER;
  return claim === CLAIM_PORT ? NAT_HOLDS_PORT : NAT_HOLDS_NOTHING;
}

function hasPorts({ protocol }: PacketView): boolean {
  return protocol === PROTO_TCP || protocol === PROTO_UDP || protocol === PROTO_SCTP;
}

function byPosition(from: AddressList | null, to: AddressList, address: number): number {
  if (to.count === 1) return to.at(0);
  const position = from === null ? address >>> 0 : from.indexOf(address);
  return to.at(position % to.count);
}
