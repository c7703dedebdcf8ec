/**
 * This file is the decision whether hardware takes a session: the checks in their order, each with what
 * stands against it (panos.md §7, points 1 to 9). It is pure, and an estimate: the vendor publishes what
 * may be offloaded, not the decision itself.
 *
 * OSPF is said to be offloaded, too (the vendor's guide); point 3 of the reference has TCP and UDP alone.
 */

import {
  PROTO_AH,
  PROTO_ESP,
  PROTO_GRE,
  PROTO_TCP,
  PROTO_UDP,
  protocolName,
} from '../net/protocol.ts';
import { OFFLOAD_CHECKS, type OffloadBlocker, type OffloadCheck } from '../session/offload-row.ts';
import { isVpnOverUdp, whyInspectionEnds } from './application-kinds.ts';
import type { OffloadFacts } from './offload-facts.ts';

/** One check. */
interface Check {
  /** It is about the configuration: with another one, the session would pass. */
  readonly isConfigured: boolean;
  passes(facts: OffloadFacts): boolean;
  /** What decided, passed or failed; null for nothing to name. */
  cause(facts: OffloadFacts): string | null;
}

const TUNNEL_PROTOCOLS: ReadonlySet<number> = new Set([PROTO_ESP, PROTO_AH, PROTO_GRE]);

/** Whether the session is a tunnel that ends on the firewall: panos.md §7, "IPsec/VPN sessions". */
function isOwnTunnel({ isHost, protocol, application }: OffloadFacts): boolean {
  return isHost && (TUNNEL_PROTOCOLS.has(protocol) || isVpnOverUdp(application));
}

const isTcpOrUdp = ({ protocol }: OffloadFacts): boolean =>
  protocol === PROTO_TCP || protocol === PROTO_UDP;

/** Content of the session is looked at as long as it lasts. */
function isInspected({ hasProfiles, isUninspected, isDecrypted, application }: OffloadFacts) {
  if (!hasProfiles || isUninspected) return false;
  return isDecrypted || whyInspectionEnds(application) === null;
}

/** Why content is not inspected; the rule where it is, or where the rule has no profiles. */
function inspectionCause(facts: OffloadFacts): string {
  if (!facts.hasProfiles || isInspected(facts)) return facts.rule;
  const { application } = facts;
  return facts.isUninspected
    ? `${application}: not inspected`
    : `${application}: ${whyInspectionEnds(application)}`;
}

const none = (): null => null;

/** By name, in the order of OFFLOAD_CHECKS. */
const CHECKS: Readonly<Record<OffloadCheck, Check>> = {
  'no-hardware': {
    isConfigured: true,
    passes: ({ hasHardware }) => hasHardware,
    cause: ({ platform }) => platform,
  },
  disabled: {
    isConfigured: true,
    passes: ({ switchedOff }) => switchedOff.length === 0,
    cause: ({ switchedOff }) => switchedOff[0] ?? null,
  },
  state: {
    isConfigured: false,
    passes: ({ state }) => state === null,
    cause: ({ state }) => state,
  },
  tunnel: {
    isConfigured: false,
    passes: (facts) => !isOwnTunnel(facts),
    cause: (facts) => (isOwnTunnel(facts) ? facts.application : null),
  },
  protocol: {
    isConfigured: false,
    passes: isTcpOrUdp,
    cause: (facts) => (isTcpOrUdp(facts) ? null : protocolName(facts.protocol)),
  },
  'host-session': {
    isConfigured: false,
    passes: ({ isHost }) => !isHost,
    cause: none,
  },
  handshake: {
    isConfigured: false,
    passes: ({ hasHandshake }) => hasHandshake,
    cause: none,
  },
  'appid-pending': {
    isConfigured: false,
    passes: ({ isIdentified }) => isIdentified,
    cause: ({ application }) => application,
  },
  decrypt: {
    isConfigured: true,
    passes: ({ isDecrypted }) => !isDecrypted,
    cause: ({ decryptionRule }) => decryptionRule,
  },
  'alg-control': {
    isConfigured: true,
    // What a predict let through is its ALG's data: "alg-child ok" (panos.md §7 point 7).
    passes: ({ isAlgControl, isAlgData }) => isAlgData || !isAlgControl,
    cause: ({ application, hasAlg, isAlgData }) => (isAlgData || hasAlg ? application : null),
  },
  'content-inspection': {
    isConfigured: true,
    passes: (facts) => !isInspected(facts),
    cause: inspectionCause,
  },
  feature: {
    isConfigured: true,
    passes: ({ feature }) => feature === null,
    cause: ({ feature }) => feature,
  },
};

const LIST = OFFLOAD_CHECKS.map((name) => CHECKS[name]);
const NO_BLOCKERS: readonly OffloadBlocker[] = [];

/** Index (OFFLOAD_CHECKS) of the first check that fails; -1 where all pass. */
export function firstFailing(facts: OffloadFacts): number {
  for (let i = 0; i < LIST.length; i++) if (LIST[i]?.passes(facts) === false) return i;
  return -1;
}

/** Whether the session itself is ready: only the configuration can stand against it. */
export function isReady(facts: OffloadFacts): boolean {
  return LIST.every((check) => check.isConfigured || check.passes(facts));
}

/**
 * What of the configuration stands against the session, each of which would have to be changed; in the
 * order of the checks.
 */
export function blockersOf(facts: OffloadFacts): readonly OffloadBlocker[] {
  let found: OffloadBlocker[] | null = null;
  for (const check of OFFLOAD_CHECKS) {
    const { isConfigured, passes, cause } = CHECKS[check];
    if (!isConfigured || passes(facts) || isInspectedByDecryption(check, facts)) continue;
    const causes = check === 'disabled' ? facts.switchedOff : [cause(facts)];
    found = [...(found ?? []), ...causes.map((each) => ({ check, cause: each }))];
  }
  return found ?? NO_BLOCKERS;
}

/** Without decryption nothing is left to inspect of what is encrypted: decryption alone is in the way. */
function isInspectedByDecryption(check: OffloadCheck, facts: OffloadFacts): boolean {
  const isEncrypted = whyInspectionEnds(facts.application) !== null;
  return check === 'content-inspection' && facts.isDecrypted && isEncrypted;
}

/** What decided a check. */
export function causeOf(index: number, facts: OffloadFacts): string | null {
  return LIST[index]?.cause(facts) ?? null;
}
