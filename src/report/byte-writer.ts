/**
 * This file writes the text of records as bytes: a record is made for every session, and strings
 * that are joined and encoded cost several times as much.
 *
 * Every index is below `length`, for which `reserve` made room, or below the length of the text that
 * is copied. A record is begun with `clear`, its bytes are `bytes` up to `length`; the memory is used again for
 * the next one. Integers are whole and below 2^53.
 */

import { formatIpv6 } from '../net/address.ts';
import { dateText, SECONDS_A_DAY, writableSecond } from '../net/time.ts';

const FIRST_BYTES = 4096;
/** No number, time or address is longer. */
const FIELD_BYTES = 48;
const ZERO = 48;
const DOT = 46;
const COLON = 58;
const MINUS = 45;
const encoder = new TextEncoder();

/** Texts that recur are encoded once. */
const encoded = new Map<string, Uint8Array>();
const ENCODED_MAX = 4096;

/** The UTF-8 of a text, for `ByteWriter.literal`. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export class ByteWriter {
  bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  length = 0;
  private day = Number.NaN;
  private date: Uint8Array = new Uint8Array(0);

  clear(): void {
    this.length = 0;
  }

  /** The text so far. */
  toString(): string {
    return Buffer.from(this.bytes.buffer, 0, this.length).toString('utf8');
  }

  /** Bytes that are encoded already. */
  literal(text: Uint8Array): void {
    const { length } = text;
    this.reserve(length);
    const { bytes } = this;
    let at = this.length;
    // A loop beats `set` for the few bytes that most names and keys have.
    if (length > 32) bytes.set(text, at);
    else for (let i = 0; i < length; i++) bytes[at++] = text[i]!;
    this.length += length;
  }

  /** Any text; one that comes again and again, as a rule. */
  text(text: string): void {
    let known = encoded.get(text);
    if (known === undefined) {
      known = utf8(text);
      if (encoded.size < ENCODED_MAX) encoded.set(text, known);
    }
    this.literal(known);
  }

  /** A text that hardly comes again: what a packet says. */
  rareText(text: string): void {
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    this.reserve(3 * text.length);
    const free = this.bytes.subarray(this.length);
    this.length += encoder.encodeInto(text, free).written;
  }

  /** One ASCII character. */
  character(code: number): void {
    this.reserve(1);
    this.bytes[this.length++] = code;
  }

  integer(value: number): void {
    this.reserve(FIELD_BYTES);
    if (value < 0) {
      this.bytes[this.length++] = MINUS;
      this.integer(-value);
    } else if (value > 0x7fff_ffff) this.longInteger(value);
    else this.digits(value | 0, digitsOf(value));
  }

  /** RFC 3339 in UTC with nine decimals, as `formatTime` (net/time) writes it. */
  time(second: number, nanosecond: number): void {
    this.reserve(FIELD_BYTES);
    const writable = writableSecond(second);
    const day = Math.floor(writable / SECONDS_A_DAY);
    if (day !== this.day) {
      this.day = day;
      this.date = utf8(dateText(day));
    }
    this.literal(this.date);
    const ofDay = (writable - day * SECONDS_A_DAY) | 0;
    const { bytes } = this;
    this.digits((ofDay / 3600) | 0, 2);
    bytes[this.length++] = COLON;
    this.digits(((ofDay / 60) | 0) % 60, 2);
    bytes[this.length++] = COLON;
    this.digits(ofDay % 60, 2);
    bytes[this.length++] = DOT;
    this.digits(nanosecond | 0, 9);
    bytes[this.length++] = 90; // Z
  }

  /** Nanoseconds as seconds, exactly, as `formatSeconds` (duration) writes them. */
  seconds(ns: number): void {
    if (ns < 0) {
      this.character(MINUS);
      this.seconds(-ns);
      return;
    }
    const whole = Math.floor(ns / 1e9);
    this.integer(whole);
    let rest = (ns - whole * 1e9) | 0;
    if (rest === 0) return;
    let count = 9;
    for (; rest % 10 === 0; rest = (rest / 10) | 0) count--;
    this.bytes[this.length++] = DOT;
    this.digits(rest, count);
  }

  /** An address in words: one for family 4, four for family 6 (RFC 5952). */
  address(family: 4 | 6, words: Int32Array): void {
    this.reserve(FIELD_BYTES);
    if (family === 4) {
      const word = words[0]!;
      this.octet(word >>> 24);
      this.bytes[this.length++] = DOT;
      this.octet((word >>> 16) & 255);
      this.bytes[this.length++] = DOT;
      this.octet((word >>> 8) & 255);
      this.bytes[this.length++] = DOT;
      this.octet(word & 255);
      return;
    }
    this.ascii(formatIpv6(words[0]!, words[1]!, words[2]!, words[3]!));
  }

  /** Makes room for `count` bytes more. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(2 * this.bytes.length, this.length + count));
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
  }

  private octet(value: number): void {
    this.digits(value, value < 10 ? 1 : value < 100 ? 2 : 3);
  }

  private longInteger(value: number): void {
    const high = Math.floor(value / 1e9);
    if (high > 0) {
      this.integer(high);
      this.digits((value - high * 1e9) | 0, 9);
    } else this.digits(value, 10);
  }

  /** The last `count` decimal digits of a 32-bit number; room is reserved. */
  private digits(value: number, count: number): void {
    const { bytes } = this;
    let rest = value;
    for (let i = this.length + count - 1; i >= this.length; i--) {
      const next = (rest / 10) | 0;
      bytes[i] = ZERO + (rest - next * 10);
      rest = next;
    }
    this.length += count;
  }

  private ascii(text: string): void {
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }
}

function digitsOf(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit && count < 10; limit *= 10) count++;
  return count;
}
