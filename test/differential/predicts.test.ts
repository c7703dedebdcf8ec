/**
 * This file holds the predicts of whole replays against what other programs attribute to control
 * packets in the public captures: tshark's announcements and its links from data flows to the frames
 * that set them up, the data channels and services of Zeek, and Suricata's data of FTP.
 *
 * Every announced end is a predict of that very frame; the flow that came to it is its child; and no
 * session is the child of a predict that tshark does not see used by it.
 */

import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { PROTO_TCP } from '../../src/net/protocol.ts';
import type { PredictRow } from '../../src/session/predict-row.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { type Difference, expectCompared, expectKnown } from '../support/differences.ts';
import { oneZone } from '../support/one-zone.ts';
import { type Replayed, replayFiles } from '../support/replay-file.ts';
import { suricataChecks } from '../support/suricata-truth.ts';
import {
  type ConversationTruth,
  HAS_CAPTURES,
  noteSkipped,
  publicCaptures,
  type TruthEnd,
  truthFile,
} from '../support/truth-files.ts';
import { zeekDataChannels, zeekServices } from '../support/zeek-truth.ts';
import { KNOWN_PREDICTS } from './known-predicts.ts';

const TEST_FILE = 'predicts.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

/** An announced end, and the flows that had it (`captures/tools/README.md`, announcements). */
interface AnnouncedEnd extends TruthEnd {
  readonly kind: string;
  readonly seen_in: readonly {
    readonly proto: 'tcp' | 'udp';
    readonly stream: number;
    readonly first_frame: number;
    readonly began_after: boolean;
    readonly is_destination_of_first_packet: boolean;
  }[];
}

type Pair = readonly [address: string, port: number];

interface Truth extends Pick<ConversationTruth, 'tcp' | 'udp'> {
  readonly announcements: readonly {
    readonly frame: number;
    readonly endpoints: readonly AnnouncedEnd[];
  }[];
  readonly setup: readonly {
    readonly kind: string;
    readonly setup_frame: number;
    readonly same_connection: boolean;
    readonly data: { readonly src: Pair; readonly dst: Pair };
  }[];
}

const captures = publicCaptures();
const tally = { announced: 0, used: 0, links: 0, children: 0, channels: 0, services: 0, data: 0 };

describe.skipIf(!HAS_CAPTURES)('predicts against tshark, Zeek and Suricata', () => {
  test.each(captures)('$file', async ({ file, path }) => {
    const truth = JSON.parse(readFileSync(truthFile(`${file}.conv.json`), 'utf8')) as Truth;
    const config = oneZone('app-id: payload');
    const played = await replayFiles([path], { config, drain: true });
    const found = [
      ...announcementDifferences(truth, played),
      ...useDifferences(truth, played),
      ...linkDifferences(truth, played),
      ...childDifferences(truth, played),
      ...zeekDifferences(file, played),
      ...suricataDifferences(file, played),
    ];
    expectKnown(file, found, KNOWN_PREDICTS);
  });

  test('every listed difference is of a capture that is compared', () => {
    const files = captures.map(({ file }) => file);
    expectCompared(KNOWN_PREDICTS, files);
  });

  test('enough was compared', () => {
    expect(tally.announced).toBeGreaterThan(100);
    expect(tally.used).toBeGreaterThan(30);
    expect(tally.links).toBeGreaterThan(20);
    expect(tally.children).toBeGreaterThan(20);
  });

  afterAll(() => {
    process.stderr.write(`${TEST_FILE}: ${JSON.stringify(tally)}\n`);
  });
});

const endText = (address: string | null, port: number) => `${address}:${port}`;
const leadsTo = ({ expected }: PredictRow) => endText(expected.destination, expected.dport);
const reached = (row: SessionRow) => endText(row.destination, row.dport);

const isBetween = (row: SessionRow, one: string, other: string) => {
  const ends = [endText(row.source, row.sport), reached(row)];
  return ends.includes(one) && ends.includes(other);
};

/** The predict that a frame made of an end. */
function predictOf(played: Replayed, frame: number, end: string): PredictRow | undefined {
  return played.predicts.find((row) => row.installed.frame === frame && leadsTo(row) === end);
}

/** Each announced end is a predict of that very frame. */
function* announcementDifferences(truth: Truth, played: Replayed): Generator<Difference> {
  for (const { frame, endpoints } of truth.announcements) {
    for (const { kind, ip, port } of endpoints) {
      tally.announced++;
      const end = endText(ip, port);
      if (predictOf(played, frame, end) !== undefined) continue;
      yield { conversation: `announced ${frame} ${end}`, what: `${kind}: no predict` };
    }
  }
}

