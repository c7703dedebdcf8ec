/**
 * This file is what the reading thread says beside the frames: blocks and interfaces as they appear, and
 * at the end the report, or what went wrong. Errors of captures do not survive a message as what they
 * are: they travel as their parts.
 */

import type { CaptureInput } from '../capture/capture-file.ts';
import type { CaptureFileReport, CaptureReplayReport } from '../capture/capture-report.ts';
import type { CaptureInterface } from '../capture/frame-batch.ts';
import type { CaptureOptions } from '../capture/open-captures.ts';
import { CaptureError, type CaptureErrorCode } from '../errors.ts';

/** What the thread is given. */
export interface ReadingOrder {
  readonly inputs: readonly CaptureInput[];
  readonly options: CaptureOptions;
  /** Of the firewall's hashes. */
  readonly seed: number;
  /** Of SharedFrames. */
  readonly memory: SharedArrayBuffer;
  /** Where it sends its messages. */
  readonly port: import('node:worker_threads').MessagePort;
}

export type ReadingMessage =
  /** A block that frames lie in, and its number. */
  | { readonly kind: 'block'; readonly number: number; readonly bytes: Uint8Array }
  /** Interfaces behind those that were told before. */
  | { readonly kind: 'interfaces'; readonly found: readonly CaptureInterface[] }
  /** Everything was read, or as much as was wished for. */
  | { readonly kind: 'end'; readonly report: SentReport; readonly interfaces: CaptureInterface[] }
  /** A bug. */
  | { readonly kind: 'failed'; readonly error: unknown };

interface SentError {
  readonly code: CaptureErrorCode;
  readonly message: string;
  readonly path: string;
  readonly byteOffset: number | null;
  readonly hint: string | null;
}

type SentReport = Omit<CaptureReplayReport, 'files'> & {
  readonly files: readonly (Omit<CaptureFileReport, 'damage'> & { damage: SentError | null })[];
};

/** The report as it can be sent. */
export function packReport(report: CaptureReplayReport): SentReport {
  const files = report.files.map((file) => {
    const { damage } = file;
    if (damage === null) return { ...file, damage };
    const { code, message, path, byteOffset, hint } = damage;
    return { ...file, damage: { code, message, path, byteOffset, hint } };
  });
  return { ...report, files };
}

/** The report as it was. */
export function unpackReport(sent: SentReport): CaptureReplayReport {
  const files = sent.files.map((file) => {
    const { damage } = file;
    if (damage === null) return { ...file, damage };
    return { ...file, damage: new CaptureError(damage.code, damage.message, damage) };
  });
  return { ...sent, files };
}
