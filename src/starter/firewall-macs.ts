/**
 * This file chooses `firewall-macs`: frames from these are taken for copies of packets that the capture
 * has as received, too, so a MAC of which that is not shown must not be among them.
 */

import type { CaptureFacts, EvidenceKind, MacFacts } from '../inspect/facts.ts';

/** Of the packets that a MAC sends, so many were seen before it: most, or it only turns some around. */
const FORWARDED_SHARE_MIN = 0.5;

/** MACs of forwarding devices whose packets the capture has before and behind them. */
export function firewallMacs({ macs }: CaptureFacts): readonly MacFacts[] {
  const isCopy = (mac: MacFacts) => {
    const sent = packetsSent(mac);
    return mac.framesSent > 0 && countOf(mac, 'forwards') >= FORWARDED_SHARE_MIN * sent;
  };
  const trusted = macs.filter((mac) => mac.likely === 'firewall' && isCopy(mac));
  const devices = new Set(trusted.map(({ device }) => device).filter((device) => device !== null));
  const chosen = trusted.filter(({ device }) => device !== null && devices.has(device));
  const names = new Set(chosen.map(({ mac }) => mac));
  // A MAC is the same device on each of its segments: one that sends what nobody sent it stays out.
  for (const mac of macs)
    if (names.has(mac.mac) && !isCopy(mac) && packetsSent(mac) > 0) names.delete(mac.mac);
  return chosen.filter(({ mac }) => names.has(mac));
}

/** How much speaks for a MAC in one way. */
export function countOf(mac: MacFacts, kind: EvidenceKind): number {
  return mac.evidence.find((evidence) => evidence.kind === kind)?.count ?? 0;
}

/** IP packets with addresses of a network that it sends. */
export function packetsSent(mac: MacFacts): number {
  return mac.networksBehind.reduce((sum, { packets }) => sum + packets, 0);
}
