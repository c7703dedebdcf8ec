/** This file tests what repeated packets are taken for: every case by frames made for it. */

import { describe, expect, test } from 'vitest';
import { CLIENT, frame, inspectFrames, SERVER } from './build-frames.ts';

const NONE = {
  sameInterface: 0,
  otherVlan: 0,
  otherInterface: 0,
  forwarded: 0,
  forwardedTranslated: 0,
  hopsApart: 0,
  rewritten: 0,
  looped: 0,
  paths: [],
  translations: [],
};
const INNER = '02:aa:00:00:00:01';
const OUTER = '02:aa:00:00:00:02';
/** Before and behind a router: from the client to its inner MAC, from its outer MAC to the server. */
const before = { from: CLIENT, to: INNER, ttl: 64 };
const behind = { from: OUTER, to: SERVER, ttl: 63 };

describe('the same packet', () => {
  test('with another identification is another packet', async () => {
    const bytes = [frame({ id: 1 }), frame({ id: 2 })];
    const facts = await inspectFrames(bytes.map((b, us) => ({ us, bytes: b })));
    expect(facts.repeats).toEqual(NONE);
  });

  test('on one interface within 50 ms is a duplicate, later it may have been sent again', async () => {
    const bytes = frame();
    const seen = async (us: number) => {
      const { repeats } = await inspectFrames([
        { us: 0, bytes },
        { us, bytes },
      ]);
      return repeats;
    };
    expect(await seen(50_000)).toEqual({ ...NONE, sameInterface: 1 });
    expect(await seen(50_001)).toEqual(NONE);
  });

  test('three times is two duplicates', async () => {
    const bytes = frame();
    const facts = await inspectFrames([0, 5, 10].map((us) => ({ us, bytes })));
    expect(facts.repeats).toEqual({ ...NONE, sameInterface: 2 });
  });

  test('that is an acknowledgement without data or identification may rightly come twice', async () => {
    const plain = frame({ protocol: 6, id: 0, payload: '' });
    const data = frame({ protocol: 6, id: 0, payload: 'data' });
    const twice = (bytes: Buffer) => inspectFrames([0, 5].map((us) => ({ us, bytes })));
    expect((await twice(plain)).repeats).toEqual(NONE);
    expect((await twice(data)).repeats).toEqual({ ...NONE, sameInterface: 1 });
  });

  test('on another VLAN, and on another interface up to a second later', async () => {
    const bytes = frame();
    const facts = await inspectFrames([
      { us: 0, bytes },
      { us: 5, bytes: frame({ vlans: [7] }) },
      { us: 900_000, bytes, interface: 1 },
    ]);
    expect(facts.repeats).toEqual({ ...NONE, otherVlan: 1, otherInterface: 1 });
  });

  test('with other MACs and the TTL as it was', async () => {
    const facts = await inspectFrames([
      { us: 0, bytes: frame(before) },
      { us: 5, bytes: frame({ ...behind, ttl: 64 }), interface: 1 },
    ]);
    expect(facts.repeats).toEqual({ ...NONE, rewritten: 1 });
  });

  test('with the same MACs and a lower TTL came by again', async () => {
    const facts = await inspectFrames([
      { us: 0, bytes: frame({ ttl: 9 }) },
      { us: 5, bytes: frame({ ttl: 7 }) },
    ]);
    expect(facts.repeats).toEqual({ ...NONE, looped: 1 });
  });

  test('several hops away: both MACs are of routers, but of no one device', async () => {
    const facts = await inspectFrames([
      { us: 0, bytes: frame(before) },
      { us: 5, bytes: frame({ ...behind, ttl: 61 }), interface: 1 },
    ]);
    expect(facts.repeats).toEqual({ ...NONE, hopsApart: 1 });
    const routers = facts.macs.filter(({ likely }) => likely === 'router');
    expect(routers.map(({ mac, device }) => [mac, device])).toEqual([
      [INNER, null],
      [OUTER, null],
    ]);
  });

  test('of raw IP is a duplicate with the same TTL, and forwarded with a lower one', async () => {
    const ip = (ttl: number) => frame({ ttl }).subarray(14);
    const facts = await inspectFrames(
      [
        { us: 0, bytes: ip(64) },
        { us: 5, bytes: ip(64), interface: 1 },
        { us: 9, bytes: ip(63), interface: 2 },
      ],
      101,
    );
    const paths = [{ fromSegment: 1, toSegment: 2, packets: 1 }];
    expect(facts.repeats).toEqual({ ...NONE, otherInterface: 1, forwarded: 1, paths });
    expect(facts.macs).toEqual([]);
  });
});

