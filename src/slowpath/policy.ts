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
  TimerOverrides,
} from '../config/firewall-config.ts';
import { ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import type { PrefixTable } from '../net/prefix-table.ts';
import type { FlowFacts } from './flow-facts.ts';
import { addressSet, covers, hasPort, zoneSet } from './rule-match.ts';

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
