/** This file checks which zones are proposed for small captures made for one question each. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Pcapng, pcap } from '../capture/build-capture.ts';
import { type FrameParts, frame } from '../inspect/build-frames.ts';
import { starterFor } from '../support/starter.ts';

const folder = mkdtempSync(join(tmpdir(), 'slowpath-starter-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const T0 = 1_800_000_000;

const HOST = '02:00:00:00:00:11';
const OTHER_HOST = '02:00:00:00:00:12';
const ROUTER = '02:00:00:00:00:21';
const IN = '02:00:00:aa:00:01';
const OUT = '02:00:00:aa:00:02';
/** A client inside and a server outside. */
const INSIDE = '10.1.1.1';
const OUTSIDE = '198.51.100.7';
const SYN = { protocol: 6, flags: 2 };
const SYN_ACK = { protocol: 6, flags: 0x12, sport: 443, dport: 40_000 };

const request: FrameParts = { ...SYN, from: HOST, to: IN, source: INSIDE, destination: OUTSIDE };
const answer: FrameParts = {
  ...SYN_ACK,
  from: ROUTER,
  to: OUT,
  source: OUTSIDE,
  destination: INSIDE,
};

/** Writes a pcap whose frames are a second apart, the first at `second`. */
function file(name: string, frames: readonly FrameParts[], second = 0, link = 1): string {
  const skip = link === 1 ? 0 : 14;
  const records = frames.map((parts, i) => ({
    second: T0 + second + i,
    data: frame(parts).subarray(skip),
  }));
  const path = join(folder, name);
  writeFileSync(path, pcap({ network: link, records }));
  return path;
}

/** Writes a pcapng; `face` is the index of a frame's interface. */
function ngFile(
  name: string,
  names: readonly (string | null)[],
  frames: readonly (FrameParts & { readonly face: number })[],
): string {
  const ng = new Pcapng();
  const faces = names.map((text) =>
    ng.interface({ link: 1, options: text === null ? [] : [ng.option(2, Buffer.from(text))] }),
  );
  const packets = frames.map(({ face, ...parts }, i) =>
    ng.packet(BigInt(T0 + i) * 1_000_000n, { id: face, data: frame(parts) }),
  );
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([ng.section(), ...faces, ...packets]));
  return path;
}

interface Summary {
  readonly [zone: string]: Readonly<Record<string, readonly (string | number)[]>>;
}

/** Zones with what each names; empty lists left out. */
async function zonesOf(...paths: string[]): Promise<Summary> {
  const { proposal } = await starterFor(paths);
  return Object.fromEntries(
    proposal.zones.map(({ name, interfaces, vlans, macs, networks }) => {
      const lists = Object.entries({ interfaces, vlans, macs, networks });
      const filled = lists.filter(([, list]) => list.length > 0);
      return [
        name,
        Object.fromEntries(filled.map(([key, list]) => [key, list.map((s) => s.value)])),
      ];
    }),
  );
}

const DEFAULTS = ['0.0.0.0/0', '::/0'];

describe('interfaces', () => {
  test('are zones, named by what they lead to', async () => {
    const path = ngFile(
      'faces.pcapng',
      ['eth1', 'eth0'],
      [
        { ...answer, face: 0 },
        { ...request, face: 1 },
      ],
    );
    expect(await zonesOf(path)).toEqual({
      untrust: { interfaces: ['eth1'], networks: DEFAULTS },
      trust: { interfaces: ['eth0'], networks: ['10.1.1.0/24'] },
    });
  });

  test('that say what they are give their names, all of them where they share a word', async () => {
    const path = ngFile(
      'words.pcapng',
      ['fw1-dmz', 'wan0', 'lan-1', 'lan-2'],
      [
        { ...answer, face: 1 },
        { ...request, face: 0, source: '192.168.7.1' },
        { ...request, face: 2 },
        { ...request, face: 3, source: '10.2.2.2', from: OTHER_HOST },
      ],
    );
    expect(Object.keys(await zonesOf(path))).toEqual(['wan', 'dmz', 'lan-1', 'lan-2']);
  });

  test('of which one alone has packets in both directions are no sides', async () => {
    const back = { ...answer, from: IN, to: HOST };
    const path = ngFile(
      'idle.pcapng',
      ['eth0', 'lo'],
      [
        { ...request, face: 0 },
        { ...back, face: 0 },
      ],
    );
    expect(Object.values(await zonesOf(path)).flatMap(Object.keys)).not.toContain('interfaces');
  });
});

