/**
 * This file keeps what a pcapng section says before and between its packets: byte order, interfaces
 * and their statistics (draft-ietf-opsawg-pcapng, sections 4.1, 4.2 and 4.6).
 */

import { CaptureError, type CaptureErrorCode } from '../errors.ts';
import type { InterfaceStatistics } from './frame-batch.ts';
import type { FileInterfaces } from './interface-list.ts';
import { RESOLUTION_DEFAULT, SectionInterface } from './pcapng-interface.ts';
import {
  type CommentList,
  NAME_BYTES_MAX,
  OPTION_COMMENT,
  OptionCursor,
} from './pcapng-options.ts';

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const SECTION_OPTIONS_AT = 24;
const INTERFACE_OPTIONS_AT = 16;
const STATISTICS_OPTIONS_AT = 20;
const SHB = { hardware: 2, os: 3, application: 4 } as const;
const IF = { name: 2, description: 3, resolution: 9, filter: 11, offset: 14 } as const;
const ISB = { endTime: 3, received: 4, droppedByInterface: 5, droppedByOs: 7 } as const;

/** A block that is at hand from its type to its second length. */
export interface WholeBlock {
  readonly view: DataView;
  readonly at: number;
  readonly length: number;
  /** Offset of `at` in the file. */
  readonly byteOffset: number;
}

/** The section that the parser is in. */
export class PcapngSection {
  little = true;
  /** The interfaces of this section, by their number in it. */
  interfaces: SectionInterface[] = [];
  /** Newest time of the section's packets so far; NaN before the first. */
  newestSecond = Number.NaN;
  newestNanosecond = 0;
  readonly #path: string;
  readonly #files: FileInterfaces;
  readonly #comments: CommentList;
  readonly #option = new OptionCursor();

  constructor(path: string, interfaces: FileInterfaces, comments: CommentList) {
    this.#path = path;
    this.#files = interfaces;
    this.#comments = comments;
  }

  /**
   * Takes over the byte order that a section header names.
   *
   * @throws CaptureError CAPTURE_BLOCK_CONTENT
   */
  readByteOrder(view: DataView, at: number, byteOffset: number): void {
    this.little = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
    if (this.little || view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC) return;
    throw this.#damage('CAPTURE_BLOCK_CONTENT', 'a section header without byte order', byteOffset);
  }

  /**
   * Begins a section. Its length field is not used: some writers leave it wrong, and no reader
   * minds.
   *
   * @throws CaptureError CAPTURE_UNSUPPORTED_FORMAT
   */
  begin(block: WholeBlock): void {
    const major = block.view.getUint16(block.at + 12, this.little);
    const minor = block.view.getUint16(block.at + 14, this.little);
    // Minor 2 was written by mistake for what is 1.0 (section 4.1).
    if (major !== 1 || (minor !== 0 && minor !== 2)) {
      const reason = `pcapng version ${major}.${minor} is not read`;
      throw this.#damage('CAPTURE_UNSUPPORTED_FORMAT', reason, block.byteOffset);
    }
    this.interfaces = [];
    this.newestSecond = Number.NaN;
    this.newestNanosecond = 0;
    let hardware: string | null = null;
    let os: string | null = null;
    let application: string | null = null;
    for (const option of this.#options(block, SECTION_OPTIONS_AT)) {
      if (option.code === OPTION_COMMENT) this.#comments.add(option, null);
      else if (option.code === SHB.hardware) hardware = option.text(NAME_BYTES_MAX);
      else if (option.code === SHB.os) os = option.text(NAME_BYTES_MAX);
      else if (option.code === SHB.application) application = option.text(NAME_BYTES_MAX);
    }
    this.#files.beginSection({ hardware, os, application });
  }

  /**
   * Enters an interface description.
   *
   * @throws CaptureError CAPTURE_INTERFACE_FLOOD
   */
  addInterface(block: WholeBlock): void {
    let name: string | null = null;
    let description: string | null = null;
    let filter: string | null = null;
    let resolution = RESOLUTION_DEFAULT;
    let offset = 0n;
    for (const option of this.#options(block, INTERFACE_OPTIONS_AT)) {
      if (option.code === OPTION_COMMENT) this.#comments.add(option, null);
      else if (option.code === IF.name) name = option.text(NAME_BYTES_MAX);
      else if (option.code === IF.description) description = option.text(NAME_BYTES_MAX);
      else if (option.code === IF.filter) filter = filterText(option);
      else if (option.code === IF.resolution && option.length > 0) resolution = option.byte();
      else if (option.code === IF.offset) offset = option.wide(true) ?? 0n;
    }
    const entry = this.#files.add(
      {
        idInSection: this.interfaces.length,
        name,
        description,
        filter,
        timeResolution: resolution,
        linkType: block.view.getUint16(block.at + 8, this.little),
        canMarkDirections: true,
        snapLength: block.view.getUint32(block.at + 12, this.little),
      },
      block.byteOffset,
    );
    this.interfaces.push(new SectionInterface(entry, resolution, offset));
  }

  /**
   * Notes an interface's statistics; the last that were given count. Those of an interface that
   * nobody described are passed over: no packet depends on them.
   */
  readStatistics(block: WholeBlock): void {
    const of = this.interfaces[block.view.getUint32(block.at + 8, this.little)];
    if (of === undefined) return;
    let endTime: InterfaceStatistics['endTime'] = null;
    let received: number | null = null;
    let droppedByInterface: number | null = null;
    let droppedByOs: number | null = null;
    for (const option of this.#options(block, STATISTICS_OPTIONS_AT)) {
      if (option.code === OPTION_COMMENT) this.#comments.add(option, null);
      else if (option.code === ISB.received) received = countOf(option);
      else if (option.code === ISB.droppedByInterface) droppedByInterface = countOf(option);
      else if (option.code === ISB.droppedByOs) droppedByOs = countOf(option);
      else if (option.code === ISB.endTime && option.length >= 8) {
        // Two words like a packet's stamp, the upper one first in either byte order (section 4.6).
        of.convert(option.word(), option.secondWord());
        endTime = { seconds: of.second, nanoseconds: of.nanosecond };
      }
    }
    of.entry.statistics = { received, droppedByInterface, droppedByOs, endTime };
  }

  *#options(block: WholeBlock, from: number): Generator<OptionCursor, void, undefined> {
    const end = block.at + block.length - 4;
    this.#option.start(block.view, block.at + from, { end, little: this.little });
    while (this.#option.next()) yield this.#option;
  }

  #damage(code: CaptureErrorCode, reason: string, byteOffset: number): CaptureError {
    return new CaptureError(code, reason, { path: this.#path, byteOffset });
  }
}

/** if_filter begins with a byte that says what follows; 0 is a filter as text (section 4.2). */
function filterText(option: OptionCursor): string | null {
  return option.length > 1 && option.byte() === 0 ? option.text(NAME_BYTES_MAX, 1) : null;
}

/** A 64-bit count. Above 2^53 the nearest double: no counter of packets gets there. */
function countOf(option: OptionCursor): number | null {
  const value = option.wide(false);
  return value === null ? null : Number(value);
}
