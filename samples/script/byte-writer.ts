/**
 * This file writes numbers and byte runs one after another, and computes the Internet checksum.
 */

/** Grows as it is written to. Numbers are big-endian (network order) unless said otherwise. */
export class ByteWriter {
  private readonly littleEndian: boolean;
  private buffer = new Uint8Array(256);
  private view = new DataView(this.buffer.buffer);
  private used = 0;

  constructor(byteOrder: 'big-endian' | 'little-endian' = 'big-endian') {
    this.littleEndian = byteOrder === 'little-endian';
  }

  /** Bytes written so far. */
  get length(): number {
    return this.used;
  }

  /** Writes one byte. */
  u8(value: number): this {
    const at = this.reserve(1); // first: it may replace the view
    this.view.setUint8(at, value);
    return this;
  }

  /** Writes 16 bits. */
  u16(value: number): this {
    const at = this.reserve(2); // first: it may replace the view
    this.view.setUint16(at, value, this.littleEndian);
    return this;
  }

  /** Writes 32 bits. */
  u32(value: number): this {
    const at = this.reserve(4); // first: it may replace the view
    this.view.setUint32(at, value, this.littleEndian);
    return this;
  }

  /** Writes 64 bits. */
  u64(value: bigint): this {
    const at = this.reserve(8); // first: it may replace the view
    this.view.setBigUint64(at, value, this.littleEndian);
    return this;
  }

  /** Writes bytes as they are. */
  raw(bytes: Uint8Array): this {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
    return this;
  }

  /** Writes zeros up to the next multiple of `size`. */
  alignTo(size: number): this {
    while (this.used % size !== 0) this.u8(0);
    return this;
  }

  /** A copy of what was written. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.used);
  }

  private reserve(count: number): number {
    const at = this.used;
    this.used += count;
    if (this.used > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.used, this.buffer.length * 2));
      larger.set(this.buffer);
      this.buffer = larger;
      this.view = new DataView(larger.buffer);
    }
    return at;
  }
}

/** The Internet checksum (RFC 1071) of byte runs; every run but the last has an even length. */
export function internetChecksum(...runs: readonly Uint8Array[]): number {
  let sum = 0;
  for (const run of runs) {
    for (const [i, byte] of run.entries()) sum += i % 2 === 0 ? byte << 8 : byte;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

/** Overwrites 16 bits in network order. */
export function patchU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value & 0xff;
}
