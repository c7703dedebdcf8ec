/**
 * This file matches decryption rules and features of the dataplane with sessions: top down, zones as
 * policy sees them, addresses and port before translation (panos.md §7, §11).
 *
 * Rules are numbered through all configurations that are ever in force, so that a number names its rule
 * for good.
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import type { DataplaneFeature, DecryptionRule } from '../config/offload-config.ts';
import type { FlowFacts } from './flow-facts.ts';
import { type CompiledMatch, compileMatch, meetsMatch, zoneSet } from './rule-match.ts';

/** No rule was met. */
export const NO_DECRYPTION_RULE = -1;

interface Compiled<Rule> {
  readonly rule: Rule;
  readonly match: CompiledMatch;
  readonly to: Uint8Array | null;
}

/** Both rulebases of one configuration. */
interface Rulebases {
  readonly decryption: readonly Compiled<DecryptionRule>[];
  readonly features: readonly Compiled<DataplaneFeature>[];
  /** Numbers of the first ones. */
  readonly firstRule: number;
  readonly firstFeature: number;
}

export class Decryption {
  /** By number. */
  readonly rules: DecryptionRule[] = [];
  readonly features: DataplaneFeature[] = [];

  private readonly byConfig = new Map<FirewallConfig, Rulebases>();
  private now: Rulebases;

  /** @param config the one in force at first; it names the others */
  constructor(config: FirewallConfig) {
    this.now = this.add(config);
    for (const change of config.changes) {
      if (!this.byConfig.has(change.config)) this.add(change.config);
    }
  }

  /** Puts another configuration's rules in force: one that the first one names. */
  adopt(config: FirewallConfig): void {
    this.now = this.byConfig.get(config)!;
  }

  /** Whether there is any rule to be met. */
  get hasRules(): boolean {
    return this.now.decryption.length > 0;
  }

  /** Number of the first rule for `application` that a session meets, or NO_DECRYPTION_RULE. */
  find(flow: FlowFacts, application: string): number {
    const { decryption, firstRule } = this.now;
    const index = decryption.findIndex(({ rule, match, to }) => {
      if (rule.application !== application || rule.isUnknowable) return false;
      return (to === null || to[flow.to] === 1) && meetsMatch(match, flow);
    });
    return index < 0 ? NO_DECRYPTION_RULE : firstRule + index;
  }

  /** Number of the first feature that a session meets, or -1. */
  findFeature(flow: FlowFacts): number {
    const { features, firstFeature } = this.now;
    if (features.length === 0) return -1;
    const index = features.findIndex(({ match, to }) => {
      return (to === null || to[flow.to] === 1) && meetsMatch(match, flow);
    });
    return index < 0 ? -1 : firstFeature + index;
  }

  private add(config: FirewallConfig): Rulebases {
    const compile = <Rule extends DecryptionRule | DataplaneFeature>(rule: Rule) => {
      return { rule, match: compileMatch(rule, config), to: zoneSet(rule.to, config) };
    };
    const bases: Rulebases = {
      decryption: config.decryption.map(compile),
      features: config.dataplaneFeatures.map(compile),
      firstRule: this.rules.length,
      firstFeature: this.features.length,
    };
    this.rules.push(...config.decryption);
    this.features.push(...config.dataplaneFeatures);
    this.byConfig.set(config, bases);
    return bases;
  }
}
