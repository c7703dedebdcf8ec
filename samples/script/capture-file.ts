/**
 * This file writes built packets as a pcap or pcapng file, little-endian, Ethernet.
 *
 * Layouts: pcap as in draft-ietf-opsawg-pcap, pcapng as in draft-ietf-opsawg-pcapng. pcap has
 * neither interfaces nor directions; the parser refuses scripts that would lose something.
 */

import { type BuiltPacket, buildPackets } from './build-packets.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Script, ScriptInterface } from './script.ts';

const LINKTYPE_ETHERNET = 1;
const PCAP_MAGIC_MICROSECONDS = 0xa1b2c3d4;
const PCAP_MAGIC_NANOSECONDS = 0xa1b23c4d;
const BLOCK_SECTION_HEADER = 0x0a0d0d0a;
const BLOCK_INTERFACE_DESCRIPTION = 1;
const BLOCK_INTERFACE_STATISTICS = 5;
const BLOCK_ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Option numbers, by block. */
const OPTION = {
  comment: 1,
  userApplication: 4,
  interfaceName: 2,
  interfaceResolution: 9,
  packetFlags: 2,
  statisticsStart: 2,
  statisticsEnd: 3,
  statisticsReceived: 4,
  statisticsDropped: 5,
} as const;

/** The capture of a script, in the format that it asks for. */
export function buildCapture(script: Script): Uint8Array {
  const packets = buildPackets(script);
  return script.format === 'pcapng' ? writePcapng(script, packets) : writePcap(script, packets);
}

/** The ending of a capture's file name: `.pcap` or `.pcapng`. */
export function captureExtension(script: Script): '.pcap' | '.pcapng' {
  return script.format === 'pcapng' ? '.pcapng' : '.pcap';
}

function writePcap(script: Script, packets: readonly BuiltPacket[]): Uint8Array {
  const isNano = script.format === 'pcap-ns';
  const snapLength = Math.max(...script.interfaces.map((entry) => entry.snapLength || 262_144), 1);
  const file = new ByteWriter('little-endian');
  file
    .u32(isNano ? PCAP_MAGIC_NANOSECONDS : PCAP_MAGIC_MICROSECONDS)
    .u16(2)
    .u16(4);
  file.u32(0).u32(0).u32(snapLength).u32(LINKTYPE_ETHERNET);
  for (const packet of packets) {
    file.u32(packet.second).u32(isNano ? packet.nanosecond : packet.nanosecond / 1000);
    file.u32(packet.bytes.length).u32(packet.originalLength).raw(packet.bytes);
  }
  return file.bytes();
}

function writePcapng(script: Script, packets: readonly BuiltPacket[]): Uint8Array {
  const file = new ByteWriter('little-endian');
  const header = new ByteWriter('little-endian');
  header.u32(BYTE_ORDER_MAGIC).u16(1).u16(0).u64(0xffff_ffff_ffff_ffffn);
  for (const comment of script.comments) writeText(header, OPTION.comment, comment);
  writeText(header, OPTION.userApplication, 'slowpath packet script');
  writeBlock(file, BLOCK_SECTION_HEADER, endOptions(header));
  for (const entry of script.interfaces) {
    writeBlock(file, BLOCK_INTERFACE_DESCRIPTION, interfaceBody(entry));
  }
  for (const packet of packets) {
    const resolution = script.interfaces[packet.interfaceIndex]?.resolution ?? 9;
    writeBlock(file, BLOCK_ENHANCED_PACKET, packetBody(packet, resolution));
  }
  for (const [index, entry] of script.interfaces.entries()) {
    if (script.end === null && entry.dropped === null) continue;
    writeBlock(file, BLOCK_INTERFACE_STATISTICS, statisticsBody(script, packets, index));
  }
  return file.bytes();
}

function interfaceBody(entry: ScriptInterface): ByteWriter {
  const body = new ByteWriter('little-endian');
  body.u16(LINKTYPE_ETHERNET).u16(0).u32(entry.snapLength);
  writeText(body, OPTION.interfaceName, entry.name);
  writeOption(body, OPTION.interfaceResolution, Uint8Array.of(entry.resolution));
  return endOptions(body);
}

function packetBody(packet: BuiltPacket, resolution: number): ByteWriter {
  const time = BigInt(packet.second) * 1_000_000_000n + BigInt(packet.nanosecond);
  const body = new ByteWriter('little-endian').u32(packet.interfaceIndex);
  writeTime(body, time, resolution);
  body.u32(packet.bytes.length).u32(packet.originalLength).raw(packet.bytes).alignTo(4);
  if (packet.comment === null && packet.direction === 0) return body;
  if (packet.comment !== null) writeText(body, OPTION.comment, packet.comment);
  if (packet.direction !== 0) {
    // epb_flags, bits 0–1: 01 is inbound, 10 outbound.
    const flags = new ByteWriter('little-endian').u32(packet.direction);
    writeOption(body, OPTION.packetFlags, flags.bytes());
  }
  return endOptions(body);
}

function statisticsBody(
  script: Script,
  packets: readonly BuiltPacket[],
  index: number,
): ByteWriter {
  const entry = script.interfaces[index];
  const resolution = entry?.resolution ?? 9;
  const end = script.start + (script.end ?? lastTime(script));
  const received = packets.filter((packet) => packet.interfaceIndex === index).length;
  const body = new ByteWriter('little-endian').u32(index);
  writeTime(body, end, resolution);
  writeTimeOption(body, OPTION.statisticsStart, script.start, resolution);
  writeTimeOption(body, OPTION.statisticsEnd, end, resolution);
  writeOption(body, OPTION.statisticsReceived, bytesOfU64(BigInt(received)));
  if (entry !== undefined && entry.dropped !== null) {
    writeOption(body, OPTION.statisticsDropped, bytesOfU64(BigInt(entry.dropped)));
  }
  return endOptions(body);
}

/** The largest time of the script's lines, for an interface whose end nobody named. */
function lastTime(script: Script): bigint {
  let last = 0n;
  for (const { time } of script.lines) if (time > last) last = time;
  return last;
}

/** A time stamp in the interface's units: the upper 32 bits, then the lower. */
function writeTime(body: ByteWriter, nanoseconds: bigint, resolution: number): void {
  const units = nanoseconds / 10n ** BigInt(9 - resolution);
  body.u32(Number(units >> 32n)).u32(Number(units & 0xffff_ffffn));
}

function writeTimeOption(
  body: ByteWriter,
  option: number,
  nanoseconds: bigint,
  resolution: number,
): void {
  const value = new ByteWriter('little-endian');
  writeTime(value, nanoseconds, resolution);
  writeOption(body, option, value.bytes());
}

function bytesOfU64(value: bigint): Uint8Array {
  return new ByteWriter('little-endian').u64(value).bytes();
}

function writeText(body: ByteWriter, option: number, text: string): void {
  writeOption(body, option, new Uint8Array(Buffer.from(text, 'utf8')));
}

function writeOption(body: ByteWriter, option: number, value: Uint8Array): void {
  body.u16(option).u16(value.length).raw(value).alignTo(4);
}

/** opt_endofopt. */
function endOptions(body: ByteWriter): ByteWriter {
  return body.u32(0);
}

/** Type, total length, body, total length again. */
function writeBlock(file: ByteWriter, type: number, body: ByteWriter): void {
  const total = body.length + 12;
  file.u32(type).u32(total).raw(body.bytes()).u32(total);
}
