/** This file checks what is said of ALGs: data flows that were refused, or that no predict explains, and bounds. */

import { describe, expect, it } from 'vitest';
import type { Observations } from '../../src/engine/parts.ts';
import { COUNTERS } from '../../src/events/counters.ts';
import { PredictCounts } from '../../src/report/predict-counts.ts';
import { predictLines, predictSummary } from '../../src/report/predict-text.ts';
import type { PredictRow, RefusedFlow } from '../../src/session/predict-row.ts';
import type { AlgRow, SessionRow } from '../../src/session/session-row.ts';
import { ipv4, rowOf } from './rows.ts';

const CLIENT = ipv4(10, 10, 10, 5);
const SERVER = ipv4(203, 0, 113, 50);
const ALG: AlgRow = { application: 'ftp', isOn: true, gaps: 0, blindSince: null, blindCause: null };

/** A control session, live from second 100 to 200. */
function control(serial: number, alg: Partial<AlgRow> = {}): SessionRow {
  return rowOf({
    ...{ serial, application: 'ftp', protocol: 6, startSecond: 100, startPacket: 1 },
    ...{ sourceWords: CLIENT, destinationWords: SERVER, sport: 40_000, dport: 21 },
    end: { second: 200, nanosecond: 0, lifetimeNs: 100e9 },
    alg: { ...ALG, ...alg },
  });
}

/** A connection from the server's port 20 that was denied at second 150. */
function fromServer(serial: number, changes: Partial<SessionRow> = {}): SessionRow {
  const {
    application = 'not-applicable',
    sport = 20,
    action = 'deny',
    startSecond = 150,
  } = changes;
  return rowOf({
    ...{ serial, application, protocol: 6, startSecond, startPacket: 50, action },
    ...{ sourceWords: SERVER, destinationWords: CLIENT, sport, dport: 5099 },
    wasAnnounced: changes.wasAnnounced ?? false,
  });
}

const predictRow = (serial: number, changes: Partial<PredictRow> = {}): PredictRow => ({
  ...{ serial, sessionId: 100 + serial, parent: 1, parentId: 1, rule: 'ftp', timeout: 60 },
  expected: {
    ...{ application: 'ftp-data', protocol: 6, source: '203.0.113.50', sourceZone: 'untrust' },
    ...{ sport: 0, destination: '10.10.10.5', destinationZone: 'trust', dport: 5099 },
    ...{ translated: null, cause: 'PORT', triggeredBy: 'client', reason: null },
  },
  installed: { second: 110, nanosecond: 0, packet: 9, file: 0, frame: 9 },
  expires: { second: 170, nanosecond: 0 },
  end: { second: 170, nanosecond: 0, packet: 0, file: 0, frame: 0 },
  ...{ timeToLive: 0, outcome: 'expired', withdrawnBy: null, session: null, sessions: 0 },
  isInferred: false,
  isObserved: false,
  ...changes,
});

const refused = (session: number): RefusedFlow => ({
  ...{ session, parent: 1, alg: 'ftp', reason: 'alg-off', expected: predictRow(1).expected },
  seen: { second: 150, nanosecond: 0, packet: 50, file: 0, frame: 50 },
  announced: { second: 110, nanosecond: 0, packet: 9, file: 0, frame: 9 },
});

/** What is said of these rows. */
function reportOf(
  sessions: readonly SessionRow[],
  predicts: readonly PredictRow[] = [],
  refusedFlows: readonly RefusedFlow[] = [],
) {
  const counts = new PredictCounts();
  for (const row of sessions) counts.addSession(row);
  for (const row of predicts) counts.add(row);
  const refusedFlowCount = refusedFlows.length;
  const observations = { refusedFlows, refusedFlowCount } as unknown as Observations;
  return counts.report(observations, new Float64Array(COUNTERS.length));
}

const whys = (report: ReturnType<typeof reportOf>) =>
  report.unexplained_flow_list.map(({ session, why, control: by }) => [session, why, by]);

describe('a data flow that no predict explains', () => {
  it('is one from port 20, with a control session of its hosts or without', () => {
    expect(whys(reportOf([control(1), fromServer(2)]))).toEqual([[2, 'not-announced', 1]]);
    expect(whys(reportOf([fromServer(2)]))).toEqual([[2, 'no-control-session', null]]);
    const late = fromServer(2, { startSecond: 201 });
    expect(whys(reportOf([control(1), late]))).toEqual([[2, 'no-control-session', null]]);
    expect(whys(reportOf([control(1), fromServer(2, { sport: 21 })]))).toEqual([]);
  });

  it('is one whose payload is of media, allowed or not', () => {
    const media = fromServer(2, { application: 'rtp-base', sport: 7000, action: 'allow' });
    expect(whys(reportOf([media]))).toEqual([[2, 'no-control-session', null]]);
  });

  it('is none that a predict let through, or an option refused', () => {
    const announced = fromServer(2, { wasAnnounced: true });
    expect(whys(reportOf([control(1), announced]))).toEqual([]);
    const report = reportOf([control(1), announced, fromServer(3)], [], [refused(2)]);
    expect(whys(report)).toEqual([[3, 'not-announced', 1]]);
  });

  it('is a denied one of the hosts whose control channel became unreadable before', () => {
    const other = fromServer(2, { sport: 50_000 });
    expect(whys(reportOf([control(1, { blindSince: 6 }), other]))).toEqual([[2, 'alg-blind', 1]]);
    // Packet 50 began it: before packet 60 the ALG could read.
    expect(whys(reportOf([control(1, { blindSince: 60 }), other]))).toEqual([]);
    expect(whys(reportOf([control(1, { gaps: 1 }), fromServer(2)]))).toEqual([
      [2, 'capture-gap', 1],
    ]);
  });

  it('is a denied one that came when its predict was over', () => {
    const other = (startSecond: number) => fromServer(2, { sport: 50_000, startSecond });
    expect(whys(reportOf([control(1), other(170)], [predictRow(1)]))).toEqual([
      [2, 'predict-over', 1],
    ]);
    expect(whys(reportOf([control(1), other(169)], [predictRow(1)]))).toEqual([]);
    const stranger = { ...predictRow(1).expected, source: '203.0.113.51' };
    const row = predictRow(1, { expected: stranger });
    expect(whys(reportOf([control(1), other(170)], [row]))).toEqual([]);
  });
});

