/** This file checks the totals of the offload estimate on rows made by hand: sums, changes, bounds. */

import { describe, expect, it } from 'vitest';
import { OffloadCounts } from '../../src/report/offload/counts.ts';
import {
  changeWords,
  loadWords,
  offloadLines,
  offloadSummary,
} from '../../src/report/offload/offload-text.ts';
import type { OffloadRates } from '../../src/report/offload/rates.ts';
import type { OffloadBlocker, OffloadRow } from '../../src/session/offload-row.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { offloadOf } from './offload-rows.ts';
import { ipv4, rowOf } from './rows.ts';

const NO_RATES: OffloadRates = { step: 1, points: [] };

function session(serial: number, offload: OffloadRow | null): SessionRow {
  return rowOf({
    ...{ serial, protocol: 6, application: 'ssl', rule: 'out', sport: 40_000 + serial, dport: 443 },
    ...{ sourceWords: ipv4(10, 1, 1, 5), destinationWords: ipv4(203, 0, 113, 80), offload },
  });
}

function reportOf(rows: readonly (OffloadRow | null)[], rates = NO_RATES, assumptions = ['x']) {
  const counts = new OffloadCounts();
  rows.forEach((offload, i) => {
    counts.add(session(i + 1, offload));
  });
  return counts.report(rates, { assumptions, switches: [] });
}

/** The report where there is one. */
function toldOf(...given: Parameters<typeof reportOf>) {
  const report = reportOf(...given);
  if (report === null) throw new Error('no session');
  return report;
}

const DECRYPT: OffloadBlocker = { check: 'decrypt', cause: 'decrypt-out' };
const PROFILES: OffloadBlocker = { check: 'content-inspection', cause: 'backup' };

/** A session on the dataplane that `blockers` keep `packets` of there. */
const kept = (packets: number, blockers: readonly OffloadBlocker[], dataplane = packets) =>
  offloadOf(blockers[0]?.check ?? null, {
    ...{ blockers, potential: { packets, bytes: 100 * packets } },
    causes: { [blockers[0]?.check ?? 'state']: blockers[0]?.cause ?? '' },
    c2s: { dataplane: [dataplane, 100 * dataplane] },
  });

describe('totals', () => {
  it('are of both directions, and what hardware and dataplane have adds up', () => {
    const report = toldOf([
      offloadOf(null, {
        c2s: { hardware: [70, 7000], dataplane: [5, 500] },
        s2c: { hardware: [20, 30_000], dataplane: [5, 700] },
        punted: { fin: 2, ttl: 1 },
      }),
      offloadOf('decrypt', { s2c: { dataplane: [100, 1800] } }),
      offloadOf('protocol', { punted: {} }),
      offloadOf('decrypt'),
      null,
    ]);
    expect(report.sessions).toEqual({ offloaded: 1, dataplane: 3 });
    expect(Object.entries(report.reasons)).toEqual([
      ['decrypt', 2],
      ['protocol', 1],
    ]);
    expect(report.packets).toEqual({
      ...{ total: 200, hardware: 90, dataplane: 110, hardware_share: 0.45 },
    });
    expect(report.bytes).toEqual({
      ...{ total: 40_000, hardware: 37_000, dataplane: 3000, hardware_share: 0.925 },
    });
    expect(report.punted).toEqual({ fin: 2, ttl: 1 });
    expect(report.estimate).toBe(true);
  });

  it('are not there without a session', () => {
    expect(reportOf([])).toBeNull();
    expect(reportOf([null])).toBeNull();
  });
});

describe('the change that frees most', () => {
  it('is of sessions that nothing else stands against', () => {
    const rows = [
      kept(500, [DECRYPT]),
      kept(900, [DECRYPT, PROFILES]),
      kept(300, [PROFILES]),
      kept(300, [PROFILES]),
      kept(0, [DECRYPT]),
    ];
    const { changes, blocked_by_several: several } = toldOf(rows);
    expect(changes).toMatchObject([
      { ...PROFILES, sessions: 2, packets: 600, bytes: 60_000, heaviest: { session: 3 } },
      { ...DECRYPT, sessions: 1, packets: 500, bytes: 50_000, heaviest: { session: 1 } },
    ]);
    expect(several).toEqual({ sessions: 1, packets: 900 });
    const told = offloadLines(toldOf(rows)).filter((line) => line.includes('change'));
    expect(told).toEqual([
      '                  900 packets of 1 session would take more than one change',
    ]);
    expect(offloadLines(toldOf(rows.slice(1, 2))).join('\n')).toContain(
      '\n  frees most      900 packets of 1 session would take more than one change\n',
    );
  });

  it('is an ALG off only where its data have less of hardware than that gains', () => {
    const ftp: OffloadBlocker = { check: 'alg-control', cause: 'ftp' };
    const sip: OffloadBlocker = { check: 'alg-control', cause: 'sip' };
    const counts = new OffloadCounts();
    const data = (packets: number) =>
      offloadOf(null, { c2s: { hardware: [packets, 100 * packets] } });
    counts.add({ ...session(1, data(60)), announcedBy: 'ftp' } as SessionRow);
    counts.add(session(2, kept(50, [ftp])));
    counts.add(session(3, kept(50, [sip])));
    counts.add({ ...session(4, data(20)), announcedBy: 'sip' } as SessionRow);
    const report = counts.report(NO_RATES, { assumptions: ['x'], switches: [] });
    expect(report?.changes).toMatchObject([{ ...sip, packets: 30, bytes: 3000, sessions: 1 }]);
  });

  it('is the same in whatever order sessions come', () => {
    const other: OffloadBlocker = { check: 'content-inspection', cause: 'archive' };
    const rows = [kept(7, [PROFILES]), kept(7, [other]), kept(7, [DECRYPT]), kept(7, [DECRYPT])];
    const counts = new OffloadCounts();
    for (const [i, offload] of [...rows.entries()].reverse()) counts.add(session(i + 1, offload));
    const { changes } = toldOf(rows);
    expect(counts.report(NO_RATES, { assumptions: ['x'], switches: [] })?.changes).toEqual(changes);
    expect(changes.map(({ cause }) => cause)).toEqual(['decrypt-out', 'archive', 'backup']);
    expect(changes[0]?.heaviest.session).toBe(3);
  });

  it('is told in words of the configuration', () => {
    const words = (['no-hardware', 'disabled', 'feature', 'alg-control'] as const).map((check) =>
      changeWords({ check, cause: 'C\u001b' }),
    );
    expect(words).toEqual([
      'a platform with offload hardware in place of C\\u{1b}',
      'C\\u{1b}: yes',
      'without C\\u{1b}',
      'the ALG of C\\u{1b} off, and rules for its data',
    ]);
    expect(changeWords({ check: 'disabled', cause: 'set session offload no' })).toBe(
      'without set session offload no',
    );
    expect(changeWords({ check: 'host-session', cause: null })).toBe(
      'nothing against it at host-session',
    );
  });
});

