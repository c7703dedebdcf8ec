/** This file holds the frozen form of what `firewall.yaml` says about applications (panos.md §9, §11). */

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
  /** Whether its ALG is on. */
  readonly alg: boolean;
  /** Seconds that a predict session of it waits; null for as long as any. */
  readonly predictTimeout: number | null;
  /** One of `custom-applications:`. */
  readonly isCustom: boolean;
}

/** How an application of `custom-applications:` shows in the first payload of a session. */
export interface CustomSignature {
  readonly application: string;
  readonly transport: 'tcp' | 'udp';
  readonly side: 'c2s' | 's2c' | 'either';
  /** Patterns of bytes (net/byte-pattern.ts), of which one is enough; they have been read once. */
  readonly begins: readonly string[];
  /** An application that a session may be identified as before it turns out to be this one. */
  readonly parent: string | null;
}

/** An enabled entry of `application-override:`. */
export interface ApplicationOverride extends RuleMatch {
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
