/**
 * This file collects the header lines of a SIP or RTSP message: those that somebody reads, by the name
 * that they are kept by, with their continuation lines, within bounds.
 */

import type { AlgOutput } from './alg.ts';
import { latin1 } from './latin1.ts';
import type { LineReader } from './line-reader.ts';

/** Bytes of a line, and of a header with its continuation lines; longer ones are not looked at. */
export const LINE_BYTES_MAX = 4096;
/** Headers of a message. Of those beyond, `Content-Length` alone is read. */
export const HEADERS_MAX = 256;
/** Characters of a message's headers that are kept. */
const KEPT_CHARS_MAX = 65_535;

const BLANK = 32;
const TAB = 9;
const COLON = 58;

/** Values of headers by name, each header line by itself. */
export type Headers = ReadonlyMap<string, readonly string[]>;

/** The head of one message. */
export class HeaderLines {
  private readonly names: ReadonlyMap<string, string>;
  private readonly output: Pick<AlgOutput, 'exceeded' | 'room'>;
  private headers = new Map<string, string[]>();
  private count = 0;
  private keptChars = 0;
  /** The header that may go on with the next line: the name it is kept by, or null. */
  private name: string | null = null;
  private value = '';

  /** @param names that the headers to keep may have, in lower case, to the name each is kept by */
  constructor(names: ReadonlyMap<string, string>, output: Pick<AlgOutput, 'exceeded' | 'room'>) {
    this.names = names;
    this.output = output;
  }

  /** Begins with another message; lets go of what was kept. */
  clear(): void {
    if (this.keptChars > 0) this.output.room(-this.keptChars);
    if (this.headers.size > 0) this.headers = new Map();
    this.count = 0;
    this.keptChars = 0;
    this.name = null;
  }

  /** Takes the line that was read last. */
  take(lines: LineReader): void {
    const first = lines.bytes[lines.from];
    // RFC 3261 §7.3.1: a line that begins with blanks goes on with the header before it.
    const goesOn = first === BLANK || first === TAB;
    if (!goesOn) this.keep();
    if (lines.isCut) this.drop();
    else if (!goesOn) this.begin(lines);
    else if (this.name !== null) {
      this.value += ` ${latin1(lines.bytes, lines.from, lines.to).trim()}`;
      if (this.value.length > LINE_BYTES_MAX) this.drop();
    }
  }

  /** What was kept. */
  end(): Headers {
    this.keep();
    return this.headers;
  }

  private begin({ bytes, from, to }: LineReader): void {
    this.count++;
    if (this.count === HEADERS_MAX + 1) this.output.exceeded('headers');
    const colon = bytes.subarray(0, to).indexOf(COLON, from);
    if (colon < 0) return;
    // RFC 3261 §7.3.1: blanks may stand before the colon.
    const name = this.names.get(latin1(bytes, from, colon).trim().toLowerCase());
    if (name === undefined) return;
    if (this.count > HEADERS_MAX && name !== 'content-length') return;
    this.name = name;
    this.value = latin1(bytes, colon + 1, to);
  }

  private drop(): void {
    this.output.exceeded('line');
    this.name = null;
  }

  private keep(): void {
    const { name } = this;
    this.name = null;
    if (name === null) return;
    const value = this.value.trim();
    const isTooLong = this.keptChars + value.length > KEPT_CHARS_MAX;
    if (isTooLong || !this.output.room(value.length)) {
      this.output.exceeded('message');
      return;
    }
    this.keptChars += value.length;
    const values = this.headers.get(name);
    if (values === undefined) this.headers.set(name, [value]);
    else values.push(value);
  }
}
