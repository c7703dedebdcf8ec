/**
 * This file compares what `inspect` says of public captures with tshark's streams: how many TCP and UDP
 * conversations, how many of them in both directions, and frames by VLAN.
 */

import { describe, expect, test } from 'vitest';
import type { CaptureFacts } from '../../src/inspect/facts.ts';
import { inspectFiles } from '../inspect/build-frames.ts';
import {
  type ConversationTruth,
  HAS_CAPTURES,
  noteSkipped,
  publicCaptures,
  readConversations,
  type TruthStream,
} from '../support/truth-files.ts';

const TEST_FILE = 'differential/inspect-conversations.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const NOT_DECODED = 'link type or encapsulation that a later version decodes';
/** Captures that differ, and why. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  ['ndpi__dlt_ppp.pcap', NOT_DECODED],
  ['ndpi__dns.pcap', NOT_DECODED],
  ['pcpp__one_http_stream_rst.pcap', NOT_DECODED],
  ['zeek__mixed-vlan-mpls.pcap', NOT_DECODED],
  ['zeek__pppoe.pcap', NOT_DECODED],
  ['zeek__radiotap.pcap', NOT_DECODED],
  ['zeek__ipv4__fragmented-3.pcap', 'the datagram never completes: tshark shows no TCP'],
  [
    'zeek__tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap',
    'an anonymised host is 239.114.155.111, a group to us: what is sent to it has no answer',
  ],
]);

interface Pairs {
  readonly all: number;
  readonly both: number;
}

/** tshark begins a new stream where ports are used again: pairs of endpoints count here. */
function pairsOf(streams: readonly TruthStream[]): Pairs {
  const pairs = new Map<string, Set<string>>();
  for (const { a, b, a2b, b2a, tunnel } of streams) {
    if (tunnel !== null || isGroup(a.ip) || isGroup(b.ip)) continue;
    const ends = [`${a.ip} ${a.port}`, `${b.ip} ${b.port}`];
    const key = [...ends].sort().join(' - ');
    const seen = pairs.get(key) ?? new Set();
    if (a2b.frames > 0) seen.add(ends[0] ?? '');
    if (b2a.frames > 0) seen.add(ends[1] ?? '');
    pairs.set(key, seen);
  }
  const both = [...pairs.values()].filter((seen) => seen.size === 2).length;
  return { all: pairs.size, both };
}

function isGroup(ip: string): boolean {
  return ip.startsWith('ff') || /^(22[4-9]|23\d)\./.test(ip) || ip === '255.255.255.255';
}

function found(facts: CaptureFacts, protocol: string): Pairs {
  const counts = facts.conversations.byProtocol.find((entry) => entry.protocol === protocol);
  return { all: counts?.conversations ?? 0, both: counts?.bothDirections ?? 0 };
}

/** Frames of TCP and UDP by VLAN ids, as tshark has them for all streams together. */
function vlansOf(truth: ConversationTruth): Record<string, number> {
  const frames: Record<string, number> = {};
  for (const stream of [...truth.tcp, ...truth.udp]) {
    const { vlans } = stream as TruthStream & { vlans?: Record<string, Record<string, number>> };
    for (const side of Object.values(vlans ?? {})) {
      for (const [ids, count] of Object.entries(side)) frames[ids] = (frames[ids] ?? 0) + count;
    }
  }
  return frames;
}

describe.skipIf(!HAS_CAPTURES)('conversations against tshark', () => {
  const captures = publicCaptures().filter(({ file }) => !DIFFERENT.has(file));

  test('there are some', () => expect(captures.length).toBeGreaterThan(90));

  test.each(captures)('$file', async ({ file, path }) => {
    const facts = await inspectFiles([path]);
    const truth = readConversations(file);
    expect({
      frames: facts.frames,
      tcp: found(facts, 'tcp'),
      udp: found(facts, 'udp'),
    }).toEqual({ frames: truth.frames, tcp: pairsOf(truth.tcp), udp: pairsOf(truth.udp) });
    const tagged = facts.segments.filter(({ tags }) => tags.length > 0);
    const inTruth = vlansOf(truth);
    expect(Object.keys(inTruth).sort()).toEqual(
      tagged
        .map(({ tags }) => tags.join('.'))
        .filter((ids) => ids in inTruth)
        .sort(),
    );
    for (const { tags, frames } of tagged) {
      expect(frames).toBeGreaterThanOrEqual(inTruth[tags.join('.')] ?? 0);
    }
  });
});
