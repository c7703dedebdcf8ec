/** This file compares the checksums that are found wrong with those that tshark finds wrong. */

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { inspectFiles } from '../inspect/build-frames.ts';
import { HAS_TSHARK } from '../support/frame-fields.ts';
import { HAS_CAPTURES, labPath, noteSkipped, publicPath } from '../support/truth-files.ts';

const TEST_FILE = 'differential/checksums.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);
else if (!HAS_TSHARK) noteSkipped(TEST_FILE, 'no tshark');

const CAPTURES = [
  'ndpi__1kxun.pcap', // offload, and merged captures
  'ndpi__skype-conference-call.pcap',
  'ndpi__whatsapp_login_call.pcap',
  'ndpi__443-chrome.pcap',
  'arkime__v6.pcap',
  'arkime__twovlan.pcap',
  'pcpp__many-protocols.pcap',
  'pcpp__tcp-reassembly.pcap',
  'pkts__tcp-streams__out_of_order.pcap',
  'surv__http2-range__http2-range.pcap',
  'zeek__mixed-vlan-mpls.pcap',
  'zeek__http__bro.org.pcap',
  'zeek__tls__google-duplicate.pcap',
  'zeek__icmp__icmp6-ping.pcap',
  'zeek__wikipedia.pcap',
].map(publicPath);
const LAB = ['tcp_happy', 'snat_http', 'ipv6_tcp', 'udp_fragments'].map((name) =>
  labPath(`${name}.pcapng`),
);

/** Status fields, and wireshark's word for a checksum that does not fit. */
const FIELDS = ['ip', 'tcp', 'udp', 'icmp', 'icmpv6'].map((name) => `${name}.checksum.status`);
const BAD = '0';
const CHECKS = ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum'];

/** Frames of the outermost packet whose checksum tshark calls bad, by protocol. */
function tsharkBad(path: string): Record<string, number> {
  const options = CHECKS.flatMap((name) => ['-o', `${name}:TRUE`]);
  // Reassembly would put the checksum of a whole datagram into the frame of its last fragment.
  const whole = ['-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE'];
  const columns = ['frame.protocols', ...FIELDS].flatMap((field) => ['-e', field]);
  const run = spawnSync(
    'tshark',
    ['-n', '-r', path, ...options, ...whole, '-T', 'fields', '-E', 'occurrence=f', ...columns],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  const bad: Record<string, number> = {};
  for (const line of run.stdout.split('\n').filter((text) => text !== '')) {
    const [protocols = '', ...statuses] = line.split('\t');
    // What an ICMP error quotes, or a link type that is not decoded here carries, is not the frame's.
    if (/:mpls:|:icmp:ip:|:icmpv6:ipv6:/.test(protocols)) continue;
    FIELDS.forEach((field, i) => {
      const name = field.split('.')[0] ?? '';
      if (statuses[i] === BAD) bad[name] = (bad[name] ?? 0) + 1;
    });
  }
  return bad;
}

describe.skipIf(!HAS_CAPTURES || !HAS_TSHARK)('wrong checksums against tshark', () => {
  test.each([...CAPTURES, ...LAB])('%s', async (path) => {
    const { checksums } = await inspectFiles([path]);
    const bad = tsharkBad(path);
    const { tcp = 0, udp = 0, icmp = 0, icmpv6 = 0 } = bad;
    expect({
      ip: checksums.ipv4Wrong + checksums.ipv4LeftOut,
      transport:
        Object.values(checksums.transportWrong).reduce((a, b) => a + b, 0) +
        checksums.transportLeftOut,
    }).toEqual({ ip: bad.ip ?? 0, transport: tcp + udp + icmp + icmpv6 });
  });
});
