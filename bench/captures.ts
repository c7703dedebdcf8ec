/**
 * This file keeps the bench captures in bench/data (never committed): it makes those that are
 * missing. A name holds everything that decides the bytes, so a changed parameter is another file.
 */
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type CaptureFacts, GENERATOR_VERSION, generateMix, type MixKind } from './generate.ts';
import { generateLiveSessions, SETUP_PACKETS } from './live-sessions.ts';

/** The one seed of the benchmark; other seeds are for tests. */
export const SEED = 1;

/** A capture on disk. */
export interface Capture extends CaptureFacts {
  readonly path: string;
}

/** A capture of one of the mixes, of this many packets. */
export function ensureMix(
  folder: string,
  packets: number,
  say: (text: string) => void,
  kind: MixKind = 'mix',
): Capture {
  const path = `${folder}/${kind}-v${GENERATOR_VERSION}-n${packets}-seed${SEED}.pcap`;
  const factsPath = `${path}.json`;
  if (existsSync(path) && existsSync(factsPath)) {
    const facts = JSON.parse(readFileSync(factsPath, 'utf8')) as CaptureFacts;
    if (statSync(path).size === facts.bytes) return { path, ...facts };
  }
  say(`making a capture of ${packets} packets`);
  const facts = generateMix({ path, packets, seed: SEED, kind });
  writeFileSync(factsPath, `${JSON.stringify(facts)}\n`);
  return { path, ...facts };
}

/** The capture that opens `sessions` sessions and then hits them `hits` times. */
export function ensureLive(folder: string, sessions: number, hits: number): Capture {
  const path = `${folder}/live-v${GENERATOR_VERSION}-k${sessions}-h${hits}-seed${SEED}.pcap`;
  if (!existsSync(path)) generateLiveSessions({ path, sessions, hits, seed: SEED });
  const packets = SETUP_PACKETS * sessions + hits;
  return { path, packets, sessions, bytes: statSync(path).size, span: packets / 1e4 };
}

/** Reads a file once, so that it is in the page cache. */
export async function warm(path: string): Promise<void> {
  const stream = createReadStream(path, { highWaterMark: 4 << 20 });
  stream.resume();
  await new Promise<void>((resolve, reject) => {
    stream.on('end', () => resolve());
    stream.on('error', reject);
  });
}
