/**
 * This file holds the one hand-over type of the capture readers: frames in columns.
 *
 * A batch copies no packet byte. `bytes(i)` of frame i are
 * `blocks[block[i]]`, from `offset[i]`, `capturedLength[i]` long: the reader proved that this range
 * lies inside the block. A block must not be reused while a batch that names it is unread.
 */

/** Where in the firewall a capture was taken (panos.md §4.6), in the order of equal times. */
export const STAGES = ['receive', 'firewall', 'transmit', 'drop'] as const;
export type Stage = (typeof STAGES)[number];
/** `stage` column: index into STAGES, plus 1; 0 is a capture whose stage nobody named. */
export const STAGE_NONE = 0;
export const STAGE_FIREWALL = 2;
export const STAGE_TRANSMIT = 3;
export const STAGE_DROP = 4;

/** `direction` column, as in pcapng's epb_flags: 0 is unknown, 1 inbound. */
export const DIRECTION_OUTBOUND = 2;

/** Files that one replay can tell apart: the `file` column has 16 bits. */
export const FILES_MAX = 65_536;

/** Interfaces that one replay can tell apart, all files together; more is a flood, hence damage. */
export const INTERFACES_MAX = 16_384;

/** One interface of a capture; `index` is unique in the replay, all files together. */
export interface CaptureInterface {
  readonly index: number;
  /** Index of its file in the replay's inputs. */
  readonly file: number;
  /** Which section of its file describes it, from 1; a pcap file is one section. */
  readonly section: number;
  /** Number inside its section, as Wireshark shows it (frame.interface_id). */
  readonly idInSection: number;
  readonly name: string | null;
  readonly description: string | null;
  readonly filter: string | null;
  /** As pcapng's if_tsresol: times count 10^-n s, or 2^-n s where bit 7 is set beside n. */
  readonly timeResolution: number;
  /** LINKTYPE_ value, without the FCS bits. */
  readonly linkType: number;
  /** Whether the file's format can mark frames as inbound or outbound (pcapng's epb_flags). */
  readonly canMarkDirections: boolean;
  /** Bytes; 0 for no limit. */
  readonly snapLength: number;
  /** What interface statistics said last (pcapng ISB); null where nothing was said. */
  statistics: InterfaceStatistics | null;
}

/** Packets, as the pcapng option of that name counts them; null where absent. */
export interface InterfaceStatistics {
  readonly received: number | null;
  readonly droppedByInterface: number | null;
  readonly droppedByOs: number | null;
  /** Seconds and nanoseconds since 1970; null where absent. */
  readonly endTime: { readonly seconds: number; readonly nanoseconds: number } | null;
}

/** What a pcapng section says of the machine and program that wrote it; null where absent. */
export interface CaptureSection {
  readonly hardware: string | null;
  readonly os: string | null;
  readonly application: string | null;
}

/** A comment that travels in a capture. `frame` is null for a section's or interface's own. */
export interface CaptureComment {
  readonly file: number;
  readonly frame: number | null;
  readonly text: string;
}

/** Bytes a frame of all columns that every batch has. */
const COLUMN_BYTES = 2 * 8 + 5 * 4 + 3 * 2 + 2;

/** Frames of one or several files, in columns. Column entries at `count` and above mean nothing. */
export class FrameBatch {
  readonly capacity: number;
  count = 0;
  /** Byte blocks that this batch's frames lie in. */
  blocks: Uint8Array[] = [];
  /** Index into `blocks`. */
  readonly block: Uint16Array;
  /** Byte offset inside the block. */
  readonly offset: Int32Array;
  /** Bytes in the file (libpcap: caplen). */
  readonly capturedLength: Int32Array;
  /** Bytes on the wire (libpcap: len). */
  readonly originalLength: Uint32Array;
  /** Whole seconds since 1970, as the file has them; NaN for a frame without a time. */
  readonly second: Float64Array;
  /** 0 to 999,999,999. */
  readonly nanosecond: Int32Array;
  /** Nanoseconds since `epochSeconds`, after reordering and clock repair: the replay's time. */
  readonly time: Float64Array;
  /** Seconds since 1970 that `time` counts from; set by the sequencer. */
  epochSeconds = 0;
  /** CaptureInterface.index. */
  readonly interfaceIndex: Uint16Array;
  /** Index of the input file. */
  readonly file: Uint16Array;
  /** Frame number inside its own file, from 1. */
  readonly frameNumber: Uint32Array;
  /** Number in the whole replay, from 1, where frames between were left out; else null. */
  packetNumber: Uint32Array | null = null;
  /** Number of the twin that takes the frame, 0 for its original, where clients have twins; else null. */
  twin: Uint8Array | null = null;
  /** What another thread found of each frame ahead (wire/packet-row), or null. */
  rows: Int32Array | null = null;
  /** DIRECTION_ value. */
  readonly direction: Uint8Array;
  /** STAGES index plus 1, or STAGE_NONE. */
  readonly stage: Uint8Array;

  /** @param memory has `FrameBatch.bytesFor(capacity)` bytes from `start`, a multiple of 8, for the columns */
  constructor(
    capacity: number,
    memory: ArrayBufferLike = new ArrayBuffer(FrameBatch.bytesFor(capacity)),
    start = 0,
  ) {
    this.capacity = capacity;
    // The wide columns first: so each lies at a multiple of its width, whatever the capacity.
    let at = start;
    const next = (width: number) => {
      at += width * capacity;
      return at - width * capacity;
    };
    this.second = new Float64Array(memory, next(8), capacity);
    this.time = new Float64Array(memory, next(8), capacity);
    this.offset = new Int32Array(memory, next(4), capacity);
    this.capturedLength = new Int32Array(memory, next(4), capacity);
    this.originalLength = new Uint32Array(memory, next(4), capacity);
    this.nanosecond = new Int32Array(memory, next(4), capacity);
    this.frameNumber = new Uint32Array(memory, next(4), capacity);
    this.block = new Uint16Array(memory, next(2), capacity);
    this.interfaceIndex = new Uint16Array(memory, next(2), capacity);
    this.file = new Uint16Array(memory, next(2), capacity);
    this.direction = new Uint8Array(memory, next(1), capacity);
    this.stage = new Uint8Array(memory, next(1), capacity);
  }

  /** Bytes that the columns of so many frames take. */
  static bytesFor(capacity: number): number {
    return COLUMN_BYTES * capacity;
  }

  /** The last of frames `from` to before `to` that is not of a twin from `scale` on; or `from - 1`. */
  lastFor(scale: number, from: number, to: number): number {
    let last = to - 1;
    if (this.twin !== null) while (last >= from && this.twin[last]! >= scale) last--;
    return last;
  }
}

/** Copies the columns of frame `i`, all that every batch has, to place `at`; the blocks must be the same. */
export function copyFrame(batch: FrameBatch, i: number, to: FrameBatch, at: number): void {
  to.block[at] = batch.block[i]!;
  to.offset[at] = batch.offset[i]!;
  to.capturedLength[at] = batch.capturedLength[i]!;
  to.originalLength[at] = batch.originalLength[i]!;
  to.second[at] = batch.second[i]!;
  to.nanosecond[at] = batch.nanosecond[i]!;
  to.time[at] = batch.time[i]!;
  to.interfaceIndex[at] = batch.interfaceIndex[i]!;
  to.file[at] = batch.file[i]!;
  to.frameNumber[at] = batch.frameNumber[i]!;
  to.direction[at] = batch.direction[i]!;
  to.stage[at] = batch.stage[i]!;
}
