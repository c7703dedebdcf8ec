/** This file writes what App-ID found of a session, as a part of its record. */

import { DETAIL_KEYS } from '../session/app-detail.ts';
import type { ImplicitUseRow, SessionRow } from '../session/session-row.ts';
import type { ByteWriter } from './byte-writer.ts';
import { jsonSafe } from './escape.ts';

/** How the application was identified, and what its payload says in clear where it says something. */
export function writeIdentification(
  { identification: how, overrideRule }: SessionRow,
  to: ByteWriter,
): void {
  if (how === null) {
    to.text(overrideRule === null ? 'null' : jsonSafe({ override_rule: overrideRule }));
    return;
  }
  const found = {
    packet: how.packet === 0 ? null : how.packet,
    signature: how.source,
    shifted_from: how.before,
    rule_before: how.ruleBefore,
    payload_cut: how.isCut,
    ...(overrideRule === null ? {} : { override_rule: overrideRule }),
    bypassed: how.isBypassed,
    implicit_use: how.implicitUse && implicitUse(how.implicitUse),
  };
  const details = DETAIL_KEYS.map((detail) => [detail, how.detail?.[detail]] as const);
  to.text(jsonSafe({ ...found, ...Object.fromEntries(details) }));
}

function implicitUse({ application, child, rule, isTemporary }: ImplicitUseRow): object {
  return { application, for: child, rule, temporary: isTemporary };
}
