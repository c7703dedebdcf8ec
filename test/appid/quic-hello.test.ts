/**
 * This file tests what is read out of QUIC's Initial packets, with the vectors of RFC 9001 and RFC 9369
 * (Appendix A of each), and with packets that this file seals for itself.
 */

import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkQuic, QUIC_V1, QUIC_V2, readLongHeader } from '../../src/appid/checks/quic.ts';
import { NO, newPiece, YES } from '../../src/appid/piece.ts';
import { QuicHello } from '../../src/appid/quic-hello.ts';
import { clientInitialKeys, openInitial } from '../../src/appid/quic-keys.ts';
import { randomFrom } from '../support/random.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

/** Destination connection of both appendices. */
const CONNECTION = hex('8394c8f03e515708');
/** The client's CRYPTO frame (RFC 9001 A.2; RFC 9369 A.2 takes it over). */
const CRYPTO_FRAME = hex(`
  060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868
  04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578
  616d706c652e636f6dff01000100000a00080006001d00170018001000070005
  04616c706e000500050100000000003300260024001d00209370b2c9caa47fba
  baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400
  0d0010000e0403050306030203080408050806002d00020101001c0002400100
  3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000
  75300901100f088394c8f03e51570806048000ffff`);

/** Seals frames as RFC 9001 §5.3 and §5.4 say; the header ends with the packet number of four bytes. */
function seal(
  keys: { key: Uint8Array; iv: Uint8Array; headerKey: Uint8Array },
  header: Uint8Array,
  frames: Uint8Array,
): Uint8Array {
  const number = header.subarray(-4);
  const nonce = keys.iv.map((byte, i) => byte ^ (i < 8 ? 0 : number[i - 8]!));
  const cipher = createCipheriv('aes-128-gcm', keys.key, nonce);
  cipher.setAAD(header);
  const sealed = Buffer.concat([cipher.update(frames), cipher.final(), cipher.getAuthTag()]);
  const mask = createCipheriv('aes-128-ecb', keys.headerKey, null).update(sealed.subarray(0, 16));
  const hidden = header.slice();
  hidden[0] = hidden[0]! ^ (mask[0]! & 15);
  for (let i = 0; i < 4; i++) hidden[header.length - 4 + i]! ^= mask[1 + i]!;
  return new Uint8Array(Buffer.concat([hidden, sealed]));
}

/** Frames padded to the 1162 bytes that the appendices seal. */
function padded(...frames: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(1162);
  bytes.set(Buffer.concat(frames));
  return bytes;
}

const VECTORS = [
  {
    name: 'version 1 (RFC 9001 A.1, A.2)',
    version: QUIC_V1,
    key: '1f369613dd76d5467730efcbe3b1a22d',
    iv: 'fa044b2f42a3fd3b46fb255c',
    headerKey: '9f50449e04a0e810283a1e9933adedd2',
    header: 'c300000001088394c8f03e5157080000449e00000002',
    sealed: 'c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11',
    tag: 'e221af44860018ab0856972e194cd934',
  },
  {
    name: 'version 2 (RFC 9369 A.1, A.2)',
    version: QUIC_V2,
    key: '8b1a0bc121284290a29e0971b5cd045d',
    iv: '91f73e2351d8fa91660e909f',
    headerKey: '45b95e15235d6f45a6b19cbcb0294ba9',
    header: 'd36b3343cf088394c8f03e5157080000449e00000002',
    sealed: 'd76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485',
    tag: 'a18b2faa745b6fe189cf772a9f84cbfc',
  },
] as const;

