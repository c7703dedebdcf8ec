/**
 * This file checks `--filter`, `--from` and `--until` from the outside. What is expected is what the
 * stories of the samples say (samples/first-look/scenario.md, samples/ping-and-dns/scenario.md).
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../src/report/run-report.ts';
import { workshop } from '../support/cli.ts';

const { run, path } = workshop();
const FIRST = ['replay', 'first.pcapng', '-c', 'first.yaml'];
const PING = ['replay', 'ping.pcap', '-c', 'ping.yaml'];

interface Frame {
  readonly file: string;
  readonly number: number;
}

interface Document {
  readonly events: readonly {
    readonly time: string;
    readonly packet: number | null;
    readonly frame?: Frame;
  }[];
  readonly sessions: readonly {
    readonly serial: number;
    readonly state: string;
    readonly end_time: string | null;
    readonly c2s: { readonly packets: number };
    readonly s2c: { readonly packets: number };
    readonly transitions: readonly { readonly packet: number | null }[];
  }[];
  readonly run: RunReport;
}

/** The whole run as `--print json` has it. */
function documentOf(args: readonly string[]): Document {
  const { status, stdout, stderr } = run([...args, '--print', 'json', '--quiet']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as Document;
}

describe('--filter', () => {
  test('shows the firewall the frames that meet it, under their own numbers', () => {
    // By tshark -Y 'tcp.port==443 or tcp.port==8443': frames 13–31 and 39–43.
    const { sessions, run: report } = documentOf([...FIRST, '--filter', 'tcp port 443 or 8443']);
    const starts = sessions.map(({ transitions }) => transitions[0]?.packet);
    expect(starts).toEqual([13, 39, 41]);
    expect(sessions.map(({ c2s, s2c }) => c2s.packets + s2c.packets)).toEqual([19, 2, 3]);
    expect(report.selection.filter).toBe('tcp port 443 or 8443');
    expect(report.counts.frames_by_place).toMatchObject({
      sessions: 24,
      filtered_out: 41,
      without_session: 0,
    });
  });

  test('says so on the screen, and the frames add up', () => {
    const { stdout } = run([...FIRST, '--filter', 'icmp']);
    expect(stdout).toContain('\nFilter: icmp (the firewall sees no other frame)\n');
    // 33–38 are echoes, 64 is an error whose session was left out.
    expect(stdout).toContain(
      '\n  65 frames: 6 in sessions, 1 with an ICMP error, 58 filtered out\n',
    );
  });

  test('leaves time to the capture: the clock goes to its last packet, seen or not', () => {
    const { sessions, run: report } = documentOf([...PING, '--filter', 'icmp']);
    expect(report.time.clock_end).toBe('2026-05-25T13:30:14.500000000Z');
    // Pings live for 6 s; the last one seen is 2.012545 s after the start.
    expect(sessions.map(({ state, end_time }) => [state, end_time])).toEqual([
      ['FREE', '2026-05-25T13:30:06.512345000Z'],
      ['FREE', '2026-05-25T13:30:07.500100000Z'],
      ['FREE', '2026-05-25T13:30:08.512545000Z'],
    ]);
  });

  test('that nothing meets leaves an empty table at the end of the capture', () => {
    const { sessions, events, run: report } = documentOf([...PING, '--filter', 'port 1']);
    expect({ sessions, events }).toEqual({ sessions: [], events: [] });
    expect(report.time.clock_end).toBe('2026-05-25T13:30:14.500000000Z');
    expect(report.counts).toMatchObject({ frames: 11, sessions: 0 });
    expect(report.counts.frames_by_place.filtered_out).toBe(11);
  });

  test('of merged captures: packets have the numbers that they have without it', () => {
    const merged = ['replay', 'ping.pcap', 'first.pcapng'];
    const numbers = ({ events }: Document) =>
      new Map(events.map((e) => [`${e.frame?.file} ${e.frame?.number}`, e.packet]));
    const all = numbers(documentOf(merged));
    const some = numbers(documentOf([...merged, '--filter', 'udp port 53']));
    some.delete('undefined undefined'); // of timers
    // Queries, and the answers with which sessions are handed to hardware.
    expect([...some.keys()].sort()).toEqual([
      'first.pcapng 11',
      'first.pcapng 12',
      'first.pcapng 65',
      'ping.pcap 11',
      'ping.pcap 6',
      'ping.pcap 8',
    ]);
    for (const [frame, packet] of some) expect([frame, packet]).toEqual([frame, all.get(frame)]);
    // The hour between the two: ping.pcap begins when first.pcapng has been over.
    expect(some.get('ping.pcap 6')).toBe(65 + 6);
  });

  test('of everything changes nothing', () => {
    for (const expression of ['', 'ip or not ip']) {
      const chosen = documentOf([...FIRST, '--filter', expression]);
      const { sessions, events } = documentOf(FIRST);
      expect(chosen).toMatchObject({ sessions, events });
    }
  });

  test('that makes no sense is exit 2, with the place', () => {
    expect(run([...FIRST, '--filter', 'tcp and hots 10.0.0.1'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr:
        'slowpath: --filter: unknown word hots; did you mean `host`?\n' +
        '  tcp and hots 10.0.0.1\n' +
        '          ^\n',
    });
    expect(run([...FIRST, '--filter', 'tcp and\n\u001b[31m or udp']).stderr).toBe(
      'slowpath: --filter: bytes of headers (tcp[13]) cannot be tested here\n' +
        '  \\u{1b}[31m or udp\n' +
        '  ^\n',
    );
  });
});

describe('--from and --until', () => {
  const serials = (args: readonly string[]) =>
    documentOf([...FIRST, ...args]).sessions.map(({ serial }) => serial);

  test.each([
    [
      ['--from', '+12.0131', '--until', '+15.9'],
      [1, 2, 3, 8, 9],
    ],
    [
      ['--from', '2026-05-25T11:47:34.0131Z', '--until', '+15.9'],
      [1, 2, 3, 8, 9],
    ],
    [
      ['--from', '+12.0131', '--until', '2026-05-25T13:47:37.9+02:00'],
      [1, 2, 3, 8, 9],
    ],
    // Both ends belong to the span: 7 ends at 12.000, 9 begins then.
    [
      ['--from', '+12', '--until', '+12'],
      [1, 2, 3, 6, 7, 8, 9],
    ],
    [
      ['--until', '+1.02'],
      [1, 2],
    ],
    [['--from', '+50.000000001'], [1]],
    [
      ['--from', '+50'],
      [1, 12],
    ],
  ])('%j: the sessions that were alive', (args, alive) => {
    expect(serials(args)).toEqual(alive);
  });

  test('sessions are as in the whole replay, events are those of the span', () => {
    const all = documentOf(FIRST);
    const {
      sessions,
      events,
      run: report,
    } = documentOf([...FIRST, '--from', '+4', '--until', '+10']);
    const [from, until] = ['2026-05-25T11:47:26.000000000Z', '2026-05-25T11:47:32.000000000Z'];
    const whole = all.sessions.filter(({ serial }) => serial <= 8);
    expect(sessions).toEqual(whole);
    expect(events).toEqual(all.events.filter(({ time }) => time >= from && time <= until));
    expect(events.length).toBeGreaterThan(10);
    expect(report.selection.span).toEqual({ from, until, sessions_outside: 4 });
    expect(report.counts).toMatchObject({
      frames: 65,
      sessions: 8,
      sessions_live: 1,
      // 10 + 2 + 19 + 2 + 2 + 2 + 2 + 3, by the story's packets.
      session_packets: 42,
      end_reasons: { 'aged-out': 5, 'tcp-fin': 1, 'tcp-rst-from-server': 1 },
    });
    expect(report.counts.frames_by_place).toEqual(all.run.counts.frames_by_place);
  });

  test('are said on the screen', () => {
    const { stdout } = run([...FIRST, '--from', '+4', '--until', '+10']);
    expect(stdout).toContain(
      "\nSpan: from 2026-05-25T11:47:26.000000000Z until 2026-05-25T11:47:32.000000000Z: sessions that were alive then, their sums, and events of then; frames, counters, packets a second and the table's peak are of the whole replay\n",
    );
    expect(stdout).toContain('\n8 sessions alive in the span (of 12): 7 ended, 1 live at the end');
  });

  test('count from the first packet of the capture, whatever the filter leaves', () => {
    // The first ping is 4 s after the first packet.
    expect(serials(['--filter', 'icmp', '--until', '+3.9'])).toEqual([]);
    expect(serials(['--filter', 'icmp', '--until', '+4'])).toEqual([1]);
  });

  test.each<[string[], string]>([
    [
      ['--from', '+3', '--until', '+2'],
      '--from +3 is later than --until +2: there is nothing between',
    ],
    [
      ['--from', '+3', '--until', '2026-05-25T11:47:24Z'],
      '--from +3 is later than --until 2026-05-25T11:47:24Z: there is nothing between',
    ],
    [
      ['--from', '+61'],
      '--from +61: nothing happens then; the replay ends at 2026-05-25T11:48:22.000000000Z',
    ],
    [
      ['--until', '2026-05-25T11:47:21Z'],
      '--until 2026-05-25T11:47:21Z: nothing has happened by then; the first packet is of 2026-05-25T11:47:22.000000000Z',
    ],
    [
      ['--from', 'noon'],
      '--from: noon is no time: expected RFC 3339, as in 2026-05-25T11:47:22.5Z, or seconds after the first packet, as in +12.5',
    ],
  ])('%j is exit 2, and no run directory', (args, message) => {
    expect(run([...FIRST, ...args, '--print', 'csv', '-o', 'none'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `slowpath: ${message}\n`,
    });
  });

  test('behind the end of a damaged capture: the damage is said first', () => {
    writeFileSync(path('cut.pcap'), readFileSync(path('ping.pcap')).subarray(0, -5));
    const { status, stdout, stderr } = run(['replay', 'cut.pcap', '--from', '+14']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    // Packet 11, of 14.0, is the one that is cut; packet 10 is of 4.0.
    expect(stderr).toMatch(
      /^slowpath: cut\.pcap at byte \d+: .*\nslowpath: --from \+14: nothing happens then; the replay ends at 2026-05-25T13:30:04\.500000000Z\n$/,
    );
  });

  test('--session shows only a session that was alive then', () => {
    const args = [...FIRST, '--from', '+20', '--session'];
    expect(run([...args, '2']).stdout).toMatch(/^Session {15}2\n/);
    expect(run([...args, '3'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'slowpath: --session: session 3 was not alive in the span\n',
    });
  });
});
