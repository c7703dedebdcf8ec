/**
 * This file compares sessions with tshark's streams on every public capture: the same five-tuples,
 * and in each direction the same packets and IP bytes.
 *
 * tshark has its own idea of where a stream ends, so both sides are summed up by five-tuple. Inner
 * flows of tunnels are left out: a tunnel is one session of its outer addresses.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Difference, expectCompared, expectKnown } from '../support/differences.ts';
import {
  type Conversations,
  sessionConversations,
  truthConversations,
} from '../support/flow-totals.ts';
import { oneZone } from '../support/one-zone.ts';
import { comparePairs, sessionPairs, truthPairs } from '../support/pair-totals.ts';
import { type Replayed, replayFiles } from '../support/replay-file.ts';
import {
  type ConversationTruth,
  HAS_CAPTURES,
  noteSkipped,
  publicCaptures,
  readConversations,
} from '../support/truth-files.ts';
import { KNOWN_COUNTS, KNOWN_PAIRS, KNOWN_TIMES } from './known-conversations.ts';

const TEST_FILE = 'public-conversations.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const captures = publicCaptures();
const tally = { files: 0, conversations: 0, directions: 0, equal: 0, timed: 0, pairs: 0 };

/** Non-SYN segments make sessions, so that every packet of a flow is on one. */
const config = oneZone('tcp-reject-non-syn: no');

describe.skipIf(!HAS_CAPTURES)('sessions against tshark streams', () => {
  describe.each(captures)('$file', ({ file, path }) => {
    let truth: ConversationTruth;
    let replayed: Replayed;
    let expected: Conversations;
    let found: Conversations;
    beforeAll(async () => {
      truth = readConversations(file);
      replayed = await replayFiles([path], { config, drain: true });
      expected = truthConversations(truth);
      found = sessionConversations(replayed.sessions);
      tally.files++;
    });

    test('reads every frame', () => {
      expect(replayed.report.files[0]!.frames).toBe(truth.frames);
    });

    test('counts packets and IP bytes of each five-tuple and direction alike', () => {
      expectKnown(file, [...countDifferences(expected, found)], KNOWN_COUNTS);
    });

    test('starts and ends each session with the conversation', () => {
      expectKnown(file, [...timeDifferences(expected, found)], KNOWN_TIMES);
    });

    test('counts ICMP queries and protocols without ports alike', () => {
      const pairs = truthPairs(truth);
      tally.pairs += pairs.size;
      expectKnown(file, comparePairs(pairs, sessionPairs(replayed.sessions)), KNOWN_PAIRS);
    });
  });

  test('every listed difference is of a capture that is compared', () => {
    const known = [...KNOWN_COUNTS, ...KNOWN_TIMES, ...KNOWN_PAIRS];
    expectCompared(
      known,
      captures.map((capture) => capture.file),
    );
  });

  afterAll(() => {
    const t = tally;
    process.stderr.write(
      `${TEST_FILE}: ${t.files} files, ${t.conversations} conversations, ` +
        `${t.equal} of ${t.directions} directions equal, ${t.timed} timed, ${t.pairs} other pairs\n`,
    );
  });
});

function* countDifferences(expected: Conversations, found: Conversations): Generator<Difference> {
  for (const [conversation, truth] of expected) {
    tally.conversations++;
    for (const [sender, total] of truth.from) {
      tally.directions++;
      const ours = found.get(conversation)?.from.get(sender) ?? { packets: 0, ipBytes: 0 };
      if (ours.packets === total.packets && ours.ipBytes === total.ipBytes) tally.equal++;
      else {
        const what = `from ${sender} ${ours.packets} packets, ${ours.ipBytes} bytes`;
        yield { conversation, what: `${what}; truth ${total.packets}, ${total.ipBytes}` };
      }
    }
  }
  for (const conversation of found.keys()) {
    if (!expected.has(conversation)) yield { conversation, what: 'not in the truth' };
  }
}

/** Only five-tuples that are one stream and one session: otherwise a time belongs to neither. */
function* timeDifferences(expected: Conversations, found: Conversations): Generator<Difference> {
  for (const [conversation, truth] of expected) {
    const ours = found.get(conversation);
    if (ours?.parts !== 1 || truth.parts !== 1) continue;
    tally.timed++;
    if (ours.first === truth.first && ours.last === truth.last) continue;
    yield {
      conversation,
      what: `${ours.first} to ${ours.last}; truth ${truth.first} to ${truth.last}`,
    };
  }
}
