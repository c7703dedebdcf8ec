/**
 * This file generates the captures of the benchmark. The same specification and seed always give
 * the same bytes, on every machine: no clock, no Math.random, no network.
 */
import { renameSync } from 'node:fs';
import { EventQueue } from './event-queue.ts';
import { Arrivals } from './mix.ts';
import { PayloadMaker } from './payload.ts';
import { PcapWriter } from './pcap-writer.ts';
import { Population } from './population.ts';
import { Prng } from './prng.ts';

/** Changes whenever the generator's output does; part of every capture's name. */
export const GENERATOR_VERSION = 1;

/**
 * The mixed capture; the same where servers answer to addresses behind source NAT; nothing but short
 * sessions of DNS and HTTP.
 */
export type MixKind = 'mix' | 'mix-snat' | 'short';

/** Which capture to make. */
export interface CaptureSpec {
  readonly path: string;
  readonly packets: number;
  readonly seed: number;
  readonly kind?: MixKind;
}

/** What was made. */
export interface CaptureFacts {
  readonly packets: number;
  readonly bytes: number;
  /** Sessions started, as the generator counts them. */
  readonly sessions: number;
  /** Seconds between the first and the last packet. */
  readonly span: number;
}

/** Writes the capture; `path` appears when it is whole. */
export function generateMix({ path, packets, seed, kind }: CaptureSpec): CaptureFacts {
  const partial = `${path}.partial`;
  const writer = new PcapWriter(partial);
  const random = new Prng(seed);
  const queue = new EventQueue();
  const around = {
    random,
    payloads: new PayloadMaker(random),
    population: new Population(random, kind === 'mix-snat'),
    writer,
    queue,
  };
  const arrivals = new Arrivals(around, kind === 'short');
  queue.push(0, arrivals);
  let last = 0;
  while (writer.packets < packets) last = queue.advance();
  writer.close();
  renameSync(partial, path);
  return {
    packets: writer.packets,
    bytes: writer.fileBytes,
    sessions: arrivals.started,
    span: last / 1e6,
  };
}
