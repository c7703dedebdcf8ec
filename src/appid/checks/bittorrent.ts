/**
 * This file tells BitTorrent in datagrams: the distributed hash table (BEP 5), trackers (BEP 15), the
 * transport uTP (BEP 29) and the search of the local network (BEP 14).
 */

import { u16, u32 } from '../numbers.ts';
import { isZero, latin1, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** A bencoded message begins with its arguments, answer or error; some put an address or token first. */
const DHT = [
  'd1:ad2:id20:',
  'd1:ad',
  'd1:rd2:id20:',
  'd1:rd',
  'd1:eli20',
  'd2:ip4:',
  'd2:ip6:',
  'd2:ip18:',
];
const LOCAL = 'BT-SEARCH * HTTP/1.1\r\n';
const INITIALS = [0x64, 0x42];
/** What a message says of itself at its end: query, response or error (BEP 5 "KRPC Protocol"). */
const DHT_KIND = /1:y1:[qre]/;
const LOOK_BYTES = 24;

/** Whether a datagram is one of BitTorrent. */
export function checkBittorrent(piece: Piece): Verdict {
  const verdicts = [judgeText(piece), judgeTracker(piece), judgeUtp(piece)];
  if (verdicts.includes(YES)) return YES;
  return verdicts.includes(MORE) ? MORE : NO;
}

function judgeText({ bytes, from, to, length }: Piece): Verdict {
  if (to > from && !INITIALS.includes(u8(bytes, from))) return NO;
  const text = latin1(bytes, from, Math.min(to, from + LOOK_BYTES));
  const isCut = to - from < length;
  if (text.startsWith(LOCAL)) return YES;
  if (isCut && LOCAL.startsWith(text)) return MORE;
  const isBegun = DHT.some((word) => word.startsWith(text));
  if (!DHT.some((word) => text.startsWith(word))) return isCut && isBegun ? MORE : NO;
  // The dictionary ends with the datagram.
  if (isCut) return text.startsWith('d1:ad2:id20:') || text.startsWith('d1:rd2:id20:') ? YES : MORE;
  return DHT_KIND.test(latin1(bytes, from, to)) && u8(bytes, to - 1) === 0x65 ? YES : NO;
}

const TRACKER_BYTES = 16;

/** The request to connect begins with a number that says "tracker". */
function judgeTracker({ bytes, from, to, length }: Piece): Verdict {
  if (length < TRACKER_BYTES) return NO;
  const magic = [0, 0, 0x04, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0];
  for (let i = 0; i < magic.length; i++) {
    if (from + i >= to) return MORE;
    if (u8(bytes, from + i) !== magic[i]) return NO;
  }
  return YES;
}

const UTP_BYTES = 20;
/** Type and version 1 in one byte. */
const SYN = 0x41;
const STATE = 0x21;
const EXTENSION_BITS = 2;

/**
 * A SYN answers nothing yet: no difference of times, nothing acknowledged, no data; a STATE after the
 * other side's SYN names its connection.
 */
function judgeUtp({ bytes, from, to, length, other }: Piece): Verdict {
  const first = u8(bytes, from);
  if (length < UTP_BYTES || (to > from && first !== SYN && first !== STATE)) return NO;
  if (to - from < UTP_BYTES) return MORE;
  if (!isExtensionEnd(bytes, from, to, length)) return NO;
  if (first === SYN) {
    const isFresh = isZero(bytes, from + 8, from + 12) && isZero(bytes, from + 18, from + 20);
    return isFresh && u32(bytes, from + 4) !== 0 && u16(bytes, from + 16) !== 0 ? YES : NO;
  }
  if (other === null || other.length < 4 || u8(other, 0) !== SYN) return NO;
  return u16(other, 2) === u16(bytes, from + 2) ? YES : NO;
}

/** Extensions are chained: the kind of the next one, a length, so many bytes; 0 ends them. */
function isExtensionEnd(bytes: Uint8Array, from: number, to: number, length: number): boolean {
  let kind = u8(bytes, from + 1);
  let at = from + UTP_BYTES;
  while (kind !== 0 && at + 2 <= to) {
    if (kind > EXTENSION_BITS) return false;
    kind = u8(bytes, at);
    at += 2 + u8(bytes, at + 1);
  }
  return kind === 0 && at === from + length;
}
