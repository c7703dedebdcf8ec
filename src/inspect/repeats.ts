/**
 * This file finds packets that are in the capture more than once, and says what each repeat proves: the
 * capture has it twice (SPAN port, two interfaces), or it was seen before and behind a device that
 * forwards it.
 *
 *     same MACs    same TTL    a duplicate
 *     same MACs    lower TTL   the packet came by again: a loop
 *     other MACs   same TTL    rewritten on the way
 *     other MACs   one lower   both sides of a forwarding device
 *     other MACs   lower       several devices in between
 */

import { formatIpv4 } from '../net/address.ts';
import { PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { ipv4Identification } from '../wire/ipv4.ts';
import type { PacketView } from '../wire/packet-view.ts';
import type { PathFacts, RepeatFacts, TranslationFacts } from './facts.ts';
import type { MacEntry } from './mac-table.ts';
import { PacketDigest } from './packet-digest.ts';
import { CHAIN_MAX, type Place, Sightings } from './sightings.ts';

/**
 * A SPAN port's copies come within this time; ns. Below the shortest time after which systems send a
 * segment again (200 ms and more), so that no retransmission counts.
 */
const DUPLICATE_WINDOW_NS = 50e6;
/** Payload that makes a translated datagram's twin no coincidence; bytes. */
const PAYLOAD_MIN = 8;
const PATHS_MAX = 1024;
const TRANSLATIONS_MAX = 64;

interface PathCount {
  readonly fromSegment: number;
  readonly toSegment: number;
  packets: number;
}

interface TranslationCount {
  readonly kind: 'source' | 'destination';
  readonly from: number;
  readonly to: number;
  packets: number;
}

/** Looks for each packet among those of the last second. */
export class Repeats {
  readonly sightings = new Sightings();
  pathsNotListed = 0;
  translationsNotListed = 0;
  readonly #entries: readonly MacEntry[];
  readonly #digest = new PacketDigest();
  readonly #counts = {
    sameInterface: 0,
    otherVlan: 0,
    otherInterface: 0,
    forwarded: 0,
    forwardedTranslated: 0,
    hopsApart: 0,
    rewritten: 0,
    looped: 0,
  };
  readonly #paths = new Map<number, PathCount>();
  readonly #translations = new Map<string, TranslationCount>();

  /** @param entries the MACs by their id; grows while packets come */
  constructor(entries: readonly MacEntry[]) {
    this.#entries = entries;
  }

  /** Compares the attached packet with those before it, and remembers it. */
  take(view: PacketView, place: Place, timeNs: number): void {
    const { sightings } = this;
    const digest = this.#digest;
    digest.take(view);
    let entry = sightings.first(digest, timeNs);
    for (let steps = 0; entry >= 0 && steps < CHAIN_MAX; steps += 1) {
      if (sightings.isTwin(entry, digest)) {
        if (this.#judge(entry, view, place, timeNs)) break;
      } else if (sightings.isPlainTwin(entry, digest)) {
        if (this.#judgeTranslated(entry, view, place)) break;
      }
      entry = sightings.next(entry, digest, timeNs);
    }
    sightings.add(view, digest, place, timeNs);
  }

  facts(): RepeatFacts {
    const paths: PathFacts[] = [...this.#paths.values()].sort((a, b) => b.packets - a.packets);
    const translations: TranslationFacts[] = [...this.#translations.values()]
      .sort((a, b) => b.packets - a.packets)
      .map(({ kind, from, to, packets }) => ({
        kind,
        from: formatIpv4(from),
        to: formatIpv4(to),
        packets,
      }));
    return { ...this.#counts, paths, translations };
  }

  /** Whether the packet is a repeat of the entry, which is the same in all bytes; counts it. */
  #judge(entry: number, view: PacketView, place: Place, timeNs: number): boolean {
    const { sightings } = this;
    const counts = this.#counts;
    const drop = sightings.ttl[entry]! - view.ipTtl;
    const macs = this.#compareMacs(entry, place);
    if (macs === 'same' && drop !== 0) {
      counts.looped += 1;
      return true;
    }
    if (macs !== 'other' && drop === 0) {
      const isSameInterface = sightings.interfaceIndex[entry] === place.interfaceIndex;
      if (isSameInterface) {
        const age = timeNs - sightings.time[entry]!;
        if (age > DUPLICATE_WINDOW_NS || provesNothing(view)) return false;
      }
      if (!isSameInterface) counts.otherInterface += 1;
      else if (sightings.segment[entry] !== place.segment) counts.otherVlan += 1;
      else counts.sameInterface += 1;
      return true;
    }
    if (drop === 0) {
      counts.rewritten += 1;
    } else if (Math.abs(drop) === 1) {
      counts.forwarded += 1;
      this.#noteForwarding(entry, place, { drop, isTranslated: false });
    } else {
      counts.hopsApart += 1;
      const [inner, outer] = this.#ends(entry, place, drop);
      if (inner !== null) inner.hopsApart += 1;
      if (outer !== null) outer.hopsApart += 1;
    }
    return true;
  }

  /** As `#judge`, where addresses or ports differ: address translation, if all else fits. */
  #judgeTranslated(entry: number, view: PacketView, place: Place): boolean {
    const { sightings } = this;
    const drop = sightings.ttl[entry]! - view.ipTtl;
    if (view.family !== 4 || sightings.family[entry] !== 4 || Math.abs(drop) !== 1) return false;
    if (sightings.protocol[entry] !== view.protocol) return false;
    if (this.#compareMacs(entry, place) === 'same') return false;
    if (!isUnmistakable(view)) return false;
    const isSameSource = sightings.source[entry] === view.source;
    if (!isSameSource && sightings.destination[entry] !== view.destination) return false;
    this.#counts.forwarded += 1;
    this.#counts.forwardedTranslated += 1;
    this.#noteForwarding(entry, place, { drop, isTranslated: true });
    this.#noteTranslation(entry, view, drop);
    return true;
  }

  /** Of links without MACs, or with the source's alone, what is not there proves nothing. */
  #compareMacs(entry: number, place: Place): 'same' | 'other' | 'unknown' {
    const source = this.sightings.sourceMac[entry]!;
    const destination = this.sightings.destinationMac[entry]!;
    if (source < 0 || place.sourceMac < 0) return 'unknown';
    if (source !== place.sourceMac) return 'other';
    if (destination < 0 || place.destinationMac < 0) return 'same';
    return destination === place.destinationMac ? 'same' : 'other';
  }

  /**
   * The MAC that received the packet before the device, and the one that sent it behind. Two captures'
   * clocks differ: the copy with the higher TTL was first, whichever stands first in the capture.
   */
  #ends(entry: number, place: Place, drop: number): [MacEntry | null, MacEntry | null] {
    const { destinationId, sourceId } = this.sightings;
    const inId = drop > 0 ? destinationId[entry]! : place.destinationId;
    const outId = drop > 0 ? place.sourceId : sourceId[entry]!;
    return [this.#entries[inId] ?? null, this.#entries[outId] ?? null];
  }

  #noteForwarding(entry: number, place: Place, of: { drop: number; isTranslated: boolean }): void {
    const [inner, outer] = this.#ends(entry, place, of.drop);
    for (const end of inner === outer ? [inner] : [inner, outer]) {
      if (end === null) continue;
      end.forwards += 1;
      if (of.isTranslated) end.forwardsTranslated += 1;
    }
    if (inner !== null && outer !== null) join(inner, outer);
    const before = this.sightings.segment[entry]!;
    const [fromSegment, toSegment] =
      of.drop > 0 ? [before, place.segment] : [place.segment, before];
    const key = fromSegment * 0x10000 + toSegment;
    const path = this.#paths.get(key);
    if (path !== undefined) path.packets += 1;
    else if (this.#paths.size < PATHS_MAX) {
      this.#paths.set(key, { fromSegment, toSegment, packets: 1 });
    } else this.pathsNotListed += 1;
  }

  #noteTranslation(entry: number, view: PacketView, drop: number): void {
    const { source, destination } = this.sightings;
    const isSource = source[entry] !== view.source;
    const isDestination = destination[entry] !== view.destination;
    // Of ports alone, the addresses say nothing.
    if (!isSource && !isDestination) return;
    const earlier = isSource ? source[entry]! : destination[entry]!;
    const later = isSource ? view.source : view.destination;
    const [from, to] = drop > 0 ? [earlier, later] : [later, earlier];
    const kind = isSource ? 'source' : 'destination';
    const key = `${kind} ${from} ${to}`;
    const known = this.#translations.get(key);
    if (known !== undefined) known.packets += 1;
    else if (this.#translations.size < TRANSLATIONS_MAX) {
      this.#translations.set(key, { kind, from, to, packets: 1 });
    } else this.translationsNotListed += 1;
  }
}

/** The representative of a MAC's device; paths are shortened on the way. */
export function deviceOf(entry: MacEntry): MacEntry {
  let root = entry;
  while (root.device !== root) {
    root.device = root.device.device;
    root = root.device;
  }
  return root;
}

/** Two MACs turned out to be of one device. The one that was seen first represents it. */
function join(a: MacEntry, b: MacEntry): void {
  const x = deviceOf(a);
  const y = deviceOf(b);
  if (x.id < y.id) y.device = x;
  else x.device = y;
}

/** A repeated acknowledgement without data or identification may rightly be sent twice. */
function provesNothing(view: PacketView): boolean {
  if (view.family === 4 && ipv4Identification(view) !== 0) return false;
  if (view.protocol === PROTO_TCP) return view.payloadLength === 0;
  return view.protocol !== PROTO_UDP && view.icmpKind === 0;
}

/** Whether a packet without its addresses is still this one: a segment by its numbers, or by content. */
function isUnmistakable(view: PacketView): boolean {
  if (view.protocol === PROTO_TCP) return true;
  return ipv4Identification(view) !== 0 && view.payloadLength >= PAYLOAD_MIN;
}
