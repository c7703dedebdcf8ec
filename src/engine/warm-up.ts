/**
 * This file touches the table records that the next frames will need, a few frames at a time.
 *
 * Most of a packet's time is waiting for memory: index, hot record and tail record of a session are
 * seldom in the cache. Asked for one packet after the other these waits add up; asked for in a
 * tight loop over several packets the processor overlaps them. Nothing is decided here and nothing
 * changes: a frame that this quick look misreads costs one useless load. Frames that are not plain
 * IPv4 over Ethernet, tagged once at most, are passed over.
 */

import type { FrameBatch } from '../capture/frame-batch.ts';
import { HOT_WORDS, TAIL_WORDS } from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';

/** Frames looked at together: enough misses to overlap, few enough to stay in the first cache. */
export const WARM_UP_FRAMES = 16;

const ETHERTYPE = 12;
const ETHERNET_AND_IPV4 = 34;
const TAG = 4;
const CACHE_LINE_WORDS = 16;

export class WarmUp {
  private readonly table: SessionTable;
  private readonly places = new Int32Array(WARM_UP_FRAMES);
  /** Keeps the loads from being optimised away. */
  private sink = 0;

  constructor(table: SessionTable) {
    this.table = table;
  }

  /** Touches what frames `from` to `to` (at most WARM_UP_FRAMES) of a batch will look up. */
  touch(batch: FrameBatch, from: number, to: number): void {
    const { table, places } = this;
    let count = 0;
    let sum = 0;
    for (let i = from; i < to; i++) {
      const hash = flowHashOf(batch, i, table);
      const place = table.placeOf(hash);
      sum += table.index[place]!;
      places[count++] = place;
    }
    const { index, hot, tail } = table;
    for (let k = 0; k < count; k++) {
      const flow = index[places[k]! + 1]!;
      if (flow === 0) continue;
      const slot = (flow - 1) >>> 1;
      sum += hot[slot * HOT_WORDS]! + hot[slot * HOT_WORDS + CACHE_LINE_WORDS]! + tail[slot * TAIL_WORDS]!;
    }
    this.sink ^= sum;
  }
}

/** Hash of the frame's flow key, or of nothing in particular. */
function flowHashOf(batch: FrameBatch, i: number, table: SessionTable): number {
  const bytes = batch.blocks[batch.block[i]!]!;
  let at = batch.offset[i]!;
  const end = at + batch.capturedLength[i]!;
  if (at + ETHERNET_AND_IPV4 + TAG + 4 > end) return 0;
  if (bytes[at + ETHERTYPE] === 0x81 && bytes[at + ETHERTYPE + 1] === 0) at += TAG;
  if (bytes[at + ETHERTYPE] !== 8 || bytes[at + ETHERTYPE + 1] !== 0) return 0;
  const ip = at + ETHERTYPE + 2;
  const transport = ip + ((bytes[ip]! & 15) << 2);
  if (transport + 4 > end) return 0;
  const word = (o: number) =>
    (bytes[o]! << 24) | (bytes[o + 1]! << 16) | (bytes[o + 2]! << 8) | bytes[o + 3]!;
  return table.hashOfKey(word(ip + 12), word(ip + 16), word(transport), bytes[ip + 9]!);
}
