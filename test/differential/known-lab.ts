/**
 * This file lists where the replay of the lab's captures and the kernel's sessions differ, each with
 * its reason.
 */

import type { KnownDifference } from '../support/differences.ts';

const PREDICTED =
  'the kernel has no helper for RTSP: it denied the server’s first RTCP packet, kept nothing of it, and ' +
  'the client opened the flow. Here SETUP predicts it, and the session is the server’s';
const ZONECHANGE =
  'no defect: the Linux router accepts what a firewall drops for its zone, so one FIN is missing and the session ends half-closed';

/** What is compared; a difference's name begins with it. */
type LabPart =
  | 'flow'
  | 'nat'
  | 'end'
  | 'counter'
  | 'discard'
  | 'state'
  | 'last'
  | 'wire'
  | 'predict';

/** The listed differences of one part. */
export function knownLab(part: LabPart): KnownDifference[] {
  return KNOWN_LAB.filter((entry) => entry.conversation.startsWith(`${part} `));
}

/** Scenario, and the part with the session's name. */
// biome-ignore format: a table
export const KNOWN_LAB: readonly KnownDifference[] = [
  { file: 'rtsp_udp_open', conversation: 'flow udp 10.10.10.5:49769 > 203.0.113.50:42183 trust', reason: PREDICTED },
  { file: 'rtsp_udp_open', conversation: 'discard udp 203.0.113.50:42183 > 10.10.10.5:49769 ', reason: PREDICTED },
  { file: 'asym_c2s_zonechange', conversation: 'end tcp 10.10.10.5:40600 > 203.0.113.50:7000 trust', reason: ZONECHANGE },
  { file: 'asym_c2s_zonechange', conversation: 'state tcp 10.10.10.5:40600 > 203.0.113.50:7000 trust', reason: ZONECHANGE },
  { file: 'asym_synack_other_zone', conversation: 'end tcp 10.10.10.5:40602 > 203.0.113.50:7000 trust', reason: ZONECHANGE },
  { file: 'asym_synack_other_zone', conversation: 'state tcp 10.10.10.5:40602 > 203.0.113.50:7000 trust', reason: ZONECHANGE },
];

/** Packets that a firewall drops for their zone and the Linux router forwards. */
export const ZONE_DROPS: Readonly<Record<string, number>> = {
  // truth.json: c2s_interfaces has 10 packets by trustb0.
  asym_c2s_zonechange: 10,
  // All six packets of the server come by dmz0 (tshark: frame.interface_name).
  asym_synack_other_zone: 6,
};

/** Sessions of which the client alone was seen after its SYN, by scenario; none elsewhere. */
export const KNOWN_SUSPECTS: Readonly<Record<string, { sessions: number; reason: string }>> = {
  asym_synack_other_zone: { sessions: 1, reason: 'all replies come by another zone: truly so' },
};
