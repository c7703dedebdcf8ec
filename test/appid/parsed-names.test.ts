/** This file tests what checks over UDP read beside their verdict: questions, files, names. */

import { describe, expect, it } from 'vitest';
import { dnsQuestion } from '../../src/appid/checks/dns.ts';
import { tftpRequest } from '../../src/appid/checks/tftp.ts';
import { DTLS_DETAIL } from '../../src/appid/details/dtls.ts';
import { QUIC_DETAIL } from '../../src/appid/details/quic.ts';
import { newPiece } from '../../src/appid/piece.ts';
import { UDP_SIGNATURES } from '../../src/appid/rows-udp.ts';
import type { AppDetail } from '../../src/session/app-detail.ts';
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

/** Fragments of the hello's body, each in a datagram of its own (RFC 6347 §4.2.3). */
function fragments(size: number): string[] {
  const body = Buffer.from(exactBytes(HELLO).subarray(13 + 12)).toString('hex');
  const word = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  const list: string[] = [];
  for (let at = 0; at < body.length / 2; at += size) {
    const part = body.slice(2 * at, 2 * (at + size));
    const length = part.length / 2;
    const message = `01 000057 0000 ${word(at, 6)} ${word(length, 6)} ${part}`;
    list.push(`16 fefd 0000 000000000000 ${word(12 + length, 4)} ${message}`);
  }
  return list;
}

/** What datagrams of a client say together, and whether that is all. */
function heard(datagrams: readonly string[]): [AppDetail, boolean] {
  const reader = DTLS_DETAIL.newReader();
  const detail: AppDetail = {};
  const done = datagrams.map((text) => reader(datagram(text), detail));
  return [detail, done.at(-1) === true];
}

describe('the hello of DTLS', () => {
  const said = { sni: 'example.test', alpn: ['webrtc', 'c-wc'] };

  it('names server and protocols', () => {
    expect(heard([HELLO])).toEqual([said, true]);
  });

  it.each([1, 20, 50, 86])('does so in fragments of %i bytes, in any order', (size) => {
    expect(heard(fragments(size))).toEqual([said, true]);
    expect(heard(fragments(size).reverse())).toEqual([said, true]);
    expect(heard(fragments(size).slice(1))).toEqual([{}, false]);
  });

  it('says nothing where it is cut anywhere', () => {
    const whole = datagram(HELLO);
    for (let to = 0; to < whole.to; to++) {
      const detail: AppDetail = {};
      expect(DTLS_DETAIL.newReader()({ ...whole, to }, detail)).toBe(false);
      expect(detail).toEqual({});
    }
  });

  it('names nobody in characters that are no name', () => {
    const [detail] = heard([HELLO.replace('example.test', 'example\\x1b[31m')]);
    expect(detail).toEqual({ alpn: said.alpn });
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
      const detail: AppDetail = {};
      DTLS_DETAIL.newReader()(piece, detail);
      QUIC_DETAIL.newReader()(piece, detail);
      expect(detail.sni?.length ?? 0).toBeLessThan(256);
    }
  });
});
