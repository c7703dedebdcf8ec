/**
 * This file lists where the replay of the lab's captures and the kernel's sessions differ, each with
 * what it waits for, and what of the lab's truth this version cannot be compared with yet.
 */

import type { KnownDifference } from '../support/differences.ts';

const DISCARD_BOTH =
  'the server’s first RTCP packet is denied, and the DISCARD session holds both directions: the ' +
  'client’s RTCP and the next of the server are dropped on it. The kernel keeps nothing of a ' +
  'denied packet, and the client opens the flow. With the RTSP gateway a predict lets it in';
const ZONECHANGE =
  'no defect: the Linux router accepts what a firewall drops for its zone, so one FIN is missing and the session ends half-closed';

/** What is compared; a difference's name begins with it. */
type LabPart = 'flow' | 'nat' | 'end' | 'counter' | 'discard' | 'state' | 'last' | 'wire';

/** The listed differences of one part. */
export function knownLab(part: LabPart): KnownDifference[] {
  return KNOWN_LAB.filter((entry) => entry.conversation.startsWith(`${part} `));
}

/** Scenario, and the part with the session's name. */
// biome-ignore format: a table
export const KNOWN_LAB: readonly KnownDifference[] = [
  { file: 'rtsp_udp_open', conversation: 'flow udp 10.10.10.5:49769 > 203.0.113.50:42183 trust', reason: DISCARD_BOTH },
  { file: 'rtsp_udp_open', conversation: 'discard udp 203.0.113.50:42183 > 10.10.10.5:49769 ', reason: DISCARD_BOTH },
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

/** What of the truth has no counterpart in this version; shown as todo. */
export const WAITING: readonly { scenario: string; what: string }[] = [
  ...['ftp_active', 'ftp_pasv', 'ftp_epsv', 'ftp_unused_predict', 'ftp_multi'].map((scenario) => ({
    scenario,
    what: 'predicts, parent and child, application ftp-data: waits for the FTP gateway',
  })),
  ...['sip_call', 'sip_rejected', 'sip_reinvite'].map((scenario) => ({
    scenario,
    what: 'predicts of SDP, parent and child, the 3600 s timer: waits for the SIP gateway',
  })),
  {
    scenario: 'tftp',
    what: 'predict of the server’s port, parent and child: waits for the TFTP gateway',
  },
  { scenario: 'rtsp_udp_open', what: 'predicts of Transport headers: waits for the RTSP gateway' },
];
