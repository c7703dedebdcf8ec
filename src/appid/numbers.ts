/**
 * This file reads whole numbers from bytes. A byte that is not there reads as 0: whoever asks has
 * looked at the length before.
 */

/** Two bytes in network order. */
export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Three bytes in network order. */
export function u24(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) << 8) | (bytes[at + 2] ?? 0);
}

/** Four bytes in network order. */
export function u32(bytes: Uint8Array, at: number): number {
  return ((u16(bytes, at) << 16) | u16(bytes, at + 2)) >>> 0;
}

/** Two bytes, the least significant first. */
export function u16le(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

/** Four bytes, the least significant first. */
export function u32le(bytes: Uint8Array, at: number): number {
  return ((u16le(bytes, at + 2) << 16) | u16le(bytes, at)) >>> 0;
}
