/**
 * This file takes the protection off QUIC's Initial packets (RFC 9001 §5, RFC 9369 §3.3): their keys come
 * from the connection's name, which stands in clear, so whoever sees the first packet can read it.
 *
 * Cryptography is Node's: for the same bytes the same result, no clock and no chance.
 */

import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { QUIC_V1, QUIC_V2 } from './checks/quic.ts';

/** What a client's Initial packets are protected with. */
export interface InitialKeys {
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly headerKey: Buffer;
}

const KEY_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SAMPLE_BYTES = 16;
/** The sample is taken as if packet numbers had four bytes (RFC 9001 §5.4.2). */
const NUMBER_BYTES_MAX = 4;

/** RFC 9001 §5.2; RFC 9369 §3.3.1; draft-ietf-quic-tls-29 §5.2, which drafts up to 32 keep. */
const SALT_V1 = '38762cf7f55934b34d179ae6a4c80cadccbb7f0a';
const SALT_V2 = '0dede3def700a6db819381be6e269dcbf9bd2ed9';
const SALT_DRAFT_29 = 'afbfec289993d24c9e9786f19c6111e04390a899';
/** draft-ietf-quic-tls-23 §5.2, up to 28. */
const SALT_DRAFT_23 = 'c3eef712c72ebb5a11a7d2432bb46365bef9f502';
const DRAFT_23 = 0xff000017;
const DRAFT_29 = 0xff00001d;
/** From draft 33 on the salt is version 1's. */
const DRAFT_33 = 0xff000021;
const DRAFT_34 = 0xff000022;

function saltOf(version: number): string | null {
  if (version === QUIC_V1 || version === DRAFT_33 || version === DRAFT_34) return SALT_V1;
  if (version === QUIC_V2) return SALT_V2;
  if (version >= DRAFT_29 && version < DRAFT_33) return SALT_DRAFT_29;
  return version >= DRAFT_23 && version < DRAFT_29 ? SALT_DRAFT_23 : null;
}

/** The client's keys for the connection that its first packet names; null for another version. */
export function clientInitialKeys(version: number, connection: Uint8Array): InitialKeys | null {
  const salt = saltOf(version);
  if (salt === null) return null;
  // HKDF-Extract (RFC 5869 §2.2).
  const initial = createHmac('sha256', Buffer.from(salt, 'hex')).update(connection).digest();
  const secret = expandLabel(initial, 'client in', 32);
  const prefix = version === QUIC_V2 ? 'quicv2' : 'quic';
  return {
    key: expandLabel(secret, `${prefix} key`, KEY_BYTES),
    iv: expandLabel(secret, `${prefix} iv`, IV_BYTES),
    headerKey: expandLabel(secret, `${prefix} hp`, KEY_BYTES),
  };
}

/** HKDF-Expand-Label (RFC 8446 §7.1) of at most 32 bytes: one block of HKDF-Expand (RFC 5869 §2.3). */
function expandLabel(secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([
    Buffer.from([length >> 8, length & 255, name.length]),
    name,
    Buffer.from([0, 1]),
  ]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

/**
 * The frames of an Initial packet that lies from `from` to `end`, its number at `numberAt`; null where
 * the keys are not its own, or the capture cut it.
 */
export function openInitial(
  { key, iv, headerKey }: InitialKeys,
  bytes: Uint8Array,
  from: number,
  numberAt: number,
  end: number,
): Uint8Array | null {
  const sampleAt = numberAt + NUMBER_BYTES_MAX;
  if (end > bytes.length || sampleAt + SAMPLE_BYTES > end) return null;
  const mask = createCipheriv('aes-128-ecb', headerKey, null).update(
    bytes.subarray(sampleAt, sampleAt + SAMPLE_BYTES),
  );
  const first = (bytes[from] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  const numberBytes = (first & 3) + 1;
  const payloadAt = numberAt + numberBytes;
  if (payloadAt + TAG_BYTES > end) return null;
  const header = Buffer.from(bytes.subarray(from, payloadAt));
  header[0] = first;
  const nonce = Buffer.from(iv);
  for (let i = 0; i < numberBytes; i++) {
    const at = numberAt - from + i;
    const byte = (header[at] ?? 0) ^ (mask[1 + i] ?? 0);
    header[at] = byte;
    const nonceAt = IV_BYTES - numberBytes + i;
    nonce[nonceAt] = (nonce[nonceAt] ?? 0) ^ byte;
  }
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAAD(header);
  decipher.setAuthTag(bytes.subarray(end - TAG_BYTES, end));
  const plain = decipher.update(bytes.subarray(payloadAt, end - TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    // The tag does not fit: other keys, or changed bytes.
    return null;
  }
}
