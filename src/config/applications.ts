/**
 * This file holds the applications that ports or an IP protocol tell, with the timers that App-ID
 * content gives them, and joins them with what `applications:` of the file says.
 *
 * Order matters: of applications that share a port the more usual one comes first, and is the one
 * that the port tells. Ports of rows that say `iana` are not in the reference: they come from the
 * IANA registries of service names and of protocol numbers. Some applications have a timer for
 * DISCARD as well (panos.md §2.3, last lines): that is not here.
 *
 * @source panos.md §2.3 (App-ID content 517-2824 of 2015; quic: device logs of 2018)
 * @confidence documented for that content, quic's timer observed; ports by the row
 */

import { PROTOCOL_SIGNATURES } from '../appid/by-protocol.ts';
import { IDENTIFIED_NAMES, UNKNOWN_TCP, UNKNOWN_UDP } from '../appid/identified.ts';
import type { ApplicationSettings } from './application-config.ts';
import type { ServicePorts } from './firewall-config.ts';
import type { FirewallFile } from './schema.ts';
import { type ContentTimers, timersOf } from './timer-overrides.ts';
import { readPorts } from './values.ts';

/** Where a row's ports come from: panos.md §2.3, IANA's registries, or it has none. */
type PortSource = 'panos' | 'iana' | '-';

type Row = readonly [name: string, ports: string, from: PortSource, content: ContentTimers];

const GLOBAL: ContentTimers = {};

