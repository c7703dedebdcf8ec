/**
 * This file looks at every frame of a replay once and collects the facts of its captures. It keeps
 * sums and bounded tables, never frames.
 */

import {
  type CaptureInterface,
  DIRECTION_OUTBOUND,
  type FrameBatch,
} from '../capture/frame-batch.ts';
import { readMac } from '../ingress/ingress-zones.ts';
import { protocolName } from '../net/protocol.ts';
import { DECODE_STATUSES, FRAGMENT_NOT_FIRST, NOT_IP, OK } from '../wire/decode-status.ts';
import { isToGroup } from '../wire/group-address.ts';
import { ICMP_NEIGHBOUR } from '../wire/icmp.ts';
import { LINKTYPE_ETHERNET } from '../wire/link-type.ts';
import { PacketView } from '../wire/packet-view.ts';
import { ChecksumCounts } from './checksum-counts.ts';
import { Conversations } from './conversations.ts';
import { EtherTypes } from './ether-types.ts';
import type { CaptureFacts } from './facts.ts';
import { macFacts, segmentFacts } from './mac-facts.ts';
import { type MacEntry, MacTable, type Segment } from './mac-table.ts';
import { ETHERTYPE_ARP, learnFromArp, learnFromDiscovery } from './neighbours.ts';
import { NetworkBudget, type NetworkSet } from './network-set.ts';
import { Repeats } from './repeats.ts';
import type { Place } from './sightings.ts';
import { Timeline } from './timeline.ts';

const INBOUND = 1;
/** Source MAC in an Ethernet header, behind the destination's six bytes. */
const ETHERNET_SOURCE = 6;
/** TTLs up to this say nothing: traceroute and local multicast begin low. */
const LOW_TTL = 32;
const INITIAL_TTLS = new Set([64, 128, 255]);

