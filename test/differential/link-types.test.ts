/**
 * This file shows tshark one frame of each link type and of each layer below IP, and compares what it
 * reads with what the decoder reads. A link type that tshark does not know is named.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pcap } from '../capture/build-capture.ts';
import { HAS_TSHARK, tsharkFrames, viewFrames } from '../support/frame-fields.ts';
import { LINK_FRAMES } from '../support/link-frames.ts';
import { noteSkipped } from '../support/truth-files.ts';
import { hex, ip4, ip6, UDP } from '../wire/hex.ts';

const TEST_FILE = 'link-types.test.ts';
if (!HAS_TSHARK) noteSkipped(TEST_FILE, 'no tshark');

const compared = LINK_FRAMES.filter((frame) => frame.unknownToTshark === undefined);

describe.skipIf(!HAS_TSHARK)('link types against tshark', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'links-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    const left = LINK_FRAMES.filter((frame) => frame.unknownToTshark !== undefined);
    const names = left.map(({ name, unknownToTshark }) => `${name} (${unknownToTshark})`);
    process.stderr.write(
      `${TEST_FILE}: ${compared.length} frames; not shown to tshark: ${names.join(', ')}\n`,
    );
  });

  test.each(compared)('$name', { timeout: 20_000 }, async (frame) => {
    const { head, tail = '', linkType, version = 4 } = frame;
    const packet = version === 4 ? `${ip4(17, 28)} ${UDP}` : `${ip6(17, 8)} ${UDP}`;
    const path = join(folder, 'frame.pcap');
    writeFileSync(path, pcap({ network: linkType, records: [{ data: hex(head, packet, tail) }] }));
    const expected = tsharkFrames(path, frame.tsharkOptions);
    const found = await viewFrames(path);
    expect(expected.get(1)).toMatchObject({ dport: '53' });
    const { vlans, ...fields } = found.get(1) ?? {};
    // tshark counts the tags of all Ethernet headers; the innermost one's are compared in test/wire.
    expect(fields).toEqual({ ...expected.get(1), vlans: undefined });
    if (frame.vlans !== undefined) expect(vlans).toBe(frame.vlans.join('.'));
  });
});
