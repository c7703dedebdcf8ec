/** This file runs `slowpath inspect`: its forms, its streams and its exit codes. */

import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Pcapng, pcap } from '../capture/build-capture.ts';
import { CLIENT, frame, SERVER } from '../inspect/build-frames.ts';
import { workshop } from '../support/cli.ts';

const { path, run } = workshop();
const T0 = 1_800_000_000; // 2027-01-15T08:00:00Z

describe('the text', () => {
  const { status, stdout, stderr } = run(['inspect', 'first.pcapng']);

  test('is on standard output, exit 0', () => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toBe(
      'first.pcapng: pcapng, little-endian, 13.5 kB, 65 frames; written by slowpath packet script',
    );
  });

  test('has interfaces, time, MACs, conversations and quality, in this order', () => {
    const titles = ['Time', 'Segments', 'MACs', 'Conversations', 'Quality'];
    const at = titles.map((title) => stdout.indexOf(`\n${title}`));
    expect(at.every((position) => position > 0)).toBe(true);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
  });

  test('has no colour in a pipe, and no line that a terminal obeys', () => {
    expect(stdout).not.toContain('\u001b');
    const coloured = run(['inspect', 'first.pcapng', '--color', 'always']).stdout;
    expect(coloured).toContain('\u001b[1m');
  });

  test('of standard input says so, and of gzip', () => {
    const input = gzipSync(readFileSync(path('ping.pcap')));
    const { stdout: text } = run(['inspect', '-'], { input });
    expect(text).toContain(
      `standard input: pcap (gzip), little-endian, ${input.length} bytes, 11 frames\n`,
    );
  });
});

describe('names from a capture', () => {
  test('do not reach the terminal as they are', () => {
    const ng = new Pcapng();
    const evil = Buffer.from('eth0\u001b[31m\nQuality\n  all is well');
    const face = ng.interface({ options: [ng.option(2, evil), ng.option(3, evil)] });
    const section = ng.section({ options: [ng.option(4, evil)] });
    const packet = ng.packet(1n, { data: frame({ vlans: [7] }) });
    writeFileSync(path('evil.pcapng'), Buffer.concat([section, face, packet]));
    const { stdout } = run(['inspect', 'evil.pcapng']);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.match(/^Quality$/gm)).toHaveLength(1);
    expect(stdout).toContain('eth0\\u{1b}[31m\\u{a}Quality');
  });
});