/** Collects the facts of captures. Frames are given in the replay's order. */
export class Inspector {
  readonly #interfaces: readonly CaptureInterface[];
  readonly #view = new PacketView();
  readonly #macs = new MacTable(new NetworkBudget());
  readonly #timeline = new Timeline();
  readonly #repeats = new Repeats(this.#macs.entries);
  readonly #conversations = new Conversations(this.#macs.entries);
  readonly #checksums = new ChecksumCounts();
  readonly #etherTypes = new EtherTypes();
  readonly #statuses = new Float64Array(DECODE_STATUSES.length);
  readonly #protocols = new Float64Array(256);
  readonly #framesByInterface: number[] = [];
  readonly #place: Place = {
    segment: -1,
    interfaceIndex: 0,
    sourceMac: -1,
    destinationMac: -1,
    sourceId: -1,
    destinationId: -1,
  };
  #frames = 0;
  #capturedBytes = 0;
  #originalBytes = 0;
  #snappedFrames = 0;
  #longestSnapped = 0;

  /** @param interfaces the replay's interfaces; may grow while frames come */
  constructor(interfaces: readonly CaptureInterface[]) {
    this.#interfaces = interfaces;
  }

  get frames(): number {
    return this.#frames;
  }

  /** Looks at frames `from` to before `to` of a batch. */
  take(batch: FrameBatch, from: number, to: number): void {
    const timeline = this.#timeline;
    if (!timeline.hasBegun && from < to) timeline.begin(batch.epochSeconds, batch.time[from]!);
    const shiftNs = (batch.epochSeconds - timeline.epochSeconds) * 1e9;
    for (let i = from; i < to; i += 1) {
      const captured = batch.capturedLength[i]!;
      const original = batch.originalLength[i]!;
      const timeNs = batch.time[i]! + shiftNs;
      this.#frames += 1;
      this.#capturedBytes += captured;
      this.#originalBytes += original;
      if (captured < original) {
        this.#snappedFrames += 1;
        if (captured > this.#longestSnapped) this.#longestSnapped = captured;
      }
      timeline.add(timeNs, original);
      const index = batch.interfaceIndex[i]!;
      this.#framesByInterface[index] = (this.#framesByInterface[index] ?? 0) + 1;
      const linkType = this.#interfaces[index]?.linkType ?? -1;
      const status = this.#view.attach(
        batch.blocks[batch.block[i]!]!,
        batch.offset[i]!,
        captured,
        original,
        linkType,
        batch.direction[i]!,
      );
      this.#statuses[status]! += 1;
      this.#takeFrame(status, { linkType, index, original, timeNs });
    }
  }

  /** What was found out so far. */
  facts(): CaptureFacts {
    const { segments, entries } = this.#macs;
    const counted = (names: (i: number) => string, counts: Float64Array) =>
      Object.fromEntries(
        [...counts.entries()]
          .filter(([, count]) => count > 0)
          .sort(([i, a], [j, b]) => b - a || i - j)
          .map(([i, count]) => [names(i), count] as const),
      );
    const isOwn = (entry: MacEntry) => entry.sentOutbound > 0 && entry.sentInbound === 0;
    return {
      frames: this.#frames,
      capturedBytes: this.#capturedBytes,
      originalBytes: this.#originalBytes,
      snappedFrames: this.#snappedFrames,
      longestSnapped: this.#longestSnapped,
      framesByInterface: this.#interfaces.map((_, i) => this.#framesByInterface[i] ?? 0),
      statuses: counted((i) => DECODE_STATUSES[i]!, this.#statuses),
      protocols: counted(protocolName, this.#protocols),
      etherTypes: this.#etherTypes.counts(),
      segments: segments.map(segmentFacts),
      macs: macFacts(entries, (index) => this.#interfaces[index]?.file ?? -1),
      timeline: this.#timeline.facts(),
      repeats: this.#repeats.facts(),
      checksums: this.#checksums.facts(isOwn),
      conversations: this.#conversations.facts(),
      limits: this.#limits(),
    };
  }

  #limits(): CaptureFacts['limits'] {
    return {
      framesWithoutSegment: this.#macs.framesWithoutSegment,
      framesWithoutMac: this.#macs.framesWithoutMac,
      packetsWithoutConversation: this.#conversations.packetsNotTracked,
      packetsForgotten: this.#repeats.sightings.forgotten,
      packetsWithoutPath: this.#repeats.pathsNotListed,
      packetsWithoutTranslation: this.#repeats.translationsNotListed,
      framesWithoutEtherType: this.#etherTypes.notCounted,
    };
  }

  #takeFrame(
    status: number,
    of: { linkType: number; index: number; original: number; timeNs: number },
  ): void {
    const view = this.#view;
    const segment = this.#macs.segmentOf(view, of.index);
    if (segment === null) return;
    segment.frames += 1;
    segment.bytes += of.original;
    if (view.direction === INBOUND) segment.inbound += 1;
    else if (view.direction === DIRECTION_OUTBOUND) segment.outbound += 1;
    const source = this.#sourceOf(segment);
    const destination = this.#destinationOf(segment, of.linkType);
    if (status === OK || status === FRAGMENT_NOT_FIRST) {
      this.#protocols[view.protocol]! += 1;
      if (source === null) noteNetwork(view, segment.behind);
      else this.#noteSource(source);
      if (source !== null && destination !== null) source.sendTo(destination);
      if (destination !== null) noteDestination(view, destination);
    }
    if (status === OK) this.#takePacket(segment, source, destination, of);
    else if (status === NOT_IP) this.#takeOther(of.linkType, source);
  }

  #takePacket(
    segment: Segment,
    source: MacEntry | null,
    destination: MacEntry | null,
    of: { index: number; timeNs: number },
  ): void {
    const view = this.#view;
    if (source !== null && view.icmpKind === ICMP_NEIGHBOUR) learnFromDiscovery(view, source);
    const place = this.#place;
    place.segment = segment.index;
    place.interfaceIndex = of.index;
    place.sourceId = source === null ? -1 : source.id;
    place.destinationId = destination === null ? -1 : destination.id;
    this.#checksums.take(view, source);
    this.#repeats.take(view, place, of.timeNs);
    this.#conversations.take(view, place);
  }

  /** A frame without IP: its EtherType stands before what follows it. */
  #takeOther(linkType: number, source: MacEntry | null): void {
    const view = this.#view;
    if (linkType !== LINKTYPE_ETHERNET) return;
    const etherType = view.data.getUint16(view.networkOffset - 2);
    this.#etherTypes.add(etherType);
    if (etherType === ETHERTYPE_ARP && source !== null) learnFromArp(view, source);
  }

  #sourceOf(segment: Segment): MacEntry | null {
    const view = this.#view;
    const place = this.#place;
    place.sourceMac = view.sourceMacOffset < 0 ? -1 : readMac(view.bytes, view.sourceMacOffset);
    if (place.sourceMac < 0) return null;
    const entry = this.#macs.entryOf(segment, place.sourceMac);
    if (entry === null) return null;
    entry.framesSent += 1;
    if (view.direction === DIRECTION_OUTBOUND) entry.sentOutbound += 1;
    else if (view.direction === INBOUND) entry.sentInbound += 1;
    return entry;
  }

  #destinationOf(segment: Segment, linkType: number): MacEntry | null {
    const view = this.#view;
    const place = this.#place;
    const isEthernet =
      linkType === LINKTYPE_ETHERNET && view.sourceMacOffset === view.frameOffset + ETHERNET_SOURCE;
    place.destinationMac = isEthernet ? readMac(view.bytes, view.frameOffset) : -1;
    if (!isEthernet) return null;
    const entry = this.#macs.entryOf(segment, place.destinationMac);
    if (entry === null) return null;
    entry.framesReceived += 1;
    if (view.direction === INBOUND) entry.receivedInbound += 1;
    return entry;
  }

  #noteSource(source: MacEntry): void {
    const view = this.#view;
    noteNetwork(view, source.behind);
    // Multicast is not forwarded like the rest, and has TTLs of its own.
    if (isToGroup(view) || view.ipTtl <= LOW_TTL) return;
    if (INITIAL_TTLS.has(view.ipTtl)) source.ttlInitial += 1;
    else source.ttlLowered += 1;
  }
}

function noteNetwork(view: PacketView, networks: NetworkSet): void {
  if (view.family === 4) networks.add4(view.source);
  else networks.add6(view.source, view.source1);
}

function noteDestination(view: PacketView, destination: MacEntry): void {
  if (view.family === 4) destination.reached.add4(view.destination);
  else destination.reached.add6(view.destination, view.destination1);
}