// biome-ignore format: a table
const ROWS: readonly Row[] = [
  // application         default ports                   ports from  timers of the content
  ['ping',               'ip/1',                         'iana',     GLOBAL],
  ['icmp',               'ip/1',                         'iana',     GLOBAL],
  ['ping6',              'ip/58',                        'iana',     GLOBAL],
  ['ipv6-icmp',          'ip/58',                        'iana',     GLOBAL],
  ['dns',                'tcp/53 udp/53',                'iana',     GLOBAL],
  ['ssl',                'tcp/443',                      'panos',    { timeout: 1800 }],
  ['quic',               'udp/443',                      'iana',     { udp: 120 }],
  ['web-browsing',       'tcp/80',                       'iana',     GLOBAL],
  ['ssh',                'tcp/22',                       'iana',     GLOBAL],
  ['telnet',             'tcp/23',                       'iana',     GLOBAL],
  ['ntp',                'udp/123',                      'iana',     GLOBAL],
  ['syslog',             'udp/514',                      'iana',     GLOBAL],
  ['snmp',               'udp/161',                      'iana',     GLOBAL],
  ['dhcp',               'udp/67-68',                    'iana',     GLOBAL],
  ['radius',             'udp/1812-1813',                'iana',     GLOBAL],
  ['kerberos',           'tcp/88 udp/88',                'iana',     GLOBAL],
  ['mysql',              'tcp/3306',                     'iana',     GLOBAL],
  ['mssql-db',           'tcp/1433',                     'iana',     GLOBAL],
  ['ms-ds-smb',          'tcp/445',                      'iana',     GLOBAL],
  ['msrpc',              'tcp/135',                      'iana',     GLOBAL],
  ['portmapper',         'tcp/111 udp/111',              'iana',     GLOBAL],
  ['rpc',                '',                             '-',        GLOBAL],
  ['ftp',                'tcp/21',                       'panos',    { timeout: 1800 }],
  ['ftp-data',           '',                             '-',        GLOBAL],
  ['tftp',               'udp/69',                       'panos',    { tcp: 3600 }],
  ['sip',                'tcp/5060 udp/5060',            'panos',    { udp: 3600 }],
  ['sipviaheader-nat',   '',                             '-',        { udp: 3600 }],
  ['ringcentral',        '',                             '-',        { udp: 3600 }],
  ['rtp-base',           '',                             '-',        { timeout: 180 }],
  ['rtcp',               '',                             '-',        { timeout: 180 }],
  ['rtsp',               'tcp/554 udp/554',              'panos',    { timeout: 1800 }],
  ['rtmp',               'tcp/1935,80,443',              'panos',    { timeout: 1800 }],
  ['h.225',              'tcp/1720',                     'iana',     GLOBAL],
  ['h.245',              '',                             '-',        { tcp: 9000 }],
  ['h.323',              '',                             '-',        GLOBAL],
  ['mgcp',               'udp/2427,2727',                'iana',     GLOBAL],
  ['sccp',               'tcp/2000',                     'iana',     GLOBAL],
  ['unistim',            '',                             '-',        { udp: 1800 }],
  ['stun',               'udp/3478',                     'panos',    { udp: 300 }],
  ['smtp',               'tcp/25,587',                   'iana',     { timeout: 1800 }],
  ['imap',               'tcp/143',                      'iana',     { timeout: 1800 }],
  ['pop3',               'tcp/110',                      'iana',     { timeout: 1800 }],
  ['nntp',               'tcp/119',                      'iana',     { timeout: 1800 }],
  ['ldap',               'tcp/389 udp/389',              'iana',     { timeout: 1800 }],
  ['whois',              'tcp/43',                       'iana',     { timeout: 1800 }],
  ['ms-rdp',             'tcp/3389 udp/3389',            'panos',    { timeout: 36_000 }],
  ['citrix',             'tcp/1494',                     'iana',     { tcp: 36_000, udp: 36_000 }],
  ['logmein',            '',                             '-',        { timeout: 36_000 }],
  ['foldera',            '',                             '-',        { timeout: 36_000 }],
  ['vnc-base',           'tcp/5500,5900,5901',           'panos',    { timeout: 18_000 }],
  ['vnc-http',           'tcp/5500,5900,5901',           'panos',    { timeout: 18_000 }],
  ['rlogin',             'tcp/513',                      'iana',     { timeout: 18_000 }],
  ['rsync',              'tcp/873',                      'iana',     { timeout: 18_000, udp: 1800 }],
  ['x11',                'tcp/6000-6063',                'iana',     { timeout: 432_000 }],
  ['ssh-tunnel',         '',                             '-',        { timeout: 432_000 }],
  ['nfs',                'tcp/2049 udp/2049',            'iana',     { tcp: 432_000, udp: 3600 }],
  ['oracle',             'tcp/1521',                     'panos',    { tcp: 14_400 }],
  ['sap',                '',                             '-',        { timeout: 10_800 }],
  ['bgp',                'tcp/179',                      'panos',    { timeout: 18_000 }],
  ['ospf',               'ip/89',                        'iana',     GLOBAL],
  ['netbios-ss',         'tcp/139',                      'iana',     { timeout: 3600 }],
  ['ms-exchange',        '',                             '-',        { timeout: 3600 }],
  ['perforce',           '',                             '-',        { timeout: 3600 }],
  ['radmin',             'tcp/4899',                     'iana',     { timeout: 3600 }],
  ['open-vpn',           'tcp/1194 udp/1194',            'iana',     { timeout: 3600 }],
  ['hamachi',            '',                             '-',        { timeout: 3600 }],
  ['ike',                'udp/500',                      'iana',     { udp: 600 }],
  ['ipsec-esp',          'ip/50',                        'panos',    { timeout: 3600 }],
  ['ipsec-ah',           'ip/51',                        'panos',    { timeout: 3600 }],
  ['ipsec-esp-udp',      'udp/4500,4501',                'panos',    { timeout: 3600 }],
  ['ciscovpn',           '',                             '-',        { timeout: 3600 }],
  ['mobility-xe',        'udp/5008',                     'iana',     { udp: 600 }],
  ['gtp',                'udp/2123,2152',                'iana',     { udp: 600 }],
  ['dtls',               '',                             '-',        { udp: 600 }],
  ['cisco-wlc-mobility', '',                             '-',        { udp: 600 }],
  ['gre',                'ip/47',                        'panos',    { timeout: 1200 }],
  ['nvgre',              'ip/47',                        'panos',    { timeout: 1200 }],
  ['pptp',               'tcp/1723',                     'iana',     GLOBAL],
  ['l2tp',               'udp/1701',                     'iana',     { udp: 300 }],
  ['teredo',             'udp/3544',                     'iana',     { timeout: 1800 }],
  ['capwap',             'udp/5246-5247',                'iana',     { udp: 360 }],
  ['lwapp',              'udp/12222-12223',              'iana',     { udp: 2700 }],
  ['bittorrent',         '',                             '-',        { timeout: 1200 }],
  ['skype',              '',                             '-',        { tcp: 3600 }],
  ['traceroute',         'udp/33434-33534',              'panos',    { timeout: 10 }],
  ['zoom',               '',                             '-',        { udp: 300 }],
  ['viber-voice',        '',                             '-',        { udp: 120 }],
  ['gotomeeting',        '',                             '-',        { udp: 120 }],
  ['securid',            '',                             '-',        { timeout: 300 }],
  ['salesforce-base',    '',                             '-',        { timeout: 600 }],
  ['livelink',           '',                             '-',        { timeout: 60 }],
  ['siebel-crm',         '',                             '-',        { timeout: 60 }],
  // Told by payload alone, or by ports that are not in the reference.
  ['http-proxy',         '',                             '-',        GLOBAL],
  ['websocket',          '',                             '-',        GLOBAL],
  ['http2',              '',                             '-',        GLOBAL],
  ['socks',              'tcp/1080',                     'iana',     GLOBAL],
  ['postgres',           'tcp/5432',                     'iana',     GLOBAL],
  ['redis',              'tcp/6379',                     'iana',     GLOBAL],
  ['mongodb',            'tcp/27017',                    'iana',     GLOBAL],
  ['mqtt',               'tcp/1883',                     'iana',     GLOBAL],
  ['mdns',               'udp/5353',                     'iana',     GLOBAL],
  ['llmnr',              'udp/5355',                     'iana',     GLOBAL],
  ['ssdp',               'udp/1900',                     'iana',     GLOBAL],
  ['netbios-ns',         'udp/137',                      'iana',     GLOBAL],
  ['netbios-dg',         'udp/138',                      'iana',     GLOBAL],
  ['dhcpv6',             'udp/546-547',                  'iana',     GLOBAL],
  ['wireguard',          '',                             '-',        GLOBAL],
  ['vxlan',              'udp/4789',                     'iana',     GLOBAL],
  ['coap',               'udp/5683',                     'iana',     GLOBAL],
  ['rip',                'udp/520',                      'iana',     GLOBAL],
  ['hsrp',               'udp/1985',                     'iana',     GLOBAL],
  ['bfd',                'udp/3784',                     'iana',     GLOBAL],
  ['gtp-u',              'udp/2152',                     'iana',     GLOBAL],
  ['gtpv1-c',            'udp/2123',                     'iana',     GLOBAL],
  ['gtpv2-c',            'udp/2123',                     'iana',     GLOBAL],
  ['unknown-tcp',        '',                             '-',        GLOBAL],
  ['unknown-udp',        '',                             '-',        GLOBAL],
];

