/**
 * This file tells LDAP by the envelope of its messages and by the operations that sessions open with
 * (RFC 4511 §4.1.1, §4.2, §4.5, §4.12), and without connection by searches and their answers alone (RFC 1798
 * §3; MS-ADTS §6.3.3, by which clients find a domain controller).
 */

import { PROTO_TCP } from '../../net/protocol.ts';
import {
  BER_ENUMERATED,
  BER_INTEGER,
  BER_OCTET_STRING,
  BER_SEQUENCE,
  BerReader,
} from '../ber-reader.ts';
import { latin1 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const BIND_REQUEST = 0x60;
const BIND_RESPONSE = 0x61;
const SEARCH_REQUEST = 0x63;
const SEARCH_ENTRY = 0x64;
const SEARCH_DONE = 0x65;
const EXTENDED_REQUEST = 0x77;
const EXTENDED_RESPONSE = 0x78;
/** What is spoken without connection. */
const SEARCHES: readonly number[] = [SEARCH_REQUEST, SEARCH_ENTRY, SEARCH_DONE];
/** `[0] LDAPOID` of an extended request; `simple`, `sasl`, and Sicily's ways to bind (MS-ADTS). */
const REQUEST_NAME = 0x80;
const AUTHENTICATIONS: readonly number[] = [0x80, 0xa3, 0x89, 0x8a, 0x8b];

/** Up to 2147483647 (RFC 4511 §4.1.1.1). */
const ID_BYTES_MAX = 4;
const NAME_BYTES_MAX = 1024;
const MESSAGE_BYTES_MAX = 1 << 24;
/** Scopes and ways to dereference aliases are few (RFC 4511 §4.5.1). */
const SCOPE_MAX = 3;
const DEREFERENCE_MAX = 3;
const VERSION_MAX = 3;
/** RFC 4511 §4.1.9 and IANA "LDAP Result Codes". */
const RESULT_MAX = 123;

/** Whether a side's bytes, or a datagram, begin with a message of LDAP. */
export function judgeLdap({ bytes, from, to, length, side, protocol }: Piece): Verdict {
  const isDatagram = protocol !== PROTO_TCP;
  const reader = new BerReader(bytes, from, to, from + (isDatagram ? length : MESSAGE_BYTES_MAX));
  reader.open(BER_SEQUENCE);
  const end = reader.contentTo;
  reader.skip(BER_INTEGER, ID_BYTES_MAX);
  const tag = reader.peek();
  if (tag >= 0) {
    reader.open(tag);
    const isPossible = reader.state !== 'good' || reader.contentTo <= end;
    const isSpoken = !isDatagram || SEARCHES.includes(tag);
    // The first datagram that a capture has may be an answer.
    const asks = isDatagram ? tag === SEARCH_REQUEST : side === 0;
    const isMeant = asks ? isRequest(reader, bytes, tag) : isResponse(reader, tag);
    if (!isPossible || !isSpoken || !isMeant) return NO;
  }
  if (reader.state === 'good') return YES;
  return reader.state === 'cut' ? MORE : NO;
}

/** Whether this can be such a request; what is cut or broken the reader's state tells. */
function isRequest(reader: BerReader, bytes: Uint8Array, tag: number): boolean {
  if (tag === BIND_REQUEST) {
    const version = reader.smallInteger();
    reader.skip(BER_OCTET_STRING, NAME_BYTES_MAX);
    const authentication = reader.peek();
    const isKnown = authentication < 0 || AUTHENTICATIONS.includes(authentication);
    return version <= VERSION_MAX && version !== 0 && isKnown;
  }
  if (tag === SEARCH_REQUEST) {
    reader.skip(BER_OCTET_STRING, NAME_BYTES_MAX);
    const scope = reader.smallInteger(BER_ENUMERATED);
    const dereference = reader.smallInteger(BER_ENUMERATED);
    return scope <= SCOPE_MAX && dereference <= DEREFERENCE_MAX;
  }
  if (tag !== EXTENDED_REQUEST) return false;
  if (!reader.skip(REQUEST_NAME, NAME_BYTES_MAX)) return true;
  return /^[0-2](?:\.[0-9]*)+$/.test(latin1(bytes, reader.contentFrom, reader.contentTo));
}

function isResponse(reader: BerReader, tag: number): boolean {
  if (tag === SEARCH_ENTRY) {
    reader.skip(BER_OCTET_STRING, NAME_BYTES_MAX);
    reader.open(BER_SEQUENCE);
    return true;
  }
  if (tag !== BIND_RESPONSE && tag !== SEARCH_DONE && tag !== EXTENDED_RESPONSE) return false;
  const result = reader.smallInteger(BER_ENUMERATED);
  reader.skip(BER_OCTET_STRING, NAME_BYTES_MAX);
  reader.skip(BER_OCTET_STRING, NAME_BYTES_MAX);
  return result <= RESULT_MAX;
}
