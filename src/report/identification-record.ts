/**
 * This file writes what App-ID found of a session, as a part of its record: as bytes, like the rest, for
 * most sessions have it.
 */

import { type AppDetail, DETAIL_KEYS } from '../session/app-detail.ts';
import type { IdentificationRow, ImplicitUseRow, SessionRow } from '../session/session-row.ts';
import { type ByteWriter, utf8 } from './byte-writer.ts';
import { jsonSafe, jsonText } from './escape.ts';

const NULL = utf8('null');
const TRUE = utf8('true');
const FALSE = utf8('false');
const OPEN_RULE = utf8('{"override_rule":');
const PACKET = utf8('{"packet":');
const SIGNATURE = utf8(',"signature":');
const SHIFTED_FROM = utf8(',"shifted_from":');
const RULE_BEFORE = utf8(',"rule_before":');
const PAYLOAD_CUT = utf8(',"payload_cut":');
const OVERRIDE_RULE = utf8(',"override_rule":');
const BYPASSED = utf8(',"bypassed":');
const IMPLICIT_USE = utf8(',"implicit_use":');
const CLOSE = 125;
const KEYS = DETAIL_KEYS.map((key) => [key, utf8(`,"${key}":`)] as const);

/** How the application was identified, and what its payload says in clear where it says something. */
export function writeIdentification(
  { identification: how, overrideRule }: SessionRow,
  to: ByteWriter,
): void {
  if (how !== null) writeHow(how, overrideRule, to);
  else if (overrideRule === null) to.literal(NULL);
  else {
    to.literal(OPEN_RULE);
    to.text(jsonText(overrideRule));
    to.character(CLOSE);
  }
}

function writeHow(how: IdentificationRow, overrideRule: string | null, to: ByteWriter): void {
  to.literal(PACKET);
  if (how.packet === 0) to.literal(NULL);
  else to.integer(how.packet);
  name(to, SIGNATURE, how.source);
  name(to, SHIFTED_FROM, how.before);
  name(to, RULE_BEFORE, how.ruleBefore);
  flag(to, PAYLOAD_CUT, how.isCut);
  if (overrideRule !== null) name(to, OVERRIDE_RULE, overrideRule);
  flag(to, BYPASSED, how.isBypassed);
  to.literal(IMPLICIT_USE);
  if (how.implicitUse === null) to.literal(NULL);
  else to.text(JSON.stringify(implicitUse(how.implicitUse)));
  if (how.detail !== null) writeDetail(how.detail, to);
  to.character(CLOSE);
}

/** What packets say is seldom said twice, and commands no terminal. */
function writeDetail(detail: AppDetail, to: ByteWriter): void {
  for (const [key, label] of KEYS) {
    const value = detail[key];
    if (value === undefined) continue;
    to.literal(label);
    to.rareText(jsonSafe(value));
  }
}

function name(to: ByteWriter, label: Uint8Array, text: string | null): void {
  to.literal(label);
  to.text(jsonText(text));
}

function flag(to: ByteWriter, label: Uint8Array, value: boolean): void {
  to.literal(label);
  to.literal(value ? TRUE : FALSE);
}

function implicitUse({ application, child, rule, isTemporary }: ImplicitUseRow): object {
  return { application, for: child, rule, temporary: isTemporary };
}
