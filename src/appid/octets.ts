/**
 * This file reads single bytes and characters out of payload. A byte that is not there reads as 0:
 * whoever asks has looked at the length before.
 */

/** One byte. */
export function u8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** Whether all bytes of a range are 0. */
export function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (u8(bytes, at) !== 0) return false;
  return true;
}

/** Characters, one a byte (ISO 8859-1). */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(u8(bytes, at));
  return text;
}
