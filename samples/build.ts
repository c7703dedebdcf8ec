/**
 * This file rebuilds every sample's capture from its packet script (`npm run samples`).
 *
 * A sample is a folder of samples/ with a `capture.script`. With `--check` nothing is written, and
 * a capture that differs from its script makes the exit code 1.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCapture, captureExtension, parseScript, ScriptError } from './script/index.ts';

/** A capture as its script says it should be. */
export interface ExpectedCapture {
  /** Folder and file, with slashes: `first-look/capture.pcapng`. */
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly packetCount: number;
}

/**
 * The captures of every sample below `root`, by name.
 *
 * @throws ScriptError with the script's name in front of the reason
 */
export function expectedCaptures(root: string): ExpectedCapture[] {
  const folders = readdirSync(root).filter((name) =>
    existsSync(join(root, name, 'capture.script')),
  );
  return folders.sort().map((folder) => {
    try {
      const script = parseScript(readFileSync(join(root, folder, 'capture.script'), 'utf8'));
      const file = `capture${captureExtension(script)}`;
      return {
        name: `${folder}/${file}`,
        path: join(root, folder, file),
        bytes: buildCapture(script),
        packetCount: script.lines.length,
      };
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      throw new ScriptError(error.line, `${error.reason} (${folder}/capture.script)`);
    }
  });
}

/** Whether the committed file holds exactly these bytes. */
export function isUpToDate(capture: ExpectedCapture): boolean {
  return existsSync(capture.path) && readFileSync(capture.path).equals(capture.bytes);
}

function main(): number {
  const isCheck = process.argv.includes('--check');
  let stale = 0;
  let captures: ExpectedCapture[];
  try {
    captures = expectedCaptures(fileURLToPath(new URL('.', import.meta.url)));
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  for (const capture of captures) {
    if (isUpToDate(capture)) continue;
    stale++;
    if (!isCheck) writeFileSync(capture.path, capture.bytes);
    const what = isCheck ? 'differs from its script:' : 'written:';
    const size = `${capture.packetCount} packets, ${capture.bytes.length} bytes`;
    process.stdout.write(`${what} samples/${capture.name} (${size})\n`);
  }
  if (stale === 0) process.stdout.write(`${captures.length} captures match their scripts\n`);
  return isCheck && stale > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
