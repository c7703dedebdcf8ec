/**
 * This file starts the thread that reads ahead, as soon as a command has the names of its captures: it
 * loads while the configuration is read.
 */

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { sizeOf } from '../capture/capture-file.ts';

/** Where the build puts the thread: beside the file that this one becomes part of. */
const THREAD = new URL('./reading-thread.js', import.meta.url);
/** Below this a thread takes longer to start than it saves; bytes. */
const WORTHWHILE_BYTES = 16 * 1024 * 1024;

/**
 * The thread, waiting for its order, where one pays: where there are enough bytes in ordinary files, and
 * two processors; else null. It keeps no process from ending before it has one.
 *
 * @param threads 1 never, 2 always, where that can be; null for what pays
 */
export function startReader(paths: readonly string[], threads: number | null): Worker | null {
  if (threads === 1 || !existsSync(fileURLToPath(THREAD))) return null;
  const bytes = bytesOf(paths);
  if (bytes === null) return null;
  if (threads === null && (bytes < WORTHWHILE_BYTES || availableParallelism() < 2)) return null;
  try {
    const worker = new Worker(THREAD);
    worker.unref();
    return worker;
  } catch {
    // No more threads are allowed, or none at all: the replay reads itself.
    return null;
  }
}

/** Bytes of all files; null where one is no ordinary file. */
function bytesOf(paths: readonly string[]): number | null {
  let bytes = 0;
  for (const path of paths) {
    const size = sizeOf(path);
    if (size === null) return null;
    bytes += size;
  }
  return bytes;
}
