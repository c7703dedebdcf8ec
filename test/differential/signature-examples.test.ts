/**
 * This file sends the example of every signature through the whole engine, as a session of its own on the
 * protocol's usual port, and asks tshark what it makes of the same capture: the examples are made by hand,
 * and tshark's dissectors know nothing of our signatures.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildCapture, parseScript } from '../../samples/script/index.ts';
import type { Signature } from '../../src/appid/signature.ts';
import { SIGNATURES } from '../../src/appid/signatures.ts';
import { HAS_TSHARK } from '../support/frame-fields.ts';
import { oneZone } from '../support/one-zone.ts';
import { replayFiles } from '../support/replay-file.ts';
import { exactBytes } from '../support/signature-table.ts';
import { noteSkipped } from '../support/truth-files.ts';

const TEST_FILE = 'signature-examples.test.ts';
if (!HAS_TSHARK) noteSkipped(TEST_FILE, 'no tshark');

/** Usual ports by which tshark finds its dissector; those of IANA, but for what has none. */
const PORTS: Readonly<Record<string, number>> = {
  ...{ 'web-browsing': 80, 'http-proxy': 3128, websocket: 80, http2: 80, ssl: 443, ssh: 22 },
  ...{ ftp: 21, smtp: 25, pop3: 110, imap: 143, nntp: 119, telnet: 23, sip: 5060, rtsp: 554 },
  ...{ dns: 53, mdns: 5353, llmnr: 5355, ntp: 123, snmp: 161, syslog: 514, dhcp: 67, tftp: 69 },
  ...{ ldap: 389, kerberos: 88, 'ms-ds-smb': 445, 'netbios-ns': 137, 'netbios-dg': 138 },
  ...{ 'netbios-ss': 139, msrpc: 135, 'ms-rdp': 3389, 'vnc-base': 5900, mysql: 3306 },
  ...{ postgres: 5432, 'mssql-db': 1433, redis: 6379, mongodb: 27_017, mqtt: 1883, radius: 1812 },
  ...{ stun: 3478, ike: 500, 'ipsec-esp-udp': 4500, 'open-vpn': 1194, wireguard: 51_820 },
  ...{ bgp: 179, bittorrent: 6881, ssdp: 1900, quic: 443, dtls: 4433, dhcpv6: 547, coap: 5683 },
  ...{ 'rtp-base': 5004, rtcp: 5005, socks: 1080, rtmp: 1935, 'h.225': 1720, l2tp: 1701 },
  ...{ bfd: 3784, hsrp: 1985, rip: 520, vxlan: 4789, teredo: 3544, 'gtp-u': 2152 },
  ...{ 'gtpv1-c': 2123, 'gtpv2-c': 2123 },
};

/** tshark's names of the protocols, where they are not the application's. */
const DISSECTORS: Readonly<Record<string, string>> = {
  ...{ 'web-browsing': 'http', 'http-proxy': 'http', websocket: 'http', ssl: 'tls', pop3: 'pop' },
  ...{ 'netbios-ss': 'nbss', msrpc: 'dcerpc', 'ms-rdp': 'rdp', 'vnc-base': 'vnc', redis: 'resp' },
  ...{ postgres: 'pgsql', 'mssql-db': 'tds', mongodb: 'mongo', 'h.225': 'q931', rtmp: 'rtmpt' },
  ...{ 'open-vpn': 'openvpn', 'netbios-ns': 'nbns', 'netbios-dg': 'nbdgm', ike: 'isakmp' },
  ...{ 'ipsec-esp-udp': 'esp', wireguard: 'wg', 'gtp-u': 'gtp', 'gtpv1-c': 'gtp' },
  ...{ 'gtpv2-c': 'gtpv2', 'rtp-base': 'rtp' },
};
/** The same for single rows, by transport, or by what the example begins with. */
const VARIANTS: readonly (readonly [row: (row: Signature) => boolean, dissector: string])[] = [
  [({ application, side }) => application === 'http2' && side === 's2c', 'http'],
  [({ application, transport }) => application === 'ldap' && transport === 'udp', 'cldap'],
  [({ application, transport }) => application === 'bittorrent' && transport === 'udp', 'bt-dht'],
  [({ application, example }) => application === 'ms-ds-smb' && example.includes('fe'), 'smb2'],
  [({ application }) => application === 'ms-ds-smb', 'smb'],
];
/** What tshark cannot tell, and why. */
const UNTOLD: ReadonlyMap<string, string> = new Map([
  ['hsrp', 'its dissector wants the group address 224.0.0.2'],
  ['rtmp', 'its dissector waits for the whole handshake of 1537 bytes'],
]);
/** Told to dissect what it does not take up on the port by itself. */
const DECODE_AS = ['udp.port==5004,rtp', 'tcp.port==514,syslog', 'tcp.port==27017,mongo'];
/** Rows of either side whose example is the server's. */
const OF_SERVER: ReadonlySet<string> = new Set(['quic']);

