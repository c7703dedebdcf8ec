/**
 * This file checks that a filtered replay is the replay of the frames that are left, however the
 * capture was cut into batches.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { SessionRow } from '../../src/session/session-row.ts';
import { replayFiles } from '../support/replay-file.ts';
import { HAS_CAPTURES, noteSkipped, publicPath } from '../support/truth-files.ts';

const TEST_FILE = 'frame-filter.test.ts';
const HAS_TCPDUMP = spawnSync('tcpdump', ['--version']).status === 0;
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);
else if (!HAS_TCPDUMP) noteSkipped(TEST_FILE, 'no tcpdump');

const folder = mkdtempSync(join(tmpdir(), 'slowpath-filter-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sample = fileURLToPath(new URL('../../samples/first-look/capture.pcapng', import.meta.url));

/** A session without the numbers of its packets, which differ where frames are gone. */
function withoutNumbers(row: SessionRow) {
  const { startPacket, startFrame, identification, transitions, offload, ...rest } = row;
  return {
    ...rest,
    identification: identification && { ...identification, packet: identification.packet > 0 },
    offload: offload && {
      ...offload,
      path: offload.path.map((step) => ({ ...step, packet: step.packet !== null })),
      fromPacket: offload.fromPacket !== null,
      stretches: offload.stretches.map(({ fromPacket, toPacket, endedBy }) => {
        return { fromPacket: fromPacket !== null, toPacket: toPacket !== null, endedBy };
      }),
    },
    transitions: transitions.map(({ packet, frame, ...change }) => change),
  };
}

test.each(['tcp', 'not tcp', 'port 53 or icmp', 'ip6'])(
  '%s: batches of any size give the same sessions and events',
  async (filter) => {
    const [whole, ...others] = await Promise.all(
      [4096, 1, 2, 7].map((batchFrames) => replayFiles([sample], { filter, batchFrames })),
    );
    expect(whole?.sessions.length).toBeGreaterThan(0);
    for (const { sessions, events } of others) {
      expect(sessions).toEqual(whole?.sessions);
      expect(events).toEqual(whole?.events);
    }
  },
);

describe.skipIf(!HAS_CAPTURES || !HAS_TCPDUMP)('as of what tcpdump leaves of the capture', () => {
  test.each([
    ['ndpi__1kxun.pcap', 'tcp port 80 and not host 192.168.2.126'],
    ['ndpi__1kxun.pcap', 'udp and less 200'],
    ['zeek__wikipedia.pcap', 'host 141.142.220.118 and (port 53 or 80)'],
    ['ndpi__h323.pcap', 'tcp or udp'],
    ['arkime__v6.pcap', 'ip6 and tcp'],
  ])('%s: %s', async (file, filter) => {
    const left = join(folder, 'left.pcap');
    spawnSync('tcpdump', ['-r', publicPath(file), '-w', left, filter]);
    const of = await replayFiles([left]);
    const filtered = await replayFiles([publicPath(file)], { filter });
    const { second, nanosecond } = of.report.lastTime ?? { second: 0, nanosecond: 0 };
    expect(of.sessions.length).toBeGreaterThan(0);
    // The whole capture may go on behind what is left of it: what is live then may end.
    const ended = ({ end }: SessionRow) =>
      end !== null &&
      (end.second < second || (end.second === second && end.nanosecond <= nanosecond));
    const wanted = of.sessions.filter(ended).map(withoutNumbers);
    expect(filtered.sessions.filter(ended).map(withoutNumbers)).toEqual(wanted);
    expect(filtered.sessions.length).toBe(of.sessions.length);
    const packets = (rows: readonly SessionRow[]) => rows.map(({ c2s, s2c }) => ({ c2s, s2c }));
    expect(packets(filtered.sessions)).toEqual(packets(of.sessions));
  });
});
