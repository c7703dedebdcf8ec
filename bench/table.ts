/**
 * This file lays out the benchmark's tables as plain text.
 */

/** Columns as wide as their widest cell; the first is left-aligned, the others to the right. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? '').length)),
  );
  const lines = all.map((row) =>
    widths
      .map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width)))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)));
  return `${lines.join('\n')}\n`;
}

/** A count in a readable unit: 4.21 M, 87.3 k. */
export function count(value: number | null): string {
  if (value === null) return '-';
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return value.toFixed(0);
}

/** A number with this many decimals, or a dash. */
export function fixed(value: number | null, decimals: number): string {
  return value === null ? '-' : value.toFixed(decimals);
}

/** Bytes in units of a million. */
export function megabytes(bytes: number | null): string {
  return bytes === null ? '-' : (bytes / 1e6).toFixed(0);
}

/** How a value stands to its gate and goal; for memory less is better. */
export function verdict(
  value: number | null,
  gate: number | null,
  goal: number | null,
  better: 'more' | 'less',
): string {
  if (value === null || gate === null) return '';
  const reaches = (mark: number) => (better === 'more' ? value >= mark : value <= mark);
  if (goal !== null && reaches(goal)) return 'ok, goal';
  if (reaches(gate)) return 'ok';
  return better === 'more' ? 'BELOW' : 'ABOVE';
}
