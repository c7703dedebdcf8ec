/**
 * This file makes each change of the configuration that the estimate of offload lists, and replays the public
 * captures with it: hardware then has as much more as was said.
 */

import { afterAll, describe, expect, test } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { OffloadChanges } from '../../src/report/offload/changes.ts';
import type { OffloadBlocker } from '../../src/session/offload-row.ts';
import { captureFrames } from '../support/capture-frames.ts';
import { playFrames } from '../support/play.ts';
import { HAS_CAPTURES, noteSkipped, publicCaptures } from '../support/truth-files.ts';

const TEST_FILE = 'offload-changes.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const ZONES = `zones:
  trust: {networks: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, "fc00::/7", "fe80::/10"]}
  untrust: {networks: [0.0.0.0/0, "::/0"]}
`;
const DECRYPTED = 'decryption: [{name: tls, action: decrypt}]';
const INSPECTED = 'rules: [{name: all, action: allow, profiles: [strict]}]';
const CONFIGS: readonly string[] = [
  '',
  'platform: {hardware-offload: no}',
  'session: {offload: no, udp-offload: no}',
  'session: {udp-offload: no}',
  `${INSPECTED}\n${DECRYPTED}`,
  `session: {app-id: ports}\n${INSPECTED}`,
  'dataplane-features: [{feature: qos, to: [untrust]}]',
];
const tally = { changes: 0, packets: 0 };

/** The configuration with the change made. */
function changed(text: string, { check, cause }: OffloadBlocker): string {
  switch (check) {
    case 'no-hardware':
      return text.replace('hardware-offload: no', 'hardware-offload: yes');
    case 'disabled':
      return cause === 'session.offload'
        ? text.replace('{offload: no', '{offload: yes')
        : text.replace('udp-offload: no', 'udp-offload: yes');
    case 'decrypt':
      return text.replace('action: decrypt', 'action: no-decrypt');
    case 'content-inspection':
      return text.replace(', profiles: [strict]', '');
    case 'feature':
      return '';
    default:
      return `${text}\napplications: {"${cause}": {alg: no}}`;
  }
}

describe.skipIf(!HAS_CAPTURES).each(publicCaptures())('$file', ({ path }) => {
  test('gains what was said', async () => {
    const { frames, interfaces } = await captureFrames(path);
    const replay = (text: string) => {
      const config = parseFirewallConfig(`${ZONES}${text}`, 'fw.yaml');
      const changes = new OffloadChanges();
      let hardware = 0;
      for (const row of playFrames(frames, interfaces, { config, drain: true }).sessions) {
        const { c2s, s2c } = row.offload!;
        hardware += c2s.hardwarePackets + s2c.hardwarePackets;
        changes.add(row, row.offload!);
      }
      return { hardware, changes: changes.report().changes };
    };
    for (const text of CONFIGS) {
      const before = replay(text);
      for (const change of before.changes) {
        const { check, cause, packets } = change;
        const { hardware } = replay(changed(text, change));
        const gained = hardware - before.hardware;
        expect({ text, check, cause, packets: gained }).toEqual({ text, check, cause, packets });
        tally.changes++;
        tally.packets += packets;
      }
    }
  });
});

afterAll(() => {
  const { changes, packets } = tally;
  process.stderr.write(`${TEST_FILE}: ${changes} changes made, ${packets} packets gained\n`);
});
