/** This file checks standard output and standard error: forms, colours, closed pipes, signals. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';

const { folder, run, shell, start, path } = workshop();
const FIRST = ['replay', 'first.pcapng', '-c', 'first.yaml'];
/** The sample's configuration, and a part that this version only checks. */
const CHECKED = ['replay', 'first.pcapng', '-c', 'checked.yaml'];
writeFileSync(
  path('checked.yaml'),
  `${readFileSync(path('first.yaml'), 'utf8')}
decryption:
  - {name: out, from: [trust], to: [untrust], action: decrypt, profile: strict}
`,
);
const WARNING =
  'slowpath: checked.yaml: `profile` of a decryption rule is ignored: nothing is decrypted, it only tells what would be\n';
const ESCAPE = '\u001b[';

describe('standard output', () => {
  test('is the first screen by default, and standard error is empty', () => {
    const { status, stdout, stderr } = run(FIRST);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^first\.pcapng: pcapng, 13\.5 kB, 65 frames\n/);
    expect(stdout).toContain('12 sessions: 11 ended, 1 live at the end');
    expect(stdout).toContain('  1 TCP packet without session was rejected as non-SYN');
    expect(stdout).not.toContain('(live)');
    expect(stdout).not.toContain(ESCAPE);
  });

  test('says that the built-in configuration applies without -c', () => {
    expect(run(['replay', 'first.pcapng']).stdout).toContain('Configuration: built in (no -c)');
  });

  test('--limit shortens the list and says so', () => {
    const { stdout } = run([...FIRST, '--limit', '2']);
    expect(stdout).toContain('… and 10 more: --limit N shows more here');
    expect(run([...FIRST, '--limit', '0']).stdout).not.toContain('Src[Sport]');
  });

  test('--drain ends every session', () => {
    const { stdout } = run([...FIRST, '--drain']);
    expect(stdout).toContain('12 sessions: 12 ended, 0 live at the end; at most 8');
    expect(stdout).toContain('The clock ends at 2026-05-25T12:47:22.056200000Z (--drain)\n');
  });

  test('json is one document with the run, sessions and events', () => {
    const { status, stdout, stderr } = run([...CHECKED, '--print', 'json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: WARNING });
    const document = JSON.parse(stdout);
    expect(document.sessions).toHaveLength(12);
    expect(document.run.counts.end_reasons).toEqual({
      'aged-out': 7,
      'tcp-fin': 2,
      'tcp-rst-from-server': 2,
    });
    expect(document.predicts).toEqual([]);
    expect(document.events.length).toBeGreaterThan(50);
  });

  test('ndjson is one record a line; --records chooses', () => {
    const kinds = (...args: string[]) => {
      const { stdout } = run([...FIRST, '-q', '--print', 'ndjson', ...args]);
      return new Set(
        stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line).record),
      );
    };
    expect(kinds()).toEqual(new Set(['session', 'event']));
    expect(kinds('--records', 'session')).toEqual(new Set(['session']));
    expect(kinds('--records', 'event')).toEqual(new Set(['event']));
  });

  test('csv has a header and a line a session, by serial', () => {
    const { stdout } = run([...FIRST, '-q', '--print', 'csv']);
    const lines = stdout.split('\r\n');
    expect(lines).toHaveLength(1 + 12 + 1);
    expect(lines[0]).toMatch(/^serial,session_id,state,/);
    expect(lines.slice(1, -1).map((line) => Number(line.split(',')[0]))).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
  });

  test('none prints nothing', () => {
    expect(run([...FIRST, '-q', '--print', 'none'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  test.each(['text', 'json', 'ndjson', 'csv'])(
    '%s is the same bytes twice, without a path',
    (form) => {
      const args = [
        'replay',
        path('first.pcapng'),
        '-c',
        path('first.yaml'),
        '--print',
        form,
        '-q',
      ];
      const first = run(args);
      expect(run(args).stdout).toBe(first.stdout);
      expect(first.stdout + first.stderr).not.toContain(folder);
    },
  );
});

describe('colour', () => {
  test.each<[string, string[], NodeJS.ProcessEnv, boolean]>([
    ['a pipe has none', [], {}, false],
    ['--color always', ['--color', 'always'], {}, true],
    ['--color always beats NO_COLOR', ['--color', 'always'], { NO_COLOR: '1' }, true],
    ['FORCE_COLOR', [], { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, false],
    ['NO_COLOR beats FORCE_COLOR', [], { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['--color never beats FORCE_COLOR', ['--color', 'never'], { FORCE_COLOR: '1' }, false],
    ['a build log has none', [], { CI: 'true' }, false],
  ])('%s', (_name, args, env, wanted) => {
    expect(run([...FIRST, ...args], { env }).stdout.includes(ESCAPE)).toBe(wanted);
  });
});

test('--quiet keeps warnings back, not damage', () => {
  expect(run([...CHECKED, '--print', 'csv']).stderr).toBe(WARNING);
  expect(run([...CHECKED, '--session', '1']).stderr).toBe(WARNING);
  expect(run([...CHECKED, '--print', 'csv', '--quiet']).stderr).toBe('');
  const lines = run(['replay', 'missing.pcap', '--quiet']).stderr.split('\n');
  expect(lines[0]).toContain('missing.pcap');
});

describe.skipIf(process.platform === 'win32')('a reader that leaves', () => {
  test.each(['text', 'json', 'ndjson', 'csv'])('early, of %s, is no failure', (form) => {
    const line = `slowpath replay first.pcapng -q --print ${form} | head -n 1 > /dev/null; echo "\${PIPESTATUS[0]}"`;
    expect(shell(line)).toMatchObject({ stdout: '0\n', stderr: '' });
  });

  test('before anything came', () => {
    const line = `slowpath replay first.pcapng --print csv | true; echo "\${PIPESTATUS[0]}"`;
    expect(shell(line)).toMatchObject({ stdout: '0\n', stderr: '' });
  });

  test("doesn't cost the run directory", () => {
    const line = `slowpath replay first.pcapng -o piped | true; echo "\${PIPESTATUS[0]}"`;
    expect(shell(line)).toMatchObject({ stdout: '0\n', stderr: '' });
    expect(readdirSync(path('piped'))).toContain('run.json');
  });
});

test.skipIf(!existsSync('/dev/full'))('a full disk is exit 3 and one line', () => {
  expect(shell('slowpath replay first.pcapng > /dev/full')).toMatchObject({
    status: 3,
    stderr: 'slowpath: cannot write standard output: no space left\n',
  });
});

describe.skipIf(process.platform === 'win32')('signals', () => {
  /** Starts a replay of a pipe that goes silent after the capture, and waits until it was read. */
  async function silentPipe(...args: string[]) {
    const child = start(['replay', '-', '-c', 'first.yaml', ...args]);
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
    child.stdin?.write(readFileSync(path('first.pcapng')));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return { child, ended, output: () => ({ stdout, stderr }) };
  }

  test('SIGINT ends reading: what was analysed is printed, the run is marked incomplete', async () => {
    const { child, ended, output } = await silentPipe('-o', 'stopped');
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(output().stderr).toBe('slowpath: stopped early: the report covers what was read\n');
    expect(output().stdout).toContain('  stopped early: this covers what was read\n');
    expect(output().stdout).toContain('12 sessions');
    const manifest = JSON.parse(readFileSync(path('stopped/run.json'), 'utf8'));
    expect(manifest.complete).toBe(false);
    expect(manifest.counts.frames).toBe(65);
  });

  test('SIGTERM quits with 143 and leaves nothing', async () => {
    const { child, ended } = await silentPipe('-o', 'terminated');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 143, signal: null });
    expect(readdirSync(folder).filter((name) => name.includes('terminated'))).toEqual([]);
  });
});
