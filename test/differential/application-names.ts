/**
 * This file says which applications the names of other programs stand for. `null` is what has no
 * counterpart: App-ID must then find nothing in it.
 */

/**
 * nDPI's names. `TLS.Google` is looked for as it is, then as `TLS`: what is carried is an application
 * of its own to the vendor as well (google-base …), which needs content that is not public.
 */
const NDPI_NAMES: Readonly<Record<string, string | null>> = {
  DHCP: 'dhcp',
  DHCPV6: 'dhcpv6',
  DNS: 'dns',
  FTP_CONTROL: 'ftp',
  FTP_DATA: 'ftp-data',
  'GTP.GTP_U': 'gtp-u',
  HTTP: 'web-browsing',
  'SSH.HTTP': 'web-browsing',
  WebSocket: 'websocket',
  IPsec: 'ike',
  LDAP: 'ldap',
  LLMNR: 'llmnr',
  MDNS: 'mdns',
  NTP: 'ntp',
  NetBIOS: 'netbios-ns',
  'NetBIOS.SMBv1': 'netbios-dg',
  'NetBIOS.SMBv23': 'ms-ds-smb',
  QUIC: 'quic',
  RDP: 'ms-rdp',
  RTCP: 'rtcp',
  RTP: 'rtp-base',
  RTSP: 'rtsp',
  SIP: 'sip',
  SOCKS: 'socks',
  SSDP: 'ssdp',
  SSH: 'ssh',
  STUN: 'stun',
  TLS: 'ssl',
  Telnet: 'telnet',
  Teredo: 'teredo',
  VNC: 'vnc-base',
  // Nothing found.
  Unknown: null,
  // Of vendors, without a public description.
  Dropbox: null,
  Spotify: null,
  WhatsApp: null,
  // Not of the first set.
  Cassandra: null,
  H323: null,
  Nats: null,
  Ookla: null,
  sFlow: null,
};

/**
 * Zeek's services in conn.log; of several, the first is what the connection began as. Its analyzer of
 * DNS takes what has the same messages on other ports as well: `dns:5353`.
 */
const ZEEK_NAMES: Readonly<Record<string, string | null>> = {
  dns: 'dns',
  'dns:137': 'netbios-ns',
  'dns:5353': 'mdns',
  'dns:5355': 'llmnr',
  ftp: 'ftp',
  'ftp-data': 'ftp-data',
  gtpv1: 'gtp-u',
  http: 'web-browsing',
  ntp: 'ntp',
  ssh: 'ssh',
  teredo: 'teredo',
  vxlan: 'vxlan',
};

/** Suricata's event types and app_proto values that tell an application. */
export const SURICATA_NAMES: Readonly<Record<string, string>> = {
  dhcp: 'dhcp',
  ftp: 'ftp',
  'ftp-data': 'ftp-data',
  ftp_data: 'ftp-data',
  http: 'web-browsing',
  rfb: 'vnc-base',
  sip: 'sip',
};

/** What an nDPI name stands for. @throws Error for one that is not listed */
export function ndpiApplication(proto: string): string | null {
  const name = [proto, proto.split('.')[0]!].find((one) => one in NDPI_NAMES);
  if (name === undefined) throw new Error(`no counterpart listed for nDPI's ${proto}`);
  return NDPI_NAMES[name]!;
}

/**
 * What Zeek's services stand for, of a responder `address:port`.
 *
 * @throws Error for one that is not listed
 */
export function zeekApplication(services: string, responder: string): string | null {
  const first = services.split(',')[0]!;
  const port = responder.slice(responder.lastIndexOf(':'));
  const name = [first + port, first].find((one) => one in ZEEK_NAMES);
  if (name === undefined) throw new Error(`no counterpart listed for Zeek's ${services}`);
  return ZEEK_NAMES[name]!;
}
