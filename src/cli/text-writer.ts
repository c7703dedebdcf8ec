/**
 * This file writes text to a file descriptor at once and in order, so that a slow reader slows the
 * replay down instead of filling memory.
 */

import { writeSync } from 'node:fs';

const BUFFER_BYTES = 1 << 18;
const FLUSH_CHARS = 1 << 14;
const RETRY_MS = 2;

/** Standard output was closed by its reader (`| head`): no failure, but there is no one to write for. */
export class ClosedOutput extends Error {
  override readonly name = 'ClosedOutput';
}

/** Buffered writer over a descriptor that it does not own. */
export class TextWriter {
  private readonly fd: number;
  private readonly buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  private used = 0;
  private pending = '';

  constructor(fd: number) {
    this.fd = fd;
  }

  /** Takes text; it may stay in the buffer until `flush`. @throws ClosedOutput */
  write(text: string): void {
    this.pending += text;
    if (this.pending.length >= FLUSH_CHARS) this.encode();
  }

  /** Takes bytes, behind all text taken before. @throws ClosedOutput */
  writeBytes(bytes: Uint8Array): void {
    this.flush();
    this.writeAll(bytes, bytes.length);
  }

  /** Hands everything to the descriptor. @throws ClosedOutput */
  flush(): void {
    this.encode();
    this.writeAll(this.buffer, this.used);
    this.used = 0;
  }

  private encode(): void {
    const text = this.pending;
    this.pending = '';
    if (text.length * 3 > BUFFER_BYTES - this.used) {
      this.writeAll(this.buffer, this.used);
      this.used = 0;
    }
    if (text.length * 3 > BUFFER_BYTES) {
      const bytes = Buffer.from(text);
      this.writeAll(bytes, bytes.length);
      return;
    }
    this.used += this.buffer.write(text, this.used);
  }

  private writeAll(bytes: Uint8Array, length: number): void {
    let at = 0;
    while (at < length) {
      try {
        at += writeSync(this.fd, bytes, at, length - at);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'EPIPE') throw new ClosedOutput();
        if (code !== 'EAGAIN') throw error;
        // Somebody made the pipe non-blocking: wait for its reader.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  }
}
