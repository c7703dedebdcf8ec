/** This file tests what is read from the head of HTTP messages. */

import { expect, test } from 'vitest';
import { parseHttpHead } from '../../src/appid/checks/http.ts';
import { randomFrom } from '../support/random.ts';
import { mutate } from '../support/signature-table.ts';

const NOTHING = {
  method: null,
  target: null,
  status: null,
  host: null,
  upgrade: null,
  isWhole: false,
};

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const head = (text: string) => parseHttpHead(bytesOf(text), 0, text.length);

/** RFC 6455 §1.2. */
const CHAT = 'GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: WebSocket\r\n\r\n';

test.each([
  [
    CHAT,
    {
      ...{ method: 'GET', target: '/chat', host: 'server.example.com', upgrade: 'websocket' },
      isWhole: true,
    },
  ],
  ['GET / HTTP/1.0\r\n\r\n', { method: 'GET', target: '/', isWhole: true }],
  ['GET /\r\n', { method: 'GET', target: '/' }],
  ['GET /a/long', { method: 'GET', target: '/a/long' }],
  [
    'POST /x HTTP/1.1\nhOST:\ta.b:81 \n\n',
    { method: 'POST', target: '/x', host: 'a.b:81', isWhole: true },
  ],
  ['CONNECT a.b:443 HTTP/1.1\r\n', { method: 'CONNECT', target: 'a.b:443' }],
  // A header that is cut is not there, nor is one behind the empty line.
  ['GET / HTTP/1.1\r\nHost: server.exam', { method: 'GET', target: '/' }],
  ['POST / HTTP/1.1\r\n\r\nHost: a\r\n', { method: 'POST', target: '/', isWhole: true }],
  ['HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n', { status: 101, upgrade: 'websocket' }],
  ['HTTP/1.0 404 Not Found', { status: 404 }],
])('%j', (text, said) => {
  expect(head(text)).toEqual({ ...NOTHING, ...said });
});

test.each([
  '',
  'GET',
  'FETCH / HTTP/1.1\r\n',
  'GET / HTTP/3.0\r\n',
  'HTTP/1.1 600 No\r\n',
  'SSH-2.0-x',
])('%j is no head', (text) => {
  expect(head(text)).toBeNull();
});

test('whatever the bytes, nothing is thrown', { timeout: 1 << 30 }, () => {
  const next = randomFrom(80);
  for (let left = Number(process.env.SLOWPATH_FUZZ ?? 20_000); left > 0; left--) {
    const bytes = mutate(bytesOf(CHAT), next);
    const said = parseHttpHead(bytes, 0, bytes.length);
    if (said?.status) expect(said.status).toBeGreaterThanOrEqual(100);
  }
});
