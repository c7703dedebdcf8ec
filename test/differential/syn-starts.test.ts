/**
 * This file checks where sessions begin: with the first SYN of every TCP stream that tshark found, and
 * with every SYN that reuses the ports of an older connection, unless that one is still open.
 */

import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { COUNT_SYN_DIFF } from '../../src/events/counters.ts';
import { EVENT_DROP, EVENT_TCP_REUSE } from '../../src/events/event-kinds.ts';
import { type Difference, expectCompared, expectKnown } from '../support/differences.ts';
import { conversationName, endName } from '../support/flow-totals.ts';
import { HAS_TSHARK } from '../support/frame-fields.ts';
import { labScenarios } from '../support/lab.ts';
import { replayLab } from '../support/lab-flows.ts';
import { oneZone } from '../support/one-zone.ts';
import { type Replayed, replayFiles } from '../support/replay-file.ts';
import {
  HAS_CAPTURES,
  labPath,
  noteSkipped,
  publicCaptures,
  readConversations,
  type TruthStream,
} from '../support/truth-files.ts';
import { KNOWN_STARTS } from './known-default-config.ts';

const TEST_FILE = 'syn-starts.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);
else if (!HAS_TSHARK) noteSkipped(`${TEST_FILE}, the lab's part`, 'no tshark');

const captures = publicCaptures();
const names = Object.keys(labScenarios());
const config = oneZone();
const tally = { starts: 0, streams: 0, reused: 0, sessions: 0, drops: 0 };

describe.skipIf(!HAS_CAPTURES)('sessions begin with their SYNs', () => {
  test.each(captures)('$file', async ({ file, path }) => {
    const truth = readConversations(file);
    const replayed = await replayFiles([path], { config, drain: true });
    const reused = new Set(truth.reused_ports_syn_frames);
    const found: Difference[] = [];
    for (const stream of truth.tcp.filter(({ tunnel }) => tunnel === null)) {
      const frame = firstSyn(stream);
      if (frame === null || reused.has(frame)) continue;
      tally.streams++;
      if (startsAt(replayed, frame)) tally.starts++;
      else {
        const conversation = conversationName('tcp', endName(stream.a), endName(stream.b));
        found.push({ conversation, what: `no session at frame ${frame}` });
      }
    }
    found.push(...reuseDifferences(replayed, [...reused]));
    expectKnown(file, found, KNOWN_STARTS);
  });

  test.skipIf(!HAS_TSHARK).each(names)('%s of the lab', async (name) => {
    const replayed = await replayLab(name, 'received');
    const reused = tsharkReused(labPath(`${name}.rx.pcapng`));
    expect(reuseDifferences(replayed, reused)).toEqual([]);
    const old = labScenarios()[name]!.sessions.filter((s) => s.replaced_by !== undefined);
    expect(reused).toHaveLength(old.length);
  });

  test('every listed difference is of a capture that is compared', () => {
    expectCompared(
      KNOWN_STARTS,
      captures.map((capture) => capture.file),
    );
  });

  afterAll(() => {
    const { starts, streams, reused, sessions, drops } = tally;
    process.stderr.write(
      `${TEST_FILE}: ${starts} of ${streams} streams begin a session with their first SYN; ` +
        `${reused} SYNs that reuse ports: ${sessions} new sessions, ${drops} drops\n`,
    );
  });
});

/** Frame of the bare SYN that a stream begins with; null where another packet is first. */
function firstSyn(stream: TruthStream): number | null {
  const [frame, direction] = stream.syn_frames?.[0] ?? [];
  if (frame !== stream.first_frame || direction !== 'a2b' || stream.a2b.syn === 0) return null;
  return frame;
}

function startsAt(replayed: Replayed, frame: number): boolean {
  return replayed.sessions.some((row) => row.startFrame === frame);
}

/** A reusing SYN begins a session; on an open one it is dropped (CONTRACT: TCP). */
function reuseDifferences(replayed: Replayed, frames: readonly number[]): Difference[] {
  return frames.flatMap((frame) => {
    tally.reused++;
    const events = replayed.events.filter((event) => event.frame === frame);
    const next = replayed.sessions.find((row) => row.startFrame === frame);
    const isReuse = events.some((event) => event.kind === EVENT_TCP_REUSE);
    const drop = events.find((e) => e.kind === EVENT_DROP && e.b === COUNT_SYN_DIFF);
    if (next !== undefined && isReuse && endsAt(replayed, next.startPacket)) tally.sessions++;
    else if (drop !== undefined && isOpenAt(replayed, drop.session, frame)) tally.drops++;
    else return [{ conversation: `frame ${frame}`, what: 'neither a session nor dropped as open' }];
    return [];
  });
}

/** The older session ends as tcp-reuse with the packet that begins the next. */
function endsAt(replayed: Replayed, packet: number): boolean {
  return replayed.sessions.some(
    (row) => row.endReason === 'tcp-reuse' && row.transitions.at(-2)?.packet === packet,
  );
}

/** Whether a session was opening or established when a frame came. (Half-closed: none so far.) */
function isOpenAt(replayed: Replayed, serial: number, frame: number): boolean {
  const row = replayed.sessions.find((session) => session.serial === serial)!;
  const before = row.transitions.filter((t) => t.packet > 0 && t.frame < frame);
  return ['OPENING', 'ACTIVE'].includes(before.at(-1)?.to ?? '');
}

/** Frames that tshark calls reuse of ports, of a capture without a truth file. */
function tsharkReused(path: string): number[] {
  const filter = 'tcp.analysis.reused_ports && tcp.flags.syn == 1 && tcp.flags.ack == 0';
  const options = ['-r', path, '-Y', filter, '-T', 'fields', '-e', 'frame.number'];
  const { stdout } = spawnSync('tshark', options, { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}
