/** This file describes what a starter configuration is made from: facts, and the names beside them. */

import type { CaptureReplayReport } from '../capture/capture-report.ts';
import type { CaptureInterface } from '../capture/frame-batch.ts';
import type { CaptureFacts, TimeFacts } from '../inspect/facts.ts';
import { isLinkTypeDecoded } from '../wire/link-type.ts';

/** One input. */
export interface StarterFile {
  /** Its name without folders; null for standard input. */
  readonly name: string | null;
  readonly frames: number;
  readonly firstTime: TimeFacts | null;
  readonly lastTime: TimeFacts | null;
}

/** One capture interface, in the order of CaptureInterface.index. */
export interface StarterInterface {
  readonly name: string | null;
  /** Position in `StarterInput.files`. */
  readonly file: number;
  /** Whether frames of its link type are decoded. */
  readonly isDecoded: boolean;
}

export interface StarterInput {
  readonly files: readonly StarterFile[];
  readonly interfaces: readonly StarterInterface[];
  readonly facts: CaptureFacts;
}

/** The facts of captures beside the names of these. */
export function starterInput(
  { files }: CaptureReplayReport,
  interfaces: readonly CaptureInterface[],
  facts: CaptureFacts,
): StarterInput {
  return {
    files: files.map(({ name, frames, firstTime, lastTime }) => {
      return { name: name === '-' ? null : name, frames, firstTime, lastTime };
    }),
    interfaces: interfaces.map(({ name, file, linkType }) => {
      return { name, file, isDecoded: isLinkTypeDecoded(linkType) };
    }),
    facts,
  };
}
