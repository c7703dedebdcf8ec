/**
 * This file bounds how many regular files are open at a time, however many captures overlap: the one
 * that was read longest ago is closed, and opened again where it was left.
 */

import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** Descriptors that captures take at a time. */
export const OPEN_FILES_MAX = 64;

/** A regular file that is read from its beginning to its end. */
export class OpenFile {
  readonly #path: string;
  readonly #files: OpenFiles;
  readonly #device: number;
  readonly #inode: number;
  #fd: number | null;
  #position = 0;

  constructor(path: string, opened: { fd: number; stat: Stats }, files: OpenFiles) {
    this.#path = path;
    this.#files = files;
    this.#fd = opened.fd;
    this.#device = opened.stat.dev;
    this.#inode = opened.stat.ino;
    files.use(this);
  }

  /** Reads the next bytes; 0 at the end. @throws what opening and reading throw */
  read(target: Uint8Array, from: number): number {
    const fd = this.#fd ?? this.#openAgain();
    this.#files.use(this);
    const count = readSync(fd, target, from, target.length - from, this.#position);
    this.#position += count;
    return count;
  }

  /** Closes the file for now; it is opened again where that is needed. */
  release(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  /** Closes the file for good. */
  close(): void {
    this.release();
    this.#files.forget(this);
  }

  #openAgain(): number {
    const fd = openSync(this.#path, 'r');
    const stat = fstatSync(fd);
    if (stat.dev !== this.#device || stat.ino !== this.#inode) {
      closeSync(fd);
      throw new Error('another file has taken its name meanwhile');
    }
    this.#fd = fd;
    return fd;
  }
}

/** The files of a replay that have a descriptor, the one used longest ago first. */
export class OpenFiles {
  readonly #open = new Set<OpenFile>();

  /** Notes that a file is read now, and closes another one where there are too many. */
  use(file: OpenFile): void {
    this.#open.delete(file);
    this.#open.add(file);
    if (this.#open.size <= OPEN_FILES_MAX) return;
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    this.#open.delete(oldest);
    oldest.release();
  }

  /** The file is closed. */
  forget(file: OpenFile): void {
    this.#open.delete(file);
  }
}
