/**
 * This file writes captures byte by byte for the tests, from the formats' own documents and without
 * any code of the readers, and collects what a replay makes of them.
 */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaptureInput } from '../../src/capture/capture-file.ts';
import type { CaptureReplayReport } from '../../src/capture/capture-report.ts';
import { type CaptureOptions, openCaptures } from '../../src/capture/open-captures.ts';

export interface Record {
  readonly second?: number;
  /** In units of the file's resolution. */
  readonly fraction?: number;
  readonly data?: Uint8Array;
  /** What the header claims, where it is not the truth. */
  readonly captured?: number;
  readonly original?: number;
}

/** Writes integers in one byte order. */
export class Writer {
  readonly little: boolean;
  constructor(little = true) {
    this.little = little;
  }
  u16(...values: number[]): Buffer {
    const out = Buffer.alloc(2 * values.length);
    values.forEach((v, i) => {
      if (this.little) out.writeUInt16LE(v, 2 * i);
      else out.writeUInt16BE(v, 2 * i);
    });
    return out;
  }
  u32(...values: number[]): Buffer {
    const out = Buffer.alloc(4 * values.length);
    values.forEach((v, i) => {
      if (this.little) out.writeUInt32LE(v, 4 * i);
      else out.writeUInt32BE(v, 4 * i);
    });
    return out;
  }
  u64(value: bigint): Buffer {
    const out = Buffer.alloc(8);
    if (this.little) out.writeBigUInt64LE(BigInt.asUintN(64, value));
    else out.writeBigUInt64BE(BigInt.asUintN(64, value));
    return out;
  }
}

export interface PcapParts {
  readonly magic?: number;
  readonly little?: boolean;
  readonly major?: number;
  readonly minor?: number;
  readonly snapLength?: number;
  readonly network?: number;
  /** Bytes that the variant's record header has behind the usual 16. */
  readonly recordExtra?: number;
  readonly records?: readonly Record[];
}

/** A pcap file. */
export function pcap(parts: PcapParts = {}): Buffer {
  const w = new Writer(parts.little ?? true);
  const out: Uint8Array[] = [
    w.u32(parts.magic ?? 0xa1b2c3d4),
    w.u16(parts.major ?? 2, parts.minor ?? 4),
    w.u32(0, 0, parts.snapLength ?? 65_535, parts.network ?? 1),
  ];
  for (const record of parts.records ?? []) {
    const data = record.data ?? Buffer.from([1, 2, 3, 4]);
    const captured = record.captured ?? data.length;
    out.push(w.u32(record.second ?? 0, record.fraction ?? 0, captured));
    out.push(w.u32(record.original ?? captured), Buffer.alloc(parts.recordExtra ?? 0), data);
  }
  return Buffer.concat(out);
}

/** Blocks of a pcapng section. */
export class Pcapng {
  readonly w: Writer;
  constructor(little = true) {
    this.w = new Writer(little);
  }
  block(type: number, ...body: Uint8Array[]): Buffer {
    const content = pad(Buffer.concat(body));
    const length = this.w.u32(content.length + 12);
    return Buffer.concat([this.w.u32(type), length, content, length]);
  }
  option(code: number, value: Uint8Array): Buffer {
    return Buffer.concat([this.w.u16(code, value.length), pad(value)]);
  }
  section(of: { major?: number; minor?: number; options?: Buffer[] } = {}): Buffer {
    const { w } = this;
    return this.block(
      0x0a0d0d0a,
      w.u32(0x1a2b3c4d),
      w.u16(of.major ?? 1, of.minor ?? 0),
      w.u64(-1n),
      ...(of.options ?? []),
    );
  }
  interface(of: { link?: number; snap?: number; options?: Buffer[] } = {}): Buffer {
    const { w } = this;
    return this.block(1, w.u16(of.link ?? 1, 0), w.u32(of.snap ?? 0), ...(of.options ?? []));
  }
  stamp(stamp: bigint): Buffer {
    return this.w.u32(Number(stamp >> 32n), Number(stamp & 0xffff_ffffn));
  }
  packet(
    stamp: bigint,
    of: {
      id?: number;
      data?: Uint8Array;
      captured?: number;
      original?: number;
      options?: Buffer[];
    } = {},
  ): Buffer {
    const data = of.data ?? Buffer.from([1, 2, 3, 4]);
    const captured = of.captured ?? data.length;
    return this.block(
      6,
      this.w.u32(of.id ?? 0),
      this.stamp(stamp),
      this.w.u32(captured, of.original ?? captured),
      pad(data),
      ...(of.options ?? []),
    );
  }
  oldPacket(stamp: bigint, of: { id: number; drops: number; data: Uint8Array }): Buffer {
    return this.block(
      2,
      this.w.u16(of.id, of.drops),
      this.stamp(stamp),
      this.w.u32(of.data.length, of.data.length),
      of.data,
    );
  }
  simplePacket(original: number, data: Uint8Array): Buffer {
    return this.block(3, this.w.u32(original), data);
  }
  statistics(id: number, options: Buffer[]): Buffer {
    return this.block(5, this.w.u32(id, 0, 0), ...options);
  }
}

