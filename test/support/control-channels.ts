/**
 * This file has the ALGs of FTP and TFTP read the control channels of a capture (ports 21 and 69), without
 * the replay: what they say is written down with the frame in which they said it.
 */

import { FTP } from '../../src/alg/ftp.ts';
import { TFTP } from '../../src/alg/tftp.ts';
import { PROTO_TCP, PROTO_UDP } from '../../src/net/protocol.ts';
import { StreamBudget, TcpStream } from '../../src/stream/tcp-stream.ts';
import { OK } from '../../src/wire/decode-status.ts';
import { PacketView } from '../../src/wire/packet-view.ts';
import { payloadEnd, payloadSequence, payloadStart } from '../../src/wire/payload.ts';
import { TCP_SYN } from '../../src/wire/tcp.ts';
import { AlgLog, addressText, algSession, endsOf } from './alg-log.ts';
import { attachFrame, captureFrames } from './capture-frames.ts';

const KINDS = [
  { kind: FTP, protocol: PROTO_TCP, port: 21 },
  { kind: TFTP, protocol: PROTO_UDP, port: 69 },
];
const SYN_ACK = 0x12;

/** What an ALG said in one frame. */
export interface Said {
  readonly frame: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly client: string;
  readonly server: string;
  readonly text: string;
}

/** Everything that the ALGs say, in order. */
export async function controlChannels(path: string): Promise<Said[]> {
  const said: Said[] = [];
  const channels = new Map<string, Channel>();
  const budget = new StreamBudget(1 << 20);
  const capture = await captureFrames(path);
  const view = new PacketView();
  for (let i = 0; i < capture.frames.length; i++) {
    const { second, nanosecond } = capture.frames[i]!;
    const status = attachFrame(view, capture, i);
    const found = KINDS.find(
      ({ protocol, port }) =>
        protocol === view.protocol && (port === view.dport || port === view.sport),
    );
    if (status !== OK || found === undefined) continue;
    const side = view.dport === found.port ? 0 : 1;
    const ends = [endsOf(view).map(addressText), [view.sport, view.dport]].map((pair) =>
      side === 0 ? pair : pair.toReversed(),
    ) as [[string, string], [number, number]];
    const key = ends.join();
    const isFirst = view.protocol === PROTO_TCP && (view.tcpFlags & SYN_ACK) === TCP_SYN;
    const [[client, server], [sport, dport]] = ends;
    let channel = channels.get(key);
    if (channel === undefined || isFirst) {
      const session = algSession(client, sport, server, dport, view.protocol);
      channel = new Channel(new AlgLog(found.kind, session), budget);
      channels.set(key, channel);
    }
    for (const text of channel.take(side, view)) {
      said.push({ frame: i + 1, time: second + nanosecond / 1e9, client, server, text });
    }
  }
  return said;
}

/** One session's ALG, and for TCP the streams that it reads. */
class Channel {
  private readonly log: AlgLog;
  private readonly budget: StreamBudget;
  private readonly streams: [TcpStream | null, TcpStream | null] = [null, null];

  constructor(log: AlgLog, budget: StreamBudget) {
    this.log = log;
    this.budget = budget;
  }

  /** @returns what the packet made it say */
  take(side: 0 | 1, view: PacketView): string[] {
    const before = this.log.said.length;
    const from = payloadStart(view);
    const to = payloadEnd(view);
    if (view.protocol === PROTO_UDP) this.log.read(side, view.bytes.subarray(from, to));
    else {
      const first = payloadSequence(view);
      const stream = this.streams[side] ?? this.open(side, first);
      this.streams[side] = stream;
      stream.take(first, view.bytes, from, to, view.payloadLength);
    }
    return this.log.said.slice(before);
  }

  private open(side: 0 | 1, first: number): TcpStream {
    const read = (bytes: Uint8Array, from: number, to: number): boolean => {
      this.log.read(side, bytes.subarray(from, to));
      return true;
    };
    return new TcpStream(first, { read }, this.budget);
  }
}
