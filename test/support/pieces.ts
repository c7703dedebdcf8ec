/** This file cuts a stream into pieces as segments do: anywhere. */

/** Pieces of the given lengths, one after another, and what remains. */
export function inPieces(whole: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const length of lengths) {
    pieces.push(whole.slice(at, at + length));
    at += length;
  }
  pieces.push(whole.slice(at));
  return pieces;
}
