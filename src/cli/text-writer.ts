/**
 * This file writes text to a file descriptor at once and in order, so that a slow reader slows the
 * replay down instead of filling memory.
 */

import { writeSync } from 'node:fs';
import { ByteWriter } from '../report/byte-writer.ts';

const BUFFER_BYTES = 1 << 18;
const FLUSH_CHARS = 1 << 14;
/** Room that is made before a record: most fit in, and need no copy. */
const RECORD_BYTES = 1 << 13;
const RETRY_MS = 2;

/** Standard output was closed by its reader (`| head`): no failure, but there is no one to write for. */
export class ClosedOutput extends Error {
  override readonly name = 'ClosedOutput';
}

/** An output that cannot be written: a full disk, a folder without permission. */
export class OutputError extends Error {
  override readonly name = 'OutputError';

  /** @param what the output, as a user knows it */
  constructor(what: string, error: unknown) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    super(`cannot write ${what}: ${WRITE_REASONS[code] ?? (code || String(error))}`);
  }
}

/** System texts name temporary files and whole paths: these say the same without. */
const WRITE_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EDQUOT: 'the quota is used up',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  ENOENT: 'no such folder',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'input/output error',
};

/** Buffered writer over a descriptor that it does not own. */
export class TextWriter {
  private readonly fd: number;
  private readonly what: string;
  private readonly closedIsSilence: boolean;
  private isClosed = false;
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private readonly encoder = Buffer.from(this.buffer.buffer);
  private used = 0;
  private readonly record = new ByteWriter();
  private pending = '';

  /**
   * @param what the output's name in messages
   * @param closedIsSilence drop what comes after the reader left, instead of ending the run
   */
  constructor(fd: number, what: string, closedIsSilence = false) {
    this.fd = fd;
    this.what = what;
    this.closedIsSilence = closedIsSilence;
  }

  /** Takes text; it may stay in the buffer until `flush`. @throws ClosedOutput, OutputError */
  write(text: string): void {
    this.pending += text;
    if (this.pending.length >= FLUSH_CHARS) this.encode();
  }

  /** Takes what `write` appends, behind all text taken before. @throws ClosedOutput, OutputError */
  writeWith(write: (to: ByteWriter) => void): void {
    if (this.pending !== '') this.encode();
    if (BUFFER_BYTES - this.used < RECORD_BYTES) this.empty();
    const { record } = this;
    record.use(this.buffer, this.used);
    write(record);
    if (record.bytes === this.buffer) {
      this.used = record.length;
      return;
    }
    // It did not fit, and stands in larger memory, behind a copy of what is buffered.
    this.writeAll(record.bytes, record.length);
    this.used = 0;
  }

  /** Takes bytes, behind all text taken before. @throws ClosedOutput, OutputError */
  writeBytes(bytes: Uint8Array): void {
    this.flush();
    this.writeAll(bytes, bytes.length);
  }

  /** Hands everything to the descriptor. @throws ClosedOutput, OutputError */
  flush(): void {
    this.encode();
    this.empty();
  }

  private empty(): void {
    this.writeAll(this.buffer, this.used);
    this.used = 0;
  }

  private encode(): void {
    const text = this.pending;
    this.pending = '';
    if (text.length * 3 > BUFFER_BYTES - this.used) this.empty();
    if (text.length * 3 > BUFFER_BYTES) {
      const bytes = Buffer.from(text);
      this.writeAll(bytes, bytes.length);
      return;
    }
    // As many bytes as characters is ASCII: the same in both, and Latin-1 is a plain copy.
    const isAscii = Buffer.byteLength(text) === text.length;
    this.used += this.encoder.write(text, this.used, isAscii ? 'latin1' : 'utf8');
  }

  private writeAll(bytes: Uint8Array, length: number): void {
    let at = 0;
    while (at < length && !this.isClosed) {
      try {
        at += writeSync(this.fd, bytes, at, length - at);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'EPIPE') {
          if (!this.closedIsSilence) throw new ClosedOutput();
          this.isClosed = true;
          return;
        }
        if (code !== 'EAGAIN') throw new OutputError(this.what, error);
        // Somebody made the pipe non-blocking: wait for its reader.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  }
}
