/**
 * This file tests what is read from hellos and certificates. The bytes are a session of OpenSSL 3.0.19
 * over TLS 1.2 (client: Python's ssl; certificate: `openssl req -x509`), so names and order are known.
 */

import { describe, expect, test } from 'vitest';
import { TLS_DETAIL } from '../../src/appid/details/tls.ts';
import { newPiece } from '../../src/appid/piece.ts';
import type { AppDetail } from '../../src/session/app-detail.ts';
import { randomFrom } from '../support/random.ts';
import { mutate } from '../support/signature-table.ts';
import { hex } from '../wire/hex.ts';

const CLIENT = hex(`
  16030100ad010000a90303023d2975a439e00ebfaf0810c47c9d3fdf13cfb1ce48b52fa236d79f52b1c4b5000004c02b
  00ff0100007c00000014001200000f7777772e6578616d706c652e6f7267000b000403000102000a000c000a001d0017
  001e00190018002300000010000e000c02683208687474702f312e310016000000170000000d002a0028040305030603
  080708080809080a080b080408050806040105010601030303010302040205020602`);

/** ServerHello, then the certificate up to its validity and subject, and the key's beginning. */
const SERVER = hex(`
  16030300500200004c0303083e7bc56b913fdac8ee1bf6951a817cf826ce2c4d2f88d10905b4a128d9735300c02b0000
  24ff01000100000b000403000102002300000010000b000908687474702f312e310017000016030301d50b0001d10001
  ce0001cb308201c73082016da00302010202144b8251bae7dd7dce420171f4e6502b5bedf8105d300a06082a8648ce3d
  0403023039310b30090603550406130244453110300e060355040a0c074578616d706c653118301606035504030c0f77
  77772e6578616d706c652e6f7267301e170d3236313132363036343431355a170d3336313132333036343431355a3039
  310b30090603550406130244453110300e060355040a0c074578616d706c653118301606035504030c0f7777772e6578
  616d706c652e6f72673059301306072a8648ce3d020106082a8648ce3d03010703420004`);

/** The same messages in records of so many bytes. */
function inRecords(bytes: Uint8Array, size: number): Uint8Array {
  const length = (bytes[3]! << 8) | bytes[4]!;
  const message = bytes.subarray(5, 5 + length);
  const records: number[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(22, 3, 1, part.length >> 8, part.length & 255, ...part);
  }
  return Uint8Array.from(records);
}

/** What a side's stream says so far, and whether that is all. */
function read(side: number, bytes: Uint8Array): AppDetail & { isDone: boolean } {
  const piece = { ...newPiece(), bytes, to: bytes.length, length: bytes.length, side };
  const detail: AppDetail = {};
  return { isDone: TLS_DETAIL.newReader()(piece, detail), ...detail };
}

const client = (bytes: Uint8Array) => read(0, bytes);
const server = (bytes: Uint8Array) => read(1, bytes);

describe('a client', () => {
  const hello = { isDone: true, sni: 'www.example.org', alpn: ['h2', 'http/1.1'] };

  test('says name and protocols', () => {
    expect(client(CLIENT)).toEqual(hello);
  });

  test.each([1, 7, 60, 172])('says the same in records of %i bytes', (size) => {
    expect(client(inRecords(CLIENT, size))).toEqual(hello);
  });

  test('that is cut behind its name has said the name', () => {
    // Headers 9, version and random 34, session 1, suites 6, compressions 2, length 2, then 24.
    expect(client(CLIENT.subarray(0, 78))).toEqual({ isDone: false, sni: 'www.example.org' });
  });

  test('that is cut in its name has not', () => {
    expect(client(CLIENT.subarray(0, 77))).toEqual({ isDone: false });
  });

  test('whose record is followed by another than of the handshake says no more', () => {
    const cut = Uint8Array.from([...CLIENT.subarray(0, 78), 20, 3, 3, 0, 1, 1]);
    cut.set([0, 73], 3);
    expect(client(cut)).toEqual({ isDone: true, sni: 'www.example.org' });
  });

  test('with a name of another type before that of a host has that of the host', () => {
    // RFC 6066 §3: the list may have names of other types, each behind its length.
    const at = 54;
    expect([...CLIENT.subarray(at, at + 9)]).toEqual([0, 0, 0, 20, 0, 18, 0, 0, 15]);
    const bytes = Uint8Array.from(CLIENT);
    bytes.set([9, 0, 2, 65, 66, 0, 0, 10], at + 6);
    expect(client(bytes).sni).toBe('xample.org');
  });

  test.each([
    ['a server', SERVER, true],
    ['nothing', new Uint8Array(0), false],
    ['half a header', CLIENT.subarray(0, 20), false],
  ])('is not %s', (_name, bytes, isDone) => {
    expect(client(bytes)).toEqual({ isDone });
  });
});

describe('a server', () => {
  const chosen = { tls_version: 'TLS 1.2', alpn_chosen: 'http/1.1' };

  test('says protocol, version and the name in its certificate, which goes on', () => {
    expect(server(SERVER)).toEqual({ isDone: false, ...chosen, certificate: 'www.example.org' });
  });

  test('whose certificate is cut in the subject has no name', () => {
    const cut = SERVER.subarray(0, SERVER.length - 30);
    expect(server(cut)).toEqual({ isDone: false, ...chosen });
  });

  test('whose common name holds a tab has none', () => {
    const bytes = Uint8Array.from(SERVER);
    // The last one is the subject's; the issuer's is the same text.
    bytes[bytes.lastIndexOf(0x77) + 1] = 9;
    expect(server(bytes)).toEqual({ isDone: false, ...chosen });
  });

  test('that takes a session up again sends no certificate', () => {
    // A ServerHello of 80 + 5 bytes, then the change of cipher.
    const bytes = Uint8Array.from([...SERVER.subarray(0, 85), 20, 3, 3, 0, 1, 1]);
    expect(server(bytes)).toEqual({ isDone: true, ...chosen });
    expect(server(bytes.subarray(0, 85)).isDone).toBe(false);
  });

  test('of TLS 1.3 sends nothing else in clear', () => {
    const bytes = Uint8Array.from(SERVER);
    // An extension of two bytes in place of EC point formats, of four, and an empty one.
    const at = bytes.indexOf(0x0b, 50) - 1;
    bytes.set([0, 43, 0, 2, 3, 4], at);
    expect(server(bytes)).toMatchObject({ isDone: true, tls_version: 'TLS 1.3' });
    expect(server(bytes).certificate).toBeUndefined();
  });

  test('is not a client', () => {
    expect(server(CLIENT)).toEqual({ isDone: true });
  });
});

test('whatever the bytes, nothing is thrown and names are visible', { timeout: 1 << 30 }, () => {
  const next = randomFrom(443);
  for (let left = Number(process.env.SLOWPATH_FUZZ ?? 20_000); left > 0; left--) {
    const bytes = mutate(left & 1 ? CLIENT : SERVER, next);
    const said = [client(bytes).sni, server(bytes).certificate_dns];
    for (const name of said) if (name) expect(name).toMatch(/^[!-~]{1,255}$/);
    const subject = server(bytes).certificate;
    if (subject) expect(subject).toMatch(/^[^\p{Cc}]{1,255}$/u);
  }
});
