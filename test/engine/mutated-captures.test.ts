/**
 * This file plays real captures with random damage: nothing may throw, and what must hold after
 * every replay holds. Without the captures beside the repository it skips itself, visibly.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CaptureInterface } from '../../src/capture/frame-batch.ts';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { builtInConfig } from '../../src/config/built-in.ts';
import { TUNNEL_KINDS } from '../../src/wire/tunnel.ts';
import { oneZone } from '../support/one-zone.ts';
import { type PlayFrame, playFrames } from '../support/play.ts';
import { randomFrom } from '../support/random.ts';
import { expectSound } from '../support/soundness.ts';
import { noteSkipped } from '../support/truth-files.ts';

const PUBLIC = fileURLToPath(new URL('../../../shared/captures/public', import.meta.url));
const HAS_CAPTURES = existsSync(PUBLIC);
if (!HAS_CAPTURES) noteSkipped('test/engine/mutated-captures.test.ts');
const FRAMES_MAX = 400;

const files = HAS_CAPTURES
  ? readdirSync(PUBLIC).filter((name) => /\.(pcap|pcapng)$/.test(name))
  : [];

/** The first frames of a capture, copied out, in the order of their times. */
async function readFrames(
  path: string,
): Promise<{ frames: PlayFrame[]; interfaces: readonly CaptureInterface[] }> {
  const input = { path, stage: null, interfaceName: null, timeShift: 0 };
  const captures = openCaptures([input], {});
  const frames: PlayFrame[] = [];
  for await (const { batch, from, to } of captures.ranges()) {
    for (let i = from; i < to && frames.length < FRAMES_MAX; i++) {
      const offset = batch.offset[i]!;
      const seconds = Math.floor(batch.time[i]! / 1e9);
      frames.push({
        second: batch.epochSeconds + seconds,
        nanosecond: batch.time[i]! - seconds * 1e9,
        bytes: batch.blocks[batch.block[i]!]!.slice(offset, offset + batch.capturedLength[i]!),
        originalLength: batch.originalLength[i]!,
        interfaceIndex: batch.interfaceIndex[i]!,
        direction: batch.direction[i]!,
      });
    }
  }
  return { frames, interfaces: captures.interfaces };
}

/** Changes bytes near the headers, cuts frames, and lies about lengths. */
function damage(frame: PlayFrame, random: (below: number) => number): PlayFrame {
  const bytes = frame.bytes.slice();
  for (let k = random(4); k > 0 && bytes.length > 0; k--) {
    const at = random(Math.min(bytes.length, 80));
    bytes[at] = random(3) === 0 ? [0, 0xff, 6, 17, 44, 0x45][random(6)]! : random(256);
  }
  const cut = random(5) === 0 ? bytes.slice(0, random(bytes.length + 1)) : bytes;
  const lies = [cut.length, frame.originalLength ?? 0, 0xffff_ffff];
  return { ...frame, bytes: cut, originalLength: Math.max(cut.length, lies[random(3)]!) };
}

describe.skipIf(!HAS_CAPTURES)('damaged captures', () => {
  it.each(files)('%s', async (file) => {
    const { frames, interfaces } = await readFrames(join(PUBLIC, file));
    for (const seed of [1, 2]) {
      const random = randomFrom(seed);
      const damaged = frames.map((frame) => damage(frame, random));
      for (const config of [builtInConfig(), oneZone('tcp-reject-non-syn: no')]) {
        const played = playFrames(damaged, interfaces, { config, drain: seed === 1 });
        expectSound(played, damaged.length);
        const again = playFrames(damaged, interfaces, {
          config,
          drain: seed === 1,
          seed: 5,
          batchFrames: 33,
        });
        expect(JSON.stringify([again.sessions, again.events])).toBe(
          JSON.stringify([played.sessions, played.events]),
        );
      }
    }
  });
});

/** Captures with packets inside packets, or in pieces: damage is laid deeper than the outer headers. */
const NESTED = files.filter((name) => /tunnels|fragment|frag\.|gre|vxlan|teredo|gtp/.test(name));

describe.skipIf(!HAS_CAPTURES)('damaged tunnels and fragments', () => {
  it('there are some', () => {
    expect(NESTED.length).toBeGreaterThanOrEqual(8);
  });

  it.each(NESTED)('%s', async (file) => {
    const { frames, interfaces } = await readFrames(join(PUBLIC, file));
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomFrom(seed);
      const damaged = frames.map((frame) => damageDeep(frame, random));
      const options = { config: builtInConfig(), drain: true, decapsulate: TUNNEL_KINDS };
      const played = playFrames(damaged, interfaces, options);
      const { sessions, counter } = played;
      for (const { serial, tunnel } of sessions) {
        // Whoever carries a session's first packet was there before it.
        if (tunnel !== null) expect(tunnel).toBeLessThan(serial);
      }
      expect(counter('replay_inner_in_session')).toBeLessThanOrEqual(counter('replay_inner'));
      const again = playFrames(damaged, interfaces, { ...options, seed: 9, batchFrames: 7 });
      expect(JSON.stringify([again.sessions, again.events])).toBe(
        JSON.stringify([sessions, played.events]),
      );
    }
  });
});

/** Changes up to six bytes of the first 160, and says fragment where there was none. */
function damageDeep(frame: PlayFrame, random: (below: number) => number): PlayFrame {
  const bytes = frame.bytes.slice();
  for (let k = random(7); k > 0 && bytes.length > 0; k--) {
    bytes[random(Math.min(bytes.length, 160))] = random(4) === 0 ? 0x20 : random(256);
  }
  if (random(6) === 0 && bytes.length > 22) bytes[20] = random(2) === 0 ? 0x20 : random(4);
  const cut = random(6) === 0 ? bytes.slice(0, random(bytes.length + 1)) : bytes;
  return { ...frame, bytes: cut, originalLength: Math.max(cut.length, frame.originalLength ?? 0) };
}
