/**
 * This file is a plain NAT gateway: it makes of a capture what its frames would look like on both sides
 * of a firewall that translates, and knows which sent packet is which received one.
 *
 * Private addresses are inside. What a conversation from inside sends out has the address POOL, and its
 * port unless another has it; DOOR is one inside host's public address. ICMP errors, fragments and other
 * protocols are not translated, and not passed on between the sides. Checksums are left as they are.
 */

import { PacketView } from '../../src/wire/packet-view.ts';
import type { CaptureFrames } from './capture-frames.ts';
import type { PlayFrame } from './play.ts';

export const POOL = '100.64.99.1';
export const DOOR = '100.64.99.80';

export const INSIDE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'];

/** Bytes of the IP packet of a frame, from a raw IP link, and whether all of it can be translated. */
interface Packet {
  readonly bytes: Buffer;
  readonly originalLength: number;
  /** A conversation's protocol and ends; null where it is not translated. */
  readonly ends: Ends | null;
}

interface Ends {
  readonly protocol: number;
  readonly source: string;
  readonly sport: number;
  readonly destination: string;
  readonly dport: number;
}

/** Frames of stages `receive` and `transmit` of one raw IP interface, by time. */
export interface TwoSides {
  readonly frames: readonly PlayFrame[];
  /** By the number of a transmitted frame the number of the one that it is a copy of. */
  readonly truth: ReadonlyMap<number, number>;
  /** The inside host behind DOOR. */
  readonly host: string;
  /** Copies with other addresses or ports than their originals. */
  readonly translated: number;
}

const RECEIVE = 1;
const TRANSMIT = 3;
/** A copy is this much later than its packet; of every seventh so much earlier, ns. */
const LATER = 20_000;
const EARLIER = -5_000;

interface Timed {
  readonly ns: bigint;
  readonly frame: PlayFrame;
  /** Place of the capture's frame that it was made of. */
  readonly of: number;
}

/** Both sides of a capture. */
export function twoSides({ frames, interfaces }: CaptureFrames): TwoSides {
  const packets = frames.map((frame) =>
    packetOf(frame, interfaces[frame.interfaceIndex]!.linkType),
  );
  const gateway = new Gateway(packets.flatMap((packet) => packet?.ends ?? []));
  const all: Timed[] = [];
  let translated = 0;
  packets.forEach((packet, of) => {
    if (packet === null) return;
    const { received, sent } = gateway.pass(packet);
    const ns = BigInt(frames[of]!.second) * 1_000_000_000n + BigInt(frames[of]!.nanosecond);
    all.push(timed(ns, received, packet, RECEIVE, of));
    if (sent === null) return;
    all.push(timed(ns + BigInt(of % 7 === 6 ? EARLIER : LATER), sent, packet, TRANSMIT, of));
    if (!sent.subarray(12, 24).equals(received.subarray(12, 24))) translated++;
  });
  // Stable: what came first at one time stays first.
  all.sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0));
  const receivedAt = new Map<number, number>();
  const sentAt = new Map<number, number>();
  all.forEach(({ frame, of }, at) => {
    (frame.stage === RECEIVE ? receivedAt : sentAt).set(of, at + 1);
  });
  const truth = new Map([...sentAt].map(([of, number]) => [number, receivedAt.get(of)!]));
  return { frames: all.map(({ frame }) => frame), truth, host: gateway.host, translated };
}

function timed(ns: bigint, bytes: Buffer, packet: Packet, stage: number, of: number): Timed {
  const second = Number(ns / 1_000_000_000n);
  const nanosecond = Number(ns % 1_000_000_000n);
  return {
    ns,
    of,
    frame: { second, nanosecond, bytes, originalLength: packet.originalLength, stage },
  };
}

const view = new PacketView();

/** The IP packet of a frame; null where none is decoded. */
function packetOf(frame: PlayFrame, linkType: number): Packet | null {
  const { bytes, originalLength = bytes.length } = frame;
  if (view.attach(bytes, 0, bytes.length, originalLength, linkType, 0) !== 0) return null;
  const start = view.networkOffset;
  const ip = Buffer.from(bytes.subarray(start, Math.min(view.ipEnd, bytes.length)));
  return { bytes: ip, originalLength: Math.max(view.ipEnd - start, ip.length), ends: endsOf(ip) };
}

/** RFC 791 §3.1, RFC 792, RFC 9293 §3.1, RFC 768: the ends of a whole IPv4 packet. */
function endsOf(ip: Buffer): Ends | null {
  if (ip[0]! >> 4 !== 4 || (ip.readUInt16BE(6) & 0x3fff) !== 0) return null;
  const transport = 4 * (ip[0]! & 15);
  const protocol = ip[9]!;
  const source = [...ip.subarray(12, 16)].join('.');
  const destination = [...ip.subarray(16, 20)].join('.');
  if (protocol === 1) {
    const type = ip[transport]!;
    if (type !== 0 && type !== 8) return null;
    const id = ip.readUInt16BE(transport + 4);
    return { protocol, source, sport: id, destination, dport: id };
  }
  if (protocol !== 6 && protocol !== 17) return null;
  const sport = ip.readUInt16BE(transport);
  return { protocol, source, sport, destination, dport: ip.readUInt16BE(transport + 2) };
}

