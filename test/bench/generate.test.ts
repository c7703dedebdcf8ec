/**
 * This file tests the generator of the benchmark captures: it must be repeatable, and a reader as
 * strict as a firewall's TCP window tracker must find nothing wrong with what it makes.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { generateMix } from '../../bench/generate.ts';
import { generateLiveSessions } from '../../bench/live-sessions.ts';

const folder = mkdtempSync(join(tmpdir(), 'slowpath-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PACKETS = 60_000;

interface Frame {
  readonly time: number;
  readonly original: number;
  readonly bytes: Buffer;
}

function framesOf(path: string): Frame[] {
  const file = readFileSync(path);
  expect(file.readUInt32LE(0)).toBe(0xa1b2c3d4);
  expect(file.readUInt32LE(16)).toBe(128);
  const frames: Frame[] = [];
  let at = 24;
  while (at < file.length) {
    const captured = file.readUInt32LE(at + 8);
    const time = file.readUInt32LE(at) * 1e6 + file.readUInt32LE(at + 4);
    const bytes = file.subarray(at + 16, at + 16 + captured);
    frames.push({ time, original: file.readUInt32LE(at + 12), bytes });
    at += 16 + captured;
  }
  expect(at).toBe(file.length);
  return frames;
}

interface Network {
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  readonly transport: Buffer;
  /** Transport header and payload on the wire. */
  readonly length: number;
}

function networkOf({ bytes, original }: Frame): Network {
  const at = bytes.readUInt16BE(12) === 0x8100 ? 18 : 14;
  const isIpv4 = bytes.readUInt16BE(at - 2) === 0x0800;
  const header = isIpv4 ? 20 : 40;
  const length = isIpv4 ? bytes.readUInt16BE(at + 2) - 20 : bytes.readUInt16BE(at + 4);
  const wire = at + header + length;
  expect(original === wire || (wire < 60 && original === 60)).toBe(true);
  if (isIpv4) expect(onesSum(bytes.subarray(at, at + 20))).toBe(0xffff);
  const [from, size] = isIpv4 ? [at + 12, 4] : [at + 8, 16];
  return {
    protocol: bytes[isIpv4 ? at + 9 : at + 6]!,
    source: bytes.toString('hex', from, from + size),
    destination: bytes.toString('hex', from + size, from + 2 * size),
    transport: bytes.subarray(at + header),
    length,
  };
}

function onesSum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

interface End {
  next: number;
  scale: number;
  /** End of the window it advertised; null before its first ACK. */
  rightEdge: number | null;
}

/** Follows every TCP session's numbers; returns the packets that a tracker would object to. */
function trackWindows(frames: readonly Frame[]): string[] {
  const ends = new Map<string, End>();
  const objections: string[] = [];
  frames.forEach((frame, index) => {
    const { protocol, source, destination, transport, length } = networkOf(frame);
    if (protocol !== 6) return;
    const ports = [transport.readUInt16BE(0), transport.readUInt16BE(2)];
    const own = ends.get(`${source}:${ports[0]}>${destination}:${ports[1]}`);
    const peer = ends.get(`${destination}:${ports[1]}>${source}:${ports[0]}`);
    const flags = transport[13]!;
    const sequence = transport.readUInt32BE(4);
    const headerBytes = (transport[12]! >>> 4) * 4;
    const payload = length - headerBytes;
    const end = (sequence + payload + (flags & 1) + ((flags >>> 1) & 1)) >>> 0;
    const object = (what: string) => objections.push(`${index + 1}: ${what}`);
    const scale = (flags & 2) !== 0 && transport[37] === 3 ? transport[39]! : 0;
    if (own === undefined) {
      // A port that is closed answers a SYN with a RST.
      if ((flags & 6) === 0) object('no SYN first');
      const name = `${source}:${ports[0]}>${destination}:${ports[1]}`;
      ends.set(name, { next: end, scale, rightEdge: null });
    } else if (distance(own.next, sequence) > 0) object('a gap');
    const self = own ?? ends.get(`${source}:${ports[0]}>${destination}:${ports[1]}`)!;
    if (distance(self.next, end) > 0) self.next = end;
    if (peer === undefined) return;
    if (peer.rightEdge !== null && distance(peer.rightEdge, end) > 0) object('beyond the window');
    if ((flags & 0x10) === 0) return;
    const acknowledged = transport.readUInt32BE(8);
    if (acknowledged !== peer.next) object('acknowledges something else');
    if ((flags & 4) !== 0) return;
    const shift = (flags & 2) !== 0 ? 0 : self.scale;
    const rightEdge = (acknowledged + transport.readUInt16BE(14) * 2 ** shift) >>> 0;
    if (self.rightEdge !== null && distance(self.rightEdge, rightEdge) < 0) {
      object('the window shrinks');
    }
    self.rightEdge = rightEdge;
  });
  return objections;
}