describe('files', () => {
  const a = file('site-a.pcap', [request, request]);
  const b = file('site-b.pcap', [answer, answer]);

  test('taken at the same time are zones', async () => {
    expect(await zonesOf(a, b)).toEqual({
      trust: { interfaces: ['site-a'], networks: ['10.1.1.0/24'] },
      untrust: { interfaces: ['site-b'], networks: DEFAULTS },
    });
    const { config } = await starterFor([a, b]);
    expect(config.captures.map(({ files, interface: name }) => [...files, name])).toEqual([
      ['site-a.pcap', 'site-a'],
      ['site-b.pcap', 'site-b'],
    ]);
  });

  test('taken one after the other are a ring, and one place', async () => {
    const later = file('site-c.pcap', [answer], 60);
    const { proposal } = await starterFor([a, later]);
    expect(proposal.captures).toEqual([]);
    expect(proposal.zones.flatMap(({ interfaces }) => interfaces)).toEqual([]);
  });

  test('with stages in their names are stages, and no places', async () => {
    const paths = [file('fw1-rx.pcap', [request, answer]), file('fw1-tx.pcap', [request])];
    const { config } = await starterFor(paths);
    expect(config.captures.map(({ files, stage }) => [...files, stage])).toEqual([
      ['fw1-rx.pcap', 'receive'],
      ['fw1-tx.pcap', 'transmit'],
    ]);
    expect(config.zones.flatMap(({ interfaces }) => interfaces)).toEqual([]);
  });

  test('without MACs have networks all the same', async () => {
    const raw = [file('x.pcap', [request], 0, 101), file('y.pcap', [answer, answer], 0, 101)];
    raw.push(file('x2.pcap', [request, request, request], 0, 101));
    expect(await zonesOf(...raw)).toMatchObject({
      untrust: { interfaces: ['y'], networks: DEFAULTS },
      trust: { interfaces: ['x2'], networks: ['10.1.1.0/24'] },
    });
  });

  test('are named by patterns that match no others', async () => {
    const odd = [file('a[1]*.pcap', [request, request]), file('a?.pcap', [answer, answer])];
    const { config } = await starterFor(odd);
    expect(config.captures.map(({ files }) => files)).toEqual([['a[[]1][*].pcap'], ['a[?].pcap']]);
  });
});

test('files with names that no pattern can hold are matched all the same', async () => {
  const paths = [file('a\nb.pcap', [request, request]), file('ü c.pcap', [answer, answer])];
  const { config } = await starterFor(paths);
  expect(config.captures.map(({ files }) => files)).toEqual([['a?b.pcap'], ['ü c.pcap']]);
});

describe('VLANs', () => {
  test('of one interface are zones; untagged frames are known by their MACs', async () => {
    const path = file('vlans.pcap', [
      { ...request, vlans: [100] },
      { ...request, vlans: [200], source: '10.2.2.2', from: OTHER_HOST },
      answer,
    ]);
    expect(await zonesOf(path)).toEqual({
      trust: { vlans: [100], networks: ['10.1.1.0/24'] },
      'vlan-200': { vlans: [200], networks: ['10.2.2.0/24'] },
      untrust: { macs: [ROUTER], networks: DEFAULTS },
    });
  });

  test('in stacks get a name for the link', async () => {
    const path = file('stacks.pcap', [
      { ...request, vlans: [300, 100] },
      { ...answer, vlans: [300, 200] },
    ]);
    expect(await zonesOf(path)).toEqual({
      trust: { interfaces: ['stacks.300.100', 'stacks'], networks: ['10.1.1.0/24'] },
      untrust: { interfaces: ['stacks.300.200'], networks: DEFAULTS },
    });
    const { config } = await starterFor([path]);
    expect(config.captures).toMatchObject([{ files: ['*'], interface: 'stacks' }]);
  });

  test('that show the same conversations are no sides', async () => {
    const there = { ...request, to: ROUTER };
    const back = { ...answer, to: HOST };
    const path = file(
      'mirror.pcap',
      [1, 2].flatMap((n) => [
        { ...there, vlans: [n] },
        { ...back, vlans: [n] },
      ]),
    );
    expect(Object.values(await zonesOf(path)).map(Object.keys)).toEqual([
      ['networks'],
      ['networks'],
    ]);
    expect((await starterFor([path])).text).toContain(
      '# - whether VLAN 1 and VLAN 2 are two zones',
    );
  });

  test('of a few strays are none', async () => {
    const many = Array.from({ length: 60 }, () => [request, answer]).flat();
    const path = file('strays.pcap', [...many, { ...request, vlans: [9], source: '10.3.3.3' }]);
    expect(Object.keys(await zonesOf(path))).not.toContain('vlan-9');
  });
});

