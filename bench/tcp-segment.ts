/**
 * This file writes TCP segments of a bench flow and keeps both ends' numbers, so that every
 * sequence number lies in the window that the other end advertised and every ACK acknowledges what
 * was sent.
 */
import type { Content, FrameTemplate } from './frame.ts';
import type { PcapWriter } from './pcap-writer.ts';

/** TCP flag bits. */
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

const NO_OPERATION = 1;
const NO_PAYLOAD = new Uint8Array(0);
const WINDOW_FIRST = 64_240;
const WINDOW_SCALE = 7;
/** Advertised window after the handshake (shifted by WINDOW_SCALE) and where its growth ends. */
const WINDOW_SCALED_FIRST = 502;
const WINDOW_SCALED_MAX = 3_000;

/** One end of a TCP flow. */
export interface TcpEnd {
  readonly template: FrameTemplate;
  readonly port: number;
  /** Next sequence number to send. */
  next: number;
  /** Window field of the next segment. */
  window: number;
  /** Value of the timestamp option at time 0, and the one last sent. */
  readonly clock: number;
  lastClock: number;
}

/** A new end; `random` is 32 random bits, for the initial sequence number. */
export function makeTcpEnd(template: FrameTemplate, port: number, random: number): TcpEnd {
  const clock = Math.imul(random, 0x9e3779b1) >>> 2;
  return { template, port, next: random >>> 0, window: WINDOW_FIRST, clock, lastClock: 0 };
}

/** Which options the two ends agreed on. */
export interface TcpOptions {
  readonly timestamps: boolean;
  readonly windowScale: boolean;
}

/** Writes segments between two ends; `next` and the windows advance as it does. */
export class TcpWire {
  /** Payload bytes of a full segment. */
  readonly segmentBytesMax: number;
  private readonly writer: PcapWriter;
  private readonly options: TcpOptions;

  constructor(writer: PcapWriter, options: TcpOptions, isIpv6: boolean) {
    this.writer = writer;
    this.options = options;
    this.segmentBytesMax = (isIpv6 ? 1440 : 1460) - (options.timestamps ? 12 : 0);
  }

  /** Sends one segment of `length` payload bytes, of which `payload` is as much as is captured. */
  send(time: number, from: TcpEnd, to: TcpEnd, segment: Segment): void {
    const { flags, length } = segment;
    const isSyn = (flags & SYN) !== 0;
    const header = isSyn ? 40 : this.options.timestamps ? 32 : 20;
    const at = from.template.start(this.writer, time, header + length);
    const view = this.writer.view;
    view.setUint16(at, from.port);
    view.setUint16(at + 2, to.port);
    view.setUint32(at + 4, from.next);
    if ((flags & ACK) !== 0) view.setUint32(at + 8, to.next);
    view.setUint8(at + 12, (header / 4) << 4);
    view.setUint8(at + 13, flags);
    view.setUint16(at + 14, (flags & RST) !== 0 ? 0 : from.window);
    if (header > 20) this.writeOptions(at + 20, time, from, to, isSyn);
    if (length > 0) from.template.payload(this.writer, at, header, segment);
    from.next = (from.next + length + (flags & 1) + (isSyn ? 1 : 0)) >>> 0;
    if (!this.options.windowScale) return;
    // A SYN's window is not scaled; the later ones only grow, so the right edge never recedes.
    if (isSyn) from.window = WINDOW_SCALED_FIRST;
    else if (from.window < WINDOW_SCALED_MAX) from.window += 1;
  }

  /** Sends a segment again, as a sender does that missed the ACK; `from.next` must be past it. */
  resend(time: number, from: TcpEnd, to: TcpEnd, segment: Segment): void {
    const { next, window } = from;
    const isSyn = (segment.flags & SYN) !== 0;
    from.next = (next - segment.length - (isSyn ? 1 : 0)) >>> 0;
    if (isSyn) from.window = WINDOW_FIRST;
    this.send(time, from, to, segment);
    from.next = next;
    from.window = window;
  }

  private writeOptions(at: number, time: number, from: TcpEnd, to: TcpEnd, isSyn: boolean): void {
    const { bytes, view } = this.writer;
    const { timestamps, windowScale } = this.options;
    // A SYN carries 20 bytes: MSS, SACK permitted, timestamps, window scale; others carry 12.
    const stamps = isSyn ? at + 6 : at + 2;
    bytes.fill(NO_OPERATION, at, isSyn ? at + 20 : at + 12);
    if (isSyn) {
      const segment = this.segmentBytesMax + (timestamps ? 12 : 0);
      bytes.set([2, 4, segment >>> 8, segment & 0xff, 4, 2], at);
      if (windowScale) bytes.set([3, 3, WINDOW_SCALE], at + 17);
    }
    if (!timestamps) return;
    from.lastClock = (from.clock + Math.floor(time / 1000)) >>> 0;
    view.setUint16(stamps, 0x080a);
    view.setUint32(stamps + 2, from.lastClock);
    view.setUint32(stamps + 6, to.lastClock);
  }
}

/** A segment to send. */
export interface Segment extends Content {
  readonly flags: number;
}

/** A segment without payload. */
export function bare(flags: number): Segment {
  return { flags, length: 0, payload: NO_PAYLOAD };
}
