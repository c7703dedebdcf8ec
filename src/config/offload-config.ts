/**
 * This file holds the frozen form of what `firewall.yaml` says about hardware offload: the platform, the
 * switches, decryption rules, features of the dataplane, operational commands (panos.md §7).
 */

import type { TimeBound } from '../net/time-span.ts';
import type { RuleMatch } from './network-config.ts';

/** Where it comes from whether the platform has offload hardware. */
export type HardwareBasis = 'configured' | 'documented' | 'unconfirmed' | 'assumed';

/** When packets that hardware takes refresh their session (panos.md §7, KB-OFF). */
export const REFRESHES = ['every-packet', 'packets-16', 'packets-64'] as const;
export type Refresh = (typeof REFRESHES)[number];

/** The platform and its switches. */
export interface OffloadSettings {
  readonly hasHardware: boolean;
  /** `unconfirmed`: a network processor is documented, session offload is not; counted as hardware. */
  readonly basis: HardwareBasis;
  /** The model, or the key that says it; null where nothing does. */
  readonly platform: string | null;
  /** `session.offload` and `session.udp-offload`. */
  readonly isOn: boolean;
  readonly isUdpOn: boolean;
  readonly refresh: Refresh;
}

/** An enabled entry of `decryption:`. */
export interface DecryptionRule extends RuleMatch {
  /** `decryption-N` where the file gives none. */
  readonly name: string;
  readonly to: readonly string[] | null;
  /** What it is for: TLS or SSH. */
  readonly application: 'ssl' | 'ssh';
  readonly decrypts: boolean;
  /** It names users or URL categories, which a capture does not tell: it matches nothing. */
  readonly isUnknowable: boolean;
}

/** What keeps the dataplane at a session's packets (panos.md §7 point 9). */
export const FEATURES = ['packet-capture', 'tunnel-content-inspection', 'qos'] as const;

/** One entry of `dataplane-features:`. */
export interface DataplaneFeature extends RuleMatch {
  readonly feature: (typeof FEATURES)[number];
  readonly to: readonly string[] | null;
}

/** Operational commands that can be given in mid-capture. */
export const COMMANDS = ['set session offload yes', 'set session offload no'] as const;
export type Command = (typeof COMMANDS)[number];

/** One entry of `commands:`. */
export interface TimedCommand {
  /** When it is given, that instant included. */
  readonly at: TimeBound;
  readonly command: Command;
}

/** What a configuration says about offload. */
export interface OffloadConfig {
  readonly offload: OffloadSettings;
  /** Top down; disabled ones are left out. */
  readonly decryption: readonly DecryptionRule[];
  readonly dataplaneFeatures: readonly DataplaneFeature[];
  /** In the order of the file. */
  readonly commands: readonly TimedCommand[];
}
