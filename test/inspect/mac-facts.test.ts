/** This file checks what facts say of who sends to whom, who begins conversations, and packets without a MAC. */

import { expect, test } from 'vitest';
import { arp, CLIENT, frame, inspectFrames, SERVER } from './build-frames.ts';

const OTHER = '02:00:00:00:00:03';
const THIRD_MAC = '02:00:00:00:00:04';

test('packets are counted by the MAC that they are sent to, the most first; ARP is none', async () => {
  const frames = [
    frame({ to: SERVER }),
    frame({ to: OTHER }),
    frame({ to: OTHER }),
    arp(CLIENT, '10.1.1.1'),
    frame({ to: 'ff:ff:ff:ff:ff:ff' }),
  ];
  const { macs } = await inspectFrames(frames.map((bytes, i) => ({ us: i, bytes })));
  expect(macs.find(({ mac }) => mac === CLIENT)?.sendsTo).toEqual([
    { mac: OTHER, frames: 2 },
    { mac: SERVER, frames: 1 },
  ]);
});

test('of more than 16 MACs that one sends to, the first are kept', async () => {
  const to = (n: number) => `02:00:00:00:01:${n.toString(16).padStart(2, '0')}`;
  const frames = Array.from({ length: 20 }, (_, n) => frame({ to: to(n) }));
  const { macs } = await inspectFrames(frames.map((bytes, i) => ({ us: i, bytes })));
  const sender = macs.find(({ mac }) => mac === CLIENT);
  expect(sender?.sendsTo.map(({ mac }) => mac)).toEqual(
    Array.from({ length: 16 }, (_, n) => to(n)),
  );
});

test('a conversation is begun by its first packet; of TCP, by a SYN that is no answer', async () => {
  const back = { from: SERVER, to: CLIENT, source: '10.1.2.2', destination: '10.1.1.1' };
  const frames = [
    frame({ dport: 53 }),
    frame({ ...back, sport: 53, dport: 40_000 }),
    frame({ protocol: 6, flags: 2 }),
    frame({ ...back, protocol: 6, flags: 0x12, sport: 443, dport: 40_000 }),
    // Begun before the capture, and a SYN-ACK whose SYN is missing.
    frame({ protocol: 6, flags: 0x10, sport: 41_000 }),
    frame({ ...back, protocol: 6, flags: 0x12, sport: 80, dport: 42_000 }),
    frame({ from: THIRD_MAC, source: '10.1.3.3' }),
  ];
  const { macs } = await inspectFrames(frames.map((bytes, i) => ({ us: i, bytes })));
  const begun = Object.fromEntries(macs.map((m) => [m.mac, m.conversationsStarted]));
  expect(begun).toEqual({ [CLIENT]: 2, [SERVER]: 0, [THIRD_MAC]: 1 });
});

test('networks of packets without a MAC are those of their segment', async () => {
  const raw = frame({ source: '10.1.1.1' }).subarray(14);
  const { segments, macs } = await inspectFrames([{ us: 0, bytes: raw }], 101);
  expect(macs).toEqual([]);
  expect(segments[0]?.networksWithoutMac).toEqual([{ network: '10.1.1.0/24', packets: 1 }]);
  const { segments: ethernet } = await inspectFrames([{ us: 0, bytes: frame() }]);
  expect(ethernet[0]?.networksWithoutMac).toEqual([]);
});
