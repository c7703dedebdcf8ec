/**
 * This file is the ALG of H.323: in H.225.0 call signalling one side says where it waits for H.245
 * (h.225), in H.245 both say where they wait for media and RTCP (h.245); fast connect and tunnelling bring
 * what is of H.245 in the first one (panos.md §6.2). Both come over TCP in TPKT (RFC 1006 §6).
 *
 * An end that a message names is its sender's: there it receives. Gatekeepers that route the signalling
 * are not supported by the firewall either (panos.md §6.1), and RAS is not read.
 */

import { PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import type { Alg, AlgKind, AlgOutput, AlgSide } from './alg.ts';
import { FramedReader, type Framing } from './framed-reader.ts';
import { H225_PARTS_MAX, Q931_TYPES, RELEASE_COMPLETE, readH225 } from './h225-message.ts';
import { type H245End, type H245Message, readH245, readOpen } from './h245-message.ts';
import { isUnicast, writeIp } from './ip-text.ts';
import { PerReader } from './per-reader.ts';

/** Bytes of a message that are read. */
export const H323_MESSAGE_BYTES_MAX = 4096;
/** Channels of a session that can be withdrawn; the oldest is forgotten. */
export const H323_CHANNELS_MAX = 64;

const TPKT_VERSION = 3;
const TPKT_BYTES = 4;
const FRAMING: Framing = {
  headerBytes: TPKT_BYTES,
  bytesMax: H323_MESSAGE_BYTES_MAX,
  lengthOf: (bytes) => (bytes[0] === TPKT_VERSION ? lengthOf(bytes) : 0),
};
/** Groups of what is announced. */
const CONTROL = 'h245';
const FAST = 'fastStart';

const CAUSES: Readonly<Record<H245Message['kind'], string>> = {
  open: 'OpenLogicalChannel',
  ack: 'OpenLogicalChannelAck',
  reject: 'OpenLogicalChannelReject',
  close: 'CloseLogicalChannel',
  end: 'EndSession',
};

class H323Alg implements Alg {
  private readonly output: AlgOutput;
  private readonly isH245: boolean;
  /** null where the messages of all sessions leave no room for those of this one. */
  private readonly readers: readonly [FramedReader, FramedReader] | null;
  private readonly channels = new Set<string>();

  constructor(output: AlgOutput, isH245: boolean) {
    this.output = output;
    this.isH245 = isH245;
    const isRoom = output.room(2 * H323_MESSAGE_BYTES_MAX);
    this.readers = isRoom ? [new FramedReader(FRAMING), new FramedReader(FRAMING)] : null;
    if (!isRoom) output.exceeded('message');
  }

  read(side: AlgSide, bytes: Uint8Array, from: number, to: number): void {
    const reader = this.readers?.[side];
    if (reader === undefined) return;
    for (let at = reader.next(bytes, from, to); at >= 0; at = reader.next(bytes, at, to)) {
      const { message } = reader;
      if (lengthOf(message) > H323_MESSAGE_BYTES_MAX) this.output.exceeded('message');
      else if (this.isH245)
        this.takeControl(side, new PerReader(message, TPKT_BYTES, message.length));
      else this.takeSignalling(side, message);
    }
  }

  gap(side: AlgSide): void {
    this.readers?.[side].clear();
  }

  private takeSignalling(side: AlgSide, message: Uint8Array): void {
    const read = readH225(message, TPKT_BYTES, () => this.output.exceeded('media-lines'));
    if (read === null) return;
    const { type, h245, fastStart, tunnelled } = read;
    const cause = Q931_TYPES.get(type) ?? '';
    if (h245 !== null && canReach(h245)) {
      this.output.predict({
        application: 'h.245',
        protocol: PROTO_TCP,
        from: { side: otherSide(side), address: 'own', port: 0 },
        to: { side, ...h245 },
        cause,
        triggeredBy: side,
        group: this.remember(CONTROL),
      });
    }
    const opened = fastStart.map(readOpen).filter((open) => open !== null);
    if (opened.length > 0) this.predictEnds(side, opened, `${cause} fastStart`, FAST);
    for (const one of tunnelled) this.takeControl(side, one);
    if (type === RELEASE_COMPLETE) this.withdrawAll(cause);
  }

  private takeControl(side: AlgSide, per: PerReader): void {
    const message = readH245(per);
    if (message === null) return;
    const { kind, channel } = message;
    // A channel is its opener's, whoever says something of it.
    const opener = kind === 'open' || kind === 'close' ? side : otherSide(side);
    const group = `channel ${opener} ${channel}`;
    if (kind === 'end') this.withdrawAll(CAUSES.end);
    else if (kind === 'open' || kind === 'ack')
      this.predictEnds(side, [message], CAUSES[kind], group);
    else if (this.forget(group)) this.output.withdraw(group, CAUSES[kind]);
  }

  /** Several proposals of fast connect may name one end: it is announced once. */
  private predictEnds(
    side: AlgSide,
    messages: readonly H245Message[],
    cause: string,
    group: string,
  ): void {
    const said = new Set<string>();
    const predict = (application: string, end: H245End | null) => {
      if (end === null || !canReach(end) || said.size > 2 * H225_PARTS_MAX) return;
      const name = `${application} ${writeIp(end.address)} ${end.port}`;
      if (said.has(name)) return;
      said.add(name);
      this.output.predict({
        application,
        protocol: PROTO_UDP,
        from: { side: otherSide(side), address: null, port: 0 },
        to: { side, ...end },
        cause,
        triggeredBy: side,
        group: this.remember(group),
      });
    };
    for (const { ends } of messages) {
      for (const { media, control } of ends) {
        predict('rtp-base', media);
        predict('rtcp', control);
      }
    }
  }

  /** Notes a group, so that it can be withdrawn. */
  private remember(group: string): string {
    if (this.channels.has(group) || !this.output.keep(1)) return group;
    this.channels.add(group);
    if (this.channels.size > H323_CHANNELS_MAX) {
      const [oldest = ''] = this.channels;
      this.forget(oldest);
      this.output.exceeded('calls');
    }
    return group;
  }

  private forget(group: string): boolean {
    const isKnown = this.channels.delete(group);
    if (isKnown) this.output.keep(-1);
    return isKnown;
  }

  private withdrawAll(cause: string): void {
    for (const group of [...this.channels]) {
      this.forget(group);
      this.output.withdraw(group, cause);
    }
  }
}

/** Of a message with its header. */
function lengthOf(bytes: Uint8Array): number {
  return ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
}

function canReach({ address, port }: H245End): boolean {
  return port !== 0 && isUnicast(address);
}

function otherSide(side: AlgSide): AlgSide {
  return side === 0 ? 1 : 0;
}

/** H.225.0 call signalling. */
export const H225: AlgKind = {
  application: 'h.225',
  begin: (_, output) => new H323Alg(output, false),
};

/** H.245, of a connection of its own. */
export const H245: AlgKind = {
  application: 'h.245',
  begin: (_, output) => new H323Alg(output, true),
};