describe.each(VECTORS)('$name', ({ version, key, iv, headerKey, header, sealed, tag }) => {
  const keys = { key: hex(key), iv: hex(iv), headerKey: hex(headerKey) };
  const packet = seal(keys, hex(header), padded(CRYPTO_FRAME));
  const read = (...datagrams: readonly Uint8Array[]) => {
    const hello = new QuicHello();
    for (const datagram of datagrams) hello.take(datagram, 0, datagram.length);
    return hello;
  };

  it('is what this test seals', () => {
    // The tag depends on every byte of header and frames: the packet is the appendix's.
    expect(packet.length).toBe(1200);
    expect(Buffer.from(packet.subarray(0, 32)).toString('hex')).toBe(sealed);
    expect(Buffer.from(packet.subarray(-16)).toString('hex')).toBe(tag);
  });

  it('gives these keys', () => {
    const found = clientInitialKeys(version, CONNECTION);
    expect(found?.key.toString('hex')).toBe(key);
    expect(found?.iv.toString('hex')).toBe(iv);
    expect(found?.headerKey.toString('hex')).toBe(headerKey);
  });

  it('is opened', () => {
    const long = readLongHeader(packet, 0, packet.length, packet.length);
    expect(long).toMatchObject({ version, type: 'initial', numberAt: 18, end: 1200 });
    const found = clientInitialKeys(version, CONNECTION)!;
    expect(openInitial(found, packet, 0, 18, 1200)).toEqual(Buffer.from(padded(CRYPTO_FRAME)));
    expect(openInitial(found, packet.subarray(0, 1199), 0, 18, 1200)).toBeNull();
  });

  it('says who is asked for, and in which protocol', () => {
    const { hello, isDone } = read(packet);
    expect(isDone).toBe(true);
    expect(hello).toEqual({ serverName: 'example.com', protocols: ['alpn'] });
  });

  it('is told from any side only whole', () => {
    const piece = { ...newPiece(), bytes: packet, to: 1200, length: 1200, protocol: 17 };
    expect(checkQuic(piece)).toBe(YES);
    const small = packet.slice(0, 1000);
    expect(checkQuic({ ...piece, bytes: small, to: 1000, length: 1000 })).toBe(NO);
  });

  it('is read from pieces in any order, over several packets', () => {
    const body = CRYPTO_FRAME.subarray(4);
    const part = (from: number, to: number) =>
      Buffer.concat([
        hex('06'),
        hex(`40${from.toString(16).padStart(2, '0')}`),
        hex(`40${(to - from).toString(16).padStart(2, '0')}`),
        body.subarray(from, to),
      ]);
    const next = hex(header);
    next[next.length - 1] = 3;
    const first = seal(keys, hex(header), padded(part(200, 241), hex('01'), part(30, 120)));
    // An acknowledgement of two ranges may stand before.
    const second = seal(
      keys,
      next,
      padded(hex('02 05 00 01 00 00 01'), part(110, 210), part(0, 40)),
    );
    expect(read(first).isDone).toBe(false);
    expect(read(first, second).hello?.serverName).toBe('example.com');
    expect(read(second, first).hello?.serverName).toBe('example.com');
  });

  it('with one byte changed says nothing', () => {
    const next = randomFrom(9001);
    for (let round = 0; round < 200; round++) {
      const changed = packet.slice();
      // The first 6 bytes and the rest of the header alike: all are authenticated.
      const at = next(packet.length);
      changed[at] = changed[at]! ^ (1 + next(255));
      expect(read(changed).hello).toBeNull();
    }
  });

  it('sealed with whatever frames never throws', () => {
    const next = randomFrom(version);
    for (let round = 0; round < 500; round++) {
      const frames = padded(CRYPTO_FRAME);
      for (let left = next(6); left >= 0; left--) frames[next(260)] = next(256);
      expect(() => read(seal(keys, hex(header), frames))).not.toThrow();
    }
  });
});

describe('a client that had to retry', () => {
  it('is read with the keys of the name that the server gave', () => {
    const { key, iv, headerKey, header } = VECTORS[0];
    const keys = { key: hex(key), iv: hex(iv), headerKey: hex(headerKey) };
    const hello = new QuicHello();
    // The first packet's hello is lost but for its beginning.
    const short = Buffer.concat([hex('06004010'), CRYPTO_FRAME.subarray(4, 20)]);
    hello.take(seal(keys, hex(header), padded(short)), 0, 1200);
    const renamed = hex(header.replace('8394c8f03e515708', 'f067a5502a4262b5'));
    const other = clientInitialKeys(QUIC_V1, hex('f067a5502a4262b5'))!;
    hello.take(seal(other, renamed, padded(CRYPTO_FRAME)), 0, 1200);
    expect(hello.hello?.serverName).toBe('example.com');
  });
});
