/**
 * This file reads the lab: its configuration for the model, and what the Linux kernel's connection
 * tracker said of each scenario (`captures/README.md`).
 */

import { readFileSync } from 'node:fs';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import type { EndReason } from '../../src/session/end-reason.ts';
import { HAS_CAPTURES, labPath } from './truth-files.ts';

/** What the kernel translated: address and port before and after. */
export interface LabNat {
  readonly source?: LabChange;
  readonly destination?: LabChange;
}

interface LabChange {
  readonly from: readonly [address: string, port: number];
  readonly to: readonly [address: string, port: number];
}

/** One session of the kernel. Ports of ICMP are the identifier and the type. */
export interface LabSession {
  readonly proto: 'tcp' | 'udp' | 'icmp' | 'icmpv6';
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
  readonly ingress_zone: string;
  readonly nat?: LabNat;
  /** Seconds since 1970; good to a tenth of a millisecond. */
  readonly start: number;
  readonly end: number;
  readonly end_reason: string;
  readonly kernel_end: string;
  /** TCP: what the segments on the wire say, whatever ended the kernel's entry. */
  readonly wire_end?: EndReason;
  /** From 1: the scenario's session that took this one's place. */
  readonly replaced_by?: number;
  /** Seconds between the last packet and the end, where a timer ended it. */
  readonly silence_before_end?: number;
  /** c2s packets by interface, where they came by two. */
  readonly c2s_interfaces?: Readonly<Record<string, number>>;
  /** The kernel's counters, in the truths of samples/lab. */
  readonly c2s?: LabCounters;
  readonly s2c?: LabCounters;
  /** Number of the predict that let it in. */
  readonly predict?: number;
}

interface LabCounters {
  readonly packets: number;
  /** From the IP header on. */
  readonly ip_bytes: number;
}

/** One expectation of the kernel: whom it waits for, and what became of it. */
export interface LabPredict {
  /** From 1. */
  readonly n: number;
  /** The kernel's name of the helper, up to a dash. */
  readonly alg: string;
  /** Any source port; `any` is any address. */
  readonly src: string;
  readonly dst: string;
  readonly dport: number;
  readonly proto: 'tcp' | 'udp';
  /** Address and port of the control session's client and server, before translation: `A:P>B:Q`. */
  readonly parent: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The frame that announced it, from 1; in the truths of samples/lab. */
  readonly packet?: number;
  /** Of H.323: of a pair of ports the message names the other one. */
  readonly implied?: boolean;
  /** `used`, or what removed it. */
  readonly fate: string;
  /** From 1: the session that used it. */
  readonly session?: number;
}

/** A first packet that a rule of the lab's firewall dropped, and its repetitions. */
export interface LabDiscard {
  readonly rule: string;
  readonly proto: 'tcp' | 'udp';
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
  readonly packets: number;
  readonly first: number;
  readonly last: number;
}

export interface LabScenario {
  readonly sessions: readonly LabSession[];
  readonly discards: readonly LabDiscard[];
  readonly predicts: readonly LabPredict[];
}

interface LabZones {
  readonly interfaces: Readonly<Record<string, string>>;
  readonly firewall_macs: Readonly<Record<string, string>>;
  readonly routes: Readonly<Record<string, string>>;
}

/** Every scenario by name; none without the captures. */
export function labScenarios(): Readonly<Record<string, LabScenario>> {
  if (!HAS_CAPTURES) return {};
  return JSON.parse(readFileSync(labPath('truth.json'), 'utf8')) as Record<string, LabScenario>;
}

/** Sections of `firewall.yaml` as a test adds them to the lab's. */
export type LabSections = Readonly<Record<string, unknown>>;

/** The lab's firewall: its zones, MACs, routes, and timers as the kernel's were set. */
export function labConfig(
  timeouts: Readonly<Record<string, number>>,
  sections: LabSections = {},
): FirewallConfig {
  const lab = JSON.parse(readFileSync(labPath('zones.json'), 'utf8')) as LabZones;
  const zones: Record<string, { interfaces: string[] }> = {};
  for (const [name, zone] of Object.entries(lab.interfaces)) {
    zones[zone] ??= { interfaces: [] };
    zones[zone].interfaces.push(name);
  }
  const routes = Object.entries(lab.routes).map(([destination, name]) => ({
    destination,
    interface: name,
  }));
  const macs = Object.values(lab.firewall_macs);
  const session = { 'app-id': 'payload', ...(sections.session as LabSections | undefined) };
  const file = { zones, 'firewall-macs': macs, routes, timeouts, ...sections, session };
  // JSON is YAML.
  return parseFirewallConfig(JSON.stringify(file), 'lab.yaml');
}
