/**
 * This file keeps the conversations of a capture (two addresses, two ports, a protocol) in bounded
 * memory, to tell which of them show one direction only.
 *
 * Rows are found by open addressing over their exact key. The hash has no seed, so that the same
 * capture always gives the same result; a search ends after PROBES_MAX steps, so that made-up keys
 * cost no time, and such a conversation is counted as left out.
 */

import { formatIpv4, formatIpv6 } from '../net/address.ts';
import { PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, protocolName } from '../net/protocol.ts';
import { isToGroup } from '../wire/group-address.ts';
import { ICMP_ERROR } from '../wire/icmp.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { TCP_ACK, TCP_SYN } from '../wire/tcp.ts';
import type { ConversationCounts, ConversationFacts } from './facts.ts';
import type { MacEntry } from './mac-table.ts';
import type { Place } from './sightings.ts';

const CONVERSATIONS_MAX = 131_072;
const ROWS_AT_FIRST = 1024;
const PROBES_MAX = 64;
const EXAMPLES_MAX = 8;
/** Address words of A and B (four each; of IPv4 the last three are 0), then the ports of A and B. */
const KEY_WORDS = 9;

/** Bits of a row. Bit 0 and 1 are the directions from A to B and back. */
const FROM_A = 1;
const FROM_B = 2;
const BOTH = FROM_A | FROM_B;
const ACK_FROM_A = 4;
const ACK_FROM_B = 8;
const SAW_SYN = 16;
const IS_IPV6 = 32;

