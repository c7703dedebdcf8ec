/** This file compiles tests of addresses: of IPv4 and IPv6 headers, and of ARP, as tcpdump does. */

import { wordMask } from '../net/prefix.ts';
import type { Condition } from './compile.ts';
import { etherType, type Subject } from './subject.ts';
import type { Primitive } from './tree.ts';
import { ETHER_TYPES } from './words.ts';

/** Sender and target protocol address of an ARP packet for Ethernet and IPv4 (RFC 826). */
const ARP_SENDER = 14;
const ARP_TARGET = 24;
const ARP = ETHER_TYPES.get('arp') ?? 0;
const RARP = ETHER_TYPES.get('rarp') ?? 0;

/** Whether the end of the packet that `isSource` says lies in the prefix. */
export function addressCondition(
  { prefix, protocol }: Extract<Primitive, { kind: 'address' }>,
  isSource: boolean,
): Condition {
  if (prefix.family === 6) return ipv6Condition(prefix.words, prefix.length, isSource);
  const mask = wordMask(prefix.length);
  const word = prefix.words[0] ?? 0;
  const ip: Condition = isSource
    ? ({ view }) => view.family === 4 && (view.source & mask) === word
    : ({ view }) => view.family === 4 && (view.destination & mask) === word;
  if (protocol === 'ip') return ip;
  const wanted = protocol === 'arp' ? [ARP] : protocol === 'rarp' ? [RARP] : [ARP, RARP];
  const at = isSource ? ARP_SENDER : ARP_TARGET;
  const arp: Condition = (subject) => {
    if (subject.view.family !== 0 || !wanted.includes(etherType(subject))) return false;
    return arpWord(subject, at, mask, word);
  };
  return protocol === null ? (subject) => ip(subject) || arp(subject) : arp;
}

function arpWord({ view }: Subject, offset: number, mask: number, word: number): boolean {
  const at = view.tagOffset + 4 * view.tagCount + offset;
  return at + 4 <= view.frameEnd && (view.data.getInt32(at) & mask) === word;
}

function ipv6Condition(words: readonly number[], length: number, isSource: boolean): Condition {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words;
  const m0 = wordMask(length);
  const m1 = wordMask(length - 32);
  const m2 = wordMask(length - 64);
  const m3 = wordMask(length - 96);
  return isSource
    ? ({ view }) =>
        view.family === 6 &&
        (view.source & m0) === w0 &&
        (view.source1 & m1) === w1 &&
        (view.source2 & m2) === w2 &&
        (view.source3 & m3) === w3
    : ({ view }) =>
        view.family === 6 &&
        (view.destination & m0) === w0 &&
        (view.destination1 & m1) === w1 &&
        (view.destination2 & m2) === w2 &&
        (view.destination3 & m3) === w3;
}
