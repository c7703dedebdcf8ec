/** This file decides on colour: NO_COLOR, FORCE_COLOR, `--color`, and whether a terminal reads. */

import pc from 'picocolors';
import { type Paint, PLAIN } from '../report/text.ts';

/** Paint for standard output. */
export function paintFor(color: 'auto' | 'always' | 'never'): Paint {
  const wanted =
    color === 'always' || (color === 'auto' && process.stdout.isTTY && pc.isColorSupported);
  if (!wanted) return PLAIN;
  const { bold, dim, yellow } = pc.createColors(true);
  return { bold, dim, warn: yellow };
}
