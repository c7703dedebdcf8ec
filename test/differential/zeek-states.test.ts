/**
 * This file compares how sessions ended with Zeek's conn_state, and their packets with Zeek's, on
 * every capture that Zeek's own tests have records of.
 */

import { afterAll, describe, test } from 'vitest';
import type { EndReason } from '../../src/session/end-reason.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { type Difference, expectCompared, expectKnown } from '../support/differences.ts';
import { sessionEnds } from '../support/flow-totals.ts';
import { oneZone } from '../support/one-zone.ts';
import { replayFiles } from '../support/replay-file.ts';
import { HAS_CAPTURES, noteSkipped, publicCaptures } from '../support/truth-files.ts';
import { type ZeekRow, type ZeekState, zeekRows } from '../support/zeek-truth.ts';
import { KNOWN_ZEEK } from './known-zeek.ts';

const TEST_FILE = 'zeek-states.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

/** What a TCP session shows that Zeek's state tells. */
interface Expectation {
  readonly endReason: EndReason;
  /** Whether the handshake was completed. */
  readonly isActive: boolean;
  /** Whether the server sent anything; null where the state does not tell. */
  readonly isAnswered: boolean | null;
  /** The timer that ran last: both FINs, or one; null where it does not tell. */
  readonly timeout: number | null;
}

const TIME_WAIT = 15;
const HALF_CLOSED = 120;

/** null: no session, for the client's SYN was not seen and a segment without session is dropped. */
// biome-ignore format: a table
const TCP_STATES: Readonly<Record<ZeekState, Expectation | null>> = {
  // A SYN without an answer: tcp-init ends it.
  S0:     { endReason: 'aged-out', isActive: false, isAnswered: false, timeout: null },
  // Open when the capture ended: the idle timer ends it.
  S1:     { endReason: 'aged-out', isActive: true, isAnswered: true, timeout: 3600 },
  // Both sides sent their FIN: tcp-time-wait ends it.
  SF:     { endReason: 'tcp-fin', isActive: true, isAnswered: true, timeout: TIME_WAIT },
  // A RST answered the SYN: the handshake's timer runs on.
  REJ:    { endReason: 'tcp-rst-from-server', isActive: false, isAnswered: true, timeout: null },
  // The originator's FIN alone: tcp-half-closed ends it.
  S2:     { endReason: 'tcp-fin', isActive: true, isAnswered: true, timeout: HALF_CLOSED },
  // The responder's FIN alone.
  S3:     { endReason: 'tcp-fin', isActive: true, isAnswered: true, timeout: HALF_CLOSED },
  // Open, then the originator's RST, verified or not; a FIN before it changes nothing.
  RSTO:   { endReason: 'tcp-rst-from-client', isActive: true, isAnswered: true, timeout: null },
  // The same by the responder.
  RSTR:   { endReason: 'tcp-rst-from-server', isActive: true, isAnswered: true, timeout: null },
  // SYN, then the originator's RST, without an answer between.
  RSTOS0: { endReason: 'tcp-rst-from-client', isActive: false, isAnswered: false, timeout: null },
  // A SYN-ACK, then the responder's RST; the SYN was not seen.
  RSTRH:  null,
  // SYN and FIN of the originator, no SYN-ACK: the FIN half-closes a session that never opened.
  SH:     { endReason: 'tcp-fin', isActive: false, isAnswered: false, timeout: HALF_CLOSED },
  // SYN-ACK and FIN of the responder; the SYN was not seen.
  SHR:    null,
  // Neither side's SYN was seen.
  OTH:    null,
};

/** Whether the server answered, where Zeek's state tells it of UDP: every UDP session ages out. */
// biome-ignore format: a table
const UDP_STATES: Readonly<Partial<Record<ZeekState, boolean>>> = {
  // Packets of the originator alone.
  S0:  false,
  // Packets both ways.
  SF:  true,
  // Packets of the responder alone: Zeek knows its port and exchanged the roles, see `^`.
  SHR: false,
};

const captures = publicCaptures().filter(({ file }) => zeekRows(file).length > 0);
const tally = { rows: 0, equal: 0, packets: 0, inner: 0 };

