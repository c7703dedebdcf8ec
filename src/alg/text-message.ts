/**
 * This file cuts what one side sends into messages as SIP and RTSP have them: a start line, headers, an
 * empty line, and a body as long as `Content-Length` says (RFC 3261 §7 and §18.3, RFC 7826 §5).
 *
 * A stream's messages may be cut anywhere. What is no message is passed over line by line to the next
 * start line, which is also how reading goes on after a gap.
 */

import type { AlgOutput } from './alg.ts';
import { HeaderLines, LINE_BYTES_MAX } from './header-lines.ts';
import { latin1 } from './latin1.ts';
import { LineReader } from './line-reader.ts';

/** Bytes of a body that somebody reads; of a longer one nothing is read. */
export const BODY_BYTES_MAX = 65_535;

/** Room for the first bytes of a body that lies in several pieces; it doubles. */
const BODY_BYTES_FIRST = 2048;
const DOLLAR = 36;
const FRAME_HEADER_BYTES = 4;

/** A request or a response. */
export interface TextMessage {
  /** Of a request; empty in a response. */
  readonly method: string;
  /** What a request is about. */
  readonly target: string;
  /** Of a response; 0 in a request. */
  readonly status: number;
  /** Values of the headers that were asked for, by name, each line by itself. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Valid during the call only. Empty where there is none, or nobody wants it, or it is not whole. */
  readonly body: Uint8Array;
}

/** What a protocol's messages look like. */
export interface MessageForm {
  /** Of the start line: `SIP/2.0`. */
  readonly versions: readonly string[];
  /** The headers to keep: the names they may have, in lower case, to the name they are kept by. */
  readonly headers: ReadonlyMap<string, string>;
  /** Whether frames of binary data may stand between messages (RFC 7826 §14). */
  readonly hasFrames: boolean;
  /** Whether a body of this `Content-Type` is wanted. */
  readonly wantsBody: (contentType: string) => boolean;
}

type State = 'start' | 'head' | 'body' | 'frame' | 'over';

const NOTHING = new Uint8Array(0);

/** Reads the messages of one side. */
export class MessageReader {
  private readonly form: MessageForm;
  private readonly isStream: boolean;
  private readonly output: Pick<AlgOutput, 'exceeded' | 'room'>;
  private readonly take: (message: TextMessage) => void;
  private readonly lines = new LineReader(LINE_BYTES_MAX);
  private readonly headers: HeaderLines;

  private state: State = 'start';
  /** A line began in an earlier piece. */
  private isLineBegun = false;
  /** What is read belongs to no message: lines are looked at, but not complained of. */
  private isLost = false;
  private method = '';
  private target = '';
  private status = 0;
  /** Bytes to come: of a body, of what is passed over. */
  private left = 0;
  private body = NOTHING;
  private bodyBytes = 0;
  private frameBytes = 0;

  constructor(
    form: MessageForm,
    isStream: boolean,
    output: Pick<AlgOutput, 'exceeded' | 'room'>,
    take: (message: TextMessage) => void,
  ) {
    this.form = form;
    this.isStream = isStream;
    this.output = output;
    this.take = take;
    this.headers = new HeaderLines(form.headers, output);
  }

  /** Takes the next bytes of a stream, or one datagram. */
  read(bytes: Uint8Array, from: number, to: number): void {
    if (!this.isStream) this.restart();
    let at = from;
    while (at < to) {
      if (this.state === 'start') at = this.readStart(bytes, at, to);
      else if (this.state === 'head') at = this.readHead(bytes, at, to);
      else if (this.state === 'body') at = this.readBody(bytes, at, to);
      else if (this.state === 'frame') at = this.readFrame(bytes, at);
      else at = this.passOver(at, to);
    }
    this.lines.letGo();
  }

  /** Bytes are missing: the message that was half read is thrown away. */
  gap(): void {
    this.restart();
    this.isLost = true;
  }

  private restart(): void {
    this.lines.clear();
    this.isLineBegun = false;
    this.isLost = false;
    this.headers.clear();
    this.begin('start');
  }

  private begin(state: State): void {
    this.state = state;
    if (this.body.length > 0) this.output.room(-this.body.length);
    this.body = NOTHING;
    this.bodyBytes = 0;
  }