const TRUST = '10.0.0.5';
const UNTRUST = '203.0.113.9';

const portOf = ({ application, ports }: Signature) => ports?.[0] ?? PORTS[application] ?? 0;

/** A session a signature, its number in the client's port. */
function script(): string {
  return SIGNATURES.flatMap((row, i) => {
    const [client, server] = [`${TRUST}:${20_000 + i}`, `${UNTRUST}:${portOf(row)}`];
    const thither = `trust ${client} > ${server} ${row.transport}`;
    const back = `untrust ${server} > ${client} ${row.transport}`;
    const isServers = row.side === 's2c' || OF_SERVER.has(row.application);
    const says = isServers ? back : thither;
    const sends = (text: string) => `hex=${Buffer.from(exactBytes(text)).toString('hex')}`;
    const lines =
      row.transport === 'tcp'
        ? [`${thither} S`, `${back} SA`, `${thither} A`, `${says} PA ${sends(row.example)}`]
        : [
            ...(isServers ? [`${thither} hex=00`] : []),
            ...(row.before === undefined ? [] : [`${says} ${sends(row.before)}`]),
            `${says} ${sends(row.example)}`,
          ];
    return lines.map((line, k) => `${(i + 0.01 * k).toFixed(3)} ${line}`);
  }).join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'slowpath-examples-'));
const path = join(folder, 'examples.pcapng');
writeFileSync(path, buildCapture(parseScript(script())));
afterAll(() => rmSync(folder, { recursive: true }));

test('each example makes a session of its application', async () => {
  const config = oneZone('app-id: payload');
  const { sessions } = await replayFiles([path], { config, drain: true });
  const found = sessions.map(({ application }) => application);
  expect(found).toEqual(SIGNATURES.map(({ application }) => application));
});

describe.skipIf(!HAS_TSHARK)('tshark', () => {
  const said = new Map<number, Set<string>>();
  if (HAS_TSHARK) {
    const fields = ['tcp.srcport', 'tcp.dstport', 'udp.srcport', 'udp.dstport', 'frame.protocols'];
    const { stdout } = spawnSync(
      'tshark',
      [
        ...DECODE_AS.flatMap((one) => ['-d', one]),
        '-n',
        '-r',
        path,
        '-o',
        'tcp.desegment_tcp_streams:FALSE',
        '-T',
        'fields',
        ...fields.flatMap((field) => ['-e', field]),
      ],
      { encoding: 'utf8' },
    );
    for (const line of stdout.split('\n')) {
      const cells = line.split('\t');
      const protocols = cells.pop()?.split(':') ?? [];
      const port = cells
        .map(Number)
        .find((one) => one >= 20_000 && one < 20_000 + SIGNATURES.length);
      if (port === undefined) continue;
      const known = said.get(port - 20_000) ?? new Set();
      for (const one of protocols) known.add(one);
      said.set(port - 20_000, known);
    }
  }

  const all = SIGNATURES.map((row, i) => ({ row, i, name: `${row.application} (${i})` }));
  test.each(all)('$name', ({ row, i }) => {
    const { application } = row;
    const variant = VARIANTS.find(([isIt]) => isIt(row))?.[1];
    const dissector = variant ?? DISSECTORS[application] ?? application;
    const heard = [...(said.get(i) ?? [])];
    if (UNTOLD.has(application)) expect(heard).not.toContain(dissector);
    else expect(heard).toContain(dissector);
  });
});
