/**
 * This file compares what the ALG of H.323 announces with what tshark reads in the same frames: where H.245
 * waits, and media and RTCP, on a public capture and on those of the lab.
 */

import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import type { PredictRow } from '../../src/session/predict-row.ts';
import { HAS_TSHARK } from '../support/frame-fields.ts';
import { ownPath, ownScenarios, replayOwn } from '../support/own-lab.ts';
import { replayFiles } from '../support/replay-file.ts';
import { HAS_CAPTURES, noteSkipped, publicPath } from '../support/truth-files.ts';

const PUBLIC = 'ndpi__h323.pcap';
const ROUTER = 'eth.src[0:4] == 02:00:00:aa';
if (!HAS_CAPTURES) noteSkipped('h323-algs.test.ts');

/** Behind NAT tshark does not know the connection of H.245 again. */
const scenarios = Object.entries(ownScenarios()).filter(
  ([name, { firewall }]) => name.startsWith('h323') && firewall === 'firewall.yaml',
);
let compared = 0;

/** `18: 10.1.6.18:1232`: frame, and each end that it announces, as tshark prints them. */
function announced(path: string): string[] {
  const options = ['-n', '-r', path, '-V', '-Y', `(h225 || h245) && !(${ROUTER})`];
  const run = spawnSync('tshark', options, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.split(/^(?=Frame \d+:)/m).flatMap((frame) => {
    const number = /^Frame (\d+)/.exec(frame)?.[1];
    const channels = frame.matchAll(/ network: (\S+)\n +tsapIdentifier: (\d+)/g);
    const controls = frame.matchAll(/h245Address: .*\n.*\n +ip: (\S+)\n +port: (\d+)/g);
    const ends = [...channels, ...controls].map(([, host, port]) => `${number}: ${host}:${port}`);
    return [...new Set(ends)];
  });
}

/** The same of predicts, by what the message said. */
function said(predicts: readonly PredictRow[]): string[] {
  return predicts.map(({ installed, expected }) => {
    const { address, port } = expected.translated ?? {
      address: expected.destination,
      port: expected.dport,
    };
    return `${installed.packet}: ${address}:${port}`;
  });
}

function expectSame(predicts: readonly PredictRow[], path: string): void {
  const ends = announced(path);
  expect(said(predicts).sort()).toEqual(ends.sort());
  compared += ends.length;
}

describe.skipIf(!HAS_TSHARK)('the ends that tshark reads', () => {
  test.skipIf(!HAS_CAPTURES)(PUBLIC, async () => {
    const { predicts } = await replayFiles([publicPath(PUBLIC)], { drain: true });
    expectSame(predicts, publicPath(PUBLIC));
    expect(compared).toBeGreaterThan(0);
  });

  test.each(scenarios)('%s', async (name, scenario) => {
    const { predicts } = await replayOwn(name, scenario);
    expectSame(predicts, ownPath(name));
  });
});

afterAll(() => {
  process.stderr.write(`h323-algs.test.ts: ${compared} ends\n`);
});
