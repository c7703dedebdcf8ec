/** This file tests what tells a router or firewall from a host, beside what forwarding proves. */

import { describe, expect, test } from 'vitest';
import { arp, CLIENT, ethernet, frame, inspectFrames, SERVER } from './build-frames.ts';

const inspect = (...frames: readonly Buffer[]) =>
  inspectFrames(frames.map((bytes, i) => ({ us: i * 1000, bytes })));

/** The role of a MAC and the kinds of its evidence. */
async function roleOf(mac: string, ...frames: readonly Buffer[]): Promise<unknown> {
  const { macs } = await inspect(...frames);
  const found = macs.find((entry) => entry.mac === mac);
  return [found?.likely, found?.evidence.map(({ kind }) => kind)];
}

describe('a router', () => {
  test.each([
    ['VRRP', '00:00:5e:00:01:07'],
    ['VRRP for IPv6', '00:00:5e:00:02:07'],
    ['HSRP', '00:00:0c:07:ac:07'],
    ['HSRP version 2', '00:00:0c:9f:f0:07'],
    ['GLBP', '00:07:b4:00:01:02'],
  ])('by its address: %s', async (_name, mac) => {
    expect(await roleOf(mac, frame({ to: mac }))).toEqual(['router', ['virtual-router']]);
  });

  test('by lowered TTLs, at least three and nine of ten', async () => {
    const sent = (...ttls: readonly number[]) =>
      roleOf(
        SERVER,
        ...ttls.map((ttl, id) => frame({ from: SERVER, to: CLIENT, ttl, id: id + 1 })),
      );
    expect(await sent(57, 120, 250)).toEqual(['router', ['lowered-ttl']]);
    expect(await sent(57, 120)).toEqual([null, []]);
    expect(await sent(57, 120, 250, 64)).toEqual([null, []]);
    // Those of traceroute and local services begin low.
    expect(await sent(1, 2, 3, 4, 5)).toEqual([null, []]);
    expect(await sent(64, 128, 255)).toEqual(['host', []]);
  });

  test('by networks that are not on its link, as ARP shows the link', async () => {
    const known = [arp(SERVER, '10.1.0.1'), arp(CLIENT, '10.1.0.9')];
    const local = frame({ from: SERVER, to: CLIENT, source: '10.1.77.7' });
    const beyond = frame({ from: SERVER, to: CLIENT, source: '10.2.0.7' });
    expect(await roleOf(SERVER, ...known, local)).toEqual(['host', []]);
    expect(await roleOf(SERVER, ...known, beyond)).toEqual(['router', ['off-link']]);
    // Without ARP nothing is known of the link.
    expect(await roleOf(SERVER, beyond)).toEqual([null, []]);
  });

  test('by eight networks behind it', async () => {
    const sent = (count: number) =>
      Array.from({ length: count }, (_, i) => frame({ from: SERVER, source: `203.0.${i}.1` }));
    expect(await roleOf(SERVER, ...sent(7))).toEqual(['host', []]);
    expect(await roleOf(SERVER, ...sent(8))).toEqual(['router', ['many-networks']]);
  });

  test('by a router advertisement (RFC 4861 §4.2), if it was not passed on', async () => {
    const advertisement = (hopLimit: number) => {
      const ip = Buffer.alloc(40);
      ip.writeUInt8(0x60, 0);
      ip.writeUInt16BE(16, 4);
      ip.writeUInt8(58, 6);
      ip.writeUInt8(hopLimit, 7);
      ip.write('fe80000000000000000000000000000a', 8, 'hex');
      ip.write('ff020000000000000000000000000001', 24, 'hex');
      const message = Buffer.alloc(16);
      message.writeUInt8(134, 0);
      return Buffer.concat([
        ethernet({ from: SERVER, to: '33:33:00:00:00:01' }, 0x86dd),
        ip,
        message,
      ]);
    };
    expect(await roleOf(SERVER, advertisement(255))).toEqual(['router', ['router-advertisement']]);
    expect(await roleOf(SERVER, advertisement(64))).toEqual([null, []]);
  });
});

describe('a firewall', () => {
  test("by the vendor's address", async () => {
    const mac = '00:1b:17:00:01:10';
    expect(await roleOf(mac, frame({ from: mac }))).toEqual(['firewall', ['vendor']]);
  });

  test('that captured itself, and passes on what is not its own', async () => {
    const frames = [1, 2, 3].map((id) => ({
      us: id,
      bytes: frame({ from: SERVER, to: CLIENT, ttl: 57, id }),
      direction: 2,
    }));
    const { macs } = await inspectFrames(frames);
    expect(macs.find(({ mac }) => mac === SERVER)).toMatchObject({
      likely: 'firewall',
      evidence: [
        { kind: 'capturing-host', count: 3 },
        { kind: 'lowered-ttl', count: 3 },
      ],
    });
  });
});

describe('own addresses', () => {
  test('are those of ARP by their owner; probes and answers for others are not', async () => {
    const proxy = arp(SERVER, '10.1.0.50');
    proxy.write('0200000000ff', 14 + 8, 'hex');
    const { macs } = await inspect(
      arp(CLIENT, '10.1.0.9'),
      arp(CLIENT, '10.1.0.9'),
      arp(CLIENT, '0.0.0.0'),
      proxy,
    );
    expect(macs.map(({ mac, addresses }) => [mac, addresses]).sort()).toEqual([
      [CLIENT, ['10.1.0.9']],
      [SERVER, []],
    ]);
  });

  test('are bounded', async () => {
    const many = Array.from({ length: 40 }, (_, i) => arp(CLIENT, `10.1.0.${i + 1}`));
    const { macs } = await inspect(...many);
    expect(macs[0]?.addresses).toHaveLength(16);
    expect(macs[0]?.addressesNotListed).toBe(24);
  });
});

test('MACs are kept by VLAN, and groups are none', async () => {
  const { macs, segments, etherTypes } = await inspect(
    frame({ vlans: [10] }),
    frame({ vlans: [10, 20] }),
    frame({ vlans: [10, 20, 30], to: 'ff:ff:ff:ff:ff:ff' }),
    frame(),
    arp(CLIENT, '10.1.0.9'),
  );
  expect(segments.map(({ tags, frames }) => [tags, frames])).toEqual([
    [[10], 1],
    [[10, 20], 2],
    [[], 2],
  ]);
  expect(
    macs
      .map(({ mac, segment, framesSent, framesReceived }) => [
        mac,
        segment,
        framesSent,
        framesReceived,
      ])
      .sort(),
  ).toEqual([
    [CLIENT, 0, 1, 0],
    [CLIENT, 1, 2, 0],
    [CLIENT, 2, 2, 0],
    [SERVER, 0, 0, 1],
    [SERVER, 1, 0, 1],
    [SERVER, 2, 0, 1],
  ]);
  expect(etherTypes).toEqual({ ARP: 1 });
});

test('a flood of MACs, and of VLANs, is bounded and counted', async () => {
  const text = (i: number) =>
    `02:00:00:00:${(i >>> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`;
  const macs = await inspect(
    ...Array.from({ length: 5000 }, (_, i) => frame({ from: text(i + 16) })),
  );
  // 4,095 senders and the receiver.
  expect(macs.macs).toHaveLength(4096);
  expect(macs.limits.framesWithoutMac).toBe(5000 - 4095);
  const vlans = await inspect(...Array.from({ length: 1100 }, (_, i) => frame({ vlans: [i] })));
  expect(vlans.segments).toHaveLength(1024);
  expect(vlans.limits.framesWithoutSegment).toBe(1100 - 1024);
});
