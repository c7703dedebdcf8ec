/** This file shows what hardware took of a session as a line of a scenario (test/scenarios/README.md). */

import type { OffloadRow, OffloadStretch } from '../../src/session/offload-row.ts';
import { PUNT_REASONS } from '../../src/session/offload-row.ts';
import type { SessionRow } from '../../src/session/session-row.ts';

/** Every session, a line each. */
export function offloadLines(sessions: readonly SessionRow[]): string[] {
  return sessions.map(({ serial, offload }) => {
    if (offload === null) return `${serial} -`;
    const parts = [
      verdict(offload),
      since(offload),
      punted(offload),
      [...offload.stretches.map(stretchText), ...leftOut(offload)].join(', '),
      blockers(offload),
      offload.lateRefresh === null
        ? ''
        : `late ${offload.lateRefresh.unreported} by ${offload.lateRefresh.earlyNs / 1e9}`,
    ];
    return `${serial} ${parts.filter((part) => part !== '').join(' | ')}`;
  });
}

function leftOut({ stretchesLeftOut }: OffloadRow): string[] {
  return stretchesLeftOut === 0 ? [] : [`${stretchesLeftOut} between`];
}

function verdict({ isEligible, reason, path, fromPacket, c2s, s2c }: OffloadRow): string {
  if (isEligible) {
    return `yes ${fromPacket === null ? '#-' : `#${fromPacket}`} ${c2s.hardwarePackets}+${s2c.hardwarePackets}`;
  }
  const cause = path.find(({ outcome }) => outcome === 'failed')?.cause ?? null;
  return cause === null ? `no ${reason}` : `no ${reason} ${cause}`;
}

/** Since which packets handshake and identification hold. */
function since({ path }: OffloadRow): string {
  const texts = path.flatMap(({ check, outcome, packet }) => {
    if (outcome !== 'passed') return [];
    if (check === 'handshake') return [`handshake #${packet ?? '-'}`];
    return check === 'appid-pending' ? [`appid #${packet ?? '-'}`] : [];
  });
  return texts.join(' ');
}

function punted(row: OffloadRow): string {
  return PUNT_REASONS.flatMap((reason, i) => {
    return row.punted[i] === 0 ? [] : [`${reason} ${row.punted[i]}`];
  }).join(' ');
}

function stretchText({ fromPacket, toPacket, endedBy }: OffloadStretch): string {
  return `#${fromPacket}-#${toPacket ?? '-'} ${endedBy ?? 'end'}`;
}

function blockers({ blockers: list, potential }: OffloadRow): string {
  if (list.length === 0) return '';
  const texts = list.map(({ check, cause }) => (cause === null ? check : `${check} ${cause}`));
  return `could ${potential.packets} without ${texts.join(', ')}`;
}
