/**
 * This file tests what must hold for inspecting any bytes: nothing is thrown, sums add up, and sizes of
 * batches change nothing.
 */

import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import type { CaptureFacts } from '../../src/inspect/facts.ts';
import { Inspector } from '../../src/inspect/inspector.ts';
import { pcap, writeCapture } from '../capture/build-capture.ts';
import { labPath } from '../support/truth-files.ts';
import { arp, frame } from './build-frames.ts';

async function inspect(path: string, options: object = {}): Promise<CaptureFacts> {
  const captures = openCaptures([{ path }], options);
  const inspector = new Inspector(captures.interfaces);
  for await (const { batch, from, to } of captures.ranges()) inspector.take(batch, from, to);
  return inspector.facts();
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((a, b) => a + b, 0);

function expectSound(facts: CaptureFacts): void {
  expect(sum(facts.statuses)).toBe(facts.frames);
  expect(facts.framesByInterface.reduce((a, b) => a + b, 0)).toBe(facts.frames);
  expect(facts.timeline.frames.reduce((a, b) => a + b, 0)).toBe(facts.frames);
  const inSegments = facts.segments.reduce((total, { frames }) => total + frames, 0);
  expect(inSegments + facts.limits.framesWithoutSegment).toBe(facts.frames);
  for (const { conversations, bothDirections, oneDirection } of facts.conversations.byProtocol) {
    expect(bothDirections + oneDirection).toBe(conversations);
  }
}

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 120 }),
  // Frames that were sound before one byte was changed.
  fc
    .tuple(fc.constantFrom(6, 17, 1, 132, 58), fc.nat(), fc.integer({ min: 0, max: 255 }))
    .map(([protocol, at, value]) => {
      const made = protocol === 132 ? arp('02:00:00:00:00:09', '10.0.0.9') : frame({ protocol });
      made[at % made.length] = value;
      return made;
    }),
);
const records = fc.array(
  fc.record({
    second: fc.integer({ min: 0, max: 0xffff_ffff }),
    fraction: fc.integer({ min: 0, max: 999_999 }),
    data: bytes,
    original: fc.constantFrom(undefined, 1500, 0, 0xffff_ffff),
  }),
  { maxLength: 60 },
);
const links = fc.constantFrom(0, 1, 12, 101, 108, 113, 228, 229, 276, 147);

describe('any bytes', () => {
  test('are inspected, and the sums add up, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        links,
        fc.integer({ min: 1, max: 20 }),
        async (list, network, batchFrames) => {
          const path = writeCapture(
            pcap({
              network,
              records: list.map(({ original, ...record }) =>
                original === undefined ? record : { ...record, original },
              ),
            }),
          );
          const facts = await inspect(path);
          expectSound(facts);
          expect(await inspect(path, { batchFrames, blockBytes: 200 })).toEqual(facts);
        },
      ),
      { numRuns: 300, seed: 20_260_525 },
    );
  });

  const lab = ['vlan', 'ipv6_tcp', 'icmp_unreach'].map((name) => labPath(`${name}.pcapng`));
  test.skipIf(!lab.every((path) => existsSync(path)))(
    'of lab captures with changed bytes are inspected (skipped without ../shared)',
    async () => {
      const files = lab.map((path) => readFileSync(path));
      await fc.assert(
        fc.asyncProperty(
          fc.nat(files.length - 1),
          fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
          async (index, changes) => {
            const copy = Buffer.from(files[index] ?? []);
            for (const [at, value] of changes) copy[at % copy.length] = value;
            expectSound(await inspect(writeCapture(copy)));
          },
        ),
        { numRuns: 300, seed: 5 },
      );
    },
  );
});
