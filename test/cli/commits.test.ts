/**
 * This file checks configurations that take over in mid-capture from the outside, with real files. What
 * is expected is what the sample's story says (samples/rematch/scenario.md).
 */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';

const { run, path } = workshop();
cpSync(fileURLToPath(new URL('../../samples/rematch/', import.meta.url)), path('rematch'), {
  recursive: true,
});
const REPLAY = ['replay', 'rematch/capture.pcapng', '-c', 'rematch/firewall.yaml'];

test('the screen has a line for each, the file is found beside the one that names it', () => {
  const { status, stdout } = run(REPLAY);
  expect(status).toBe(0);
  expect(stdout).toContain(`Configuration: firewall.yaml
Commit at 2026-06-01T08:01:00.000000000Z: after.yaml, for new sessions
Commit at 2026-06-01T08:02:00.000000000Z: after.yaml, with rematch: 2 sessions judged again, 0 under another rule, 1 to DISCARD
`);
});

test('run.json has each with what it did, and what took over once', () => {
  expect(run([...REPLAY, '-o', 'out', '--print', 'none', '--quiet']).status).toBe(0);
  const { configuration } = JSON.parse(readFileSync(path('out/run.json'), 'utf8'));
  const common = { file: 'after.yaml', taking_over: 0, sessions_moved: 0 };
  expect(configuration.changes).toEqual([
    {
      ...common,
      at: '+60',
      rematch: false,
      time: '2026-06-01T08:01:00.000000000Z',
      sessions_rejudged: 0,
      sessions_discarded: 0,
    },
    {
      ...common,
      at: '+120',
      rematch: true,
      time: '2026-06-01T08:02:00.000000000Z',
      sessions_rejudged: 2,
      sessions_discarded: 1,
    },
  ]);
  expect(configuration.taking_over).toMatchObject([
    { file: 'after.yaml', effective: { rules: [{ name: 'deny-telnet' }, { name: 'allow-out' }] } },
  ]);
  const sessions = readFileSync(path('out/sessions.ndjson'), 'utf8').trim().split('\n');
  expect(
    sessions.map((line) => {
      const { serial, rule, end_reason, tracker_stage_firewall } = JSON.parse(line);
      return `${serial} ${rule} ${end_reason} ${tracker_stage_firewall}`;
    }),
  ).toEqual([
    '1 deny-sip policy-deny appid policy lookup deny',
    '2 deny-telnet policy-deny appid policy lookup deny',
    '3 allow-out tcp-fin TCP FIN',
    '4 allow-out aged-out Aged out',
    '5 deny-telnet policy-deny appid policy lookup deny',
    '6 allow-out aged-out Aged out',
  ]);
});

test('--session shows the commit among the session’s events', () => {
  const { stdout } = run([...REPLAY, '--session', '2']);
  expect(stdout).toContain('ACTIVE -> DISCARD');
  expect(stdout).toMatch(/rematch +rule before allow-out, rule deny-telnet, action deny/);
  expect(stdout).toMatch(/policy-deny +rule deny-telnet, action deny, counter session_discard/);
});

test('--packets knows the rules of every configuration by name', () => {
  const { status, stdout } = run([
    ...REPLAY,
    ...['--packets', 'rule deny-telnet', '--print', 'json', '--quiet'],
  ]);
  expect(status).toBe(0);
  const { packets } = JSON.parse(stdout);
  // Chosen when it is created: the new Telnet session, whose three SYNs are dropped.
  expect(packets.map((one: { packet: number }) => one.packet)).toEqual([17, 18, 19]);
});

test('a time that never comes is said', () => {
  const text = readFileSync(path('rematch/firewall.yaml'), 'utf8').replace('+120', '+1200');
  writeFileSync(path('rematch/late.yaml'), text);
  const { stdout } = run(['replay', 'rematch/capture.pcapng', '-c', 'rematch/late.yaml']);
  expect(stdout).toContain('Not committed: after.yaml: its time +1200 never came\n');
});

test('check looks into the named files, and counts them', () => {
  expect(run(['check', 'rematch/firewall.yaml']).stdout).toBe(
    'rematch/firewall.yaml: valid: 2 zones, 2 rules, 2 changes\n',
  );
  mkdirSync(path('broken'));
  cpSync(path('rematch/firewall.yaml'), path('broken/firewall.yaml'));
  const at = (line: number) => `broken/firewall.yaml:${line}:22: configuration[${line - 15}].file`;
  expect(run(['check', 'broken/firewall.yaml'])).toMatchObject({
    status: 2,
    stdout: '',
    stderr: `${at(15)}: \`after.yaml\` 1:1: no such file\n`,
  });
  writeFileSync(path('broken/after.yaml'), 'zones:\n  trust: {interfacs: [trust0]}\n');
  expect(run(['replay', 'first.pcapng', '-c', 'broken/firewall.yaml'])).toMatchObject({
    status: 2,
    stdout: '',
    stderr: `${at(15)}: \`after.yaml\` 2:11: zones.trust.interfacs: unknown key; did you mean \`interfaces\`?\n`,
  });
});

test('a run is not written over a file that is named', () => {
  mkdirSync(path('later'));
  cpSync(path('rematch/after.yaml'), path('later/after.yaml'));
  const text = readFileSync(path('rematch/firewall.yaml'), 'utf8');
  writeFileSync(path('naming.yaml'), text.replaceAll('file: ', 'file: later/'));
  const capture = ['replay', 'rematch/capture.pcapng', '-c', 'naming.yaml'];
  const { status, stderr } = run([...capture, '-o', 'later', '--force']);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining('-o later would replace the input'),
  });
});
