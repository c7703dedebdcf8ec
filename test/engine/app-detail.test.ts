/**
 * This file tests what identification reads on for once the application is known: a hello that is
 * longer than a segment, or than the budget of App-ID; and where it stops.
 */

import { describe, expect, test } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { oneZone } from '../support/one-zone.ts';
import { playBuilt } from '../support/play.ts';

const C = 'a 10.0.0.5:40000 > 203.0.113.9:443 tcp';
const S = 'a 203.0.113.9:443 > 10.0.0.5:40000 tcp';
const OPEN = [`0.00 ${C} S`, `0.01 ${S} SA`, `0.02 ${C} A`];

const word = (value: number, bytes: number) => value.toString(16).padStart(2 * bytes, '0');
const size = (hex: string) => hex.length / 2;

/**
 * A ClientHello whose key share has so many bytes, with the server's name behind it: as hexadecimal, in
 * one record.
 */
function hello(shareBytes: number): string {
  const name = Buffer.from('pq.example').toString('hex');
  const serverName = `0000${word(size(name) + 5, 2)}${word(size(name) + 3, 2)}00${word(size(name), 2)}${name}`;
  const share = `0033${word(shareBytes, 2)}${'5a'.repeat(shareBytes)}`;
  const extensions = share + serverName;
  const body = `0303${'11'.repeat(32)}00000213010100${word(size(extensions), 2)}${extensions}`;
  const message = `01${word(size(body), 3)}${body}`;
  return `160301${word(size(message), 2)}${message}`;
}

/** Segments of the client with so many bytes each; `order` is by number. */
function segments(hex: string, each: number, order?: (count: number) => number[]): string[] {
  const count = Math.ceil(size(hex) / each);
  const numbers = order?.(count) ?? [...Array(count).keys()];
  return numbers.map((i, at) => {
    const part = hex.slice(2 * i * each, 2 * (i + 1) * each);
    return `0.${100 + at} ${C} PA seq=+${1 + i * each} hex=${part}`;
  });
}

function sessionsOf(text: string, config: FirewallConfig): SessionRow[] {
  const script = parseScript(text);
  return playBuilt(script, buildPackets(script), { config }).sessions;
}

function sessionOf(lines: readonly string[]): SessionRow {
  const config = oneZone('app-id: payload');
  const sessions = sessionsOf([...OPEN, ...lines].join('\n'), config);
  expect(sessions).toHaveLength(1);
  return sessions[0] as SessionRow;
}

describe('a hello with post-quantum keys', () => {
  test('over two segments tells ssl by the first and its name by the second', () => {
    const row = sessionOf(segments(hello(1216), 1000));
    expect(row.application).toBe('ssl');
    expect(row.identification).toMatchObject({
      packet: 4,
      isDone: true,
      detail: { sni: 'pq.example' },
    });
  });

  // Three segments: with five the four packets of App-ID's budget would pass before the first one.
  test('is whole when its segments come in another order', () => {
    const row = sessionOf(
      segments(hello(2400), 900, (count) => [...Array(count).keys()].reverse()),
    );
    expect(row.identification?.detail).toEqual({ sni: 'pq.example' });
  });

  // 4 packets and 2000 bytes are the budget of identification; that is over by then.
  test.each([2400, 5000, 8000])('of %i bytes and more is read beyond the budget', (bytes) => {
    expect(sessionOf(segments(hello(bytes), 1400)).identification?.detail).toEqual({
      sni: 'pq.example',
    });
  });

  test('of more than 8192 bytes is given up, and what came before stays', () => {
    const row = sessionOf(segments(hello(9000), 1400));
    expect(row.application).toBe('ssl');
    expect(row.identification).toMatchObject({ isDone: true, detail: null });
  });

  // The first of 48 bytes tells ssl only once the cipher suites are there; 16 more packets follow.
  test('in more than 17 packets is given up', () => {
    const long = hello(1000);
    expect(sessionOf(segments(long, Math.ceil(size(long) / 17))).identification?.detail).toEqual({
      sni: 'pq.example',
    });
    expect(sessionOf(segments(long, Math.ceil(size(long) / 18))).identification?.detail).toBeNull();
  });

  test('that never comes to its end leaves nothing, and the session is done', () => {
    const row = sessionOf(segments(hello(2400), 1000).slice(0, 2));
    expect(row.application).toBe('ssl');
    expect(row.identification).toMatchObject({ isDone: true, detail: null });
  });
});

test('a session that is denied for its application shows what was read', () => {
  const config = parseFirewallConfig(
    `zones: {all: {networks: [0.0.0.0/0]}}
rules: [{name: no-tls, application: [ssl], action: deny}, {name: rest}]
session: {app-id: payload}`,
    'deny.yaml',
  );
  const script = [...OPEN, `0.1 ${C} PA hex=${hello(16)}`].join('\n');
  const sessions = sessionsOf(script, config);
  expect(sessions[0]?.rule).toBe('no-tls');
  expect(sessions[0]?.identification?.detail).toEqual({ sni: 'pq.example' });
});

test('both sides of SSH are heard, whichever comes first', () => {
  const server = `0.1 ${S} PA data="SSH-2.0-OpenSSH_9.2p1 Debian-2\\r\\n"`;
  const client = `0.2 ${C} PA data="SSH-2.0-PuTTY_0.78\\r\\n"`;
  const said = { ssh_client: 'PuTTY_0.78', ssh_server: 'OpenSSH_9.2p1 Debian-2' };
  expect(sessionOf([server, client]).identification?.detail).toEqual(said);
  expect(
    sessionOf([client.replace('0.2', '0.1'), server.replace('0.1', '0.2')]).identification?.detail,
  ).toEqual(said);
});

test('the host may come in a later segment than the request line', () => {
  const row = sessionOf([
    `0.1 ${C} PA data="GET /a HTTP/1.1\\r\\nAccept: */*\\r\\nHo"`,
    `0.2 ${C} PA data="st: www.example.com\\r\\n\\r\\n"`,
  ]);
  expect(row.identification?.detail).toEqual({ http_method: 'GET', http_host: 'www.example.com' });
});

test('CONNECT says where its tunnel leads', () => {
  const row = sessionOf([
    `0.1 ${C} PA data="CONNECT a.example:443 HTTP/1.1\\r\\nHost: b.example\\r\\n\\r\\n"`,
  ]);
  expect(row.identification?.detail).toEqual({
    http_method: 'CONNECT',
    http_host: 'b.example',
    http_target: 'a.example:443',
  });
});
