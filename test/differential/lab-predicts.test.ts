/**
 * This file holds predicts against the Linux kernel's expectations: each of its helpers' expectations is a
 * predict here, of the same packet, and each that was used is one that was converted, and no other.
 *
 * Where both differ by design: the kernel expects media from the peer alone, here from anybody; it
 * replaces an expectation by the next of the same master and class, here the same announcement alone does.
 */

import { describe, expect, it } from 'vitest';
import { PROTO_TCP, PROTO_UDP } from '../../src/net/protocol.ts';
import type { PredictRow } from '../../src/session/predict-row.ts';
import { type LabPredict, labConfig, labScenarios } from '../support/lab.ts';
import { type Replayed, replayFiles } from '../support/replay-file.ts';
import { labPath, noteSkipped } from '../support/truth-files.ts';

/** Seconds between a packet on the wire and the note of the kernel, which may resolve an address first. */
const CLOCKS_APART = 0.02;

const SCENARIOS = Object.entries(labScenarios()).filter(([, { predicts }]) => predicts.length > 0);
if (SCENARIOS.length === 0) noteSkipped('lab-predicts.test.ts');

const secondsOf = ({ second, nanosecond }: { second: number; nanosecond: number }) =>
  second + nanosecond / 1e9;

/** The predict of an expectation. */
function predictOf({ predicts }: Replayed, wanted: LabPredict): PredictRow | undefined {
  const protocol = wanted.proto === 'tcp' ? PROTO_TCP : PROTO_UDP;
  return predicts.find(
    ({ expected, installed }) =>
      expected.protocol === protocol &&
      expected.destination === wanted.dst &&
      expected.dport === wanted.dport &&
      (expected.source === null || expected.source === wanted.src) &&
      Math.abs(secondsOf(installed) - wanted.created) < CLOCKS_APART,
  );
}

describe.each(SCENARIOS)('%s', (name, scenario) => {
  it.each([
    ['all interfaces', `${name}.pcapng`],
    ['what the firewall received', `${name}.rx.pcapng`],
  ])('%s: the kernel expected what is predicted, and saw the same ones used', async (_, file) => {
    // What the kernel's tracker let through the lab's rules did, but for the expected flows.
    const played = await replayFiles([labPath(file)], {
      config: labConfig(
        {},
        {
          session: { 'app-id': 'payload' },
          rules: [{ name: 'out', from: 'trust', to: 'untrust' }],
        },
      ),
    });
    for (const wanted of scenario.predicts) {
      const found = predictOf(played, wanted);
      expect({ wanted, isThere: found !== undefined }).toEqual({ wanted, isThere: true });
      expect({ wanted, outcome: found?.outcome === 'converted' }).toEqual({
        wanted,
        outcome: wanted.fate === 'used',
      });
      const used = scenario.sessions[(wanted.session ?? 0) - 1];
      if (used === undefined) continue;
      const child = played.sessions.find(({ serial }) => serial === found?.session);
      expect([child?.source, child?.sport, child?.destination, child?.dport]).toEqual([
        used.src,
        used.sport,
        used.dst,
        used.dport,
      ]);
      expect(child?.rule).toBe('out');
    }
    const used = scenario.predicts.filter(({ fate }) => fate === 'used').length;
    expect(played.predicts.filter(({ outcome }) => outcome === 'converted')).toHaveLength(used);
  });
});
