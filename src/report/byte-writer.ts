/**
 * This file writes the text of records as bytes: a record is made for every session, and strings
 * that are joined and encoded cost several times as much.
 *
 * Whole words are stored, at any place, and the next store replaces what of them is too much: a DataView
 * does that in one instruction. So there are always ROOM bytes behind `length`, for any number, time or
 * address, and for the rest of a literal's last word; what is unbounded makes room for itself.
 *
 * A record is begun with `clear`, its bytes are `bytes` up to `length`; the memory is used again for
 * the next one. Integers are whole and below 2^53.
 */

import type { Literal } from './byte-literal.ts';
import {
  CLOCK_BYTES,
  clockOf,
  clockWords,
  LEADING,
  OCTET_BYTES,
  OCTETS,
  PADDED,
  SIGNIFICANT,
} from './decimal-tables.ts';
import { writeIpv6 } from './ipv6-bytes.ts';

const FIRST_BYTES = 4096;
/** No number, time or address is longer than 45 bytes; a store is 8. */
const ROOM = 64;
const DOT = 46;
const MINUS = 45;
const encoder = new TextEncoder();

export class ByteWriter {
  bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  length = 0;
  /** The memory of `bytes`. */
  view = new DataView(this.bytes.buffer);
  /** Up to here there is ROOM. */
  private limit = FIRST_BYTES - ROOM;

  clear(): void {
    this.length = 0;
  }

  /** Writes to `bytes` from `length` on; to larger memory, with a copy of what is before, when that is full. */
  use(bytes: Uint8Array, length: number): void {
    this.length = length;
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.limit = bytes.length - ROOM;
  }

  /** The text so far. */
  toString(): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.length).toString('utf8');
  }

  literal(text: Literal): void {
    this.length = this.putLiteral(text);
  }

  /** Any text, but best one that hardly comes again: what a packet says. */
  text(text: string): void {
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    this.reserve(3 * text.length);
    const free = this.bytes.subarray(this.length);
    this.length += encoder.encodeInto(text, free).written;
  }

  /** One ASCII character. */
  character(code: number): void {
    if (this.length > this.limit) this.reserve(0);
    this.bytes[this.length++] = code;
  }

  integer(value: number): void {
    if (this.length > this.limit) this.reserve(0);
    this.length = this.putInteger(this.length, value);
  }

  /** A literal and an integer: most of a record is made of them. */
  number(label: Literal, value: number): void {
    this.length = this.putInteger(this.putLiteral(label), value);
  }

  /** A literal and a time: RFC 3339 in UTC with nine decimals, as `formatTime` (net/time) writes it. */
  time(label: Literal, second: number, nanosecond: number): void {
    const at = this.putLiteral(label);
    const { view } = this;
    const clock = clockOf(second);
    view.setFloat64(at, clockWords[clock]!, true);
    view.setFloat64(at + 8, clockWords[clock + 1]!, true);
    view.setFloat64(at + 16, clockWords[clock + 2]!, true);
    this.length = this.putNine(at + CLOCK_BYTES, nanosecond | 0) + 1; // its Z
  }

  /** A literal and nanoseconds as seconds, exactly, as `formatSeconds` (duration) writes them. */
  seconds(label: Literal, ns: number): void {
    let at = this.putLiteral(label);
    const { view } = this;
    if (ns < 0) view.setInt8(at++, MINUS);
    const size = Math.abs(ns);
    const whole = Math.floor(size / 1e9);
    at = this.putInteger(at, whole);
    const rest = (size - whole * 1e9) | 0;
    if (rest !== 0) {
      view.setInt8(at, DOT);
      this.putNine(at + 1, rest);
      at += 1 + decimalsOf(rest);
    }
    this.length = at;
  }

  /** A literal and an address in words: one for family 4, four for family 6 (RFC 5952). */
  address(label: Literal, family: 4 | 6, words: Int32Array): void {
    let at = this.putLiteral(label);
    if (family === 6) this.length = writeIpv6(this.bytes, at, words);
    else {
      const word = words[0]!;
      at = this.putOctet(at, word >>> 24);
      at = this.putOctet(at, (word >>> 16) & 255);
      at = this.putOctet(at, (word >>> 8) & 255);
      this.length = this.putOctet(at, word & 255) - 1; // without its dot
    }
  }

  /** Makes room for `count` bytes more, and ROOM. */
  reserve(count: number): void {
    if (this.length + count <= this.limit) return;
    const length = Math.max(2 * this.bytes.length, this.length + count + ROOM);
    const bytes = new Uint8Array(length);
    bytes.set(this.bytes.subarray(0, this.length));
    this.use(bytes, this.length);
  }

  /** Returns where it ends; behind that is ROOM. */
  private putLiteral(text: Literal): number {
    const { words, length } = text;
    if (this.length + length > this.limit) this.reserve(length);
    const { view } = this;
    const start = this.length;
    for (let i = 0; i < words.length; i++) view.setFloat64(start + 8 * i, words[i]!, true);
    return start + length;
  }

  /** Returns where it ends. */
  private putInteger(at: number, value: number): number {
    if (value >= 1e9 || value < 0) return this.putLong(at, value);
    const { view } = this;
    const number = value | 0;
    if (number < 1000) return this.putLeading(at, number);
    const thousands = (number / 1000) | 0;
    const last = PADDED[number - thousands * 1000]!;
    let end: number;
    if (thousands < 1000) end = this.putLeading(at, thousands);
    else {
      const millions = (thousands / 1000) | 0;
      end = this.putLeading(at, millions);
      view.setInt32(end, PADDED[thousands - millions * 1000]!, true);
      end += 3;
    }
    view.setInt32(end, last, true);
    return end + 3;
  }

  /** Below 1000. */
  private putLeading(at: number, number: number): number {
    const leading = LEADING[number]!;
    this.view.setInt32(at, leading, true);
    return at + (leading >>> 24);
  }

  private putLong(at: number, value: number): number {
    if (value < 0) {
      this.view.setInt8(at, MINUS);
      return this.putInteger(at + 1, -value);
    }
    const high = Math.floor(value / 1e9);
    return this.putNine(this.putInteger(at, high), (value - high * 1e9) | 0);
  }

  /** Nine digits, and a Z that does not count. */
  private putNine(at: number, number: number): number {
    const { view } = this;
    const thousands = (number / 1000) | 0;
    const millions = (thousands / 1000) | 0;
    view.setInt32(at, PADDED[millions]!, true);
    view.setInt32(at + 3, PADDED[thousands - millions * 1000]!, true);
    view.setInt32(at + 6, PADDED[number - thousands * 1000]!, true);
    return at + 9;
  }

  private putOctet(at: number, octet: number): number {
    this.view.setInt32(at, OCTETS[octet]!, true);
    return at + OCTET_BYTES[octet]!;
  }
}

/** How many of nine decimals are left without the zeros at their end; they are not all zero. */
function decimalsOf(number: number): number {
  const thousands = (number / 1000) | 0;
  const last = number - thousands * 1000;
  if (last !== 0) return 6 + SIGNIFICANT[last]!;
  const millions = (thousands / 1000) | 0;
  const middle = thousands - millions * 1000;
  return middle === 0 ? SIGNIFICANT[millions]! : 3 + SIGNIFICANT[middle]!;
}
