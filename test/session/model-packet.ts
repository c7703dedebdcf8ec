/** This file turns a random packet into what the slow model takes. */

import type { RandomPacket } from '../support/random-packets.ts';
import type { FlowKey, ModelPacket } from './slow-settings.ts';

const ZONES = ['a', 'b', 'c'];
/** ICMP queries by family and type: the pair's name. */
const QUERIES: Readonly<Record<string, string>> = {
  '4-8': 'echo',
  '4-13': 'time',
  '6-128': 'echo',
};
const REPLIES: Readonly<Record<string, string>> = {
  '4-0': 'echo',
  '4-14': 'time',
  '6-129': 'echo',
};

/** The packet, or null for an ICMP error or neighbour discovery: they have no session. */
export function toModelPacket(packet: RandomPacket): ModelPacket | null {
  const { family, source, destination } = packet;
  const flow = flowOf(packet);
  if (flow === null) return null;
  const isReply = flow.kind.endsWith('-reply');
  const reply: FlowKey = {
    ...flow,
    kind: flow.kind.endsWith('-query') ? flow.kind.replace('query', 'reply') : flow.kind,
    source: flow.destination,
    destination: flow.source,
    sport: flow.dport,
    dport: flow.sport,
  };
  return {
    time: BigInt(packet.second) * 1_000_000_000n + BigInt(packet.nanosecond),
    zone: ZONES[packet.interfaceIndex]!,
    egressZone: destination % 2 === 0 ? 'a' : 'b',
    flow: {
      ...flow,
      source: addressOf(family, source),
      destination: addressOf(family, destination),
    },
    reply: {
      ...reply,
      source: addressOf(family, destination),
      destination: addressOf(family, source),
    },
    segment: packet.protocol === 6 ? segmentOf(packet) : null,
    isReply,
  };
}

function addressOf(family: number, n: number): string {
  if (family === 4) return n % 2 === 0 ? `10.${n}.0.1` : `192.0.2.${n}`;
  const network = `2001:db8:${n % 2 === 0 ? 'a' : 'b'}::`;
  return n === 0 ? network : `${network}${n}`;
}

/** Everything but the addresses' text. */
function flowOf(packet: RandomPacket): FlowKey | null {
  const { family, sport, dport, icmpType } = packet;
  const base = { source: '', destination: '', kind: '' };
  if (packet.protocol === 6 || packet.protocol === 17) {
    return { ...base, protocol: packet.protocol, sport, dport };
  }
  if (packet.protocol !== 1) return { ...base, protocol: packet.protocol, sport: 0, dport: 0 };
  const protocol = family === 4 ? 1 : 58;
  const isError = family === 4 ? icmpType === 3 : icmpType < 128;
  if (isError || (family === 6 && icmpType === 135)) return null;
  const query = QUERIES[`${family}-${icmpType}`];
  // Identifier and sequence number; a reply is looked up with the two swapped.
  if (query !== undefined) return { ...base, protocol, kind: `${query}-query`, sport, dport };
  const reply = REPLIES[`${family}-${icmpType}`];
  if (reply !== undefined) {
    return { ...base, protocol, kind: `${reply}-reply`, sport: dport, dport: sport };
  }
  return { ...base, protocol, sport: icmpType, dport: 0 };
}

function segmentOf(packet: RandomPacket): ModelPacket['segment'] {
  const { sequence, acknowledgment, window, length, flags } = packet;
  const has = (bit: number) => (flags & bit) !== 0;
  return {
    sequence,
    acknowledgment,
    window,
    length,
    isFin: has(1),
    isSyn: has(2),
    isRst: has(4),
    isAck: has(16),
    hasFlags: (flags & 0x3f) !== 0,
  };
}
