/**
 * This file reads a configuration from a file. It loads zod and yaml (see load.ts).
 */

import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { FirewallConfig } from './firewall-config.ts';
import { CONFIG_BYTES_MAX, parseFirewallConfig, TOO_LONG, wholeFileError } from './load.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'not allowed to read it',
  EPERM: 'not allowed to read it',
  EISDIR: 'a folder, not a file',
};

/**
 * Reads the configuration at `path`, and those that it names for later, relative to its folder.
 *
 * @param noteFile hears the path of each file that is read
 * @throws ConfigError as parseFirewallConfig does; on line 1 where the file cannot be read
 */
export function readFirewallConfig(
  path: string,
  noteFile: (path: string) => void = () => {},
): FirewallConfig {
  const read = (file: string): string => {
    noteFile(file);
    return readConfigText(file);
  };
  return parseFirewallConfig(read(path), path, (name) => read(resolve(dirname(path), name)));
}

/** The text of a file of configuration. @throws ConfigError on line 1 where it cannot be read */
export function readConfigText(path: string): string {
  return decode(readBytes(path), path);
}

/** Reads up to the limit, whatever the file says its size is: it may be a pipe. */
function readBytes(path: string): Buffer {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    const file = openSync(path, 'r');
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafe(65_536);
        const count = readSync(file, chunk, 0, chunk.length, null);
        if (count === 0) break;
        chunks.push(chunk.subarray(0, count));
        bytes += count;
        if (bytes > CONFIG_BYTES_MAX) break;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw wholeFileError(path, REASONS[code] ?? `cannot be read (${code})`);
  }
  if (bytes > CONFIG_BYTES_MAX) throw wholeFileError(path, TOO_LONG);
  return Buffer.concat(chunks, bytes);
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw wholeFileError(path, 'not UTF-8 text');
  }
}
