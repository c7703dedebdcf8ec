/**
 * This file compares what the decoder reads of each frame with what tshark reads: addresses, lengths,
 * ports, sequence numbers, flags, options, tags, ICMP.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildCapture, parseScript } from '../../samples/script/index.ts';
import { HAS_TSHARK, tsharkFrames, viewFrames } from '../support/frame-fields.ts';
import { HAS_CAPTURES, noteSkipped, publicPath } from '../support/truth-files.ts';

const TEST_FILE = 'decoder-fields.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);
else if (!HAS_TSHARK) noteSkipped(TEST_FILE, 'no tshark');

/** Chosen so that every link type, tag, extension header, option and message occurs. */
const CAPTURES = [
  'arkime__twovlan.pcap', // two VLANs of one conversation
  'zeek__http-qinq-0.pcap', // two tags
  'zeek__vlan-collisions.pcap',
  'arkime__v6.pcap',
  'surv__http2-range__http2-range.pcap', // NULL
  'pcpp__many_interfaces-1.pcapng', // Ethernet and NULL
  'zeek__rotation.pcap', // RAW
  'zeek__http__basic-auth-with-colon.pcap', // RAW, link type 12
  'pkts__pkts-core__src__test__resources__io__pkts__sipp_sll.pcap', // Linux cooked
  'zeek__linux_dlt_sll2.pcap', // Linux cooked, version 2
  'zeek__mixed-vlan-mpls.pcap', // VLAN and MPLS
  'zeek__pppoe.pcap',
  'pcpp__one_http_stream_rst.pcap', // PPPoE behind two tags
  'ndpi__dlt_ppp.pcap',
  'zeek__radiotap.pcap',
  'sngrep__ipv6frag.pcap', // IPv6 fragments
  'zeek__ipv4__fragmented-1.pcap', // IPv4 fragments
  'zeek__icmp__5-pings.pcap',
  'zeek__icmp__icmp6-ping.pcap',
  'zeek__icmp__icmp-destunreach-udp.pcap',
  'zeek__icmp__icmp6-destunreach-ip6ext-udp.pcap', // extension headers
  'zeek__tunnels__6in4.pcap',
  'zeek__tunnels__gre-sample.pcap',
  'zeek__tunnels__vxlan.pcap',
  'zeek__communityid__sctp.pcap',
  'ndpi__esp.pcapng',
  'ndpi__facebook.pcap', // TCP options
  'pcpp__many-protocols.pcap', // 4,709 frames of everything
];
/** What the captures do not show. */
const KEYED = `
0.1 a 10.0.0.5 > 203.0.113.9 proto=47 hex=2000_0800_0001_0002 len=30
0.2 a 10.0.0.5 > 203.0.113.9 proto=47 hex=a000_0800_0000_0000_0001_0002 len=30
0.3 a 10.0.0.5 > 203.0.113.9 proto=47 hex=1000_0800_0000_0009 len=30
0.4 a 10.0.0.5 > 203.0.113.9 proto=47 hex=3001_880b_0010_0007_0000_0001 len=40
0.5 a 2001:db8::5 > 2001:db8::9 proto=47 hex=0000_86dd len=50
0.6 a 10.0.0.5 > 203.0.113.9 proto=50 hex=c0de0001_00000001 len=40
0.7 a 10.0.0.5 > 203.0.113.9 proto=51 hex=06040000_c0de0001_00000001 len=40
0.8 a 2001:db8::5 > 2001:db8::9 proto=50 hex=00000007_00000001 len=40
0.9 a 10.0.0.5:1 > 203.0.113.9:36412 sctp COOKIE-ECHO+DATA len=5
1.0 a [2001:db8::5]:1 > [2001:db8::9]:36412 sctp INIT
`;
const tally = { frames: 0, fields: 0 };

describe.skipIf(!HAS_CAPTURES || !HAS_TSHARK)('header fields against tshark', () => {
  test.each(CAPTURES)('%s', { timeout: 60_000 }, async (file) => {
    const expected = tsharkFrames(publicPath(file));
    const found = await viewFrames(publicPath(file));
    expect(expected.size).toBeGreaterThan(0);
    tally.frames += expected.size;
    for (const fields of expected.values()) tally.fields += Object.keys(fields).length;
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  });

  test('keys, call ids, SPIs and ports of a script', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fields-'));
    const path = join(folder, 'keyed.pcapng');
    writeFileSync(path, buildCapture(parseScript(KEYED)));
    const expected = tsharkFrames(path);
    expect([...expected.values()].map(({ transport, number }) => `${transport} ${number}`)).toEqual(
      [
        'gre 65538',
        'gre 65538',
        'gre 0',
        'gre 7',
        'gre 0',
        'esp 3235774465',
        'ah 3235774465',
      ].concat(['esp 7', 'sctp undefined', 'sctp undefined']),
    );
    expect(Object.fromEntries(await viewFrames(path))).toEqual(Object.fromEntries(expected));
    rmSync(folder, { recursive: true });
  });

  afterAll(() => {
    process.stderr.write(`${TEST_FILE}: ${tally.fields} fields of ${tally.frames} frames\n`);
  });
});
