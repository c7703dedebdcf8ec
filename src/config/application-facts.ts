/**
 * This file is the table of what kind the applications are, for `application-filters`: category,
 * subcategory, technology, risk, characteristics.
 *
 * Rows without a mark are those of the list that the vendor publishes with its log add-on. Content changes:
 * a newer one gives dns (`dns-base` there) the risk 3, for instance. Rows that are marked `like` are not in
 * that list: the name is newer or ours, and the row has what the application named there has.
 *
 * @source github.com/PaloAltoNetworks/Splunk_TA_paloalto lookups/app_list.csv at cd8223e (content of 2015/16);
 *   `snmp` is its snmp-base
 * @confidence documented for that content; assumed for rows with `like`
 */

/** Letters of the table, in its order. */
export const CHARACTERISTICS = {
  e: 'evasive',
  b: 'excessive-bandwidth',
  m: 'used-by-malware',
  f: 'able-to-transfer-file',
  v: 'has-known-vulnerability',
  t: 'tunnel-other-application',
  p: 'prone-to-misuse',
  w: 'pervasive-use',
  s: 'saas',
} as const;

// biome-ignore format: a list
export const CATEGORIES = [
  'business-systems', 'collaboration', 'general-internet', 'media', 'networking', 'saas', 'unknown',
] as const;
export const TECHNOLOGIES = [
  'browser-based',
  'client-server',
  'network-protocol',
  'peer-to-peer',
] as const;
export const RISK_MAX = 5;

/** What kind an application is; null for what is not known of it. */
export interface ApplicationFacts {
  readonly category: string | null;
  readonly subcategory: string | null;
  readonly technology: string | null;
  readonly risk: number | null;
  readonly characteristics: readonly string[];
}

