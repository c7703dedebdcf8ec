/** This file tests what conversations show of both directions, and what MACs they prove. */

import { describe, expect, test } from 'vitest';
import { CLIENT, frame, inspectFrames, SERVER } from './build-frames.ts';

const TCP = 6;
const SYN = 2;
const ACK = 16;
const back = { source: '10.1.2.2', destination: '10.1.1.1', sport: 443, dport: 40_000 };

const inspect = (...frames: readonly Buffer[]) =>
  inspectFrames(frames.map((bytes, i) => ({ us: i * 1000, bytes })));

const NONE = {
  conversations: 0,
  bothDirections: 0,
  oneDirection: 0,
  oneDirectionAcknowledging: 0,
  withoutStart: 0,
};

describe('conversations', () => {
  test('of two directions are one', async () => {
    const { conversations } = await inspect(
      frame({ protocol: TCP, flags: SYN }),
      frame({ protocol: TCP, ...back, flags: SYN | ACK }),
      frame({ protocol: TCP, flags: ACK, id: 2 }),
    );
    expect(conversations.byProtocol).toEqual([
      { ...NONE, protocol: 'tcp', conversations: 1, bothDirections: 1 },
    ]);
  });

  test('of one direction: a SYN alone is unanswered, an acknowledgement proves another side', async () => {
    const { conversations } = await inspect(
      frame({ protocol: TCP, flags: SYN, sport: 1 }),
      frame({ protocol: TCP, flags: ACK, sport: 2, id: 2 }),
      frame({ sport: 3, id: 3 }),
    );
    expect(conversations).toEqual({
      byProtocol: [
        {
          ...NONE,
          protocol: 'tcp',
          conversations: 2,
          oneDirection: 2,
          oneDirectionAcknowledging: 1,
          withoutStart: 1,
        },
        { ...NONE, protocol: 'udp', conversations: 1, oneDirection: 1 },
      ],
      oneSidedExamples: ['10.1.1.1:2 > 10.1.2.2:443'],
    });
  });

  test('with a group have one direction by nature, and do not count', async () => {
    const { conversations } = await inspect(
      frame({ destination: '239.1.1.1' }),
      frame({ destination: '255.255.255.255' }),
    );
    expect(conversations.byProtocol).toEqual([]);
  });

  test('differ by each part of the key', async () => {
    const { conversations } = await inspect(
      frame(),
      frame({ sport: 2 }),
      frame({ dport: 2 }),
      frame({ source: '10.1.1.9' }),
      frame({ destination: '10.1.1.9' }),
      frame({ protocol: TCP, flags: SYN }),
    );
    expect(conversations.byProtocol.map((c) => [c.protocol, c.conversations])).toEqual([
      ['udp', 5],
      ['tcp', 1],
    ]);
  });

  test('of one address with itself are told apart by ports', async () => {
    const self = { source: '10.1.1.1', destination: '10.1.1.1' };
    const { conversations } = await inspect(
      frame({ ...self, sport: 1, dport: 2 }),
      frame({ ...self, sport: 2, dport: 1 }),
    );
    expect(conversations.byProtocol).toMatchObject([{ conversations: 1, bothDirections: 1 }]);
  });

  test('beyond 131,072 are left out, and counted', async () => {
    const frames = Array.from({ length: 131_072 + 50 }, (_, i) => ({
      us: i,
      bytes: frame({ sport: i & 0xffff, dport: 1 + (i >>> 16), payload: '' }),
    }));
    const facts = await inspectFrames(frames);
    const left = facts.limits.packetsWithoutConversation;
    const [udp] = facts.conversations.byProtocol;
    expect((udp?.conversations ?? 0) + left).toBe(frames.length);
    expect(left).toBeGreaterThanOrEqual(50);
    expect(left).toBeLessThan(100);
  });
});

describe('MACs of a capture of what a firewall received', () => {
  const INNER = '02:aa:00:00:00:01';
  const OUTER = '02:aa:00:00:00:02';

  test('are those that receive both directions and send none', async () => {
    const facts = await inspectFrames([
      { us: 0, bytes: frame({ from: CLIENT, to: INNER }) },
      { us: 5, bytes: frame({ ...back, sport: 53, from: SERVER, to: OUTER }), interface: 1 },
    ]);
    expect(facts.macs.map(({ mac, likely }) => [mac, likely]).sort()).toEqual([
      [CLIENT, null],
      [SERVER, null],
      [INNER, 'firewall'],
      [OUTER, 'firewall'],
    ]);
  });

  test('prove nothing where the answer comes from the MAC that was asked', async () => {
    const facts = await inspectFrames([
      { us: 0, bytes: frame({ from: CLIENT, to: INNER }) },
      { us: 5, bytes: frame({ ...back, sport: 53, from: INNER, to: CLIENT }) },
    ]);
    expect(facts.macs.map(({ likely }) => likely)).toEqual([null, null]);
  });
});
