/**
 * This file lays out the memory that two threads share: one reads frames into places, one after the
 * other, the other takes them from there in the same order.
 *
 * ```
 * counters: published, taken, wish of the taker, end, who sleeps | progress: bytes read, frames
 * place 0: header, rows of packets, block numbers, columns of a FrameBatch
 * place 1: …
 * ```
 * The reader waits while all places are full, the taker while all are empty; the counters are the only
 * words that both wait on. What else there is to say goes by messages (messages.ts), which are sent
 * before the place that needs them is published.
 */

import { FrameBatch } from '../capture/frame-batch.ts';
import { ROW_WORDS } from '../wire/packet-row.ts';

/** Frames that one place holds at most: what a block of packets has, as a rule. */
export const PLACE_FRAMES = 1024;
/** A place is full, too, when its blocks have so many: frames of 64 KB and more take much memory. */
export const PLACE_BLOCK_BYTES = 16 * 1024 * 1024;
/** Enough that neither waits for the other's short breaks; few enough to stay in the cache. */
export const PLACES = 8;
/** A reader that sleeps goes on when no more places than these are full: waking it at each costs more. */
const REFILL_AT = PLACES / 2;
/** A wish that is said between the look and the wait is heard this late. */
const ROOM_WAIT_MS = 100;

const COUNTER_BYTES = 64;
const PROGRESS_BYTES = 64;
const HEADER_BYTES = 64;

/** Places ever published, and taken back. */
const PUBLISHED = 0;
const TAKEN = 1;
const WISH = 2;
const END = 3;
/** Who sleeps: waking somebody who does not costs more than to look. */
const READER_SLEEPS = 4;
const TAKER_SLEEPS = 5;
const COUNTERS = 6;

/** What the taker wishes, if not more (0): that reading stops where it is, or nothing at all. */
export const WISH_STOP = 1;
export const WISH_NOTHING = 2;

/** One place. */
export interface Place {
  readonly batch: FrameBatch;
  /** Epoch of the batch's times, seconds since 1970; interfaces known; blocks; frames. */
  readonly header: Float64Array;
  /** Numbers of the batch's blocks (messages.ts). */
  readonly blocks: Int32Array;
}

const EPOCH = 0;
const INTERFACES = 1;
const BLOCKS = 2;
const COUNT = 3;

const BLOCKS_BYTES = 4 * PLACE_FRAMES;
const ROWS_BYTES = 4 * ROW_WORDS * PLACE_FRAMES;
const PLACE_BYTES = HEADER_BYTES + ROWS_BYTES + BLOCKS_BYTES + FrameBatch.bytesFor(PLACE_FRAMES);

/** What both threads see. */
export class SharedFrames {
  readonly memory: SharedArrayBuffer;
  readonly places: readonly Place[];
  private readonly counters: Int32Array;
  private readonly progress: Float64Array;

  /** @param memory the other thread's; absent in the one that makes it */
  constructor(
    memory = new SharedArrayBuffer(COUNTER_BYTES + PROGRESS_BYTES + PLACES * PLACE_BYTES),
  ) {
    this.memory = memory;
    this.counters = new Int32Array(memory, 0, COUNTERS);
    this.progress = new Float64Array(memory, COUNTER_BYTES, 2);
    this.places = Array.from({ length: PLACES }, (_, i) => {
      const at = COUNTER_BYTES + PROGRESS_BYTES + i * PLACE_BYTES;
      return placeAt(memory, at);
    });
  }

  /** Places published so far. */
  get published(): number {
    return Atomics.load(this.counters, PUBLISHED);
  }

  /** Places taken back so far. */
  get taken(): number {
    return Atomics.load(this.counters, TAKEN);
  }

  /** WISH_ of the taker. */
  get wish(): number {
    return Atomics.load(this.counters, WISH);
  }

  /** Whether nothing more will be published. */
  get isAtEnd(): boolean {
    return Atomics.load(this.counters, END) !== 0;
  }

  /** Bytes and frames read, for the eye: the two may be of different moments. */
  get bytesRead(): number {
    return this.progress[0]!;
  }

  get framesRead(): number {
    return this.progress[1]!;
  }

  /** Hands over the place that was filled last. */
  publish(bytesRead: number, framesRead: number): void {
    const { counters } = this;
    this.progress[0] = bytesRead;
    this.progress[1] = framesRead;
    Atomics.add(counters, PUBLISHED, 1);
    if (Atomics.load(counters, TAKER_SLEEPS) !== 0) Atomics.notify(counters, PUBLISHED);
  }

  /** Gives back the place that was published first of those that are not back. */
  giveBack(): void {
    const { counters } = this;
    Atomics.add(counters, TAKEN, 1);
    if (Atomics.load(counters, READER_SLEEPS) !== 0 && this.full <= REFILL_AT) {
      Atomics.notify(counters, TAKEN);
    }
  }

  /** Says what is wished for. */
  say(wish: number): void {
    Atomics.store(this.counters, WISH, wish);
    Atomics.notify(this.counters, TAKEN);
  }

  /** Nothing more will be published. */
  end(): void {
    Atomics.store(this.counters, END, 1);
    Atomics.notify(this.counters, PUBLISHED);
  }

  /** Waits at most `ms` while just `known` places are published and it is not the end. */
  awaitPlace(known: number, ms: number): void {
    const { counters } = this;
    Atomics.store(counters, TAKER_SLEEPS, 1);
    if (!this.isAtEnd) Atomics.wait(counters, PUBLISHED, known, ms);
    Atomics.store(counters, TAKER_SLEEPS, 0);
  }

  /** Waits where all places are full until several are free, unless nothing is wished for any more. */
  awaitRoom(): void {
    if (this.full < PLACES) return;
    const { counters } = this;
    Atomics.store(counters, READER_SLEEPS, 1);
    while (this.full > REFILL_AT && this.wish !== WISH_NOTHING) {
      const { taken } = this;
      if (this.published - taken > REFILL_AT) Atomics.wait(counters, TAKEN, taken, ROOM_WAIT_MS);
    }
    Atomics.store(counters, READER_SLEEPS, 0);
  }

  /** Places that hold frames. */
  private get full(): number {
    return this.published - this.taken;
  }
}

/** Writes what a place holds beside its columns. */
export function describe(
  { header, batch }: Place,
  of: { count: number; blocks: number; interfaces: number },
): void {
  header[EPOCH] = batch.epochSeconds;
  header[COUNT] = of.count;
  header[BLOCKS] = of.blocks;
  header[INTERFACES] = of.interfaces;
}

/** Reads it back: into the batch, and how many blocks and interfaces must be known. */
export function described({ header, batch }: Place): { blocks: number; interfaces: number } {
  batch.epochSeconds = header[EPOCH]!;
  batch.count = header[COUNT]!;
  return { blocks: header[BLOCKS]!, interfaces: header[INTERFACES]! };
}

function placeAt(memory: SharedArrayBuffer, at: number): Place {
  const rows = at + HEADER_BYTES;
  const blocks = rows + ROWS_BYTES;
  const batch = new FrameBatch(PLACE_FRAMES, memory, blocks + BLOCKS_BYTES);
  batch.rows = new Int32Array(memory, rows, ROWS_BYTES / 4);
  return {
    header: new Float64Array(memory, at, HEADER_BYTES / 8),
    blocks: new Int32Array(memory, blocks, PLACE_FRAMES),
    batch,
  };
}
