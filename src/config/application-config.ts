/** This file holds the frozen form of what `firewall.yaml` says about applications (panos.md §9, §11). */

import type { ContextName } from '../net/signature-contexts.ts';
import type { ServicePorts, TimerOverrides } from './firewall-config.ts';
import type { RuleMatch } from './network-config.ts';

/** An application as far as ports and timers tell one (panos.md §2.3). */
export interface ApplicationSettings {
  readonly name: string;
  /** Default ports; empty for one that ports do not tell. */
  readonly ports: readonly ServicePorts[];
  /** IP protocol number of one that has no ports, else null. */
  readonly protocol: number | null;
  /** From `applications:`, else (with `app-timeouts: content`) from App-ID content; null without. */
  readonly overrides: TimerOverrides | null;
  /** What a rule with action `deny` does to it, beside dropping it. */
  readonly denyAction: 'drop' | 'drop-reset';
  /** Whether its ALG is on. */
  readonly alg: boolean;
  /** Seconds that a predict session of it waits; null for as long as any. */
  readonly predictTimeout: number | null;
  /** One of `custom-applications:`. */
  readonly isCustom: boolean;
}

/** A pattern of bytes (net/byte-pattern.ts) that has been read once: how they begin, or what is in them. */
export interface CustomCondition {
  readonly side: 'c2s' | 's2c' | 'either';
  readonly begins: string | null;
  readonly contains: string | null;
  /** The part of a message that it is about; null for the payload as it is. */
  readonly context: ContextName | null;
}

/** How an application of `custom-applications:` shows in the first payload of a session. */
export interface CustomSignature {
  readonly application: string;
  readonly transport: 'tcp' | 'udp';
  /** Destination ports that it is looked for on; null for any. */
  readonly ports: ServicePorts['ports'] | null;
  /** Whether all must be met by what one side sends, or in the session as it is so far. */
  readonly scope: 'transaction' | 'session';
  /** Conditions must be met one behind the other. */
  readonly isOrdered: boolean;
  /** All must be met, and of each one is enough. */
  readonly conditions: readonly (readonly CustomCondition[])[];
  /** An application that a session may be identified as before it turns out to be this one. */
  readonly parent: string | null;
}

/** An enabled entry of `application-override:`. */
export interface ApplicationOverride extends RuleMatch {
  readonly name: string;
  readonly to: readonly string[] | null;
  readonly application: string;
}

/** What a configuration says about applications. */
export interface ApplicationConfig {
  /** Applications that ports tell, those with settings of their own among them. */
  readonly applications: readonly ApplicationSettings[];
  /** In the order of the file. */
  readonly customSignatures: readonly CustomSignature[];
  /** Top down; disabled ones are left out. */
  readonly applicationOverrides: readonly ApplicationOverride[];
}
