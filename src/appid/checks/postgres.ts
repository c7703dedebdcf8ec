/**
 * This file tells PostgreSQL by the client's first message: start-up with its parameters, or the requests
 * for encryption or cancellation in its place (PostgreSQL documentation, "Message Formats").
 */

import { u16, u32 } from '../numbers.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { beginsWithOne, isText } from '../text.ts';

const PROTOCOL_3 = 3;
/** Minor versions are few: 0, and 2 since PostgreSQL 18. */
const MINOR_MAX = 9;
/** The protocol's number in requests is 1234 and one of these. */
const REQUEST = 1234;
const CANCEL = 5678;
const TLS = 5679;
const GSS = 5680;
const MESSAGE_BYTES_MAX = 10_000;
const PARAMETERS_MAX = 64;
/** What a client's first parameter is; `user` must be among them. */
const PARAMETERS = [
  ...['user\0', 'database\0', 'application_name\0', 'client_encoding\0', 'options\0'],
  ...['replication\0', 'datestyle\0', 'timezone\0', 'extra_float_digits\0'],
];

export function judgePostgres({ bytes, from, to }: Piece): Verdict {
  if (to - from < 8) {
    // All messages are short: the high half of the length is 0.
    return to - from >= 2 && u16(bytes, from) !== 0 ? NO : MORE;
  }
  const length = u32(bytes, from);
  const major = u16(bytes, from + 4);
  const minor = u16(bytes, from + 6);
  if (length < 8 || length > MESSAGE_BYTES_MAX) return NO;
  if (major === REQUEST) {
    return ((minor === TLS || minor === GSS) && length === 8) || (minor === CANCEL && length >= 16)
      ? YES
      : NO;
  }
  if (major !== PROTOCOL_3 || minor > MINOR_MAX || length < 15) return NO;
  return judgeParameters(bytes, from + 8, to, from + length);
}

/** Names and values, each with a 0 behind it, up to an empty name. */
function judgeParameters(bytes: Uint8Array, from: number, to: number, end: number): Verdict {
  const first = beginsWithOne(bytes, from, to, PARAMETERS);
  if (first !== YES) return first;
  const until = Math.min(to, end);
  let at = from;
  for (let i = 0; i < PARAMETERS_MAX; i++) {
    if (beginsWithOne(bytes, at, until, ['user\0']) === YES) return YES;
    for (let part = 0; part < 2; part++) {
      const nul = bytes.subarray(0, until).indexOf(0, at);
      if (nul < 0) return until < end && isText(bytes, at, until) ? MORE : NO;
      if (!isText(bytes, at, nul)) return NO;
      at = nul + 1;
    }
  }
  return NO;
}
