/** This file knows the program's version. */

import { existsSync, readFileSync } from 'node:fs';

/** Beside this module's folder, and one higher from the command line that it is built into. */
const NEAR = new URL('../package.json', import.meta.url);
const FAR = new URL('../../package.json', import.meta.url);

/** Version of the package, as package.json has it. */
export function packageVersion(): string {
  const text = readFileSync(existsSync(NEAR) ? NEAR : FAR, 'utf8');
  const parsed: unknown = JSON.parse(text);
  const version = (parsed as { version?: unknown }).version;
  return typeof version === 'string' ? version : 'unknown';
}
