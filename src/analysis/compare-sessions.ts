/**
 * This file compares two runs of one capture session by session. Sessions are the same if one packet
 * began them between the same ends, coming from the same zone.
 */

import type { EndReason } from '../session/end-reason.ts';
import type { SessionEnd, SessionEnds, SessionStart } from './session-ends.ts';

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
  readonly by_ending: readonly {
    readonly base: Ending;
    readonly variant: Ending;
    readonly sessions: number;
  }[];
  /** The first ones, by the packet that began them. */
  readonly sessions: readonly ChangedSession[];
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
    ([i, j]) => i === NONE || j === NONE || !base.isSameEnd(i, variant, j),
  );
  const onlyInBase = changed.filter(([, j]) => j === NONE).length;
  const onlyInVariant = changed.filter(([i]) => i === NONE).length;
  return {
    same: pairs.length - changed.length,
    different: changed.length - onlyInBase - onlyInVariant,
    only_in_base: onlyInBase,
    only_in_variant: onlyInVariant,
    by_ending: endings(base, variant, changed),
    sessions: changed.slice(0, limit).map(([i, j]) => ({
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

function endings(
  base: SessionEnds,
  variant: SessionEnds,
  changed: readonly Pair[],
): SessionDifferences['by_ending'] {
  const counts = new Map<string, { base: Ending; variant: Ending; sessions: number }>();
  for (const [i, j] of changed) {
    const from = i === NONE ? 'absent' : base.endOf(i);
    const to = j === NONE ? 'absent' : variant.endOf(j);
    const known = counts.get(`${from} ${to}`);
    if (known !== undefined) known.sessions++;
    else counts.set(`${from} ${to}`, { base: from, variant: to, sessions: 1 });
  }
  return [...counts.values()].sort((a, b) => b.sessions - a.sessions);
}
