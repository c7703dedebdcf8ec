/** This file zeroes a record before its slot is used again. */

/**
 * Zeroes `length` doubles, a multiple of four. For so few this is faster than TypedArray.fill, and than
 * twice as many words one by one.
 */
export function clearWords(words: Float64Array, from: number, length: number): void {
  for (let i = from; i < from + length; i += 4) {
    words[i] = 0;
    words[i + 1] = 0;
    words[i + 2] = 0;
    words[i + 3] = 0;
  }
}
