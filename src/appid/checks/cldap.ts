/**
 * This file tells LDAP without connection (RFC 1798; MS-ADTS §6.3.3, by which clients find a domain
 * controller): one LDAP message (RFC 4511 §4.1.1) that searches, or answers a search.
 */

import {
  BER_ENUMERATED,
  BER_INTEGER,
  BER_OCTET_STRING,
  BER_SEQUENCE,
  BerReader,
} from '../ber-reader.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** Operations (RFC 4511 §4.5): request, entry, done; abandon has no content of its own here. */
const SEARCH_REQUEST = 0x63;
const SEARCH_ENTRY = 0x64;
const SEARCH_DONE = 0x65;
const INTEGER_BYTES_MAX = 5;
const NAME_BYTES_MAX = 1024;
/** Scopes and ways to dereference are few (RFC 4511 §4.5.1). */
const SCOPE_MAX = 3;
const DEREFERENCE_MAX = 3;

/** Whether a datagram is a message of LDAP. */
export function checkCldap({ bytes, from, to, length }: Piece): Verdict {
  if (to > from && u8(bytes, from) !== BER_SEQUENCE) return NO;
  const reader = new BerReader(bytes, from, to, from + length);
  reader.open(BER_SEQUENCE);
  reader.skip(BER_INTEGER, INTEGER_BYTES_MAX);
  const tag = reader.peek();
  if (tag === SEARCH_REQUEST) {
    reader.open(tag);
    reader.skip(BER_OCTET_STRING, NAME_BYTES_MAX);
    const scope = reader.smallInteger(BER_ENUMERATED);
    const dereference = reader.smallInteger(BER_ENUMERATED);
    if (scope > SCOPE_MAX || dereference > DEREFERENCE_MAX) return NO;
  } else if (tag === SEARCH_ENTRY) {
    reader.open(tag);
    reader.skip(BER_OCTET_STRING, NAME_BYTES_MAX);
    reader.open(BER_SEQUENCE);
  } else if (tag === SEARCH_DONE) {
    reader.open(tag);
    reader.smallInteger(BER_ENUMERATED);
    reader.skip(BER_OCTET_STRING, NAME_BYTES_MAX);
    reader.skip(BER_OCTET_STRING, NAME_BYTES_MAX);
  } else if (tag >= 0) return NO;
  if (reader.state === 'good') return YES;
  return reader.state === 'cut' ? MORE : NO;
}
