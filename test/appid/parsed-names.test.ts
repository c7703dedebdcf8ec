/** This file tests what checks over UDP read beside their verdict: questions, files, names. */

import { describe, expect, it } from 'vitest';
import { dnsQuestion } from '../../src/appid/checks/dns.ts';
import { dtlsClientHello } from '../../src/appid/checks/dtls.ts';
import { tftpRequest } from '../../src/appid/checks/tftp.ts';
import { newPiece } from '../../src/appid/piece.ts';
import { QuicHello } from '../../src/appid/quic-hello.ts';
import { UDP_SIGNATURES } from '../../src/appid/rows-udp.ts';
import { randomFrom } from '../support/random.ts';
import { exactBytes, mutate } from '../support/signature-table.ts';

/** A datagram of a pattern of exact bytes. */
function datagram(text: string) {
  const bytes = exactBytes(text);
  return { ...newPiece(), bytes, to: bytes.length, length: bytes.length };
}

describe('the question of DNS', () => {
  it.each([
    ['the root', '00', '.'],
    ['a name', '03 "www" 07 "example" 03 "com" 00', 'www.example.com'],
    ['a dot and a control character in a label', '03 "a.b" 02 "\\x07\\\\" 00', 'a\\.b.\\007\\\\'],
  ])('is %s', (_, name, wanted) => {
    const question = dnsQuestion(datagram(`1234 0100 0001 0000 0000 0000 ${name} 001c 0001`));
    expect(question).toEqual({ name: wanted, type: 28, class: 1, isResponse: false });
  });

  it('of an answer is known as one', () => {
    const text =
      '1234 8180 0001 0001 0000 0000 01 "a" 00 0001 0001 c00c 0001 0001 00000e10 0004 0a000001';
    expect(dnsQuestion(datagram(text))).toMatchObject({ name: 'a', isResponse: true });
  });

  it.each([
    ['none', '1234 0100 0000 0000 0000 0000'],
    ['cut', '1234 0100 0001 0000 0000 0000 03 "ww"'],
    ['of a label that is too long', '1234 0100 0001 0000 0000 0000 40 "www" 00 0001 0001'],
    ['shorter than a header', '1234 0100 0001'],
  ])('that is %s is null', (_, text) => {
    expect(dnsQuestion(datagram(text))).toBeNull();
  });
});

describe('a request of TFTP', () => {
  it('names a file and a mode', () => {
    const request = tftpRequest(datagram('0002 "a b.bin\\0OCTET\\0blksize\\01428\\0"'));
    expect(request).toEqual({ isWrite: true, file: 'a b.bin', mode: 'octet' });
  });

  it.each([
    ['data', '0003 0001 "octet\\0"'],
    ['a mode that is none', '0001 "a\\0binary\\0"'],
    ['an option without value', '0001 "a\\0octet\\0tsize\\0"'],
    ['no end', '0001 "a\\0octet"'],
    ['no file', '0001 "\\0octet\\0"'],
  ])('is not %s', (_, text) => {
    expect(tftpRequest(datagram(text))).toBeNull();
  });
});

/** A ClientHello of DTLS 1.2 with extensions; every length is counted by hand beside it. */
const HELLO = [
  '16 fefd 0000 000000000000 0063', // 99 = 12 + 87
  '01 000057 0000 000000 000057', // 87 = 2 + 32 + 1 + 5 + 4 + 2 + 41
  'fefd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  '00 04 cafecafe 0002 c02b 01 00',
  '0027', // 39 = 4 + 17 + 4 + 14
  '0000 0011 000f 00 000c "example.test"', // 17 = 2 + 15; 15 = 3 + 12
  '0010 000e 000c 06 "webrtc" 04 "c-wc"', // 14 = 2 + 12; 12 = 7 + 5
].join(' ');

describe('the hello of DTLS', () => {
  it('names server and protocols', () => {
    expect(dtlsClientHello(datagram(HELLO))).toEqual({
      version: 0xfefd,
      serverName: 'example.test',
      protocols: ['webrtc', 'c-wc'],
    });
  });

  it('is null where it is a fragment, or cut anywhere', () => {
    expect(
      dtlsClientHello(datagram(HELLO.replace('000057 0000 000000', '000058 0000 000000'))),
    ).toBeNull();
    const whole = datagram(HELLO);
    for (let to = 0; to < whole.to; to++) expect(dtlsClientHello({ ...whole, to })).toBeNull();
  });

  it('names nobody in characters that are no name', () => {
    const hello = dtlsClientHello(datagram(HELLO.replace('example.test', 'example\\x1b[31m')));
    expect(hello).toMatchObject({ serverName: null });
  });
});

describe('whatever the bytes', () => {
  it('nothing throws, and names stay within the datagram', () => {
    const next = randomFrom(7_301);
    const examples = [HELLO, ...UDP_SIGNATURES.map(({ example }) => example)].map(exactBytes);
    for (let round = 0; round < 20_000; round++) {
      const example = examples[round % examples.length];
      if (example === undefined) continue;
      const bytes = mutate(example, next);
      const piece = { ...newPiece(), bytes, to: bytes.length, length: bytes.length + next(3) };
      // An escaped byte takes four characters.
      expect(dnsQuestion(piece)?.name.length ?? 0).toBeLessThanOrEqual(4 * 255);
      expect(tftpRequest(piece)?.file.length ?? 0).toBeLessThan(512);
      expect(dtlsClientHello(piece)?.serverName?.length ?? 0).toBeLessThan(256);
      new QuicHello().take(bytes, 0, bytes.length);
    }
  });
});
