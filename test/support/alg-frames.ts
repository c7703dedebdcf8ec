/**
 * This file has the ALGs of SIP and RTSP read the control channels of a capture, without the engine,
 * and says what each frame makes them ask for; and what tshark reads in the same frames.
 */

import { spawnSync } from 'node:child_process';
import type { Alg, AlgOutput, AlgSide, IpWords, PredictRequest } from '../../src/alg/alg.ts';
import { RTSP } from '../../src/alg/rtsp.ts';
import { SIP } from '../../src/alg/sip.ts';
import { StreamBudget, TcpStream } from '../../src/stream/tcp-stream.ts';
import { OK } from '../../src/wire/decode-status.ts';
import { PacketView } from '../../src/wire/packet-view.ts';
import { payloadEnd, payloadSequence, payloadStart } from '../../src/wire/payload.ts';
import { addressText, endsOf } from './alg-log.ts';
import { attachFrame, captureFrames } from './capture-frames.ts';

const TCP = 6;
const UDP = 17;

/** A frame of a control channel as tshark reads it; lists are in the order of the fields. */
export interface ControlFrame {
  readonly frame: number;
  readonly kind: 'sip' | 'rtsp';
  readonly sdpAddresses: readonly string[];
  readonly sdpMedia: readonly string[];
  readonly sdpAttributes: readonly string[];
  /** Hosts of Contact headers. */
  readonly contacts: readonly string[];
  readonly transport: string;
  /** Of a datagram: its payload in hex, put together where it came in fragments. */
  readonly payload: string;
}

const FIELDS = [
  'frame.number',
  'frame.protocols',
  'sdp.connection_info.address',
  'sdp.media',
  'sdp.media_attr',
  'sip.contact.host',
  'rtsp.transport',
  'udp.payload',
];
const AGGREGATOR = '\x1f';

/** What tshark reads of SIP, RTSP and SDP in a capture. */
export function tsharkControls(path: string): ControlFrame[] {
  const fields = FIELDS.flatMap((field) => ['-e', field]);
  const options = ['-n', '-r', path, '-Y', 'sip||rtsp', '-T', 'fields'];
  const run = spawnSync('tshark', [...options, '-E', `aggregator=${AGGREGATOR}`, ...fields], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const cells = line.split('\t');
      const list = (i: number) => (cells[i] ?? '').split(AGGREGATOR).filter((text) => text !== '');
      return {
        frame: Number(cells[0]),
        kind: (cells[1] ?? '').includes('rtsp') ? 'rtsp' : 'sip',
        sdpAddresses: list(2),
        sdpMedia: list(3),
        sdpAttributes: list(4),
        contacts: list(5),
        transport: list(6)[0] ?? '',
        payload: list(7)[0] ?? '',
      };
    });
}

/** A request and the end that it opens. */
export interface FrameRequest extends PredictRequest {
  readonly host: string;
}

/** What one frame made an ALG say. */
export interface FrameSays {
  /** Seconds since 1970. */
  readonly time: number;
  readonly requests: FrameRequest[];
  readonly withdrawn: string[];
}

/** One control session. */
class Control {
  readonly source: string;
  private readonly alg: Alg;
  private readonly streams: (TcpStream | null)[] = [null, null];

  constructor(view: PacketView, kind: 'sip' | 'rtsp', now: () => FrameSays) {
    const [source, destination] = endsOf(view);
    const output: AlgOutput = {
      predict: (request) => {
        const { address, side } = request.to;
        const own = side === 0 ? source : destination;
        if (address === null) expectNever('an end without address');
        now().requests.push({ ...request, host: addressText(address === 'own' ? own : address) });
      },
      withdraw: (group) => void now().withdrawn.push(group),
      blind: () => expectNever('blind'),
      exceeded: (limit) => expectNever(`exceeded ${limit}`),
      room: () => true,
      keep: () => true,
    };
    this.source = endText(source, view.sport);
    const { protocol, sport, dport } = view;
    const session = { protocol, source, destination, sport, dport };
    this.alg = (kind === 'sip' ? SIP : RTSP).begin(session, output);
  }

  take(view: PacketView): void {
    const side = this.sideOf(view);
    const from = payloadStart(view);
    const to = payloadEnd(view);
    if (view.protocol === UDP) this.alg.read(side, view.bytes, from, to);
    else {
      const sequence = payloadSequence(view);
      const stream = this.streams[side] ?? this.stream(side, sequence);
      stream.take(sequence, view.bytes, from, to, view.payloadLength);
    }
  }

  /** A datagram that came in fragments. */
  takeWhole(view: PacketView, payload: Uint8Array): void {
    this.alg.read(this.sideOf(view), payload, 0, payload.length);
  }

  private sideOf(view: PacketView): AlgSide {
    return endText(endsOf(view)[0], view.sport) === this.source ? 0 : 1;
  }

  private stream(side: AlgSide, sequence: number): TcpStream {
    const read = (bytes: Uint8Array, from: number, to: number) => {
      this.alg.read(side, bytes, from, to);
      return true;
    };
    const stream = new TcpStream(sequence, { read }, new StreamBudget(1 << 24));
    this.streams[side] = stream;
    return stream;
  }
}

/** What each frame of a capture's control channels makes the ALGs say, by frame number. */
export async function algSays(
  path: string,
  controls: readonly ControlFrame[],
): Promise<Map<number, FrameSays>> {
  const capture = await captureFrames(path);
  const { frames } = capture;
  const known = new Map(controls.map((control) => [control.frame, control]));
  const view = new PacketView();
  const attach = (index: number) => attachFrame(view, capture, index);
  const kinds = new Map<string, 'sip' | 'rtsp'>();
  for (const { frame, kind } of controls) {
    // The last fragment of a datagram has no ports: its first one tells them.
    if (attach(frame - 1) === OK) kinds.set(keyOf(view), kind);
  }
  const said = new Map<number, FrameSays>();
  let now: FrameSays = { time: 0, requests: [], withdrawn: [] };
  const sessions = new Map<string, Control>();
  const firsts = new Map<number, Control>();
  for (let i = 0; i < frames.length; i++) {
    const { second, nanosecond } = frames[i]!;
    now = { time: second + nanosecond / 1e9, requests: [], withdrawn: [] };
    const isReadable = attach(i) === OK;
    const isFragment = view.isFragment;
    const kind = isReadable ? kinds.get(keyOf(view)) : undefined;
    if (kind !== undefined && (view.protocol === TCP || view.protocol === UDP)) {
      const key = keyOf(view);
      const session = sessions.get(key) ?? new Control(view, kind, () => now);
      sessions.set(key, session);
      if (isFragment) firsts.set(view.fragmentId, session);
      else session.take(view);
    }
    const control = known.get(i + 1);
    if (isFragment && control !== undefined) {
      const session = firsts.get(view.fragmentId);
      session?.takeWhole(view, Buffer.from(control.payload, 'hex'));
    }
    if (now.requests.length + now.withdrawn.length > 0) said.set(i + 1, now);
  }
  return said;
}

function expectNever(what: string): never {
  throw new Error(`a real capture: ${what}`);
}

function endText(address: IpWords, port: number): string {
  return `${addressText(address)}:${port}`;
}

/** The same for both directions. */
function keyOf(view: PacketView): string {
  const [source, destination] = endsOf(view);
  const ends = [endText(source, view.sport), endText(destination, view.dport)].sort();
  return `${view.protocol} ${ends.join(' ')}`;
}
