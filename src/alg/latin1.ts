/** This file turns bytes of a text protocol into text. */

const BLOCK_BYTES = 4096;

/**
 * Characters, one a byte (ISO 8859-1): what protocols say is ASCII, and whatever else stays one
 * character wherever the bytes are cut.
 */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += BLOCK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(to, at + BLOCK_BYTES)));
  }
  return text;
}
