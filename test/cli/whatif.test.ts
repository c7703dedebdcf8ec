/** This file checks `slowpath whatif` as a process: what it prints, writes and refuses, and its exit codes. */

import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';
import { differencesBetween, filesBelow } from '../support/folders.ts';

const { run, shell, path } = workshop();
const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));

const FIRST = ['first.pcapng', '-c', 'first.yaml'];
const LONG = [
  join(SAMPLES, 'long-timer/capture.pcapng'),
  ...['-c', join(SAMPLES, 'long-timer/firewall.yaml')],
];
const SET = ['--set', 'timeouts.udp=5'];

/** Text with settings, for a file of that name; returns the name. */
function write(name: string, text: string): string {
  writeFileSync(path(name), text);
  return name;
}

describe('what is printed', () => {
  test('numbers, and the sessions that change', () => {
    const { stdout, stderr, status } = run(['whatif', ...FIRST, ...SET]);
    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('first.pcapng: ');
    expect(stdout).toMatch(/^ {2}timeouts\.udp=5 {2}timeouts\.udp=5$/m);
    expect(stdout).toMatch(/^session-seconds +[\d,.]+ +[\d,.]+ \(-/m);
    expect(stdout).toMatch(/^timeouts\.udp=5: \d+ of 12 sessions changed/m);
    expect(stdout).toMatch(/^\d+ rows alike: --all shows them$/m);
  });

  test('--all has every row, --limit 0 no session', () => {
    const { stdout } = run(['whatif', ...FIRST, ...SET, '--all', '--limit', '0']);
    expect(stdout).not.toContain('rows alike');
    expect(stdout).toContain('predicts installed');
    expect(stdout).not.toContain('      base  session');
  });

  test('variants that change nothing say so', () => {
    const { stdout } = run(['whatif', ...FIRST, '--set', 'timeouts.udp=30']);
    expect(stdout).toContain('A: every session ends as in the base');
  });

  test('long names have letters above their columns, and are told once', () => {
    const settings = ['--set', 'timeouts.tcp-half-closed=5', '--and', 'timeouts.udp=7'];
    const { stdout } = run(['whatif', ...FIRST, ...settings]);
    expect(stdout).toMatch(/^ {2}A {5}timeouts\.tcp-half-closed=5, timeouts\.udp=7$/m);
    expect(stdout).toMatch(/^ +base +A$/m);
  });

  test('of many variants no line is longer than a terminal: their table goes on below', () => {
    const settings = Array.from({ length: 12 }, (_, i) => {
      return ['--set', `timeouts.udp=${i + 1}`, '--and', `timeouts.icmp=${i + 1}`];
    }).flat();
    const { stdout } = run(['whatif', ...FIRST, ...settings, '--all', '--limit', '0']);
    const lines = stdout.split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
    const headings = lines.flatMap((line) => /^ {9,}base( .*)/.exec(line)?.[1] ?? []);
    expect(headings.length).toBeGreaterThan(1);
    // Settings are too long for a heading: letters stand for them, each once.
    expect(headings.join('').match(/\S+/g)).toEqual([...'ABCDEFGHIJKL']);
    const created = lines.filter((line) => line.startsWith('sessions created'));
    expect(created.join('').match(/ (12|=)(?= |$|s)/g)).toHaveLength(headings.length + 12);
  });

  test('times have dates, and a clock its end, where runs end on different days', () => {
    const { stdout } = run(['whatif', ...LONG, '--set', 'timeouts.tcp=86400', '--drain']);
    // A day after the last packet of the last session that found room, at 10:30:00.05.
    expect(stdout).toMatch(/^ +its clock ends at 2026-06-02T10:30:00\.050000000Z$/m);
    expect(stdout).toMatch(/^table full since +- +2026-06-01T10:30:00$/m);
    // The same five-tuple's hour in the base: the day is told there, too.
    expect(stdout).toContain('base  session 17: aged-out 2026-06-01T11:40:00.05, ');
  });

  test('all but everything is not everything', () => {
    const { stdout } = run(['whatif', ...LONG, '--set', 'timeouts.tcp=7', '--limit', '0']);
    // 148.0 of 73,813 session-seconds are left: 1 - 0.0020.
    expect(stdout).toMatch(/^session-seconds +73,813 +148\.0 \(-99\.8 %\)$/m);
    expect(stdout).toMatch(/^live at the end +3 +0 \(-3\)$/m);
  });

  test('what of the captures was chosen', () => {
    const chosen = ['--filter', 'tcp', '--from', '+3600', '--until', '+7200'];
    const { stdout } = run(['whatif', ...LONG, '--set', 'timeouts.tcp=7', ...chosen]);
    expect(stdout).toContain('\nFilter: tcp (the firewall sees no other frame)\n');
    expect(stdout).toMatch(
      /^Span: from 2026-06-01T09:00:00\.0+Z until 2026-06-01T10:00:00\.0+Z: .*the table over time/m,
    );
  });

  test('JSON has all of it', () => {
    const { stdout } = run(['whatif', ...FIRST, ...SET, '--print', 'json']);
    const answer = JSON.parse(stdout);
    expect(answer.variants.map(({ name }: { name: string }) => name)).toEqual([
      'base',
      'timeouts.udp=5',
    ]);
    expect(answer.variants[1].changed_configuration).toEqual(['timeouts']);
    const rows = new Map(answer.table.map((row: { key: string }) => [row.key, row]));
    expect(rows.get('sessions')).toMatchObject({ values: [12, 12], changed: false });
    const [difference] = answer.differences;
    expect(difference.same + difference.different).toBe(12);
    expect(difference.sessions).toHaveLength(difference.different);
    for (const { base, variant } of difference.sessions) expect(base).not.toEqual(variant);
  });

  test('none prints nothing', () => {
    expect(run(['whatif', ...FIRST, ...SET, '--print', 'none']).stdout).toBe('');
  });

  test('without -c the built-in configuration is varied; a capture can come on standard input', () => {
    const input = readFileSync(path('first.pcapng'));
    const { stdout, status } = run(['whatif', '-', ...SET], { input });
    expect(status).toBe(0);
    expect(stdout).toContain('standard input: ');
    expect(stdout).toContain('base            the built-in configuration');
  });

  test('a reader that leaves early is no failure', () => {
    const { status } = shell(`slowpath whatif ${[...FIRST, ...SET].join(' ')} | head -1`);
    expect(status).toBe(0);
  });

  test('a file of variants', () => {
    const file = write('v.yaml', 'variants:\n  - {name: short, set: {timeouts.udp: 5}}\n');
    const { stdout } = run(['whatif', ...FIRST, '--variants', file]);
    expect(stdout).toMatch(/^ {2}short {2}short: timeouts\.udp=5$|^ {2}short {2}timeouts\.udp=5$/m);
    expect(stdout).toMatch(/^ +base +short$/m);
  });
});

describe('what is refused', () => {
  test.each([
    [[], 'what if what?'],
    [['--and', 'timeouts.udp=5'], '--and goes on with the --set before it'],
    [['--set', 'timeouts.udp'], '--set timeouts.udp: PATH=VALUE is needed'],
    [['--set', 'timeouts.ucp=5'], 'did you mean `tcp`?'],
    [[...SET, '--format', 'csv'], '--format needs -o DIR'],
    [[...SET, '--print', 'csv'], "argument 'csv' is invalid"],
    [[...SET, '-o', '.'], 'would replace the input'],
    [['--variants', 'none.yaml'], 'none.yaml:1:1: no such file'],
    [['--set', "captures=[{files: ['*'], stage: drop}]"], 'read once for all variants'],
    [[...SET, '--filter', 'hots 1'], '--filter'],
  ])('%j', (options, message) => {
    const { stdout, stderr, status } = run(['whatif', ...FIRST, ...options]);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(stdout).toBe('');
  });

  test('no capture at all', () => {
    expect(run(['whatif', ...SET]).status).toBe(2);
  });

  test('a span that begins behind the end, and then no directory', () => {
    const late = ['--from', '+90000', '-o', 'late'];
    const { stderr, status } = run(['whatif', ...FIRST, ...SET, ...late]);
    expect(stderr).toContain('nothing happens then');
    expect(status).toBe(2);
    expect(existsSync(path('late'))).toBe(false);
  });
});

describe('damage', () => {
  test('what stood before it is compared, and the exit code is 4', () => {
    writeFileSync(path('cut.pcapng'), readFileSync(path('first.pcapng')).subarray(0, 1997));
    const { stdout, stderr, status } = run(['whatif', 'cut.pcapng', ...SET, '-o', 'cut']);
    expect(status).toBe(4);
    expect(stderr).toContain('cut.pcapng at byte');
    expect(stdout).toContain('damaged: cut.pcapng at byte');
    expect(JSON.parse(readFileSync(path('cut/whatif.json'), 'utf8')).damage).toHaveLength(1);
  });

  test('nothing that could be read is exit code 3, and no directory', () => {
    const { stdout, status } = run(['whatif', 'none.pcap', ...SET, '-o', 'nothing']);
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(existsSync(path('nothing'))).toBe(false);
  });
});

describe('the directory', () => {
  const asked = [
    'whatif',
    ...FIRST,
    ...SET,
    '--set',
    'rules.0.action=deny',
    '--and',
    'timeouts.tcp=60',
  ];

  test('has the answer, the chart, and each run with its configuration; the same bytes each time', () => {
    const { stdout } = run([...asked, '-o', 'answer']);
    const runFiles = ['events.ndjson', 'predicts.ndjson', 'run.json', 'sessions.ndjson'];
    const variants = ['base', 'rules.0.action=deny-timeouts.tcp=60', 'timeouts.udp=5'];
    expect([...filesBelow(path('answer')).keys()].sort()).toEqual(
      [
        ...['charts/whatif.svg', 'whatif.json', 'whatif.txt'],
        ...variants.flatMap((name) => runFiles.map((file) => `variants/${name}/${file}`)),
        ...variants.slice(1).map((name) => `variants/${name}.yaml`),
      ].sort(),
    );
    expect(readFileSync(path('answer/whatif.txt'), 'utf8')).toBe(stdout);
    const svg = readFileSync(path('answer/charts/whatif.svg'), 'utf8');
    expect(svg).toContain('timeouts.udp=5: peak');
    run([...asked, '-o', 'again']);
    expect(differencesBetween(path('answer'), path('again'))).toEqual([]);
  });

  test('is replaced with --force, and only then', () => {
    run([...asked, '-o', 'twice']);
    expect(run([...asked, '-o', 'twice']).status).toBe(2);
    expect(run([...asked, '-o', 'twice', '--force']).status).toBe(0);
  });

  test('a kept configuration replays to the run beside it, with the files that it names', () => {
    mkdirSync(path('rematch'));
    for (const file of ['capture.pcapng', 'firewall.yaml', 'after.yaml']) {
      copyFileSync(join(SAMPLES, 'rematch', file), path(`rematch/${file}`));
    }
    const options = ['rematch/capture.pcapng', '-c', 'rematch/firewall.yaml'];
    const set = ['--set', 'configuration.0.rematch=yes'];
    run(['whatif', ...options, ...set, '-o', 'committed', '--print', 'none']);
    const name = 'configuration.0.rematch=yes';
    const config = `committed/variants/${name}.yaml`;
    const replay = run(['replay', 'rematch/capture.pcapng', '-c', config, '-o', 'alone']);
    expect(replay.status).toBe(0);
    expect(differencesBetween(path(`committed/variants/${name}`), path('alone'))).toEqual([]);
  });

  test('a variant cannot take the name of a file that a configuration names', () => {
    const file = write(
      'clash.yaml',
      'variants: [{name: after, set: {configuration.0.rematch: yes}}]\n',
    );
    const options = ['rematch/capture.pcapng', '-c', 'rematch/firewall.yaml', '--variants', file];
    const { stderr, status } = run(['whatif', ...options, '-o', 'clash']);
    expect(stderr).toContain('give the variant of that name another one');
    expect(status).toBe(2);
    expect(existsSync(path('clash'))).toBe(false);
  });
});
