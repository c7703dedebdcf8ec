/**
 * This file reads pcapng (draft-ietf-opsawg-pcapng): the packets of all sections, in both byte
 * orders. What describes sections and interfaces is in pcapng-section.ts.
 *
 *     every block      type 4, total length 4, body, total length again 4
 *     enhanced packet  type 4, length 4, interface 4, stamp 8, captured 4, original 4, bytes, options
 *     packet           the same, but interface 2, drop count 2; obsolete (appendix A)
 *
 * Blocks that are not needed are passed over by their length, however long, without being held.
 */

import { CaptureError, type CaptureErrorCode } from '../errors.ts';
import type { PooledBatch } from './batch-pool.ts';
import type { BlockFeed } from './block-feed.ts';
import {
  BATCH_IS_FULL,
  type FrameParser,
  IS_DAMAGED,
  RECORD_BYTES_MAX,
  SNAP_LENGTH_MAX,
} from './capture-reader.ts';
import type { FileInterfaces } from './interface-list.ts';
import { isPcapMagic } from './pcap-header.ts';
import { type CommentList, OPTION_COMMENT, OptionCursor } from './pcapng-options.ts';
import { PcapngSection } from './pcapng-section.ts';

const BLOCK = {
  section: 0x0a0d0d0a,
  interface: 1,
  packet: 2,
  simplePacket: 3,
  statistics: 5,
  enhancedPacket: 6,
} as const;
/** Shortest block there can be: type and the length twice. */
const BLOCK_BYTES_MIN = 12;
/** Longest block that is looked into: the longest believable packet and its options. */
const READ_BLOCK_BYTES_MAX = SNAP_LENGTH_MAX + 1024 * 1024;
/** Bytes of the blocks that are looked into, without packet bytes and options. */
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [BLOCK.section, 28],
  [BLOCK.interface, 20],
  [BLOCK.simplePacket, 16],
  [BLOCK.statistics, 24],
]);
const PACKET_FIXED_BYTES = 32;
const PACKET_BYTES_AT = 28;
const SIMPLE_PACKET_FIXED_BYTES = 16;
const SIMPLE_PACKET_BYTES_AT = 12;
/** epb_flags and pack_flags; their low two bits are the direction, as in the batch's column. */
const OPTION_FLAGS = 2;
const DIRECTION_BITS = 3;

/** Answers of the steps beside those of `FrameParser.parse`. */
const GO_ON = BATCH_IS_FULL;
const OTHER_BLOCK = -2;

/** Parses the bytes of a pcapng file. */
export class PcapngParser implements FrameParser {
  damage: CaptureError | null = null;
  /** Of the first section. */
  byteOrder: 'little' | 'big' | null = null;
  readonly #path: string;
  readonly #section: PcapngSection;
  readonly #comments: CommentList;
  readonly #option = new OptionCursor();
  #frames = 0;
  /** Total length of the block that is being passed over, else 0; and what is left of its body. */
  #skippedBlockBytes = 0;
  #skipBytes = 0;

  constructor(path: string, interfaces: FileInterfaces, comments: CommentList) {
    this.#path = path;
    this.#section = new PcapngSection(path, interfaces, comments);
    this.#comments = comments;
  }

  get mayEnd(): boolean {
    return this.byteOrder !== null && this.#skippedBlockBytes === 0;
  }

  parse(feed: BlockFeed, batch: PooledBatch): number {
    while (this.damage === null && batch.count < batch.capacity) {
      let answer = this.#skippedBlockBytes > 0 ? this.#skip(feed) : this.#packets(feed, batch);
      if (answer === OTHER_BLOCK) answer = this.#otherBlock(feed, batch);
      if (answer !== GO_ON) return answer;
    }
    return this.damage === null ? BATCH_IS_FULL : IS_DAMAGED;
  }