  private readStart(bytes: Uint8Array, from: number, to: number): number {
    const { lines } = this;
    const canBeFrame = this.form.hasFrames && !this.isLost && !this.isLineBegun;
    if (canBeFrame && bytes[from] === DOLLAR) {
      this.state = 'frame';
      this.frameBytes = 0;
      this.left = 0;
      return from;
    }
    const next = lines.next(bytes, from, to);
    this.isLineBegun = next < 0;
    if (next < 0) return to;
    // RFC 3261 §7.5: empty lines before a message mean nothing; they keep paths alive (RFC 5626 §3.5.1).
    if (lines.from === lines.to) return next;
    if (lines.isCut && !this.isLost) this.output.exceeded('line');
    if (!lines.isCut && this.isStartLine(latin1(lines.bytes, lines.from, lines.to))) {
      this.isLost = false;
      this.headers.clear();
      this.state = 'head';
      return next;
    }
    this.isLost = true;
    return this.isStream ? next : to;
  }

  private isStartLine(line: string): boolean {
    const first = line.indexOf(' ');
    const last = line.lastIndexOf(' ');
    if (first <= 0) return false;
    const head = line.slice(0, first);
    if (this.form.versions.includes(head)) {
      const status = /^(\d{3})(?: |$)/.exec(line.slice(first + 1));
      this.method = '';
      this.target = '';
      this.status = Number(status?.[1] ?? 0);
      return this.status >= 100;
    }
    this.method = head;
    this.target = line.slice(first + 1, last).trim();
    this.status = 0;
    return last > first && this.form.versions.includes(line.slice(last + 1));
  }

  private readHead(bytes: Uint8Array, from: number, to: number): number {
    const { lines } = this;
    const next = lines.next(bytes, from, to);
    if (next < 0) return to;
    if (lines.from === lines.to) return this.beginBody(bytes, next, to);
    this.headers.take(lines);
    return next;
  }

  /** The head has ended. */
  private beginBody(bytes: Uint8Array, from: number, to: number): number {
    const values = this.headers.end();
    const text = values.get('content-length')?.[0];
    const said = text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
    const isWanted = this.form.wantsBody(values.get('content-type')?.[0] ?? '');
    if (!this.isStream) {
      // RFC 3261 §18.3: without a length the body ends with the datagram; what lies behind it is
      // thrown away; a datagram that is shorter than its length is an error.
      const end = said === null ? to : from + said;
      this.handOver(isWanted && end <= to ? bytes.subarray(from, end) : NOTHING);
      return to;
    }
    // RFC 3261 §20.14: over a stream the length must be there. Without it the next start line counts.
    const length = said ?? 0;
    const isTooLong = isWanted && length > BODY_BYTES_MAX;
    if (isTooLong) this.output.exceeded('message');
    this.left = length;
    if (isWanted && !isTooLong && length > 0) {
      this.state = 'body';
      return from;
    }
    this.handOver(NOTHING);
    if (length > 0) this.state = 'over';
    return from;
  }

  private readBody(bytes: Uint8Array, from: number, to: number): number {
    const end = Math.min(to, from + this.left);
    this.left -= end - from;
    if (this.bodyBytes === 0 && this.left === 0) {
      this.handOver(bytes.subarray(from, end));
      return end;
    }
    if (!this.keepBody(bytes.subarray(from, end))) {
      this.output.exceeded('message');
      this.handOver(NOTHING);
      if (this.left > 0) this.state = 'over';
    } else if (this.left === 0) this.handOver(this.body.subarray(0, this.bodyBytes));
    return end;
  }

  /** Keeps a part of a body; false where there is no room for it. */
  private keepBody(part: Uint8Array): boolean {
    const bytes = this.bodyBytes + part.length;
    if (bytes > this.body.length) {
      const room = Math.max(BODY_BYTES_FIRST, 2 * this.body.length, bytes);
      if (!this.output.room(room - this.body.length)) return false;
      const larger = new Uint8Array(room);
      larger.set(this.body.subarray(0, this.bodyBytes));
      this.body = larger;
    }
    this.body.set(part, this.bodyBytes);
    this.bodyBytes = bytes;
    return true;
  }

  /** RFC 7826 §14: a dollar sign, the channel, and the length of what follows. */
  private readFrame(bytes: Uint8Array, from: number): number {
    this.frameBytes++;
    if (this.frameBytes > 2) this.left = this.left * 256 + (bytes[from] ?? 0);
    if (this.frameBytes === FRAME_HEADER_BYTES) this.state = this.left > 0 ? 'over' : 'start';
    return from + 1;
  }

  private passOver(from: number, to: number): number {
    const bytes = Math.min(this.left, to - from);
    this.left -= bytes;
    if (this.left === 0) this.state = 'start';
    return from + bytes;
  }

  private handOver(body: Uint8Array): void {
    const { method, target, status } = this;
    this.begin('start');
    this.take({ method, target, status, headers: this.headers.end(), body });
    this.headers.clear();
  }
}
