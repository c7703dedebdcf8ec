/**
 * This file accounts for every frame of every public capture under the default session settings, and
 * compares what ended each TCP session with the SYNs, FINs and RSTs that tshark counted.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_ICMP_ERROR } from '../../src/events/event-kinds.ts';
import type { EndReason } from '../../src/session/end-reason.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { type Difference, expectCompared, expectKnown } from '../support/differences.ts';
import {
  conversationName,
  endName,
  sessionConversations,
  sessionEnds,
  truthConversations,
} from '../support/flow-totals.ts';
import { oneZone } from '../support/one-zone.ts';
import { type Replayed, replayFiles } from '../support/replay-file.ts';
import { STRAY_COUNTERS } from '../support/soundness.ts';
import {
  type ConversationTruth,
  HAS_CAPTURES,
  noteSkipped,
  publicCaptures,
  readConversations,
  type TruthStream,
} from '../support/truth-files.ts';
import { KNOWN_BALANCE, KNOWN_DROPS, KNOWN_ENDINGS, KNOWN_EXCESS } from './known-default-config.ts';

const TEST_FILE = 'public-default-config.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const captures = publicCaptures();
const config = oneZone();
const tally = { files: 0, frames: 0, streams: 0, endings: 0, equal: 0 };

describe.skipIf(!HAS_CAPTURES)('default session settings', () => {
  describe.each(captures)('$file', ({ file, path }) => {
    let truth: ConversationTruth;
    let replayed: Replayed;
    beforeAll(async () => {
      truth = readConversations(file);
      replayed = await replayFiles([path], { config, drain: true });
      tally.files++;
      tally.frames += truth.frames;
    });

    test('every frame is in a session or counted once outside', () => {
      const { sessions, counter } = replayed;
      const outside = STRAY_COUNTERS.reduce((sum, name) => sum + counter(name), 0);
      expect(packetsOf(sessions) + outside + icmpErrors(replayed)).toBe(truth.frames);
    });

    test('the classes that tshark counts as well have its numbers', () => {
      expectKnown(file, [...classDifferences(truth, replayed)], KNOWN_BALANCE);
    });

    test('no flow has more packets than tshark saw', () => {
      const seen = truthConversations(truth);
      const excess: Difference[] = [];
      for (const [conversation, { from }] of sessionConversations(replayed.sessions)) {
        for (const [sender, { packets }] of from) {
          const limit = seen.get(conversation)?.from.get(sender)?.packets ?? 0;
          if (packets <= limit) continue;
          excess.push({ conversation, what: `from ${sender} ${packets} of ${limit}` });
        }
      }
      expectKnown(file, excess, KNOWN_EXCESS);
    });

    test('a session ends as its FINs and RSTs say', () => {
      expectKnown(file, [...endDifferences(truth, replayed.sessions)], KNOWN_ENDINGS);
    });

    test('only listed sessions drop packets', () => {
      const dropping = replayed.sessions.filter((row) => row.c2s.dropped + row.s2c.dropped > 0);
      const found = dropping.map((row) => ({
        conversation: conversationName(row.protocol === 17 ? 'udp' : 'tcp', ...sessionEnds(row)),
        what: `${row.c2s.dropped} + ${row.s2c.dropped} dropped`,
      }));
      expectKnown(file, found, KNOWN_DROPS);
    });
  });

  test('every listed difference is of a capture that is compared', () => {
    const known = [...KNOWN_BALANCE, ...KNOWN_DROPS, ...KNOWN_ENDINGS, ...KNOWN_EXCESS];
    expectCompared(
      known,
      captures.map((capture) => capture.file),
    );
  });

  afterAll(() => {
    const { files, frames, streams, endings, equal } = tally;
    process.stderr.write(
      `${TEST_FILE}: ${files} files, ${frames} frames, ${streams} TCP streams: ${equal} of ${endings} endings equal\n`,
    );
  });
});

function packetsOf(sessions: readonly SessionRow[]): number {
  return sessions.reduce((sum, row) => sum + row.c2s.packets + row.s2c.packets, 0);
}

function icmpErrors(replayed: Replayed): number {
  return replayed.events.filter((event) => event.kind === EVENT_ICMP_ERROR).length;
}

function tcpName(row: SessionRow): string {
  return conversationName('tcp', ...sessionEnds(row));
}

function* classDifferences(truth: ConversationTruth, replayed: Replayed): Generator<Difference> {
  const { counter, sessions } = replayed;
  const tcp = [...truthConversations(truth)].filter(([name]) => name.startsWith('tcp'));
  const tcpPackets = tcp.flatMap(([, { from }]) => [...from.values()].map((t) => t.packets));
  const ours = packetsOf(sessions.filter((row) => row.protocol === 6));
  const classes: readonly [string, number, number][] = [
    ['not IP', counter('replay_not_ip'), truth.frames_without_ip],
    ['ICMP errors', icmpErrors(replayed), truth.icmp_errors.length],
    ['IP fragments', counter('flow_ipfrag_recv'), truth.fragments.length],
    [
      'TCP',
      ours + counter('flow_tcp_non_syn_drop'),
      tcpPackets.reduce((sum, packets) => sum + packets, 0),
    ],
  ];
  for (const [conversation, found, expected] of classes) {
    if (found !== expected) yield { conversation, what: `${found}, truth ${expected}` };
  }
}

/**
 * Every stream by its five-tuple: what tshark splits at a SYN that is dropped, or without one, is one
 * session; a stream without a SYN is none.
 */
function* endDifferences(
  truth: ConversationTruth,
  sessions: readonly SessionRow[],
): Generator<Difference> {
  const rows = grouped(
    sessions.filter((row) => row.protocol === 6),
    tcpName,
  );
  const streams = grouped(
    truth.tcp.filter((stream) => stream.tunnel === null),
    (stream) => conversationName('tcp', endName(stream.a), endName(stream.b)),
  );
  for (const [conversation, parts] of streams) {
    tally.streams += parts.length;
    const found = (rows.get(conversation) ?? []).map((row) => row.endReason).join(', ');
    const expected = expectedEnds(parts, rows.get(conversation) ?? []).join(', ');
    tally.endings++;
    if (found === expected) tally.equal++;
    else yield { conversation, what: `${found || 'no session'}, truth ${expected || 'none'}` };
  }
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** A RST beats a FIN, the client's beats the server's (panos.md §3.1); without a SYN no session. */
function expectedEnds(parts: readonly TruthStream[], rows: readonly SessionRow[]): EndReason[] {
  if (parts.every((stream) => stream.a2b.syn + stream.b2a.syn === 0)) return [];
  const client = rows.length > 0 ? sessionEnds(rows[0]!)[0] : endName(parts[0]!.a);
  const flags = { clientRst: 0, serverRst: 0, fin: 0 };
  for (const stream of parts) {
    const isFromA = client === endName(stream.a);
    flags.clientRst += isFromA ? stream.a2b.rst : stream.b2a.rst;
    flags.serverRst += isFromA ? stream.b2a.rst : stream.a2b.rst;
    flags.fin += stream.a2b.fin + stream.b2a.fin;
  }
  if (flags.clientRst > 0) return ['tcp-rst-from-client'];
  if (flags.serverRst > 0) return ['tcp-rst-from-server'];
  if (flags.fin > 0) return ['tcp-fin'];
  // Nothing closed it: as many sessions as silences longer than a timer made of it.
  return Array.from({ length: Math.max(rows.length, 1) }, () => 'aged-out');
}
