/** This file puts counts by name in order. */

/** Entries of a count by name, the largest first, names in order on equal counts. */
export function byCount<K extends string | number>(map: ReadonlyMap<K, number>): [K, number][] {
  return [...map].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : a > b ? 1 : 0));
}
