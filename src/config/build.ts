/**
 * This file makes the frozen configuration from a validated file.
 *
 * It takes types from the schema but does not load it, so that the built-in configuration is
 * there without zod. Names have been checked: one that is missing here is a bug.
 */

import { buildApplicationConfig } from './build-applications.ts';
import { buildNetwork } from './build-network.ts';
import { buildOffloadConfig } from './build-offload.ts';
import { buildRule, nameRules } from './build-rules.ts';
import { buildEffective } from './effective.ts';
import type {
  CaptureRule,
  FirewallConfig,
  SessionSettings,
  Timeouts,
  Zone,
} from './firewall-config.ts';
import { readObjects } from './named-objects.ts';
import { natOversubscriptionOf, SESSIONS_BY_MODEL } from './platform-models.ts';
import type { FirewallFile } from './schema.ts';

/** What the file's values do not tell. */
export interface BuildFacts {
  /** Base name of the file; null for the built-in configuration. */
  readonly file: string | null;
  readonly notModelled: readonly string[];
  /** The line of `rules[i]`, from 1. */
  lineOfRule(index: number): number;
}

/**
 * The configuration that a file stands for, frozen to its leaves. What it names for later (`changes`)
 * is joined by changes.ts.
 */
export function buildConfig(given: FirewallFile, facts: BuildFacts): FirewallConfig {
  const file = nameRules(given);
  const objects = readObjects(file);
  const rules = file.rules?.map((rule, i) => buildRule(rule, objects, facts.lineOfRule(i)));
  return freezeDeep({
    file: facts.file,
    zones: Object.entries(file.zones).map(([name, zone]) => buildZone(name, zone)),
    firewallMacs: [...new Set(file['firewall-macs'])],
    captures: file.captures.map(buildCapture),
    ...buildNetwork(file, objects),
    ...buildApplicationConfig(file, objects),
    ...buildOffloadConfig(file, objects),
    rules: rules ?? null,
    timeouts: buildTimeouts(file.timeouts),
    tableSessions: tableSessions(file.platform),
    session: buildSession(file),
    changes: [],
    notModelled: facts.notModelled,
    effective: buildEffective(file),
  });
}

function buildZone(name: string, zone: FirewallFile['zones'][string]): Zone {
  return {
    name,
    interfaces: distinct(zone.interfaces),
    networks: distinct(zone.networks).map(({ value }) => value),
    vlans: [...new Set(zone.vlans)],
    macs: [...new Set(zone.macs)],
  };
}

/** Of entries written alike, the first. */
function distinct<T extends { readonly written: string }>(entries: readonly T[]): T[] {
  return [...new Map(entries.map((entry) => [entry.written, entry])).values()];
}

function buildCapture(capture: FirewallFile['captures'][number]): CaptureRule {
  return {
    files: capture.files,
    stage: capture.stage ?? null,
    interface: capture.interface ?? null,
    timeShift: capture['time-shift'].value,
  };
}

function buildTimeouts(seconds: FirewallFile['timeouts']): Timeouts {
  return {
    tcp: seconds.tcp,
    tcpInit: seconds['tcp-init'],
    tcpHandshake: seconds['tcp-handshake'],
    tcpHalfClosed: seconds['tcp-half-closed'],
    tcpTimeWait: seconds['tcp-time-wait'],
    tcpUnverifiedRst: seconds['tcp-unverified-rst'],
    udp: seconds.udp,
    icmp: seconds.icmp,
    sctp: seconds.sctp,
    sctpInit: seconds['sctp-init'],
    sctpCookie: seconds['sctp-cookie'],
    sctpShutdown: seconds['sctp-shutdown'],
    default: seconds.default,
    discardTcp: seconds['discard-tcp'],
    discardUdp: seconds['discard-udp'],
    discardSctp: seconds['discard-sctp'],
    discardDefault: seconds['discard-default'],
    predict: seconds.predict,
  };
}

function buildSession({ session, platform }: FirewallFile): SessionSettings {
  const aging = session['accelerated-aging'];
  return {
    tcpRejectNonSyn: session['tcp-reject-non-syn'],
    asymmetricPath: session['asymmetric-path'],
    noRefreshOnDiscard: session['no-refresh-on-discard'],
    teardownUponFwdZonechange: session['teardown-upon-fwd-zonechange'],
    tcpReuseStrictPriority: session['tcp-reuse-strict-priority'],
    acceleratedAging: {
      enable: aging.enable,
      threshold: aging.threshold,
      scalingFactor: aging['scaling-factor'],
    },
    stateModel: session['state-model'],
    appTimeouts: session['app-timeouts'],
    identifiesByPayload: session['app-id'] === 'payload',
    natOversubscription: oversubscription(session['nat-oversubscription'], platform.model),
    resetBeforeHandshake: session['reset-before-handshake'],
    bypassExceedOoQueue: session['bypass-exceed-oo-queue'],
    tcpBypassExceedQueue: session['tcp-bypass-exceed-queue'],
    udpBypassExceedQueue: session['udp-bypass-exceed-queue'],
    icmpUnreachableRate: session['icmp-unreachable-rate'],
    strictZonechange: session['zonechange-count'] === 'strict',
    pinsFtpSourcePort: session['pin-ftp-source-port'],
    predictsFtpBounce: session['ftp-bounce'] === 'predict',
  };
}

/** The rate that a model has by default, or the lowest of them where none is named. */
function oversubscription(
  given: FirewallFile['session']['nat-oversubscription'],
  model: string | undefined,
): number {
  if (given !== 'platform') return Number(given);
  return natOversubscriptionOf(model ?? '');
}

/** Sessions that the table holds, by number or by model; null for no limit (panos.md §10). */
function tableSessions({ model, sessions }: FirewallFile['platform']): number | null {
  if (sessions !== undefined) return sessions;
  return model === undefined ? null : (SESSIONS_BY_MODEL.get(model) ?? null);
}

function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) freezeDeep(inner);
  return value;
}
