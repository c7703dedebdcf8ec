/**
 * This file numbers the interfaces of all captures of a replay, and bounds them.
 */

import { CaptureError } from '../errors.ts';
import { type CaptureInterface, type CaptureSection, INTERFACES_MAX } from './frame-batch.ts';

/** Sections of one file whose descriptions are kept; the rest is counted. */
const SECTIONS_KEPT_MAX = 64;

/** Descriptions of interfaces that one replay keeps, all files together. */
const DESCRIPTIONS_MAX = 8 * INTERFACES_MAX;

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

/**
 * The interfaces of a replay, by their index. One that several files name alike has one index: the
 * files of a ring buffer, and captures of one interface, show one interface of the firewall.
 */
export class InterfaceList {
  readonly all: CaptureInterface[] = [];
  /** Descriptions in all files. */
  described = 0;
  /** By what describes an interface: the index of the first of a file, of its second, … */
  readonly #named = new Map<string, number[]>();

  /** The index of a file's interface; `nth` counts those of the file that are described alike. */
  indexOf(key: string, nth: number): number {
    return this.#named.get(key)?.[nth] ?? this.all.length;
  }

  /** Enters an interface under a new index. */
  enter(entry: CaptureInterface, key: string | null): void {
    this.all.push(entry);
    if (key === null) return;
    const known = this.#named.get(key);
    if (known === undefined) this.#named.set(key, [entry.index]);
    else known.push(entry.index);
  }
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
  /** How many of this file are described by a key. */
  readonly #counts = new Map<string, number>();

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
    const list = this.#list;
    const name = this.#name ?? facts.name;
    const key = name === null ? null : keyOf({ ...facts, name });
    const nth = key === null ? 0 : (this.#counts.get(key) ?? 0);
    const index = key === null ? list.all.length : list.indexOf(key, nth);
    if (index === INTERFACES_MAX) throw this.#flood(`${INTERFACES_MAX} interfaces`, byteOffset);
    if (list.described === DESCRIPTIONS_MAX) {
      throw this.#flood(`${DESCRIPTIONS_MAX} descriptions of interfaces`, byteOffset);
    }
    const entry: CaptureInterface = {
      ...facts,
      index,
      file: this.#file,
      section: this.sectionCount,
      name,
      statistics: null,
    };
    if (key !== null) this.#counts.set(key, nth + 1);
    if (index === list.all.length) list.enter(entry, key);
    list.described += 1;
    this.own.push(entry);
    return entry;
  }

  #flood(what: string, byteOffset: number): CaptureError {
    const hint = 'replay fewer files at a time';
    return new CaptureError('CAPTURE_INTERFACE_FLOOD', `more than ${what} in one replay`, {
      path: this.#path,
      byteOffset,
      hint,
    });
  }
}

/** What tells a named interface from others, all but its number. */
function keyOf({ idInSection: _, ...facts }: InterfaceFacts): string {
  return JSON.stringify(facts);
}