/** Whether the first packet of a conversation begins it: of TCP, a SYN that answers nothing. */
function isOpening(view: PacketView): boolean {
  return view.protocol !== PROTO_TCP || (view.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
}

/** The conversations, in the order of their first packets. */
export class Conversations {
  /** Packets of conversations beyond the limits, and packets to groups, which nobody answers. */
  packetsNotTracked = 0;
  packetsToGroups = 0;
  readonly #entries: readonly MacEntry[];
  #count = 0;
  #keys = new Int32Array(ROWS_AT_FIRST * KEY_WORDS);
  #protocols = new Uint8Array(ROWS_AT_FIRST);
  #bits = new Uint8Array(ROWS_AT_FIRST);
  /** MACs of the first frame from A (source, destination), then of the first from B; ids. */
  #macs = new Int32Array(ROWS_AT_FIRST * 4).fill(-1);
  /** Row number plus 1; 0 is free. */
  #index = new Int32Array(ROWS_AT_FIRST * 2);
  readonly #key = new Int32Array(KEY_WORDS);

  constructor(entries: readonly MacEntry[]) {
    this.#entries = entries;
  }

  /** Adds the attached packet. */
  take(view: PacketView, place: Place): void {
    if (view.icmpKind >= ICMP_ERROR) return;
    if (isOneWay(view)) {
      this.packetsToGroups += 1;
      return;
    }
    const isFromA = this.#makeKey(view);
    const row = this.#rowOf(view);
    if (row < 0) {
      this.packetsNotTracked += 1;
      return;
    }
    const before = this.#bits[row]!;
    let bits = before | (isFromA ? FROM_A : FROM_B);
    if (view.protocol === PROTO_TCP) {
      if ((view.tcpFlags & TCP_ACK) !== 0) bits |= isFromA ? ACK_FROM_A : ACK_FROM_B;
      if ((view.tcpFlags & TCP_SYN) !== 0) bits |= SAW_SYN;
    }
    if (bits === before) return;
    this.#bits[row] = bits;
    if ((before & BOTH) === 0 && isOpening(view)) {
      const source = this.#entries[place.sourceId];
      if (source !== undefined) source.conversationsStarted += 1;
    }
    if ((bits & BOTH) !== (before & BOTH)) this.#noteMacs(row, isFromA, place);
  }

  facts(): ConversationFacts {
    const byProtocol = new Map<
      number,
      { -readonly [K in keyof ConversationCounts]: ConversationCounts[K] }
    >();
    const oneSidedExamples: string[] = [];
    for (let row = 0; row < this.#count; row += 1) {
      const protocol = this.#protocols[row]!;
      const bits = this.#bits[row]!;
      let counts = byProtocol.get(protocol);
      if (counts === undefined) {
        counts = noConversations(protocolName(protocol));
        byProtocol.set(protocol, counts);
      }
      counts.conversations += 1;
      if (protocol === PROTO_TCP && (bits & SAW_SYN) === 0) counts.withoutStart += 1;
      if ((bits & BOTH) === BOTH) {
        counts.bothDirections += 1;
        continue;
      }
      counts.oneDirection += 1;
      if ((bits & (ACK_FROM_A | ACK_FROM_B)) === 0) continue;
      counts.oneDirectionAcknowledging += 1;
      if (oneSidedExamples.length < EXAMPLES_MAX) oneSidedExamples.push(this.#textOf(row));
    }
    const list = [...byProtocol.values()];
    return {
      byProtocol: list.sort((a, b) => b.conversations - a.conversations),
      oneSidedExamples,
    };
  }

  /** Makes the key of the attached packet's conversation; says whether A is the packet's source. */
  #makeKey(view: PacketView): boolean {
    const key = this.#key;
    let { sport, dport } = view;
    if (view.icmpKind !== 0) {
      // An echo conversation is its identifier, whatever the sequence numbers.
      const identifier = (view.icmpKind & 1) === 0 ? dport : sport;
      sport = identifier;
      dport = identifier;
    }
    const isV6 = view.family === 6;
    const isFromA = isSourceFirst(view, sport, dport);
    const a = isFromA ? 0 : 4;
    const b = 4 - a;
    key[a] = view.source;
    key[a + 1] = isV6 ? view.source1 : 0;
    key[a + 2] = isV6 ? view.source2 : 0;
    key[a + 3] = isV6 ? view.source3 : 0;
    key[b] = view.destination;
    key[b + 1] = isV6 ? view.destination1 : 0;
    key[b + 2] = isV6 ? view.destination2 : 0;
    key[b + 3] = isV6 ? view.destination3 : 0;
    key[8] = isFromA ? (sport << 16) | dport : (dport << 16) | sport;
    return isFromA;
  }

  /** The row of the key; made if it is new. -1 beyond the limits. */
  #rowOf(view: PacketView): number {
    const mask = this.#index.length - 1;
    let at = this.#hash(view.protocol) & mask;
    for (let probe = 0; probe < PROBES_MAX; probe += 1) {
      const row = this.#index[at]! - 1;
      if (row < 0) return this.#addRow(view, at);
      if (this.#isRow(row, view)) return row;
      at = (at + 1) & mask;
    }
    return -1;
  }

  #isRow(row: number, view: PacketView): boolean {
    const isV6 = (this.#bits[row]! & IS_IPV6) !== 0;
    if (this.#protocols[row] !== view.protocol || isV6 !== (view.family === 6)) return false;
    const from = row * KEY_WORDS;
    for (let i = 0; i < KEY_WORDS; i += 1) if (this.#keys[from + i] !== this.#key[i]) return false;
    return true;
  }

  #addRow(view: PacketView, at: number): number {
    if (this.#count === CONVERSATIONS_MAX) return -1;
    const row = this.#count;
    this.#count += 1;
    this.#keys.set(this.#key, row * KEY_WORDS);
    this.#protocols[row] = view.protocol;
    this.#bits[row] = view.family === 6 ? IS_IPV6 : 0;
    this.#index[at] = row + 1;
    if (this.#count === this.#protocols.length) this.#grow();
    return row;
  }

  #grow(): void {
    const rows = this.#protocols.length * 2;
    const larger = <T extends Int32Array | Uint8Array>(next: T, before: T): T => {
      next.set(before);
      return next;
    };
    this.#keys = larger(new Int32Array(rows * KEY_WORDS), this.#keys);
    this.#protocols = larger(new Uint8Array(rows), this.#protocols);
    this.#bits = larger(new Uint8Array(rows), this.#bits);
    this.#macs = larger(new Int32Array(rows * 4).fill(-1), this.#macs);
    this.#index = new Int32Array(rows * 2);
    const mask = this.#index.length - 1;
    for (let row = 0; row < this.#count; row += 1) {
      this.#key.set(this.#keys.subarray(row * KEY_WORDS, (row + 1) * KEY_WORDS));
      let at = this.#hash(this.#protocols[row]!) & mask;
      while (this.#index[at] !== 0) at = (at + 1) & mask;
      this.#index[at] = row + 1;
    }
  }

  #hash(protocol: number): number {
    let hash = protocol;
    for (let i = 0; i < KEY_WORDS; i += 1) {
      hash = Math.imul(hash ^ this.#key[i]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  /** Once both directions were seen: MACs that receive one, and do not send the other. */
  #noteMacs(row: number, isFromA: boolean, place: Place): void {
    const macs = this.#macs;
    const from = row * 4;
    const own = from + (isFromA ? 0 : 2);
    macs[own] = place.sourceId;
    macs[own + 1] = place.destinationId;
    const entry = (i: number) => this.#entries[macs[from + i]!] ?? null;
    const [sendsA, takesA, sendsB, takesB] = [entry(0), entry(1), entry(2), entry(3)];
    if (sendsA === null || takesA === null || sendsB === null || takesB === null) return;
    const isSplitA = takesA.mac !== sendsB.mac;
    const isSplitB = takesB.mac !== sendsA.mac;
    if (isSplitA) takesA.splitPaths += 1;
    if (isSplitB) takesB.splitPaths += 1;
    // On one segment these may as well be two routers, each of which answers for the other.
    if (!isSplitA || !isSplitB || takesA.segment === takesB.segment) return;
    takesA.splitBothWays += 1;
    takesB.splitBothWays += 1;
  }

  /** `10.0.0.1:443 > 10.0.0.2:51000`, in the direction that was seen. */
  #textOf(row: number): string {
    const word = (i: number) => this.#keys[row * KEY_WORDS + i]!;
    const isV6 = (this.#bits[row]! & IS_IPV6) !== 0;
    const side = (at: number, port: number) =>
      isV6
        ? `[${formatIpv6(word(at), word(at + 1), word(at + 2), word(at + 3))}]:${port}`
        : `${formatIpv4(word(at))}:${port}`;
    const a = side(0, word(8) >>> 16);
    const b = side(4, word(8) & 0xffff);
    return (this.#bits[row]! & FROM_A) !== 0 ? `${a} > ${b}` : `${b} > ${a}`;
  }
}

function noConversations(protocol: string) {
  return {
    protocol,
    conversations: 0,
    bothDirections: 0,
    oneDirection: 0,
    oneDirectionAcknowledging: 0,
    withoutStart: 0,
  };
}

/** Whether the packet's source is A: the lower address, or the lower port of one address. */
function isSourceFirst(view: PacketView, sport: number, dport: number): boolean {
  if (view.source !== view.destination) return view.source < view.destination;
  if (view.family === 6) {
    if (view.source1 !== view.destination1) return view.source1 < view.destination1;
    if (view.source2 !== view.destination2) return view.source2 < view.destination2;
    if (view.source3 !== view.destination3) return view.source3 < view.destination3;
  }
  return sport <= dport;
}

/** Groups, and ICMP that asks for no answer: no conversation has two directions there. */
function isOneWay(view: PacketView): boolean {
  const isIcmp = view.protocol === PROTO_ICMP || view.protocol === PROTO_ICMPV6;
  return (isIcmp && view.icmpKind === 0) || isToGroup(view);
}
