/**
 * This file runs the program on the samples whose story is offload, and compares totals, first screen, decision
 * and chart with numbers that were worked out from the scripts by hand (their pages say how). Bytes are
 * checked with tshark: of these captures frames have no padding, so PAN-OS shows their lengths.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const HAS_TSHARK = spawnSync('tshark', ['-v']).status === 0;
const work = workshop();

interface Split {
  readonly total: number;
  readonly hardware: number;
  readonly dataplane: number;
}

interface Totals {
  readonly session_packets: number;
  readonly session_bytes: number;
  readonly offload: {
    readonly estimate: boolean;
    readonly assumptions: readonly string[];
    readonly sessions: { readonly offloaded: number; readonly dataplane: number };
    readonly reasons: Readonly<Record<string, number>>;
    readonly packets: Split;
    readonly bytes: Split;
    readonly punted: Readonly<Record<string, number>>;
    readonly dataplane_rate: Readonly<Record<string, unknown>>;
    readonly heaviest: readonly Readonly<Record<string, unknown>>[];
    readonly changes: readonly Readonly<Record<string, unknown>>[];
    readonly switches: readonly Readonly<Record<string, unknown>>[];
  } | null;
}

function captureOf(sample: string): string {
  const file = readdirSync(join(SAMPLES, sample)).find((name) => /^capture\.pcap/.test(name));
  return join(SAMPLES, sample, file ?? '');
}

function replay(sample: string, ...options: readonly string[]): string {
  const config = join(SAMPLES, sample, 'firewall.yaml');
  const run = work.run(['replay', '--quiet', captureOf(sample), '-c', config, ...options]);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  return run.stdout;
}

function countsOf(sample: string): Totals {
  const [text] = replay(sample, '--print', 'json', '--records', 'session')
    .split('\n"run":')
    .slice(1);
  return JSON.parse(`{"run":${text}`).run.counts;
}

function offloadOf(sample: string): NonNullable<Totals['offload']> {
  const { offload } = countsOf(sample);
  if (offload === null) throw new Error('no sessions');
  return offload;
}

/** The lines of the first screen's part. */
function partOf(sample: string): string[] {
  const lines = replay(sample).split('\n');
  const from = lines.findIndex((line) => line.startsWith('Offload '));
  return lines.slice(from, lines.indexOf('', from));
}

/** Sum of the lengths of the frames with these numbers. */
function bytesOf(sample: string, filter: string): number {
  const args = ['-r', captureOf(sample), '-Y', filter, '-T', 'fields', '-e', 'frame.len'];
  const { stdout } = spawnSync('tshark', args, { encoding: 'utf8' });
  return stdout.split('\n').reduce((sum, length) => sum + Number(length), 0);
}

