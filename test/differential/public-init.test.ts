/**
 * This file makes a starter configuration for every public capture: `check` takes it, and a replay with it
 * knows the zone of every packet that the built-in configuration knows.
 */

import { afterAll, describe, expect, test } from 'vitest';
import { replayFiles } from '../support/replay-file.ts';
import { starterFor } from '../support/starter.ts';
import { HAS_CAPTURES, noteSkipped, publicCaptures } from '../support/truth-files.ts';

const TEST_FILE = 'public-init.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const captures = publicCaptures();

describe.skipIf(!HAS_CAPTURES)('starters for public captures', () => {
  let zones = 0;

  test.each(captures)('$file', async ({ path }) => {
    // Throws what `check` would say.
    const { config, proposal } = await starterFor([path]);
    zones += proposal.zones.length;
    const builtIn = await replayFiles([path]);
    const own = await replayFiles([path], { config });
    expect(own.firewall.zones.unknownPackets).toBeLessThanOrEqual(
      builtIn.firewall.zones.unknownPackets,
    );
    // Nor does a packet come in by a zone that its session does not expect.
    expect(own.counter('flow_fwd_zonechange')).toBe(builtIn.counter('flow_fwd_zonechange'));
    expect(own.counter('flow_policy_nofwd')).toBe(0);
  });

  afterAll(() => {
    process.stderr.write(`${TEST_FILE}: ${captures.length} captures, ${zones} zones\n`);
  });
});
