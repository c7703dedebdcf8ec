/** This file asks tshark which frames of a capture offload hardware would not take, and why (panos.md §7). */

import { spawnSync } from 'node:child_process';
import { PUNT_REASONS, type PuntReason } from '../../src/session/offload-row.ts';

/** Of IPv6: the next header is TCP, UDP, or a fragment. */
const [TCP, UDP, FRAGMENT] = [6, 17, 44];
const IPV4_HEADER = 20;
// Bits of the TCP header (RFC 9293 §3.1).
const FLAGS: readonly (readonly [PuntReason, number])[] = [
  ['syn', 2],
  ['fin', 1],
  ['rst', 4],
];
// biome-ignore format: a list
const FIELDS = [
  'frame.number', 'tcp.flags', 'ip.flags.mf', 'ip.frag_offset', 'ip.hdr_len', 'ip.ttl',
  'ipv6.nxt', 'ipv6.hlim', 'udp.length',
] as const;

/** By frame number: the reasons that speak of it, in the order of PUNT_REASONS. */
export function tsharkPunts(path: string): Map<number, PuntReason[]> {
  const options = ['-n', '-r', path, '-T', 'fields', '-E', 'occurrence=f'];
  const wholes = ['ip.defragment', 'ipv6.defragment', 'tcp.desegment_tcp_streams'];
  for (const name of wholes) options.push('-o', `${name}:FALSE`);
  const { stdout } = spawnSync('tshark', [...options, ...FIELDS.flatMap((f) => ['-e', f])], {
    encoding: 'utf8',
    maxBuffer: 1 << 29,
  });
  const punts = new Map<number, PuntReason[]>();
  for (const line of stdout.split('\n')) {
    const parts = line.split('\t');
    const reasons = reasonsOf(parts);
    if (reasons.length > 0) punts.set(Number(parts[0]), reasons);
  }
  return punts;
}

function reasonsOf(parts: readonly string[]): PuntReason[] {
  const [, flags = '', mf = '', offset = '', length = '', ttl = '', next = '', hops = ''] = parts;
  const isUdp = parts[8] !== '';
  const found = new Set<PuntReason>();
  // Of UDP the flags are of a packet inside it.
  if (!isUdp) for (const [reason, bit] of FLAGS) if ((Number(flags) & bit) !== 0) found.add(reason);
  if (length !== '') {
    if (mf === '1' || mf === 'True' || Number(offset) > 0) found.add('fragment');
    if (Number(length) > IPV4_HEADER) found.add('options');
    if (Number(ttl) <= 1) found.add('ttl');
  } else if (next !== '') {
    if (Number(next) === FRAGMENT) found.add('fragment');
    if (Number(next) !== TCP && Number(next) !== UDP) found.add('options');
    if (Number(hops) <= 1) found.add('ttl');
  }
  return PUNT_REASONS.filter((reason) => found.has(reason));
}
