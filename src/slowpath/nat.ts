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
import { hasPorts } from '../net/protocol.ts';
import { HOT_WORDS, KEY_META, S2C_KEY } from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';
import {
  NAT_DESTINATION,
  NAT_SOURCE,
  newKeptTranslation,
  type Translation,
  Translations,
} from '../session/translations.ts';
import { ICMP_ERROR } from '../wire/icmp.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { byPosition } from './address-list.ts';
import { FarSides } from './far-sides.ts';
import type { FlowFacts } from './flow-facts.ts';
import { freeIdentifier } from './icmp-identifier.ts';
import { CLAIM_ADDRESSES, CLAIM_GUESS, CLAIM_NONE, CLAIM_PORT, CLAIM_TWIN } from './nat-claims.ts';
import { NatPools } from './nat-pools.ts';
import { POOL_DRY } from './nat-ports.ts';
import {
  type CompiledNat,
  type CompiledNatRule,
  compileNat,
  type DestinationWay,
  meetsNatRule,
  namesPool,
  type PortPool,
  type SourceWay,
} from './nat-rules.ts';
import { spreadOf } from './nat-spread.ts';
import { clientOf, clientOfSession } from './nat-twins.ts';

export class Nat {
  /** Every rule that a session can name, by number. */
  readonly rules: CompiledNatRule[] = [];
  readonly translations = new Translations();
  /** Of the packet that met a rule last. */
  readonly now: Translation = { source: 0, sport: 0, destination: 0, dport: 0 };
  /** What sessions hold of the pools. */
  readonly pools: NatPools;
  /** Addresses that the rules in force put in place of others. */
  readonly far: FarSides;
  /** Whether pools give sources out, now or later: then a reply may be another session's than its key says. */
  readonly hasPools: boolean;
  /** A live session has other translated ends now. */
  onMoved: (slot: number) => void = () => {};

  private readonly zones: IngressZones;
  private compiled: CompiledNat;
  /** Number of the first rule of the configuration in force. */
  private first = 0;
  /** By configuration: what is compiled of it, and the number of its first rule. */
  private readonly known = new Map<FirewallConfig, { compiled: CompiledNat; first: number }>();
  private rule: CompiledNatRule | null = null;
  private readonly kept = newKeptTranslation();

  /**
   * @param seed of the pools' hashes; never changes a result
   * @param scale clients for each of the capture's, itself among them
   */
  constructor(config: FirewallConfig, zones: IngressZones, seed: number, scale = 1) {
    this.zones = zones;
    this.pools = new NatPools(this.translations, config.session.natOversubscription, seed);
    if (scale > 1) this.pools.ports.countAll();
    this.compiled = this.compile(config).compiled;
    this.hasPools = [config, ...config.changes.map((change) => change.config)].some(namesPool);
    this.far = new FarSides(this.compiled);
  }

  /** Lets the rules of another configuration take over; what sessions hold stays theirs. */
  change(config: FirewallConfig): void {
    const { compiled, first } = this.known.get(config) ?? this.compile(config);
    this.compiled = compiled;
    this.first = first;
    this.far.change(compiled);
  }

