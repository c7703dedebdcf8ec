/**
 * This file tells Kerberos version 5 (RFC 4120 §5) by the application tag of the message and the two
 * numbers that each begins with: protocol version 5 and the message's type, the tag's number again.
 */

import { BER_INTEGER, BER_SEQUENCE, BerReader } from '../ber-reader.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** [APPLICATION n], constructed (RFC 4120 §5.10): AS and TGS exchange, AP exchange, KRB-ERROR. */
const APPLICATION = 0x60;
const MESSAGES = [10, 11, 12, 13, 14, 15, 20, 21, 22, 30];
/** The requests of the KDC number their fields from 1, all others from 0 (§5.4.1). */
const KDC_REQUESTS = [10, 12];
const CONTEXT = 0xa0;
const VERSION = 5;

/** Whether a datagram is a message of Kerberos. */
export function checkKerberos({ bytes, from, to, length }: Piece): Verdict {
  return judgeKerberos(bytes, from, to, from + length);
}

/** Whether a message, which is here up to `to` and ends at `end`, is one of Kerberos. */
export function judgeKerberos(bytes: Uint8Array, from: number, to: number, end: number): Verdict {
  const reader = new BerReader(bytes, from, to, end);
  const tag = reader.peek();
  const type = tag - APPLICATION;
  if (tag >= 0 && !MESSAGES.includes(type)) return NO;
  reader.open(tag);
  if (reader.state === 'good' && reader.contentTo !== end) return NO;
  reader.open(BER_SEQUENCE);
  const first = KDC_REQUESTS.includes(type) ? 1 : 0;
  for (const [field, wanted] of [
    [first, VERSION],
    [first + 1, type],
  ] as const) {
    reader.open(CONTEXT + field);
    const value = reader.smallInteger(BER_INTEGER);
    if (reader.state === 'good' && value !== wanted) return NO;
  }
  if (reader.state === 'good') return YES;
  return reader.state === 'cut' ? MORE : NO;
}