describe('offload', () => {
  test('56 of 96 packets are in hardware; the command costs 21', () => {
    const offload = offloadOf('offload');
    expect(offload.estimate).toBe(true);
    expect(offload.sessions).toEqual({ offloaded: 2, dataplane: 1 });
    expect(offload.reasons).toEqual({ disabled: 1 });
    expect(offload.packets).toMatchObject({ total: 96, hardware: 56, dataplane: 40 });
    // 56 headers of 54 bytes; payload of 900, 75, 51, 13 × 1000, 21 and 25 × 52.
    expect(offload.bytes).toMatchObject({ total: 28_342, hardware: 18_371, dataplane: 9971 });
    expect(offload.punted).toEqual({ fin: 1, rst: 1 });
    expect(offload.changes).toMatchObject([
      { check: 'disabled', cause: 'set session offload no', sessions: 3, packets: 21 },
    ]);
    const cause = 'set session offload no';
    expect(offload.heaviest).toMatchObject([
      { session: 1, dataplane_packets: 18, reason: 'disabled', cause },
      { session: 2, dataplane_packets: 12, reason: 'disabled', cause },
      { session: 3, dataplane_packets: 10, reason: 'disabled', cause },
    ]);
    expect(offload.switches).toMatchObject([{ seconds: 20 }, { seconds: 30 }]);
    expect(offload.dataplane_rate).toMatchObject({
      step: 1,
      with_offload: { peak: 8, peak_at: 0 },
      without_offload: { peak: 12, peak_at: 0 },
    });
  });

  test.skipIf(!HAS_TSHARK)('bytes in hardware are those of the packets that the page names', () => {
    const first = 'frame.number in {5..7, 76, 79, 80, 83, 84, 87, 88, 91, 92}';
    const backup = `tcp.port == 40001 && (${first} || frame.number in {13..46})`;
    const shell = 'tcp.port == 40002 && frame.number in {12..48, 78..90}';
    const bytes = bytesOf('offload', `(${backup}) || (${shell})`);
    expect(bytes).toBe(offloadOf('offload').bytes.hardware);
    expect(bytesOf('offload', 'tcp')).toBe(offloadOf('offload').bytes.total);
  });

  test('without the commands hardware has the 21 packets, too', () => {
    const text = readFileSync(join(SAMPLES, 'offload/firewall.yaml'), 'utf8');
    writeFileSync(work.path('quiet.yaml'), text.slice(0, text.indexOf('commands:')));
    const args = ['--quiet', captureOf('offload'), '-c', 'quiet.yaml'];
    const { stdout } = work.run(['replay', ...args]);
    expect(stdout).toContain(`in hardware     ${56 + 21} of 96 packets`);
    expect(stdout).not.toContain('frees most');
  });

  test('a command whose time does not come was not given', () => {
    const text = readFileSync(join(SAMPLES, 'offload/firewall.yaml'), 'utf8');
    writeFileSync(work.path('late.yaml'), text.replace('at: +30', 'at: +3000'));
    const args = ['--quiet', captureOf('offload'), '-c', 'late.yaml', '--print', 'json'];
    const { stdout } = work.run(['replay', ...args, '--records', 'session']);
    const run = JSON.parse(`{"run":${stdout.split('\n"run":')[1]}`).run;
    expect(run.counts.offload.switches).toEqual([
      { time: '2026-06-01T08:00:20.000000000Z', seconds: 20, command: 'set session offload no' },
    ]);
  });

  test('one session: the row of the firewall, and the way of the decision', () => {
    const text = replay('offload', '--session', '1');
    expect(text).toContain('        offload                              : Yes\n');
    const told = text.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, '  '));
    expect(told).toEqual(
      expect.arrayContaining([
        '✓ the platform has offload hardware  no-hardware  PA-3220',
        '✓ both directions are seen, TCP is set up  handshake  since packet 3',
        '✓ the application is identified  appid-pending  ssl  since packet 4',
        '└ in hardware',
        'in hardware from packet  : 5',
        'punted back  : fin 1',
        'stretch in hardware  : from packet 5, ended by disabled',
        'stretch in hardware  : from packet 76 until packet 93, ended by state',
        'without that in hardware  : 11 packets more',
      ]),
    );
    expect(replay('offload', '--session', '3')).toContain(' └ on the dataplane: disabled\n');
  });

  test('its chart marks the commands', () => {
    replay('offload', '-o', work.path('run'), '--format', 'charts', '--print', 'none');
    const svg = readFileSync(work.path('run/charts/offload.svg'), 'utf8');
    const marks = [...svg.matchAll(/<path d="M([\d.]+),106V318"/g)].map(([, x]) => Number(x));
    // 848 pixels are the 70 s of the capture, from 84 on.
    expect(marks).toEqual(
      [84 + (848 * 20) / 70, 84 + (848 * 30) / 70].map((x) => Math.round(x * 100) / 100),
    );
    expect(svg).toContain('>offload no<');
    expect(svg).toContain('>offload yes<');
  });
});

