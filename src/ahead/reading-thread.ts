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
  PLACE_BLOCK_BYTES,
  PLACE_FRAMES,
  PLACES,
  type Place,
  SharedFrames,
  WISH_NOTHING,
  WISH_STOP,
} from './shared-frames.ts';

/** Frames that are read at once: more than one place's, or what is done once a batch would count. */
const BATCH_FRAMES = 4 * PLACE_FRAMES;

/** Reads everything, and says how it ended. */
class Reading {
  private readonly captures: CaptureReplay;
  private readonly shared: SharedFrames;
  private readonly port: ReadingOrder['port'];
  private readonly decoder: DecodeAhead;
  /** Numbers of blocks, each of which is shown once; a shared pool lends the same ones again and again. */
  private readonly numbers = new Map<Uint8Array, number>();
  /** By place: the blocks that must not be filled again before it comes back. */
  private readonly held: Uint8Array[][] = Array.from({ length: PLACES }, () => []);
  /** Bytes in the blocks of the place that is being filled. */
  private heldBytes = 0;
  private interfacesTold = 0;
  private published = 0;
  /** Places whose blocks were let go. */
  private returned = 0;
  /** Frames in the place that is being filled, and what their times count from. */
  private count = 0;
  private epochSeconds = 0;

  constructor({ inputs, options, seed, memory, port }: ReadingOrder) {
    this.shared = new SharedFrames(memory);
    this.port = port;
    this.captures = openCaptures(inputs, { ...options, batchFrames: BATCH_FRAMES, isShared: true });
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
      this.publish();
      const report = packReport(this.captures.report);
      this.send({ kind: 'end', report, interfaces: [...this.captures.interfaces] });
    } catch (error) {
      this.send({ kind: 'failed', error });
    } finally {
      this.shared.end();
      this.port.close();
    }
  }

  /** Adds a range's frames to those that wait for their place to be full, which go before. */
  private put({ batch, from, to }: FrameRange): void {
    for (let at = from; at < to && this.shared.wish !== WISH_NOTHING; ) {
      const isFull = this.count === PLACE_FRAMES || this.heldBytes >= PLACE_BLOCK_BYTES;
      if (isFull || this.epochSeconds !== batch.epochSeconds) this.publish();
      if (this.count === 0) this.begin(batch.epochSeconds);
      const end = Math.min(to, at + PLACE_FRAMES - this.count);
      this.add({ batch, from: at, to: end });
      at = end;
    }
  }

  /** Makes the next place ready, as soon as it is free. */
  private begin(epochSeconds: number): void {
    this.shared.awaitRoom();
    this.letGo();
    this.heldBytes = 0;
    this.epochSeconds = epochSeconds;
  }

  private add(range: FrameRange): void {
    const { place, count } = this;
    copyColumns(range, place.batch, count);
    this.decoder.fill(range, place.batch.rows!, count);
    const { batch, from, to } = range;
    const { block } = place.batch;
    if (batch.blocks.length === 1) {
      block.fill(this.hold(batch.blocks[0]!), count, count + to - from);
    } else {
      // Only those that these frames lie in: so a place has no more blocks than frames.
      const places: number[] = [];
      for (let i = from; i < to; i++) {
        const index = batch.block[i]!;
        places[index] ??= this.hold(batch.blocks[index]!);
        block[count + i - from] = places[index];
      }
    }
    this.count += to - from;
  }

  /** Keeps a block from being filled again; its index in the place. */
  private hold(bytes: Uint8Array): number {
    const { place } = this;
    const held = this.held[this.published % PLACES]!;
    const known = held.lastIndexOf(bytes);
    if (known >= 0) return known;
    this.captures.blocks.retain(bytes);
    this.heldBytes += bytes.length;
    place.blocks[held.length] = this.numberOf(bytes);
    return held.push(bytes) - 1;
  }

  /** Hands over the place with the frames that it has by now. */
  private publish(): void {
    if (this.count === 0) return;
    const { shared, captures, place, count } = this;
    this.tellInterfaces();
    const blocks = this.held[this.published % PLACES]!.length;
    place.batch.epochSeconds = this.epochSeconds;
    describe(place, { count, blocks, interfaces: this.interfacesTold });
    this.published++;
    this.count = 0;
    const { bytesRead, frames } = captures.progress();
    shared.publish(bytesRead, frames);
  }

  private get place(): Place {
    return this.shared.places[this.published % PLACES]!;
  }

  /** Blocks of places that came back may be filled again. */
  private letGo(): void {
    const { blocks } = this.captures;
    for (; this.returned < this.shared.taken; this.returned++) {
      const held = this.held[this.returned % PLACES]!;
      for (const block of held) blocks.release(block);
      held.length = 0;
    }
  }

  private numberOf(block: Uint8Array): number {
    let number = this.numbers.get(block);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(block, number);
      this.send({ kind: 'block', number, bytes: block });
    }
    return number;
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

/** Copies what the firewall reads of a range's columns, but for `block`, to place `at`. */
function copyColumns({ batch, from, to }: FrameRange, into: FrameRange['batch'], at: number): void {
  into.time.set(batch.time.subarray(from, to), at);
  into.offset.set(batch.offset.subarray(from, to), at);
  into.capturedLength.set(batch.capturedLength.subarray(from, to), at);
  into.originalLength.set(batch.originalLength.subarray(from, to), at);
  into.frameNumber.set(batch.frameNumber.subarray(from, to), at);
  into.interfaceIndex.set(batch.interfaceIndex.subarray(from, to), at);
  into.file.set(batch.file.subarray(from, to), at);
  into.direction.set(batch.direction.subarray(from, to), at);
  into.stage.set(batch.stage.subarray(from, to), at);
}

// Started before it is known what is to be read: then all that it needs is loaded by then.
parentPort?.once('message', (order: ReadingOrder) => void new Reading(order).run());
