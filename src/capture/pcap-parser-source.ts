/**
 * This file reads pcap files with the npm package pcap-parser, behind the same batches as our own
 * readers: a second, independent reading of the format.
 *
 *     bytes ──▶ PcapGuard ──▶ pcap-parser ──▶ packets that wait ──▶ batch
 *
 * The package calls back while a chunk is handed to it, so at most one chunk's packets wait. Their
 * bytes are copied into blocks where they lie as in the file, behind room for their record headers:
 * offsets mean the same as those of our own reader.
 */

import { EventEmitter } from 'node:events';
import { type PcapGlobalHeader, type PcapPacket, parse } from 'pcap-parser';
import { CaptureError } from '../errors.ts';
import type { BatchPool, PooledBatch } from './batch-pool.ts';
import type { ByteSource } from './byte-source.ts';
import type { FrameReader } from './capture-reader.ts';
import type { FileInterfaces } from './interface-list.ts';
import { PcapGuard, RECORD_HEADER_BYTES } from './pcap-guard.ts';
import { LINK_TYPE_MASK } from './pcap-header.ts';

const CHUNK_BYTES = 64 * 1024;
const FILE_HEADER_BYTES = 24;
const MICROSECONDS = 1_000_000;

/** What the package takes for its input: it is fed chunk by chunk, and never has to wait. */
class FedInput extends EventEmitter {
  pause(): void {}
  resume(): void {}
}

/** Reads one file's frames, in the file's order, with pcap-parser. */
export class PcapParserSource implements FrameReader {
  readonly #bytes: ByteSource;
  readonly #batches: BatchPool;
  readonly #interfaces: FileInterfaces;
  readonly #guard: PcapGuard;
  readonly #input = new FedInput();
  #waiting: PcapPacket[] = [];
  #waitingAt = 0;
  #partial: PooledBatch | null = null;
  #block: Uint8Array = new Uint8Array(0);
  #blockUsed = 0;
  /** Offset in the file of the block's first byte. */
  #blockStart = FILE_HEADER_BYTES;
  #interfaceIndex = 0;
  #frames = 0;
  #failure: CaptureError | null = null;
  #isEnded = false;

  constructor(
    path: string,
    parts: { bytes: ByteSource; batches: BatchPool; interfaces: FileInterfaces },
  ) {
    this.#bytes = parts.bytes;
    this.#batches = parts.batches;
    this.#interfaces = parts.interfaces;
    this.#guard = new PcapGuard(path);
    const parser = parse(this.#input);
    parser.on('globalHeader', (header) => this.#addInterface(header));
    parser.on('packet', (packet) => this.#waiting.push(packet));
    parser.on('error', (error) => {
      const reason = `pcap-parser: ${error.message}`;
      this.#fail(new CaptureError('CAPTURE_UNSUPPORTED_FORMAT', reason, { path }));
    });
  }

  get byteOrder(): 'little' | 'big' | null {
    return this.#guard.byteOrder;
  }

  /** As `CaptureReader.next`. @throws CaptureError where the file is damaged, after all frames */
  async next(): Promise<PooledBatch | null> {
    const batch = this.#batches.take();
    this.#partial = batch;
    while (this.#moveWaiting(batch) && !this.#isEnded) {
      await this.#readChunk();
      // Stopped meanwhile: the batch was handed over as it was, and is not ours any more.
      if (this.#partial !== batch) return null;
    }
    if (batch.count > 0) return this.takePartial();
    this.#batches.giveBack(batch);
    this.#partial = null;
    if (this.#failure !== null) throw this.#failure;
    return null;
  }

  takePartial(): PooledBatch | null {
    const batch = this.#partial;
    this.#partial = null;
    if (batch === null || batch.count === 0) return null;
    batch.interfaceIndex.fill(this.#interfaceIndex, 0, batch.count);
    this.#batches.bind(batch, this.#block, this.#blockStart);
    return batch;
  }

  close(): void {
    this.#isEnded = true;
    this.#releaseBlock();
  }

  /** Fills the batch with what waits; false when batch or block is full before all is moved. */
  #moveWaiting(batch: PooledBatch): boolean {
    while (this.#waitingAt < this.#waiting.length) {
      if (batch.count === batch.capacity) return false;
      const packet = this.#waiting[this.#waitingAt]!;
      if (!this.#makeRoom(RECORD_HEADER_BYTES + packet.data.length, batch)) return false;
      this.#append(packet, batch);
      this.#waitingAt += 1;
    }
    this.#waiting = [];
    this.#waitingAt = 0;
    return true;
  }

  /** Makes the block have room; false where its frames must be handed over before. */
  #makeRoom(bytes: number, batch: PooledBatch): boolean {
    if (this.#blockUsed + bytes <= this.#block.length) return true;
    if (batch.count > 0) return false;
    this.#blockStart += this.#blockUsed;
    this.#blockUsed = 0;
    this.#releaseBlock();
    const { blocks } = this.#batches;
    this.#block = blocks.take(Math.max(bytes, blocks.blockBytes));
    return true;
  }

  #releaseBlock(): void {
    if (this.#block.length > 0) this.#batches.blocks.release(this.#block);
    this.#block = new Uint8Array(0);
  }

  #append({ header, data }: PcapPacket, batch: PooledBatch): void {
    const i = batch.count;
    const offset = this.#blockUsed + RECORD_HEADER_BYTES;
    this.#block.set(data, offset);
    this.#blockUsed = offset + data.length;
    this.#frames += 1;
    const { timestampSeconds, timestampMicroseconds } = header;
    // As our own reader: of a fraction over a second, the time is the sum.
    batch.second[i] = timestampSeconds + Math.floor(timestampMicroseconds / MICROSECONDS);
    batch.nanosecond[i] = (timestampMicroseconds % MICROSECONDS) * 1000;
    batch.offset[i] = offset;
    batch.capturedLength[i] = data.length;
    batch.originalLength[i] = header.originalLength;
    batch.frameNumber[i] = this.#frames;
    batch.count = i + 1;
  }

  async #readChunk(): Promise<void> {
    try {
      // The package keeps slices of a chunk, so that none can be filled again.
      const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      const got = this.#bytes.readInto(chunk, 0);
      const count = typeof got === 'number' ? got : await got;
      if (count === 0) {
        this.#guard.end();
        this.#isEnded = true;
      } else {
        const passed = this.#guard.admit(chunk.subarray(0, count));
        if (passed > 0) this.#input.emit('data', chunk.subarray(0, passed));
      }
      if (this.#guard.failure !== null) this.#fail(this.#guard.failure);
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.#fail(error);
    }
  }

  #fail(error: CaptureError): void {
    this.#failure ??= error;
    this.#isEnded = true;
  }

  #addInterface({ linkLayerType, snapshotLength }: PcapGlobalHeader): void {
    this.#interfaces.beginSection({ hardware: null, os: null, application: null });
    const nothing = { name: null, description: null, filter: null };
    const fixed = { idInSection: 0, canMarkDirections: false, timeResolution: 6 };
    const linkType = linkLayerType & LINK_TYPE_MASK;
    const facts = { ...nothing, ...fixed, linkType, snapLength: snapshotLength };
    this.#interfaceIndex = this.#interfaces.add(facts, 0).index;
  }
}
