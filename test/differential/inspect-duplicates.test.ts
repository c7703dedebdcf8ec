/**
 * This file compares the duplicates that `inspect` finds on one interface with those that editcap
 * removes within the same 50 ms (`editcap -w 0.05`).
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { inspectFiles } from '../inspect/build-frames.ts';
import { HAS_CAPTURES, noteSkipped, publicCaptures } from '../support/truth-files.ts';

const TEST_FILE = 'differential/inspect-duplicates.test.ts';
const HAS_EDITCAP = spawnSync('editcap', ['--version']).status === 0;
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);
else if (!HAS_EDITCAP) noteSkipped(TEST_FILE, 'no editcap');

const MAY_BE_SENT_TWICE =
  'segments without data and identification, of which a system may rightly send two that are the same';
/** Captures that differ, and why; each difference was looked at with tshark. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  ['ndpi__443-firefox.pcap', MAY_BE_SENT_TWICE], // RSTs
  ['ndpi__pinterest.pcap', MAY_BE_SENT_TWICE], // RSTs over IPv6
  ['ndpi__signal.pcap', MAY_BE_SENT_TWICE], // RSTs
  ['ndpi__tumblr.pcap', MAY_BE_SENT_TWICE], // a RST over IPv6
  ['pcpp__example.pcap', MAY_BE_SENT_TWICE], // a RST
  ['pcpp__many-protocols.pcap', MAY_BE_SENT_TWICE], // SYN-ACKs
  ['pcpp__microsecs_big_endian.pcap', 'netlink messages: no packets'],
  ['pkts__tcp-streams__keep_alive_after_closed.pcap', MAY_BE_SENT_TWICE], // an ACK over IPv6
  ['pkts__tcp-streams__out_of_order.pcap', MAY_BE_SENT_TWICE], // a RST
  ['zeek__tls__tls13draft23-chrome67.0.3368.0-canary.pcap', MAY_BE_SENT_TWICE], // a RST
]);

describe.skipIf(!HAS_CAPTURES || !HAS_EDITCAP)('duplicates against editcap', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slowpath-editcap-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(publicCaptures().filter(({ file }) => !DIFFERENT.has(file)))(
    '$file',
    async ({ path }) => {
      const run = spawnSync('editcap', ['-w', '0.05', path, join(folder, 'rest.pcapng')], {
        encoding: 'utf8',
      });
      const removed = /(\d+) packets? skipped/.exec(run.stderr + run.stdout)?.[1];
      const { repeats } = await inspectFiles([path]);
      expect(repeats.sameInterface).toBe(Number(removed));
    },
  );
});
