/**
 * This file tests that files of other formats are named by their content and that the advice can be
 * followed: where editcap is installed it writes them, and makes captures of them by that advice.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { pcap, replay, replayBytes, writeCapture } from './build-capture.ts';

const HAS_EDITCAP = spawnSync('editcap', ['-h']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'slowpath-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bytes at their offset in zeros. */
function at(offset: number, bytes: Uint8Array | string): Buffer {
  return Buffer.concat([Buffer.alloc(offset), Buffer.from(bytes), Buffer.alloc(64)]);
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** An ERF record: time, type 2 (Ethernet), flags, lengths; 64 bytes. */
function erf(): Buffer {
  const record = Buffer.alloc(64);
  record.writeUInt32LE(1_700_000_000, 4);
  record.writeUInt8(2, 8);
  record.writeUInt16BE(64, 10);
  record.writeUInt16BE(46, 14);
  return record;
}

describe('named, with what helps', () => {
  test.each([
    ['xz', hex('fd377a585a00'), 'xz', 'xz -dc'],
    ['bz2', Buffer.from('BZh91AY&SY'), 'bzip2', 'bzip2 -dc'],
    ['Z', hex('1f9d90'), 'compress', 'gzip -dc'],
    ['zip', Buffer.from('PK\x03\x04'), 'zip', 'unzip'],
    ['7z', hex('377abcaf271c'), '7-Zip', '7z x'],
    ['tar', at(257, 'ustar'), 'tar', 'tar -xf'],
    ['snoop', Buffer.from('snoop\0\0\0\0\0\0\x02'), 'snoop', 'editcap -F pcapng'],
    ['netmon', Buffer.from('GMBU\0\x02'), 'Network Monitor 2', 'editcap -F pcapng'],
    ['aix', Buffer.from('iptrace 2.0'), 'iptrace', 'editcap -F pcapng'],
    ['nettl9', hex('000000010000000000 07d000'), 'nettl (HP-UX 9)', 'editcap -F pcapng'],
    ['radcom', hex('42d2003412662288'), 'RADCOM', 'editcap -F pcapng'],
    ['rf5', hex('0000020012050010'), 'K12 (.rf5)', 'editcap -F pcapng'],
    ['peek', Buffer.from('\x7fver\0\0'), 'OmniPeek or AiroPeek', 'editcap -F pcapng'],
    ['observer', Buffer.from('ObserverPktBufferVersion=15.00'), 'Observer', 'editcap -F pcapng'],
    ['blf', Buffer.from('LOGG\x90\0'), 'Vector BLF', 'editcap -F pcapng'],
    ['erf', erf(), 'ERF', 'editcap -F pcapng'],
    // What editcap writes first: meta data without a time.
    ['erf with meta data', hex('0000000000000000 9b040080 00000068 1100'), 'ERF', 'editcap'],
    ['journal', Buffer.from('LPKSHHRH'), 'systemd journal', 'no packets'],
    ['etl', at(0x48, hex('020002c0')), 'Windows trace (ETL)', 'etl2pcapng'],
    ['netsniff', hex('12cbe2a1 02000400'), 'netsniff-ng pcap', 'netsniff-ng --in'],
    ['navtel', hex('4d3c2ba1 02000400'), 'Navtel pcap', 'plain pcap'],
    ['mesquita', hex('a1b234cd 00020004'), 'Mesquita pcap', 'plain pcap'],
    ['crlf', hex('0d0a0d0d0d0a1c000000'), 'pcapng changed by a transfer as text', 'binary mode'],
    ['json', Buffer.from('[\n  {"_index": "packets"}]'), 'JSON', 'save the capture'],
    ['pdml', Buffer.from('<?xml version="1.0"?>\n<pdml>'), 'PDML (Wireshark XML)', 'pcapng'],
    ['hex', Buffer.from('0000  00 11 22 33 44 55 66\n'), 'text, a hex dump', 'text2pcap'],
    [
      'tcpdump',
      Buffer.from('12:00:01.123456 IP 10.0.0.5.1 > 10.0.0.6.2: Flags [S]\n'),
      "tcpdump's text",
      'tcpdump -w',
    ],
    ['utf16', Buffer.from('\ufeffNotes of mine', 'utf16le'), 'text', 'text2pcap'],
    ['text', Buffer.from('Grüße, keine Pakete\n'), 'text', 'text2pcap'],
  ])('%s', async (name, bytes, format, advice) => {
    for (const content of [bytes, gzipSync(bytes)]) {
      const path = writeCapture(content, `it's ${name}`);
      const { frames, report } = await replay([path]);
      const damage = report.files[0]?.damage;
      expect(frames).toEqual([]);
      expect(damage?.code).toBe('CAPTURE_UNSUPPORTED_FORMAT');
      expect(damage?.message).toBe(`the file is in the format ${format}, which is not read`);
      expect(damage?.hint).toContain(advice);
      expect(report.files[0]?.format).toBeNull();
      // A name in a command is quoted for the shell.
      const quoted = `'${basename(path).replaceAll("'", "'\\''")}'`;
      if (damage?.hint?.includes("it'")) expect(damage.hint).toContain(quoted);
    }
  });

  test.each([
    ['random bytes', hex('8899aabbccddeeff00112233445566778899aabbccddeeff')],
    ['a section header without its byte order', hex('0a0d0d0a1c000000 00000000 01000000')],
    ['a few bytes', Buffer.from('abc')],
  ])('%s: unknown', async (_name, bytes) => {
    const { report } = await replayBytes(bytes);
    expect(report.files[0]?.damage?.code).toBe('CAPTURE_UNKNOWN_FORMAT');
  });
});

describe.skipIf(!HAS_EDITCAP)('files that editcap writes', () => {
  const record = { second: 1_700_000_000, fraction: 5, data: Buffer.alloc(60, 0x42) };
  const source = join(folder, 'source.pcap');

  test.each([
    ['5views', '5Views'],
    ['k12text', 'K12 text'],
    ['lanalyzer', 'LANalyzer'],
    ['netmon1', 'Network Monitor 1'],
    ['netmon2', 'Network Monitor 2'],
    ['nettl', 'nettl'],
    ['ngsniffer', 'Sniffer'],
    ['ngwsniffer_1_1', 'NetXray or Sniffer (Windows)'],
    ['ngwsniffer_2_0', 'NetXray or Sniffer (Windows)'],
    ['snoop', 'snoop'],
    ['visual', 'Visual Networks'],
  ])('%s', async (type, format) => {
    writeFileSync(source, pcap({ records: [record, { ...record, second: record.second + 1 }] }));
    const path = join(folder, `capture.${type}`);
    expect(spawnSync('editcap', ['-F', type, source, path]).status).toBe(0);
    const { report } = await replay([path]);
    expect(report.files[0]?.damage?.message).toContain(`in the format ${format},`);
    const hint = report.files[0]?.damage?.hint ?? '';
    expect(hint).toMatch(/^convert it: editcap/);
    const command = hint.replace('convert it: ', '').replace('out.pcapng', `out-${type}.pcapng`);
    expect(spawnSync('bash', ['-c', command], { cwd: folder }).status).toBe(0);
    const { frames } = await replay([join(folder, `out-${type}.pcapng`)]);
    expect(frames).toHaveLength(2);
  });
});
