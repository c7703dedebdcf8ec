/**
 * This file reads ASN.1 in the packed encoding rules, aligned (ITU-T X.691), as far as H.225.0 and H.245
 * need it. Nothing throws: what is not there, or too large to be meant, makes the reader fail; from then
 * on it gives zeros.
 */

/** Extension additions of one sequence; further ones are not looked at. */
const ADDITIONS_MAX = 64;

/** A choice that was taken: an alternative of the root, or one that was added later. */
export interface PerChoice {
  readonly index: number;
  /** What an added alternative holds; null for one of the root. */
  readonly added: PerReader | null;
}

export class PerReader {
  /** What was read so far was there. */
  isSound = true;
  private readonly bytes: Uint8Array;
  /** In bits. */
  private at: number;
  private readonly end: number;

  /** Reads from byte `from` to before byte `to`. */
  constructor(bytes: Uint8Array, from: number, to: number) {
    this.bytes = bytes;
    this.at = from * 8;
    this.end = Math.min(to, bytes.length) * 8;
  }

  bit(): number {
    if (this.at >= this.end) return this.fail();
    const byte = this.bytes[this.at >>> 3] ?? 0;
    const bit = (byte >>> (7 - (this.at & 7))) & 1;
    this.at++;
    return bit;
  }

  isSet(): boolean {
    return this.bit() === 1;
  }

  /** An unsigned number of up to 31 bits. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  /** Whole bytes, on from the next boundary: up to four of them, as a number. */
  octets(count: number): number {
    this.align();
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 256 + this.octet();
    return value;
  }

  /** Passes over whole bytes, on from the next boundary. */
  skip(count: number): void {
    this.align();
    if (this.at + count * 8 > this.end) this.fail();
    else this.at += count * 8;
  }

  /** A length that nothing bounds (X.691 §11.9.3.5 to .8); pieces of 16 K and more are not read. */
  length(): number {
    const first = this.octets(1);
    if (first < 0x80) return first;
    if (first >= 0xc0) return this.fail();
    return (first & 0x3f) * 256 + this.octet();
  }

  /** What a length is before: an octet string, an object identifier, an open type. */
  piece(): PerReader {
    const length = this.length();
    const from = this.at >>> 3;
    this.skip(length);
    return new PerReader(this.bytes, from, this.isSound ? from + length : from);
  }

  /** A number whose greatest value takes so many bytes, more than two (§11.5.7.4). */
  large(bytesMax: number): void {
    const count = 1 + this.bits(bytesMax > 2 ? 2 : 1);
    this.skip(count);
  }

  /** A choice of `rootCount` alternatives that others may be added to (§23). */
  choice(rootCount: number): PerChoice {
    if (this.isSet()) {
      const index = this.small();
      return { index, added: this.piece() };
    }
    return { index: this.bits(bitsFor(rootCount)), added: null };
  }

  /** Bits that say which optional components are there. */
  optionals(count: number): readonly boolean[] {
    return Array.from({ length: count }, () => this.isSet());
  }

  /** The additions of a sequence that has some, by index: null for what is not there (§19.7). */
  additions(hasSome: boolean): readonly (PerReader | null)[] {
    if (!hasSome) return [];
    const count = this.isSet() ? this.length() : 1 + this.bits(6);
    if (!this.isSound || count > ADDITIONS_MAX) {
      this.fail();
      return [];
    }
    return this.optionals(count).map((isThere) => (isThere ? this.piece() : null));
  }

  /** What is read from here on means nothing. */
  fail(): 0 {
    this.isSound = false;
    this.at = this.end;
    return 0;
  }

  private octet(): number {
    return this.bits(8);
  }

  /** §11.6: a number that is small as a rule; others are not read. */
  private small(): number {
    return this.isSet() ? this.fail() : this.bits(6);
  }

  private align(): void {
    this.at = (this.at + 7) & ~7;
  }
}

/** Bits that tell so many alternatives apart. */
function bitsFor(count: number): number {
  return Math.ceil(Math.log2(count));
}
