/** This file reads a capture into frames that a test can play, in the replay's order and times. */

import type { CaptureInterface } from '../../src/capture/frame-batch.ts';
import { openCaptures } from '../../src/capture/open-captures.ts';
import type { PacketView } from '../../src/wire/packet-view.ts';
import type { PlayFrame } from './play.ts';

export interface CaptureFrames {
  readonly frames: readonly (PlayFrame & { readonly interfaceIndex: number })[];
  readonly interfaces: readonly CaptureInterface[];
}

/** All frames of a capture, with bytes of their own. */
export async function captureFrames(path: string): Promise<CaptureFrames> {
  const captures = openCaptures([{ path }]);
  const frames: CaptureFrames['frames'][number][] = [];
  for await (const { batch, from, to } of captures.ranges()) {
    for (let i = from; i < to; i++) {
      const time = batch.time[i]!;
      const seconds = Math.floor(time / 1e9);
      const block = batch.blocks[batch.block[i]!]!;
      const offset = batch.offset[i]!;
      frames.push({
        second: batch.epochSeconds + seconds,
        nanosecond: time - seconds * 1e9,
        bytes: block.slice(offset, offset + batch.capturedLength[i]!),
        originalLength: batch.originalLength[i]!,
        interfaceIndex: batch.interfaceIndex[i]!,
        direction: batch.direction[i]!,
        stage: batch.stage[i]!,
      });
    }
  }
  return { frames, interfaces: captures.interfaces };
}

/** Attaches the view to a frame. @returns the status of decoding */
export function attachFrame(
  view: PacketView,
  { frames, interfaces }: CaptureFrames,
  index: number,
): number {
  const { bytes, originalLength, interfaceIndex, direction } = frames[index]!;
  const { linkType } = interfaces[interfaceIndex]!;
  return view.attach(bytes, 0, bytes.length, originalLength!, linkType, direction!);
}
