/**
 * This file counts the sessions in the table again, from the start and end of each in the records, and
 * compares: peak, mean, session-seconds, how long the table was full.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { whatIf } from '../../src/cli/commands/whatif.ts';
import { noteSkipped } from '../support/truth-files.ts';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const PUBLIC = fileURLToPath(new URL('../../../shared/captures/public', import.meta.url));
if (!existsSync(PUBLIC)) noteSkipped('test/analysis/occupancy.test.ts');

const scratch = mkdtempSync(join(tmpdir(), 'slowpath-occupancy-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Nanoseconds since 1970 of an RFC 3339 time with nine decimals. */
const nsOf = (text: string) =>
  BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1_000_000n + BigInt(text.slice(20, 29));

interface Record {
  readonly start_time: string;
  readonly end_time: string | null;
}

/** The table over time by the records alone. */
function recount(records: readonly Record[], clockEnd: bigint, room: number) {
  const ends = records.map(({ end_time }) => (end_time === null ? clockEnd : nsOf(end_time)));
  const starts = records.map(({ start_time }) => nsOf(start_time));
  const changes = records.flatMap((record, i) => {
    const isInstant = ends[i] === starts[i];
    return [
      { at: starts[i]!, order: 1, by: 1 },
      // What is due goes before a packet is looked at; who ends at once goes after it came.
      ...(record.end_time === null ? [] : [{ at: ends[i]!, order: isInstant ? 2 : 0, by: -1 }]),
    ];
  });
  changes.sort((a, b) => (a.at === b.at ? a.order - b.order : a.at < b.at ? -1 : 1));
  let live = 0;
  let peak = 0;
  let fullNs = 0n;
  let before = 0n;
  for (const { at, by } of [...changes, { at: clockEnd, by: 0 }]) {
    if (live >= room) fullNs += at - before;
    before = at;
    live += by;
    peak = Math.max(peak, live);
  }
  const sessionNs = ends.reduce((sum, end, i) => sum + (end - starts[i]!), 0n);
  return { peak, sessionSeconds: Number(sessionNs) / 1e9, fullSeconds: Number(fullNs) / 1e9 };
}

const SETTINGS = ['platform={sessions: 4}', 'timeouts.udp=1', 'timeouts.tcp=9', 'timeouts.icmp=1'];

/** Replays, and compares every variant with its records. */
async function expectRecounted(capture: string, config: string | undefined, options = {}) {
  const output = join(scratch, 'answer');
  await whatIf([capture], {
    ...{ reader: 'native', color: 'never', quiet: true, print: 'none', limit: 0 },
    ...options,
    ...(config !== undefined && { config }),
    ...{ set: SETTINGS.map((setting) => [setting]), output, force: true },
  });
  const read = (name: string) => readFileSync(join(output, name), 'utf8');
  const { table, variants, time } = JSON.parse(read('whatif.json'));
  const clocks = variants.map(({ file_name }: { file_name: string }) => {
    return JSON.parse(read(`variants/${file_name}/run.json`)).time;
  });
  const valuesOf = (key: string) => table.find((row: { key: string }) => row.key === key).values;
  for (const [i, { file_name }] of variants.entries()) {
    const lines = read(`variants/${file_name}/sessions.ndjson`).split('\n').slice(0, -1);
    const clockEnd = nsOf(clocks[i].clock_end);
    const room = valuesOf('table_size')[i] ?? Number.POSITIVE_INFINITY;
    const counted = recount(
      lines.map((line) => JSON.parse(line)),
      clockEnd,
      room,
    );
    const span = Number(clockEnd - nsOf(time.first_packet)) / 1e9;
    expect(valuesOf('peak_sessions')[i]).toBe(counted.peak);
    expect(valuesOf('session_seconds')[i]).toBeCloseTo(counted.sessionSeconds, 6);
    expect(valuesOf('full_seconds')[i]).toBeCloseTo(counted.fullSeconds, 6);
    if (span > 0)
      expect(valuesOf('mean_sessions')[i]).toBeCloseTo(counted.sessionSeconds / span, 6);
    if (counted.peak >= room) expect(valuesOf('full_since')[i]).not.toBeNull();
  }
}

const samples = readdirSync(SAMPLES).filter((name) =>
  existsSync(join(SAMPLES, name, 'capture.pcapng')),
);

describe('samples', () => {
  test.each(samples)('%s', async (name) => {
    const folder = join(SAMPLES, name);
    await expectRecounted(join(folder, 'capture.pcapng'), join(folder, 'firewall.yaml'));
  });

  test('with the clock run on until the tables are empty', async () => {
    const folder = join(SAMPLES, 'first-look');
    await expectRecounted(join(folder, 'capture.pcapng'), undefined, { drain: true });
  });
});

const captures = existsSync(PUBLIC)
  ? readdirSync(PUBLIC).filter((name) => {
      if (!/\.(pcap|pcapng)$/.test(name)) return false;
      return readFileSync(join(PUBLIC, name)).length < 300_000;
    })
  : [];

describe.skipIf(captures.length === 0)('public captures', () => {
  test.each(captures.filter((_, i) => i % 6 === 0))('%s', async (name) => {
    await expectRecounted(join(PUBLIC, name), undefined, { midstream: true });
  });
});