const PREDEFINED: ReadonlySet<string> = new Set(ROWS.map(([known]) => known));

/** True for an application that its default ports or its IP protocol tell. */
export function isToldByPorts(name: string): boolean {
  return ROWS.some(([known, ports]) => known === name && ports !== '');
}

/** What App-ID can tell: by signature, by protocol, or that nothing was met. */
const IDENTIFIED: ReadonlySet<string> = new Set([
  ...IDENTIFIED_NAMES,
  ...PROTOCOL_SIGNATURES.map(({ application }) => application),
  ...ROWS.flatMap(([name, ports]) => (protocolOf(ports) === null ? [] : [name])),
  UNKNOWN_TCP,
  UNKNOWN_UDP,
]);

/** True for an application that a session can be identified as, with `app-id: payload`. */
export function isIdentified(name: string): boolean {
  return IDENTIFIED.has(name);
}

/** The names of the table's applications, to be proposed for one that is not known. */
export function knownApplications(): string[] {
  return ROWS.map(([known]) => known).filter((known) => !known.startsWith('unknown-'));
}

/** True for an application of the table. */
export function isPredefined(name: string): boolean {
  return PREDEFINED.has(name);
}

type Written = FirewallFile['applications'];
type Custom = FirewallFile['custom-applications'][string];

