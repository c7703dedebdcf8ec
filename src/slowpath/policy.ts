/**
 * This file matches security rules: top down, then the two built-in defaults (CONTRACT: Rules,
 * panos.md §9 stage 1). A decision names the rule and, of an allowed session, the service that has
 * timers of its own.
 *
 * It is asked twice: before anything is known of the application, and once payload has told it. With
 * `app-id: ports` an application is told by its default ports: a rule that names applications is met on
 * a default port of one of them, or on a port that its own `service` names.
 */

import type { ApplicationSettings } from '../config/application-config.ts';
import type {
  FirewallConfig,
  RuleAction,
  SecurityRule,
  ServiceEntry,
  TimerOverrides,
} from '../config/firewall-config.ts';
import { ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import type { AddressSet } from '../net/address-set.ts';
import { hasPorts } from '../net/protocol.ts';
import type { FlowFacts } from './flow-facts.ts';
import { addressSet, covers, hasPort, zoneSet } from './rule-match.ts';

/** A rule as reports know it. */
export interface RuleFacts {
  readonly name: string;
  readonly action: RuleAction;
  readonly icmpUnreachable: boolean;
  readonly logEnd: boolean;
  /** Security profiles look at the content of what it allows. */
  readonly hasProfiles: boolean;
}

/**
 * In place of an application: it is to be identified, and not known yet. Then a rule that names
 * applications may allow, and denies nothing (panos.md §9 stage 1).
 */
export const NOT_IDENTIFIED = -2;

/** No rule was met: the packet goes nowhere (`flow_policy_nofwd`). */
export const NO_RULE = -1;

interface CompiledRule extends RuleFacts {
  readonly ruleType: SecurityRule['ruleType'];
  /** By zone number; null for any. */
  readonly from: Uint8Array | null;
  readonly to: Uint8Array | null;
  readonly source: AddressSet | null;
  readonly destination: AddressSet | null;
  readonly negateSource: boolean;
  readonly negateDestination: boolean;
  /** Ports that the rule names: they decide, not those of its applications. null for any port. */
  readonly services: readonly ServiceEntry[] | null;
  /** By application index; null for any. */
  readonly applications: Uint8Array | null;
  /** `service: application-default`: on the application's own ports alone. */
  readonly isApplicationDefault: boolean;
}

/**
 * The rulebase in force. Rules are numbered through all rulebases that a configuration brings in the
 * course of a capture, so that a number names its rule for good; two rules may have one name.
 */
export class Policy {
  /** Every rule that a session can name, by the number that `decide` answers with. */
  readonly rules: readonly RuleFacts[];
  /** Of the rule that was met last: timers of the service that matched, or null. */
  overrides: TimerOverrides | null = null;
  /** The application for whose sake `decideImplicit` let a session pass, or -1. */
  implicitChild = -1;

  /** By configuration: the number of its first rule. */
  private readonly firstOf = new Map<FirewallConfig, number>();
  private compiled: readonly CompiledRule[] = [];
  /** There is no rulebase: all is allowed. */
  private allowsAll = false;
  private applications: readonly ApplicationSettings[] = [];
  /** Applications are identified by payload; else ports tell them. */
  private readonly identifies: boolean;
  /** Number of the rulebase's first rule. */
  private first = 0;

  /** @param config the one in force at first */
  constructor(config: FirewallConfig) {
    const rules: RuleFacts[] = [];
    for (const one of [config, ...config.changes.map((change) => change.config)]) {
      if (this.firstOf.has(one)) continue;
      this.firstOf.set(one, rules.length);
      for (const rule of rulesOf(one)) rules.push(rule);
    }
    this.rules = rules;
    this.identifies = config.session.identifiesByPayload;
    this.adopt(config);
  }

  /** Puts the rulebase of another configuration in force: one that the first one names. */
  adopt(config: FirewallConfig): void {
    this.first = this.firstOf.get(config)!;
    this.applications = config.applications;
    const rules = enabledRules(config);
    this.allowsAll = rules === null;
    this.compiled = rules?.map((rule) => compile(rule, config)) ?? [ALLOW_ALL];
  }

  /** Number of the rule that a session meets, or NO_RULE. */
  decide(flow: FlowFacts): number {
    if (this.allowsAll) {
      this.overrides = null;
      return this.first;
    }
    for (let i = 0; i < this.compiled.length; i++) {
      if (this.matches(this.compiled[i]!, flow)) return this.first + i;
    }
    this.overrides = null;
    // The default rules are about pairs of zones: they do not apply to an unknown egress zone.
    if (flow.to === ZONE_UNKNOWN) return NO_RULE;
    return flow.from === flow.to ? this.interzoneDefault - 1 : this.interzoneDefault;
  }

  /**
   * As `decide`, for a session that may still turn out to be one of `children`, which implicitly use its
   * present application: a rule that allows a child lets it pass for the time being, where no rule
   * speaks of the application itself. What a rule for any application says comes after: it denies
   * only what the rules above do not let pass; `implicitChild` is then the child, else -1.
   *
   * @source panos.md §9; the vendor's training material: "only handled if there is no match with an
   *   explicit rule"
   * @confidence documented; that a rule which denies any application is not explicit is inferred
   */
  decideImplicit(flow: FlowFacts, children: readonly number[]): number {
    const explicit = this.decide(flow);
    this.implicitChild = -1;
    const met = explicit === NO_RULE ? undefined : this.compiled[explicit - this.first];
    const isSaid = met !== undefined && (met.action === 'allow' || met.applications !== null);
    const isAllowed = explicit !== NO_RULE && this.rules[explicit]!.action === 'allow';
    if (isSaid || isAllowed) return explicit;
    const { overrides } = this;
    const { application } = flow;
    const end = met === undefined ? this.compiled.length : explicit - this.first;
    for (let i = 0; i < end; i++) {
      const rule = this.compiled[i]!;
      if (rule.action !== 'allow' || rule.applications === null) continue;
      for (const child of children) {
        flow.application = child;
        if (!this.matches(rule, flow)) continue;
        flow.application = application;
        this.implicitChild = child;
        return this.first + i;
      }
    }
    flow.application = application;
    this.overrides = overrides;
    return explicit;
  }

  /** Number of the rule that denies what no rule allows, in a rulebase that has one. */
  get interzoneDefault(): number {
    return this.first + this.compiled.length + 1;
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
    if (this.identifies || flow.isOverridden) return this.takesIdentified(rule, flow);
    if (rule.applications === null || rule.services !== null) return true;
    for (let i = 0; i < this.applications.length; i++) {
      if (rule.applications[i] !== 1) continue;
      if (i === flow.application) return true;
      const { ports } = this.applications[i]!;
      if (ports.some((entry) => hasPort(entry, flow.protocol, flow.dport))) return true;
    }
    return false;
  }

  /** panos.md §9: any application may still come; then the one that came decides. */
  private takesIdentified(rule: CompiledRule, flow: FlowFacts): boolean {
    const { applications } = rule;
    const { application } = flow;
    if (application === NOT_IDENTIFIED) {
      if (applications === null) return true;
      if (rule.action !== 'allow') return false;
      return (
        !rule.isApplicationDefault ||
        this.applications.some((one, i) => applications[i] === 1 && this.isDefaultPort(one, flow))
      );
    }
    if (applications !== null && applications[application] !== 1) return false;
    const settings = this.applications[application];
    return (
      !rule.isApplicationDefault || settings === undefined || this.isDefaultPort(settings, flow)
    );
  }

  /** Whether the port is one that the application is usual on; those without ports are on any. */
  private isDefaultPort({ ports, protocol }: ApplicationSettings, flow: FlowFacts): boolean {
    const isPortless = ports.length === 0 || !hasPorts(flow.protocol);
    if (isPortless) return protocol === null || protocol === flow.protocol;
    return ports.some((entry) => hasPort(entry, flow.protocol, flow.dport));
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
  isApplicationDefault: false,
  icmpUnreachable: false,
  hasProfiles: false,
} as const;

const ALLOW_ALL: CompiledRule = { ...ANY, name: 'allow-all', action: 'allow', logEnd: true };
/** The vendor's defaults do not log (predefined rules of the security rulebase). */
const DEFAULT = { logEnd: false, icmpUnreachable: false, hasProfiles: false };
const INTRAZONE_DEFAULT: RuleFacts = { ...DEFAULT, name: 'intrazone-default', action: 'allow' };
const INTERZONE_DEFAULT: RuleFacts = { ...DEFAULT, name: 'interzone-default', action: 'deny' };

function enabledRules(config: FirewallConfig): readonly SecurityRule[] | null {
  return config.rules?.filter((rule) => !rule.disabled) ?? null;
}

/** Every rule that a session can meet under a configuration, in the order of their numbers. */
function rulesOf(config: FirewallConfig): readonly RuleFacts[] {
  const rules = enabledRules(config);
  if (rules === null) return [ALLOW_ALL];
  const named = rules.map(({ name, action, icmpUnreachable, logEnd, profiles }) => {
    return { name, action, icmpUnreachable, logEnd, hasProfiles: profiles.length > 0 };
  });
  return [...named, INTRAZONE_DEFAULT, INTERZONE_DEFAULT];
}

function compile(rule: SecurityRule, config: FirewallConfig): CompiledRule {
  const { service, application } = rule;
  const names = application && new Set(application);
  return {
    name: rule.name,
    action: rule.action,
    icmpUnreachable: rule.icmpUnreachable,
    logEnd: rule.logEnd,
    hasProfiles: rule.profiles.length > 0,
    ruleType: rule.ruleType,
    from: zoneSet(rule.from, config),
    to: zoneSet(rule.to, config),
    source: addressSet(rule.source),
    destination: addressSet(rule.destination),
    negateSource: rule.negateSource,
    negateDestination: rule.negateDestination,
    services: typeof service === 'string' ? null : service,
    isApplicationDefault: service === 'application-default',
    applications: names && Uint8Array.from(config.applications, ({ name }) => +names.has(name)),
  };
}
