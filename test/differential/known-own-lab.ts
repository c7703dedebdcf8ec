/**
 * This file lists where the replay of the project's own lab and the kernel's record differ, each with
 * the reason.
 */

import type { KnownDifference } from '../support/differences.ts';

const RST_AHEAD =
  'no defect: the kernel holds a RST against what the server acknowledged, which never got what the ' +
  'helper dropped; it stays ESTABLISHED with the timer of CLOSE. The firewall received it all';

/** What is compared; a difference's name begins with it. */
type OwnLabPart = 'flow' | 'nat' | 'end' | 'state' | 'last' | 'count' | 'predict';

/** The listed differences of some parts. */
export function knownOwnLab(...parts: readonly OwnLabPart[]): KnownDifference[] {
  return KNOWN_OWN_LAB.filter(({ conversation }) =>
    parts.some((part) => conversation.startsWith(`${part} `)),
  );
}

/** Scenario, and the part with the session's name. */
// biome-ignore format: a table
export const KNOWN_OWN_LAB: readonly KnownDifference[] = [
  { file: 'ftp-split', conversation: 'state tcp 10.10.10.5:40021 > 203.0.113.50:21 trust', reason: RST_AHEAD },
];