describe('next hops', () => {
  test('of MACs that only receive are sides, whatever their addresses', async () => {
    const path = file('hops.pcap', [
      { ...request, source: '192.0.2.1' },
      { ...answer, destination: '192.0.2.1' },
    ]);
    expect(await zonesOf(path)).toEqual({
      trust: { macs: [HOST], networks: ['192.0.2.0/24'] },
      untrust: { macs: [ROUTER], networks: DEFAULTS },
    });
  });

  test('of two routers that serve the same hosts are not', async () => {
    const second = { ...request, to: OUT, source: '10.1.1.2', from: OTHER_HOST };
    const { proposal } = await starterFor([file('two.pcap', [request, second])]);
    expect(proposal.zones.flatMap(({ macs }) => macs)).toEqual([]);
  });

  test('nor are hosts that never answer', async () => {
    const dead = { ...request, to: OUT, destination: '10.1.1.99' };
    const gone = { ...request, from: OTHER_HOST, source: '10.1.1.2', destination: '10.1.1.98' };
    const { proposal } = await starterFor([file('dead.pcap', [dead, gone])]);
    expect(proposal.zones.flatMap(({ macs }) => macs)).toEqual([]);
  });
});

describe('networks', () => {
  test('of one link: private is trust, as without a configuration', async () => {
    const there = { ...request, to: ROUTER };
    const back = { ...answer, to: HOST };
    const zones = await zonesOf(file('link.pcap', [there, back]));
    expect(zones.trust?.networks).toEqual(
      expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fe80::/10']),
    );
    expect(zones.untrust).toEqual({ networks: DEFAULTS });
  });

  test('of one kind are divided by a router', async () => {
    const there = { ...request, to: ROUTER, destination: '10.9.9.9', ttl: 64 };
    // Its packets have lost a hop on their way.
    const back = { ...answer, to: HOST, source: '10.9.9.9', ttl: 61 };
    const zones = await zonesOf(file('inner.pcap', [there, back, there, back, there, back]));
    expect(zones.trust?.networks).toContain('10.1.1.0/24');
    expect(zones.untrust).toEqual({ networks: ['10.9.9.0/24', ...DEFAULTS] });
  });

  test('many of one block are the block, but for what another zone has of it', async () => {
    const path = ngFile(
      'block.pcapng',
      ['eth0', 'eth1'],
      [
        ...[1, 2, 3, 4, 5].map((n) => ({ ...request, face: 0, source: `10.${n}.1.1` })),
        { ...answer, face: 1, source: '10.77.1.1' },
        { ...answer, face: 1 },
      ],
    );
    expect(await zonesOf(path)).toEqual({
      trust: { interfaces: ['eth0'], networks: ['10.0.0.0/8'] },
      untrust: { interfaces: ['eth1'], networks: ['10.77.1.0/24', ...DEFAULTS] },
    });
  });

  test('seen by two interfaces belong to the one with more, and the zone says so', async () => {
    const path = ngFile(
      'twice.pcapng',
      ['eth0', 'eth1', 'eth2'],
      [
        { ...request, face: 0 },
        { ...request, face: 0 },
        { ...request, face: 1, from: OTHER_HOST },
        { ...answer, face: 2 },
      ],
    );
    const { text } = await starterFor([path]);
    expect(text).toContain('- 10.1.1.0/24 # 2 packets from it; 1 packet from it by eth1, too');
    expect((await zonesOf(path)).dmz).toEqual({ interfaces: ['eth1'] });
  });
});

