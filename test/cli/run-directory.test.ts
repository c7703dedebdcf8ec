/** This file checks `-o`: a run directory appears whole or not at all, and replaces nothing else. */

import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';

const { folder, run, path } = workshop();
const FIRST = ['replay', 'first.pcapng', '-c', 'first.yaml', '--print', 'none', '--quiet'];
const ALL = ['--format', 'csv,charts', '--format', 'txt'];
const names = (of = '') => readdirSync(path(of)).sort();
const before = names();

/** Every file of a run, by its name. */
function contents(of: string): Record<string, string> {
  const files = readdirSync(path(of), { recursive: true, encoding: 'utf8' });
  const plain = files.filter((file) => statSync(path(`${of}/${file}`)).isFile()).sort();
  return Object.fromEntries(plain.map((f) => [f, readFileSync(path(`${of}/${f}`), 'utf8')]));
}

test('holds the default files, and others by --format; the same bytes every time', () => {
  expect(run([...FIRST, '-o', 'plain'])).toEqual(
    expect.objectContaining({ status: 0, stdout: '' }),
  );
  expect(names('plain')).toEqual([
    'events.ndjson',
    'predicts.ndjson',
    'run.json',
    'sessions.ndjson',
  ]);
  for (const name of ['one', 'two']) expect(run([...FIRST, ...ALL, '-o', name]).status).toBe(0);
  const one = contents('one');
  expect(Object.keys(one)).toEqual([
    'charts/occupancy.svg',
    'charts/offload.svg',
    'charts/predicts.svg',
    'charts/zones.svg',
    'events.ndjson',
    'predicts.ndjson',
    'report.txt',
    'run.json',
    'sessions.csv',
    'sessions.ndjson',
  ]);
  expect(contents('two')).toEqual(one);
  for (const text of Object.values(one)) expect(text).not.toContain(folder);
  expect(statSync(path('one')).mode & 0o777).toBe(0o777 & ~process.umask());
});

test('may be several folders down', () => {
  expect(run([...FIRST, '-o', 'cases/2026/first']).status).toBe(0);
  expect(names('cases/2026')).toEqual(['first']);
});

describe('what is there already', () => {
  test('is not replaced without --force', () => {
    run([...FIRST, '-o', 'old']);
    const inode = statSync(path('old/run.json')).ino;
    expect(run([...FIRST, '-o', 'old'])).toMatchObject({
      status: 2,
      stderr: 'slowpath: old is not empty; --force replaces it\n',
    });
    expect(statSync(path('old/run.json')).ino).toBe(inode);
    expect(run([...FIRST, '-o', 'old', '--force'])).toMatchObject({ status: 0, stderr: '' });
    expect(statSync(path('old/run.json')).ino).not.toBe(inode);
  });

  test('is not replaced even with --force, if it is more than a run', () => {
    run([...FIRST, '-o', 'mixed']);
    writeFileSync(path('mixed/thesis.tex'), 'years of work');
    expect(run([...FIRST, '-o', 'mixed', '--force'])).toMatchObject({
      status: 2,
      stderr: 'slowpath: mixed holds other things than a run; --force replaces only runs\n',
    });
    expect(names('mixed')).toContain('thesis.tex');
  });

  test('is used when it is an empty folder', () => {
    mkdirSync(path('bare'));
    expect(run([...FIRST, '-o', 'bare']).status).toBe(0);
    expect(names('bare')).toContain('run.json');
  });

  test('is an input, or holds one: refused', () => {
    const refused = (output: string, input: string) => ({
      status: 2,
      stderr: `slowpath: -o ${output} would replace the input ${input}\n`,
    });
    expect(run([...FIRST, '-o', 'first.pcapng'])).toMatchObject(
      refused('first.pcapng', 'first.pcapng'),
    );
    expect(run([...FIRST, '-o', '.', '--force'])).toMatchObject(refused('.', 'first.pcapng'));
    expect(run([...FIRST, '-o', 'first.yaml'])).toMatchObject(refused('first.yaml', 'first.yaml'));
  });

  test('is a file: refused', () => {
    writeFileSync(path('file'), 'x');
    expect(run([...FIRST, '-o', 'file'])).toMatchObject({
      status: 2,
      stderr: 'slowpath: file is a file; -o wants a directory\n',
    });
    expect(run([...FIRST, '-o', 'file/run'])).toMatchObject({
      status: 3,
      stderr: 'slowpath: cannot write file/run: a part of the path is a file\n',
    });
  });
});

describe('a run that fails leaves nothing', () => {
  test.each([
    ['nothing to read', ['replay', 'missing.pcap', '-o', 'deep/er/gone'], 3],
    ['a bad configuration', ['replay', 'first.pcapng', '-c', 'nosuch.yaml', '-o', 'gone'], 2],
    ['an unknown format', ['replay', 'first.pcapng', '-o', 'gone', '--format', 'pdf'], 2],
  ])('%s', (_name, args, status) => {
    const there = names();
    expect(run(args).status).toBe(status);
    expect(names()).toEqual(there);
  });

  // The superuser may write everywhere.
  test.skipIf(process.getuid?.() === 0)('a parent that may not be written', () => {
    mkdirSync(path('locked'));
    chmodSync(path('locked'), 0o555);
    expect(run([...FIRST, '-o', 'locked/run'])).toMatchObject({
      status: 3,
      stderr: 'slowpath: cannot write locked/run: permission denied\n',
    });
    expect(names('locked')).toEqual([]);
  });
});

test('no temporary file is left beside the runs', () => {
  expect(names().filter((name) => name.startsWith('.'))).toEqual([]);
  expect(names()).toEqual(expect.arrayContaining(before));
});
