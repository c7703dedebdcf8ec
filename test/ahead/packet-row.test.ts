/**
 * This file compares what a row carries with what decoding finds: the view that was attached by its row
 * must be as if it had been attached to the frame.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeAhead } from '../../src/ahead/decode-ahead.ts';
import { FrameBatch } from '../../src/capture/frame-batch.ts';
import { fingerprintOf } from '../../src/engine/fingerprint.ts';
import { SessionTable } from '../../src/session/session-table.ts';
import { destinationWord, metaSansZone, sourceWord } from '../../src/slowpath/flow-key.ts';
import { OK } from '../../src/wire/decode-status.ts';
import { isPlainRow, ROW_WORDS, readRow } from '../../src/wire/packet-row.ts';
import { PacketView } from '../../src/wire/packet-view.ts';
import { TCP_SYN, tcpWindowScale } from '../../src/wire/tcp.ts';
import { attachFrame, type CaptureFrames, captureFrames } from '../support/capture-frames.ts';
import { publicCaptures } from '../support/truth-files.ts';

const SEED = 4711;

/** Fields that a row need not carry: how often was attached, and what only a row brings. */
const OWN = new Set(['attachments', 'isHashed', 'keyHash', 'fingerprint', 'windowScale']);
for (const field of ['sourceHash', 'destinationHash', 'data']) OWN.add(field);
/** Fields that only fragments and twins have: any value is right. */
const UNUSED = ['fragmentId', 'fragmentOffset', 'hasMoreFragments', 'fragmentDataOffset'];
for (const field of [...UNUSED, 'twin']) OWN.add(field);

function fieldsOf(view: PacketView): Record<string, unknown> {
  const fields = Object.entries(view).filter(([name]) => !OWN.has(name));
  const result: Record<string, unknown> = Object.fromEntries(fields);
  if (view.tagCount === 0) delete result.tagOffset;
  if (view.protocol !== 6) for (const name of TCP_FIELDS) delete result[name];
  const icmp = view.family === 4 ? 1 : 58;
  if (view.protocol !== icmp) for (const name of ['icmpType', 'icmpCode']) delete result[name];
  if (view.protocol !== 132) delete result.sctpKind;
  if (view.family === 4) for (const name of WIDE_FIELDS) delete result[name];
  return result;
}

const TCP_FIELDS = ['tcpSequence', 'tcpAcknowledgment', 'tcpFlags', 'tcpWindow'];
const WIDE_FIELDS = [1, 2, 3].flatMap((i) => [`source${i}`, `destination${i}`]);

/** Names of fields with other values. */
function differences(one: Record<string, unknown>, other: Record<string, unknown>): string {
  return Object.keys(one)
    .filter((name) => one[name] !== other[name])
    .join(' ');
}

/** Frames of each capture that are compared: the rest is more of the same. */
const FRAMES = 400;

/** Compares all frames; says how many had a row. */
function compare({ frames, interfaces }: CaptureFrames): { plain: number; decoded: number } {
  const rows = new Int32Array(ROW_WORDS * frames.length);
  const decoder = new DecodeAhead(interfaces, SEED);
  const table = new SessionTable(SEED);
  const [byFrame, byRow] = [new PacketView(), new PacketView()];
  let plain = 0;
  let decoded = 0;
  frames.forEach((frame, i) => {
    decoder.fill({ batch: batchOf(frame), from: 0, to: 1 }, rows, i);
    const status = attachFrame(byFrame, { frames, interfaces }, i);
    if (status === OK) decoded++;
    const at = i * ROW_WORDS;
    if (!isPlainRow(rows, at)) return;
    plain++;
    expect(status).toBe(OK);
    const { bytes, originalLength } = frame;
    byRow.place(bytes, 0, bytes.length, originalLength ?? bytes.length);
    readRow(byRow, rows, at);
    expect(differences(fieldsOf(byRow), fieldsOf(byFrame))).toBe('');
    expect(byRow.fingerprint).toBe(fingerprintOf(byFrame));
    const [source, destination] = [sourceWord(table, byFrame), destinationWord(table, byFrame)];
    expect([sourceWord(table, byRow), destinationWord(table, byRow)]).toEqual([
      source,
      destination,
    ]);
    const isSyn = byFrame.protocol === 6 && (byFrame.tcpFlags & TCP_SYN) !== 0;
    if (isSyn) expect(byRow.windowScale).toBe(tcpWindowScale(byFrame));
    const ports = (byFrame.sport << 16) | byFrame.dport;
    expect(byRow.keyHash).toBe(table.hashOfKey(source, destination, ports, metaSansZone(byFrame)));
  });
  return { plain, decoded };
}

function batchOf(frame: CaptureFrames['frames'][number]): FrameBatch {
  const batch = new FrameBatch(1);
  batch.blocks = [frame.bytes];
  batch.capturedLength[0] = frame.bytes.length;
  batch.originalLength[0] = frame.originalLength ?? frame.bytes.length;
  batch.interfaceIndex[0] = frame.interfaceIndex;
  batch.direction[0] = frame.direction ?? 0;
  return batch;
}

describe('a packet attached by its row', () => {
  const captures = publicCaptures();

  test.skipIf(captures.length === 0)(
    'is the packet attached to its frame',
    async () => {
      let plain = 0;
      let decoded = 0;
      for (const { path } of captures) {
        const { frames, interfaces } = await captureFrames(path);
        const found = compare({ frames: frames.slice(0, FRAMES), interfaces });
        plain += found.plain;
        decoded += found.decoded;
      }
      // Of the public captures many are of rare protocols, fragments and errors.
      expect(plain / decoded).toBeGreaterThan(0.5);
    },
    120_000,
  );

  test('whatever the bytes: changed, cut, or claimed to be longer', async () => {
    const base = await captureFrames('samples/vlan-zones/capture.pcapng');
    const six = await captureFrames('samples/first-look/capture.pcapng');
    const change = fc.record({
      from: fc.constantFrom(base, six),
      frame: fc.nat(),
      at: fc.nat(90),
      byte: fc.nat(255),
      cut: fc.nat(70),
      longer: fc.constantFrom(0, 0, 1, 70_000, 0xffff_ffff),
    });
    fc.assert(
      fc.property(change, ({ from, frame, at, byte, cut, longer }) => {
        const chosen = from.frames[frame % from.frames.length]!;
        const bytes = chosen.bytes.slice(0, Math.max(chosen.bytes.length - cut, 0));
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        const originalLength = Math.min(chosen.bytes.length + longer, 0xffff_ffff);
        compare({ ...from, frames: [{ ...chosen, bytes, originalLength }] });
      }),
      { numRuns: 3_000 },
    );
  });
});
