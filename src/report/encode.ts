/** This file encodes text as UTF-8 into a buffer, fast where it is ASCII, as records nearly always are. */

/** Writes `text` at `offset`; the caller has made sure that it fits. @returns bytes written */
export function encodeInto(buffer: Buffer, text: string, offset: number): number {
  // As many bytes as characters is ASCII: the same in both, and Latin-1 is a plain copy.
  const isAscii = Buffer.byteLength(text) === text.length;
  return buffer.write(text, offset, isAscii ? 'latin1' : 'utf8');
}
