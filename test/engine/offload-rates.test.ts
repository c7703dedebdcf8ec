/** This file checks packets over time against the sessions: in all, hardware has the same number by both. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readFirewallConfig } from '../../src/config/read-file.ts';
import { replayFiles } from '../support/replay-file.ts';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const names = readdirSync(SAMPLES).filter((name) =>
  existsSync(join(SAMPLES, name, 'capture.script')),
);

test.each(names)('%s', async (name) => {
  const folder = join(SAMPLES, name);
  const capture = readdirSync(folder).find((file) => /^capture\.pcap/.test(file)) ?? '';
  const config = await readFirewallConfig(join(folder, 'firewall.yaml'));
  const run = await replayFiles([join(folder, capture)], { config, withRates: true });
  const points = run.firewall.rates?.points() ?? [];
  let taken = 0;
  for (const { offload } of run.sessions) {
    taken += (offload?.c2s.hardwarePackets ?? 0) + (offload?.s2c.hardwarePackets ?? 0);
  }
  expect(points.reduce((sum, { hardware }) => sum + hardware, 0)).toBe(taken);
  // Each received frame is in one step.
  const received = points.reduce((sum, { packets }) => sum + packets, 0);
  expect(received).toBe(run.counter('pkt_recv'));
});
