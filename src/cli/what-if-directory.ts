/**
 * This file makes the directory of a what-if: the answer as JSON and text, the chart, and the run of each
 * variant with the configuration that it was replayed under.
 *
 *     whatif.json  whatif.txt  charts/whatif.svg  variants/NAME/run.json …  variants/NAME.yaml
 */

import { isAbsolute, join, normalize } from 'node:path';
import type { WhatIfReport } from '../analysis/what-if.ts';
import { whatIfText } from '../analysis/what-if-text.ts';
import type { Variant } from '../config/variants.ts';
import { UsageError } from '../errors.ts';
import { RunDirectory } from './run-directory.ts';
import type { RunFolder } from './run-outputs.ts';

const VARIANTS = 'variants';

export class WhatIfDirectory {
  private readonly directory: RunDirectory;
  private readonly path: string;

  /** @throws UsageError, OutputError as RunDirectory does */
  constructor(path: string, force: boolean) {
    this.path = path;
    this.directory = new RunDirectory(path, force);
  }

  /** Where the run of a variant goes. */
  folderOf({ fileName }: Variant): RunFolder {
    const { directory } = this;
    return {
      staging: directory.staging,
      file: (name) => directory.file(`${VARIANTS}/${fileName}/${name}`),
    };
  }

  /** Writes the configurations that no file of the user's has. @throws UsageError */
  writeConfigurations(variants: readonly Variant[]): void {
    const written = new Map<string, string>();
    for (const { name, files } of variants) {
      for (const [file, text] of files) {
        const place = placeOf(file);
        if (place === null || written.get(place) === text) continue;
        if (written.has(place)) {
          throw new UsageError(
            `-o ${this.path}: the variant ${name} needs another ${place} than is there already: ` +
              'give the variant of that name another one',
          );
        }
        written.set(place, text);
        this.directory.file(place).write(text);
      }
    }
  }

  /** Writes the answer and the chart, and lets the directory appear. @throws OutputError */
  commit(answer: WhatIfReport, chart: string, limit: number): void {
    const { directory } = this;
    directory.file('whatif.json').write(`${JSON.stringify(answer, null, 2)}\n`);
    directory.file('whatif.txt').write(whatIfText(answer, { limit, all: false }));
    directory.file('charts/whatif.svg').write(chart);
    directory.commit();
  }

  /** Nothing appears. */
  abandon(): void {
    this.directory.abandon();
  }
}

/** Where a file stands in the directory; null for one that is named by a path that leads elsewhere. */
function placeOf(file: string): string | null {
  if (isAbsolute(file)) return null;
  const place = normalize(join(VARIANTS, file));
  return place.startsWith(join(VARIANTS, '/')) ? place : null;
}
