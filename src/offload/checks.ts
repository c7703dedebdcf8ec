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

/** Those about the configuration: with another one, the session would pass. */
const CONFIGURED: readonly OffloadCheck[] = [
  'no-hardware',
  'disabled',
  'decrypt',
  'alg-control',
  'content-inspection',
  'feature',
];
const OF_SESSION = OFFLOAD_CHECKS.filter((check) => !CONFIGURED.includes(check));
const NO_BLOCKERS: readonly OffloadBlocker[] = [];

/** Whether a session passes. One function for all: a dozen in a table are a dozen calls a session. */
function passes(check: OffloadCheck, facts: OffloadFacts): boolean {
  switch (check) {
    case 'no-hardware':
      return facts.hasHardware;
    case 'disabled':
      return facts.switchedOff.length === 0;
    case 'state':
      return facts.state === null;
    case 'tunnel':
      return !isOwnTunnel(facts);
    case 'protocol':
      return isTcpOrUdp(facts);
    case 'host-session':
      return !facts.isHost;
    case 'handshake':
      return facts.hasHandshake;
    case 'appid-pending':
      return facts.isIdentified;
    case 'decrypt':
      return !facts.isDecrypted;
    case 'alg-control':
      // What a predict let through is its ALG's data: "alg-child ok" (panos.md §7 point 7).
      return facts.isAlgData || !facts.isAlgControl;
    case 'content-inspection':
      return !isInspected(facts);
    case 'feature':
      return facts.feature === null;
  }
}

/** What decided a check, passed or failed; null for nothing to name. */
export function causeOf(check: OffloadCheck, facts: OffloadFacts): string | null {
  switch (check) {
    case 'no-hardware':
      return facts.platform;
    case 'disabled':
      return facts.switchedOff[0] ?? null;
    case 'state':
      return facts.state;
    case 'tunnel':
      return isOwnTunnel(facts) ? facts.application : null;
    case 'protocol':
      return isTcpOrUdp(facts) ? null : protocolName(facts.protocol);
    case 'host-session':
    case 'handshake':
      return null;
    case 'appid-pending':
      return facts.application;
    case 'decrypt':
      return facts.decryptionRule;
    case 'alg-control':
      return facts.isAlgData || facts.hasAlg ? facts.application : null;
    case 'content-inspection':
      return inspectionCause(facts);
    case 'feature':
      return facts.feature;
  }
}

/** Index (OFFLOAD_CHECKS) of the first check that fails; -1 where all pass. */
export function firstFailing(facts: OffloadFacts): number {
  for (let i = 0; i < OFFLOAD_CHECKS.length; i++) {
    if (!passes(OFFLOAD_CHECKS[i] as OffloadCheck, facts)) return i;
  }
  return -1;
}

/** Whether the session itself is ready: only the configuration can stand against it. */
export function isReady(facts: OffloadFacts): boolean {
  for (const check of OF_SESSION) if (!passes(check, facts)) return false;
  return true;
}

/**
 * What of the configuration stands against the session, each of which would have to be changed; in the
 * order of the checks.
 */
export function blockersOf(facts: OffloadFacts): readonly OffloadBlocker[] {
  let found: OffloadBlocker[] | null = null;
  for (const check of CONFIGURED) {
    if (passes(check, facts) || isInspectedByDecryption(check, facts)) continue;
    const causes = check === 'disabled' ? facts.switchedOff : [causeOf(check, facts)];
    found = [...(found ?? []), ...causes.map((each) => ({ check, cause: each }))];
  }
  return found ?? NO_BLOCKERS;
}

/** Without decryption nothing is left to inspect of what is encrypted: decryption alone is in the way. */
function isInspectedByDecryption(check: OffloadCheck, facts: OffloadFacts): boolean {
  const isEncrypted = whyInspectionEnds(facts.application) !== null;
  return check === 'content-inspection' && facts.isDecrypted && isEncrypted;
}
