/**
 * This file numbers the interfaces of all captures of a replay, and bounds them.
 */

import { CaptureError } from '../errors.ts';
import { type CaptureInterface, type CaptureSection, INTERFACES_MAX } from './frame-batch.ts';

/** Sections of one file whose descriptions are kept; the rest is counted. */
const SECTIONS_KEPT_MAX = 64;

/** What a file says of an interface, or nothing. */
export interface InterfaceFacts {
  readonly idInSection: number;
  readonly name: string | null;
  readonly description: string | null;
  readonly filter: string | null;
  readonly timeResolution: number;
  readonly linkType: number;
  /** Whether the file's format can mark directions. */
  readonly canMarkDirections: boolean;
  readonly snapLength: number;
}

/** The interfaces of a replay, by their index. */
export class InterfaceList {
  readonly all: CaptureInterface[] = [];
}

/** Where one file's reader enters the interfaces and comments that it meets. */
export class FileInterfaces {
  readonly own: CaptureInterface[] = [];
  /** The first sections of the file; one of a pcap file, which says nothing of itself. */
  readonly sections: CaptureSection[] = [];
  /** All sections so far. */
  sectionCount = 0;
  readonly #list: InterfaceList;
  readonly #path: string;
  readonly #file: number;
  readonly #name: string | null;

  /** `name`, where it is not null, replaces what the file calls its interfaces. */
  constructor(list: InterfaceList, of: { path: string; file: number; name: string | null }) {
    this.#list = list;
    this.#path = of.path;
    this.#file = of.file;
    this.#name = of.name;
  }

  /** Begins a section; interfaces that follow are its own. */
  beginSection(section: CaptureSection): void {
    this.sectionCount += 1;
    if (this.sections.length < SECTIONS_KEPT_MAX) this.sections.push(section);
  }

  /**
   * Enters an interface.
   *
   * @throws CaptureError CAPTURE_INTERFACE_FLOOD
   */
  add(facts: InterfaceFacts, byteOffset: number): CaptureInterface {
    const index = this.#list.all.length;
    if (index === INTERFACES_MAX) {
      throw new CaptureError(
        'CAPTURE_INTERFACE_FLOOD',
        `more than ${INTERFACES_MAX} interfaces in one replay`,
        { path: this.#path, byteOffset, hint: 'replay fewer files at a time' },
      );
    }
    const entry: CaptureInterface = {
      ...facts,
      index,
      file: this.#file,
      section: this.sectionCount,
      name: this.#name ?? facts.name,
      statistics: null,
    };
    this.#list.all.push(entry);
    this.own.push(entry);
    return entry;
  }
}