/** How far `b` is ahead of `a` in sequence space; negative when behind. */
function distance(a: number, b: number): number {
  return (b - a) | 0;
}

describe('the mixed capture', () => {
  const path = join(folder, 'mix.pcap');
  const facts = generateMix({ path, packets: PACKETS, seed: 7 });
  const frames = framesOf(path);

  test('has as many packets and bytes as it says, at most 128 captured of each', () => {
    expect(frames.length).toBe(PACKETS);
    expect(facts.bytes).toBe(readFileSync(path).length);
    expect(frames.every((one) => one.bytes.length === Math.min(128, one.original))).toBe(true);
    expect(frames.every((one) => one.original <= 1518)).toBe(true);
  });

  test('runs forward in time', () => {
    expect(frames.every((one, i) => i === 0 || one.time >= frames[i - 1]!.time)).toBe(true);
  });

  test('is the same again for the same seed, and another for another', () => {
    const again = join(folder, 'again.pcap');
    const other = join(folder, 'other.pcap');
    generateMix({ path: again, packets: 5_000, seed: 7 });
    generateMix({ path: other, packets: 5_000, seed: 8 });
    const bytes = readFileSync(again);
    expect(bytes.equals(readFileSync(path).subarray(0, bytes.length))).toBe(true);
    expect(bytes.equals(readFileSync(other))).toBe(false);
  });

  test('gives a TCP window tracker nothing to object to', () => {
    expect(trackWindows(frames)).toEqual([]);
  });

  test('mixes protocols, families and VLANs', () => {
    const kinds = new Map<string, number>();
    for (const frame of frames) {
      const tagged = frame.bytes.readUInt16BE(12) === 0x8100 ? 'tagged' : 'untagged';
      const { protocol, source } = networkOf(frame);
      for (const kind of [tagged, `family ${source.length}`, `protocol ${protocol}`]) {
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
    }
    const share = (kind: string) => (kinds.get(kind) ?? 0) / PACKETS;
    expect(share('family 32')).toBeGreaterThan(0.04);
    expect(share('family 32')).toBeLessThan(0.3);
    expect(share('tagged')).toBeGreaterThan(0.05);
    expect(share('protocol 6')).toBeGreaterThan(0.5);
    for (const protocol of [1, 17, 50, 58])
      expect(share(`protocol ${protocol}`)).toBeGreaterThan(0);
  });
});

test('live sessions are all opened before the hits and stay in their windows', () => {
  const path = join(folder, 'live.pcap');
  generateLiveSessions({ path, sessions: 2_500, hits: 5_000, seed: 3 });
  const frames = framesOf(path);
  expect(frames.length).toBe(3 * 2_500 + 5_000);
  expect(trackWindows(frames)).toEqual([]);
  const opened = new Set(
    frames.slice(0, 7_500).map((one) => networkOf(one).transport.readUInt32BE(0)),
  );
  expect(opened.size).toBeGreaterThan(1_000);
});
