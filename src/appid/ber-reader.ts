/**
 * This file reads elements of BER (X.690 §8.1), the encoding of SNMP, LDAP and Kerberos: tags of one
 * byte and lengths of at most four, which is all that these protocols use in a first message.
 */

import { u16, u24, u32 } from './numbers.ts';
import { u8 } from './octets.ts';

/** Universal tags. */
export const BER_INTEGER = 0x02;
export const BER_OCTET_STRING = 0x04;
export const BER_OBJECT = 0x06;
export const BER_ENUMERATED = 0x0a;
export const BER_SEQUENCE = 0x30;

/** How far a reader has come: all was as asked for; it was not; the bytes here end before. */
export type BerState = 'good' | 'bad' | 'cut';

/** Takes one element after the other; once its state is not good it stays so. */
export class BerReader {
  state: BerState = 'good';
  /** Where the next element starts. */
  at: number;
  /** Content of the element that was taken last. */
  contentFrom = 0;
  contentTo = 0;

  private readonly bytes: Uint8Array;
  private readonly to: number;
  private readonly end: number;

  /** Reads from `from` on: bytes are here up to `to`, the message ends at `end`. */
  constructor(bytes: Uint8Array, from: number, to: number, end: number) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
    this.end = end;
  }

  /** Goes into an element of this tag. */
  open(tag: number): boolean {
    if (!this.head(tag)) return false;
    this.at = this.contentFrom;
    return true;
  }

  /** Goes behind an element of this tag, which has so many bytes at most. */
  skip(tag: number, bytesMax: number): boolean {
    if (!this.head(tag)) return false;
    if (this.contentTo - this.contentFrom > bytesMax) return this.stop('bad');
    this.at = this.contentTo;
    return true;
  }

  /** Takes an integer from 0 to 32767; -1 where there is none. */
  smallInteger(tag: number = BER_INTEGER): number {
    if (!this.skip(tag, 2)) return -1;
    const length = this.contentTo - this.contentFrom;
    if (this.contentTo > this.to) this.stop('cut');
    else if (length === 0 || u8(this.bytes, this.contentFrom) > 127) this.stop('bad');
    else return length === 1 ? u8(this.bytes, this.contentFrom) : u16(this.bytes, this.contentFrom);
    return -1;
  }

  /** The next element's tag; -1 where it is not here. */
  peek(): number {
    if (this.state !== 'good' || !this.needs(this.at + 1)) return -1;
    return u8(this.bytes, this.at);
  }

  private head(tag: number): boolean {
    if (this.peek() < 0) return false;
    if (u8(this.bytes, this.at) !== tag) return this.stop('bad');
    if (!this.needs(this.at + 2)) return false;
    const first = u8(this.bytes, this.at + 1);
    // 0x80 is the indefinite form, which none of the three may use.
    if (first === 0x80 || first > 0x84) return this.stop('bad');
    this.contentFrom = this.at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    if (!this.needs(this.contentFrom)) return false;
    this.contentTo = this.contentFrom + this.lengthAt(this.at + 1);
    return this.contentTo <= this.end || this.stop('bad');
  }

  private lengthAt(at: number): number {
    const first = u8(this.bytes, at);
    if (first < 0x80) return first;
    if (first === 0x81) return u8(this.bytes, at + 1);
    if (first === 0x82) return u16(this.bytes, at + 1);
    // Microsoft's LDAP always writes four.
    return first === 0x83 ? u24(this.bytes, at + 1) : u32(this.bytes, at + 1);
  }

  /** Whether bytes are here up to `until`. */
  private needs(until: number): boolean {
    if (until > this.end) return this.stop('bad');
    return until <= this.to || this.stop('cut');
  }

  private stop(state: BerState): false {
    this.state = state;
    return false;
  }
}
