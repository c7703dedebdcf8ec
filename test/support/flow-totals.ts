/**
 * This file sums flows up by conversation: what tshark counted, and what the sessions of a replay
 * counted, in one shape, so that the two can be compared. It judges nothing.
 */

import type { SessionRow } from '../../src/session/session-row.ts';
import type { ConversationTruth, TruthEnd, TruthStream } from './truth-files.ts';

/** One direction's sums. */
interface Total {
  packets: number;
  ipBytes: number;
}

/** What is known of one conversation: both directions of a five-tuple. */
interface Conversation {
  /** By `address:port` of the sender. */
  readonly from: Map<string, Total>;
  /** How many streams or sessions were summed up. */
  parts: number;
  /** `second.nanosecond` of the first part's first packet, and of the last part's last. */
  first: string;
  last: string;
}

/** By name, see `conversationName`. */
export type Conversations = Map<string, Conversation>;

const PROTOCOLS: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp' };

/** TCP and UDP streams of a truth; without inner flows of tunnels, or these alone. */
export function truthConversations(truth: ConversationTruth, isInner = false): Conversations {
  const all: Conversations = new Map();
  for (const stream of [...truth.tcp, ...truth.udp]) {
    if ((stream.tunnel !== null) !== isInner) continue;
    const [a, b] = [endName(stream.a), endName(stream.b)];
    const into = conversation(all, conversationName(stream.proto, a, b));
    addSide(into, a, stream.a2b, isInner);
    addSide(into, b, stream.b2a, isInner);
    addTimes(into, stream.first_time, stream.last_time);
  }
  return all;
}

/** The same of a replay's sessions. */
export function sessionConversations(sessions: readonly SessionRow[]): Conversations {
  const all: Conversations = new Map();
  for (const row of sessions) {
    const protocol = PROTOCOLS[row.protocol];
    if (protocol === undefined) continue;
    const [a, b] = sessionEnds(row);
    const into = conversation(all, conversationName(protocol, a, b));
    add(into, a, row.c2s.packets, row.c2s.ipBytes);
    add(into, b, row.s2c.packets, row.s2c.ipBytes);
    addTimes(
      into,
      timeText(row.startSecond, row.startNanosecond),
      timeText(row.lastSecond, row.lastNanosecond),
    );
  }
  return all;
}

/** `tcp 10.0.0.1:1-10.0.0.2:2`; the same for both directions. */
export function conversationName(protocol: string, a: string, b: string): string {
  return `${protocol} ${a < b ? `${a}-${b}` : `${b}-${a}`}`;
}

/** Names of a session's client and server end. */
export function sessionEnds(row: SessionRow): [client: string, server: string] {
  return [`${row.source}:${row.sport}`, `${row.destination}:${row.dport}`];
}

export function endName(end: TruthEnd): string {
  return `${end.ip}:${end.port}`;
}

function conversation(all: Conversations, name: string): Conversation {
  let found = all.get(name);
  if (found === undefined) {
    found = { from: new Map(), parts: 0, first: '', last: '' };
    all.set(name, found);
  }
  return found;
}

/**
 * A device counts every fragment; tshark counts the completing one's frame and the rest apart. Of an
 * inner stream it is the outer packets that are in fragments.
 */
function addSide(
  into: Conversation,
  from: string,
  side: TruthStream['a2b'],
  isInner: boolean,
): void {
  if (isInner) {
    add(into, from, side.frames, side.ip_bytes);
    return;
  }
  const packets = side.frames + side.fragment_frames;
  add(into, from, packets, side.ip_bytes + (side.fragment_ip_bytes ?? 0));
}

function add(into: Conversation, from: string, packets: number, ipBytes: number): void {
  const total = into.from.get(from) ?? { packets: 0, ipBytes: 0 };
  total.packets += packets;
  total.ipBytes += ipBytes;
  into.from.set(from, total);
}

function addTimes(into: Conversation, first: string, last: string): void {
  into.parts++;
  if (into.first === '' || isEarlier(first, into.first)) into.first = first;
  if (into.last === '' || isEarlier(into.last, last)) into.last = last;
}

function timeText(second: number, nanosecond: number): string {
  return `${second}.${String(nanosecond).padStart(9, '0')}`;
}

/** Exact, as numbers of seconds would not be. */
function isEarlier(a: string, b: string): boolean {
  return BigInt(a.replace('.', '')) < BigInt(b.replace('.', ''));
}