function pad(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

/** A frame of zstd (RFC 8878) with stored blocks of at most `blockBytes`. */
export function zstdStored(bytes: Uint8Array, blockBytes = 131_072): Buffer {
  // Descriptor 0: no checksum, no size; window descriptor 0x38: 128 KiB.
  const out: Uint8Array[] = [Buffer.from('28b52ffd0038', 'hex')];
  for (let from = 0; from === 0 || from < bytes.length; from += blockBytes) {
    const block = bytes.subarray(from, from + blockBytes);
    const head = Buffer.alloc(3);
    const isLast = from + blockBytes >= bytes.length;
    head.writeUIntLE((block.length << 3) | (isLast ? 1 : 0), 0, 3);
    out.push(head, block);
  }
  return Buffer.concat(out);
}

/** A frame of LZ4 with stored blocks of at most `blockBytes`. */
export function lz4Stored(bytes: Uint8Array, blockBytes = 65_536): Buffer {
  const w = new Writer();
  // FLG 0x60: version 1, independent blocks; BD 0x40: 64 KiB; the header checksum that lz4 writes.
  const out: Uint8Array[] = [Buffer.from('04224d18604082', 'hex')];
  for (let from = 0; from < bytes.length; from += blockBytes) {
    const block = bytes.subarray(from, from + blockBytes);
    out.push(w.u32(0x8000_0000 + block.length), block);
  }
  return Buffer.concat([...out, w.u32(0)]);
}

let folder: string | null = null;
let serial = 0;

/** Writes a file in a folder of this test run. */
export function writeCapture(bytes: Uint8Array, name = 'capture'): string {
  folder ??= mkdtempSync(join(tmpdir(), 'slowpath-capture-'));
  serial += 1;
  const path = join(folder, `${serial}-${name}`);
  writeFileSync(path, bytes);
  return path;
}

/** A frame as the replay handed it over. */
export interface Seen {
  readonly file: number;
  readonly frame: number;
  /** Nanoseconds since 1970, of the replay. */
  readonly ns: bigint;
  readonly second: number;
  readonly nanosecond: number;
  readonly captured: number;
  readonly original: number;
  readonly direction: number;
  readonly stage: number;
  readonly interfaceId: number;
  readonly data: string;
}

/** Replays captures and copies every frame. */
export async function replay(
  inputs: readonly (CaptureInput | string)[],
  options: CaptureOptions = {},
): Promise<{ frames: Seen[]; report: CaptureReplayReport; epochs: number[] }> {
  const captures = openCaptures(
    inputs.map((input) => (typeof input === 'string' ? { path: input } : input)),
    options,
  );
  const frames: Seen[] = [];
  const epochs: number[] = [];
  for await (const { batch, from, to } of captures.ranges()) {
    if (epochs.at(-1) !== batch.epochSeconds) epochs.push(batch.epochSeconds);
    for (let i = from; i < to; i += 1) {
      const block = batch.blocks[batch.block[i]!]!;
      const end = batch.offset[i]! + batch.capturedLength[i]!;
      if (batch.offset[i]! < 0 || end > block.length) throw new Error('frame outside its block');
      const entry = captures.report.files[batch.file[i]!]!.interfaces.find(
        (face) => face.index === batch.interfaceIndex[i],
      );
      frames.push({
        file: batch.file[i]!,
        frame: batch.frameNumber[i]!,
        ns: BigInt(batch.epochSeconds) * 1_000_000_000n + BigInt(batch.time[i]!),
        second: batch.second[i]!,
        nanosecond: batch.nanosecond[i]!,
        captured: batch.capturedLength[i]!,
        original: batch.originalLength[i]!,
        direction: batch.direction[i]!,
        stage: batch.stage[i]!,
        interfaceId: entry?.idInSection ?? -1,
        data: Buffer.from(block.subarray(batch.offset[i]!, end)).toString('hex'),
      });
    }
  }
  return { frames, report: captures.report, epochs };
}

/** Replays one file of the given bytes. */
export async function replayBytes(
  bytes: Uint8Array,
  options: CaptureOptions = {},
): ReturnType<typeof replay> {
  return replay([writeCapture(bytes)], options);
}

/** Where the times of `at` count from; seconds since 1970. */
export const T0 = 1_700_000_000;

/** Nanosecond captures: times in seconds since T0 as decimal text, so that nothing is rounded. */
export function at(time: string | number, data?: Uint8Array): Record {
  const [whole = '0', fraction = ''] = String(time).split('.');
  const negative = whole.startsWith('-');
  const ns = Number(fraction.padEnd(9, '0'));
  const second = T0 + Number(whole) - (negative && ns > 0 ? 1 : 0);
  const record = { second, fraction: negative && ns > 0 ? 1e9 - ns : ns };
  return data === undefined ? record : { ...record, data };
}

/** A nanosecond capture of frames at these times. */
export function file(times: readonly (string | number)[], more: readonly Record[] = []): Buffer {
  return pcap({ magic: 0xa1b23c4d, records: [...times.map((time) => at(time)), ...more] });
}

/** Seconds since T0 as text, frame number: `2@1.5`. */
export function shown(frames: readonly Seen[]): string[] {
  return frames.map(({ frame, ns }) => {
    const since = ns - BigInt(T0) * 1_000_000_000n;
    const digits = String(since < 0n ? -since : since).padStart(10, '0');
    const text = `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '');
    return `${frame}@${since < 0n ? '-' : ''}${text}`;
  });
}
