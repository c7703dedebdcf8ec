/**
 * This file compares two runs of one capture session by session. Sessions are the same if one packet
 * began them between the same ends, coming from the same zone.
 */

import type { EndReason } from '../session/end-reason.ts';
import type { Aspect, SessionEnd, SessionEnds, SessionStart } from './session-ends.ts';

/** How a session is at the end; `absent` where a run has no such session. */
export type Ending = EndReason | 'live' | 'absent';

/** A session that is not the same in both runs. */
export interface ChangedSession extends SessionStart {
  readonly base: SessionEnd | null;
  readonly variant: SessionEnd | null;
}

/** What two runs differ in; null counts where there were too many sessions to compare. */
export interface SessionDifferences {
  readonly same: number | null;
  /** In both, and ended at another time or for another reason, or ruled or passed on otherwise. */
  readonly different: number | null;
  readonly only_in_base: number | null;
  readonly only_in_variant: number | null;
  /** From how to how, the most frequent first. */
  readonly by_ending: readonly EndingCount[];
  /** Those that end for another reason or in one run alone, then the others; by the packet that began them. */
  readonly sessions: readonly ChangedSession[];
}

/** Sessions that went from one ending to another. */
export interface EndingCount {
  readonly base: Ending;
  readonly variant: Ending;
  /** What is not the same, of sessions with the same ending. */
  readonly changed: readonly Aspect[];
  readonly sessions: number;
}

const NOT_COMPARED: SessionDifferences = {
  ...{ same: null, different: null, only_in_base: null, only_in_variant: null },
  ...{ by_ending: [], sessions: [] },
};
const NONE = -1;

/** @param limit changed sessions that are told one by one */
export function compareSessions(
  base: SessionEnds,
  variant: SessionEnds,
  limit: number,
): SessionDifferences {
  if (base.isTooMany || variant.isTooMany) return NOT_COMPARED;
  const pairs = pairsOf(base, variant);
  const changed = pairs.filter(
    ([i, j]) => i === NONE || j === NONE || base.changedAspects(i, variant, j).length > 0,
  );
  const onlyInBase = changed.filter(([, j]) => j === NONE).length;
  const onlyInVariant = changed.filter(([i]) => i === NONE).length;
  return {
    same: pairs.length - changed.length,
    different: changed.length - onlyInBase - onlyInVariant,
    only_in_base: onlyInBase,
    only_in_variant: onlyInVariant,
    by_ending: endings(base, variant, changed),
    sessions: byWeight(base, variant, changed)
      .slice(0, limit)
      .map(([i, j]) => ({
        ...(i === NONE ? variant.start(j) : base.start(i)),
        base: i === NONE ? null : base.end(i),
        variant: j === NONE ? null : variant.end(j),
      })),
  };
}

/** Index of a session in the base and of the same one in the variant, or NONE. */
type Pair = readonly [base: number, variant: number];

/** All sessions of both, by how they began. */
function pairsOf(base: SessionEnds, variant: SessionEnds): Pair[] {
  const [ofBase, ofVariant] = [base.byStart(), variant.byStart()];
  const pairs: Pair[] = [];
  for (let at = 0, to = 0; at < ofBase.length || to < ofVariant.length; ) {
    const i = ofBase[at] ?? NONE;
    const j = ofVariant[to] ?? NONE;
    const order = i === NONE ? 1 : j === NONE ? -1 : base.compareStarts(i, variant, j);
    if (order <= 0) at++;
    if (order >= 0) to++;
    pairs.push([order <= 0 ? i : NONE, order >= 0 ? j : NONE]);
  }
  return pairs;
}

/** Those that end for another reason, or are in one run alone, before the others. */
function byWeight(base: SessionEnds, variant: SessionEnds, changed: readonly Pair[]): Pair[] {
  const isHeavy = ([i, j]: Pair) => endingOf(base, i) !== endingOf(variant, j);
  return [...changed.filter(isHeavy), ...changed.filter((pair) => !isHeavy(pair))];
}

function endingOf(run: SessionEnds, i: number): Ending {
  return i === NONE ? 'absent' : run.endOf(i);
}

function endings(
  base: SessionEnds,
  variant: SessionEnds,
  pairs: readonly Pair[],
): readonly EndingCount[] {
  const counts = new Map<string, { -readonly [K in keyof EndingCount]: EndingCount[K] }>();
  for (const [i, j] of pairs) {
    const from = endingOf(base, i);
    const to = endingOf(variant, j);
    const changed = from === to ? base.changedAspects(i, variant, j) : [];
    const key = `${from} ${to} ${changed}`;
    const known = counts.get(key);
    if (known !== undefined) known.sessions++;
    else counts.set(key, { base: from, variant: to, changed, sessions: 1 });
  }
  return [...counts.values()].sort((a, b) => b.sessions - a.sessions);
}
