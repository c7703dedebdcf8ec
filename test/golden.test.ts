/**
 * This file compares what every sample's replay says with reports/, byte for byte, and with the
 * tables in scenario.md, which their author worked out by hand: one of sessions, and where events,
 * pools or predicts are the story one of these.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { reportsOf, sampleNames } from '../samples/reports.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const samples = sampleNames();

/**
 * What a scenario says of a session; times are seconds after the capture's start. Columns that its
 * table leaves out are not compared.
 */
interface Story {
  readonly session: number;
  readonly packets: number;
  readonly starts: number;
  readonly lastPacket: number;
  /** Null where it is live, then `timeToLive` is its rest. */
  readonly ends: number | null;
  readonly timeToLive: number | null;
  readonly endReason: string | null;
  readonly sessionId?: number;
  readonly dropped?: number;
  readonly state?: string;
  readonly application?: string | null;
  readonly rule?: string;
  readonly action?: string;
  readonly isAsymmetric?: boolean;
  /** The rule that it met, also where nothing is translated; empty for none. */
  readonly natRule?: string;
  /** Why hardware does not take it, or the packet from which on it does; then its packets there. */
  readonly offload?: string;
  readonly hardware?: number;
  readonly natFlags?: string;
  /** Address and port after translation; empty where it stays. */
  readonly translatedSource?: string;
  /** Whether the capture shows the translated side. */
  readonly isObserved?: boolean;
  readonly translatedDestination?: string;
}

interface FlowRecord {
  readonly packets: number;
  readonly bytes: number;
  readonly ip_bytes: number;
  readonly dropped: number;
}

interface SessionRecord {
  readonly serial: number;
  readonly session_id: number;
  readonly state: string;
  readonly application: string | null;
  readonly rule: string;
  readonly action: string;
  readonly start_time: string;
  readonly last_packet_time: string;
  readonly end_time: string | null;
  readonly end_reason: string | null;
  readonly time_to_live: number;
  readonly elapsed: number;
  readonly lifetime: number | null;
  readonly asymmetric_suspect: boolean;
  readonly nat_rule: string | null;
  readonly offload: {
    readonly reason: string | null;
    readonly from_packet: number | null;
    readonly packets: number;
  };
  readonly nat: {
    readonly flags: string;
    readonly observed: boolean;
    readonly source: { readonly to: readonly [string, number] } | null;
    readonly destination: { readonly to: readonly [string, number] } | null;
  } | null;
  readonly c2s: FlowRecord;
  readonly s2c: FlowRecord;
}

interface EventRecord {
  readonly event: string;
  readonly packet: number | null;
  readonly session: number | null;
  readonly counter: string | null;
  readonly detail: { readonly expected_zone?: string; readonly seen_zone?: string };
}

interface PredictRecord {
  readonly serial: number;
  readonly parent: number;
  readonly packet: number;
  readonly cause: string;
  readonly application: string;
  readonly source: string | null;
  readonly sport: number;
  readonly dst: string | null;
  readonly dport: number;
  readonly installed: string;
  readonly expires: string;
  readonly outcome: string;
  readonly session: number | null;
  readonly removed: string | null;
}

/** What `counts` of run.json has of NAT. */
interface RunCounts {
  readonly nat: {
    readonly pools: readonly {
      readonly addresses: readonly string[];
      readonly kind: string;
      readonly in_use: number;
      readonly peak: number;
      readonly capacity: number;
      readonly failures: number;
    }[];
  } | null;
}

/** A table of a page: its rows, by column. */
type Row = ReadonlyMap<string, string>;

