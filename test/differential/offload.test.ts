/**
 * This file counts again, packet by packet, what hardware takes of every session of the public captures:
 * by the log of packets, and by what tshark says of each frame. Nothing is lost between hardware and
 * dataplane, and nothing is offloaded before its handshake and its identification.
 */

import { afterAll, describe, expect, test } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import type { PacketRow } from '../../src/engine/packet-row.ts';
import { PUNT_REASONS, type PuntReason } from '../../src/session/offload-row.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { captureFrames } from '../support/capture-frames.ts';
import { type Played, playFrames } from '../support/play.ts';
import { HAS_CAPTURES, noteSkipped, publicCaptures } from '../support/truth-files.ts';
import { tsharkPunts } from '../support/tshark-punts.ts';

const TEST_FILE = 'offload.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const ZONES = `zones:
  trust: {networks: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, "fc00::/7", "fe80::/10"]}
  untrust: {networks: [0.0.0.0/0, "::/0"]}
`;
const CONFIGS: readonly (readonly [string, string])[] = [
  ['all allowed', ''],
  ['without hardware', 'platform: {hardware-offload: no}'],
  [
    'profiles, decryption, and a switch that is turned',
    `rules: [{name: all, action: allow, profiles: [strict]}]
decryption: [{name: tls, source: 10.0.0.0/8, action: decrypt}]
commands:
  - {at: +1, command: set session offload no}
  - {at: +2, command: set session offload yes}
  - {at: +20, command: set session offload no}`,
  ],
];
/** What is not known stays on the dataplane, and so does what an ALG reads to the end (panos.md §7). */
// biome-ignore format: a list
const NEVER = [
  'unknown-tcp', 'unknown-udp', 'incomplete', 'insufficient-data',
  'ftp', 'sip', 'rtsp', 'h.225', 'h.245', 'pptp', 'portmapper',
];
const tally = { sessions: 0, eligible: 0, packets: 0, hardware: 0, punted: 0 };

interface Recount {
  readonly c2s: number;
  readonly s2c: number;
  readonly punted: Readonly<Record<PuntReason, number>>;
  readonly first: number | null;
}

/** What hardware took by the row's stretches and tshark's frames. */
function recount(
  row: SessionRow,
  packets: readonly PacketRow[],
  punts: ReadonlyMap<number, readonly PuntReason[]>,
): Recount {
  const punted = Object.fromEntries(PUNT_REASONS.map((reason) => [reason, 0]));
  const taken = [0, 0];
  let first: number | null = null;
  for (const { packet, isReply } of packets) {
    const isIn = row.offload!.stretches.some(({ fromPacket, toPacket, endedBy }) => {
      // A stretch that no packet ended lasted until the next one's begin: none of ours overlap.
      const isBefore = toPacket !== null ? packet <= toPacket : true;
      return packet >= fromPacket && isBefore && (toPacket !== null || endedBy === null);
    });
    if (!isIn) continue;
    const reason = punts.get(packet)?.[0];
    if (reason !== undefined) punted[reason]!++;
    else {
      taken[isReply ? 1 : 0]!++;
      first ??= packet;
    }
  }
  return { c2s: taken[0]!, s2c: taken[1]!, punted: punted as Recount['punted'], first };
}

/** Hardware and dataplane together are what the session has. */
function expectConserved({ sessions }: Played): void {
  for (const row of sessions) {
    const { c2s, s2c, isEligible, reason, path } = row.offload!;
    for (const [split, whole] of [
      [c2s, row.c2s],
      [s2c, row.s2c],
    ] as const) {
      expect(split.hardwarePackets + split.dataplanePackets).toBe(whole.packets);
      expect(split.hardwareBytes + split.dataplaneBytes).toBe(whole.bytes);
      expect(Math.min(...Object.values(split))).toBeGreaterThanOrEqual(0);
    }
    const failed = path.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ check }) => check)).toEqual(reason === null ? [] : [reason]);
    expect(reason === null).toBe(isEligible);
    const { potential, blockers } = row.offload!;
    expect(potential.packets + c2s.hardwarePackets + s2c.hardwarePackets).toBeLessThanOrEqual(
      row.c2s.packets + row.s2c.packets,
    );
    if (blockers.length === 0) expect(potential).toEqual({ packets: 0, bytes: 0 });
  }
}

/** Not before the handshake is complete, both sides were seen, and the application is known. */
function expectInOrder(row: SessionRow, packets: readonly PacketRow[]): void {
  const { fromPacket } = row.offload!;
  if (fromPacket === null) return;
  const before = packets.filter(({ packet }) => packet < fromPacket);
  expect(before.some(({ isReply }) => isReply)).toBe(true);
  expect(before.some(({ isReply }) => !isReply)).toBe(true);
  if (row.protocol === 6) {
    const opened = row.transitions.find(({ to }) => to === 'ACTIVE');
    expect(opened!.packet).toBeLessThan(fromPacket);
    const closing = row.transitions.find(({ to }) => to === 'CLOSING');
    if (closing !== undefined) expect(fromPacket).toBeLessThan(closing.packet);
  }
  if (row.identification !== null && row.identification.before === null) {
    expect(row.identification.packet).toBeLessThan(fromPacket);
  }
  expect(NEVER).not.toContain(row.application);
}

describe.skipIf(!HAS_CAPTURES).each(publicCaptures())('$file', ({ path }) => {
  test('is counted as its packets say', async () => {
    const { frames, interfaces } = await captureFrames(path);
    const punts = tsharkPunts(path);
    for (const [name, text] of CONFIGS) {
      const config = parseFirewallConfig(`${ZONES}${text}`, 'fw.yaml');
      const log = { packets: '', packetsPerSession: 1e6, withRates: true, drain: true };
      const played = playFrames(frames, interfaces, { config, ...log });
      expectConserved(played);
      const bySerial = new Map<number, PacketRow[]>();
      for (const packet of played.packets) {
        const known = bySerial.get(packet.serial);
        if (known === undefined) bySerial.set(packet.serial, [packet]);
        else known.push(packet);
      }
      let hardware = 0;
      for (const row of played.sessions) {
        const { c2s, s2c, isEligible, punted, fromPacket } = row.offload!;
        const packets = bySerial.get(row.serial) ?? [];
        hardware += c2s.hardwarePackets + s2c.hardwarePackets;
        expectInOrder(row, packets);
        tally.sessions++;
        if (!isEligible) expect(c2s.hardwarePackets + s2c.hardwarePackets).toBe(0);
        // Stretches that a command ended have no last packet to count by.
        if (!isEligible || name.includes('switch')) continue;
        tally.eligible++;
        tally.packets += packets.length;
        tally.hardware += c2s.hardwarePackets + s2c.hardwarePackets;
        tally.punted += punted.reduce((sum, count) => sum + count, 0);
        expect({
          serial: row.serial,
          c2s: c2s.hardwarePackets,
          s2c: s2c.hardwarePackets,
          first: fromPacket,
          punted: Object.fromEntries(PUNT_REASONS.map((reason, i) => [reason, punted[i]])),
        }).toEqual({ serial: row.serial, ...recount(row, packets, punts) });
      }
      const points = played.firewall.rates!.points();
      expect(points.reduce((sum, point) => sum + point.hardware, 0)).toBe(hardware);
    }
  });
});

afterAll(() => {
  const { sessions, eligible, packets, hardware, punted } = tally;
  process.stderr.write(
    `${TEST_FILE}: ${eligible} of ${sessions} sessions offloaded, ${hardware} of ${packets} packets in hardware, ${punted} punted\n`,
  );
});
