/**
 * This file tells SNMP by its BER: versions 1 and 2c with community and PDU (RFC 1157 §4, RFC 3416 §3),
 * version 3 with its header data (RFC 3412 §6).
 */

import {
  BER_INTEGER,
  BER_OBJECT,
  BER_OCTET_STRING,
  BER_SEQUENCE,
  BerReader,
} from '../ber-reader.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** GetRequest is the lowest tag of a PDU, Report the highest; Trap of version 1 has another form. */
const GET_REQUEST = 0xa0;
const TRAP_V1 = 0xa4;
const REPORT = 0xa8;
const COMMUNITY_BYTES_MAX = 255;
const INTEGER_BYTES_MAX = 5;
const OBJECT_BYTES_MAX = 128;

/** Whether a datagram is a message of SNMP. */
export function checkSnmp({ bytes, from, to, length }: Piece): Verdict {
  if (to > from && u8(bytes, from) !== BER_SEQUENCE) return NO;
  const end = from + length;
  const reader = new BerReader(bytes, from, to, end);
  reader.open(BER_SEQUENCE);
  if (reader.state === 'good' && reader.contentTo !== end) return NO;
  const version = reader.smallInteger();
  if (version === 3) readVersion3(reader);
  else if (version === 0 || version === 1) readCommunity(reader);
  else if (reader.state === 'good') return NO;
  if (reader.state === 'good') return YES;
  return reader.state === 'cut' ? MORE : NO;
}

function readCommunity(reader: BerReader): void {
  reader.skip(BER_OCTET_STRING, COMMUNITY_BYTES_MAX);
  const tag = reader.peek();
  if (tag < 0) return;
  // A tag out of range is asked for as one that it is not.
  reader.open(tag >= GET_REQUEST && tag <= REPORT ? tag : GET_REQUEST);
  if (tag === TRAP_V1) {
    reader.skip(BER_OBJECT, OBJECT_BYTES_MAX);
    return;
  }
  // Request number, error status and index, or the two counts of GetBulk.
  for (let i = 0; i < 3; i++) reader.skip(BER_INTEGER, INTEGER_BYTES_MAX);
  reader.open(BER_SEQUENCE);
}

function readVersion3(reader: BerReader): void {
  reader.open(BER_SEQUENCE);
  reader.skip(BER_INTEGER, INTEGER_BYTES_MAX);
  reader.skip(BER_INTEGER, INTEGER_BYTES_MAX);
  reader.skip(BER_OCTET_STRING, 1);
  reader.skip(BER_INTEGER, INTEGER_BYTES_MAX);
  reader.open(BER_OCTET_STRING);
}
