/**
 * This file shows for one session how it is decided whether hardware carries it: every check in order
 * (panos.md §7), with the branch that was taken, and what came of it.
 */

import type {
  LateRefreshRow,
  OffloadCheck,
  OffloadDirection,
  OffloadRow,
} from '../../session/offload-row.ts';
import { PUNT_REASONS } from '../../session/offload-row.ts';
import { formatCount, formatCountOf, formatSeconds } from '../duration.ts';
import { terminalSafe } from '../escape.ts';
import { alignColumns } from '../show-columns.ts';
import { detailRow } from '../show-session-id.ts';

const INDENT = '        ';

/** What a check asks, answered with yes by a session that passes it. */
const QUESTIONS: Readonly<Record<OffloadCheck, string>> = {
  'no-hardware': 'the platform has offload hardware',
  disabled: 'offload is switched on for it',
  state: 'it is a FLOW, ACTIVE and not denied',
  tunnel: 'no tunnel ends on the firewall',
  protocol: 'it is TCP or UDP',
  'host-session': 'it is not with the firewall itself',
  handshake: 'both directions are seen, TCP is set up',
  'appid-pending': 'the application is identified',
  decrypt: 'it is not decrypted',
  'alg-control': 'no ALG reads it',
  'content-inspection': 'its content is not inspected any more',
  feature: 'no feature needs the dataplane',
};

const MARKS = { passed: '✓', failed: '✗', unreached: '·' } as const;

/** The lines under `Offload (estimate)`. */
export function offloadPathLines(offload: OffloadRow): string[] {
  const steps = offload.path.map((step) => [
    `${MARKS[step.outcome]} ${QUESTIONS[step.check]}`,
    step.check,
    terminalSafe(step.cause ?? ''),
    step.packet === null ? '' : `since packet ${step.packet}`,
  ]);
  const lines = alignColumns(steps, new Set());
  const failed = offload.path.findIndex(({ outcome }) => outcome === 'failed');
  const end = failed < 0 ? '└ in hardware' : `└ on the dataplane: ${offload.path[failed]?.check}`;
  lines.splice(failed < 0 ? lines.length : failed + 1, 0, `  ${end}`);
  return ['Offload (estimate)', ...lines.map((line) => `${INDENT}${line}`), ...outcome(offload)];
}

/** What came of it, as rows of details. */
function outcome(offload: OffloadRow): string[] {
  const { fromPacket, blockers, potential, punted, lateRefresh } = offload;
  const back = PUNT_REASONS.flatMap((reason, i) => {
    const count = punted[i] ?? 0;
    return count === 0 ? [] : [`${reason} ${formatCount(count)}`];
  });
  return [
    ...(fromPacket === null ? [] : [detailRow('in hardware from packet', fromPacket)]),
    ...splitRow('c2s', offload.c2s),
    ...splitRow('s2c', offload.s2c),
    ...(back.length === 0 ? [] : [detailRow('punted back', back.join(', '))]),
    ...stretchRows(offload),
    ...blockers.map(({ check, cause }) => detailRow('in the way', because(check, cause))),
    ...(potential.packets === 0
      ? []
      : [
          detailRow(
            'without that in hardware',
            `${formatCountOf(potential.packets, 'packet')} more`,
          ),
        ]),
    ...(lateRefresh === null ? [] : [detailRow('aged out early', earlyWords(lateRefresh))]),
  ];
}

const because = (check: OffloadCheck, cause: string | null) =>
  cause === null ? check : `${check} (${cause})`;

const earlyWords = ({ unreported, earlyNs }: LateRefreshRow) =>
  `by ${formatSeconds(earlyNs)} s: hardware had not reported ${formatCountOf(unreported, 'packet')}`;

function splitRow(direction: string, { hardwarePackets: hardware, ...rest }: OffloadDirection) {
  const total = hardware + rest.dataplanePackets;
  const bytes = `${rest.hardwareBytes} of ${rest.hardwareBytes + rest.dataplaneBytes} bytes`;
  return [detailRow(`in hardware(${direction})`, `${hardware} of ${total} packets, ${bytes}`)];
}

/** Only where one stretch is not all there is to say. */
function stretchRows({ stretches, stretchesLeftOut }: OffloadRow): string[] {
  const rows = stretches.flatMap(({ fromPacket, toPacket, endedBy }) => {
    if (endedBy === null && stretches.length === 1) return [];
    const until = toPacket === null ? '' : ` until packet ${toPacket}`;
    const why = endedBy === null ? 'the end' : endedBy;
    return [detailRow('stretch in hardware', `from packet ${fromPacket}${until}, ended by ${why}`)];
  });
  if (stretchesLeftOut === 0) return rows;
  return [...rows, detailRow('stretches not told', `${formatCount(stretchesLeftOut)} between`)];
}
