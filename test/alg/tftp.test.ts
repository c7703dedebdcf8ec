/** This file tests the ALG of TFTP: requests beside the nearest datagrams that are none. */

import { describe, expect, it } from 'vitest';
import { TFTP, TFTP_REQUEST_BYTES_MAX } from '../../src/alg/tftp.ts';
import { AlgLog, algSession } from '../support/alg-log.ts';

function play(...datagrams: readonly (readonly [side: 0 | 1, bytes: string])[]): string[] {
  const log = new AlgLog(TFTP, algSession('10.10.10.5', 56106, '203.0.113.50', 69, 17));
  for (const [side, bytes] of datagrams) log.read(side, bytes);
  return log.said;
}

const waits = (cause: string) => [
  `transfer: tftp/17 server * -> client:56106 by client's ${cause}`,
];
const READ = '\0\x01a\0octet\0';

describe('a request', () => {
  it.each<[string, string, string]>([
    ['to read', READ, 'RRQ'],
    ['to write', '\0\x02a\0netascii\0', 'WRQ'],
    ['in mixed case', '\0\x01pxelinux.0\0NetASCII\0', 'RRQ'],
    // RFC 2347's own form, and RFC 2349's sizes.
    ['with options', '\0\x01a\0octet\0blksize\x001428\0tsize\x000\0', 'RRQ'],
    ['of a mode that the server will refuse', '\0\x01a\0binary\0', 'RRQ'],
    [
      'as long as may be',
      `${READ + 'a'.repeat(TFTP_REQUEST_BYTES_MAX - READ.length - 1)}\0`,
      'RRQ',
    ],
  ])('%s', (_, bytes, cause) => {
    expect(play([0, bytes])).toEqual(waits(cause));
  });

  it('sent again asks again', () => {
    expect(play([0, READ], [0, READ])).toEqual([...waits('RRQ'), ...waits('RRQ')]);
  });

  it('is refused by an error from the same port', () => {
    expect(play([0, READ], [1, '\0\x05\0\x01File not found\0'])).toEqual([
      ...waits('RRQ'),
      'transfer withdrawn by ERROR',
    ]);
    expect(play([0, READ], [1, '\0\x03\0\x01data'])).toEqual(waits('RRQ'));
  });
});

describe('no request is', () => {
  it.each<[string, string]>([
    ['data', '\0\x03\0\x01octet\0'],
    ['an acknowledgment', '\0\x04\0\x01'],
    ['an error of the client', '\0\x05\0\x01a\0octet\0'],
    ['another byte order', '\x01\0a\0octet\0'],
    ['one without a file', '\0\x01\0octet\0'],
    ['one without a mode', '\0\x01a\0'],
    ['one with an empty mode', '\0\x01a\0\0'],
    ['one whose mode does not end', '\0\x01a\0octet'],
    ['one whose file does not end', '\0\x01a'],
    ['an operation alone', '\0\x01'],
    ['one byte', '\0'],
    ['nothing', ''],
  ])('%s', (_, bytes) => {
    expect(play([0, bytes])).toEqual([]);
  });

  it('one of the server', () => {
    expect(play([1, READ])).toEqual([]);
  });

  it('one that is too long', () => {
    const long = `${READ + 'a'.repeat(TFTP_REQUEST_BYTES_MAX - READ.length)}\0`;
    expect(play([0, long])).toEqual(['exceeded message']);
  });
});
