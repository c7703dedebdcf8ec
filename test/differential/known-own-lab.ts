/**
 * This file lists where the replay of the project's own lab and the kernel's record differ, each with
 * the reason.
 */

import type { KnownDifference } from '../support/differences.ts';

/** What is compared; a difference's name begins with it. */
type OwnLabPart = 'flow' | 'nat' | 'end' | 'count';

/** The listed differences of one part. */
export function knownOwnLab(part: OwnLabPart): KnownDifference[] {
  return KNOWN_OWN_LAB.filter((entry) => entry.conversation.startsWith(`${part} `));
}

/** Scenario, and the part with the session's name. */
// biome-ignore format: a table
export const KNOWN_OWN_LAB: readonly KnownDifference[] = [
];
