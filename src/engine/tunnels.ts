/**
 * This file replays the packets inside tunnels (`--decapsulate`), each after the packet that carries
 * it.
 *
 * The outer packet stays a packet of its own session, and what it carries is judged only where it was
 * passed on: not behind a denied session, and of a fragmented one when the datagram is whole. An inner
 * packet comes in through the outer one's zone; where zones are told by addresses alone, through that
 * of its own source. Sessions remember the session that carried their first packet.
 */

import {
  COUNT_ICMP_ERROR,
  COUNT_ICMP_ERROR_NO_SESSION,
  COUNT_INNER,
  COUNT_INNER_IN_SESSION,
  COUNT_INNER_UNDECODED,
  COUNT_NEIGHBOUR,
  COUNT_TUNNEL_DEPTH,
} from '../events/counters.ts';
import { ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import { HOT_WORDS, SERIAL, STATE } from '../session/layout.ts';
import { PHASE_DISCARD } from '../session/session-machine.ts';
import { OK } from '../wire/decode-status.ts';
import { findInner, type InnerPacket } from '../wire/tunnel.ts';
import type { Waiting } from './datagram-owners.ts';
import { findFlow } from './flow-lookup.ts';
import { type FragmentListener, isFragmentOnly } from './fragments.ts';
import type { Judge } from './judge.ts';
import type { EngineParts } from './parts.ts';

/** Tunnels in tunnels that are followed. */
export const TUNNEL_DEPTH_MAX = 4;
/** Bytes of first fragments that are kept until their datagrams are whole. */
const KEPT_BYTES_MAX = 16e6;

/** A first fragment's frame. */
interface KeptFrame {
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly linkType: number;
  readonly zone: number;
  readonly interfaceIndex: number;
}

export class Tunnels implements FragmentListener {
  private readonly parts: EngineParts;
  private readonly judge: Judge;
  private readonly kinds: number;
  private readonly linkTypes: readonly number[];
  private readonly inner: InnerPacket = { offset: 0, isEthernet: false };
  private readonly kept = new Map<Waiting, KeptFrame>();
  private keptBytes = 0;
  /** The first fragment of a datagram that has just become whole. */
  private ready: KeptFrame | null = null;
  /** What the packet in hand carries is to be judged, too. */
  private mayFollow = false;
  private zone = 0;
  private interfaceIndex = 0;

  /**
   * @param kinds bits of the kinds to look into (wire/tunnel)
   * @param linkTypes by interface index; grows while the replay runs
   */
  constructor(parts: EngineParts, judge: Judge, kinds: number, linkTypes: readonly number[]) {
    this.parts = parts;
    this.judge = judge;
    this.kinds = kinds;
    this.linkTypes = linkTypes;
    judge.fragments.listeners.push(this);
  }

  /** Tells of the packet that is judged next. */
  expect(status: number, zone: number, interfaceIndex: number): void {
    this.zone = zone;
    this.interfaceIndex = interfaceIndex;
    this.mayFollow = status === OK && !this.parts.view.isFragment;
    this.ready = null;
  }

  /** Judges what the packet that was judged last carries, or the datagram that it made whole. */
  follow(): void {
    const { ready } = this;
    if (ready !== null) {
      const { bytes, originalLength, linkType } = ready;
      this.parts.view.attach(bytes, 0, bytes.length, originalLength, linkType, 0);
      this.zone = ready.zone;
      this.interfaceIndex = ready.interfaceIndex;
      this.ready = null;
    } else if (!this.mayFollow) return;
    this.judgeCarried();
  }

  /** A datagram whose first fragment is attached is not whole yet. */
  firstCame(datagram: Waiting): void {
    const { view, counters } = this.parts;
    // What is inside a tunnel already is not kept: its frame is the outer packet's.
    if (this.parts.carriers.current !== 0 || this.kept.has(datagram)) return;
    if (!findInner(view, this.kinds, this.inner)) return;
    const bytes = view.bytes.slice(view.frameOffset, view.frameEnd);
    if (this.keptBytes + bytes.length > KEPT_BYTES_MAX) {
      counters[COUNT_INNER_UNDECODED]!++;
      return;
    }
    this.keptBytes += bytes.length;
    this.kept.set(datagram, {
      bytes,
      originalLength: view.originalEnd - view.frameOffset,
      linkType: this.linkTypes[this.interfaceIndex]!,
      zone: this.zone,
      interfaceIndex: this.interfaceIndex,
    });
  }

  laterCame(): void {}

  /** A datagram is whole, and passed on: what it carries comes next. */
  becameWhole(datagram: Waiting): void {
    if (this.parts.carriers.current !== 0) return;
    this.ready = this.kept.get(datagram) ?? null;
    // The first fragment came last.
    if (this.ready === null) this.mayFollow = this.parts.view.fragmentOffset === 0;
    this.forgot(datagram);
  }

  /** A datagram is not waited for any more. */
  forgot(datagram: Waiting): void {
    this.keptBytes -= this.kept.get(datagram)?.bytes.length ?? 0;
    this.kept.delete(datagram);
  }

  /** Judges what the attached packet, which was judged itself, carries. */
  private judgeCarried(): void {
    const { view, zones, counters, table, carriers } = this.parts;
    const place = zones.zoneOfPlace(view, this.interfaceIndex);
    let zone = this.zone;
    for (let depth = 0; findInner(view, this.kinds, this.inner); depth++) {
      const flow = findFlow(table, view, zone);
      if (flow < 0 || this.isDenied(flow >>> 1)) break;
      if (depth === TUNNEL_DEPTH_MAX) {
        counters[COUNT_TUNNEL_DEPTH]!++;
        break;
      }
      carriers.current = table.hot[(flow >>> 1) * HOT_WORDS + SERIAL]! >>> 0;
      const status = view.attachInner(this.inner.offset, this.inner.isEthernet);
      if (status !== OK && !isFragmentOnly(status, view)) {
        counters[COUNT_INNER_UNDECODED]!++;
        break;
      }
      zone = place === ZONE_UNKNOWN ? zones.zoneOfNetwork(view, this.interfaceIndex) : place;
      const isWhole = status === OK && !view.isFragment;
      this.judgeInner(status, zone);
      if (!isWhole) break;
    }
    carriers.current = 0;
  }

  /** Judges an inner packet, and keeps apart where it went: it is no frame of its own. */
  private judgeInner(status: number, zone: number): void {
    const { counters, observations } = this.parts;
    const errors = counters[COUNT_ICMP_ERROR]! + counters[COUNT_ICMP_ERROR_NO_SESSION]!;
    const neighbours = counters[COUNT_NEIGHBOUR]!;
    const { fastpath } = this.judge;
    const counted = fastpath.counted;
    this.judge.take(status, zone);
    counters[COUNT_INNER]!++;
    counters[COUNT_INNER_IN_SESSION]! += fastpath.counted - counted;
    observations.innerIcmpErrors +=
      counters[COUNT_ICMP_ERROR]! + counters[COUNT_ICMP_ERROR_NO_SESSION]! - errors;
    observations.innerNeighbours += counters[COUNT_NEIGHBOUR]! - neighbours;
  }

  /** What a denied session carries never left the firewall. */
  private isDenied(slot: number): boolean {
    return (this.parts.table.hot[slot * HOT_WORDS + STATE]! & 255) === PHASE_DISCARD;
  }
}
