/**
 * This file writes what App-ID found of a session, as a part of its record: as bytes, like the rest, for
 * most sessions have it.
 */

import { type AppDetail, DETAIL_KEYS } from '../session/app-detail.ts';
import type { IdentificationRow, ImplicitUseRow, SessionRow } from '../session/session-row.ts';
import { literal, NameLiterals } from './byte-literal.ts';
import type { ByteWriter } from './byte-writer.ts';
import { jsonSafe } from './escape.ts';

const names = (key: string) => new NameLiterals((name) => `,"${key}":${JSON.stringify(name)}`);

const NULL = literal('null');
const OPEN_RULES = new NameLiterals((rule) => `{"override_rule":${JSON.stringify(rule)}}`);
const PACKET = literal('{"packet":');
const NO_PACKET = literal('{"packet":null');
const SIGNATURES = names('signature');
const SHIFTED_FROM = names('shifted_from');
const RULES_BEFORE = names('rule_before');
const PAYLOAD_CUT = [literal(',"payload_cut":false'), literal(',"payload_cut":true')] as const;
const OVERRIDE_RULES = names('override_rule');
const BYPASSED = [literal(',"bypassed":false'), literal(',"bypassed":true')] as const;
const IMPLICIT_USE = literal(',"implicit_use":');
const NO_IMPLICIT_USE = literal(',"implicit_use":null');
const CLOSE = 125;
const KEYS = DETAIL_KEYS.map((key) => [key, literal(`,"${key}":`)] as const);

/** How the application was identified, and what its payload says in clear where it says something. */
export function writeIdentification(
  { identification: how, overrideRule }: SessionRow,
  to: ByteWriter,
): void {
  if (how !== null) writeHow(how, overrideRule, to);
  else if (overrideRule === null) to.literal(NULL);
  else to.literal(OPEN_RULES.of(overrideRule));
}

function writeHow(how: IdentificationRow, overrideRule: string | null, to: ByteWriter): void {
  if (how.packet === 0) to.literal(NO_PACKET);
  else to.number(PACKET, how.packet);
  to.literal(SIGNATURES.of(how.source));
  to.literal(SHIFTED_FROM.of(how.before));
  to.literal(RULES_BEFORE.of(how.ruleBefore));
  to.literal(PAYLOAD_CUT[how.isCut ? 1 : 0]);
  if (overrideRule !== null) to.literal(OVERRIDE_RULES.of(overrideRule));
  to.literal(BYPASSED[how.isBypassed ? 1 : 0]);
  if (how.implicitUse === null) to.literal(NO_IMPLICIT_USE);
  else {
    to.literal(IMPLICIT_USE);
    to.text(JSON.stringify(implicitUse(how.implicitUse)));
  }
  if (how.detail !== null) writeDetail(how.detail, to);
  to.character(CLOSE);
}

/** What packets say is seldom said twice, and commands no terminal. */
function writeDetail(detail: AppDetail, to: ByteWriter): void {
  for (const [key, label] of KEYS) {
    const value = detail[key];
    if (value === undefined) continue;
    to.literal(label);
    to.text(jsonSafe(value));
  }
}

function implicitUse({ application, child, rule, isTemporary }: ImplicitUseRow): object {
  return { application, for: child, rule, temporary: isTemporary };
}