/** Whether an address is in INSIDE. */
export function isInside(address: string): boolean {
  const [a, b] = address.split('.').map(Number) as [number, number];
  const isClassB = a === 172 && b >= 16 && b < 32;
  return a === 10 || isClassB || (a === 192 && b === 168) || (a === 169 && b === 254);
}

class Gateway {
  /** The inside host behind DOOR: the first that is called from outside. */
  readonly host: string;
  /** By what is seen on one side what is seen on the other. */
  private readonly outward = new Map<string, Ends>();
  private readonly inward = new Map<string, Ends>();
  /** By protocol and port of POOL, whose it is. */
  private readonly ports = new Map<string, string>();

  constructor(all: readonly Ends[]) {
    const called = all.find((ends) => !isInside(ends.source) && isInside(ends.destination));
    this.host = called?.destination ?? '10.99.99.99';
  }

  /** What the firewall received and sent of a packet of the inside's view; `sent` null for nothing. */
  pass({ bytes, ends }: Packet): { received: Buffer; sent: Buffer | null } {
    const isLast = bytes[bytes[0]! >> 4 === 4 ? 8 : 7]! <= 1;
    if (bytes[0]! >> 4 !== 4) {
      const isPassed = !isLast && !isLinkScoped6(bytes);
      return { received: bytes, sent: isPassed ? older(bytes) : null };
    }
    const [from, to] = [12, 16].map((at) => [...bytes.subarray(at, at + 4)].join('.'));
    const isOut = isInside(from!) && !isInside(to!);
    const isIn = !isInside(from!) && isInside(to!);
    // Broadcast and multicast go no farther, and nothing does whose time is over.
    const isKept = isLast || Number.parseInt(to!, 10) >= 224;
    if (isKept || (ends === null && (isOut || isIn))) return { received: bytes, sent: null };
    if (ends === null || !(isOut || isIn)) return { received: bytes, sent: older(bytes) };
    const known = (isOut ? this.outward : this.inward).get(keyOf(ends));
    const other = known ?? (isOut ? this.begin(ends) : this.beginOutside(ends));
    const outside = moved(bytes, other);
    return isOut
      ? { received: bytes, sent: older(outside) }
      : { received: outside, sent: older(bytes) };
  }

  private begin(ends: Ends): Ends {
    const owner = `${ends.source}:${ends.sport}`;
    let { sport } = ends;
    const isTaken = () => (this.ports.get(`${ends.protocol}:${sport}`) ?? owner) !== owner;
    while (isTaken()) sport = sport === 65_535 ? 1024 : sport + 1;
    this.ports.set(`${ends.protocol}:${sport}`, owner);
    const dport = ends.protocol === 1 ? sport : ends.dport;
    return this.know(ends, { ...ends, source: POOL, sport, dport });
  }

  /** @param ends of a packet from outside, as the inside sees it */
  private beginOutside(ends: Ends): Ends {
    const isDoor = ends.destination === this.host;
    const outside = { ...ends, destination: isDoor ? DOOR : ends.destination };
    this.know(turned(ends), turned(outside));
    return outside;
  }

  /** Both as a packet from inside has them. */
  private know(inside: Ends, outside: Ends): Ends {
    this.outward.set(keyOf(inside), outside);
    this.inward.set(keyOf(turned(inside)), turned(outside));
    return outside;
  }
}

/** RFC 4291 §2.5.6, §2.7: from or to a link-local address, or a multicast group. */
function isLinkScoped6(bytes: Buffer): boolean {
  const isLinkLocal = (at: number) => bytes[at] === 0xfe && (bytes[at + 1]! & 0xc0) === 0x80;
  return isLinkLocal(8) || isLinkLocal(24) || bytes[24] === 0xff;
}

function turned({ protocol, source, sport, destination, dport }: Ends): Ends {
  return { protocol, source: destination, sport: dport, destination: source, dport: sport };
}

function keyOf({ protocol, source, sport, destination, dport }: Ends): string {
  return `${protocol} ${source}:${sport} ${destination}:${dport}`;
}

/** A packet with other ends. */
function moved(bytes: Buffer, { protocol, source, sport, destination, dport }: Ends): Buffer {
  const out = Buffer.from(bytes);
  out.set(source.split('.').map(Number), 12);
  out.set(destination.split('.').map(Number), 16);
  const transport = 4 * (out[0]! & 15);
  if (protocol === 1) out.writeUInt16BE(sport, transport + 4);
  else {
    out.writeUInt16BE(sport, transport);
    out.writeUInt16BE(dport, transport + 2);
  }
  return out;
}

/** A packet one hop later. */
function older(bytes: Buffer): Buffer {
  const out = Buffer.from(bytes);
  out[out[0]! >> 4 === 4 ? 8 : 7]!--;
  return out;
}
