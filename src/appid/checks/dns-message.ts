/**
 * This file walks messages of the form of RFC 1035 §4, which DNS, multicast DNS, LLMNR and the NetBIOS
 * name service share: header, questions, resource records. What the fields may hold is theirs to say.
 *
 * Names are passed over, pointers are not followed: time is linear in the message.
 */

import { u16 } from '../numbers.ts';
import { latin1, u8 } from '../octets.ts';
import type { Piece } from '../piece.ts';

/** Bytes of the header (RFC 1035 §4.1.1). */
export const HEADER_BYTES = 12;
/** The shortest resource record: the root's name, type, class, TTL, length (RFC 1035 §4.1.3). */
const RECORD_BYTES_MIN = 11;
const LABEL_BYTES_MAX = 63;
const NAME_BYTES_MAX = 255;

/** Instead of a position: the message is none; it goes on behind what is here. */
export const BROKEN = -1;
export const CUT = -2;

/** Where a message lies: it starts at `from`, is here up to `to`, and ends at `end`. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

/** A datagram as a message. */
export function messageOf({ bytes, from, to, length }: Piece): Message {
  return { bytes, from, to, end: from + Math.max(length, to - from) };
}

export const flagsOf = ({ bytes, from }: Message): number => u16(bytes, from + 2);
/** The counts of questions 0, answers 1, authorities 2, additional records 3. */
export const countOf = ({ bytes, from }: Message, section: number): number =>
  u16(bytes, from + 4 + 2 * section);
export const opcodeOf = (flags: number): number => (flags >> 11) & 15;
export const RESPONSE = 0x8000;

/** Where the name ends that begins at `at`, or BROKEN or CUT. */
export function endOfName({ bytes, from, to, end }: Message, at: number): number {
  const begin = at;
  for (;;) {
    if (at >= end) return BROKEN;
    if (at >= to) return CUT;
    const length = u8(bytes, at);
    if (length === 0) return at + 1;
    if (length >= 0xc0) {
      if (at + 2 > end) return BROKEN;
      if (at + 2 > to) return CUT;
      // A pointer goes back to a name that stands before (RFC 1035 §4.1.4).
      const target = u16(bytes, at) & 0x3fff;
      return target >= HEADER_BYTES && target < at - from ? at + 2 : BROKEN;
    }
    if (length > LABEL_BYTES_MAX) return BROKEN;
    at += 1 + length;
    if (at - begin >= NAME_BYTES_MAX) return BROKEN;
  }
}

/** Where a question ends, or BROKEN or CUT; `allows` judges type and class. */
function endOfQuestion(
  message: Message,
  at: number,
  allows: (type: number, kind: number) => boolean,
): number {
  const name = endOfName(message, at);
  if (name < 0) return name;
  if (name + 4 > message.end) return BROKEN;
  if (name + 4 > message.to) return CUT;
  return allows(u16(message.bytes, name), u16(message.bytes, name + 2)) ? name + 4 : BROKEN;
}

/** Where a resource record ends, or BROKEN or CUT. */
function endOfRecord(message: Message, at: number): number {
  const name = endOfName(message, at);
  if (name < 0) return name;
  if (name + 10 > message.end) return BROKEN;
  if (name + 10 > message.to) return CUT;
  const end = name + 10 + u16(message.bytes, name + 8);
  if (end > message.end) return BROKEN;
  return end > message.to ? CUT : end;
}

/** Whether so many questions and records can be in so many bytes. */
export function hasRoomForCounts(message: Message): boolean {
  const records = countOf(message, 1) + countOf(message, 2) + countOf(message, 3);
  const bytes = HEADER_BYTES + 5 * countOf(message, 0) + RECORD_BYTES_MIN * records;
  return bytes <= message.end - message.from;
}

/** Where the whole message ends, or BROKEN or CUT; `allows` judges each question's type and class. */
export function walkMessage(
  message: Message,
  allows: (type: number, kind: number) => boolean,
): number {
  let at = message.from + HEADER_BYTES;
  for (let left = countOf(message, 0); left > 0; left--) {
    at = endOfQuestion(message, at, allows);
    if (at < 0) return at;
  }
  const records = countOf(message, 1) + countOf(message, 2) + countOf(message, 3);
  for (let left = records; left > 0; left--) {
    at = endOfRecord(message, at);
    if (at < 0) return at;
  }
  return at;
}

/** Whether the first question is here, whole. */
export function hasFirstQuestion(message: Message): boolean {
  return endOfQuestion(message, message.from + HEADER_BYTES, () => true) > 0;
}

/** What a message asks for, or answers. */
export interface Question {
  /** Labels with dots between, the root as `.`; bytes that are no printable ASCII as `\DDD`. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly isResponse: boolean;
}

/** The first question of a message that the caller knows to be one; null where it has none here. */
export function firstQuestion(message: Message): Question | null {
  const { bytes, from, to } = message;
  if (to - from < HEADER_BYTES || countOf(message, 0) === 0) return null;
  const end = endOfQuestion(message, from + HEADER_BYTES, () => true);
  if (end < 0) return null;
  const labels: string[] = [];
  let at = from + HEADER_BYTES;
  while (u8(bytes, at) !== 0 && u8(bytes, at) < 0xc0) {
    const length = u8(bytes, at);
    labels.push(readable(latin1(bytes, at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return {
    name: labels.join('.') || '.',
    type: u16(bytes, end - 4),
    class: u16(bytes, end - 2),
    isResponse: (flagsOf(message) & RESPONSE) !== 0,
  };
}

/** Master-file form (RFC 1035 §5.1): a dot or backslash inside a label is escaped as well. */
function readable(label: string): string {
  return label.replace(/[^!-~]|[.\\]/g, (character) => {
    if (character === '.' || character === '\\') return `\\${character}`;
    return `\\${String(character.charCodeAt(0)).padStart(3, '0')}`;
  });
}
