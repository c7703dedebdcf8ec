/**
 * This file compares what the decoder reads of each frame with what tshark reads: addresses, lengths,
 * ports, sequence numbers, flags, options, tags, ICMP.
 */

import { afterAll, describe, expect, test } from 'vitest';
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
  'ndpi__facebook.pcap', // TCP options
  'pcpp__many-protocols.pcap', // 4,709 frames of everything
];
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

  afterAll(() => {
    process.stderr.write(`${TEST_FILE}: ${tally.fields} fields of ${tally.frames} frames\n`);
  });
});
