/**
 * This file compares what App-ID reads in clear with what tshark reads: server names, protocols offered,
 * HTTP methods and hosts, SSH software, DNS questions, whom certificates are for.
 *
 * Of a session the first of a kind counts. What tshark reads where the application is another one (TLS
 * in a tunnel that CONNECT opened, behind STARTTLS) is not compared; that is counted.
 */

import { afterAll, describe, expect, test } from 'vitest';
import { type AppDetail, DETAIL_KEYS, type DetailKey } from '../../src/session/app-detail.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { type Difference, expectCompared, expectKnown } from '../support/differences.ts';
import { HAS_TSHARK } from '../support/frame-fields.ts';
import { oneZone } from '../support/one-zone.ts';
import { replayFiles } from '../support/replay-file.ts';
import { HAS_CAPTURES, noteSkipped, publicCaptures } from '../support/truth-files.ts';
import { type TsharkSaid, tsharkDetails } from '../support/tshark-details.ts';
import { KNOWN_DETAILS } from './known-details.ts';

const TEST_FILE = 'app-detail.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);
else if (!HAS_TSHARK) noteSkipped(TEST_FILE, 'no tshark');

const captures = publicCaptures();
const config = oneZone('app-id: payload');
const CLIENT_HELLO = '1';
/** Applications of which a kind is read. */
const OWNERS: Readonly<Partial<Record<DetailKey, readonly string[]>>> = {
  sni: ['ssl', 'dtls', 'quic'],
  alpn: ['ssl', 'dtls', 'quic'],
  http_method: ['web-browsing', 'http-proxy', 'websocket'],
  http_host: ['web-browsing', 'http-proxy', 'websocket'],
  ssh_client: ['ssh'],
  ssh_server: ['ssh'],
  dns_query: ['dns'],
  certificate_dns: ['ssl'],
};
const equal = new Map<string, number>();
let elsewhere = 0;

describe.skipIf(!HAS_CAPTURES || !HAS_TSHARK)('what payload says, against tshark', () => {
  test.each(captures)('$file', { timeout: 120_000 }, async ({ file, path }) => {
    const said = tsharkDetails(path);
    const { sessions } = await replayFiles([path], { config, drain: true });
    expectKnown(file, [...differences(sessions, said)], KNOWN_DETAILS);
  });

  test('every listed difference is of a capture that is compared', () => {
    expectCompared(
      KNOWN_DETAILS,
      captures.map(({ file }) => file),
    );
  });

  test('every kind is there', () => {
    for (const key of Object.keys(OWNERS)) expect([key, equal.has(key)]).toEqual([key, true]);
  });

  afterAll(() => {
    const list = [...equal].map(([key, count]) => `${key} ${count}`).join(', ');
    process.stderr.write(
      `${TEST_FILE}: equal: ${list}; ${elsewhere} that tshark reads in other applications\n`,
    );
  });
});

function* differences(
  sessions: readonly SessionRow[],
  said: readonly TsharkSaid[],
): Generator<Difference> {
  for (const row of sessions) {
    const ends = [`${row.source} ${row.sport}`, `${row.destination} ${row.dport}`] as const;
    const same = (other: SessionRow) =>
      other.protocol === row.protocol &&
      [`${other.source} ${other.sport}`, `${other.destination} ${other.dport}`].sort().join() ===
        [...ends].sort().join();
    const next = sessions.find((other) => other.serial > row.serial && same(other));
    const own = said.filter(
      ({ frame, proto, source, destination }) =>
        proto === row.protocol &&
        [source, destination].sort().join() === [...ends].sort().join() &&
        frame >= row.startPacket &&
        frame < (next?.startPacket ?? Number.POSITIVE_INFINITY),
    );
    const expected = expectedOf(own, ends[0], row);
    const detail = row.identification?.detail ?? {};
    const conversation = `${row.protocol} ${ends[0]} > ${ends[1]}`;
    for (const key of DETAIL_KEYS) {
      const owners = OWNERS[key];
      if (owners === undefined) continue;
      const [ours, theirs] = [textOf(detail, key), textOf(expected, key)];
      if (!owners.includes(row.application ?? '')) {
        if (theirs !== '') elsewhere++;
        continue;
      }
      if (ours === theirs && ours !== '') equal.set(key, (equal.get(key) ?? 0) + 1);
      if (ours !== theirs)
        yield { conversation, what: `${key} ${ours || '-'}, tshark ${theirs || '-'}` };
    }
    yield* subjectDifference(conversation, own, detail);
  }
}

/** tshark names all attributes of issuer and subject alike: ours must be among them. */
function* subjectDifference(
  conversation: string,
  own: readonly TsharkSaid[],
  { certificate }: AppDetail,
): Generator<Difference> {
  if (certificate === undefined) return;
  const all = own.flatMap((one) => [
    ...one.of('x509sat.uTF8String'),
    ...one.of('x509sat.printableString'),
    ...one.of('x509sat.teletexString'),
  ]);
  if (all.includes(String(certificate)))
    equal.set('certificate', (equal.get('certificate') ?? 0) + 1);
  else yield { conversation, what: `certificate ${certificate}, tshark ${all.join(' | ') || '-'}` };
}

function textOf(detail: AppDetail, key: DetailKey): string {
  const value = detail[key] ?? '';
  return typeof value === 'string' ? value : value.join(',');
}

/** The first of each kind. */
function expectedOf(own: readonly TsharkSaid[], client: string, row: SessionRow): AppDetail {
  const ofClient = own.filter(({ source }) => source === client);
  const ofServer = own.filter(({ source }) => source !== client);
  const hello = ofClient.find(
    (one) => one.of('tls.handshake.type')[0] === CLIENT_HELLO || row.protocol === 17,
  );
  const first = (list: readonly TsharkSaid[], field: Parameters<TsharkSaid['of']>[0]) =>
    list.map((one) => one.of(field)[0]).find((value) => value !== undefined);
  const isDatagram = row.application === 'dtls';
  const names = hello?.of(
    isDatagram ? 'dtls.handshake.extensions_server_name' : 'tls.handshake.extensions_server_name',
  );
  const protocols = hello?.of(
    isDatagram ? 'dtls.handshake.extensions_alpn_str' : 'tls.handshake.extensions_alpn_str',
  );
  const request = ofClient.find((one) => one.of('http.request.method').length > 0);
  const software = (list: readonly TsharkSaid[]) =>
    first(list, 'ssh.protocol')?.replace(/^SSH-[^-]*-/, '');
  const expected = {
    sni: names?.[0],
    alpn: protocols?.length === 0 ? undefined : protocols,
    http_method: request?.of('http.request.method')[0],
    http_host: request?.of('http.host')[0],
    ssh_client: software(ofClient),
    ssh_server: software(ofServer),
    dns_query: first(own, 'dns.qry.name'),
    certificate_dns: ofServer
      .find((one) => one.of('tls.handshake.type').includes('11'))
      ?.of('x509ce.dNSName')[0],
  };
  return Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined));
}
