/**
 * This file tests what is read from hellos and certificates. The bytes are a session of OpenSSL 3.0.19
 * over TLS 1.2 (client: Python's ssl; certificate: `openssl req -x509`), so names and order are known.
 */

import { describe, expect, test } from 'vitest';
import { parseClientHello, parseServerHello } from '../../src/appid/checks/tls-names.ts';
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

const client = (bytes: Uint8Array) => parseClientHello(bytes, 0, bytes.length);
const server = (bytes: Uint8Array) => parseServerHello(bytes, 0, bytes.length);

describe('a client', () => {
  const hello = { version: 0x0303, serverName: 'www.example.org', protocols: ['h2', 'http/1.1'] };

  test('says name, protocols and version', () => {
    expect(client(CLIENT)).toEqual(hello);
  });

  test.each([1, 7, 60, 172])('says the same in records of %i bytes', (size) => {
    expect(client(inRecords(CLIENT, size))).toEqual(hello);
  });

  test('that is cut behind its name has said the name', () => {
    // Headers 9, version and random 34, session 1, suites 6, compressions 2, length 2, then 24.
    expect(client(CLIENT.subarray(0, 78))).toEqual({ ...hello, protocols: [] });
  });

  test('that is cut in its name has not', () => {
    expect(client(CLIENT.subarray(0, 77))).toEqual({ ...hello, serverName: null, protocols: [] });
  });

  test('offers TLS 1.3 among others, and a version that is none', () => {
    const bytes = Uint8Array.from(CLIENT);
    // The list of signature algorithms becomes one of versions: 0x7f7f stands for GREASE.
    const at = bytes.length - 46;
    expect([...bytes.subarray(at, at + 4)]).toEqual([0, 13, 0, 42]);
    bytes.set([0, 43], at);
    bytes.fill(0, at + 4);
    bytes.set([6, 0x7f, 0x7f, 3, 4, 3, 3], at + 4);
    expect(client(bytes)?.version).toBe(0x0304);
  });

  test.each([
    ['a server', SERVER],
    ['nothing', new Uint8Array(0)],
    ['half a header', CLIENT.subarray(0, 20)],
  ])('is not %s', (_name, bytes) => {
    expect(client(bytes)).toBeNull();
  });
});

describe('a server', () => {
  const hello = { version: 0x0303, protocol: 'http/1.1', certificateName: 'www.example.org' };

  test('says protocol, version and the name in its certificate', () => {
    expect(server(SERVER)).toEqual(hello);
  });

  test('whose certificate is cut in the subject has no name', () => {
    expect(server(SERVER.subarray(0, SERVER.length - 30))).toEqual({
      ...hello,
      certificateName: null,
    });
  });

  test('of TLS 1.3 sends nothing else in clear', () => {
    const bytes = Uint8Array.from(SERVER);
    // An extension of two bytes in place of EC point formats, of four, and an empty one.
    const at = bytes.indexOf(0x0b, 50) - 1;
    bytes.set([0, 43, 0, 2, 3, 4], at);
    expect(server(bytes)).toMatchObject({ version: 0x0304, certificateName: null });
  });

  test('is not a client', () => {
    expect(server(CLIENT)).toBeNull();
  });
});

test('whatever the bytes, nothing is thrown and names are visible', { timeout: 1 << 30 }, () => {
  const next = randomFrom(443);
  for (let left = Number(process.env.SLOWPATH_FUZZ ?? 20_000); left > 0; left--) {
    const bytes = mutate(left & 1 ? CLIENT : SERVER, next);
    const said = [client(bytes)?.serverName, server(bytes)?.certificateName];
    for (const name of said) if (name) expect(name).toMatch(/^[ -~\x80-\xff\t]{1,255}$/);
  }
});