function recordsOf<T>(sample: string, file: string): T[] {
  const text = readFileSync(join(ROOT, 'reports', sample, file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

function sessionsOf(sample: string): SessionRecord[] {
  return recordsOf<SessionRecord>(sample, 'sessions.ndjson');
}

/** Packets of `1–6, 18–23`; of `5 × none` five times null. */
function readPackets(ranges: string): (number | null)[] {
  const none = /^(\d+) × none$/.exec(ranges);
  if (none !== null) return new Array<null>(Number(none[1])).fill(null);
  return ranges.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('–').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** The rows of the page's table whose first column is `first`, or null without one. */
function readTable(page: string, first: string): Row[] | null {
  for (const block of page.split('\n\n')) {
    const [header = [], , ...body] = block
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    if (header[0] !== first) continue;
    return body.map((row) => new Map(header.map((name, i) => [name, row[i] ?? ''])));
  }
  return null;
}

function readPage(sample: string): string {
  return readFileSync(join(ROOT, 'samples', sample, 'scenario.md'), 'utf8');
}

/** The start that a page's times count from. */
function startOf(page: string): bigint {
  return nanoseconds(/Times are seconds after (\S+Z)/.exec(page)?.[1] ?? '');
}

function readStory(row: Row): Story {
  const cell = (name: string) => row.get(name) ?? '';
  const live = /^live, (\d+) s left$/.exec(cell('ends'));
  return {
    session: Number(cell('session')),
    packets: readPackets(cell('packets')).length,
    starts: Number(cell('starts')),
    lastPacket: Number(cell('last packet')),
    ends: live === null ? Number(cell('ends')) : null,
    timeToLive: live === null ? null : Number(live[1]),
    endReason: cell('end reason') || null,
    ...(row.has('session id') && { sessionId: Number(cell('session id')) }),
    ...(row.has('dropped') && { dropped: Number(cell('dropped')) }),
    ...(row.has('state') && { state: cell('state') }),
    ...(row.has('application') && { application: cell('application') || null }),
    ...(row.has('rule') && { rule: cell('rule') }),
    ...(row.has('action') && { action: cell('action') }),
    ...(row.has('asymmetric') && { isAsymmetric: cell('asymmetric') === 'yes' }),
    ...(row.has('nat-rule') && { natRule: cell('nat-rule') }),
    ...(row.has('offload') && { offload: cell('offload') }),
    ...(row.has('in hardware') && { hardware: Number(cell('in hardware')) }),
    ...(row.has('flags') && { natFlags: cell('flags') }),
    ...(row.has('observed') && { isObserved: cell('observed') === 'yes' }),
    ...(row.has('translated source') && { translatedSource: cell('translated source') }),
    ...(row.has('translated destination') && {
      translatedDestination: cell('translated destination'),
    }),
  };
}

/** The same of a record, with the columns that `row` has. */
function tellStory(record: SessionRecord, startNs: bigint, row: Row | undefined): Story {
  const since = (time: string) => Number(nanoseconds(time) - startNs) / 1e9;
  const { c2s, s2c, end_time: end, offload } = record;
  const has = (name: string) => row?.has(name) === true;
  return {
    session: record.serial,
    packets: c2s.packets + s2c.packets,
    starts: since(record.start_time),
    lastPacket: since(record.last_packet_time),
    ends: end === null ? null : since(end),
    timeToLive: end === null ? record.time_to_live : null,
    endReason: record.end_reason,
    ...(has('session id') && { sessionId: record.session_id }),
    ...(has('dropped') && { dropped: c2s.dropped + s2c.dropped }),
    ...(has('state') && { state: record.state }),
    ...(has('application') && { application: record.application }),
    ...(has('rule') && { rule: record.rule }),
    ...(has('action') && { action: record.action }),
    ...(has('asymmetric') && { isAsymmetric: record.asymmetric_suspect }),
    ...(has('nat-rule') && { natRule: record.nat_rule ?? '' }),
    ...(has('offload') && { offload: offload.reason ?? `from ${offload.from_packet}` }),
    ...(has('in hardware') && { hardware: offload.packets }),
    ...(has('flags') && { natFlags: record.nat?.flags ?? '' }),
    ...(has('observed') && { isObserved: record.nat?.observed === true }),
    ...(has('translated source') && { translatedSource: endOf(record.nat?.source) }),
    ...(has('translated destination') && {
      translatedDestination: endOf(record.nat?.destination),
    }),
  };
}

function endOf(end: { readonly to: readonly [string, number] } | null | undefined): string {
  return end?.to.join(':') ?? '';
}

/** What the page's table of events says, one line an event, sorted. */
function readEvents(rows: readonly Row[]): string[] {
  return rows
    .flatMap((row) => {
      const cell = (name: string) => (row.get(name) ?? '').replace(/^–$/, '');
      const zones = [cell('expected'), cell('seen')];
      const rest = [cell('event'), cell('session'), cell('counter'), ...zones];
      // A timer's event has no packet.
      const packets = cell('packet') === '' ? [''] : readPackets(cell('packet'));
      return packets.map((packet) => [packet ?? '', ...rest].join(' | '));
    })
    .sort();
}

/**
 * Events that every session makes, or every one that is translated, identified or offloaded: the table of
 * sessions has a column for what these say.
 */
const UNTOLD = ['session-created', 'transition', 'nat', 'appid', 'offload-start', 'offload-stop'];

/** The same of the records, without those. */
function tellEvents(events: readonly EventRecord[]): string[] {
  return events
    .filter(({ event }) => !UNTOLD.includes(event))
    .map(({ packet, event, session, counter, detail }) =>
      [packet, event, session, counter, detail.expected_zone, detail.seen_zone]
        .map((value) => value ?? '')
        .join(' | '),
    )
    .sort();
}

/** Nanoseconds since 1970 of an RFC 3339 time in UTC. */
function nanoseconds(time: string): bigint {
  const [whole = '', fraction = ''] = time.replace('Z', '').split('.');
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** What the page's table of predicts says, one line a predict. */
function readPredicts(rows: readonly Row[]): string[] {
  return rows.map((row) => [...row.values()].join(' | '));
}

/** The same of the records; times are seconds after the capture's start. */
function tellPredicts(predicts: readonly PredictRecord[], startNs: bigint): string[] {
  const since = (time: string | null) =>
    time === null ? '' : (Number(nanoseconds(time) - startNs) / 1e9).toFixed(3);
  const end = (address: string | null, port: number) => `${address ?? 'any'}:${port || 'any'}`;
  return predicts.map((one) =>
    [
      ...[one.serial, one.parent, one.packet, one.cause, one.application],
      ...[end(one.source, one.sport), end(one.dst, one.dport)],
      ...[since(one.installed), since(one.expires), one.outcome, one.session ?? ''],
      since(one.removed),
    ].join(' | '),
  );
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
    const page = readPage(sample);
    const rows = readTable(page, 'session') ?? [];
    expect(rows).not.toEqual([]);
    const told = sessionsOf(sample).map((s, i) => tellStory(s, startOf(page), rows[i]));
    expect(told).toEqual(rows.map(readStory));
  });

  test('has the events that its scenario names, if it does', () => {
    const rows = readTable(readPage(sample), 'packet');
    if (rows === null) return;
    const events = tellEvents(recordsOf<EventRecord>(sample, 'events.ndjson'));
    expect(events).toEqual(readEvents(rows));
  });
});

test.each(samples)('%s: predicts are those of its scenario', (sample) => {
  const page = readPage(sample);
  const predicts = recordsOf<PredictRecord>(sample, 'predicts.ndjson');
  expect(tellPredicts(predicts, startOf(page))).toEqual(
    readPredicts(readTable(page, 'predict') ?? []),
  );
});

test.each(samples)('%s: pools are as full as its scenario tells, if it does', (sample) => {
  const rows = readTable(readPage(sample), 'pool');
  const text = readFileSync(join(ROOT, 'reports', sample, 'run.json'), 'utf8');
  const { nat }: RunCounts = JSON.parse(text).counts;
  const told = nat?.pools.map(({ addresses, kind, in_use, peak, capacity, failures }) =>
    [addresses.join(' '), kind, in_use, peak, capacity.toLocaleString('en'), failures].join(' | '),
  );
  if (rows === null) expect(told ?? []).toEqual([]);
  else expect(told).toEqual(rows.map((row) => [...row.values()].join(' | ')));
});

test('two samples of one capture have the same script', () => {
  const script = (name: string) =>
    readFileSync(join(ROOT, 'samples', name, 'capture.script'), 'utf8');
  expect(script('sip-discard-no-refresh')).toBe(script('sip-discard'));
  expect(script('zone-change-two-sessions')).toBe(script('zone-change'));
  expect(script('nat-pool-fallback')).toBe(script('nat-pool-exhausted'));
  expect(script('isp-failover-teardown')).toBe(script('isp-failover'));
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
