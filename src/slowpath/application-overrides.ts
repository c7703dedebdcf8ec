/**
 * This file gives sessions the application that a rule of `application-override:` says, at setup: then
 * the security policy knows it from the first packet (panos.md §9 stage 2). As for security rules, the
 * addresses are those before translation, the egress zone is the one after it.
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import { type FlowFacts, NO_OVERRIDE } from './flow-facts.ts';
import { NO_APPLICATION } from './port-applications.ts';
import { type CompiledMatch, compileMatch, meetsMatch, zoneSet } from './rule-match.ts';

interface CompiledOverride extends CompiledMatch {
  readonly to: Uint8Array | null;
  readonly application: number;
}

/** The rules, top down. */
export class ApplicationOverrides {
  private readonly rules: readonly CompiledOverride[];

  constructor(config: FirewallConfig) {
    const indexes = new Map(config.applications.map(({ name }, index) => [name, index]));
    this.rules = config.applicationOverrides.map((rule) => ({
      ...compileMatch(rule, config),
      to: zoneSet(rule.to, config),
      application: indexes.get(rule.application) ?? NO_APPLICATION,
    }));
  }

  /** Index of the rule that a session meets, or NO_OVERRIDE. */
  find(flow: FlowFacts): number {
    for (let i = 0; i < this.rules.length; i++) {
      const rule = this.rules[i]!;
      if ((rule.to === null || rule.to[flow.to] === 1) && meetsMatch(rule, flow)) return i;
    }
    return NO_OVERRIDE;
  }

  /** Index of the application that a rule gives. */
  applicationOf(rule: number): number {
    return this.rules[rule]!.application;
  }
}
