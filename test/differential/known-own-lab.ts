/**
 * This file lists where the replay of the project's own lab and the kernel's record differ, each with
 * the reason.
 */

import type { KnownDifference } from '../support/differences.ts';

const RST_AHEAD =
  'no defect: the kernel holds a RST against what the server acknowledged, which never got what the ' +
  'helper dropped; it stays ESTABLISHED with the timer of CLOSE. The firewall received it all';

const PIPELINED =
  'the kernel’s helper reads the first command of a segment, the ALG every one: PORT is the second';
const SPLIT =
  'the kernel’s helper drops a segment that ends within a command, the ALG puts both together; the ' +
  'server never gets the command';

/** What is compared; a difference's name begins with it. */
type OwnLabPart = 'flow' | 'nat' | 'end' | 'state' | 'last' | 'count' | 'discard' | 'predict';

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
  { file: 'ftp-split', conversation: 'predict tcp 203.0.113.50 > 10.10.10.5:5001', reason: SPLIT },
  { file: 'ftp-pipelined', conversation: 'predict tcp 203.0.113.50 > 10.10.10.5:5001', reason: PIPELINED },
  { file: 'ftp-pipelined', conversation: 'discard tcp 203.0.113.50:20 > 10.10.10.5:5001 ', reason: PIPELINED },
];
