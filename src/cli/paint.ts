/** This file decides on colour: `--color`, NO_COLOR, FORCE_COLOR, and whether a terminal reads. */

import pc from 'picocolors';
import { type Paint, PLAIN } from '../report/text.ts';

/** Paint for standard output. */
export function paintFor(color: 'auto' | 'always' | 'never'): Paint {
  if (color === 'never' || (color === 'auto' && !isColorWanted())) return PLAIN;
  const { bold, dim, yellow } = pc.createColors(true);
  return { bold, dim, warn: yellow };
}

/** picocolors would also colour wherever `CI` is set: a log of a build is no terminal. */
function isColorWanted(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return process.stdout.isTTY === true && TERM !== 'dumb';
}
