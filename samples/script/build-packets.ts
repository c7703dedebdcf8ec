/**
 * This file turns a script's lines into frames, in the script's order.
 */

import { buildFrame, firewallMac, groupMac, hostMac } from './ethernet.ts';
import { buildFragment, buildIpPacket, ipPayloadBytesMax, withTtl } from './ip-packet.ts';
import {
  type Address,
  type CopyLine,
  type FrameFields,
  type PacketLine,
  type Part,
  type Script,
  ScriptError,
} from './script.ts';
import { buildSctp } from './sctp-packet.ts';
import { buildIcmp, buildTcp, buildUdp, spoilChecksum } from './segment.ts';
import { TcpTracker } from './tcp-tracker.ts';
import { translated } from './translate.ts';
import { SECOND } from './values.ts';

const TTL_DEFAULT = 64;
/** RFC 4861 §7.1: neighbour discovery is only heard with this hop limit. */
const TTL_NEIGHBOUR = 255;

/** One frame of a capture. */
export interface BuiltPacket {
  /** Position in the script, from 1; the frame's number where the script is in time order. */
  readonly number: number;
  /** Line of the script. */
  readonly line: number;
  /** Whole seconds since 1970. */
  readonly second: number;
  /** 0 to 999,999,999. */
  readonly nanosecond: number;
  /** Index into `script.interfaces`. */
  readonly interfaceIndex: number;
  readonly interfaceName: string;
  /** DIRECTION_ value of capture/frame-batch.ts. */
  readonly direction: 0 | 1 | 2;
  /** As captured: cut by `snap=` and by the interface's snap length. */
  readonly bytes: Uint8Array;
  /** Bytes of the whole frame. */
  readonly originalLength: number;
  readonly comment: string | null;
}

/** An IP packet with the addresses that its frame's MACs follow. */
interface IpPacket {
  readonly source: Address;
  readonly destination: Address;
  readonly bytes: Uint8Array;
}

interface Macs {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/**
 * The frames of a script. The same script always gives the same bytes.
 *
 * @throws ScriptError for a packet that would be longer than IP can say
 */
export function buildPackets(script: Script): BuiltPacket[] {
  const builder = new PacketBuilder();
  const indexes = new Map(script.interfaces.map(({ name }, index) => [name, index]));
  return script.lines.map((line, position) => {
    const interfaceIndex = indexes.get(line.interface) ?? 0;
    const frame = builder.build(line, interfaceIndex);
    const limits = [line.frame.snap, script.interfaces[interfaceIndex]?.snapLength || null];
    const kept = Math.min(frame.length, ...limits.map((limit) => limit ?? frame.length));
    const time = script.start + line.time;
    return {
      number: position + 1,
      line: line.line,
      second: Number(time / SECOND),
      nanosecond: Number(time % SECOND),
      interfaceIndex,
      interfaceName: line.interface,
      direction: line.frame.direction,
      bytes: frame.slice(0, kept),
      originalLength: frame.length,
      comment: line.frame.comment,
    };
  });
}

/** What goes on from packet to packet: TCP numbers, IPv4 ids, and the packets to show again. */
class PacketBuilder {
  private readonly packets: IpPacket[] = [];
  private readonly tracker = new TcpTracker();
  private readonly lastIds = new Map<string, number>();

  /** The whole frame of the next line. */
  build(line: PacketLine | CopyLine, interfaceIndex: number): Uint8Array {
    const ends = line.kind === 'copy' ? this.endsOf(line) : line;
    const macs = chooseMacs(line.frame, ends, interfaceIndex);
    const bytes = line.kind === 'copy' ? this.copyIp(line) : this.buildIp(line, macs);
    this.packets.push({ source: ends.source, destination: ends.destination, bytes });
    return buildFrame({ ...macs, vlans: line.frame.vlans, pad: line.frame.pad }, bytes);
  }