describe('both sides of a forwarding device', () => {
  test.each([
    ['the copy behind it comes second', 0, 500],
    ["the clocks' difference puts it first", 500, 0],
  ])('%s', async (_name, usBefore, usBehind) => {
    const facts = await inspectFrames([
      { us: usBefore, bytes: frame(before), interface: 0 },
      { us: usBehind, bytes: frame(behind), interface: 1 },
    ]);
    const segmentOf = (index: number) =>
      facts.segments.find(({ interfaceIndex }) => interfaceIndex === index)?.index;
    expect(facts.repeats).toEqual({
      ...NONE,
      forwarded: 1,
      paths: [{ fromSegment: segmentOf(0), toSegment: segmentOf(1), packets: 1 }],
    });
    const own = facts.macs.filter(({ likely }) => likely === 'firewall');
    expect(own.map(({ mac, device }) => [mac, device]).sort()).toEqual([
      [INNER, 1],
      [OUTER, 1],
    ]);
    expect(own.every(({ evidence }) => evidence[0]?.kind === 'forwards')).toBe(true);
  });

  test('on a stick: one MAC on two VLANs of one interface', async () => {
    const facts = await inspectFrames([
      { us: 0, bytes: frame({ from: CLIENT, to: INNER, vlans: [10] }) },
      { us: 5, bytes: frame({ from: INNER, to: SERVER, vlans: [20], ttl: 63 }) },
    ]);
    const paths = [{ fromSegment: 0, toSegment: 1, packets: 1 }];
    expect(facts.repeats).toEqual({ ...NONE, forwarded: 1, paths });
    expect(facts.segments.map(({ tags }) => tags)).toEqual([[10], [20]]);
  });

  test('that translates the source', async () => {
    const packet = { protocol: 6, sequence: 99, source: '10.1.1.1', destination: '203.0.113.9' };
    const facts = await inspectFrames([
      { us: 0, bytes: frame({ ...packet, ...before }) },
      { us: 5, bytes: frame({ ...packet, ...behind, source: '198.51.100.1', sport: 1025 }) },
    ]);
    expect(facts.repeats).toMatchObject({
      forwarded: 1,
      forwardedTranslated: 1,
      translations: [{ kind: 'source', from: '10.1.1.1', to: '198.51.100.1', packets: 1 }],
    });
  });

  test('that translates the destination, seen in the other order', async () => {
    const packet = { protocol: 6, sequence: 99, source: '203.0.113.9', dport: 80 };
    const facts = await inspectFrames([
      { us: 0, bytes: frame({ ...packet, ...behind, destination: '10.1.2.2' }) },
      { us: 5, bytes: frame({ ...packet, ...before, destination: '198.51.100.1' }) },
    ]);
    expect(facts.repeats.translations).toEqual([
      { kind: 'destination', from: '198.51.100.1', to: '10.1.2.2', packets: 1 },
    ]);
  });

  test.each([
    ['a datagram without identification', { id: 0 }],
    ['a datagram of seven bytes', { payload: '1234567' }],
    ['both addresses differ', { destination: '10.9.9.9' }],
    ['the TTL is two lower', { ttl: 62 }],
  ])('is not guessed from %s', async (_name, other) => {
    const facts = await inspectFrames([
      { us: 0, bytes: frame({ ...before, ...other, destination: '10.1.2.2', ttl: 64 }) },
      { us: 5, bytes: frame({ ...behind, source: '198.51.100.1', ...other }) },
    ]);
    expect(facts.repeats.forwarded).toBe(0);
  });
});

test('a flood of identical packets costs no more than a look at 64 of them', async () => {
  const bytes = frame({ protocol: 6, id: 0, payload: '' });
  const frames = Array.from({ length: 20_000 }, (_, us) => ({ us, bytes }));
  const startMs = performance.now();
  const facts = await inspectFrames(frames);
  expect(facts.frames).toBe(20_000);
  expect(performance.now() - startMs).toBeLessThan(10_000);
});

test('what falls out of the ring within a second is counted', async () => {
  const frames = Array.from({ length: (1 << 17) + 100 }, (_, i) => ({
    us: Math.floor(i / 4),
    bytes: frame({ id: i & 0xffff, sport: 1 + (i >>> 16), payload: '' }),
  }));
  const facts = await inspectFrames(frames);
  expect(facts.limits.packetsForgotten).toBe(100);
});
