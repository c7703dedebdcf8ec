/**
 * This file makes random TCP conversations between two hosts that mostly fit: what one side sends
 * follows what both have sent, now and then beside it. Plain random packets hardly ever open a
 * session.
 */

import fc from 'fast-check';
import type { RandomPacket } from '../support/random-packets.ts';

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

/** One segment: who sends it, and how far it is from what would fit. */
interface Step {
  readonly isClient: boolean;
  /** Two connections between the same hosts. */
  readonly port: number;
  readonly flags: number;
  /** Added to the number that would fit. */
  readonly sequenceError: number;
  readonly acknowledgmentError: number;
  /** A SYN begins anew, instead of being sent again. */
  readonly isNewSyn: boolean;
  readonly window: number;
  readonly length: number;
  /** It comes from a third zone. */
  readonly isAstray: boolean;
  readonly waitNs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  isClient: fc.boolean(),
  port: fc.integer({ min: 1, max: 2 }),
  flags: fc.constantFrom(SYN, SYN | ACK, ACK, ACK, ACK, ACK | FIN, FIN, RST, RST | ACK, SYN | FIN),
  sequenceError: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1, 50, 5000, 100_000),
  acknowledgmentError: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1, 5000),
  isNewSyn: fc.constantFrom(false, false, false, true),
  window: fc.constantFrom(0, 1000, 65_535),
  length: fc.constantFrom(0, 0, 1, 100),
  isAstray: fc.constantFrom(...new Array<boolean>(15).fill(false), true),
  waitNs: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(0, 1, 10_000_000, 10_000_000, 100_000_000, 1e9) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(4e9, 5e9, 10e9, 14e9, 15e9, 30e9, 90e9, 120e9, 3600e9),
    },
  ),
});

/** The first one, two or three segments of a handshake, as they should be. */
const opening: fc.Arbitrary<Step[]> = fc
  .record({ first: step, count: fc.integer({ min: 1, max: 3 }) })
  .map(({ first, count }) => {
    const fitting = { ...first, sequenceError: 0, acknowledgmentError: 0, isAstray: false };
    const segments = [
      { isClient: first.isClient, flags: SYN, isNewSyn: true },
      { isClient: !first.isClient, flags: SYN | ACK, isNewSyn: true },
      { isClient: first.isClient, flags: ACK, isNewSyn: false },
    ];
    return segments.slice(0, count).map((segment) => ({ ...fitting, ...segment, waitNs: 1e6 }));
  });

/** The numbers that a side goes on with. */
interface Numbers {
  isn: number;
  next: number;
}

/** Up to 120 segments in the order of their times. */
export const randomConversations: fc.Arbitrary<RandomPacket[]> = fc
  .array(
    fc.oneof({ weight: 6, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: opening }),
    { minLength: 1, maxLength: 40, size: 'max' },
  )
  .map((parts) => {
    const sides = new Map<string, Numbers>();
    const numbersOf = (port: number, isClient: boolean): Numbers => {
      const key = `${port} ${isClient}`;
      const isn = isClient ? 1000 : 0xffff_fff0; // the server's go over 2^32
      const numbers = sides.get(key) ?? { isn, next: isn };
      sides.set(key, numbers);
      return numbers;
    };
    let ns = 1_700_000_000n * 1_000_000_000n;
    return parts.flat().map((given) => {
      ns += BigInt(given.waitNs);
      const own = numbersOf(given.port, given.isClient);
      const peer = numbersOf(given.port, !given.isClient);
      return segmentOf(given, own, peer, ns);
    });
  });

function segmentOf(given: Step, own: Numbers, peer: Numbers, ns: bigint): RandomPacket {
  const { flags, isClient, port, length } = given;
  const isSyn = (flags & SYN) !== 0;
  if (isSyn && given.isNewSyn) own.isn = own.next = (own.next + 300_000) >>> 0;
  const fitting = isSyn ? own.isn : own.next;
  if ((flags & RST) === 0 && given.sequenceError === 0) {
    const end = fitting + length + (isSyn ? 1 : 0) + (flags & FIN);
    if (((end - own.next) | 0) > 0) own.next = end >>> 0;
  }
  const home = isClient ? 0 : 1;
  return {
    protocol: 6,
    family: 4,
    source: isClient ? 2 : 1,
    destination: isClient ? 1 : 2,
    sport: isClient ? port : 2,
    dport: isClient ? 2 : port,
    flags,
    sequence: (fitting + given.sequenceError) >>> 0,
    acknowledgment: (flags & ACK) === 0 ? 0 : (peer.next + given.acknowledgmentError) >>> 0,
    window: given.window,
    length,
    icmpType: 0,
    interfaceIndex: given.isAstray ? 2 : home,
    second: Number(ns / 1_000_000_000n),
    nanosecond: Number(ns % 1_000_000_000n),
  };
}