  /** The addresses of a copy. */
  private endsOf({ of, line, translation }: CopyLine): { source: Address; destination: Address } {
    const { source, destination } = this.earlier(of, line);
    return {
      source: translation?.source?.address ?? source,
      destination: translation?.destination?.address ?? destination,
    };
  }

  private copyIp({ of, line, translation, frame }: CopyLine): Uint8Array {
    const { bytes, source } = this.earlier(of, line);
    const copy = withTtl(bytes, frame.ttl);
    if (translation === null) return copy;
    if (source.family === 6) throw new ScriptError(line, 'src= and dst= translate IPv4 alone');
    return translated(copy, translation);
  }

  private earlier(number: number, line: number): IpPacket {
    const packet = this.packets[number - 1];
    if (packet === undefined) throw new ScriptError(line, `there is no packet ${number} above`);
    return packet;
  }

  private buildIp(line: PacketLine, macs: Macs): Uint8Array {
    const { part } = line;
    const protocol = protocolNumber(part);
    const payload = this.buildPayload(line, macs);
    if (line.badChecksum) spoilChecksum(protocol, payload);
    const most = ipPayloadBytesMax(line.source.family);
    if (payload.length > most) {
      throw new ScriptError(line.line, `${payload.length} bytes do not fit one IP packet`);
    }
    const isNeighbour = part.kind === 'icmp6' && part.target !== null;
    const header = {
      source: line.source,
      destination: line.destination,
      protocol,
      ttl: line.frame.ttl ?? (isNeighbour ? TTL_NEIGHBOUR : TTL_DEFAULT),
      id: line.source.family === 4 || line.fragment !== null ? this.ipId(line) : 0,
      dontFragment: part.kind === 'tcp' && line.fragment === null,
    };
    if (line.fragment === null) return buildIpPacket(header, payload);
    if (line.fragment.to > payload.length) {
      throw new ScriptError(line.line, `the packet has ${payload.length} bytes to cut from`);
    }
    return buildFragment(header, payload, line.fragment);
  }

  private buildPayload(line: PacketLine, macs: Macs): Uint8Array {
    const { part } = line;
    const pair = { source: line.source.bytes, destination: line.destination.bytes };
    switch (part.kind) {
      case 'tcp': {
        const from = `${addressName(line.source)} ${part.sourcePort}`;
        const to = `${addressName(line.destination)} ${part.destinationPort}`;
        return buildTcp(part, this.tracker.place(part, from, to), pair);
      }
      case 'udp':
        return buildUdp(part, pair);
      case 'icmp':
      case 'icmp6': {
        const quoted = part.quote === null ? null : this.earlier(part.quote, line.line).bytes;
        return buildIcmp(part, { ...pair, sourceMac: macs.source, quoted });
      }
      case 'sctp':
        return buildSctp(part);
      case 'other':
        return part.payload.slice();
    }
  }

  /** `id=`, else one more than the source's last, from 1. */
  private ipId(line: PacketLine): number {
    const name = addressName(line.source);
    const id = line.ipId ?? ((this.lastIds.get(name) ?? 0) + 1) & 0xffff;
    this.lastIds.set(name, id);
    return id;
  }
}

function protocolNumber(part: Part): number {
  const numbers = { icmp: 1, tcp: 6, udp: 17, icmp6: 58, sctp: 132 };
  return part.kind === 'other' ? part.protocol : numbers[part.kind];
}

function addressName(address: Address): string {
  return Buffer.from(address.bytes).toString('hex');
}

function chooseMacs(
  frame: FrameFields,
  ends: { source: Address; destination: Address },
  interfaceIndex: number,
): Macs {
  const isOut = frame.direction === 2;
  const firewall = firewallMac(interfaceIndex);
  const group = groupMac(ends.destination);
  return {
    source: frame.sourceMac ?? (isOut ? firewall : hostMac(ends.source)),
    destination: frame.destinationMac ?? group ?? (isOut ? hostMac(ends.destination) : firewall),
  };
}
