/**
 * This file reads whom a certificate is for (RFC 5280 §4.1): the common name of its subject (X.520 §6.2.2),
 * and the first DNS name among its alternative names (§4.2.1.6), as far as the certificate is here.
 */

import {
  BER_INTEGER,
  BER_OBJECT,
  BER_OCTET_STRING,
  BER_SEQUENCE,
  BerReader,
} from './ber-reader.ts';
import { u24 } from './numbers.ts';
import { latin1 } from './octets.ts';
import { isText, isVisible } from './text.ts';

/** Whom a certificate is for; null where it does not say, or where that is not here. */
export interface CertificateNames {
  readonly commonName: string | null;
  readonly dnsName: string | null;
}

const BER_SET = 0x31;
const BER_BOOLEAN = 0x01;
const BER_UTF8 = 0x0c;
/** `[0] Version` in front of the serial number, absent from certificates of version 1. */
const EXPLICIT_VERSION = 0xa0;
/** `[1]` and `[2]`, unique identifiers; `[3] Extensions`. */
const UNIQUE_IDENTIFIERS = [0x81, 0x82];
const EXPLICIT_EXTENSIONS = 0xa3;
/** `[2] IA5String` of a general name. */
const DNS_NAME = 0x82;
/** 2.5.4.3, commonName, and 2.5.29.17, subjectAltName, of which DER has three bytes. */
const COMMON_NAME = 0x550403;
const ALTERNATIVE_NAMES = 0x551d11;
const ATTRIBUTES_MAX = 32;
const EXTENSIONS_MAX = 64;
const NAMES_MAX = 64;
const NAME_BYTES_MAX = 255;

const utf8 = new TextDecoder('utf-8');

/** The names of the certificate that lies from `from` to before `end`. */
export function certificateNames(bytes: Uint8Array, from: number, end: number): CertificateNames {
  const reader = new BerReader(bytes, from, Math.min(end, bytes.length), end);
  const length = end - from;
  reader.open(BER_SEQUENCE);
  reader.open(BER_SEQUENCE);
  const bodyEnd = reader.contentTo;
  if (reader.peek() === EXPLICIT_VERSION) reader.skip(EXPLICIT_VERSION, length);
  reader.skip(BER_INTEGER, length);
  // Signature, issuer, validity; then the subject.
  for (let i = 0; i < 3; i++) reader.skip(BER_SEQUENCE, length);
  const commonName = readSubject(bytes, reader);
  // The public key.
  reader.skip(BER_SEQUENCE, length);
  for (const tag of UNIQUE_IDENTIFIERS) if (reader.peek() === tag) reader.skip(tag, length);
  const hasExtensions = reader.at < bodyEnd && reader.peek() === EXPLICIT_EXTENSIONS;
  return { commonName, dnsName: hasExtensions ? readAlternativeName(bytes, reader) : null };
}

/** Goes over the subject, behind it. */
function readSubject(bytes: Uint8Array, reader: BerReader): string | null {
  reader.open(BER_SEQUENCE);
  const subjectEnd = reader.contentTo;
  let found: string | null = null;
  for (let i = 0; i < ATTRIBUTES_MAX && reader.state === 'good' && reader.at < subjectEnd; i++) {
    reader.open(BER_SET);
    const next = reader.contentTo;
    found ??= readCommonName(bytes, reader);
    if (reader.state === 'good') reader.at = next;
  }
  if (reader.state === 'good') reader.at = subjectEnd;
  return found;
}

/** The value of the attribute at which the reader stands, where it is a common name that is here. */
function readCommonName(bytes: Uint8Array, reader: BerReader): string | null {
  reader.open(BER_SEQUENCE);
  if (!isObject(bytes, reader, COMMON_NAME)) return null;
  const tag = reader.peek();
  if (tag < 0 || !reader.skip(tag, NAME_BYTES_MAX)) return null;
  const { contentFrom, contentTo } = reader;
  const isHere = contentTo > contentFrom && contentTo <= bytes.length;
  if (!isHere || !isText(bytes, contentFrom, contentTo)) return null;
  const isUtf8 = tag === BER_UTF8;
  const name = isUtf8
    ? utf8.decode(bytes.subarray(contentFrom, contentTo))
    : latin1(bytes, contentFrom, contentTo);
  // Neither tabs nor the controls beyond ASCII are of a name.
  return /\p{Cc}/u.test(name) ? null : name;
}

/** The first DNS name of the extensions at which the reader stands. */
function readAlternativeName(bytes: Uint8Array, reader: BerReader): string | null {
  reader.open(EXPLICIT_EXTENSIONS);
  reader.open(BER_SEQUENCE);
  const extensionsEnd = reader.contentTo;
  for (let i = 0; i < EXTENSIONS_MAX && reader.state === 'good' && reader.at < extensionsEnd; i++) {
    reader.open(BER_SEQUENCE);
    const next = reader.contentTo;
    if (isObject(bytes, reader, ALTERNATIVE_NAMES)) return readDnsName(bytes, reader, next);
    if (reader.state === 'good') reader.at = next;
  }
  return null;
}

function readDnsName(bytes: Uint8Array, reader: BerReader, end: number): string | null {
  if (reader.peek() === BER_BOOLEAN) reader.skip(BER_BOOLEAN, 1);
  reader.open(BER_OCTET_STRING);
  reader.open(BER_SEQUENCE);
  for (let i = 0; i < NAMES_MAX && reader.at < end; i++) {
    const tag = reader.peek();
    if (tag < 0 || !reader.skip(tag, end)) return null;
    const { contentFrom, contentTo } = reader;
    if (tag !== DNS_NAME) continue;
    const isHere = contentTo <= bytes.length && contentTo - contentFrom <= NAME_BYTES_MAX;
    const isName = isHere && contentTo > contentFrom && isVisible(bytes, contentFrom, contentTo);
    return isName ? latin1(bytes, contentFrom, contentTo) : null;
  }
  return null;
}

/** Takes an object identifier; whether it is this one of three bytes. */
function isObject(bytes: Uint8Array, reader: BerReader, wanted: number): boolean {
  if (!reader.skip(BER_OBJECT, NAME_BYTES_MAX)) return false;
  const { contentFrom, contentTo } = reader;
  return contentTo <= bytes.length && contentTo - contentFrom === 3
    ? u24(bytes, contentFrom) === wanted
    : false;
}
