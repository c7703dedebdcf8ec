/**
 * This file leaves frames out of a replay before the firewall sees them (`--filter`).
 *
 * What is left is a batch of its own, with columns copied and packet bytes not: the loop of the
 * firewall knows nothing of filters, and a replay without one pays nothing. Frames that are left out
 * keep their numbers and their place in time: `replayRanges` starts the clock at the first frame.
 */

import { type CaptureInterface, copyFrame, FrameBatch } from '../capture/frame-batch.ts';
import type { Condition } from '../filter/compile.ts';
import { Subject } from '../filter/subject.ts';
import { PacketView } from '../wire/packet-view.ts';
import type { FrameRange } from './replay.ts';

export class FrameFilter {
  /** Frames that were left out. */
  filteredOut = 0;

  private readonly condition: Condition;
  private readonly interfaces: readonly CaptureInterface[];
  private readonly subject = new Subject(new PacketView());
  private batch = new FrameBatch(0);
  private numbers = new Uint32Array(0);
  /** Frames of the replay so far, those that were left out with them. */
  private packets = 0;

  /** @param interfaces the replay's interfaces; may grow while it runs */
  constructor(condition: Condition, interfaces: readonly CaptureInterface[]) {
    this.condition = condition;
    this.interfaces = interfaces;
  }

  /** The frames that meet the filter; valid until the next call, and as long as `range` is. */
  select({ batch, from, to }: FrameRange): FrameRange {
    const { condition, interfaces, subject } = this;
    this.makeRoom(to - from);
    const { batch: chosen, numbers } = this;
    chosen.blocks = batch.blocks;
    chosen.epochSeconds = batch.epochSeconds;
    let count = 0;
    for (let i = from; i < to; i++) {
      this.packets++;
      subject.attach(
        batch.blocks[batch.block[i]!]!,
        batch.offset[i]!,
        batch.capturedLength[i]!,
        batch.originalLength[i]!,
        interfaces[batch.interfaceIndex[i]!]!.linkType,
      );
      if (!condition(subject)) continue;
      numbers[count] = this.packets;
      copyFrame(batch, i, chosen, count++);
    }
    chosen.count = count;
    this.filteredOut += to - from - count;
    return { batch: chosen, from: 0, to: count };
  }

  private makeRoom(frames: number): void {
    if (this.batch.capacity >= frames) return;
    this.batch = new FrameBatch(frames);
    this.numbers = new Uint32Array(frames);
    this.batch.packetNumber = this.numbers;
  }
}
