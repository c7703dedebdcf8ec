/**
 * This file checks that decoding never throws and never looks outside the frame: what lies around
 * the frame in its block may be anything and changes nothing.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OK } from '../../src/wire/decode-status.ts';
import { vlanId } from '../../src/wire/ethernet.ts';
import { ICMP_ERROR } from '../../src/wire/icmp.ts';
import { PacketView } from '../../src/wire/packet-view.ts';
import { attachQuote } from '../../src/wire/quote.ts';
import { tcpSackPermitted, tcpTimestampOffset, tcpWindowScale } from '../../src/wire/tcp.ts';
import { LINK_FRAMES } from '../support/link-frames.ts';
import { hex } from './hex.ts';

const LINK_TYPES = [
  ...new Set([...LINK_FRAMES.map(({ linkType }) => linkType), ...[0, 12, 14, 101, 108, 147]]),
  ...[228, 229, 276],
];
/** Heads in front of IP, with the link types that they belong to. */
const HEADS = LINK_FRAMES.map(({ head, linkType }) => ({ bytes: [...hex(head)], linkType }));
/** Bytes before and behind the frame. */
const MARGIN = 96;

interface Frame {
  readonly bytes: Uint8Array;
  readonly original: number;
  readonly linkType: number;
}

/** All that a frame decodes to, offsets counted from the frame's first byte. */
function decode(block: Uint8Array, offset: number, frame: Frame): unknown {
  const view = new PacketView();
  const { original, linkType } = frame;
  const length = frame.bytes.length;
  const status = view.attach(block, offset, length, original, linkType, 0);
  const tags = Array.from({ length: view.tagCount }, (_, i) => vlanId(view, i));
  const link = { status, tags, mac: view.sourceMacOffset < 0 ? -1 : view.sourceMacOffset - offset };
  if (status !== OK) return link;
  const isTcp = view.protocol === 6;
  const options = isTcp
    ? [tcpWindowScale(view), tcpSackPermitted(view), relative(tcpTimestampOffset(view), offset)]
    : [];
  const quoted = new PacketView();
  const quote =
    view.icmpKind === ICMP_ERROR && attachQuote(quoted, view) ? fields(quoted, offset) : null;
  return { ...link, ...fields(view, offset), options, quote };
}

const relative = (at: number, offset: number) => (at < 0 ? at : at - offset);

function fields(view: PacketView, offset: number): Record<string, number | boolean> {
  const isTcp = view.protocol === 6;
  return {
    family: view.family,
    protocol: view.protocol,
    network: view.networkOffset - offset,
    transport: view.transportOffset - offset,
    ipEnd: view.ipEnd - offset,
    ipLength: view.ipLength,
    ttl: view.ipTtl,
    fragment: view.isFragment,
    source: view.source,
    destination: view.destination,
    source6: view.family === 6 ? view.source1 ^ view.source2 ^ view.source3 : 0,
    sport: view.sport,
    dport: view.dport,
    sequence: isTcp ? view.tcpSequence : 0,
    flags: isTcp ? view.tcpFlags : 0,
    kind: view.icmpKind,
    sctp: view.protocol === 132 ? view.sctpKind : 0,
    payload: view.payloadLength,
  };
}

function expectBounded(frame: Frame): void {
  const inside = new Uint8Array(MARGIN * 2 + frame.bytes.length);
  inside.set(frame.bytes, MARGIN);
  const zeros = decode(inside, MARGIN, frame);
  for (const canary of [0xff, 0x45, 0x08]) {
    inside.fill(canary, 0, MARGIN);
    inside.fill(canary, MARGIN + frame.bytes.length);
    expect(decode(inside, MARGIN, frame)).toEqual(zeros);
  }
  // In a block of exactly its size a look beyond would throw.
  expect(decode(frame.bytes.slice(), 0, frame)).toEqual(zeros);
}

