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
import { OFFLOAD_CHECKS, type OffloadCheck } from '../session/offload-row.ts';
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
    passes: ({ switchedOff }) => switchedOff === null,
    cause: ({ switchedOff }) => switchedOff,
  },
  state: {
    isConfigured: false,
    passes: ({ state }) => state === null,
    cause: ({ state }) => state,
  },
  protocol: {
    isConfigured: false,
    passes: (facts) => isTcpOrUdp(facts) || isOwnTunnel(facts),
    cause: (facts) => (isTcpOrUdp(facts) ? null : protocolName(facts.protocol)),
  },
  'host-session': {
    isConfigured: false,
    passes: (facts) => !facts.isHost || isOwnTunnel(facts),
    cause: none,
  },
  tunnel: {
    isConfigured: false,
    passes: (facts) => !isOwnTunnel(facts),
    cause: (facts) => (isOwnTunnel(facts) ? facts.application : null),
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
    passes: ({ isAlgControl, isChild }) => isChild || !isAlgControl,
    cause: ({ application, hasAlg, isChild }) => (isChild || hasAlg ? application : null),
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
const DECRYPT = OFFLOAD_CHECKS.indexOf('decrypt');
const CONTENT = OFFLOAD_CHECKS.indexOf('content-inspection');

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
 * What of the configuration stands against the session: a bit a check, by its index. Without decryption
 * nothing may be left to inspect: then decryption alone is in the way.
 */
export function blockersOf(facts: OffloadFacts): number {
  let bits = 0;
  LIST.forEach((check, index) => {
    if (check.isConfigured && !check.passes(facts)) bits |= 1 << index;
  });
  const isEncrypted = whyInspectionEnds(facts.application) !== null;
  return (bits & (1 << DECRYPT)) !== 0 && isEncrypted ? bits & ~(1 << CONTENT) : bits;
}

/** What decided a check. */
export function causeOf(index: number, facts: OffloadFacts): string | null {
  return LIST[index]?.cause(facts) ?? null;
}