describe.skipIf(!HAS_CAPTURES)('sessions against Zeek’s records', () => {
  test.each(captures)('$file', async ({ file, path }) => {
    const { sessions } = await replayFiles([path], { config: oneZone(), drain: true });
    const found: Difference[] = [];
    for (const row of zeekRows(file)) {
      if (row.isInner) {
        tally.inner++;
        continue;
      }
      tally.rows++;
      const what = [...rowDifferences(row, sessions)].join('; ');
      if (what === '') tally.equal++;
      else found.push({ conversation: row.name, what });
    }
    expectKnown(file, found, KNOWN_ZEEK);
  });

  test('every listed difference is of a capture that is compared', () => {
    expectCompared(
      KNOWN_ZEEK,
      captures.map((capture) => capture.file),
    );
  });

  afterAll(() => {
    const { rows, equal, packets, inner } = tally;
    process.stderr.write(
      `${TEST_FILE}: ${captures.length} files, ${equal} of ${rows} records equal, ` +
        `${packets} directions with packets; ${inner} inner flows of tunnels left out\n`,
    );
  });
});

/** Texts of what the sessions of a record have otherwise. */
function* rowDifferences(row: ZeekRow, sessions: readonly SessionRow[]): Generator<string> {
  // Zeek exchanges roles by what it knows of ports; a firewall's client is who sends first.
  const isFlipped = row.history.startsWith('^');
  const [client, server] = isFlipped ? [row.resp, row.orig] : [row.orig, row.resp];
  const own = sessions.filter((session) => isOf(row, session, client, server));
  if (row.proto === 'tcp') {
    const isMidstream = !row.history.includes('S');
    const expected = isMidstream ? null : TCP_STATES[row.state];
    if (expected === null) {
      const all = [...own, ...sessions.filter((session) => isOf(row, session, server, client))];
      if (all.length > 0) yield `${all.length} sessions without the client’s SYN`;
      return;
    }
    if (own.length !== 1) yield `${own.length} sessions`;
    else yield* tcpDifferences(expected, own[0]!);
  } else {
    if (own.length === 0) yield 'no session';
    const isAnswered = row.proto === 'udp' ? UDP_STATES[row.state] : undefined;
    for (const session of own) {
      if (session.endReason !== 'aged-out') yield `${session.endReason}`;
      if (own.length > 1 || isAnswered === undefined) continue;
      if (session.s2c.packets > 0 !== isAnswered) yield `answered with ${session.s2c.packets}`;
    }
  }
  if (own.length === 0) return;
  const [ofClient, ofServer] = isFlipped
    ? [row.respPackets, row.origPackets]
    : [row.origPackets, row.respPackets];
  yield* packetDifference('c2s', ofClient, own);
  yield* packetDifference('s2c', ofServer, own);
}

const PROTOCOLS: Readonly<Record<string, readonly number[]>> = {
  tcp: [6],
  udp: [17],
  icmp: [1, 58],
  unknown_transport: [132],
};

/** Ports tell TCP and UDP flows; Zeek's of ICMP are types, and others have none. */
function isOf(row: ZeekRow, session: SessionRow, client: string, server: string): boolean {
  if (PROTOCOLS[row.proto]?.includes(session.protocol) !== true) return false;
  const [ourClient, ourServer] = sessionEnds(session);
  if (row.proto === 'tcp' || row.proto === 'udp') {
    return ourClient === client && ourServer === server;
  }
  return host(ourClient) === host(client) && host(ourServer) === host(server);
}

function host(end: string): string {
  return end.slice(0, end.lastIndexOf(':'));
}

function* tcpDifferences(expected: Expectation, session: SessionRow): Generator<string> {
  const { endReason, isActive, isAnswered, timeout } = expected;
  if (session.endReason !== endReason) yield `${session.endReason}, not ${endReason}`;
  const wasActive = session.transitions.some((transition) => transition.to === 'ACTIVE');
  if (wasActive !== isActive) yield `ACTIVE ${wasActive}`;
  if (isAnswered !== null && session.s2c.packets > 0 !== isAnswered) yield 'answered or not';
  if (timeout !== null && session.timeout !== timeout) yield `timeout ${session.timeout}`;
}

function* packetDifference(
  side: 'c2s' | 's2c',
  expected: number | null,
  own: readonly SessionRow[],
): Generator<string> {
  if (expected === null) return;
  tally.packets++;
  const packets = own.reduce((sum, session) => sum + session[side].packets, 0);
  if (packets !== expected) yield `${side} ${packets} packets, Zeek ${expected}`;
}
