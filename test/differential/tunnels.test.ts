/**
 * This file compares the sessions inside tunnels (`--decapsulate`) with tshark's inner streams: packets
 * and IP bytes of each five-tuple and direction.
 */

import { describe, expect, test } from 'vitest';
import { TUNNEL_KINDS } from '../../src/wire/tunnel.ts';
import { sessionConversations, truthConversations } from '../support/flow-totals.ts';
import { oneZone } from '../support/one-zone.ts';
import { replayFiles } from '../support/replay-file.ts';
import {
  HAS_CAPTURES,
  noteSkipped,
  publicCaptures,
  readConversations,
} from '../support/truth-files.ts';

if (!HAS_CAPTURES) noteSkipped('tunnels.test.ts');

/** Not tunnels of these kinds: the reason. */
const OTHERS: Readonly<Record<string, string>> = {
  'pcpp__tcp-reassembly.pcap': 'sFlow quotes headers of packets, and carries none',
};

const config = oneZone('tcp-reject-non-syn: no');

const captures = publicCaptures().filter(
  ({ file }) =>
    OTHERS[file] === undefined && truthConversations(readConversations(file), true).size > 0,
);

describe.skipIf(!HAS_CAPTURES)('sessions inside tunnels against tshark', () => {
  test('there are captures to compare', () => {
    expect(captures.length).toBeGreaterThanOrEqual(3);
  });

  test.each(captures)('$file', async ({ file, path }) => {
    const { sessions } = await replayFiles([path], {
      config,
      drain: true,
      decapsulate: TUNNEL_KINDS,
    });
    const inner = sessionConversations(sessions.filter((row) => row.tunnel !== null));
    const expected = truthConversations(readConversations(file), true);
    const told = (all: typeof inner) =>
      [...all].map(([name, { from }]) => [name, Object.fromEntries(from)]).sort();
    expect(told(inner)).toEqual(told(expected));
  });

  test('the outer sessions are the same with and without', async () => {
    for (const { path } of captures) {
      const plain = await replayFiles([path], { config, drain: true });
      const deep = await replayFiles([path], { config, drain: true, decapsulate: TUNNEL_KINDS });
      const outer = deep.sessions.filter((row) => row.tunnel === null);
      expect([...sessionConversations(outer)]).toEqual([...sessionConversations(plain.sessions)]);
    }
  });
});
