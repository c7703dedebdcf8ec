/**
 * This file tests what is read from the server's side of a DTLS handshake. The bytes are a session of
 * OpenSSL 3.0.22 over DTLS 1.2 with an MTU of 256 (`openssl s_server -dtls1_2 -mtu 256`; certificate:
 * `openssl req -x509`), so names are known; tshark puts the fragments together in frames 6 to 8.
 */

import { describe, expect, test } from 'vitest';
import { DTLS_DETAIL } from '../../src/appid/details/dtls.ts';
import { newPiece } from '../../src/appid/piece.ts';
import type { AppDetail } from '../../src/session/app-detail.ts';
import { randomFrom } from '../support/random.ts';
import { mutate } from '../support/signature-table.ts';
import { hex } from '../wire/hex.ts';

/** HelloVerifyRequest. */
const VERIFY = hex(`
  16feff00000000000000000023030000170000000000000017feff140852f29ec9436384e48b45907684744f7f2b5959`);
/** ServerHello, and a fragment of the certificate. */
const FIRST = hex(`
  16fefd00000000000000010054020000480001000000000048fefdd634a3a59e7f08cc409bfe9ac7ceee7d2cfdb8ead3
  becf95e1a2a5974176831a00c02c000020ff01000100000b0004030001020023000000100007000504636f6170001700
  0016fefd000000000000000200760b0001fe000200000000006a0001fb0001f8308201f43082019aa003020102021408
  a4af51175d56505524c7833bc3092397412979300a06082a8648ce3d040302303a310b30090603550406130244453110
  300e060355040a0c074578616d706c653119301706035504030c1064746c732e6578616d`);
const SECOND = hex(`
  16fefd000000000000000300d70b0001fe000200006a0000cb706c652e6f7267301e170d323631313236313235303530
  5a170d3336313132333132353035305a303a310b30090603550406130244453110300e060355040a0c074578616d706c
  653119301706035504030c1064746c732e6578616d706c652e6f72673059301306072a8648ce3d020106082a8648ce3d
  03010703420004612a096f24617c46211e13271de8f85a171d947d805dba8fe954932dd4b239c1bdc57e50a6b384c8c3
  8d9ce2ce58f44f18fa51559fc8f65a1e5dc56b3ed30f22a37e307c301d0603551d0e0416`);
const THIRD = hex(`
  16fefd000000000000000400d50b0001fe00020001350000c904140183e7588c6fb4696914bec30a43ffd387506f7330
  1f0603551d230418301680140183e7588c6fb4696914bec30a43ffd387506f73300f0603551d130101ff040530030101
  ff30290603551d1104223020820f616c742e6578616d706c652e6f7267820d622e6578616d706c652e6f7267300a0608
  2a8648ce3d0403020348003045022100b5a1c844c347060708551b491b99e900f705a5a0d5335b9c957ab022a502f8dd
  022040733a621ac040311879b8ae2eb5c0cd1ed9bc093d722d3b84193775dc2dbb21`);
/** The client's key, then a record of the next epoch. */
const FINISHED = hex(`
  16fefd0000000000000004002d10000021000200000000002120ed22c8b754550c9b177de8d9028c608c6e2233d451f9
  07a722b6643788fb2e4f14fefd000000000000000500010116fefd0001000000000000003008df5b285591a467b32044
  518534ee1b66457468fc32f737024b9d079727a61ea3bb764bec75b70564774166c49cd717`);

const SAID = {
  tls_version: 'DTLS 1.2',
  alpn_chosen: 'coap',
  certificate: 'dtls.example.org',
  certificate_dns: 'alt.example.org',
};

/** What datagrams of a side say together, and whether that is all. */
function heard(side: number, ...datagrams: Uint8Array[]): [AppDetail, boolean] {
  const reader = DTLS_DETAIL.newReader();
  const detail: AppDetail = {};
  let isDone = false;
  for (const bytes of datagrams) {
    isDone = reader({ ...newPiece(), bytes, to: bytes.length, length: bytes.length, side }, detail);
  }
  return [detail, isDone];
}

describe('a server of DTLS 1.2', () => {
  test('says version, protocol, and whom its certificate is for', () => {
    expect(heard(1, VERIFY, FIRST, SECOND, THIRD)).toEqual([SAID, true]);
  });

  test.each([
    ['backwards', [THIRD, SECOND, FIRST]],
    ['hello last', [SECOND, THIRD, FIRST]],
    ['one twice', [FIRST, FIRST, SECOND, SECOND, THIRD]],
  ])('says the same with its datagrams %s', (_name, datagrams) => {
    expect(heard(1, ...datagrams)).toEqual([SAID, true]);
  });

  test('whose certificate lacks its middle has no name of it: the subject lies there', () => {
    const { tls_version, alpn_chosen } = SAID;
    expect(heard(1, FIRST, THIRD)).toEqual([{ tls_version, alpn_chosen }, false]);
  });

  test('that numbers its certificate anew and anew is listened to 512 times', () => {
    // The number of the message (RFC 6347 §4.2.2) lies behind 13 bytes of record, type and length.
    const renumbered = Uint8Array.from(THIRD);
    renumbered[13 + 5] = 9;
    const { tls_version, alpn_chosen } = SAID;
    const times = (n: number) => Array.from({ length: n }, () => renumbered);
    expect(heard(1, ...times(509), FIRST, SECOND, THIRD)).toEqual([SAID, true]);
    const [detail, isDone] = heard(1, ...times(510), FIRST, SECOND, THIRD);
    expect([detail.tls_version, detail.alpn_chosen, isDone]).toEqual([
      tls_version,
      alpn_chosen,
      false,
    ]);
    expect(detail.certificate_dns).toBeUndefined();
  });

  test('that goes on encrypted says no more', () => {
    const cipher = hex('14fefd0000000000000005000101');
    expect(heard(1, cipher)).toEqual([{}, true]);
    expect(heard(0, FINISHED)).toEqual([{}, true]);
  });

  test('that chooses DTLS 1.3 sends nothing else in clear', () => {
    // RFC 9147 §5.3: supported_versions has 0xfefc; in place of the first extension.
    const bytes = Uint8Array.from(FIRST);
    const body = 13 + 12;
    const extensions = body + 2 + 32 + 1 + bytes[body + 34]! + 3 + 2;
    bytes.set([0, 43, 0, 2, 0xfe, 0xfc], extensions);
    const [detail, isDone] = heard(1, bytes);
    expect([detail.tls_version, isDone]).toEqual(['DTLS 1.3', true]);
  });

  test('whatever its bytes are, names stay names', () => {
    const next = randomFrom(6_347);
    for (let round = 0; round < 20_000; round++) {
      const flight = [FIRST, SECOND, THIRD].map((one) => mutate(one, next));
      const [detail] = heard(1, ...flight);
      for (const value of Object.values(detail)) expect(String(value).length).toBeLessThan(256);
    }
  });
});