describe('json', () => {
  // A packet before and behind a router, a duplicate, an acknowledgement of a side that is not there.
  const forwarded = { protocol: 6, sequence: 5 };
  const records = [
    { us: 0, data: frame({ ...forwarded, to: '02:aa:00:00:00:01', vlans: [10] }) },
    { us: 10, data: frame({ ...forwarded, from: '02:aa:00:00:00:02', ttl: 63, vlans: [20] }) },
    { us: 2_000_000, data: frame() },
    { us: 2_000_010, data: frame() },
    { us: 2_500_000, data: frame({ sport: 7, checksum: 0x1234 }), original: 1514 },
  ];
  writeFileSync(
    path('small.pcap'),
    pcap({
      snapLength: 96,
      records: records.map(({ us, ...record }) => ({
        ...record,
        second: T0 + Math.floor(us / 1e6),
        fraction: us % 1e6,
      })),
    }),
  );
  const { status, stdout, stderr } = run(['inspect', 'small.pcap', '--print', 'json']);
  const found = JSON.parse(stdout);

  test('is one document on one line', () => {
    expect({ status, stderr, lines: stdout.split('\n').length }).toEqual({
      status: 0,
      stderr: '',
      lines: 2,
    });
    expect(Object.keys(found)).toEqual([
      'schema_version',
      'tool',
      'complete',
      'inputs',
      'frames',
      'time',
      'segments',
      'macs',
      'repeats',
      'checksums',
      'conversations',
      'limits',
      'damage',
    ]);
  });

  test('says what the file is', () => {
    expect(found.inputs).toMatchObject([
      {
        name: 'small.pcap',
        format: 'pcap',
        byte_order: 'little',
        frames: 5,
        section_count: 1,
        second_opinion: null,
        interfaces: [
          {
            section: 1,
            number: 0,
            name: null,
            link_type: 'ETHERNET (1)',
            decoded: true,
            time_resolution: '1 µs',
            snap_length: 96,
            frames: 5,
          },
        ],
      },
    ]);
    const length = records.reduce((total, { data }) => total + data.length, 0);
    expect(found.frames).toMatchObject({
      count: 5,
      captured_bytes: length,
      original_bytes: length - (records[4]?.data.length ?? 0) + 1514,
      snapped: 1,
      longest_snapped: records[4]?.data.length,
      decode_statuses: { ok: 5 },
      protocols: { udp: 3, tcp: 2 },
      ether_types: {},
    });
  });

  test('says when', () => {
    expect(found.time).toMatchObject({
      first_packet: '2027-01-15T08:00:00.000000000Z',
      last_packet: '2027-01-15T08:00:02.500000000Z',
      seconds: 2.5,
      frames_per_second: 2,
      busiest_second: { time: '2027-01-15T08:00:02.000000000Z', frames: 3 },
      longest_pauses: [{ from: '2027-01-15T08:00:00.000010000Z', seconds: 1.99999 }],
    });
    const { bin_seconds, frames } = found.time.rate;
    expect(bin_seconds).toBe(0.01);
    expect(frames).toHaveLength(251);
    expect([frames[0], frames[200], frames[250]]).toEqual([2, 2, 1]);
  });

  test('says who is who, and what is there twice', () => {
    expect(found.segments).toMatchObject([
      { segment: 0, file: 'small.pcap', interface: null, vlans: [10], frames: 1, macs: 2 },
      { segment: 1, vlans: [20], frames: 1, macs: 2 },
      { segment: 2, vlans: [], frames: 3, macs: 2 },
    ]);
    const firewall = found.macs.filter((mac: { likely: string }) => mac.likely === 'firewall');
    expect(firewall).toEqual([
      {
        mac: '02:aa:00:00:00:01',
        segment: 0,
        frames_sent: 0,
        frames_received: 1,
        addresses: [],
        addresses_not_listed: 0,
        networks_behind: [],
        networks_reached: [{ network: '10.1.2.0/24', packets: 1 }],
        likely: 'firewall',
        evidence: [{ kind: 'forwards', count: 1 }],
        device: 1,
        checksums_wrong: 0,
      },
      expect.objectContaining({ mac: '02:aa:00:00:00:02', segment: 1, device: 1 }),
    ]);
    expect(found.macs.map(({ mac }: { mac: string }) => mac)).toEqual(
      expect.arrayContaining([CLIENT, SERVER]),
    );
    expect(found.repeats).toMatchObject({
      same_interface: 1,
      forwarded: 1,
      paths: [{ from_segment: 0, to_segment: 1, packets: 1 }],
    });
  });

  test('says what is amiss', () => {
    expect(found.checksums).toMatchObject({
      ipv4_checked: 5,
      ipv4_wrong: 0,
      transport_checked: 5,
      transport_wrong: { udp: 1 },
      frames_wrong: 1,
      offload: false,
    });
    expect(found.conversations).toMatchObject({
      by_protocol: [
        { protocol: 'udp', conversations: 2, both_directions: 0, one_direction: 2 },
        { protocol: 'tcp', one_direction_acknowledging: 1, without_start: 1 },
      ],
      one_sided_examples: ['10.1.1.1:40000 > 10.1.2.2:443'],
    });
    expect({ damage: found.damage, complete: found.complete }).toEqual({
      damage: [],
      complete: true,
    });
    expect(found.limits).toEqual({
      frames_without_segment: 0,
      frames_without_mac: 0,
      packets_without_conversation: 0,
      packets_forgotten: 0,
      packets_without_path: 0,
      packets_without_translation: 0,
      frames_without_ether_type: 0,
    });
  });

  test('is the same document again', () => {
    expect(run(['inspect', 'small.pcap', '--print', 'json']).stdout).toBe(stdout);
  });
});

