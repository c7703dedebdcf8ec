/** This file matches input files with the `captures:` section of the configuration. */

import { basename } from 'node:path';
import type { CaptureRule } from '../config/firewall-config.ts';

/** What the configuration says of one input. */
export interface CaptureInputOptions {
  readonly path: string;
  readonly stage: CaptureRule['stage'];
  readonly interfaceName: string | null;
  /** Seconds. */
  readonly timeShift: number;
}

/** Options of each input; the first entry of `captures:` that names the file's base name counts. */
export function captureInputs(
  paths: readonly string[],
  rules: readonly CaptureRule[],
): CaptureInputOptions[] {
  return paths.map((path) => {
    const rule = rules.find((r) => r.files.some((glob) => matchesGlob(glob, basename(path))));
    return {
      path,
      stage: rule?.stage ?? null,
      interfaceName: rule?.interface ?? null,
      timeShift: rule?.timeShift ?? 0,
    };
  });
}

/** A sentence for each entry of `captures:` that no input has anything of. */
export function unmatchedCaptures(
  paths: readonly string[],
  rules: readonly CaptureRule[],
): string[] {
  return rules
    .filter(({ files }) => !paths.some((path) => files.some((g) => matchesGlob(g, basename(path)))))
    .map(({ files }) => `\`captures\`: no input is named like ${files.join(', ')}`);
}

/** Shell globs on a name without folders: `*`, `?`, `[abc]`. */
export function matchesGlob(glob: string, name: string): boolean {
  let pattern = '';
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i] ?? '';
    const close = char === '[' ? glob.indexOf(']', i + 2) : -1;
    if (char === '*') pattern += '.*';
    else if (char === '?') pattern += '.';
    else if (close > 0) {
      pattern += `[${glob
        .slice(i + 1, close)
        .replace(/^!/, '^')
        .replaceAll('\\', '\\\\')}]`;
      i = close;
    } else pattern += char.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  return new RegExp(`^${pattern}$`, 's').test(name);
}
