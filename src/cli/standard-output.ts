/** This file is standard output for what is written at once: help, answers. Reports go by text-writer.ts. */

let isHeard = false;

/**
 * Writes text to standard output; that its reader has left is no failure. The stream is made by then: to make
 * it costs 2 ms that a replay does without.
 */
export function writeStandardOutput(text: string): void {
  if (!isHeard) {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
    isHeard = true;
  }
  process.stdout.write(text);
}