  /**
   * The hot loop: packet blocks in a row. Every read lies below `end`: the first twelve bytes by
   * the first test, the others as the block has at least PACKET_FIXED_BYTES and lies below `end`.
   */
  #packets(feed: BlockFeed, batch: PooledBatch): number {
    const { view, end } = feed;
    const { offset, capturedLength, originalLength, second, nanosecond, capacity } = batch;
    const { frameNumber, interfaceIndex, direction } = batch;
    const section = this.#section;
    const { little, interfaces } = section;
    let { newestSecond, newestNanosecond } = section;
    let frame = this.#frames;
    let answer: number = GO_ON;
    let at = feed.at;
    let i = batch.count;
    for (; i < capacity; i += 1) {
      if (end - at < BLOCK_BYTES_MIN) {
        answer = BLOCK_BYTES_MIN;
        break;
      }
      const type = view.getUint32(at, little);
      if (type !== BLOCK.enhancedPacket && type !== BLOCK.packet) {
        answer = OTHER_BLOCK;
        break;
      }
      const length = view.getUint32(at + 4, little);
      answer = this.#wholeBlock(feed, at, length, PACKET_FIXED_BYTES);
      if (answer !== GO_ON) break;
      const id =
        type === BLOCK.packet ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little);
      const captured = view.getUint32(at + 20, little);
      const from = interfaces[id];
      if (
        from === undefined ||
        captured > length - PACKET_FIXED_BYTES ||
        captured > from.recordMax
      ) {
        answer = this.#packetDamage(feed.base + at, { id, length, captured });
        break;
      }
      from.convert(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
      const seconds = from.second;
      // Written so that the NaN of a section without packets yet counts as older.
      if (
        !(seconds <= newestSecond) ||
        (seconds === newestSecond && from.nanosecond > newestNanosecond)
      ) {
        newestSecond = seconds;
        newestNanosecond = from.nanosecond;
      }
      frame += 1;
      second[i] = seconds;
      nanosecond[i] = from.nanosecond;
      interfaceIndex[i] = from.entry.index;
      offset[i] = at + PACKET_BYTES_AT;
      capturedLength[i] = captured;
      originalLength[i] = view.getUint32(at + 24, little);
      frameNumber[i] = frame;
      const fixed = PACKET_FIXED_BYTES + captured + (-captured & 3);
      direction[i] = length > fixed ? this.#packetOptions(view, at, length, frame) : 0;
      at += length;
    }
    section.newestSecond = newestSecond;
    section.newestNanosecond = newestNanosecond;
    feed.at = at;
    batch.count = i;
    this.#frames = frame;
    return answer;
  }

  /**
   * GO_ON where a block is well formed and at hand; else the bytes it needs, or IS_DAMAGED. Plain
   * arguments, as it is called for every packet.
   */
  #wholeBlock(feed: BlockFeed, at: number, length: number, fixed: number): number {
    if (length < fixed || (length & 3) !== 0 || length > READ_BLOCK_BYTES_MAX) {
      return this.#badLength(length, feed.base + at);
    }
    if (at + length > feed.end) return length;
    if (feed.view.getUint32(at + length - 4, this.#section.little) === length) return GO_ON;
    return this.#fail('CAPTURE_BLOCK_LENGTH', "a block's two lengths differ", feed.base + at);
  }

  /** Direction of a packet by its flags; keeps its comments. */
  #packetOptions(view: DataView, at: number, length: number, frame: number): number {
    const { little } = this.#section;
    const captured = view.getUint32(at + 20, little);
    const option = this.#option;
    let direction = 0;
    const from = at + PACKET_BYTES_AT + captured + (-captured & 3);
    option.start(view, from, { end: at + length - 4, little });
    while (option.next()) {
      if (option.code === OPTION_FLAGS) direction = option.word() & DIRECTION_BITS;
      else if (option.code === OPTION_COMMENT) this.#comments.add(option, frame);
    }
    return direction === DIRECTION_BITS ? 0 : direction;
  }

  /** Takes or begins to pass over a block that is no packet block with a time. */
  #otherBlock(feed: BlockFeed, batch: PooledBatch): number {
    const { view, at } = feed;
    const byteOffset = feed.base + at;
    try {
      const isSection = view.getUint32(at) === BLOCK.section;
      if (isSection) this.#section.readByteOrder(view, at, byteOffset);
      const { little } = this.#section;
      const type = view.getUint32(at, little);
      const length = view.getUint32(at + 4, little);
      const fixed = FIXED_BYTES.get(type);
      if (fixed === undefined) return this.#beginSkip(feed, type, length);
      const answer = this.#wholeBlock(feed, at, length, fixed);
      if (answer !== GO_ON) return answer;
      const block = { view, at, length, byteOffset };
      if (isSection) this.#section.begin(block);
      else if (type === BLOCK.interface) this.#section.addInterface(block);
      else if (type === BLOCK.statistics) this.#section.readStatistics(block);
      else if (this.#simplePacket(feed, batch, length) === IS_DAMAGED) return IS_DAMAGED;
      this.byteOrder ??= little ? 'little' : 'big';
      feed.at = at + length;
      return GO_ON;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.damage = error;
      return IS_DAMAGED;
    }
  }

  /** A packet of the section's first interface, without a time (section 4.4). */
  #simplePacket(feed: BlockFeed, batch: PooledBatch, length: number): number {
    const { view, at } = feed;
    const section = this.#section;
    const from = section.interfaces[0];
    const original = view.getUint32(at + 8, section.little);
    const snapLength =
      from === undefined || from.entry.snapLength === 0 ? original : from.entry.snapLength;
    const captured = Math.min(original, snapLength, length - SIMPLE_PACKET_FIXED_BYTES);
    if (from === undefined || captured > from.recordMax) {
      return this.#packetDamage(feed.base + at, { id: 0, length, captured });
    }
    const i = batch.count;
    this.#frames += 1;
    batch.second[i] = section.newestSecond;
    batch.nanosecond[i] = section.newestNanosecond;
    batch.untimed.push(i);
    batch.interfaceIndex[i] = from.entry.index;
    batch.offset[i] = at + SIMPLE_PACKET_BYTES_AT;
    batch.capturedLength[i] = captured;
    batch.originalLength[i] = original;
    batch.frameNumber[i] = this.#frames;
    batch.direction[i] = 0;
    batch.count = i + 1;
    return GO_ON;
  }

  #beginSkip(feed: BlockFeed, type: number, length: number): number {
    const byteOffset = feed.offset();
    if (isPcapMagic(type)) {
      return this.#fail(
        'CAPTURE_BLOCK_CONTENT',
        'a pcap file begins here; it is not read',
        byteOffset,
      );
    }
    if (length < BLOCK_BYTES_MIN || (length & 3) !== 0) return this.#badLength(length, byteOffset);
    this.#skippedBlockBytes = length;
    this.#skipBytes = length - BLOCK_BYTES_MIN;
    feed.at += 8;
    return GO_ON;
  }

  #skip(feed: BlockFeed): number {
    const step = Math.min(this.#skipBytes, feed.end - feed.at);
    feed.at += step;
    this.#skipBytes -= step;
    if (this.#skipBytes > 0) return 1;
    if (feed.end - feed.at < 4) return 4;
    if (feed.view.getUint32(feed.at, this.#section.little) !== this.#skippedBlockBytes) {
      return this.#fail('CAPTURE_BLOCK_LENGTH', "a block's two lengths differ", feed.offset());
    }
    feed.at += 4;
    this.#skippedBlockBytes = 0;
    return GO_ON;
  }

  #packetDamage(byteOffset: number, of: { id: number; length: number; captured: number }): number {
    const { id, length, captured } = of;
    if (this.#section.interfaces[id] === undefined) {
      const reason = `a packet of interface ${id}, which no block describes`;
      return this.#fail('CAPTURE_INTERFACE_UNKNOWN', reason, byteOffset);
    }
    if (captured > length - PACKET_FIXED_BYTES) {
      const reason = `a packet of ${captured} bytes in a block of ${length}`;
      return this.#fail('CAPTURE_BLOCK_CONTENT', reason, byteOffset);
    }
    const reason = `a packet of ${captured} bytes is longer than any can be (${RECORD_BYTES_MAX})`;
    return this.#fail('CAPTURE_RECORD_LENGTH', reason, byteOffset);
  }

  #badLength(length: number, byteOffset: number): number {
    return this.#fail('CAPTURE_BLOCK_LENGTH', `a block cannot be ${length} bytes long`, byteOffset);
  }

  #fail(code: CaptureErrorCode, reason: string, byteOffset: number): number {
    const hint = 'what stands before it is complete';
    this.damage = new CaptureError(code, reason, { path: this.#path, byteOffset, hint });
    return IS_DAMAGED;
  }
}
