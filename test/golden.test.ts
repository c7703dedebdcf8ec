/**
 * This file compares what every sample's replay says with reports/, byte for byte, and with the
 * tables in scenario.md, which their author worked out by hand.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { reportsOf, sampleNames } from '../samples/reports.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const samples = sampleNames();

/** What a scenario's table says of a session; times are seconds after the capture's start. */
interface Story {
  readonly session: number;
  readonly packets: number;
  readonly starts: number;
  readonly lastPacket: number;
  /** Null where it is live, then `timeToLive` is its rest. */
  readonly ends: number | null;
  readonly timeToLive: number | null;
  readonly endReason: string | null;
}

interface SessionRecord {
  readonly serial: number;
  readonly start_time: string;
  readonly last_packet_time: string;
  readonly end_time: string | null;
  readonly end_reason: string | null;
  readonly time_to_live: number;
  readonly elapsed: number;
  readonly lifetime: number | null;
  readonly c2s: { readonly packets: number; readonly bytes: number; readonly ip_bytes: number };
  readonly s2c: { readonly packets: number; readonly bytes: number; readonly ip_bytes: number };
}

function sessionsOf(sample: string): SessionRecord[] {
  const text = readFileSync(join(ROOT, 'reports', sample, 'sessions.ndjson'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SessionRecord);
}

/** Packets of `1–6, 18–23`. */
function countPackets(ranges: string): number {
  return ranges.split(',').reduce((sum, range) => {
    const [from = 0, to = from] = range.split('–').map(Number);
    return sum + to - from + 1;
  }, 0);
}

/** The table whose first column is `session`, and the start that its times count from. */
function readScenario(sample: string): { stories: Story[]; startNs: bigint } {
  const page = readFileSync(join(ROOT, 'samples', sample, 'scenario.md'), 'utf8');
  const start = /Times are seconds after (\S+Z)/.exec(page)?.[1] ?? '';
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const [header = [], , ...body] = rows;
  const cell = (row: string[], name: string) => row[header.indexOf(name)] ?? '';
  const stories = body.map((row): Story => {
    const live = /^live, (\d+) s left$/.exec(cell(row, 'ends'));
    return {
      session: Number(cell(row, 'session')),
      packets: countPackets(cell(row, 'packets')),
      starts: Number(cell(row, 'starts')),
      lastPacket: Number(cell(row, 'last packet')),
      ends: live === null ? Number(cell(row, 'ends')) : null,
      timeToLive: live === null ? null : Number(live[1]),
      endReason: cell(row, 'end reason') || null,
    };
  });
  return { stories, startNs: nanoseconds(start) };
}

/** Nanoseconds since 1970 of an RFC 3339 time in UTC. */
function nanoseconds(time: string): bigint {
  const [whole = '', fraction = ''] = time.replace('Z', '').split('.');
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

test('the samples are found', () => {
  expect(samples).toEqual(expect.arrayContaining(['first-look', 'ping-and-dns', 'vlan-zones']));
  const folders = readdirSync(join(ROOT, 'reports'), { withFileTypes: true });
  expect(
    folders
      .filter((f) => f.isDirectory())
      .map((f) => f.name)
      .sort(),
  ).toEqual(samples);
});

describe.each(samples)('%s', (sample) => {
  test('says what reports/ has (npm run reports writes it anew)', () => {
    for (const { name, text } of reportsOf(sample)) {
      expect(text, name).toBe(readFileSync(join(ROOT, 'reports', name), 'utf8'));
    }
  });

  test('goes as its scenario tells', () => {
    const { stories, startNs } = readScenario(sample);
    expect(stories.length).toBeGreaterThan(3);
    const since = (time: string) => Number(nanoseconds(time) - startNs) / 1e9;
    const told = sessionsOf(sample).map(
      (s): Story => ({
        session: s.serial,
        packets: s.c2s.packets + s.s2c.packets,
        starts: since(s.start_time),
        lastPacket: since(s.last_packet_time),
        ends: s.end_time === null ? null : since(s.end_time),
        timeToLive: s.end_time === null ? s.time_to_live : null,
        endReason: s.end_reason,
      }),
    );
    expect(told).toEqual(stories);
  });
});

// Bytes by hand: Ethernet 14, IPv4 20, IPv6 40, UDP and ICMP 8, TCP 20 and its options, payload.
describe('first-look, bytes', () => {
  // biome-ignore format: a table
  const expected = [
    // serial, c2s packets, bytes, ip_bytes, s2c packets, bytes, ip_bytes, elapsed, lifetime
    [1,  6, 517, 433,         4, 409, 353,         0.0562, null],
    [2,  1, 75, 61,           1, 91, 77,           0.02,   30.02],
    [3,  10, 1322, 1182,      9, 4359, 4233,       1.3002, 16.3],
    [4,  1, 98, 84,           1, 98, 84,           0.011,  6.011],
    [5,  1, 98, 84,           1, 98, 84,           0.011,  6.011],
    [6,  1, 98, 84,           1, 98, 84,           0.011,  6.011],
    [7,  1, 66, 52,           1, 54, 40,           0.01,   5],
    [8,  3, 198, 156,         0, 0, 0,             3,      8],
    [9,  4, 278, 222,         4, 1688, 1632,       2.5,    17.5],
    [10, 5, 442, 372,         5, 478, 408,         0.042,  15.031],
    [11, 1, 57, 43,           0, 0, 0,             0,      30],
    [12, 1, 76, 62,           0, 0, 0,             0,      30],
  ] as const;

  test.each(expected)('session %i', (serial, ...numbers) => {
    const s = sessionsOf('first-look').find((session) => session.serial === serial);
    const flows = [s?.c2s, s?.s2c].flatMap((f) => [f?.packets, f?.bytes, f?.ip_bytes]);
    expect([...flows, s?.elapsed, s?.lifetime]).toEqual(numbers);
  });
});
