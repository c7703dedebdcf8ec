/**
 * This file says which end reason and tracker stages a session shows, and whether App-ID has done with
 * it (panos.md §3.2, §4.1, §9).
 */

import { type EndReason, TRACKER_STAGES } from '../session/end-reason.ts';
import type { SessionRow } from '../session/session-row.ts';

type Ending = Pick<SessionRow, 'endReason' | 'action'>;

/** The end reason as far as it is known; a denied session has its own while it is in the table. */
export function endReasonSoFar({ endReason, action }: Ending): EndReason | null {
  return endReason ?? (action === 'allow' ? null : 'policy-deny');
}

/** `tracker stage firewall`, or null. */
export function trackerStage(row: Ending): string | null {
  return stageOf(endReasonSoFar(row));
}

/** `tracker stage firewall` of an end reason as far as it is known. */
export function stageOf(reason: EndReason | null): string | null {
  return reason === null ? null : (TRACKER_STAGES[reason] ?? null);
}

/**
 * `layer7 processing`: whether App-ID still looks at the session's payload (panos.md §9, seen in
 * outputs); null where ports or the protocol tell the application, and where the firewall may have seen
 * enough of a payload that the capture lacks.
 */
export function layer7Processing({
  identification,
}: Pick<SessionRow, 'identification'>): 'enabled' | 'completed' | null {
  if (identification === null) return null;
  if (identification.isDone) return 'completed';
  return identification.isCut ? null : 'enabled';
}

/** Denied by the rule of its application; the words are from the field (panos.md §3.2, unverified). */
const LAYER7_DENY = 'appid policy lookup deny';
/** A limit was exceeded, and the rest is not inspected; the words are from the field (unverified). */
const LAYER7_BYPASS = 'ctd err bypass';
/** Aged out with too little payload to tell; the spelling was not found published (unverified). */
const LAYER7_AGED_OUT = 'l7-processing-aged-out';

/**
 * `tracker stage l7proc`, or null: also where it would name a decoder, since which applications have
 * one is not public. A session without payload, or whose handshake is not complete, never came to
 * App-ID: it has no stage but the firewall's `Aged out` (panos.md §3.2, timer expiry).
 */
export function layer7Stage(
  row: Pick<SessionRow, 'identification' | 'endReason' | 'application' | 'c2s' | 's2c'>,
): string | null {
  const { identification: how, endReason } = row;
  if (how === null) return null;
  if (how.isDenied) return LAYER7_DENY;
  if (how.isBypassed) return LAYER7_BYPASS;
  const hasPayload = row.c2s.layer7Packets + row.s2c.layer7Packets > 0;
  const hasCome = hasPayload && row.application !== 'incomplete';
  const isUntold = how.packet === 0 && !how.isDone && !how.isCut && hasCome;
  return isUntold && endReason === 'aged-out' ? LAYER7_AGED_OUT : null;
}
