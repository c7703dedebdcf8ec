/**
 * This file writes Ethernet frames with right checksums for the tests of `inspect`, and inspects them.
 * The checksums are made 16 bits at a time, as RFC 1071 §1 has it, and not by the code under test.
 */

import { openCaptures } from '../../src/capture/open-captures.ts';
import type { CaptureFacts } from '../../src/inspect/facts.ts';
import { Inspector } from '../../src/inspect/inspector.ts';
import { Pcapng, writeCapture } from '../capture/build-capture.ts';

export interface FrameParts {
  readonly from?: string;
  readonly to?: string;
  readonly vlans?: readonly number[];
  readonly source?: string;
  readonly destination?: string;
  readonly ttl?: number;
  readonly id?: number;
  readonly protocol?: number;
  readonly sport?: number;
  readonly dport?: number;
  readonly flags?: number;
  readonly sequence?: number;
  readonly payload?: string;
  /** What stands in the transport header instead of the right checksum. */
  readonly checksum?: number;
}

export const CLIENT = '02:00:00:00:00:01';
export const SERVER = '02:00:00:00:00:02';

/** One's complement sum of 16-bit words, and its complement. */
export function rfc1071(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  return ~sum & 0xffff;
}

const mac = (text: string) => Buffer.from(text.replaceAll(':', ''), 'hex');
const address = (text: string) => Buffer.from(text.split('.').map(Number));

/** An IPv4 frame: UDP unless said otherwise. */
export function frame(parts: FrameParts = {}): Buffer {
  const { protocol = 17, payload = 'some payload' } = parts;
  const data = Buffer.from(payload);
  const source = address(parts.source ?? '10.1.1.1');
  const destination = address(parts.destination ?? '10.1.2.2');
  const head = protocol === 6 ? tcpHead(parts) : udpHead(parts, data.length);
  const transport = Buffer.concat([head, data]);
  const pseudo = Buffer.concat([source, destination, u16(protocol), u16(transport.length)]);
  const right = rfc1071(Buffer.concat([pseudo, transport]));
  transport.writeUInt16BE(parts.checksum ?? right, protocol === 6 ? 16 : 6);
  const ip = Buffer.alloc(20);
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(20 + transport.length, 2);
  ip.writeUInt16BE(parts.id ?? 1, 4);
  ip.writeUInt8(parts.ttl ?? 64, 8);
  ip.writeUInt8(protocol, 9);
  source.copy(ip, 12);
  destination.copy(ip, 16);
  ip.writeUInt16BE(rfc1071(ip), 10);
  return Buffer.concat([ethernet(parts, 0x0800), ip, transport]);
}

/** An ARP reply: `address` is at `from`. */
export function arp(from: string, owned: string, vlans: readonly number[] = []): Buffer {
  const body = Buffer.alloc(28);
  body.write('0001080006040002', 0, 'hex');
  mac(from).copy(body, 8);
  address(owned).copy(body, 14);
  return Buffer.concat([ethernet({ from, to: 'ff:ff:ff:ff:ff:ff', vlans }, 0x0806), body]);
}

/** The link header of these parts. */
export function ethernet(parts: FrameParts, etherType: number): Buffer {
  const tags = (parts.vlans ?? []).map((id) => Buffer.concat([u16(0x8100), u16(id)]));
  const macs = [mac(parts.to ?? SERVER), mac(parts.from ?? CLIENT)];
  return Buffer.concat([...macs, ...tags, u16(etherType)]);
}

function udpHead(parts: FrameParts, length: number): Buffer {
  const ports = [u16(parts.sport ?? 40_000), u16(parts.dport ?? 53)];
  return Buffer.concat([...ports, u16(8 + length), u16(0)]);
}

function tcpHead({ sport = 40_000, dport = 443, flags = 0x10, sequence = 7 }: FrameParts): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(sport, 0);
  head.writeUInt16BE(dport, 2);
  head.writeUInt32BE(sequence, 4);
  head.writeUInt8(0x50, 12);
  head.writeUInt8(flags, 13);
  head.writeUInt16BE(1024, 14);
  return head;
}

function u16(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16BE(value);
  return out;
}

/** A frame with the microseconds since the start of the capture at which it was seen. */
export interface TimedFrame {
  readonly us: number;
  readonly bytes: Uint8Array;
  /** Interface `if0`, `if1` …; 0 unless said otherwise. */
  readonly interface?: number;
  /** epb_flags: 1 inbound, 2 outbound. */
  readonly direction?: number;
}

/** Where the times of TimedFrame count from; seconds since 1970. */
export const START = 1_800_000_000;

/** Writes the frames as pcapng and inspects them. */
export async function inspectFrames(
  frames: readonly TimedFrame[],
  link = 1,
): Promise<CaptureFacts> {
  const ng = new Pcapng();
  const count = 1 + frames.reduce((most, f) => Math.max(most, f.interface ?? 0), 0);
  const faces = Array.from({ length: count }, (_, i) =>
    ng.interface({ link, options: [ng.option(2, Buffer.from(`if${i}`))] }),
  );
  const packets = frames.map(({ us, bytes, interface: id = 0, direction }) =>
    ng.packet(BigInt(START) * 1_000_000n + BigInt(us), {
      id,
      data: bytes,
      options: direction === undefined ? [] : [ng.option(2, ng.w.u32(direction))],
    }),
  );
  return inspectFiles([writeCapture(Buffer.concat([ng.section(), ...faces, ...packets]))]);
}

/** Inspects files together. */
export async function inspectFiles(paths: readonly string[]): Promise<CaptureFacts> {
  const captures = openCaptures(paths.map((path) => ({ path })));
  const inspector = new Inspector(captures.interfaces);
  for await (const { batch, from, to } of captures.ranges()) inspector.take(batch, from, to);
  return inspector.facts();
}
