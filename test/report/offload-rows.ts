/** This file makes what a session's row says of offload, for the tests of reports. */

import {
  OFFLOAD_CHECKS,
  type OffloadCheck,
  type OffloadDirection,
  type OffloadRow,
  PUNT_REASONS,
  type PuntReason,
} from '../../src/session/offload-row.ts';

/** `[packets, bytes]` in hardware and on the dataplane. */
interface Split {
  readonly hardware?: readonly [number, number];
  readonly dataplane?: readonly [number, number];
}

interface Given extends Partial<Omit<OffloadRow, 'c2s' | 's2c' | 'punted' | 'path'>> {
  readonly c2s?: Split;
  readonly s2c?: Split;
  readonly punted?: Partial<Record<PuntReason, number>>;
  /** What decides, by check. */
  readonly causes?: Partial<Record<OffloadCheck, string>>;
  readonly packets?: Partial<Record<OffloadCheck, number>>;
}

const directionOf = ({ hardware = [0, 0], dataplane = [0, 0] }: Split = {}): OffloadDirection => ({
  ...{ hardwarePackets: hardware[0], hardwareBytes: hardware[1] },
  ...{ dataplanePackets: dataplane[0], dataplaneBytes: dataplane[1] },
});

/** A session that fails at `reason`, or was offloaded. */
export function offloadOf(reason: OffloadCheck | null, given: Given = {}): OffloadRow {
  const { c2s, s2c, punted = {}, causes = {}, packets = {}, ...rest } = given;
  const at = reason === null ? OFFLOAD_CHECKS.length : OFFLOAD_CHECKS.indexOf(reason);
  return {
    ...{ isEligible: reason === null, reason, fromPacket: null, stretches: [], blockers: [] },
    stretchesLeftOut: 0,
    ...{ potential: { packets: 0, bytes: 0 }, lateRefresh: null },
    path: OFFLOAD_CHECKS.map((check, i) => ({
      check,
      outcome: i < at ? 'passed' : i === at ? 'failed' : 'unreached',
      cause: causes[check] ?? null,
      packet: packets[check] ?? null,
    })),
    c2s: directionOf(c2s),
    s2c: directionOf(s2c),
    punted: PUNT_REASONS.map((name) => punted[name] ?? 0),
    ...rest,
  };
}
