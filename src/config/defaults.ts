/**
 * This file holds the defaults of a configuration, and the ranges of the timers.
 *
 * @source panos.md §2.1 and §2.2 (vendor's configuration schema)
 * @confidence documented
 */

import type { FirewallFile } from './schema.ts';

/** A timer of `timeouts:`, in seconds. The least of every timer is 1. */
export interface Timer {
  readonly default: number;
  readonly max: number;
  readonly meaning: string;
}

const LONG = 15_999_999;

/** The timers by their key in `timeouts:`. */
export const TIMERS = {
  tcp: { default: 3600, max: LONG, meaning: 'TCP, established' },
  'tcp-init': { default: 5, max: 60, meaning: 'TCP from the SYN until the SYN-ACK' },
  'tcp-handshake': {
    default: 10,
    max: 60,
    meaning: 'TCP from the SYN-ACK until the handshake ends',
  },
  'tcp-half-closed': { default: 120, max: 604_800, meaning: 'TCP after the first FIN' },
  'tcp-time-wait': { default: 15, max: 600, meaning: 'TCP after the second FIN or a verified RST' },
  'tcp-unverified-rst': { default: 30, max: 600, meaning: 'TCP after a RST that is not verified' },
  udp: { default: 30, max: LONG, meaning: 'UDP' },
  icmp: { default: 6, max: LONG, meaning: 'ICMP' },
  // The reference has no ranges of SCTP's timers: they may be as long as any.
  sctp: { default: 3600, max: LONG, meaning: 'SCTP, established' },
  'sctp-init': { default: 5, max: LONG, meaning: 'SCTP from the INIT until the INIT ACK' },
  'sctp-cookie': {
    default: 60,
    max: LONG,
    meaning: 'SCTP from the INIT ACK until the association is established',
  },
  'sctp-shutdown': { default: 60, max: LONG, meaning: 'SCTP after a SHUTDOWN or an ABORT' },
  default: { default: 30, max: LONG, meaning: 'other IP protocols' },
  'discard-tcp': { default: 90, max: LONG, meaning: 'TCP in DISCARD' },
  'discard-udp': { default: 60, max: LONG, meaning: 'UDP in DISCARD' },
  'discard-sctp': { default: 30, max: LONG, meaning: 'SCTP in DISCARD' },
  'discard-default': { default: 60, max: LONG, meaning: 'other protocols in DISCARD' },
  // panos.md §6.1: 60 s was seen for ftp-data; that others have as long is assumed.
  predict: {
    default: 60,
    max: LONG,
    meaning: 'predict sessions of applications without `predict-timeout`',
  },
} as const satisfies Record<string, Timer>;

/** A key of `timeouts:`. */
export type TimerKey = keyof typeof TIMERS;

/** Every timer at its default, by key. */
export function defaultTimeouts(): Record<TimerKey, number> {
  const entries = Object.entries(TIMERS).map(([key, timer]) => [key, timer.default]);
  return Object.fromEntries(entries) as Record<TimerKey, number>;
}

/** `session:` as it is where the file says nothing. */
export const SESSION_DEFAULTS = {
  'tcp-reject-non-syn': true,
  'asymmetric-path': 'drop',
  'no-refresh-on-discard': false,
  'teardown-upon-fwd-zonechange': false,
  'tcp-reuse-strict-priority': false,
  'accelerated-aging': { enable: true, threshold: 80, 'scaling-factor': 2 },
  'state-model': 'connection',
  'app-timeouts': 'global',
  'zonechange-count': 'lesson',
  'app-id': 'payload',
  'nat-oversubscription': 'platform',
  'reset-before-handshake': false,
  'icmp-unreachable-rate': 200,
  'bypass-exceed-oo-queue': false,
  'tcp-bypass-exceed-queue': true,
  'udp-bypass-exceed-queue': true,
  'pin-ftp-source-port': false,
  'ftp-bounce': 'refuse',
  offload: true,
  'udp-offload': true,
} as const;

/** `session:` at its defaults. */
export function defaultSession() {
  return {
    ...SESSION_DEFAULTS,
    'accelerated-aging': { ...SESSION_DEFAULTS['accelerated-aging'] },
  };
}

/** What a file means by the sections that it does not have; `zones` it must have. */
export function fileDefaults(): Omit<FirewallFile, 'zones'> {
  return {
    'firewall-macs': [],
    captures: [],
    interfaces: {},
    'virtual-routers': {},
    'virtual-wires': {},
    pbf: [],
    addresses: {},
    'address-groups': {},
    services: {},
    'service-groups': {},
    nat: [],
    configuration: [],
    decryption: [],
    'dataplane-features': [],
    commands: [],
    timeouts: defaultTimeouts(),
    applications: {},
    'custom-applications': {},
    'application-groups': {},
    'application-filters': {},
    'application-override': [],
    session: defaultSession(),
    platform: { 'hardware-refresh': 'every-packet' },
  };
}

/** Services that exist without `services:` (panos.md §11). */
export const PREDEFINED_SERVICES: ReadonlyMap<string, string> = new Map([
  ['service-http', 'tcp/80,8080'],
  ['service-https', 'tcp/443'],
]);
