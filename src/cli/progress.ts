/** This file shows progress on standard error: one line, only on a terminal, only on long work. */

import { fstatSync } from 'node:fs';
import { formatBytes, formatCount } from '../report/duration.ts';

const FIRST_AFTER_MS = 1000;
const EVERY_MS = 100;

export interface ProgressState {
  readonly bytesRead: number;
  /** null when the input's size is not known. */
  readonly bytesTotal: number | null;
  readonly frames: number;
  /** Absent where no session table is filled. */
  readonly liveSessions?: number;
}

/** Whether standard error is a terminal. To make a stream of it costs 2 ms, which most others do without. */
function isTerminal(): boolean {
  return fstatSync(2).isCharacterDevice() && process.stderr.isTTY === true;
}

/** A line that is rewritten in place; does nothing where standard error is no terminal. */
export class Progress {
  private readonly enabled: boolean;
  private readonly startMs = process.uptime() * 1000;
  private nextMs = this.startMs + FIRST_AFTER_MS;
  private shown = false;

  constructor(quiet: boolean) {
    this.enabled = !quiet && isTerminal();
  }

  /** Shows the state if it is time to. */
  update(state: () => ProgressState): void {
    if (!this.enabled) return;
    const now = process.uptime() * 1000;
    if (now < this.nextMs) return;
    this.nextMs = now + EVERY_MS;
    const s = state();
    const percent =
      s.bytesTotal === null || s.bytesTotal === 0
        ? formatBytes(s.bytesRead)
        : `${Math.floor((100 * s.bytesRead) / s.bytesTotal)} %`;
    const rate = (s.frames / (now - this.startMs) / 1000).toFixed(2);
    const sessions =
      s.liveSessions === undefined ? '' : `  ${formatCount(s.liveSessions)} sessions`;
    const line = `${percent}  ${formatCount(s.frames)} frames  ${rate} M/s${sessions}`;
    process.stderr.write(`\r\u001b[K${line}`);
    this.shown = true;
  }

  /** Takes the line away. */
  done(): void {
    if (this.shown) process.stderr.write('\r\u001b[K');
    this.shown = false;
  }
}