describe('exit codes', () => {
  test('3 of what gives nothing, with one line that says why', () => {
    expect(run(['inspect', 'missing.pcap'])).toMatchObject({
      status: 3,
      stdout: '',
      stderr:
        'slowpath: missing.pcap: cannot be read: no such file or directory (check the name and the permissions)\n',
    });
  });

  test('4 of a damaged file: what stood before is there', () => {
    writeFileSync(path('cut.pcap'), readFileSync(path('ping.pcap')).subarray(0, -1));
    const { status, stdout, stderr } = run(['inspect', 'cut.pcap']);
    expect(status).toBe(4);
    expect(stderr).toContain('cut.pcap at byte');
    expect(stdout).toContain('cut.pcap: pcap, little-endian, ');
    expect(stdout).toContain(', 10 frames\n');
    expect(stdout).toMatch(
      /damaged: cut\.pcap at byte \d+: the file ends in the middle of a record/,
    );
  });

  test('0 of a capture without packets', () => {
    writeFileSync(path('none.pcap'), readFileSync(path('ping.pcap')).subarray(0, 24));
    const { status, stdout } = run(['inspect', 'none.pcap']);
    expect(status).toBe(0);
    expect(stdout).toContain('No packets.');
  });

  test.each([
    [['inspect'], "error: missing required argument 'capture'"],
    [['inspect', '-', '-'], '- stands for standard input, which can be read only once'],
    [['inspect', '-', '--second-opinion'], '--second-opinion needs a file'],
    [['inspect', 'ping.pcap', '--print', 'csv'], 'Allowed choices are text, json.'],
  ])('2 of %j', (args, message) => {
    const { status, stdout, stderr } = run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('--second-opinion', () => {
  const opinionOf = (name: string) => {
    const { status, stdout } = run(['inspect', name, '--second-opinion', '--print', 'json']);
    return [status, JSON.parse(stdout).inputs[0].second_opinion];
  };

  test('that is the same: exit 0, with the digest', () => {
    const [status, opinion] = opinionOf('ping.pcap');
    expect(status).toBe(0);
    expect(opinion).toMatchObject({
      reader: 'pcap-parser',
      verdict: 'same',
      reason: null,
      first_difference: null,
      native: { frames: 11, damage: null },
    });
    expect(opinion.package).toEqual(opinion.native);
    const { stdout } = run(['inspect', 'ping.pcap', '--second-opinion']);
    expect(stdout).toContain('second opinion of pcap-parser: the same 11 frames, ');
    expect(stdout).toContain(`SHA-256 over times, lengths and bytes: ${opinion.native.sha256}\n`);
  });

  test('that the package cannot give: exit 0, and why', () => {
    const [status, opinion] = opinionOf('first.pcapng');
    expect(status).toBe(0);
    expect(opinion).toMatchObject({
      verdict: 'not-comparable',
      reason: 'pcap-parser cannot read pcapng, only pcap with microseconds',
      package: null,
    });
  });

  test('that differs though our own reader read all: exit 1, and why', () => {
    // A record above 256 KiB is believed where the file names such a snap length; the guard never does.
    const records = [{ second: T0 }, { second: T0, data: Buffer.alloc(300_000) }];
    writeFileSync(path('long.pcap'), pcap({ snapLength: 1_000_000, records }));
    const [status, opinion] = opinionOf('long.pcap');
    expect(status).toBe(1);
    expect(opinion).toMatchObject({
      verdict: 'different',
      first_difference: { frame: 2, what: 'missing', native: 'a frame', package: null },
      native: { frames: 2, damage: null },
      package: {
        frames: 1,
        damage: 'a record of 300000 bytes is longer than any can be (262144)',
      },
    });
  });

  test('that differs, of a damaged file: exit 4, and where', () => {
    const one = pcap({ records: [{ second: T0, data: Buffer.alloc(60) }] });
    writeFileSync(path('glued.pcap'), Buffer.concat([one, one]));
    const [status, opinion] = opinionOf('glued.pcap');
    expect(status).toBe(4);
    expect(opinion).toMatchObject({
      verdict: 'different',
      first_difference: { frame: 2, what: 'missing', native: null, package: 'a frame' },
      native: { frames: 1, damage: 'a second pcap file begins here; it is not read' },
    });
    const { stdout } = run(['inspect', 'glued.pcap', '--second-opinion']);
    expect(stdout).toContain(
      'second opinion of pcap-parser differs, first at frame 2, missing: no frame here, a frame there',
    );
  });
});
