/** This file has tshark read the built captures: nothing malformed, every checksum good. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectedCaptures } from '../../samples/build.ts';
import { buildCapture, parseScript } from '../../samples/script/index.ts';

const HAS_TSHARK = spawnSync('tshark', ['-v']).status === 0;
const ROOT = fileURLToPath(new URL('../../samples/', import.meta.url));
const LAYERS = ['ip', 'tcp', 'udp', 'sctp', 'icmp', 'icmpv6'];

/** Frames in which tshark remarks on TCP, and should; anything else is a surprise. */
const INTENDED: Readonly<Record<string, readonly string[]>> = {
  'asymmetric-return': ['3', '4', '5', '6', '7'],
  dnat: ['10'],
  // The server's SYN to the client, twice more.
  'ftp-alg-off': ['14', '15'],
  ftps: ['14', '15'],
  'first-look': ['42', '43'],
  'half-closed': ['36'],
  'half-open': ['5', '6', '7', '9', '10', '11', '12', '17'],
  'isp-failover': ['17', '21', '22', '25'],
  'isp-failover-teardown': ['17', '21', '22', '25'],
  // One SYN again and again; its answer has the address and port of an earlier session's.
  'nat-pool-exhausted': ['11', '12', '15', '19', '21', '22'],
  'nat-pool-fallback': ['11', '12', '15', '19', '21', '22'],
  // A keepalive three times more, into no session.
  'offload-late-refresh': ['70', '71', '72'],
  policy: ['5'],
  // A SYN twice more, and a line that was typed into a session in DISCARD.
  rematch: ['18', '19', '22'],
  // An acknowledgement of nothing that was sent.
  resets: ['50'],
  // The segment without a flag.
  scan: ['25'],
  // Copies that are not translated; a translated port that is used again.
  snat: ['52', '54', '56', '66'],
  'ssh-idle': ['23'],
  'tcp-life': ['32', '33', '34', '35'],
  // SYNs of reused ports; the late copy at 13 makes tshark begin anew, so what each side sends next surprises it.
  'tcp-reuse': ['9', '13', '14', '16', '18', '26', '34', '35', '39', '45'],
  'u-turn': ['17', '18'],
  'vlan-zones': ['18'],
  'zone-change': ['11', '12', '13', '14', '16', '17'],
  'zone-change-two-sessions': ['11', '12', '13', '14', '16', '17'],
};

/** Every kind of packet that the samples leave out. */
const WIDE = `
0.1 a 10.0.0.5:1000 > 203.0.113.9:2000 tcp S mss=1460 sack ts=1/0 ws=7
0.2 b 203.0.113.9:2000 > 10.0.0.5:1000 tcp SA mss=1460 ts=9/1 ws=2
0.3 a 10.0.0.5:1000 > 203.0.113.9:2000 tcp A ts=2/9
0.4 a 10.0.0.5:1000 > 203.0.113.9:2000 tcp PAEC ts=2/9 len=11 vlan=5 pad
0.5 a 10.0.0.5 > 203.0.113.9 icmp time-exceeded quote=1
0.6 a 10.0.0.5 > 203.0.113.9 icmp unreachable fragmentation mtu=1400 quote=4
0.7 a 10.0.0.5 > 203.0.113.9 icmp timestamp id=3 seq=4 hex=000000010000000000000000
0.8 a 2001:db8::5 > 2001:db8::9 icmp6 echo id=1 seq=2 len=9
0.9 a [2001:db8::5]:5000 > [2001:db8::9]:5001 udp len=1401
1.0 b 2001:db8::9 > 2001:db8::5 icmp6 packet-too-big mtu=1280 quote=9
1.1 b 2001:db8::9 > 2001:db8::5 icmp6 unreachable port quote=9
1.2 b fe80::9 > fe80::5 icmp6 neighbor-advertisement target=fe80::9
1.3 a 10.0.0.5 > 203.0.113.9 proto=253 len=7 vlan=1.2.3
1.4 b copy 1 out
1.5 a 10.0.0.5:1 > 203.0.113.9:2 udp hex=00
1.6 a 10.0.0.5:1 > 203.0.113.9:2 udp len=1000 id=77 fragment=0-800
1.7 a 10.0.0.5:1 > 203.0.113.9:2 udp len=1000 id=77 fragment=800-1008
1.8 a [2001:db8::5]:1 > [2001:db8::9]:2 udp len=1000 id=78 fragment=0-800
1.9 a [2001:db8::5]:1 > [2001:db8::9]:2 udp len=1000 id=78 fragment=800-1008
2.2 a 10.0.0.5:1 > 203.0.113.9:2 sctp INIT
2.3 b 203.0.113.9:2 > 10.0.0.5:1 sctp INIT-ACK
2.4 a 10.0.0.5:1 > 203.0.113.9:2 sctp COOKIE-ECHO+DATA len=5
2.5 b 203.0.113.9:2 > 10.0.0.5:1 sctp COOKIE-ACK+SACK+HEARTBEAT+HEARTBEAT-ACK
2.6 a [2001:db8::5]:1 > [2001:db8::9]:2 sctp SACK+SHUTDOWN+SHUTDOWN-ACK+ERROR+SHUTDOWN-COMPLETE
2.7 a 10.0.0.5:1 > 203.0.113.9:2 sctp ABORT
2.8 b copy 1 out src=198.51.100.7:62117
2.9 b copy 15 out src=198.51.100.7:62118 dst=198.51.100.9:54
3.0 b copy 7 out src=198.51.100.7:99
3.1 b copy 5 out src=198.51.100.7 qsrc=198.51.100.7:62117
3.2 b copy 16 out src=198.51.100.7:62118
`;

