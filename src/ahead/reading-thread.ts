/**
 * This file is the thread that reads captures ahead of the replay. It does just what the replay would do
 * itself (open-captures), decodes, and puts each range of frames into the next place of the shared memory.
 */

import { parentPort } from 'node:worker_threads';
import { type CaptureReplay, type FrameRange, openCaptures } from '../capture/open-captures.ts';
import { DecodeAhead } from './decode-ahead.ts';
import { packReport, type ReadingMessage, type ReadingOrder } from './messages.ts';
import {
  describe,
  PLACE_FRAMES,
  PLACES,
  SharedFrames,
  WISH_NOTHING,
  WISH_STOP,
} from './shared-frames.ts';

/** Reads everything, and says how it ended. */
class Reading {
  private readonly captures: CaptureReplay;
  private readonly shared: SharedFrames;
  private readonly port: ReadingOrder['port'];
  private readonly decoder: DecodeAhead;
  /** Numbers of blocks; a block is shown once, and those of single long records are forgotten. */
  private readonly numbers = new Map<Uint8Array, number>();
  private lastNumber = 0;
  /** By place: the blocks that must not be filled again before it comes back. */
  private readonly held: Uint8Array[][] = Array.from({ length: PLACES }, () => []);
  private interfacesTold = 0;
  private published = 0;
  /** Places whose blocks were let go. */
  private returned = 0;

  constructor({ inputs, options, seed, memory, port }: ReadingOrder) {
    this.shared = new SharedFrames(memory);
    this.port = port;
    this.captures = openCaptures(inputs, { ...options, batchFrames: PLACE_FRAMES, isShared: true });
    this.decoder = new DecodeAhead(this.captures.interfaces, seed);
  }

  async run(): Promise<void> {
    try {
      for await (const range of this.captures.ranges()) {
        this.put(range);
        const { wish } = this.shared;
        if (wish === WISH_NOTHING) break;
        if (wish === WISH_STOP) this.captures.stop();
      }
      const report = packReport(this.captures.report);
      this.send({ kind: 'end', report, interfaces: [...this.captures.interfaces] });
    } catch (error) {
      this.send({ kind: 'failed', error });
    } finally {
      this.shared.end();
      this.port.close();
    }
  }

  private put(range: FrameRange): void {
    const { shared, captures } = this;
    shared.awaitRoom();
    if (shared.wish === WISH_NOTHING) return;
    this.letGo();
    const index = this.published % PLACES;
    const place = shared.places[index]!;
    const { batch } = range;
    copyColumns(range, place.batch);
    this.decoder.fill(range, place.batch.rows!);
    batch.blocks.forEach((block, i) => {
      captures.blocks.retain(block);
      this.held[index]!.push(block);
      place.blocks[i] = this.numberOf(block);
    });
    this.tellInterfaces();
    const interfaces = this.interfacesTold;
    describe(place, { count: range.to - range.from, blocks: batch.blocks.length, interfaces });
    this.published++;
    const { bytesRead, frames } = captures.progress();
    shared.publish(bytesRead, frames);
  }

  /** Blocks of places that came back may be filled again. */
  private letGo(): void {
    const { blocks } = this.captures;
    for (; this.returned < this.shared.taken; this.returned++) {
      const held = this.held[this.returned % PLACES]!;
      for (const block of held) if (!blocks.release(block)) this.forget(block);
      held.length = 0;
    }
  }

  private numberOf(block: Uint8Array): number {
    let number = this.numbers.get(block);
    if (number === undefined) {
      number = ++this.lastNumber;
      this.numbers.set(block, number);
      this.send({ kind: 'block', number, bytes: block });
    }
    return number;
  }

  private forget(block: Uint8Array): void {
    const number = this.numbers.get(block)!;
    this.numbers.delete(block);
    this.send({ kind: 'forget', number });
  }

  private tellInterfaces(): void {
    const { interfaces } = this.captures;
    if (interfaces.length === this.interfacesTold) return;
    this.send({ kind: 'interfaces', found: interfaces.slice(this.interfacesTold) });
    this.interfacesTold = interfaces.length;
  }

  private send(message: ReadingMessage): void {
    this.port.postMessage(message);
  }
}

/** Copies what the firewall reads of a range's columns; times of day are in `time`. */
function copyColumns({ batch, from, to }: FrameRange, into: FrameRange['batch']): void {
  into.epochSeconds = batch.epochSeconds;
  into.time.set(batch.time.subarray(from, to));
  into.offset.set(batch.offset.subarray(from, to));
  into.capturedLength.set(batch.capturedLength.subarray(from, to));
  into.originalLength.set(batch.originalLength.subarray(from, to));
  into.frameNumber.set(batch.frameNumber.subarray(from, to));
  into.block.set(batch.block.subarray(from, to));
  into.interfaceIndex.set(batch.interfaceIndex.subarray(from, to));
  into.file.set(batch.file.subarray(from, to));
  into.direction.set(batch.direction.subarray(from, to));
  into.stage.set(batch.stage.subarray(from, to));
}

// Started before it is known what is to be read: then all that it needs is loaded by then.
parentPort?.once('message', (order: ReadingOrder) => void new Reading(order).run());