describe('the first screen', () => {
  it('has shares, load, reasons, the change with its one heavy session, the heaviest', () => {
    const points = [
      { seconds: 0, packets: 1000, hardware: 0 },
      { seconds: 1, packets: 3000, hardware: 2500 },
    ];
    const rows = [
      offloadOf(null, {
        ...{ c2s: { hardware: [2500, 250_000], dataplane: [10, 700] }, punted: { fin: 2 } },
      }),
      kept(1200, [DECRYPT], 1250),
      kept(40, [DECRYPT], 200),
      offloadOf('protocol', { c2s: { dataplane: [40, 3000] } }),
    ];
    const report = toldOf(rows, { step: 1, points }, ['one thing', 'another']);
    expect(offloadSummary(report)).toBe('estimate: 1 of 4 sessions offloaded');
    // 2500 of 2500 + 10 + 1250 + 200 + 40 = 4000; 250,000 of 250,700 + 145,000 + 3000 bytes = 398,700.
    expect(offloadLines(report)).toEqual([
      '  in hardware     2,500 of 4,000 packets (63 %), 250.0 kB of 398.7 kB (63 %)',
      '  punted back     2 packets of offloaded sessions: fin 2',
      '  dataplane       1,000 packets/s at most, 750 on average; without offload 3,000 and 2,000',
      '  not offloaded   decrypt 2, protocol 1',
      "  frees most      no-decrypt for rule decrypt-out: 1,240 packets (83 % of the dataplane's) of 2 sessions would go to hardware",
      '                  97 % of it session 2, 10.1.1.5:40002 > 203.0.113.80:443: a no-decrypt rule for it alone would free that',
      '  heaviest on the dataplane',
      '    Serial  Packets     Bytes  Application  Rule  Why',
      '         2    1,250  125.0 kB  ssl          out   decrypt (decrypt-out)',
      '         3      200   20.0 kB  ssl          out   decrypt (decrypt-out)',
      '         4       40    3.0 kB  ssl          out   protocol',
      '  assumed         one thing; another',
    ]);
  });

  it('says only why where hardware has nothing and no change would give it anything', () => {
    const report = toldOf([offloadOf('protocol', { c2s: { dataplane: [40, 3000] } })]);
    expect(offloadSummary(report)).toBe('estimate: 0 of 1 session offloaded');
    expect(offloadLines(report)).toEqual(['  not offloaded   protocol 1']);
  });

  it('is bounded, in whatever order sessions come', () => {
    const rows = Array.from({ length: 3000 }, (_, i) =>
      kept(i + 1, [{ check: 'decrypt', cause: `rule-${i % 500}` }]),
    );
    const report = toldOf(rows);
    expect(report.heaviest.map(({ session: serial }) => serial)).toEqual(
      Array.from({ length: 20 }, (_, i) => 3000 - i),
    );
    expect(report.changes).toHaveLength(20);
    expect(report.changes_not_listed).toBe(480);
    // Rule 499 has sessions 500, 1000 … 3000, of so many packets each.
    expect(report.changes[0]).toMatchObject({ cause: 'rule-499', sessions: 6, packets: 10_500 });
    expect(offloadLines(report).length).toBeLessThan(15);
  });
});

describe('packets a second', () => {
  it('are not told where nobody counted', () => {
    const report = toldOf([offloadOf('state')]);
    expect(report.dataplane_rate).toBeNull();
    expect(loadWords(report)).toBe("0 % of the sessions' packets in hardware");
  });

  const points = (count: number, packets: (i: number) => number, step: number) =>
    Array.from({ length: count }, (_, i) => ({
      ...{ seconds: i * step, packets: packets(i), hardware: 0 },
    }));

  it('are of whole seconds, however fine the steps', () => {
    // 2.5 s in steps of 1 ms, one packet each but 11 in the first of second 1.
    const fine = points(2500, (i) => (i === 1000 ? 11 : 1), 0.001);
    const { dataplane_rate: rate } = toldOf([offloadOf('state')], { step: 0.001, points: fine });
    expect(rate?.step).toBe(1);
    expect(rate?.without_offload).toEqual({ peak: 1010, peak_at: 1, mean: 836.67 });
  });

  it('are of longer steps where the capture is long', () => {
    const coarse = points(3, (i) => 64 * i, 32);
    const { dataplane_rate: rate } = toldOf([offloadOf('state')], { step: 32, points: coarse });
    expect(rate).toMatchObject({ step: 32, with_offload: { peak: 4, peak_at: 64, mean: 2 } });
  });
});
