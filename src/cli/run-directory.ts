/**
 * This file makes a run directory that appears whole or not at all: everything is written into a
 * folder beside it, which gets its name at the end.
 */

import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { TextWriter } from './text-writer.ts';

interface OpenFile {
  readonly fd: number;
  readonly writer: TextWriter;
}

export class RunDirectory {
  private readonly target: string;
  /** Folder that is written until `commit`. */
  readonly staging: string;
  private readonly open: OpenFile[] = [];

  /**
   * @param force whether a directory that has something in it may be replaced
   * @throws UsageError when the directory cannot be made there
   */
  constructor(path: string, force: boolean) {
    this.target = resolve(path);
    if (existsSync(this.target)) {
      if (!statSync(this.target).isDirectory())
        throw new UsageError(`${path} is a file; -o wants a directory`);
      if (!force && readdirSync(this.target).length > 0) {
        throw new UsageError(`${path} is not empty; --force replaces it`);
      }
      if (force && !isRunDirectory(this.target)) {
        throw new UsageError(`${path} holds other things than a run; --force replaces only runs`);
      }
    }
    try {
      mkdirSync(dirname(this.target), { recursive: true });
      this.staging = mkdtempSync(join(dirname(this.target), `.${basename(this.target)}-`));
    } catch (error) {
      throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
    }
  }

  /** A writer for a new file of the run; `name` may have folders in it. */
  file(name: string): TextWriter {
    const path = join(this.staging, name);
    mkdirSync(dirname(path), { recursive: true });
    const fd = openSync(path, 'wx');
    const writer = new TextWriter(fd);
    this.open.push({ fd, writer });
    return writer;
  }

  /** Closes every file and gives the directory its name. */
  commit(): void {
    for (const { fd, writer } of this.open) {
      writer.flush();
      closeSync(fd);
    }
    this.open.length = 0;
    // A directory takes a new one's place only empty: what was there steps aside until that stands.
    const old = existsSync(this.target) ? `${this.staging}-old` : null;
    if (old !== null) renameSync(this.target, old);
    renameSync(this.staging, this.target);
    if (old !== null) rmSync(old, { recursive: true, force: true });
  }

  /** Removes what was written; nothing appears. */
  abandon(): void {
    for (const { fd } of this.open) closeSync(fd);
    this.open.length = 0;
    rmSync(this.staging, { recursive: true, force: true });
  }
}

/** Whether a directory is empty or has a run in it. */
function isRunDirectory(path: string): boolean {
  const names = readdirSync(path);
  return names.length === 0 || names.includes('run.json');
}
