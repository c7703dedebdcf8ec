/**
 * This file holds the frozen form of `firewall.yaml` that the rest of the program reads:
 * every default filled in, every name resolved to an index where that is possible without packets.
 */

import type { Prefix } from '../net/prefix.ts';
import type { TimeBound } from '../net/time-span.ts';
import type { ApplicationConfig } from './application-config.ts';
import type { NetworkConfig } from './network-config.ts';
import type { OffloadConfig } from './offload-config.ts';

/** A capture interface as the configuration names it: `ethernet1/2`, or `NAME.TAG[.TAG…]`. */
export interface ZoneInterface {
  /** As written, for reports. */
  readonly written: string;
  /** Every way to read it as a name and VLAN tags (outermost first): `a.1.2` is a, [1,2]; a.1, [2]; a.1.2, []. */
  readonly readings: readonly { readonly name: string; readonly tags: readonly number[] }[];
}

export interface Zone {
  readonly name: string;
  readonly interfaces: readonly ZoneInterface[];
  readonly networks: readonly Prefix[];
  /** VLAN ids, 1–4094. */
  readonly vlans: readonly number[];
  /** Lower case, colon separated. */
  readonly macs: readonly string[];
}

/** Time to add: whole seconds, which may be negative, and 0 to 999,999,999 nanoseconds. */
export interface TimeShift {
  readonly second: number;
  readonly nanosecond: number;
}

/** One entry of `captures:`. */
export interface CaptureRule {
  /** Globs on the file's base name. */
  readonly files: readonly string[];
  readonly stage: 'receive' | 'firewall' | 'transmit' | 'drop' | null;
  /** Interface name for every frame of the file; null leaves the file's own. */
  readonly interface: string | null;
  /** Added to every time of the file. */
  readonly timeShift: TimeShift;
}

/** One protocol with its destination ports, inclusive ranges. */
export interface ServicePorts {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly ports: readonly { readonly from: number; readonly to: number }[];
}

/** Timers that a service or an application has of its own, in seconds; null inherits. */
export interface TimerOverrides {
  /** Of an established session. */
  readonly tcp: number | null;
  readonly udp: number | null;
  /** Of other protocols. */
  readonly default: number | null;
  readonly tcpHalfClosed: number | null;
  readonly tcpTimeWait: number | null;
}

/** Ports of a rule's service, with the timers that the service has of its own (panos.md §2.2). */
export interface ServiceEntry extends ServicePorts {
  readonly overrides: TimerOverrides | null;
}

/** What `service:` of a rule says; 'any' and 'application-default' stand alone. */
export type ServiceMatch = 'any' | 'application-default' | readonly ServiceEntry[];

export type RuleAction = 'allow' | 'deny' | 'drop' | 'reset-client' | 'reset-server' | 'reset-both';

/** A security rule; `null` in a matching field means any. */
export interface SecurityRule {
  /** `rule-N` where the file gives none. */
  readonly name: string;
  readonly ruleType: 'universal' | 'intrazone' | 'interzone';
  readonly from: readonly string[] | null;
  readonly to: readonly string[] | null;
  readonly source: readonly Prefix[] | null;
  readonly destination: readonly Prefix[] | null;
  readonly negateSource: boolean;
  readonly negateDestination: boolean;
  /** Names of applications; groups are resolved. */
  readonly application: readonly string[] | null;
  readonly service: ServiceMatch;
  readonly action: RuleAction;
  /** Answer the client of a session that is dropped with ICMP unreachable. */
  readonly icmpUnreachable: boolean;
  readonly profiles: readonly string[];
  readonly logStart: boolean;
  readonly logEnd: boolean;
  readonly disabled: boolean;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** Timers of panos.md §2.1, in seconds. */
export interface Timeouts {
  readonly tcp: number;
  readonly tcpInit: number;
  readonly tcpHandshake: number;
  readonly tcpHalfClosed: number;
  readonly tcpTimeWait: number;
  readonly tcpUnverifiedRst: number;
  readonly udp: number;
  readonly icmp: number;
  readonly sctp: number;
  readonly sctpInit: number;
  readonly sctpCookie: number;
  readonly sctpShutdown: number;
  readonly default: number;
  readonly discardTcp: number;
  readonly discardUdp: number;
  readonly discardSctp: number;
  readonly discardDefault: number;
  /** Of predict sessions whose application has no time of its own. */
  readonly predict: number;
}

export interface SessionSettings {
  readonly tcpRejectNonSyn: boolean;
  readonly asymmetricPath: 'drop' | 'bypass';
  readonly noRefreshOnDiscard: boolean;
  readonly teardownUponFwdZonechange: boolean;
  readonly tcpReuseStrictPriority: boolean;
  readonly acceleratedAging: {
    readonly enable: boolean;
    readonly threshold: number;
    readonly scalingFactor: number;
  };
  readonly stateModel: 'connection' | 'table';
  readonly appTimeouts: 'global' | 'content';
  /** Applications are identified by payload (panos.md §9), not told by ports. */
  readonly identifiesByPayload: boolean;
  /** Times that one translated address and port may be in use at once (panos.md §11). */
  readonly natOversubscription: number;
  /** Answer a SYN that a rule with `reset-client` denies with a RST: the vendor's guide says not to. */
  readonly resetBeforeHandshake: boolean;
  /** Forward TCP segments beyond the 64 out of order that may wait (panos.md §1.4). */
  readonly bypassExceedOoQueue: boolean;
  /** Forward what cannot be kept for inspection (panos.md §9). */
  readonly tcpBypassExceedQueue: boolean;
  readonly udpBypassExceedQueue: boolean;
  /** ICMP unreachable messages that the firewall sends in a second (panos.md §2.2). */
  readonly icmpUnreachableRate: number;
  /** Count an ingress zone mismatch as the vendor does: as non-SYN alone (panos.md §0 row 6). */
  readonly strictZonechange: boolean;
  /** Active FTP is predicted from port 20 of the server alone (panos.md §0 row 9). */
  readonly pinsFtpSourcePort: boolean;
  /** FTP that announces a third host's address is let through. */
  readonly predictsFtpBounce: boolean;
}

/** One entry of `configuration:`: a configuration that takes over in the middle of a capture. */
export interface ConfigurationChange {
  /** When it is committed, that instant included. */
  readonly at: TimeBound;
  /** The time as the file has it. */
  readonly atWritten: string;
  /** Base name of the file that takes over. */
  readonly file: string;
  /** Judge allowed sessions again. */
  readonly rematch: boolean;
  /** What is in force from then on; changes to one file share one object. */
  readonly config: FirewallConfig;
}

export interface FirewallConfig extends NetworkConfig, ApplicationConfig, OffloadConfig {
  /** Base name of the file; null for the built-in configuration. */
  readonly file: string | null;
  readonly zones: readonly Zone[];
  /** Lower case, colon separated. */
  readonly firewallMacs: readonly string[];
  readonly captures: readonly CaptureRule[];
  /** null where the file has no `rules:`: everything is allowed by `allow-all`. */
  readonly rules: readonly SecurityRule[] | null;
  readonly timeouts: Timeouts;
  /** Sessions that the table holds; null for no limit. */
  readonly tableSessions: number | null;
  readonly session: SessionSettings;
  /** Configurations that take over, in the order of the file. */
  readonly changes: readonly ConfigurationChange[];
  /** Sections that are valid but not modelled by this version, with what is ignored. */
  readonly notModelled: readonly string[];
  /** The effective configuration as plain JSON in the file's own spelling, for `run.json`. */
  readonly effective: Readonly<Record<string, unknown>>;
}
