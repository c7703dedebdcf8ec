/**
 * This file finds the known word that a mistyped one most likely stands for.
 */

/** Longer words are not compared: no key or name of ours is that long. */
const WORD_CHARACTERS_MAX = 64;

/**
 * The candidate nearest to `word`, or null where none is near. Near means: few letters changed
 * (`interace`), another style of writing (`tcpInit`, `tcp_init`), or one word inside
 * the other (`timeout-tcp-init`, `http`).
 */
export function findNearest(word: string, candidates: Iterable<string>): string | null {
  if (word === '' || word.length > WORD_CHARACTERS_MAX) return null;
  const wanted = fold(word);
  let nearest: string | null = null;
  let nearestDistance = Number.POSITIVE_INFINITY;
  let related: string | null = null;
  let relatedExtra = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate.length > WORD_CHARACTERS_MAX) continue;
    const known = fold(candidate);
    const allowed = Math.max(1, Math.floor(Math.max(wanted.length, known.length) / 3));
    // So many letters at least are to be inserted: most candidates need no closer look.
    const extra = Math.abs(wanted.length - known.length);
    const distance =
      extra > allowed || extra >= nearestDistance
        ? Number.POSITIVE_INFINITY
        : editDistance(wanted, known);
    if (distance <= allowed && distance < nearestDistance) {
      nearest = candidate;
      nearestDistance = distance;
    }
    const shorter = Math.min(wanted.length, known.length);
    const isRelated = shorter >= 3 && (wanted.includes(known) || known.includes(wanted));
    if (isRelated && extra < relatedExtra) {
      related = candidate;
      relatedExtra = extra;
    }
  }
  return nearest ?? related;
}

/** `did you mean x?`, or null where nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  const nearest = findNearest(word, candidates);
  return nearest === null ? null : `did you mean \`${nearest}\`?`;
}

function fold(word: string): string {
  return word
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[_\s]/g, '-');
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + cost);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) best = Math.min(best, at(beforeLast, j - 2) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