/** The fields of the frames that a display filter chooses, one row a frame. */
function tshark(path: string, filter: string, fields: readonly string[]): string[][] {
  const options = [
    ...LAYERS.slice(0, 3).flatMap((name) => ['-o', `${name}.check_checksum:TRUE`]),
    ...['-o', 'sctp.checksum:CRC 32c'],
  ];
  const columns = ['-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  const run = spawnSync('tshark', ['-n', '-r', path, ...options, '-Y', filter, ...columns], {
    encoding: 'utf8',
  });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

const anyLayer = (test: (layer: string) => string) => LAYERS.map(test).join(' || ');

describe('tshark reads what is built', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slowpath-script-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach((context) => {
    if (!HAS_TSHARK) context.skip('tshark is not installed');
  });

  test.each(expectedCaptures(ROOT))('$name', ({ name, path, packetCount }) => {
    expect(tshark(path, 'frame', ['frame.number'])).toHaveLength(packetCount);
    expect(tshark(path, '_ws.malformed', ['frame.number'])).toEqual([]);
    const bad = anyLayer((layer) => `${layer}.checksum.status == 0`);
    expect(tshark(path, bad, ['frame.number'])).toEqual([]);
    const surprises = tshark(path, 'tcp.analysis.flags', ['frame.number']).flat();
    expect(surprises).toEqual(INTENDED[dirname(name)] ?? []);
  });

  test('packets of every kind', () => {
    const path = join(folder, 'wide.pcapng');
    writeFileSync(path, buildCapture(parseScript(WIDE)));
    expect(tshark(path, 'frame', ['frame.number'])).toHaveLength(30);
    expect(tshark(path, '_ws.malformed', ['frame.number'])).toEqual([]);
    const bad = anyLayer((layer) => `${layer}.checksum.status == 0`);
    expect(tshark(path, bad, ['frame.number'])).toEqual([]);
    const good = anyLayer((layer) => `${layer}.checksum.status == 1`);
    // All but the first fragment of IPv6, which has no checksum of its own.
    expect(tshark(path, good, ['frame.number'])).toHaveLength(29);
    // Both datagrams are put together again, with 1,000 bytes of UDP payload.
    expect(tshark(path, 'udp.length == 1008', ['frame.number', 'udp.length'])).toEqual([
      ['17', '1008'],
      ['19', '1008'],
    ]);
    const sctpGood = 'sctp && sctp.checksum.status == 1';
    expect(tshark(path, sctpGood, ['frame.number'])).toHaveLength(6);
  });

  test('the wrong checksum of badsum is seen', () => {
    const path = join(folder, 'bad.pcap');
    const lines = [
      '10.0.0.5:1 > 10.0.0.9:2 tcp S',
      '10.0.0.5:1 > 10.0.0.9:2 udp',
      '10.0.0.5 > 10.0.0.9 icmp echo',
      '2001:db8::5 > 2001:db8::9 icmp6 echo',
    ];
    const script = lines.map((line) => `0 a ${line} badsum`).join('\n');
    writeFileSync(path, buildCapture(parseScript(`@format pcap\n${script}`)));
    const bad = anyLayer((layer) => `${layer}.checksum.status == 0`);
    expect(tshark(path, bad, ['frame.number']).flat()).toEqual(['1', '2', '3', '4']);
  });

  test('times, interfaces, directions and end times arrive', () => {
    const path = join(folder, 'times.pcapng');
    const text = `@interface x tsresol=6\n@interface y\n@end 9\n@drop y 3
      0.000001 x 10.0.0.5 > 10.0.0.9 icmp echo in\n1.123456789 y 10.0.0.9 > 10.0.0.5 icmp echo-reply out`;
    writeFileSync(path, buildCapture(parseScript(text)));
    const fields = ['frame.time_epoch', 'frame.interface_name', 'frame.packet_flags_direction'];
    expect(tshark(path, 'frame', fields)).toEqual([
      ['1779709642.000001000', 'x', '0x00000001'],
      ['1779709643.123456789', 'y', '0x00000002'],
    ]);
  });
});
