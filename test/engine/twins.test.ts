/**
 * This file holds scaled replays (`--scale`) to what they must be: where nothing is shared that can run
 * out, each twin's sessions are its original's, a little later; and the original's are those of a replay
 * without twins.
 */

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildCapture } from '../../samples/script/index.ts';
import { builtInConfig } from '../../src/config/built-in.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { readFirewallConfig } from '../../src/config/read-file.ts';
import { TUNNEL_KINDS } from '../../src/wire/tunnel.ts';
import { replayFiles } from '../support/replay-file.ts';
import { configOf, runScenario } from '../support/scenario.ts';
import { SCENARIOS } from '../support/scenario-md-files.ts';
import { alone, replayScaled, type ScaledOptions } from '../support/twins.ts';

const SAMPLES = new URL('../../samples/', import.meta.url).pathname;
const PUBLIC = new URL('../../../shared/captures/public/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'slowpath-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Here answers run out: so many a second, for all clients together. */
const ANSWERS_RUN_OUT = 'ICMP unreachable: so many a second, to no group, from no virtual wire';

/** Whether the configuration is another at a fixed time: that comes earlier in a twin's life. */
function changesInBetween({ changes, routes }: FirewallConfig): boolean {
  return (
    changes.length > 0 ||
    (routes ?? []).some(({ lifespan }) => Object.values(lifespan).some((at) => at !== null))
  );
}

/** Options of a replay beside its configuration. */
type More = Pick<ScaledOptions, 'midstream' | 'decapsulate' | 'filter' | 'batchFrames'>;

/** Replays with and without twins; says whether something shared ran short. */
async function compare(paths: readonly string[], config: FirewallConfig, more: More) {
  const { midstream = false, ...others } = more;
  const options = { config, drain: true, ...others };
  const { runs } = await replayScaled(paths, { ...options, midstream, scales: [1, 3] });
  const [base, scaled] = runs;
  const text = (rows: object[]) => JSON.parse(JSON.stringify(rows)) as unknown;
  // Which is tested without this option.
  const apart = midstream ? base! : await replayFiles(paths, options);
  expect(text(base!.sessions)).toEqual(text(apart.sessions));
  expect([...base!.firewall.counters]).toEqual([...apart.firewall.counters]);
  expect(base!.firewall.nowNs).toBe(apart.firewall.nowNs);
  const isShort =
    scaled!.counter('session_alloc_failure') + scaled!.counter('flow_policy_nat') > 0 ||
    scaled!.counter('replay_aged_accelerated') > 0;
  return { base: base!, scaled: scaled!, isShort };
}

async function expectTwins(paths: readonly string[], config: FirewallConfig, more: More = {}) {
  const { base, scaled, isShort } = await compare(paths, config, more);
  if (isShort || changesInBetween(config)) return;
  const hasNat = base.firewall.natRules.length > 0;
  // What the capture shows of a translation is the original's.
  const sansNat = (rows: object[]) => (hasNat ? rows.map((row) => ({ ...row, nat: null })) : rows);
  const expected = sansNat(alone(base.sessions, 0));
  for (let twin = 0; twin < 3; twin++) {
    expect(sansNat(alone(scaled.sessions, twin)), `twin ${twin}`).toEqual(expected);
  }
  expect(scaled.counter('pkt_recv')).toBe(3 * base.counter('pkt_recv'));
}

describe('twins of samples', () => {
  const names = readdirSync(SAMPLES).filter((name) =>
    existsSync(join(SAMPLES, name, 'capture.script')),
  );
  it.each(names)('%s', async (name) => {
    const config = readFirewallConfig(join(SAMPLES, name, 'firewall.yaml'), () => {});
    const captures = ['capture.pcapng', 'capture.pcap'].map((file) => join(SAMPLES, name, file));
    await expectTwins(captures.filter(existsSync), config);
  });
  const lab = readdirSync(join(SAMPLES, 'lab')).filter((name) => name.endsWith('.pcapng'));
  it.each(lab)('lab/%s', async (name) => {
    const config = readFirewallConfig(join(SAMPLES, 'lab', 'firewall.yaml'), () => {});
    await expectTwins([join(SAMPLES, 'lab', name)], config);
  });
});

describe('twins of scenarios', () => {
  const chosen = SCENARIOS.filter(
    ({ name, defect }) => defect === undefined && name !== ANSWERS_RUN_OUT,
  );
  it.each(chosen.map((one) => [one.name, one] as const))('%s', async (_, scenario) => {
    const path = join(folder, 'scenario.pcapng');
    writeFileSync(path, buildCapture(runScenario(scenario).script));
    await expectTwins([path], configOf(scenario));
  });
});

describe.runIf(existsSync(PUBLIC))('twins of public captures', () => {
  const names = readdirSync(PUBLIC).filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name));
  it.each(names)('%s', async (name) => {
    await expectTwins([join(PUBLIC, name)], builtInConfig());
  });
  it.each(names)('%s, with tunnels and sessions from before', async (name) => {
    const more = { midstream: true, decapsulate: TUNNEL_KINDS, batchFrames: 7 };
    await expectTwins([join(PUBLIC, name)], builtInConfig(), more);
  });
  it('of what a filter leaves', async () => {
    const capture = join(PUBLIC, 'ndpi__1kxun.pcap');
    await expectTwins([capture], builtInConfig(), { filter: 'udp and not host 192.168.2.126' });
  });
  it('of several files, years apart', async () => {
    const files = ['zeek__wikipedia.pcap', 'ndpi__facebook.pcap', 'scapy__macos.pcapng.gz'];
    await expectTwins(
      files.map((name) => join(PUBLIC, name)),
      builtInConfig(),
    );
  });
});
