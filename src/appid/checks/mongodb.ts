/**
 * This file tells MongoDB by the header of its messages and what follows (MongoDB manual, "Wire Protocol"):
 * OP_MSG, OP_QUERY with which clients open, OP_COMPRESSED, and a server's OP_REPLY.
 */

import { u32le } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { isVisible } from '../text.ts';

const HEADER_BYTES = 16;
const MESSAGE_BYTES_MAX = 48_000_000;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_COMPRESSED = 2012;
const OP_MSG = 2013;
const OPERATIONS = [OP_REPLY, OP_QUERY, OP_COMPRESSED, OP_MSG];
/** checksumPresent, moreToCome, exhaustAllowed; of the low half no other may be set. */
const MESSAGE_FLAGS = 0x10003;
/** `fullCollectionName`: `admin.$cmd`. */
const NAME_BYTES_MAX = 255;
/** An empty document: its length and a 0. */
const DOCUMENT_BYTES_MIN = 5;

export function judgeMongo({ bytes, from, to, side }: Piece): Verdict {
  const here = to - from;
  const length = u32le(bytes, from);
  const operation = u32le(bytes, from + 12);
  if (here >= 4 && !isLength(length)) return NO;
  // A request answers nothing: `responseTo` is 0.
  if (here >= 12 && (u32le(bytes, from + 8) !== 0) !== (side === 1)) return NO;
  if (here >= HEADER_BYTES && !OPERATIONS.includes(operation)) return NO;
  if (here < HEADER_BYTES + 4) return MORE;
  const begin = from + HEADER_BYTES;
  const end = from + length;
  if (operation === OP_MSG) return judgeMessage(bytes, begin, to, end);
  if (operation === OP_QUERY) return side === 0 ? judgeQuery(bytes, begin, to, end) : NO;
  if (operation === OP_REPLY) return side === 1 ? judgeReply(bytes, begin, to, end) : NO;
  // What is compressed is one of the others.
  return OPERATIONS.includes(u32le(bytes, begin)) && length > HEADER_BYTES + 9 ? YES : NO;
}

function isLength(length: number): boolean {
  return length > HEADER_BYTES + 4 && length <= MESSAGE_BYTES_MAX;
}

/** Flags, then sections: kind 0 is a document, kind 1 a sequence. */
function judgeMessage(bytes: Uint8Array, begin: number, to: number, end: number): Verdict {
  if (begin + 9 > to) return MORE;
  if ((u32le(bytes, begin) & ~MESSAGE_FLAGS) !== 0 || u8(bytes, begin + 4) > 1) return NO;
  return judgeDocument(bytes, begin + 5, to, end);
}

/** Flags, the collection's name, two numbers, a document. */
function judgeQuery(bytes: Uint8Array, begin: number, to: number, end: number): Verdict {
  const name = begin + 4;
  const limit = Math.min(to, name + NAME_BYTES_MAX);
  const nul = bytes.subarray(0, limit).indexOf(0, name);
  if (!isVisible(bytes, name, nul < 0 ? limit : nul)) return NO;
  if (nul < 0) return limit === to ? MORE : NO;
  if (!bytes.subarray(name, nul).includes(46)) return NO;
  return judgeDocument(bytes, nul + 1 + 8, to, end);
}

/** Flags, a cursor of 8 bytes, where it starts, how many documents; then these. */
function judgeReply(bytes: Uint8Array, begin: number, to: number, end: number): Verdict {
  if (begin + 20 > to) return MORE;
  if (u32le(bytes, begin) > 15) return NO;
  return u32le(bytes, begin + 16) === 0 ? NO : judgeDocument(bytes, begin + 20, to, end);
}

/** BSON begins with its length (bsonspec.org). */
function judgeDocument(bytes: Uint8Array, at: number, to: number, end: number): Verdict {
  if (at + DOCUMENT_BYTES_MIN > end) return NO;
  if (at + 4 > to) return MORE;
  const length = u32le(bytes, at);
  return length >= DOCUMENT_BYTES_MIN && at + length <= end ? YES : NO;
}
