/**
 * This file proves that variants that are driven side by side are replayed as each would be alone: the run
 * of every variant is that of a separate `replay` with its configuration, byte for byte.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { buildCapture, parseScript } from '../../samples/script/index.ts';
import { replayCaptures } from '../../src/cli/commands/replay.ts';
import { whatIf } from '../../src/cli/commands/whatif.ts';
import { TUNNEL_KINDS } from '../../src/wire/tunnel.ts';
import { differencesBetween } from '../support/folders.ts';
import { randomFrom } from '../support/random.ts';
import { noteSkipped } from '../support/truth-files.ts';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const PUBLIC = fileURLToPath(new URL('../../../shared/captures/public', import.meta.url));
if (!existsSync(PUBLIC)) noteSkipped('test/analysis/equals-replay.test.ts');

const COMMON = { reader: 'native', color: 'never', quiet: true, print: 'none', limit: 5 } as const;

/** Settings that every configuration takes, and that change what packets meet. */
const SETTINGS = [
  ['timeouts.tcp=20', 'timeouts.udp=2', 'timeouts.tcp-time-wait=1'],
  ['session.tcp-reject-non-syn=no', 'session.state-model=table'],
  ['session.app-id=ports', 'session.no-refresh-on-discard=yes'],
  ['platform={sessions: 3}'],
  [
    'session.accelerated-aging={enable: yes, threshold: 50, scaling-factor: 4}',
    'platform={sessions: 9}',
  ],
] as const;

const scratch = mkdtempSync(join(tmpdir(), 'slowpath-whatif-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What differs between the variants' runs and replays of their own. */
async function different(
  name: string,
  captures: readonly string[],
  config: string | undefined,
  options: object = {},
): Promise<string[]> {
  const answer = join(scratch, `${name}-answer`);
  const given = { ...COMMON, ...options, ...(config !== undefined && { config }) };
  const code = await whatIf(captures, { ...given, set: SETTINGS, output: answer });
  const variants = readdirSync(join(answer, 'variants')).filter((each) => !each.endsWith('.yaml'));
  expect(variants).toHaveLength(SETTINGS.length + 1);
  const found: string[] = [];
  for (const variant of variants) {
    const alone = join(scratch, `${name}-alone`);
    const own = variant === 'base' ? config : join(answer, `variants/${variant}.yaml`);
    // `--limit` of a what-if is about changed sessions: the run's own text has replay's default.
    const replay = { ...COMMON, limit: 40, ...options, ...(own !== undefined && { config: own }) };
    const other = await replayCaptures(captures, { ...replay, output: alone, force: true });
    if (other !== code) found.push(`${variant}: exit code ${code}, alone ${other}`);
    const files = differencesBetween(join(answer, 'variants', variant), alone);
    found.push(...files.map((file) => `${variant}: ${file}`));
  }
  rmSync(answer, { recursive: true });
  return found;
}

const samples = readdirSync(SAMPLES).flatMap((name) => {
  const folder = join(SAMPLES, name);
  const capture = ['capture.pcapng', 'capture.pcap'].find((file) => existsSync(join(folder, file)));
  const config = join(folder, 'firewall.yaml');
  return capture !== undefined && existsSync(config)
    ? [{ name, capture: join(folder, capture), config }]
    : [];
});

describe('samples', () => {
  test('are found', () => {
    expect(samples.length).toBeGreaterThan(30);
  });

  test.each(samples)('$name', async ({ name, capture, config }) => {
    expect(await different(name, [capture], config)).toEqual([]);
  });
});

describe('options', () => {
  const at = (name: string) => join(SAMPLES, name, 'capture.pcapng');
  const captures = [at('first-look'), at('snat'), at('fragments'), at('sctp-and-tunnels')];

  test.each([
    ['drain', { drain: true }],
    ['midstream', { midstream: true }],
    ['filter', { filter: 'ip and not port 53' }],
    ['decapsulate', { decapsulate: TUNNEL_KINDS }],
    ['span', { from: '+1', until: '+20' }],
    ['format', { format: ['csv', 'txt'] }],
  ])('%s, with several captures that are merged', async (name, options) => {
    expect(await different(`option-${name}`, captures, undefined, options)).toEqual([]);
  });

  test('times years apart, for which the clock gets a new epoch', async () => {
    const talk = (at: number) =>
      `${at} trust 10.1.1.5:4${at % 1000} > 203.0.113.9:53 udp len=30
       ${at + 0.5} untrust 203.0.113.9:53 > 10.1.1.5:4${at % 1000} udp len=30
       ${at + 0.6} trust 10.1.1.5:40001 > 203.0.113.9:80 tcp S
       ${at + 0.7} trust 10.1.1.5:40001 > 203.0.113.9:80 tcp S`;
    const script = `@end 700000007\n${[1, 200_000_002, 400_000_003, 700_000_004].map(talk).join('\n')}`;
    const capture = join(scratch, 'years.pcapng');
    writeFileSync(capture, buildCapture(parseScript(script)));
    expect(await different('years', [capture], undefined)).toEqual([]);
  });

  test('stages, whose copies are matched', async () => {
    const sample = join(SAMPLES, 'snat');
    const stage = [{ stage: 'receive' as const, name: at('snat') }];
    const config = join(sample, 'firewall.yaml');
    expect(await different('stages', [], config, { stage })).toEqual([]);
  });
});

const publicCaptures = existsSync(PUBLIC)
  ? readdirSync(PUBLIC).filter((name) => {
      if (!/\.(pcap|pcapng|cap)$/.test(name)) return false;
      const { length } = readFileSync(join(PUBLIC, name));
      return length < 400_000;
    })
  : [];

describe.skipIf(publicCaptures.length === 0)('public captures', () => {
  const each = publicCaptures.filter((_, i) => i % 12 === 0);

  test.each(each)('%s', async (name) => {
    const options = { midstream: true, decapsulate: TUNNEL_KINDS };
    expect(await different(`public-${name}`, [join(PUBLIC, name)], undefined, options)).toEqual([]);
  });

  test.each(publicCaptures.filter((_, i) => i % 20 === 7))('%s, damaged', async (name) => {
    const random = randomFrom(name.length);
    const bytes = readFileSync(join(PUBLIC, name));
    for (let n = 0; n < 200; n++)
      bytes[200 + random(Math.max(1, bytes.length - 200))] = random(256);
    const damaged = join(scratch, name);
    writeFileSync(damaged, bytes);
    const options = { midstream: true, decapsulate: TUNNEL_KINDS };
    expect(await different(`damaged-${name}`, [damaged], undefined, options)).toEqual([]);
  });
});
