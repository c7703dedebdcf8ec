/** This file fills the part of a new session's records that does not change any more. */

import { APPID_OVERRIDE, EVENT_APPID } from '../events/event-kinds.ts';
import { isToldByPayload } from '../net/protocol.ts';
import {
  APPLICATION,
  FLAG_OVERRIDDEN,
  FLAG_SERVICE_TIMERS,
  HOT_F64,
  HOT_WORDS,
  INTERFACES,
  LAST_F64,
  PROFILE,
  RULE,
  SERIAL,
  SESSION_ID,
  START_FILE,
  START_FRAME,
  START_NANOSECOND,
  START_PACKET,
  START_SECOND_F64,
  TAIL_F64,
  TAIL_WORDS,
} from '../session/layout.ts';
import { type FlowFacts, NO_OVERRIDE } from '../slowpath/flow-facts.ts';
import { NOT_IDENTIFIED } from '../slowpath/policy.ts';
import { NO_APPLICATION } from '../slowpath/port-applications.ts';
import type { EngineParts } from './parts.ts';

/**
 * Fills the application that the attached packet's session has from setup on: what a rule overrides it
 * to, what its ports or the packet itself tell, or that it is to be identified (panos.md §9 stages 1
 * to 3).
 */
export function fillApplication(facts: FlowFacts, parts: EngineParts): void {
  const { overrides, applications, protocolApplications, identifications, view } = parts;
  const { protocol, dport } = facts;
  facts.override = overrides.find(facts);
  facts.isOverridden = facts.override !== NO_OVERRIDE;
  if (facts.isOverridden) facts.application = overrides.applicationOf(facts.override);
  if (facts.isOverridden) return;
  if (identifications !== null) {
    facts.application = protocolApplications.find(view);
    if (facts.application !== NO_APPLICATION) return;
    if (isToldByPayload(protocol)) {
      facts.application = NOT_IDENTIFIED;
      return;
    }
  }
  facts.application = applications.find(protocol, dport, view.icmpKind);
}

/** The session's application is known before its payload (panos.md §9 stage 2): a rule gave it. */
export function noteOverride(
  { table, log, position, overridden }: EngineParts,
  slot: number,
  serial: number,
  { application, override }: FlowFacts,
): void {
  table.setFlags(slot, FLAG_OVERRIDDEN);
  overridden.note(slot, override);
  log.append(EVENT_APPID, position, serial, application, APPID_OVERRIDE | override);
}

/**
 * Serial, id, start, interfaces, rule, application and timers of a session that was installed.
 *
 * @param rule its number (Policy.rules)
 * @param application its index, or -1
 * @param isReply the packet in hand is the server's
 */
export function fillSession(
  parts: EngineParts,
  slot: number,
  serial: number,
  rule: number,
  application: number,
  isReply: boolean,
): void {
  const { table, position, zones, egress, policy, timers, view, sessionIds } = parts;
  const { hot, hotF64, tail, tailF64 } = table;
  const now = position.clock[0]!;
  const seconds = Math.floor(now / 1e9);
  const rest = slot * TAIL_WORDS;
  hot[slot * HOT_WORDS + SERIAL] = serial;
  hotF64[slot * HOT_F64 + LAST_F64] = now;
  tailF64[slot * TAIL_F64 + START_SECOND_F64] = position.epochSeconds + seconds;
  tail[rest + START_NANOSECOND] = now - seconds * 1e9;
  tail[rest + START_PACKET] = position.packet;
  tail[rest + START_FILE] = position.file;
  tail[rest + START_FRAME] = position.frame;
  const here = zones.nameNumber;
  const there = egress.nameNumber;
  tail[rest + INTERFACES] = isReply ? (there << 16) | here : (here << 16) | there;
  tail[rest + RULE] = rule;
  tail[rest + SESSION_ID] = sessionIds.take();
  tail[rest + APPLICATION] = Math.max(application, -1) + 1;
  if (policy.overrides !== null) table.setFlags(slot, FLAG_SERVICE_TIMERS);
  tail[rest + PROFILE] = timers.profileFor(policy.overrides, application, view.protocol);
}
