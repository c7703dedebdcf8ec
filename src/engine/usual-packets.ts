/**
 * This file takes the usual packets of open sessions straight from their rows: two of three in most
 * captures. It does what the fastpath would do with them, every word loaded once and no view in between;
 * what is anything else is left, untouched, to the fastpath and the slowpath.
 *
 * Usual is a UDP datagram, or a TCP segment without SYN, FIN and RST inside the window of a session that is
 * open on both sides; over IPv4, with as many tags as its side's first, neither that nor a repeat of the
 * last. It starts its session's timer again and changes nothing else, nobody looks at its payload, and
 * nothing in its way may drop it.
 */

import type { FrameBatch } from '../capture/frame-batch.ts';
import { COUNT_PKT_RECV } from '../events/counters.ts';
import { type IngressZones, ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import { PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { IN_PACKET } from '../session/inputs.ts';
import {
  FINGERPRINT,
  FLAG_C2S_ASTRAY,
  FLAG_GUESSED,
  FLAG_OFFLOAD_NEXT,
  FLAG_READ,
  FLAG_S2C_ASTRAY,
  HOT_WORDS,
  META_ZONE_SHIFT,
  PACKETS,
  SIDES,
  STATE,
  usualTags,
} from '../session/layout.ts';
import { countPacket } from '../session/packet-counts.ts';
import type { SessionMachine } from '../session/session-machine.ts';
import type { SessionTable } from '../session/session-table.ts';
import { BOTH_OPEN } from '../session/tcp-sides.ts';
import type { TcpTracker } from '../session/tcp-tracker.ts';
import {
  isBareIpv4,
  protocolOf,
  ROW_ACKNOWLEDGMENT,
  ROW_DESTINATION,
  ROW_FINGERPRINT,
  ROW_IP_LENGTH,
  ROW_KEY_HASH,
  ROW_OFFSETS,
  ROW_PAYLOAD_LENGTH,
  ROW_PORTS,
  ROW_SEQUENCE,
  ROW_SOURCE,
  ROW_WINDOW_AND_FLAGS,
  ROW_WORDS,
  tagCountOf,
  ttlOf,
} from '../wire/packet-row.ts';
import { TCP_ANY_FLAG, TCP_CONTROL_FLAGS } from '../wire/tcp.ts';
import { TTL_LAST } from './forwarding.ts';
import type { EngineParts } from './parts.ts';

/** What STATE has where each packet of a session is looked at: by inspection or an ALG, by offload. */
const LOOKED_AT = FLAG_READ | FLAG_OFFLOAD_NEXT;
/** The same, and what STATE has where packets of the client may be dropped, and of the server be another's. */
const UNUSUAL_C2S = LOOKED_AT | FLAG_C2S_ASTRAY;
const UNUSUAL_S2C = LOOKED_AT | FLAG_S2C_ASTRAY | FLAG_GUESSED;

export class UsualPackets {
  private readonly table: SessionTable;
  private readonly tracker: TcpTracker;
  private readonly machine: SessionMachine;
  private readonly zones: IngressZones;
  private readonly counters: Float64Array;
  private readonly clock: Float64Array;

  constructor(parts: EngineParts) {
    this.table = parts.table;
    this.tracker = parts.tracker;
    this.machine = parts.machine;
    this.zones = parts.zones;
    this.counters = parts.counters;
    this.clock = parts.position.clock;
  }

  /**
   * Takes frames from `from` on as long as they are usual, up to `to` (exclusive). No event has to know
   * the place of one, so only the clock follows.
   *
   * @param batch has `rows`
   * @param untilNs when something is due: no packet of then or later is taken; ns since the epoch
   * @returns the first frame that was not taken
   */
  take(batch: FrameBatch, rows: Int32Array, from: number, to: number, untilNs: number): number {
    const { time, interfaceIndex } = batch;
    const { table, zones, machine } = this;
    let i = from;
    for (; i < to; i++) {
      const now = time[i]!;
      const row = i * ROW_WORDS;
      const head = rows[row]!;
      if (now >= untilNs || !mayBeUsual(head, rows, row)) break;
      const source = rows[row + ROW_SOURCE]!;
      const zone = zones.knownZone(interfaceIndex[i]!, tagCountOf(head), source);
      if (zone === ZONE_UNKNOWN) break;
      const flow = table.lookup(
        rows[row + ROW_KEY_HASH]!,
        source,
        rows[row + ROW_DESTINATION]!,
        rows[row + ROW_PORTS]!,
        (zone << META_ZONE_SHIFT) | protocolOf(head),
      );
      if (flow < 0 || !this.isUsual(rows, row, flow) || !this.fits(rows, row, flow)) break;
      const slot = flow >>> 1;
      const payloadLength = rows[row + ROW_PAYLOAD_LENGTH]!;
      const print = rows[row + ROW_FINGERPRINT]!;
      countPacket(table, slot, flow & 1, rows[row + ROW_IP_LENGTH]!, payloadLength, print, now);
      machine.refresh(slot, now);
    }
    if (i > from) {
      this.counters[COUNT_PKT_RECV]! += i - from;
      this.clock[0] = time[i - 1]!;
    }
    return i;
  }

  /** Whether the session expects just such packets. */
  private isUsual(rows: Int32Array, row: number, flow: number): boolean {
    const { hot } = this.table;
    const side = flow & 1;
    const at = (flow >>> 1) * HOT_WORDS;
    const state = hot[at + STATE]!;
    if ((state & (side === 0 ? UNUSUAL_C2S : UNUSUAL_S2C)) !== 0) return false;
    if (this.machine.packetRefreshes[state & 255] === 0 || hot[at + PACKETS + side] === 0) {
      return false;
    }
    const tags = usualTags(hot[at + SIDES]!, side);
    const print = rows[row + ROW_FINGERPRINT]!;
    const isRepeat = print === hot[at + FINGERPRINT + side] && print !== 0;
    return tags === tagCountOf(rows[row]!) && !isRepeat;
  }

  /** Whether a segment's connection takes it as one of many; then its numbers are noted. */
  private fits(rows: Int32Array, row: number, flow: number): boolean {
    if (protocolOf(rows[row]!) !== PROTO_TCP) return true;
    const slot = flow >>> 1;
    if ((this.table.hot[slot * HOT_WORDS + SIDES]! & BOTH_OPEN) !== BOTH_OPEN) return false;
    const windowAndFlags = rows[row + ROW_WINDOW_AND_FLAGS]!;
    const input = this.tracker.track(
      slot,
      flow & 1,
      rows[row + ROW_SEQUENCE]!,
      rows[row + ROW_PAYLOAD_LENGTH]!,
      windowAndFlags & TCP_ANY_FLAG,
      rows[row + ROW_ACKNOWLEDGMENT]!,
      windowAndFlags >>> 16,
    );
    return input === IN_PACKET;
  }
}

/** Whether the row alone does not say that its packet is unusual. */
function mayBeUsual(head: number, rows: Int32Array, row: number): boolean {
  const protocol = protocolOf(head);
  if (!isBareIpv4(head, rows[row + ROW_OFFSETS]!) || ttlOf(head) <= TTL_LAST) return false;
  if (protocol === PROTO_UDP) return true;
  const flags = rows[row + ROW_WINDOW_AND_FLAGS]! & TCP_ANY_FLAG;
  return protocol === PROTO_TCP && (flags & TCP_CONTROL_FLAGS) === 0 && flags !== 0;
}
