/**
 * This file reads the bytes of an input as they are given: a file, a pipe or standard input.
 *
 * A regular file is read synchronously in large blocks, since a promise a block costs more than the
 * copy from the page cache. Pipes, sockets and terminals are read as streams, which wait without a
 * thread: a thread that waits in a read would keep the process from ending. Other devices are read
 * in the thread pool.
 */

import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';
import { CaptureError } from '../errors.ts';
import { OpenFile, OpenFiles } from './open-files.ts';

/** Where bytes come from. */
export interface ByteSource {
  /**
   * Puts the next bytes at `from` of `target`, as many as fit or as there are now, and says how
   * many; 0 is the end of the input, for good.
   *
   * @throws CaptureError CAPTURE_UNREADABLE or CAPTURE_COMPRESSION, after all bytes before it
   */
  readInto(target: Uint8Array, from: number): number | Promise<number>;
}

class FolderError extends Error {}

/** The path that stands for standard input. */
export const STANDARD_INPUT = '-';

/** How long to wait where a pipe was set non-blocking by another process and is empty; ms. */
const EMPTY_PIPE_WAIT_MS = 5;
const DRAIN_BYTES = 1 << 20;

/** An input's bytes as given, before any decompression; counts and, on request, hashes them. */
export class GivenBytes implements ByteSource {
  readonly path: string;
  /** Size of a regular file in bytes; null for a pipe. */
  readonly size: number | null;
  /** Bytes handed out so far. */
  bytesRead = 0;
  readonly #fd: number;
  readonly #stream: WaitingStream | null;
  /** A regular file that was opened by its name; null for standard input and what waits. */
  readonly #file: OpenFile | null;
  readonly #hash: Hash | null;
  #open = true;

  /**
   * @param options files are the replay's, which bounds how many are open
   * @throws CaptureError CAPTURE_UNREADABLE
   */
  constructor(path: string, options: { hash: boolean; files?: OpenFiles }) {
    this.path = path;
    this.#hash = options.hash ? createHash('sha256') : null;
    let fd: number | null = null;
    let isStream = false;
    let file: OpenFile | null = null;
    try {
      fd = path === STANDARD_INPUT ? 0 : openSync(path, 'r');
      const stat = fstatSync(fd);
      if (stat.isDirectory()) throw new FolderError('it is a folder');
      this.size = stat.isFile() ? stat.size : null;
      isStream = stat.isFIFO() || stat.isSocket() || isatty(fd);
      const isNamed = stat.isFile() && fd !== 0;
      if (isNamed) file = new OpenFile(path, { fd, stat }, options.files ?? new OpenFiles());
    } catch (error) {
      if (fd !== null && fd !== 0) closeSync(fd);
      throw unreadable(path, error, null);
    }
    this.#fd = fd;
    this.#file = file;
    this.#stream = isStream ? new WaitingStream(fd) : null;
  }

  readInto(target: Uint8Array, from: number): number | Promise<number> {
    if (this.size === null) return this.#readLater(target, from);
    try {
      const file = this.#file;
      const count =
        file?.read(target, from) ?? readSync(this.#fd, target, from, target.length - from, null);
      return this.#note(target, from, count);
    } catch (error) {
      throw unreadable(this.path, error, this.bytesRead);
    }
  }

  /**
   * Reads what is left, so that count and hash are of the whole input though its reader stopped.
   * Stops quietly where the input cannot be read.
   */
  async drain(): Promise<void> {
    const waste = new Uint8Array(DRAIN_BYTES);
    try {
      while ((await this.readInto(waste, 0)) > 0);
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
    }
  }

  /** SHA-256 of all bytes handed out, in hex; null where nobody asked. To be called once. */
  sha256(): string | null {
    return this.#hash === null ? null : this.#hash.digest('hex');
  }

  /** Closes the file; standard input is left to the process. May be called twice. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#stream !== null) this.#stream.close();
    else if (this.#file !== null) this.#file.close();
    else if (this.#fd !== 0) closeSync(this.#fd);
  }

  #note(target: Uint8Array, from: number, count: number): number {
    this.bytesRead += count;
    if (this.#hash !== null && count > 0) this.#hash.update(target.subarray(from, from + count));
    return count;
  }

  async #readLater(target: Uint8Array, from: number): Promise<number> {
    if (this.#stream !== null) {
      try {
        return this.#note(target, from, await this.#stream.readInto(target, from));
      } catch (error) {
        throw unreadable(this.path, error, this.bytesRead);
      }
    }
    for (;;) {
      try {
        return this.#note(target, from, await readOnce(this.#fd, target, from));
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'EOF') return 0;
        if (code !== 'EAGAIN') throw unreadable(this.path, error, this.bytesRead);
        await new Promise((resolve) => setTimeout(resolve, EMPTY_PIPE_WAIT_MS));
      }
    }
  }
}

/** A pipe, socket or terminal, read chunk by chunk as it comes. */
class WaitingStream {
  readonly #stream: NodeJS.ReadStream | Socket;
  #chunk: Uint8Array = new Uint8Array(0);
  #error: Error | null = null;
  #wake: () => void = () => {};

  constructor(fd: number) {
    this.#stream = fd === 0 ? process.stdin : new Socket({ fd, readable: true, writable: false });
    for (const event of ['readable', 'end', 'close']) this.#stream.on(event, () => this.#wake());
    this.#stream.on('error', (error) => {
      this.#error = error;
      this.#wake();
    });
  }

  async readInto(target: Uint8Array, from: number): Promise<number> {
    while (this.#chunk.length === 0) {
      const chunk = this.#stream.read() as Uint8Array | null;
      if (chunk !== null) this.#chunk = chunk;
      else if (this.#error !== null) throw this.#error;
      else if (this.#stream.readableEnded || this.#stream.destroyed) return 0;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const count = Math.min(this.#chunk.length, target.length - from);
    target.set(this.#chunk.subarray(0, count), from);
    this.#chunk = this.#chunk.subarray(count);
    return count;
  }

  /** Lets go of it; standard input stays open, but keeps nobody waiting. */
  close(): void {
    if (this.#stream === process.stdin) this.#stream.pause().unref();
    else this.#stream.destroy();
  }
}

/** Gives back bytes that were looked at, then goes on with the source they came from. */
export class PushedBackBytes implements ByteSource {
  #head: Uint8Array;
  readonly #rest: ByteSource;

  constructor(head: Uint8Array, rest: ByteSource) {
    this.#head = head;
    this.#rest = rest;
  }

  readInto(target: Uint8Array, from: number): number | Promise<number> {
    const count = Math.min(this.#head.length, target.length - from);
    if (count === 0) return this.#rest.readInto(target, from);
    target.set(this.#head.subarray(0, count), from);
    this.#head = this.#head.subarray(count);
    return count;
  }
}

function readOnce(fd: number, target: Uint8Array, from: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, target, from, target.length - from, null, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

function unreadable(path: string, error: unknown, byteOffset: number | null): CaptureError {
  // `ENOENT: no such file or directory, open '…'`: the path is said already, and may be a long one.
  const text = error instanceof Error ? error.message : String(error);
  const reason = text.replace(/^E[A-Z0-9]+: /, '').replace(/, [a-z]+( '.*')?$/s, '');
  return new CaptureError('CAPTURE_UNREADABLE', `cannot be read: ${reason}`, {
    path,
    byteOffset,
    hint:
      error instanceof FolderError
        ? 'name its files: folder/*.pcap*'
        : 'check the name and the permissions',
  });
}
