/**
 * This file matches policy-based forwarding rules with a session's first packet, top down; the first
 * rule met decides (panos.md §8, §11).
 *
 * Zones and addresses are those before translation. The rule of a session's first packet stays the
 * session's: rules that begin later are for later sessions (the vendor's PBF lookup is a part of the
 * session setup; assumed for a rule that comes back).
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import type { PbfRule } from '../config/network-config.ts';
import type { IngressZones } from '../ingress/ingress-zones.ts';
import type { FlowFacts } from './flow-facts.ts';
import { type CompiledMatch, compileMatch, meetsMatch } from './rule-match.ts';

/** No rule was met. */
export const NO_PBF_RULE = -1;

/** A PBF rule made ready. */
export interface PbfWay {
  readonly match: CompiledMatch;
  /** Name numbers of ingress interfaces; null for any. */
  readonly fromInterface: ReadonlySet<number> | null;
  readonly action: PbfRule['action'];
  /** Of `forward`: zone number and name number of the egress interface. */
  readonly zone: number;
  readonly nameNumber: number;
  readonly isSymmetric: boolean;
}

export class Pbf {
  private readonly rules: readonly PbfWay[];
  private readonly isActive: Uint8Array;

  constructor(config: FirewallConfig, zones: IngressZones) {
    this.rules = config.pbf.map((rule) => ({
      match: compileMatch(rule, config),
      fromInterface:
        rule.fromInterface === null
          ? null
          : new Set(rule.fromInterface.map((name) => zones.numberName(name))),
      action: rule.action,
      zone: zones.zoneOfName(rule.egressInterface ?? ''),
      nameNumber: rule.egressInterface === null ? 0 : zones.numberName(rule.egressInterface),
      isSymmetric: rule.symmetricReturn,
    }));
    this.isActive = Uint8Array.from(config.pbf, ({ lifespan }) => (lifespan.from === null ? 1 : 0));
  }

  /** Says whether a rule is in use. */
  setActive(rule: number, isActive: boolean): void {
    this.isActive[rule] = isActive ? 1 : 0;
  }

  /**
   * Number of the rule that a session meets, or NO_PBF_RULE.
   *
   * @param nameNumber of the interface that its first packet came in by
   */
  match(flow: FlowFacts, nameNumber: number): number {
    return this.rules.findIndex(({ match, fromInterface }, rule) => {
      if (this.isActive[rule] !== 1) return false;
      if (fromInterface?.has(nameNumber) === false) return false;
      return meetsMatch(match, flow);
    });
  }

  /** The rule, or null where it is none or not in use any more. */
  ruleOf(rule: number): PbfWay | null {
    return this.isActive[rule] === 1 ? this.rules[rule]! : null;
  }
}
