/** This file checks the bytes of built pcap and pcapng files. */

import { describe, expect, test } from 'vitest';
import { buildCapture, captureExtension, parseScript } from '../../samples/script/index.ts';

const PING = '10.0.0.5 > 10.0.0.9 icmp echo len=0'; // a frame of 42 bytes

const hexOf = (text: string) => Buffer.from(buildCapture(parseScript(text))).toString('hex');
const plain = (text: string) => text.replaceAll(/[ \n]/g, '');

describe('pcap', () => {
  test('header and record in microseconds', () => {
    const file = hexOf(`@format pcap\n@start 1970-01-01T00:00:01.000002Z\n0.5 a ${PING} snap=20`);
    expect(file.slice(0, 80)).toBe(
      plain(
        'd4c3b2a1 02000400 00000000 00000000 00000400 01000000 01000000 22a10700 14000000 2a000000',
      ),
    );
    expect(file).toHaveLength(2 * (24 + 16 + 20));
  });

  test('nanoseconds have their own magic', () => {
    const file = hexOf(`@format pcap-ns\n@start 1970-01-01T00:00:00Z\n0.000000003 a ${PING}`);
    expect(file.slice(0, 8)).toBe('4d3cb2a1');
    expect(file.slice(48, 64)).toBe('0000000003000000');
  });

  test('a script without a packet is a file of a header', () => {
    expect(hexOf('@format pcap')).toHaveLength(48);
  });
});

describe('pcapng', () => {
  test('section, interface, packet with flags and comment, statistics', () => {
    const file = hexOf(`@start 1970-01-01T00:00:00Z
      @interface lan snaplen=96 tsresol=6
      @comment "hi"
      @end 3
      @drop lan 5
      0.5 lan ${PING} snap=21 out comment="why"`);
    const userApplication = Buffer.from('slowpath packet script').toString('hex');
    const header = plain(`0a0d0d0a 44000000 4d3c2b1a 01000000 ffffffffffffffff
      01000200 68690000  04001600 ${userApplication} 0000  00000000 44000000`);
    const description = plain(`01000000 28000000 01000000 60000000
      02000300 6c616e00  09000100 06000000  00000000 28000000`);
    expect(file.slice(0, header.length)).toBe(header);
    expect(file.slice(header.length).startsWith(description)).toBe(true);
    const packet = file.slice(header.length + description.length);
    expect(packet.slice(0, 56)).toBe(
      plain('06000000 4c000000 00000000 00000000 20a10700 15000000 2a000000'),
    );
    // 21 bytes are kept; three of padding, then the options.
    expect(packet.slice(56 + 42, 152)).toBe(
      plain('000000 01000300 77687900 02000400 02000000 00000000 4c000000'),
    );
    expect(packet.slice(152)).toBe(
      plain(`05000000 4c000000 00000000 00000000 c0c62d00
        02000800 00000000 00000000  03000800 00000000 c0c62d00
        04000800 0100000000000000  05000800 0500000000000000  00000000 4c000000`),
    );
  });

  test('times go beyond 32 bits', () => {
    const file = hexOf(`@start 1970-01-01T00:00:04.294967297Z\n0 a ${PING}`);
    expect(file).toContain(plain('06000000 4c000000 00000000 01000000 01000000 2a000000 2a000000'));
  });

  test('statistics of a drop alone end with the last packet', () => {
    const file = hexOf(
      `@start 1970-01-01T00:00:00Z\n2 a ${PING}\n1 a ${PING}\n0 b ${PING}\n@drop a 1`,
    );
    const statistics = [...file.matchAll(/05000000 ?4c000000/g)];
    expect(statistics).toHaveLength(1);
    expect(file.slice(statistics[0]?.index)).toMatch(/^050000004c000000000000000000000000943577/);
  });
});

test('the same script gives the same bytes', () => {
  const text = `0 a ${PING}\n0 b 10.0.0.5:1 > 10.0.0.9:2 tcp S ts=1/0`;
  expect(hexOf(text)).toBe(hexOf(text));
});

test('the file name follows the format', () => {
  const name = (format: string) => captureExtension(parseScript(`@format ${format}`));
  expect(['pcap', 'pcap-ns', 'pcapng'].map(name)).toEqual(['.pcap', '.pcap', '.pcapng']);
});
