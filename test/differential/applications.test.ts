/**
 * This file compares what App-ID makes of the public captures with nDPI's flows, Zeek's services and
 * the protocols that Suricata's tests expect.
 *
 * What a truth does not know, or has no counterpart, must not be identified here. Not compared are
 * nDPI's guesses (by port, address or neighbour), flows without a session or without payload, and
 * conversations that are several flows to nDPI (VLANs).
 */

import { existsSync } from 'node:fs';
import { afterAll, describe, test } from 'vitest';
import type { SessionRow } from '../../src/session/session-row.ts';
import { type Difference, expectCompared, expectKnown } from '../support/differences.ts';
import { sessionEnds } from '../support/flow-totals.ts';
import { ndpiConversation, ndpiFlows } from '../support/ndpi-truth.ts';
import { oneZone } from '../support/one-zone.ts';
import { replayFiles } from '../support/replay-file.ts';
import { suricataChecks } from '../support/suricata-truth.ts';
import { HAS_CAPTURES, noteSkipped, publicCaptures, truthFile } from '../support/truth-files.ts';
import { zeekServices } from '../support/zeek-truth.ts';
import { ndpiApplication, SURICATA_NAMES, zeekApplication } from './application-names.ts';
import { KNOWN_NDPI, KNOWN_SURICATA_PROTOCOLS } from './known-applications.ts';

const TEST_FILE = 'applications.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const captures = publicCaptures();
const files = captures.map(({ file }) => file);
const config = oneZone('app-id: payload, app-timeouts: content');
const PROTOCOLS: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp' };
/** What stands for "not identified" (panos.md §9); null where the capture cut the payload. */
const UNIDENTIFIED = new Set([
  ...['incomplete', 'insufficient-data', 'unknown-tcp', 'unknown-udp', 'not-applicable', null],
]);

/** By the truth's application, or `nothing`: sessions that agree, of all. */
type Agreement = Map<string, { equal: number; all: number }>;
const agreements: Record<'nDPI' | 'Zeek' | 'Suricata', Agreement> = {
  nDPI: new Map(),
  Zeek: new Map(),
  Suricata: new Map(),
};
const left = { guessed: 0, unseen: 0, silent: 0, ambiguous: 0 };

describe.skipIf(!HAS_CAPTURES)('applications against nDPI, Zeek and Suricata', () => {
  test.each(captures)('$file', async ({ file, path }) => {
    const { sessions } = await replayFiles([path], { config, drain: true });
    expectKnown(file, [...ndpiDifferences(file, sessions)], KNOWN_NDPI);
    expectKnown(file, [...zeekDifferences(file, sessions)], []);
    expectKnown(file, [...suricataDifferences(file, sessions)], KNOWN_SURICATA_PROTOCOLS);
  });

  test('every listed difference is of a capture that is compared', () => {
    const known = [...KNOWN_NDPI, ...KNOWN_SURICATA_PROTOCOLS];
    expectCompared(known, files);
  });

  afterAll(() => {
    for (const [program, agreement] of Object.entries(agreements)) {
      const all = [...agreement.values()];
      const sum = (of: 'equal' | 'all') => all.reduce((total, one) => total + one[of], 0);
      const parts = [...agreement]
        .sort()
        .map(([name, { equal, all }]) => `${name} ${equal}/${all}`);
      process.stderr.write(
        `${TEST_FILE}: ${program} ${sum('equal')} of ${sum('all')} equal: ${parts.join(', ')}\n`,
      );
    }
    const { guessed, unseen, silent, ambiguous } = left;
    process.stderr.write(
      `${TEST_FILE}: not compared: ${guessed} flows nDPI guesses, ${unseen} without a session, ` +
        `${ambiguous} ambiguous; ${silent} sessions without payload\n`,
    );
  });
});

function* ndpiDifferences(file: string, sessions: readonly SessionRow[]): Generator<Difference> {
  const rows = byConversation(sessions);
  for (const [conversation, flows] of ndpiFlows(file)) {
    const [{ proto, confidence }] = flows as [(typeof flows)[0]];
    const own = rows.get(conversation) ?? [];
    if (flows.length > 1) left.ambiguous += flows.length;
    else if (confidence !== 'DPI' && confidence !== 'Unknown') left.guessed++;
    else if (own.length === 0) left.unseen++;
    else {
      const expected = ndpiApplication(proto);
      const found = differing(agreements.nDPI, own, expected);
      if (found !== '') yield { conversation, what: `${found}, nDPI ${proto}` };
    }
  }
}

function* zeekDifferences(file: string, sessions: readonly SessionRow[]): Generator<Difference> {
  const rows = byConversation(sessions);
  for (const { proto, orig, resp, service } of zeekServices(file)) {
    const conversation = ndpiConversation(proto, orig, resp);
    const own = rows.get(conversation) ?? [];
    const found = differing(agreements.Zeek, own, zeekApplication(service, resp));
    if (found !== '') yield { conversation, what: `${found}, Zeek ${service}` };
  }
}

/** Suricata's tests do not say of which flow they speak: the application must occur. */
function* suricataDifferences(
  file: string,
  sessions: readonly SessionRow[],
): Generator<Difference> {
  if (!existsSync(truthFile(`${file}.suricata.json`))) return;
  const names = suricataChecks(file).flatMap(({ count, match }) =>
    count === 0 ? [] : [match.event_type, match.app_proto],
  );
  for (const name of new Set(names)) {
    const expected = typeof name === 'string' ? SURICATA_NAMES[name] : undefined;
    if (expected === undefined) continue;
    const isFound = sessions.some((row) => row.application === expected);
    note(agreements.Suricata, expected, isFound);
    if (!isFound) yield { conversation: expected, what: 'no session of it' };
  }
}

/** Which sessions with payload are not what a truth says; nothing where all are. */
function differing(
  agreement: Agreement,
  rows: readonly SessionRow[],
  expected: string | null,
): string {
  const found: string[] = [];
  for (const row of rows) {
    if (row.c2s.layer7Packets + row.s2c.layer7Packets === 0) {
      left.silent++;
      continue;
    }
    const { application } = row;
    const isEqual = expected === null ? UNIDENTIFIED.has(application) : application === expected;
    note(agreement, expected ?? 'nothing', isEqual);
    if (!isEqual) found.push(application ?? 'cut');
  }
  return found.join(' + ');
}

function note(agreement: Agreement, name: string, isEqual: boolean): void {
  const entry = agreement.get(name) ?? { equal: 0, all: 0 };
  agreement.set(name, entry);
  entry.all++;
  if (isEqual) entry.equal++;
}

function byConversation(sessions: readonly SessionRow[]): Map<string, SessionRow[]> {
  const rows = new Map<string, SessionRow[]>();
  for (const row of sessions) {
    const protocol = PROTOCOLS[row.protocol];
    if (protocol === undefined) continue;
    const conversation = ndpiConversation(protocol, ...sessionEnds(row));
    rows.set(conversation, [...(rows.get(conversation) ?? []), row]);
  }
  return rows;
}
