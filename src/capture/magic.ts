/** This file knows the first bytes of what is read: how many to look at, and which compression. */

/** Bytes of a file's beginning that recognition wants: a tar header's magic is the farthest in. */
export const HEAD_BYTES = 512;

/** What a stream of frames consists of. */
export type FrameKind = 'zstd' | 'lz4';

export const ZSTD_MAGIC = 0xfd2fb528;
export const LZ4_MAGIC = 0x184d2204;
/** 16 magics of frames without data; the lowest bits are free for the writer (RFC 8878 §3.1.2). */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** The compression in frames that a stream's first bytes name; `skippable` leaves it open. */
export function frameKind(head: Uint8Array): FrameKind | 'skippable' | null {
  if (head.length < 4) return null;
  const magic = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0, true);
  if (magic === ZSTD_MAGIC) return 'zstd';
  if (magic === LZ4_MAGIC) return 'lz4';
  return isSkippable(magic) ? 'skippable' : null;
}

/** Whether a frame without data begins so. */
export function isSkippable(magic: number): boolean {
  return (magic & ~15) === SKIPPABLE_MAGIC;
}

/** Whether the bytes begin with these. */
export function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return bytes.length >= magic.length && magic.every((byte, i) => bytes[i] === byte);
}
