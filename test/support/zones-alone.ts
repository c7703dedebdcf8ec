/** This file stands in for the files that a configuration names, where a test is not about them. */

import type { ReadNamed } from '../../src/config/load.ts';

/** Every file that `text` names has its zones and nothing else. */
export function zonesAlone(text: string): ReadNamed {
  return () => /^zones:.*\n?(?:[ \t].*\n?)*/m.exec(text)?.[0] ?? '';
}
