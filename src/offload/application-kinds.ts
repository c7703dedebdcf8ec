/**
 * This file says of applications what matters to offload: whose control channel an ALG reads, of which
 * nothing is left to inspect once they are set up, and which are tunnels of the firewall's own.
 */

/**
 * Control channels that an ALG reads to the end.
 *
 * @source panos.md §7 point 7; portmapper since the vendor's list of ALGs has sunrpc
 * @confidence inferred there
 */
// biome-ignore format: a list
const ALG_CONTROL: ReadonlySet<string> = new Set([
  'ftp', 'tftp', 'sip', 'rtsp', 'h.225', 'h.245', 'mgcp', 'sccp', 'pptp', 'msrpc', 'oracle', 'msrp',
  'portmapper',
]);

/**
 * Applications whose decoder has finished when the session is set up, by why that is so.
 *
 * @source documented: panos.md §7, the vendor's guide "Disable Hardware Offload" ("non-decrypted SSL and SSH
 *   traffic (which being encrypted cannot be usefully inspected beyond the initial SSL/SSH session
 *   setup), network protocols (such as OSPF, BGP, RIP)")
 * @confidence documented for ssl, ssh, bgp, rip; the other encrypted ones are inferred from that reason,
 *   and media from §7 point 7 ("their data children may")
 */
const INSPECTION_ENDS: ReadonlyMap<string, 'encrypted' | 'network protocol' | 'media'> = new Map([
  ['ssl', 'encrypted'],
  ['ssh', 'encrypted'],
  ['quic', 'encrypted'],
  ['dtls', 'encrypted'],
  ['ipsec-esp-udp', 'encrypted'],
  ['open-vpn', 'encrypted'],
  ['wireguard', 'encrypted'],
  ['bgp', 'network protocol'],
  ['rip', 'network protocol'],
  ['bfd', 'network protocol'],
  ['hsrp', 'network protocol'],
  ['rtp-base', 'media'],
  ['rtcp', 'media'],
]);

/** What a tunnel that ends on the firewall is carried in, over UDP (panos.md §7 point 3). */
const VPN_OVER_UDP: ReadonlySet<string> = new Set(['ike', 'ipsec-esp-udp']);

/** Whether an ALG reads the application's sessions to the end. */
export function isAlgControl(application: string): boolean {
  return ALG_CONTROL.has(application);
}

/** Why nothing is left to inspect once the session is set up; null where something is. */
export function whyInspectionEnds(application: string | null): string | null {
  return application === null ? null : (INSPECTION_ENDS.get(application) ?? null);
}

/** Whether the application is a tunnel's, where one end is the firewall. */
export function isVpnOverUdp(application: string | null): boolean {
  return application !== null && VPN_OVER_UDP.has(application);
}
