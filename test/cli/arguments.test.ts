/** This file checks what the command line says to wrong arguments, and its help. */

import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';

const { run } = workshop();
const HINT = '(slowpath --help lists commands and examples)\n';

describe('a usage error is exit 2, its message on standard error, and nothing on standard output', () => {
  test.each<[string, string[], string]>([
    [
      'unknown command',
      ['repaly'],
      `error: unknown command 'repaly'\n(Did you mean replay?)\n${HINT}`,
    ],
    ['no capture', ['replay'], `error: missing required argument 'capture'\n${HINT}`],
    [
      'unknown option',
      ['replay', 'first.pcapng', '--prnt', 'text'],
      `error: unknown option '--prnt'\n(Did you mean --print?)\n${HINT}`,
    ],
    [
      'unknown --print',
      ['replay', 'first.pcapng', '--print', 'xml'],
      `error: option '--print <form>' argument 'xml' is invalid. Allowed choices are text, json, ndjson, csv, none.\n${HINT}`,
    ],
    [
      'unknown --color',
      ['replay', 'first.pcapng', '--color', 'red'],
      `error: option '--color <when>' argument 'red' is invalid. Allowed choices are auto, always, never.\n${HINT}`,
    ],
    [
      '--limit that is no number',
      ['replay', 'first.pcapng', '--limit', '-1'],
      `error: option '--limit <n>' argument '-1' is invalid. a whole number is needed.\n${HINT}`,
    ],
    [
      'unknown --format',
      ['replay', 'first.pcapng', '-o', 'run', '--format', 'csv,docx'],
      'slowpath: --format: this version cannot write "docx"; it takes csv, charts and txt (sessions.csv, charts/occupancy.svg, charts/offload.svg, charts/predicts.svg, charts/zones.svg, report.txt)\n',
    ],
    [
      '--format without -o',
      ['replay', 'first.pcapng', '--format', 'csv'],
      'slowpath: --format needs -o DIR to write into\n',
    ],
    [
      'unknown --records',
      ['replay', 'first.pcapng', '--print', 'json', '--records', 'session,flow'],
      'slowpath: --records: unknown record "flow"; there are session, predict, event, packet\n',
    ],
    [
      '--records for a form without records',
      ['replay', 'first.pcapng', '--records', 'session'],
      'slowpath: --records needs --print json or --print ndjson\n',
    ],
    [
      '--session that is no serial',
      ['replay', 'first.pcapng', '--session', '0'],
      `error: option '--session <serial>' argument '0' is invalid. serials count from 1.\n${HINT}`,
    ],
    [
      '--session for another form than text',
      ['replay', 'first.pcapng', '--print', 'csv', '--session', '3'],
      'slowpath: --session needs --print text\n',
    ],
    [
      '--counters without a text',
      ['replay', 'first.pcapng', '--print', 'none', '--counters', '-o', 'run'],
      'slowpath: --counters needs --print text, or -o DIR with --format txt\n',
    ],
    [
      'standard input twice',
      ['replay', '-', '-'],
      'slowpath: - stands for standard input, which can be read only once\n',
    ],
  ])('%s', (_name, args, stderr) => {
    expect(run(args)).toMatchObject({ status: 2, stdout: '', stderr });
  });

  test('no command: the help, on standard error', () => {
    const { status, stdout, stderr } = run([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: slowpath');
  });
});

describe('help that is asked for', () => {
  test.each([
    [['--help'], /^Replays packet captures through a model of the PAN-OS session table/],
    [['replay', '--help'], /^Drives every packet of the captures through the session table/],
    [['inspect', '--help'], /^Says what is in captures/],
    [['check', '--help'], /^Validates a configuration/],
    [['schema', '--help'], /^Prints the JSON Schema/],
    [['help', 'replay'], /^Drives every packet/],
  ])('%j begins with what it does, has examples, and is exit 0', (args, start) => {
    const { status, stdout, stderr } = run(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(start);
    expect(stdout).toContain('\nExamples:\n  slowpath ');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('--version', () => {
    const { status, stdout } = run(['--version']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^slowpath \d+\.\d+\.\d+ \(Node \d+\.\d+\.\d+\)\n$/);
  });
});