describe('offload-decrypt', () => {
  test('the first screen names the connection and the change', () => {
    expect(partOf('offload-decrypt')).toEqual([
      'Offload (estimate: 1 of 7 sessions offloaded)',
      '  in hardware     9 of 257 packets (3.5 %), 5.1 kB of 218.3 kB (2.3 %)',
      '  dataplane       36 packets/s at most, 31 on average; without offload 38 and 32.13',
      '  not offloaded   decrypt 2, protocol 1, handshake 1, alg-control 1, content-inspection 1',
      "  frees most      no-decrypt for rule decrypt-out: 192 packets (77 % of the dataplane's) of 2 sessions would go to hardware",
      '                  95 % of it session 1, 10.1.1.20:41001 > 203.0.113.80:443: a no-decrypt rule for it alone would free that',
      '  heaviest on the dataplane',
      '    Serial  Packets      Bytes  Application   Rule       Why',
      '         1      187   179.3 kB  ssl           allow-out  decrypt (decrypt-out)',
      '         4       29    26.9 kB  web-browsing  backup     content-inspection (backup)',
      '         2       13     5.5 kB  ssl           allow-out  decrypt (decrypt-out)',
      '         5       12  802 bytes  ftp           allow-out  alg-control (ftp)',
      '  assumed         PA-3220 has offload hardware (documented); its packets refresh their session at once; inferred: when it takes',
      '                  a session over; unconfirmed: ICMP and QoS stay on the dataplane, fragments, IP options and TTL 1 come back',
    ]);
  });

  test('each session has its own reason', () => {
    const { reasons, packets, bytes, sessions } = offloadOf('offload-decrypt');
    expect(sessions).toEqual({ offloaded: 1, dataplane: 6 });
    expect(Object.entries(reasons)).toEqual([
      ['decrypt', 2],
      ['protocol', 1],
      ['handshake', 1],
      ['alg-control', 1],
      ['content-inspection', 1],
    ]);
    expect(packets).toMatchObject({ total: 257, hardware: 9, dataplane: 248 });
    // Session 3: 9 headers of 54 bytes, 900 + 75 + 51, and three times 200 + 1000.
    expect(bytes).toMatchObject({ total: 218_341, hardware: 5112 });
  });

  test.skipIf(!HAS_TSHARK)('all bytes are those that tshark counts', () => {
    expect(bytesOf('offload-decrypt', 'ip')).toBe(218_341);
  });

  // Lines of the configuration, and what they become.
  const carved =
    '  - { name: spare, destination: [203.0.113.80], action: no-decrypt }\n  - { name: decrypt-out';
  test.each([
    ['no-decrypt for the rule', 'action: decrypt }', 'action: no-decrypt }', 9 + 192],
    ['no-decrypt for the backup alone', '  - { name: decrypt-out', carved, 9 + 183],
  ])('a replay with the change gives what was claimed: %s', (_, before, after, hardware) => {
    const text = readFileSync(join(SAMPLES, 'offload-decrypt/firewall.yaml'), 'utf8');
    expect(text).toContain(before);
    writeFileSync(work.path('changed.yaml'), text.replace(before, after));
    const args = ['--quiet', captureOf('offload-decrypt'), '-c', 'changed.yaml'];
    expect(work.run(['replay', ...args]).stdout).toContain(
      `in hardware     ${hardware} of 257 packets`,
    );
  });

  test('without hardware, a platform that has it would carry the one session that is ready', () => {
    const text = readFileSync(join(SAMPLES, 'offload-decrypt/firewall.yaml'), 'utf8');
    writeFileSync(work.path('small.yaml'), text.replace('PA-3220', 'PA-440'));
    const args = ['--quiet', captureOf('offload-decrypt'), '-c', 'small.yaml'];
    const { stdout } = work.run(['replay', ...args]);
    expect(stdout).toContain('\nOffload (estimate: 0 of 7 sessions offloaded)\n');
    expect(stdout).toContain(
      "a platform with offload hardware in place of PA-440: 9 packets (3.5 % of the dataplane's) of 1 session",
    );
    expect(stdout).toContain('  assumed         PA-440 has no offload hardware (inferred');
  });

  test('each change that is claimed is what a replay with it gives', () => {
    const { changes } = offloadOf('offload-decrypt');
    const text = readFileSync(join(SAMPLES, 'offload-decrypt/firewall.yaml'), 'utf8');
    const edits: Readonly<Record<string, (yaml: string) => string>> = {
      decrypt: (yaml) => yaml.replace('action: decrypt }', 'action: no-decrypt }'),
      'content-inspection': (yaml) => yaml.replace('profiles: [strict],', ''),
      'alg-control': (yaml) => `${yaml}applications: { ftp: { alg: no } }\n`,
    };
    // Behind the ClientHellos; behind HTTP's fourth segment with payload, the budget of App-ID; behind 220.
    expect(changes.map(({ check, packets }) => [check, packets])).toEqual([
      ['decrypt', 192],
      ['content-inspection', 22],
      ['alg-control', 8],
    ]);
    for (const { check, packets } of changes) {
      writeFileSync(work.path('changed.yaml'), edits[String(check)]?.(text) ?? '');
      const args = ['--quiet', captureOf('offload-decrypt'), '-c', 'changed.yaml'];
      expect(work.run(['replay', ...args]).stdout, String(check)).toContain(
        `in hardware     ${9 + Number(packets)} of 257 packets`,
      );
    }
  });
});

const names = readdirSync(SAMPLES).filter((name) =>
  existsSync(join(SAMPLES, name, 'capture.script')),
);

test.each(names)('%s: hardware and dataplane together are the packets of all sessions', (name) => {
  const { offload, session_packets: packets, session_bytes: bytes } = countsOf(name);
  expect(offload === null ? 0 : offload.packets.hardware + offload.packets.dataplane).toBe(packets);
  expect(offload === null ? 0 : offload.bytes.hardware + offload.bytes.dataplane).toBe(bytes);
});