  private compile(config: FirewallConfig): { compiled: CompiledNat; first: number } {
    const made = { compiled: compileNat(config, this.zones, this.pools), first: this.rules.length };
    for (const rule of made.compiled.rules) this.rules.push(rule);
    this.known.set(config, made);
    return made;
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
   * Finds the rule of an IPv4 packet without session and translates its destination; false without a
   * rule. A rule with neither translation exempts from those behind it.
   *
   * @param flow with the zones of the packet before translation
   * @param egress name number of the interface before translation
   */
  match(flow: FlowFacts, view: PacketView, egress: number): boolean {
    const number = this.find(flow, egress);
    this.rule = null;
    if (number < 0) return false;
    this.follow(number, view);
    const way = this.rules[number]!.destinationWay;
    if (way !== null) this.translateDestination(way, view);
    return true;
  }

  /** Number of the rule that a flow would meet, or -1; nothing comes of it. */
  find(flow: FlowFacts, egress: number): number {
    const { rules } = this.compiled;
    for (let i = 0; i < rules.length; i++) {
      if (meetsNatRule(rules[i]!, flow, egress)) return this.first + i;
    }
    return -1;
  }

  /** Takes the rule of this number for a packet, of which nothing is translated yet. */
  follow(rule: number, view: PacketView): void {
    const { kept, now } = this;
    this.rule = this.rules[rule]!;
    kept.rule = rule;
    kept.bits = 0;
    kept.claim = CLAIM_NONE;
    kept.spread = 0;
    now.source = view.source;
    now.sport = view.sport;
    now.destination = view.destination;
    now.dport = view.dport;
  }

  /** What a predict says becomes of an end: NAT_SOURCE or NAT_DESTINATION. No pool is asked. */
  predicted(end: number, word: number, port: number): void {
    const { kept, now } = this;
    kept.bits |= end;
    const isSource = end === NAT_SOURCE;
    now[isSource ? 'source' : 'destination'] = word;
    now[isSource ? 'sport' : 'dport'] = port;
    if (isSource) Object.assign(kept, { address: word, port });
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

  /** Notes what was translated as that of a session. */
  keep(slot: number, capacity: number): void {
    const { kept, now, pools } = this;
    this.translations.keep(slot, capacity, kept);
    if (kept.claim === CLAIM_PORT) pools.ports.take(slot, now.source, now.destination, now.sport);
    if (kept.claim === CLAIM_TWIN) pools.ports.takeForTwin(slot, kept.address, now.destination);
    if (kept.spread > 0) pools.spreads[kept.spread - 1]!.add(kept.position);
  }

  /** Gives back what a session held, before its record is freed. */
  release(table: SessionTable, slot: number): void {
    const { translations, kept, pools } = this;
    const isHolding = translations.holds(slot);
    if (isHolding) translations.read(slot, kept);
    translations.forget(slot);
    if (!isHolding) return;
    if (kept.spread > 0) pools.spreads[kept.spread - 1]!.remove(kept.position);
    if (kept.claim >= CLAIM_ADDRESSES) {
      pools.addresses[kept.claim - CLAIM_ADDRESSES]!.letGo(clientOfSession(table, slot));
      return;
    }
    if (kept.claim === CLAIM_PORT) pools.ports.give(slot);
    if (kept.claim === CLAIM_TWIN) pools.ports.giveForTwin(slot);
    if (kept.claim !== CLAIM_NONE) pools.uses[kept.use - 1]!.give();
  }

  /**
   * A session's s2c key is about to change to this one: the port that it holds is given back, and it
   * holds the one in the new key, if that is free.
   */
  moveClaim(
    table: SessionTable,
    slot: number,
    server: number,
    client: number,
    ports: number,
  ): void {
    this.letGo(slot);
    if (this.translations.claimOf(slot) !== CLAIM_GUESS) return;
    const own = this.pools.ports;
    const protocol = table.hot[slot * HOT_WORDS + S2C_KEY + KEY_META]! & 255;
    if (!hasPorts(protocol) || !own.isFree(client, server, ports & 0xffff)) return;
    own.take(slot, client, server, ports & 0xffff);
    this.translations.setClaim(slot, CLAIM_PORT);
  }

  /** A session turns out not to have the port that it holds. */
  letGo(slot: number): void {
    if (this.translations.claimOf(slot) !== CLAIM_PORT) return;
    this.pools.ports.give(slot);
    this.translations.setClaim(slot, CLAIM_GUESS);
  }

  /** Whether a pool chose the translated source of a session: the firewall may have chosen another. */
  isGuess(slot: number): boolean {
    return this.translations.claimOf(slot) !== CLAIM_NONE;
  }

  /** The rule of a session that met one. */
  ruleOf(slot: number): CompiledNatRule | null {
    return this.rules[this.translations.ruleOf(slot)] ?? null;
  }

  private translateDestination(way: DestinationWay, view: PacketView): void {
    const { now, kept, pools } = this;
    const { from, to, port, spread } = way;
    kept.bits |= NAT_DESTINATION;
    if (spread > 0) {
      // A twin is led where its original is: it does not turn the wheel for others.
      kept.spread = view.twin === 0 ? spread : 0;
      kept.position = pools.spreads[spread - 1]!.choose(view.source, view.destination);
      now.destination = to.at(kept.position);
    } else if (to.count > 0) now.destination = byPosition(from, to, view.destination);
    if (port !== null && hasPorts(view.protocol)) now.dport = port;
  }

  private takeSource(way: SourceWay, view: PacketView, table: SessionTable): boolean {
    const { now, kept, pools } = this;
    switch (way.kind) {
      case 'ports':
        return this.takePort(way, view, table);
      case 'addresses': {
        const pool = pools.addresses[way.pool - 1]!;
        const client = clientOf(view.source, view.twin);
        if (!pool.hold(client)) {
          return way.fallback !== null && this.takePort(way.fallback, view, table);
        }
        now.source = pool.of(client);
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
  private takePort({ addresses, use }: PortPool, view: PacketView, table: SessionTable): boolean {
    const { now, kept } = this;
    const { ports, uses } = this.pools;
    const { count } = addresses;
    if (count > 0) now.source = addresses.at(spreadOf(view.source, view.twin, count));
    if (count === 0) now.sport = POOL_DRY;
    else if (hasPorts(view.protocol)) {
      const isTwin = view.twin !== 0;
      now.sport = ports[isTwin ? 'findForTwin' : 'find'](now.source, now.destination, view.sport);
      kept.claim = isTwin ? CLAIM_TWIN : CLAIM_PORT;
    } else if (view.icmpKind > 0 && view.icmpKind < ICMP_ERROR) {
      now.sport = freeIdentifier(table, view, now.source, now.destination);
      kept.claim = CLAIM_GUESS;
    } else return true;
    kept.use = use;
    if (now.sport === POOL_DRY) uses[use - 1]!.failures++;
    else uses[use - 1]!.take();
    return now.sport !== POOL_DRY;
  }
}
