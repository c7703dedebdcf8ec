/** This file compares folders byte for byte. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder, by its path there. */
export function filesBelow(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(join(folder, name))]));
}

/** Names of files that one of two folders lacks, or that are not the same in both. */
export function differencesBetween(one: string, other: string): string[] {
  const [a, b] = [filesBelow(one), filesBelow(other)];
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => {
    const [first, second] = [a.get(name), b.get(name)];
    return first === undefined || second === undefined || !first.equals(second);
  });
}