/**
 * The applications of the table in its order, then the file's own, then those that it only names,
 * without ports. A timer is the file's, else with `app-timeouts: content` the content's (panos.md §2.2).
 */
export function buildApplications(file: FirewallFile): readonly ApplicationSettings[] {
  const { applications: written, session } = file;
  const appTimeouts = session['app-timeouts'];
  const writtenOf = (name: string) => (Object.hasOwn(written, name) ? written[name] : undefined);
  // The content has an action for each application ("Deny Action"). Those of this table are not public;
  // one that lists none is dropped silently (the vendor's knowledge base on the configurable deny action).
  const denyActionOf = (name: string) => writtenOf(name)?.['deny-action'] ?? 'drop';
  const known = ROWS.map(([name, ports, , content]): ApplicationSettings => {
    const timers = appTimeouts === 'content' ? content : GLOBAL;
    return {
      name,
      ports: portsOf(ports),
      protocol: protocolOf(ports),
      overrides: timersOf(writtenOf(name), timers),
      denyAction: denyActionOf(name),
      ...predictionOf(name, writtenOf(name)),
      isCustom: false,
    };
  });
  const customs = Object.entries(file['custom-applications']).map(
    ([name, custom]): ApplicationSettings => ({
      name,
      ports: custom.ports.map(({ value }) => value),
      protocol: null,
      overrides: timersOf(writtenOf(name), ownTimers(custom)),
      denyAction: denyActionOf(name),
      ...predictionOf(name, writtenOf(name)),
      isCustom: true,
    }),
  );
  const names = new Set([...known, ...customs].map(({ name }) => name));
  // A rule may override to what the vendor's content has and this table lacks.
  const overriding = file['application-override'].map(({ application }) => application);
  const others = new Set([...Object.keys(written), ...overriding].filter((one) => !names.has(one)));
  return [
    ...known,
    ...customs,
    ...[...others].map((name): ApplicationSettings => {
      const overrides = timersOf(writtenOf(name), GLOBAL);
      const settings = {
        overrides,
        denyAction: denyActionOf(name),
        ...predictionOf(name, writtenOf(name)),
      };
      return { name, ports: [], protocol: null, ...settings, isCustom: false };
    }),
  ];
}

/**
 * Seconds that media are waited for: as long as their sessions live idle in the content (panos.md §2.3),
 * an assumption of §6.1.
 */
const MEDIA_PREDICT_SECONDS: Readonly<Record<string, number>> = { 'rtp-base': 180, rtcp: 180 };

/** What `applications:` says of ALG and predict sessions. */
function predictionOf(
  name: string,
  written: Written[string] | undefined,
): Pick<ApplicationSettings, 'alg' | 'predictTimeout'> {
  const usual = Object.hasOwn(MEDIA_PREDICT_SECONDS, name) ? MEDIA_PREDICT_SECONDS[name] : null;
  return {
    alg: written?.alg ?? true,
    predictTimeout: written?.['predict-timeout'] ?? usual ?? null,
  };
}

/** The timers that an application of one's own has for a content: what `applications:` says beats them. */
function ownTimers(custom: Custom): ContentTimers {
  const timers: [keyof ContentTimers, number | undefined][] = [
    ['timeout', custom.timeout],
    ['tcp', custom['tcp-timeout']],
    ['udp', custom['udp-timeout']],
    ['halfClosed', custom['tcp-half-closed-timeout']],
    ['timeWait', custom['tcp-time-wait-timeout']],
  ];
  return Object.fromEntries(timers.filter(([, seconds]) => seconds !== undefined));
}

function portsOf(text: string): readonly ServicePorts[] {
  return text.split(' ').flatMap((part) => readPorts(part)?.value ?? []);
}

/** The number of `ip/47`; null for ports or nothing. */
function protocolOf(text: string): number | null {
  return text.startsWith('ip/') ? Number(text.slice(3)) : null;
}
