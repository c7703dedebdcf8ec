/**
 * This file matches security rules: top down, then the two built-in defaults (CONTRACT: Rules,
 * panos.md §9 stage 1). A decision names the rule and, of an allowed session, the service that has
 * timers of its own.
 *
 * Until App-ID comes an application is told by its default ports: a rule that names applications is
 * met on a default port of one of them, or on a port that its own `service` names.
 */

import type {
  ApplicationSettings,
  FirewallConfig,
  RuleAction,
  SecurityRule,
  ServiceEntry,
  ServicePorts,
  TimerOverrides,
} from '../config/firewall-config.ts';
import { ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import type { Prefix } from '../net/prefix.ts';
import { PrefixTable } from '../net/prefix-table.ts';
import { PORT_PROTOCOLS } from '../net/protocol.ts';

/** What a session's first packet is matched by, in the direction client to server. */
export interface FlowFacts {
  /** Zone numbers; of the egress zone ZONE_UNKNOWN where nothing is known. */
  from: number;
  to: number;
  family: number;
  /** Words of the addresses; family 4 has one. */
  readonly source: Int32Array;
  readonly destination: Int32Array;
  protocol: number;
  dport: number;
  /** Index of the application that the ports tell, or -1. */
  application: number;
}

/** A rule as reports know it. */
export interface RuleFacts {
  readonly name: string;
  readonly action: RuleAction;
  readonly logEnd: boolean;
}

/** No rule was met: the packet goes nowhere (`flow_policy_nofwd`). */
export const NO_RULE = -1;

interface CompiledRule extends RuleFacts {
  readonly ruleType: SecurityRule['ruleType'];
  /** By zone number; null for any. */
  readonly from: Uint8Array | null;
  readonly to: Uint8Array | null;
  readonly source: PrefixTable | null;
  readonly destination: PrefixTable | null;
  readonly negateSource: boolean;
  readonly negateDestination: boolean;
  /** Ports that the rule names: they decide, not those of its applications. null for any port. */
  readonly services: readonly ServiceEntry[] | null;
  /** By application index; null for any. */
  readonly applications: Uint8Array | null;
}

/** The rulebase of one configuration. */
export class Policy {
  /** Every rule that a session can name, by the number that `decide` answers with. */
  readonly rules: readonly RuleFacts[];
  /** Of the rule that was met last: timers of the service that matched, or null. */
  overrides: TimerOverrides | null = null;

  private readonly compiled: readonly CompiledRule[];
  private readonly applications: readonly ApplicationSettings[];
  private readonly intrazoneDefault: number;
  private readonly interzoneDefault: number;

  constructor(config: FirewallConfig) {
    this.applications = config.applications;
    const rules = config.rules?.filter((rule) => !rule.disabled);
    this.compiled = rules?.map((rule) => compile(rule, config)) ?? [ALLOW_ALL];
    const isEmpty = config.rules === null;
    const defaults: readonly RuleFacts[] = isEmpty ? [] : [INTRAZONE_DEFAULT, INTERZONE_DEFAULT];
    this.rules = [...this.compiled, ...defaults];
    this.intrazoneDefault = this.compiled.length;
    this.interzoneDefault = this.compiled.length + 1;
  }

  /** Number of the rule that a session meets, or NO_RULE. */
  decide(flow: FlowFacts): number {
    for (let i = 0; i < this.compiled.length; i++) {
      if (this.matches(this.compiled[i]!, flow)) return i;
    }
    this.overrides = null;
    // The default rules are about pairs of zones: they do not apply to an unknown egress zone.
    if (flow.to === ZONE_UNKNOWN) return NO_RULE;
    return flow.from === flow.to ? this.intrazoneDefault : this.interzoneDefault;
  }

  private matches(rule: CompiledRule, flow: FlowFacts): boolean {
    const { from, to } = flow;
    if (rule.from !== null && rule.from[from] !== 1) return false;
    if (rule.to !== null && rule.to[to] !== 1) return false;
    if (rule.ruleType !== 'universal') {
      if (to === ZONE_UNKNOWN || (from === to) !== (rule.ruleType === 'intrazone')) return false;
    }
    return (
      covers(rule.source, rule.negateSource, flow.family, flow.source) &&
      covers(rule.destination, rule.negateDestination, flow.family, flow.destination) &&
      this.takesService(rule, flow) &&
      this.takesApplication(rule, flow)
    );
  }

  private takesService(rule: CompiledRule, flow: FlowFacts): boolean {
    this.overrides = null;
    if (rule.services === null) return true;
    for (const service of rule.services) {
      if (!hasPort(service, flow.protocol, flow.dport)) continue;
      this.overrides = service.overrides;
      return true;
    }
    return false;
  }

  private takesApplication(rule: CompiledRule, flow: FlowFacts): boolean {
    if (rule.applications === null || rule.services !== null) return true;
    for (let i = 0; i < this.applications.length; i++) {
      if (rule.applications[i] !== 1) continue;
      if (i === flow.application) return true;
      const { ports } = this.applications[i]!;
      if (ports.some((entry) => hasPort(entry, flow.protocol, flow.dport))) return true;
    }
    return false;
  }
}

const ANY = {
  ruleType: 'universal',
  from: null,
  to: null,
  source: null,
  destination: null,
  negateSource: false,
  negateDestination: false,
  services: null,
  applications: null,
} as const;

const ALLOW_ALL: CompiledRule = { ...ANY, name: 'allow-all', action: 'allow', logEnd: true };
/** The vendor's defaults do not log (predefined rules of the security rulebase). */
const INTRAZONE_DEFAULT = { name: 'intrazone-default', action: 'allow', logEnd: false } as const;
const INTERZONE_DEFAULT = { name: 'interzone-default', action: 'deny', logEnd: false } as const;

function compile(rule: SecurityRule, config: FirewallConfig): CompiledRule {
  const { service } = rule;
  return {
    name: rule.name,
    action: rule.action,
    logEnd: rule.logEnd,
    ruleType: rule.ruleType,
    from: zoneSet(rule.from, config),
    to: zoneSet(rule.to, config),
    source: addressSet(rule.source),
    destination: addressSet(rule.destination),
    negateSource: rule.negateSource,
    negateDestination: rule.negateDestination,
    services: typeof service === 'string' ? null : service,
    applications:
      rule.application === null
        ? null
        : Uint8Array.from(config.applications, ({ name }) =>
            rule.application?.includes(name) === true ? 1 : 0,
          ),
  };
}

/** Zone numbers are 1 + the index in the configuration; ZONE_UNKNOWN is in no set. */
function zoneSet(names: readonly string[] | null, config: FirewallConfig): Uint8Array | null {
  if (names === null) return null;
  return Uint8Array.from([0, ...config.zones.map(({ name }) => (names.includes(name) ? 1 : 0))]);
}

function addressSet(prefixes: readonly Prefix[] | null): PrefixTable | null {
  if (prefixes === null) return null;
  return new PrefixTable(prefixes.map((prefix) => ({ prefix, value: 1 })));
}

function covers(
  table: PrefixTable | null,
  isNegated: boolean,
  family: number,
  words: Int32Array,
): boolean {
  if (table === null) return !isNegated;
  const found =
    family === 4
      ? table.lookup4(words[0]!)
      : table.lookup6(words[0]!, words[1]!, words[2]!, words[3]!);
  return (found === 1) !== isNegated;
}

function hasPort({ protocol, ports }: ServicePorts, number: number, port: number): boolean {
  if (PORT_PROTOCOLS[protocol] !== number) return false;
  return ports.some(({ from, to }) => port >= from && port <= to);
}