/** Name, category, subcategory, technology, risk, letters of characteristics, whom it is like. */
const ROWS = `
ping                general-internet  internet-utility        network-protocol  2  vtw
ping6               general-internet  internet-utility        network-protocol  2  vtw      like ping
icmp                networking        ip-protocol             network-protocol  4  mvtw
ipv6-icmp           networking        ip-protocol             network-protocol  4  mvtw     like icmp
dns                 networking        infrastructure          network-protocol  4  mvw
ssl                 networking        encrypted-tunnel        browser-based     4  mfvtw
quic                networking        infrastructure          browser-based     1  t
web-browsing        general-internet  internet-utility        browser-based     4  mfvtw
ssh                 networking        encrypted-tunnel        client-server     4  mfvtw
telnet              networking        remote-access           client-server     2  vpw
ntp                 networking        infrastructure          network-protocol  2  mw
syslog              business-systems  management              client-server     2  vw
snmp                networking        infrastructure          client-server     2  vw
dhcp                networking        infrastructure          network-protocol  2  vw
radius              business-systems  auth-service            client-server     1  w
kerberos            business-systems  auth-service            client-server     2  vw
mysql               business-systems  database                client-server     2  vw
mssql-db            business-systems  database                client-server     2  vtw
ms-ds-smb           business-systems  storage-backup          client-server     3  fvtw
msrpc               networking        infrastructure          network-protocol  2  vtw
portmapper          networking        infrastructure          network-protocol  3  mvw
rpc                 networking        infrastructure          network-protocol  2  vtw
ftp                 general-internet  file-sharing            client-server     5  bmfvtpw
ftp-data            general-internet  file-sharing            client-server     5  bmfvtpw  like ftp
tftp                general-internet  file-sharing            client-server     4  mfvw
sip                 collaboration     voip-video              peer-to-peer      4  bmvtw
sipviaheader-nat    collaboration     voip-video              client-server     4  bmvtw
ringcentral         collaboration     voip-video              client-server     4  bmfvts
rtp-base            media             photo-video             client-server     3  bftw
rtcp                media             photo-video             client-server     1  -
rtsp                media             photo-video             client-server     3  bvtw
rtmp                media             photo-video             browser-based     4  bfvtw
h.225               collaboration     voip-video              client-server     2  vw
h.245               collaboration     voip-video              client-server     3  bmvw
h.323               collaboration     voip-video              client-server     4  bmfvw
mgcp                collaboration     voip-video              network-protocol  2  vw
sccp                collaboration     voip-video              peer-to-peer      2  vw
unistim             collaboration     voip-video              client-server     2  vw
stun                networking        infrastructure          network-protocol  2  etw
smtp                collaboration     email                   client-server     5  mfvtpw
imap                collaboration     email                   client-server     4  mfvw
pop3                collaboration     email                   client-server     4  mfvtw
nntp                general-internet  internet-utility        client-server     5  mfvtpw
ldap                business-systems  auth-service            client-server     2  vtw
whois               general-internet  internet-utility        client-server     1  w
ms-rdp              networking        remote-access           client-server     4  mfvtw
citrix              networking        remote-access           client-server     3  fvtw
logmein             networking        remote-access           client-server     4  bfvtws
foldera             networking        remote-access           client-server     5  ebfvtpw
vnc-base            networking        remote-access           client-server     5  mfvtpw
vnc-http            networking        remote-access           browser-based     5  mfvtpw
rlogin              networking        remote-access           client-server     4  mvpw
rsync               business-systems  storage-backup          client-server     3  bfvw
x11                 networking        remote-access           client-server     5  mfvtpw
ssh-tunnel          networking        encrypted-tunnel        client-server     5  efvtpw
nfs                 business-systems  storage-backup          client-server     3  fvw
oracle              business-systems  database                client-server     2  vw
sap                 business-systems  erp-crm                 client-server     3  fvw
bgp                 networking        routing                 network-protocol  2  vw
ospf                networking        routing                 network-protocol  1  w
netbios-ss          networking        infrastructure          network-protocol  2  vtw
ms-exchange         collaboration     email                   client-server     4  mfvw
perforce            business-systems  general-business        client-server     2  fv
radmin              networking        remote-access           client-server     4  mfvt
open-vpn            networking        encrypted-tunnel        client-server     3  fvtw
hamachi             networking        encrypted-tunnel        peer-to-peer      5  emfvtpw
ike                 networking        encrypted-tunnel        client-server     2  vtw
ipsec-esp           networking        encrypted-tunnel        client-server     2  ftw
ipsec-ah            networking        encrypted-tunnel        client-server     1  tw
ipsec-esp-udp       networking        encrypted-tunnel        client-server     2  ftw
ciscovpn            networking        encrypted-tunnel        client-server     3  fvtw
mobility-xe         networking        encrypted-tunnel        client-server     2  ft
gtp                 networking        infrastructure          network-protocol  1  tw
dtls                networking        encrypted-tunnel        client-server     1  v
cisco-wlc-mobility  networking        infrastructure          network-protocol  1  w
gre                 networking        routing                 network-protocol  2  vtw
nvgre               networking        routing                 network-protocol  2  vw
pptp                networking        infrastructure          network-protocol  4  mftpw
l2tp                networking        ip-protocol             client-server     2  vtw
teredo              networking        routing                 network-protocol  1  t
capwap              networking        infrastructure          network-protocol  1  v
lwapp               networking        infrastructure          network-protocol  1  tw
bittorrent          general-internet  file-sharing            peer-to-peer      5  ebmfvtpw
skype               collaboration     voip-video              peer-to-peer      5  ebmfvpw
traceroute          general-internet  internet-utility        network-protocol  2  vpw
zoom                collaboration     internet-conferencing   client-server     1  bs
viber-voice         collaboration     voip-video              client-server     1  es
gotomeeting         collaboration     internet-conferencing   client-server     3  efpws
securid             business-systems  auth-service            client-server     2  vw
salesforce-base     business-systems  erp-crm                 browser-based     2  fws
livelink            business-systems  general-business        browser-based     2  fp
siebel-crm          business-systems  erp-crm                 client-server     3  fvp
http-proxy          networking        proxy                   browser-based     5  emfvtpw
websocket           general-internet  internet-utility        browser-based     3  fvt
http2               general-internet  internet-utility        browser-based     4  mfvtw    like web-browsing
socks               networking        proxy                   network-protocol  5  emftpw
postgres            business-systems  database                client-server     2  vw
redis               general-internet  internet-utility        client-server     1  -
mongodb             business-systems  database                client-server     2  vw
mqtt                business-systems  general-business        client-server     1  tw
mdns                networking        infrastructure          network-protocol  2  vw       like llmnr
llmnr               networking        infrastructure          network-protocol  2  vw
ssdp                networking        infrastructure          peer-to-peer      1  -
netbios-ns          networking        infrastructure          network-protocol  2  vtw
netbios-dg          networking        infrastructure          network-protocol  2  vw
dhcpv6              networking        infrastructure          network-protocol  2  vw
wireguard           networking        encrypted-tunnel        client-server     3  fvtw     like open-vpn
vxlan               networking        infrastructure          network-protocol  1  t
coap                business-systems  general-business        client-server     1  tw       like mqtt
rip                 networking        routing                 network-protocol  2  bvw
hsrp                networking        routing                 network-protocol  1  v
bfd                 networking        infrastructure          network-protocol  1  -
gtp-u               networking        infrastructure          network-protocol  1  tw       like gtp
gtpv1-c             networking        infrastructure          network-protocol  1  tw       like gtp
gtpv2-c             networking        infrastructure          network-protocol  1  tw       like gtp
unknown-tcp         unknown           -                       -                 1  t
unknown-udp         unknown           -                       -                 1  -
`;

const known = (word: string | undefined): string | null =>
  word === undefined || word === '-' ? null : word;

/** By name of the application; read when the first filter asks. */
export function readApplicationFacts(): ReadonlyMap<string, ApplicationFacts> {
  const lines = ROWS.trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [name = '', category, subcategory, technology, risk, letters = '-'] = line.split(/ +/);
      const facts: ApplicationFacts = {
        category: known(category),
        subcategory: known(subcategory),
        technology: known(technology),
        risk: Number(risk),
        characteristics: Object.entries(CHARACTERISTICS).flatMap(([letter, one]) =>
          letters.includes(letter) ? [one] : [],
        ),
      };
      return [name, facts];
    }),
  );
}
