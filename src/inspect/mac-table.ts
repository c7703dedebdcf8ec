/**
 * This file keeps the segments of a capture and the MACs on them, in bounded memory.
 *
 * A segment is one capture interface with one stack of VLAN tags: the same MAC on two VLANs of a trunk
 * leads to two networks, and is there twice.
 */

import { vlanId } from '../wire/ethernet.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { type NetworkBudget, NetworkSet } from './network-set.ts';

const SEGMENTS_MAX = 1024;
/** MACs of all segments together. */
const MACS_MAX = 4096;
/** Addresses of its own that one MAC can have, by ARP and neighbour discovery. */
const ADDRESSES_MAX = 16;
/** MACs that one MAC sends to. */
const PEERS_MAX = 16;
/** Tags that segments are told apart by. */
const TAGS_MAX = 2;
/** A tag and "none" take 13 bits. */
const TAG_RANGE = 0x2000;
/** The group bit of a MAC's first octet (IEEE 802): broadcast and multicast. */
const GROUP_BIT = 0x0100_0000_0000;

/** What was seen of a MAC on its segment. Counters grow as frames come. */
export class MacEntry {
  readonly id: number;
  readonly mac: number;
  readonly segment: Segment;
  framesSent = 0;
  framesReceived = 0;
  /** Of the frames sent: those the capture marks as sent, and as received, by the capturing host. */
  sentOutbound = 0;
  sentInbound = 0;
  receivedInbound = 0;
  /** Own addresses as text, by ARP and neighbour discovery. */
  readonly addresses: string[] = [];
  addressesNotListed = 0;
  readonly behind: NetworkSet;
  readonly reached: NetworkSet;
  /** IP packets by the MAC that they are sent to. */
  readonly sentTo = new Map<MacEntry, number>();
  /** Unicast packets sent with the TTL that systems begin with, and with a lower one. */
  ttlInitial = 0;
  ttlLowered = 0;
  forwards = 0;
  forwardsTranslated = 0;
  hopsApart = 0;
  /** Conversations that it receives, whose other direction does not come from it; and of these, those
   * in which that holds for both directions, on two segments. */
  splitPaths = 0;
  splitBothWays = 0;
  /** Conversations whose first packet it sent, if that shows a beginning. */
  conversationsStarted = 0;
  routerAdvertisements = 0;
  checksumsWrong = 0;
  /** Another MAC of the same forwarding device; itself where none is known. */
  device: MacEntry;

  constructor(id: number, mac: number, segment: Segment, budget: NetworkBudget) {
    this.id = id;
    this.mac = mac;
    this.segment = segment;
    this.behind = new NetworkSet(budget);
    this.reached = new NetworkSet(budget);
    this.device = this;
  }

  /** Notes an address that ARP or neighbour discovery show as its own. */
  own(address: string): void {
    if (this.addresses.includes(address)) return;
    if (this.addresses.length < ADDRESSES_MAX) this.addresses.push(address);
    else this.addressesNotListed += 1;
  }

  /** Counts an IP packet to another MAC; those beyond the limit are passed over. */
  sendTo(to: MacEntry): void {
    const known = this.sentTo.get(to);
    if (known !== undefined) this.sentTo.set(to, known + 1);
    else if (this.sentTo.size < PEERS_MAX) this.sentTo.set(to, 1);
  }
}

/** A segment, with the MACs on it. */
export class Segment {
  readonly index: number;
  readonly interfaceIndex: number;
  readonly tags: readonly number[];
  frames = 0;
  bytes = 0;
  inbound = 0;
  outbound = 0;
  readonly macs = new Map<number, MacEntry>();
  /** Keys of the links that its own addresses are on (`linkKey4`, `linkKey6`). */
  readonly links4 = new Set<number | string>();
  readonly links6 = new Set<number | string>();
  /** Of packets without a source MAC. */
  readonly behind: NetworkSet;

  constructor(
    index: number,
    { interfaceIndex, tags }: { interfaceIndex: number; tags: readonly number[] },
    budget: NetworkBudget,
  ) {
    this.index = index;
    this.interfaceIndex = interfaceIndex;
    this.tags = tags;
    this.behind = new NetworkSet(budget);
  }
}

/** All segments, and all MACs by their id. */
export class MacTable {
  readonly segments: Segment[] = [];
  readonly entries: MacEntry[] = [];
  /** Frames of segments, and frames of MACs, beyond the limits. */
  framesWithoutSegment = 0;
  framesWithoutMac = 0;
  readonly #budget: NetworkBudget;
  readonly #byKey = new Map<number, Segment>();
  #lastKey = -1;
  #lastSegment: Segment | null = null;

  constructor(budget: NetworkBudget) {
    this.#budget = budget;
  }

  /** The segment of the attached frame; null beyond the limit. */
  segmentOf(view: PacketView, interfaceIndex: number): Segment | null {
    const outer = view.tagCount > 0 ? vlanId(view, 0) + 1 : 0;
    const inner = view.tagCount > 1 ? vlanId(view, 1) + 1 : 0;
    const key = (interfaceIndex * TAG_RANGE + outer) * TAG_RANGE + inner;
    if (key === this.#lastKey) return this.#lastSegment;
    let segment = this.#byKey.get(key) ?? null;
    if (segment === null) {
      if (this.segments.length === SEGMENTS_MAX) {
        this.framesWithoutSegment += 1;
        return null;
      }
      const tags = [outer - 1, inner - 1].slice(0, Math.min(view.tagCount, TAGS_MAX));
      segment = new Segment(this.segments.length, { interfaceIndex, tags }, this.#budget);
      this.segments.push(segment);
      this.#byKey.set(key, segment);
    }
    this.#lastKey = key;
    this.#lastSegment = segment;
    return segment;
  }

  /** The entry of a MAC on a segment; null for a group's address, for zero, and beyond the limit. */
  entryOf(segment: Segment, mac: number): MacEntry | null {
    const known = segment.macs.get(mac);
    if (known !== undefined) return known;
    if (mac === 0 || isGroupMac(mac)) return null;
    if (this.entries.length === MACS_MAX) {
      this.framesWithoutMac += 1;
      return null;
    }
    const entry = new MacEntry(this.entries.length, mac, segment, this.#budget);
    this.entries.push(entry);
    segment.macs.set(mac, entry);
    return entry;
  }
}

/** Whether a MAC is broadcast or multicast. */
export function isGroupMac(mac: number): boolean {
  return Math.floor(mac / GROUP_BIT) % 2 === 1;
}

/** `aa:bb:cc:dd:ee:ff` of 48 bits as one number. */
export function macText(mac: number): string {
  return mac
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?=.)/g, '$&:');
}
