/**
 * This file reads captures in a thread of its own: the replay takes frames while the next are read and
 * decoded. What it hands over is what `openCaptures` would hand over, range by range.
 */

import { MessageChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { CaptureReplayReport } from '../capture/capture-report.ts';
import type { CaptureInterface } from '../capture/frame-batch.ts';
import {
  type CaptureInput,
  type CaptureOptions,
  type CaptureReplay,
  type FrameRange,
  openCaptures,
} from '../capture/open-captures.ts';
import { type ReadingMessage, type ReadingOrder, unpackReport } from './messages.ts';
import { described, type Place, SharedFrames, WISH_NOTHING, WISH_STOP } from './shared-frames.ts';

/** Captures as a replay takes them; who reads them does not matter to it. */
export type CaptureFrames = Omit<CaptureReplay, 'blocks'>;

/** What is to be read, and how. */
export interface AheadOrder {
  readonly inputs: readonly CaptureInput[];
  readonly options: CaptureOptions;
  /** Of the firewall's hashes. */
  readonly seed: number;
}

/** How long to wait for the thread before signals are listened to. */
const WAIT_MS = 10;

/**
 * Opens captures for a replay, to be read by `reader`, or here where that is null or the captures are not
 * for it: pipes are read by the thread that has them.
 */
export function openAhead(order: AheadOrder, reader: Worker | null): CaptureFrames {
  const { inputs, options } = order;
  const here = openCaptures(inputs, options);
  if (reader === null) return here;
  const isReadable = inputs.every(({ refusal }) => refusal === undefined);
  if (isReadable && here.progress().bytesTotal !== null) {
    return new AheadReplay(order, reader, here);
  }
  void reader.terminate();
  return here;
}

class AheadReplay implements CaptureFrames {
  readonly interfaces: CaptureInterface[] = [];
  readonly report: CaptureReplayReport;
  private readonly shared = new SharedFrames();
  private readonly order: AheadOrder;
  private readonly reader: Worker;
  private readonly here: CaptureReplay;
  private readonly channel = new MessageChannel();
  private readonly blocks = new Map<number, Uint8Array>();
  private isDone = false;
  private failure: unknown = null;

  /** @param here the same captures, to be read here: what it says before the first frame holds */
  constructor(order: AheadOrder, reader: Worker, here: CaptureReplay) {
    this.order = order;
    this.reader = reader;
    this.here = here;
    this.report = here.report;
  }

  stop(): void {
    this.report.stopped = true;
    this.shared.say(WISH_STOP);
  }

  progress(): ReturnType<CaptureFrames['progress']> {
    const { bytesRead, framesRead: frames } = this.shared;
    return { ...this.here.progress(), bytesRead, frames };
  }

  async *ranges(): AsyncGenerator<FrameRange, void, undefined> {
    const { shared } = this;
    this.begin();
    try {
      for (let taken = 0; await this.isThere(taken); taken++) {
        const place = shared.places[taken % shared.places.length]!;
        this.bind(place);
        yield { batch: place.batch, from: 0, to: place.batch.count };
        shared.giveBack();
      }
      while (!this.isDone && this.failure === null) await this.hear();
      if (this.failure !== null) throw this.failure;
    } finally {
      shared.say(WISH_NOTHING);
      this.channel.port1.close();
      await this.reader.terminate();
    }
  }

  private begin(): void {
    const { reader } = this;
    const { port1, port2 } = this.channel;
    const order: ReadingOrder = { ...this.order, memory: this.shared.memory, port: port2 };
    reader.on('error', (error) => {
      this.failure ??= error;
    });
    reader.ref();
    reader.postMessage(order, [port2]);
    port1.unref();
  }

  /** Whether there is a place behind the first `taken`, or false at the end. @throws what went wrong */
  private async isThere(taken: number): Promise<boolean> {
    const { shared } = this;
    while (shared.published === taken) {
      if (this.failure !== null) throw this.failure;
      // The last place may have been published just before the end was said.
      if (shared.isAtEnd) return shared.published !== taken;
      shared.awaitPlace(taken, WAIT_MS);
      if (shared.published === taken) await breathe();
    }
    return true;
  }

  /** Gives a place's batch its blocks, and the replay the interfaces that it names. */
  private bind(place: Place): void {
    const { blocks, interfaces } = described(place);
    while (this.interfaces.length < interfaces) this.take();
    for (let i = 0; i < blocks; i++) {
      const number = place.blocks[i]!;
      let block = this.blocks.get(number);
      for (; block === undefined; block = this.blocks.get(number)) this.take();
      place.batch.blocks[i] = block;
    }
    place.batch.blocks.length = blocks;
  }

  /** Takes the next message, which must be there. */
  private take(): void {
    if (!this.takeNext()) throw new Error('invariant: a place names what was never shown');
  }

  /** Takes what was said, and lets the thread's end be heard. */
  private async hear(): Promise<void> {
    while (this.takeNext());
    await breathe();
  }

  private takeNext(): boolean {
    const received = receiveMessageOnPort(this.channel.port1);
    if (received === undefined) return false;
    const message = received.message as ReadingMessage;
    switch (message.kind) {
      case 'block':
        this.blocks.set(message.number, message.bytes);
        break;
      case 'interfaces':
        this.interfaces.push(...message.found);
        break;
      case 'end':
        Object.assign(this.report, unpackReport(message.report));
        // Their statistics came last.
        this.interfaces.splice(0, this.interfaces.length, ...message.interfaces);
        this.isDone = true;
        break;
      case 'failed':
        this.failure = message.error;
    }
    return true;
  }
}

/** A turn of the event loop. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
