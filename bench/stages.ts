/**
 * This file is the entry of the two stages that the command line cannot run on its own: reading a
 * capture, and reading and decoding it. `bench/main.ts` translates it to JavaScript once and runs it
 * as a process: node stages.js read|decode CAPTURE. It may therefore import only packages and the
 * built modules, and those through `built`.
 */

/** The folder of built modules; main.ts sets it for the processes that it starts. */
const DIST = process.env.SLOWPATH_BENCH_DIST ?? '';

/** Imports a built module, such as `capture/pcap.js`, as the interface that the caller names. */
async function built<T>(path: string): Promise<T> {
  return (await import(new URL(path, DIST).href)) as T;
}

/** Reads every record of a capture and returns how many there were. */
export async function readOnly(path: string): Promise<number> {
  await built<unknown>('capture/frame-batch.js');
  throw new Error(`the reading stage is not wired yet (${path.length} characters of path given)`);
}

/** Reads a capture, decodes every frame up to its ports, and returns how many there were. */
export async function readAndDecode(path: string): Promise<number> {
  await built<unknown>('wire/packet-view.js');
  throw new Error(`the decoding stage is not wired yet (${path.length} characters of path given)`);
}

const [mode, path = ''] = process.argv.slice(2);
const packets = await (mode === 'decode' ? readAndDecode(path) : readOnly(path));
process.stdout.write(`${packets}\n`);
