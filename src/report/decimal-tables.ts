/**
 * This file holds what numbers, times and addresses are put together from: their parts as four bytes in a
 * little-endian word, so that a part is one store. What a word has beyond its part the next store replaces.
 */

import { dateText, SECONDS_A_DAY, writableSecond } from '../net/time.ts';
import { Literal } from './byte-literal.ts';

/** The word of up to four ASCII characters. */
function word(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits |= text.charCodeAt(i) << (8 * i);
  return bits;
}

function words(count: number, textOf: (n: number) => string): Int32Array {
  return Int32Array.from({ length: count }, (_, n) => word(textOf(n)));
}

/** `7`, `42`, `999`; the highest byte is how many digits there are. */
export const LEADING = Int32Array.from({ length: 1000 }, (_, n) => {
  const digits = String(n);
  return word(digits) | (digits.length << 24);
});
/** `007Z`: three digits, and what ends a time. */
export const PADDED = words(1000, (n) => `${String(n).padStart(3, '0')}Z`);
/** Digits of a group of three that are left without the zeros at its end. */
export const SIGNIFICANT = Uint8Array.from({ length: 1000 }, (_, n) => {
  return String(n).padStart(3, '0').replace(/0+$/, '').length;
});
/** `7.`, `42.`, `255.` */
export const OCTETS = words(256, (n) => `${n}.`);
/** Of these, with the dot. */
export const OCTET_BYTES = Uint8Array.from({ length: 256 }, (_, n) => String(n).length + 1);

/** Seconds that are kept as text: those of sessions that end at the same time lie close together. */
const CLOCKS = 256;
/** Doubles of a second's text. */
export const CLOCK_WORDS = 3;
/** Characters of it: `2026-01-05T09:00:00.` */
export const CLOCK_BYTES = 20;
const clockSeconds = new Float64Array(CLOCKS).fill(Number.NaN);
/** The texts. */
export const clockWords = new Float64Array(CLOCKS * CLOCK_WORDS);

/** Where in `clockWords` the text of a second begins; outside the years 0–9999 that of the nearest. */
export function clockOf(second: number): number {
  const slot = second & (CLOCKS - 1);
  if (clockSeconds[slot] !== second) keepClock(slot, second);
  return slot * CLOCK_WORDS;
}

function keepClock(slot: number, second: number): void {
  const writable = writableSecond(second);
  const day = Math.floor(writable / SECONDS_A_DAY);
  const ofDay = writable - day * SECONDS_A_DAY;
  const two = (n: number) => String(Math.floor(n) % 60).padStart(2, '0');
  const clock = `${two(ofDay / 3600)}:${two(ofDay / 60)}:${two(ofDay)}.`;
  clockWords.set(new Literal(dateText(day) + clock).words, slot * CLOCK_WORDS);
  clockSeconds[slot] = second;
}
