/**
 * This file proves that nothing is lost or counted twice (issue 5, Conservation): under routes and NAT in
 * both directions each received packet is in exactly one session or on exactly one counter, and each
 * egress copy belongs to exactly one received packet or is counted as unmatched.
 *
 * Every public capture is played as it is, and from both sides of a plain NAT gateway, which knows
 * what it made of which packet; the lab's captures are what a real one received and sent.
 */

import { afterAll, describe, expect, test } from 'vitest';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { captureFrames } from '../support/capture-frames.ts';
import { labConfig, labScenarios } from '../support/lab.ts';
import { keepLedger, type Ledger } from '../support/ledger.ts';
import { counterOf, interfacesNamed } from '../support/play.ts';
import { HAS_CAPTURES, labPath, noteSkipped, publicCaptures } from '../support/truth-files.ts';
import { DOOR, INSIDE, POOL, twoSides } from '../support/two-sides.ts';
import { LAB_RULES } from './lab-rules.ts';

const TEST_FILE = 'conservation.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const LINKTYPE_RAW = 101;
/** What the built-in configuration calls `trust`. */
const TRUST = [...INSIDE, '127.0.0.0/8', 'fc00::/7', '::1/128', 'fe80::/10'];
const WORLD = ['0.0.0.0/0', '::/0'];

const scenarios = labScenarios();
const labFiles = Object.keys(scenarios).flatMap((name) => [`${name}.pcapng`, `${name}.rx.pcapng`]);
/** The lab's source and destination NAT together, on captures that were translated and that were not. */
const BOTH_WAYS = {
  ...LAB_RULES.snat_http,
  nat: ['snat_http', 'dnat_dmz'].flatMap((name) => LAB_RULES[name]!.nat),
};
const tally = { received: 0, inSessions: 0, copies: 0, given: 0, translated: 0 };

/** The zones of the built-in configuration, with routes, SNAT out, and DNAT to one inside host. */
function natted(host: string): FirewallConfig {
  const route = (name: string) => (destination: string) => ({ destination, interface: name });
  const file = {
    zones: {
      trust: { interfaces: ['inside'], networks: TRUST },
      untrust: { interfaces: ['outside'], networks: WORLD },
    },
    routes: [...TRUST.map(route('inside')), ...WORLD.map(route('outside'))],
    nat: [
      {
        name: 'out',
        from: ['trust'],
        to: ['untrust'],
        'source-translation': { 'dynamic-ip-and-port': POOL },
      },
      {
        name: 'door',
        from: ['untrust'],
        to: ['untrust'],
        destination: DOOR,
        'destination-translation': host,
      },
    ],
  };
  return parseFirewallConfig(JSON.stringify(file), 'natted.yaml');
}

/** Each frame is in one place; copies in none of them have no IP. */
function expectConserved({ played, lines, pairs }: Ledger, frames: number): void {
  const { firewall, sessions } = played;
  const count = (name: string) => counterOf(firewall, name);
  expect(lines.length).toBe(frames);
  const wrong: unknown[] = [];
  let [held, copies] = [0, 0];
  lines.forEach((line, i) => {
    const { serials, strays, isCopy, fates } = line;
    if (isCopy) {
      copies++;
      if (serials.length + strays.length > 0 || fates.length > 1) wrong.push([i + 1, line]);
      return;
    }
    // A packet that is dropped on its way out is in its session all the same.
    const alone = serials.length > 0 ? strays.filter((n) => n !== 'flow_fwd_zonechange') : strays;
    const places = serials.length + alone.length;
    if (places === 0) held++;
    if (places > 1 || fates.some((fate) => fate !== 'matched')) wrong.push([i + 1, line]);
  });
  expect(wrong).toEqual([]);
  // Fragments that waited for their first: with it they went to a session, or were counted later.
  const logged = lines.reduce((sum, { serials }) => sum + serials.length, 0);
  const packets = sessions.reduce((sum, row) => sum + row.c2s.packets + row.s2c.packets, 0);
  expect(held).toBe(count('replay_ipfrag_no_session') + packets - logged);

  expect(copies).toBe(count('replay_egress_copy'));
  expect(pairs.length).toBe(firewall.observations.egressMatched);
  expect(new Set(pairs.map(({ copy }) => copy)).size).toBe(pairs.length);
  expect(new Set(pairs.map(({ original }) => original)).size).toBe(pairs.length);
  for (const { copy, original } of pairs) {
    expect([lines[copy - 1]!.isCopy, lines[original - 1]!.isCopy]).toEqual([true, false]);
  }
  const unmatched = lines.filter(({ fates }) => fates.includes('unmatched')).length;
  const early = lines.filter(({ isCopy, fates }) => !isCopy && fates.includes('matched')).length;
  expect(count('replay_egress_unmatched')).toBe(unmatched - early);

  tally.received += frames - copies;
  tally.inSessions += packets;
  tally.copies += copies;
  tally.given += pairs.length;
}

describe.skipIf(!HAS_CAPTURES)('conservation', () => {
  describe.each(publicCaptures())('$file', ({ path }) => {
    test('as it was captured', async () => {
      const { frames, interfaces } = await captureFrames(path);
      expectConserved(keepLedger(frames, interfaces, natted('10.99.99.99')), frames.length);
    });

    test('from both sides of a gateway that translates', async () => {
      const { frames, truth, host, translated } = twoSides(await captureFrames(path));
      const interfaces = interfacesNamed(['gateway'], LINKTYPE_RAW, false);
      const ledger = keepLedger(frames, interfaces, natted(host));
      const { lines, pairs } = ledger;
      expectConserved(ledger, frames.length);
      tally.translated += translated;
      const given = new Map(pairs.map(({ copy, original }) => [copy, original]));
      // Of packets that are the same byte by byte, sent again at once, nobody can tell whose copy it is.
      const bytesOf = (frame: number) => Buffer.from(frames[frame - 1]?.bytes ?? []);
      const others = [...truth].filter(
        ([copy, original]) => !bytesOf(given.get(copy) ?? 0).equals(bytesOf(original)),
      );
      expect(others.map(([copy]) => [copy, given.get(copy), lines[copy - 1]!.fates])).toEqual([]);
    });
  });

  describe.each(labFiles)('%s', (file) => {
    const name = file.split('.')[0]!;
    test.each([
      ['with the rules of the lab', LAB_RULES[name] ?? {}],
      ['translated in both directions', BOTH_WAYS],
    ])('%s', async (_, sections) => {
      const { frames, interfaces } = await captureFrames(labPath(file));
      expectConserved(
        keepLedger(frames, interfaces, labConfig({ udp: 8 }, sections)),
        frames.length,
      );
    });
  });

  afterAll(() => {
    const { received, inSessions, copies, given, translated } = tally;
    process.stderr.write(
      `${TEST_FILE}: ${received} received, ${inSessions} in sessions; ${given} of ${copies} copies of one packet each, ${translated} made with other ends\n`,
    );
  });
});