/** A flow that came to an announced end is the child of the predict that the last such frame made. */
function* useDifferences(truth: Truth, played: Replayed): Generator<Difference> {
  const last = new Map<string, { first: number; end: string; peer: string; frame: number }>();
  for (const { frame, endpoints } of truth.announcements) {
    for (const { ip, port, seen_in } of endpoints) {
      for (const { proto, stream, ...seen } of seen_in) {
        if (!seen.began_after || !seen.is_destination_of_first_packet) continue;
        const end = endText(ip, port);
        const { a } = truth[proto][stream]!;
        const peer = endText(a.ip, a.port);
        last.set(`${seen.first_frame} ${end}`, { first: seen.first_frame, end, peer, frame });
      }
    }
  }
  for (const { first, end, peer, frame } of last.values()) {
    tally.used++;
    const announced = predictOf(played, frame, end);
    // tshark begins another stream where an end is announced; the session of both directions is one.
    const child = played.sessions
      .filter(({ startFrame }) => startFrame <= first)
      .findLast((row) => isBetween(row, end, peer));
    const isIts =
      child?.startFrame === first && reached(child) === end
        ? child.predict === announced?.serial
        : child?.parent === announced?.parent;
    if (announced !== undefined && child !== undefined && isIts) continue;
    const what = child === undefined ? 'no session' : `child of ${child.predict}`;
    yield { conversation: `used ${first} ${end}`, what: `${what}, announced by ${frame}` };
  }
}

/** What tshark links to a frame is a session of that frame's predict, or of another of its parent. */
function* linkDifferences(truth: Truth, played: Replayed): Generator<Difference> {
  for (const { kind, setup_frame, same_connection, data } of truth.setup) {
    // Interleaved: what flows in the control connection needs no predict.
    if (same_connection) continue;
    tally.links++;
    const ends = [endText(...data.src), endText(...data.dst)];
    const predict = ends
      .map((end) => predictOf(played, setup_frame, end))
      .find((one) => one !== undefined);
    const rows = played.sessions.filter((row) => isBetween(row, ends[0]!, ends[1]!));
    const isItsOwn = (row: SessionRow) =>
      predict !== undefined && reached(row) === leadsTo(predict)
        ? row.predict === predict.serial
        : row.parent === predict?.parent;
    if (predict !== undefined && rows.length > 0 && rows.every(isItsOwn)) continue;
    const what = `predict ${predict?.serial}, sessions of ${rows.map((row) => row.predict)}`;
    yield { conversation: `link ${setup_frame} ${ends.join('>')}`, what: `${kind}: ${what}` };
  }
}

/** Nobody is let through who is not the flow that a frame announced. */
function* childDifferences(truth: Truth, played: Replayed): Generator<Difference> {
  for (const row of played.sessions) {
    if (row.predict === null) continue;
    tally.children++;
    const { installed } = played.predicts[row.predict - 1]!;
    const isAnnounced = truth.announcements.some(
      ({ frame, endpoints }) =>
        frame === installed.frame &&
        endpoints.some(
          ({ ip, port, seen_in }) =>
            endText(ip, port) === reached(row) &&
            seen_in.some(({ first_frame }) => first_frame === row.startFrame),
        ),
    );
    if (isAnnounced) continue;
    const conversation = `child ${row.startFrame} ${reached(row)}`;
    yield { conversation, what: `of frame ${installed.frame}, unknown to tshark` };
  }
}

/** Zeek's data channels are the predicts of FTP, in order; what it calls ftp-data are children. */
function* zeekDifferences(file: string, played: Replayed): Generator<Difference> {
  const wanted = zeekDataChannels(file);
  const own = played.predicts
    .filter(({ expected }) => expected.application === 'ftp-data')
    .map((row) => `${row.expected.source}>${leadsTo(row)}`);
  tally.channels += wanted.length;
  // Zeek's tests do not log the channels of every capture.
  if (wanted.length > 0 && own.join() !== wanted.join()) {
    yield { conversation: 'Zeek channels', what: `${own}, Zeek ${wanted}` };
  }
  for (const { proto, orig, resp, service } of zeekServices(file)) {
    if (!service.split(',').includes('ftp-data')) continue;
    tally.services++;
    const child = played.sessions.find(
      (row) =>
        (proto === 'tcp') === (row.protocol === PROTO_TCP) &&
        endText(row.source, row.sport) === orig &&
        reached(row) === resp,
    );
    if (child?.predict != null && child.application === 'ftp-data') continue;
    yield { conversation: `Zeek ${orig} > ${resp}`, what: `predict ${child?.predict}` };
  }
}

/** Each record `ftp_data` that Suricata's tests expect is a child with payload between its ends. */
function* suricataDifferences(file: string, played: Replayed): Generator<Difference> {
  if (!existsSync(truthFile(`${file}.suricata.json`))) return;
  for (const { count, match } of suricataChecks(file)) {
    if (match.event_type !== 'ftp_data' || count === 0) continue;
    tally.data++;
    const { src_ip: from, dest_ip: to } = match;
    const own = played.sessions.filter(
      (row) =>
        row.predict !== null &&
        row.application === 'ftp-data' &&
        (from === undefined || from === row.source || from === row.destination) &&
        (to === undefined || to === row.source || to === row.destination),
    );
    if (own.length >= count) continue;
    yield { conversation: `Suricata ${from} > ${to}`, what: `${own.length} of ${count}` };
  }
}
