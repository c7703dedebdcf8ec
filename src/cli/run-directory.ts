/**
 * This file makes a run directory that appears whole or not at all: everything is written into a
 * folder beside it, which gets its name at the end.
 */

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { OutputError, TextWriter } from './text-writer.ts';

interface OpenFile {
  readonly fd: number;
  readonly writer: TextWriter;
}

/** What a run directory, or that of a what-if, may hold; `--force` removes nothing else. */
const RUN_ENTRIES =
  /^(run\.json|whatif\.(json|txt)|variants|(sessions|predicts|events|packets)\.ndjson|sessions\.(csv|parquet)|traffic\.csv|report\.(html|txt)|charts|flow-basic\.log)$/;

export class RunDirectory {
  private readonly path: string;
  private readonly target: string;
  /** Folder that is written until `commit`. */
  readonly staging: string;
  /** The first of the folders above the target that had to be made. */
  private readonly parentMade: string | undefined;
  private readonly open: OpenFile[] = [];

  /**
   * @param force whether a directory that has something in it may be replaced
   * @throws UsageError when it may not, OutputError when the directory cannot be made there
   */
  constructor(path: string, force: boolean) {
    this.path = path;
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
    const parent = dirname(this.target);
    const unique = randomBytes(4).toString('hex');
    this.staging = join(parent, `.${basename(this.target)}-${unique}`);
    try {
      this.parentMade = mkdirSync(parent, { recursive: true });
      mkdirSync(this.staging);
    } catch (error) {
      throw new OutputError(path, error);
    }
  }

  /** A writer for a new file of the run; `name` may have folders in it. @throws OutputError */
  file(name: string): TextWriter {
    const path = join(this.staging, name);
    try {
      mkdirSync(dirname(path), { recursive: true });
      const fd = openSync(path, 'wx');
      const writer = new TextWriter(fd, join(this.path, name));
      this.open.push({ fd, writer });
      return writer;
    } catch (error) {
      throw new OutputError(join(this.path, name), error);
    }
  }

  /** Closes every file and gives the directory its name. @throws OutputError */
  commit(): void {
    for (let file = this.open.pop(); file !== undefined; file = this.open.pop()) {
      try {
        file.writer.flush();
      } finally {
        closeSync(file.fd);
      }
    }
    // A directory takes a new one's place only empty: what was there steps aside until that stands.
    const old = existsSync(this.target) ? `${this.staging}-old` : null;
    try {
      if (old !== null) renameSync(this.target, old);
      renameSync(this.staging, this.target);
    } catch (error) {
      if (old !== null && !existsSync(this.target)) renameSync(old, this.target);
      throw new OutputError(this.path, error);
    }
    if (old !== null) rmSync(old, { recursive: true, force: true });
  }

  /** Removes what was written, and the folders above it that were made; nothing appears. */
  abandon(): void {
    for (const { fd } of this.open) closeSync(fd);
    this.open.length = 0;
    rmSync(this.staging, { recursive: true, force: true });
    if (this.parentMade === undefined) return;
    try {
      for (let folder = dirname(this.target); ; folder = dirname(folder)) {
        rmdirSync(folder);
        if (folder === this.parentMade) break;
      }
    } catch {
      // Somebody else put something there meanwhile: then it stays.
    }
  }
}

/** Whether a directory is empty, or has a run in it and nothing else. */
function isRunDirectory(path: string): boolean {
  const names = readdirSync(path);
  return (
    names.length === 0 ||
    ((names.includes('run.json') || names.includes('whatif.json')) &&
      names.every((name) => RUN_ENTRIES.test(name)))
  );
}