describe('firewall-macs', () => {
  const copy = { ...request, from: OUT, to: ROUTER, ttl: 63 };
  const back = { ...answer, from: IN, to: HOST, ttl: 63 };

  test('are MACs whose packets are there before and behind them', async () => {
    const { config } = await starterFor([file('span.pcap', [])]);
    expect(config.firewallMacs).toEqual([]);
    const path = join(folder, 'both.pcap');
    const records = [request, copy, answer, back].map((parts, i) => {
      return { second: T0, fraction: i * 100, data: frame(parts) };
    });
    writeFileSync(path, pcap({ records }));
    const found = await starterFor([path]);
    expect([...found.config.firewallMacs].sort()).toEqual([IN, OUT]);
    expect(await zonesOf(path)).toEqual({
      trust: { macs: [HOST], networks: ['10.1.1.0/24'] },
      untrust: { macs: [ROUTER], networks: DEFAULTS },
    });
  });

  test('are not those of a router that turns a few packets around', async () => {
    const far = { ...answer, from: IN, to: HOST, ttl: 50 };
    const turned = [
      { ...request, destination: '10.1.1.9' },
      { ...request, destination: '10.1.1.9', from: IN, to: OTHER_HOST, ttl: 63 },
    ];
    const records = [...Array.from({ length: 20 }, () => far), ...turned].map((parts, i) => {
      return { second: T0, fraction: i * 100, data: frame({ ...parts, id: i < 20 ? i : 99 }) };
    });
    const path = join(folder, 'hairpin.pcap');
    writeFileSync(path, pcap({ records }));
    expect((await starterFor([path])).config.firewallMacs).toEqual([]);
  });
});

describe('what the capture does not tell', () => {
  test('is said: no way out, sessions from before', async () => {
    const late = { ...request, flags: 0x10, destination: '10.9.9.9' };
    const { text } = await starterFor([file('late.pcap', [late])]);
    expect(text).toContain('# - which side is which');
    expect(text).toContain(
      '# 1 TCP conversation began before the capture: replay with --midstream',
    );
  });

  test('of a capture without a packet is everything, and still a configuration', async () => {
    const zones = await zonesOf(file('none.pcap', []));
    expect(Object.keys(zones)).toEqual(['trust', 'untrust']);
  });
});

describe('names from a capture', () => {
  const NAMES = [
    'eth0: {zones: x}',
    '# eth1',
    '"q\' \\',
    '- a',
    'no',
    '010',
    '*x',
    '&y',
    '!tag',
    '%z',
    '\u202eabc',
    '{a}',
    '[b]',
    'a.300',
    'ünïcode 名前',
    'a'.repeat(255),
    'x\u{e0001}y',
  ];

  test.each(NAMES)('%j is an interface as it is', async (name) => {
    const path = ngFile(
      'hostile.pcapng',
      [name, 'other'],
      [
        { ...request, face: 0 },
        { ...answer, face: 1 },
      ],
    );
    const { config, text } = await starterFor([path]);
    expect(config.zones.flatMap(({ interfaces }) => interfaces.map((i) => i.written))).toEqual([
      name,
      'other',
    ]);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  test.each(['a\nrules: []', 'a\u001b[31m', ' a', 'a\u2028b', 'a'.repeat(256), 'a\r# b'])(
    '%j is no name: the zone goes without, and says so',
    async (name) => {
      const path = ngFile(
        'worse.pcapng',
        [name, 'other', 'third'],
        [
          { ...request, face: 0 },
          { ...answer, face: 1 },
          { ...request, face: 2, source: '192.168.1.1' },
        ],
      );
      const { config, text } = await starterFor([path]);
      const written = config.zones.flatMap(({ interfaces }) => interfaces.map((i) => i.written));
      expect(written).toEqual(['other', 'third']);
      expect(config.rules?.map((rule) => rule.name)).toEqual(['allow-all']);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(text).toContain('no zone can have that name');
    },
  );

  test('of files cannot end a remark', async () => {
    const path = file('x\nrules: [] # .pcap', [request]);
    const { text, config } = await starterFor([path]);
    expect(text.split('\n')[0]).toContain('x\\u{a}rules: [] # .pcap');
    expect(config.rules?.map((rule) => rule.name)).toEqual(['allow-all']);
  });
});

test('the same capture gives the same text', async () => {
  const path = file('same.pcap', [request, answer]);
  expect((await starterFor([path])).text).toBe((await starterFor([path])).text);
});
