/** This file lays text out in columns: at measured places, or as wide as what is in them. */

/**
 * One line with each cell at its column (from 0). A cell that is longer than its room moves the
 * next one, by which nothing is lost and one space stays between them.
 */
export function placeAt(cells: readonly (readonly [column: number, text: string])[]): string {
  let line = '';
  for (const [column, text] of cells) {
    const isPushed = line !== '' && line.length >= column;
    line = `${isPushed ? `${line} ` : line.padEnd(column)}${text}`;
  }
  return line.trimEnd();
}

/** Lines with columns as wide as their longest cell, two spaces apart; `right` ones end together. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number>,
): string[] {
  const widths: number[] = [];
  for (const cells of rows) {
    cells.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return rows.map((cells) =>
    cells
      .map((cell, i) =>
        right.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