describe('the first screen', () => {
  it('has each control session with its predicts, then flows', () => {
    const report = reportOf(
      [control(1, { blindSince: 40, blindCause: 'AUTH TLS' }), fromServer(2)],
      [predictRow(1, { end: null, outcome: 'converted', session: 3, sessions: 2 })],
      [refused(4)],
    );
    expect(predictSummary(report)).toBe(
      '1 control session; 1 predicted: 1 converted; 1 data flow refused; 1 data flow unexplained',
    );
    expect(predictLines(report)).toEqual([
      'session 1 ftp 10.10.10.5:40000 > 203.0.113.50:21: its ALG is blind from packet 40 on (AUTH TLS)',
      '  predict 1, PORT in packet 9: ftp-data/tcp 203.0.113.50:* > 10.10.10.5:5099, 00:01:50.000 for 60 s: converted to session 3 and 1 other',
      'refused: session 4, packet 50: ftp-data/tcp to 10.10.10.5:5099, announced by PORT of session 1 in packet 9: the ALG of ftp is off',
      'unexplained: session 2, packet 50: not-applicable/tcp 203.0.113.50:20 > 10.10.10.5:5099, denied: the ALG of session 1 is blind from packet 40 on (AUTH TLS)',
    ]);
  });

  it('is bounded, in whatever order rows come, and counts the rest', () => {
    const serials = Array.from({ length: 3000 }, (_, i) => 3000 - i);
    const report = reportOf(
      [
        ...serials.map((serial) => control(serial)),
        ...serials.map((one) => fromServer(3000 + one)),
      ],
      serials.map((serial) => predictRow(serial, { parent: serial })),
    );
    expect(report).toMatchObject({ control_sessions: 3000, predicted: 3000 });
    expect(report.control_session_list.map(({ session }) => session)).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
    expect(report.predicts_not_listed).toBe(2800);
    expect(report).toMatchObject({ unexplained_flows: 3000 });
    expect(report.unexplained_flow_list).toHaveLength(100);
    const lines = predictLines(report);
    expect(lines.length).toBeLessThan(40);
    expect(lines).toContain('… 190 more control sessions in run.json');
    expect(lines.at(-1)).toBe('… 2,990 more unexplained data flows');
  });

  it('says where the count is a lower bound: of what could not be compared nothing is known', () => {
    const denied = (count: number) =>
      Array.from({ length: count }, (_, i) => fromServer(2 + i, { sport: 50_000 }));
    const blind = control(1, { blindSince: 6 });
    const most = reportOf([blind, ...denied(4096)]);
    expect(most).toMatchObject({ unexplained_flows: 4096, unexplained_at_least: false });
    const more = reportOf([blind, ...denied(4097)]);
    expect(more).toMatchObject({ unexplained_flows: 4096, unexplained_at_least: true });
    expect(predictSummary(more)).toContain('at least 4,096 data flows unexplained');
    expect(predictLines(more).at(-1)).toBe('… at least 4,086 more unexplained data flows');
    // What looks like data is counted one by one, kept or not.
    const data = Array.from({ length: 5000 }, (_, i) => fromServer(2 + i));
    expect(reportOf([control(1), ...data])).toMatchObject({
      ...{ unexplained_flows: 5000, unexplained_at_least: false },
    });
  });

  it('does not say that no control session was there where not all are known', () => {
    const controls = Array.from({ length: 1001 }, (_, i) => control(1 + i));
    const stranger = fromServer(2000, { startSecond: 250 });
    expect(whys(reportOf([...controls, stranger]))).toEqual([[2000, 'not-known', null]]);
  });

  it('knows each predict to one destination by the time when it was over', () => {
    const again = predictRow(2, {
      installed: { ...predictRow(1).installed, second: 190 },
      end: null,
    });
    const flow = fromServer(5, { sport: 50_000, startSecond: 180 });
    expect(whys(reportOf([control(1), flow], [predictRow(1), again]))).toEqual([
      [5, 'predict-over', 1],
    ]);
  });
});