const byte = fc.nat(255);
const bytes = (maxLength: number) =>
  fc.array(byte, { maxLength }).map((list) => Uint8Array.from(list));

/** Headers with likely bytes, then mutations, then a cut: reaches deeper than noise does. */
const likelyBehind = (head: fc.Arbitrary<readonly number[]>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      head,
      fc.oneof(
        fc
          .tuple(
            fc.constantFrom(0x45, 0x46, 0x4f, 0x44),
            fc.nat(80),
            fc.constantFrom(1, 6, 17, 47, 50, 51, 58, 132),
          )
          .map(([first, length, protocol]) => [
            ...[first, 0, 0, length, 0, 0, 0, 0, 64, protocol, 0, 0],
            ...[10, 0, 0, 1, 10, 0, 0, 2],
          ]),
        fc
          .tuple(fc.nat(80), fc.constantFrom(0, 6, 17, 43, 44, 47, 51, 58, 59, 60, 132))
          .map(([length, next]) => [
            ...[0x60, 0, 0, 0, 0, length, next, 64],
            ...Array<number>(32).fill(1),
          ]),
      ),
      fc.array(fc.oneof(byte, fc.constantFrom(0, 1, 2, 3, 5, 6, 8, 44, 60)), { maxLength: 90 }),
      fc.array(fc.tuple(fc.nat(150), byte), { maxLength: 3 }),
      fc.nat(120),
    )
    .map(([link, network, rest, mutations, cut]) => {
      const all = Uint8Array.from([...link, ...network, ...rest]);
      for (const [at, value] of mutations) if (at < all.length) all[at] = value;
      return cut < 60 ? all.slice(0, Math.max(0, all.length - cut)) : all;
    });

const likely = likelyBehind(
  fc.constantFrom<readonly number[]>(
    [],
    [...Array<number>(12).fill(2), 8, 0],
    [...Array<number>(12).fill(2), 0x86, 0xdd],
    [...Array<number>(12).fill(2), 0x81, 0, 0, 100, 0x88, 0xa8, 0, 5, 8, 0],
    [0, 4, 0, 1, 0, 6, ...Array<number>(8).fill(3), 8, 0],
    [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 4, 6, ...Array<number>(8).fill(3)],
    [2, 0, 0, 0],
  ),
);

const original = fc.oneof(fc.nat(200), fc.constantFrom(0, 65_535, 0xffff_ffff));
const anyFrame: fc.Arbitrary<Frame> = fc.record({
  bytes: fc.oneof({ weight: 4, arbitrary: likely }, { weight: 1, arbitrary: bytes(80) }),
  original,
  linkType: fc.constantFrom(...LINK_TYPES),
});
/** Frames of the rarer links: their own head, damaged like the rest. */
const otherFrame: fc.Arbitrary<Frame> = fc.constantFrom(...HEADS).chain((head) =>
  fc.record({
    bytes: likelyBehind(fc.constant(head.bytes)),
    original,
    linkType: fc.constant(head.linkType),
  }),
);
const frame: fc.Arbitrary<Frame> = fc.oneof(anyFrame, otherFrame);

describe('PacketView', () => {
  it('reads only the frame, whatever bytes, link type and lengths', () => {
    fc.assert(fc.property(frame, expectBounded), { numRuns: 8000, seed: 21 });
  });

  it('decodes the same in a view that held another frame before', () => {
    fc.assert(
      fc.property(frame, frame, (first, second) => {
        const view = new PacketView();
        view.attach(first.bytes, 0, first.bytes.length, first.original, first.linkType, 0);
        const { bytes: b, original, linkType } = second;
        const status = view.attach(b, 0, b.length, original, linkType, 0);
        const fresh = new PacketView();
        expect(fresh.attach(b, 0, b.length, original, linkType, 0)).toBe(status);
        if (status === OK) expect(fields(view, 0)).toEqual(fields(fresh, 0));
      }),
      { numRuns: 2000, seed: 22 },
    );
  });
});
