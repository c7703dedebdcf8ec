/**
 * This file reads the common name of a certificate's subject (RFC 5280 §4.1, X.520 §6.2.2), as far as the certificate
 * is there.
 */

import { BER_INTEGER, BER_OBJECT, BER_SEQUENCE, BerReader } from '../ber-reader.ts';
import { u24 } from '../numbers.ts';
import { latin1 } from '../octets.ts';
import { isText } from '../text.ts';

const BER_SET = 0x31;
/** `[0] Version` in front of the serial number, absent from certificates of version 1. */
const EXPLICIT_VERSION = 0xa0;
/** 2.5.4.3, commonName, of which DER has three bytes. */
const COMMON_NAME = 0x550403;
const NAMES_MAX = 32;
const NAME_BYTES_MAX = 255;

/** The name in a certificate that lies from `from` to before `end`; null where it is not there. */
export function commonName(bytes: Uint8Array, from: number, end: number): string | null {
  const reader = new BerReader(bytes, from, Math.min(end, bytes.length), end);
  const length = end - from;
  reader.open(BER_SEQUENCE);
  reader.open(BER_SEQUENCE);
  if (reader.peek() === EXPLICIT_VERSION) reader.skip(EXPLICIT_VERSION, length);
  reader.skip(BER_INTEGER, length);
  // Signature, issuer, validity; then the subject.
  for (let i = 0; i < 3; i++) reader.skip(BER_SEQUENCE, length);
  reader.open(BER_SEQUENCE);
  const subjectEnd = reader.contentTo;
  for (let i = 0; i < NAMES_MAX && reader.state === 'good' && reader.at < subjectEnd; i++) {
    reader.open(BER_SET);
    const next = reader.contentTo;
    const name = readCommonName(bytes, reader);
    if (name !== null) return name;
    reader.at = next;
  }
  return null;
}

/** The value of the attribute at which the reader stands, where it is a common name that is here. */
function readCommonName(bytes: Uint8Array, reader: BerReader): string | null {
  reader.open(BER_SEQUENCE);
  if (!reader.skip(BER_OBJECT, NAME_BYTES_MAX)) return null;
  const { contentFrom: type } = reader;
  if (reader.contentTo - type !== 3 || u24(bytes, type) !== COMMON_NAME) return null;
  const tag = reader.peek();
  if (tag < 0 || !reader.skip(tag, NAME_BYTES_MAX)) return null;
  const { contentFrom, contentTo } = reader;
  const isHere = contentTo > contentFrom && contentTo <= bytes.length;
  return isHere && isText(bytes, contentFrom, contentTo)
    ? latin1(bytes, contentFrom, contentTo)
    : null;
}
