/** This file holds what a session's row says of hardware offload (panos.md §7): plain values. */

/**
 * The checks between a session and hardware, in their order (panos.md §7; of its point 3 `tunnel` comes
 * first, since a tunnel that ends on the firewall is a session of the firewall's, too). The name of a check is the
 * reason that stands against a session that fails it.
 */
export const OFFLOAD_CHECKS = [
  'no-hardware',
  'disabled',
  'state',
  'tunnel',
  'protocol',
  'host-session',
  'handshake',
  'appid-pending',
  'decrypt',
  'alg-control',
  'content-inspection',
  'feature',
] as const;
export type OffloadCheck = (typeof OFFLOAD_CHECKS)[number];

/** Why packets of an offloaded session came back to the dataplane, in the order in which they are asked. */
export const PUNT_REASONS = ['syn', 'fin', 'rst', 'fragment', 'options', 'ttl'] as const;
export type PuntReason = (typeof PUNT_REASONS)[number];

/** One check of the decision path. */
export interface OffloadStep {
  readonly check: OffloadCheck;
  /** `unreached`: an earlier check failed, so this one was not asked. */
  readonly outcome: 'passed' | 'failed' | 'unreached';
  /** What decided: a rule's name, an application, a setting as the file spells it; null for nothing to name. */
  readonly cause: string | null;
  /** Number of the packet since which it holds; null where it held from the start, or does not hold. */
  readonly packet: number | null;
}

/** One direction's packets, split; hardware and dataplane together are the direction's own counts. */
export interface OffloadDirection {
  readonly hardwarePackets: number;
  readonly dataplanePackets: number;
  /** As PAN-OS shows bytes (panos.md §5.2). */
  readonly hardwareBytes: number;
  readonly dataplaneBytes: number;
}

/** A stretch of a session's life in hardware. */
export interface OffloadStretch {
  /** The first packet that was hardware's, or would have been: the next after the one that decided. */
  readonly fromPacket: number;
  /** The packet that ended it; null where a timer, a setting or the replay's end did. */
  readonly toPacket: number | null;
  /** `state`, `disabled` …: the check that failed then; null where it lasted until the session's end. */
  readonly endedBy: OffloadCheck | null;
}

/** Something of the configuration that stands against a session that is ready for hardware. */
export interface OffloadBlocker {
  readonly check: OffloadCheck;
  /** As in OffloadStep. */
  readonly cause: string | null;
}

/** A text that tells one blocker from all others. */
export function blockerKey({ check, cause }: OffloadBlocker): string {
  return cause === null ? check : `${check} ${cause}`;
}

export interface OffloadRow {
  /** It was handed to hardware at some time. */
  readonly isEligible: boolean;
  /** The first check that stood against it at last; null where it is eligible. */
  readonly reason: OffloadCheck | null;
  /** All checks, in order. */
  readonly path: readonly OffloadStep[];
  /** Number of the packet from which on it was in hardware; null where it never was. */
  readonly fromPacket: number | null;
  readonly c2s: OffloadDirection;
  readonly s2c: OffloadDirection;
  /** Packets that came back while it was offloaded, by PUNT_REASONS. */
  readonly punted: readonly number[];
  /** The first stretches, and the last ones; a session can have many where the switch is turned often. */
  readonly stretches: readonly OffloadStretch[];
  /** How many there were between these. */
  readonly stretchesLeftOut: number;
  /** What of the configuration stands between it and hardware although it is ready otherwise; empty for nothing. */
  readonly blockers: readonly OffloadBlocker[];
  /** What hardware would have carried without the blockers, beyond what it did. */
  readonly potential: { readonly packets: number; readonly bytes: number };
  /** It aged out only since hardware reports its packets late (`hardware-refresh`); null where it did not. */
  readonly lateRefresh: LateRefreshRow | null;
}

/** A session that aged out while its packets flowed. */
export interface LateRefreshRow {
  /** Packets that hardware had taken and not reported. */
  readonly unreported: number;
  /** How much later it would have aged out. */
  readonly earlyNs: number;
}
