/** This file asks scaled replays what runs out, with numbers that were worked out by hand. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildCapture, parseScript } from '../../samples/script/index.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { readFirewallConfig } from '../../src/config/read-file.ts';
import { alone, replayScaled } from '../support/twins.ts';

const folder = mkdtempSync(join(tmpdir(), 'slowpath-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ZONES = `
zones:
  trust: { interfaces: [trust], networks: [10.0.0.0/8] }
  untrust: { interfaces: [untrust], networks: [0.0.0.0/0] }
`;

async function play(script: string, yaml: string, scales: readonly number[]) {
  const path = join(folder, 'capture.pcapng');
  writeFileSync(path, buildCapture(parseScript(`@start 2026-05-25T10:00:00Z\n${script}`)));
  const config = parseFirewallConfig(ZONES + yaml, 'firewall.yaml', () => '');
  return (await replayScaled([path], { config, scales })).runs;
}

describe('what runs out at several times the load', () => {
  it('a table of ten', async () => {
    // samples/table-full: SSH at 0 s, questions at 1 s to 11 s, and at 20 s to 23 s; ageing is accelerated
    // from 8 sessions on, so that 30 s become 15 s. Three times: 3, 6, 9 sessions at 0, 1, 2 s; at 3 s one
    // more, and 2 are refused; all of 4 s to 11 s are, 24. Those of 1 s end at 16 s: the table was full for
    // 13 s, and with 7 left the usual timers count. At 20 s, and at 21 s for its first, each new one makes
    // 8, whereupon one that is overdue ends: after 21.002 s there are 9. At 22 s one fits, 2 are refused, at
    // 23 s 3. It is full until the first of 20 s ends at 35 s, 13 s more.
    const sample = new URL('../../samples/table-full/', import.meta.url).pathname;
    const config = readFirewallConfig(join(sample, 'firewall.yaml'), () => {});
    const { runs } = await replayScaled([join(sample, 'capture.pcapng')], {
      config,
      scales: [1, 3],
    });
    const [base, scaled] = runs;
    expect(base!.counter('session_alloc_failure')).toBe(2);
    expect(scaled!.counter('session_alloc_failure')).toBe(2 + 24 + 2 + 3);
    expect(scaled!.firewall.sessionsCreated).toBe(3 + 3 + 3 + 1 + 3 + 3 + 1);
    expect(scaled!.firewall.occupancy.peak).toBe(10);
    expect(scaled!.firewall.occupancy.fullNs / 1e9).toBe(13 + 13);
  });

  it('the ports of one address: 64,512', async () => {
    // 2,017 datagrams within 202 ms, 32 clients for each: all sessions live when the last one comes. The
    // first 2,016 make 64,512; which 32 of all come last does not matter.
    const lines = Array.from({ length: 2017 }, (_, i) => {
      return `${(i / 10_000).toFixed(4)} trust 10.0.0.5:${2000 + i} > 203.0.113.9:9 udp len=4`;
    });
    const nat = `
nat:
  - { name: out, to: [untrust], source-translation: { dynamic-ip-and-port: 203.0.113.5 } }
`;
    const [base, scaled] = await play(lines.join('\n'), nat, [1, 32]);
    expect(base!.counter('flow_policy_nat')).toBe(0);
    expect(32 * 2017 - 64_512).toBe(32);
    expect(scaled!.counter('flow_policy_nat')).toBe(32);
    const [pool] = scaled!.firewall.natPools;
    expect(pool).toMatchObject({ peak: 64_512, failures: 32 });
  });

  it('a pool of whole addresses', async () => {
    // Two clients, three times: six want one of four addresses. Each client and each twin of it holds its
    // own, and its second session takes no other.
    const script = [
      '0.0 trust 10.0.0.5:2000 > 203.0.113.9:9 udp len=4',
      '0.1 trust 10.0.0.6:2000 > 203.0.113.9:9 udp len=4',
      '0.2 trust 10.0.0.5:2001 > 203.0.113.9:9 udp len=4',
    ].join('\n');
    const nat = `
nat:
  - { name: out, to: [untrust], source-translation: { dynamic-ip: 203.0.113.64/30 } }
`;
    const [base, scaled] = await play(script, nat, [1, 3]);
    expect(base!.firewall.sessionsCreated).toBe(3);
    // 10.0.0.5 three, 10.0.0.6 one; its two twins find none; again 10.0.0.5 three.
    expect(scaled!.firewall.sessionsCreated).toBe(3 + 1 + 3);
    expect(scaled!.counter('flow_policy_nat')).toBe(2);
    expect(scaled!.firewall.natPools[0]).toMatchObject({ peak: 4, failures: 2 });
  });

  it('a twin shows the ends of its original, and learns nothing', async () => {
    // The capture shows port 50000 where the model chose 2000.
    const script = [
      '0.000 trust 10.0.0.5:2000 > 203.0.113.9:9 tcp S seq=100',
      '0.010 untrust 203.0.113.9:9 > 203.0.113.5:50000 tcp SA seq=900 ack=101',
      '0.020 trust 10.0.0.5:2000 > 203.0.113.9:9 tcp A seq=101 ack=901',
    ].join('\n');
    const nat = `
nat:
  - { name: out, to: [untrust], source-translation: { dynamic-ip-and-port: 203.0.113.5 } }
`;
    const [, scaled] = await play(script, nat, [1, 3]);
    expect(
      scaled!.sessions.map(({ twin, c2s, s2c, state, translatedSport, nat: shown }) => {
        return [twin, c2s.packets, s2c.packets, state, translatedSport, shown?.isObserved];
      }),
    ).toEqual([
      [0, 2, 1, 'ACTIVE', 50_000, true],
      [1, 2, 1, 'ACTIVE', 50_000, false],
      [2, 2, 1, 'ACTIVE', 50_000, false],
    ]);
  });

  it('peak: so many times as many, where sessions live longer than the shift', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => {
      return `${i / 10} trust 10.0.0.${1 + (i % 7)}:${2000 + i} > 203.0.113.9:9 udp len=4`;
    });
    const runs = await play(lines.join('\n'), '', [1, 2, 5, 32]);
    expect(runs.map(({ firewall }) => firewall.occupancy.peak)).toEqual([40, 80, 200, 1280]);
  });
});

describe('captures of several stages', () => {
  /** The second datagram of each client is dropped; the first leaves translated, 2.5 ms later. */
  async function stages(rx: string, other: string, stage: string, nat = '') {
    const files = ['rx', stage].map((name) => join(folder, `${name}.pcapng`));
    [rx, other].forEach((script, i) => {
      const whole = `@start 2026-05-25T10:00:00Z\n${script}`;
      writeFileSync(files[i]!, buildCapture(parseScript(whole)));
    });
    const captures = `
captures:
  - { files: [rx.pcapng], stage: receive }
  - { files: [${stage}.pcapng], stage: ${stage} }
`;
    const config = parseFirewallConfig(ZONES + captures + nat, 'firewall.yaml', () => '');
    return (await replayScaled(files, { config, scales: [1, 3], drain: true })).runs;
  }
  const RX = `0.000 trust 10.0.0.5:2000 > 203.0.113.9:9 udp len=4 id=7
0.010 trust 10.0.0.5:2000 > 203.0.113.9:9 udp len=8 id=8
0.020 untrust 203.0.113.9:9 > 10.0.0.5:2000 udp len=4`;

  it('the drop of a twin’s packet is that twin’s', async () => {
    const drop = '0.0125 trust 10.0.0.5:2000 > 203.0.113.9:9 udp len=8 id=8';
    const [base, scaled] = await stages(RX, drop, 'drop');
    expect(base!.sessions.map(({ c2s }) => [c2s.packets, c2s.dropped])).toEqual([[2, 1]]);
    for (const twin of [0, 1, 2]) {
      expect(alone(scaled!.sessions, twin)).toEqual(alone(base!.sessions, 0));
    }
  });

  it('a copy of a twin’s packet is that twin’s', async () => {
    const sent = `0.0025 untrust 10.0.0.5:2000 > 203.0.113.9:9 udp len=4 id=7 ttl=63
0.0125 untrust 10.0.0.5:2000 > 203.0.113.9:9 udp len=8 id=8 ttl=63`;
    const [base, scaled] = await stages(RX, sent, 'transmit');
    expect(base!.sessions.map((row) => row.egressCopies)).toEqual([2]);
    for (const twin of [0, 1, 2]) {
      expect(alone(scaled!.sessions, twin)).toEqual(alone(base!.sessions, 0));
    }
    expect(base!.counter('replay_egress_unmatched')).toBe(0);
    expect(scaled!.counter('replay_egress_unmatched')).toBe(0);
  });
});
