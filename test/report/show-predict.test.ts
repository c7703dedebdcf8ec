/** This file holds how predicts are shown against the outputs of panos.md §4.1 and §4.2, and their record. */

import { describe, expect, it } from 'vitest';
import { predictRecord } from '../../src/report/predict-record.ts';
import { predictSection, predictTable, showPredictId } from '../../src/report/show-predict.ts';
import type { PredictRow } from '../../src/session/predict-row.ts';

/** The vendor's example: 33 of its 60 s are over (KB-PREDICT). */
const ROW: PredictRow = {
  serial: 3,
  sessionId: 504,
  parent: 1,
  parentId: 409,
  expected: {
    application: 'ftp-data',
    protocol: 6,
    source: '10.59.59.132',
    sourceZone: 'L3-DMZ',
    sport: 0,
    destination: '172.16.59.100',
    destinationZone: 'L3-Inside',
    dport: 16889,
    translated: null,
    cause: 'PORT',
    triggeredBy: 'client',
    reason: null,
  },
  rule: 'ftp',
  installed: { second: 1_700_000_000, nanosecond: 5, packet: 7, file: 1, frame: 4 },
  expires: { second: 1_700_000_060, nanosecond: 5 },
  timeout: 60,
  timeToLive: 27,
  outcome: 'converted',
  withdrawnBy: null,
  session: 2,
  sessions: 1,
  end: null,
  isInferred: false,
  isObserved: false,
};

describe('a predict', () => {
  it('is listed as by `show session all filter type predict`', () => {
    const lines = predictTable([ROW]);
    expect(lines).toContain(
      '504          ftp-data       ACTIVE  PRED       10.59.59.132[0]/L3-DMZ/6  (10.59.59.132[0])',
    );
    expect(lines).toContain(
      'vsys1                                          172.16.59.100[16889]/L3-Inside  (172.16.59.100[16889])',
    );
  });

  it('is listed with its control session, and what is left out is counted', () => {
    expect(predictSection([], 0)).toEqual([]);
    const lines = predictSection([ROW], 3);
    expect(lines).toEqual([
      'Predict sessions',
      ...predictTable([ROW]),
      '… and 2 more predicts',
      '',
    ]);
  });

  it('has zeros for what may be any', () => {
    const expected = { ...ROW.expected, source: null, sourceZone: null };
    expect(predictTable([{ ...ROW, expected }]).join('\n')).toContain(
      'PRED       0.0.0.0[0]/any/6  (0.0.0.0[0])',
    );
    const wide = { ...expected, destination: '2001:db8::1' };
    expect(predictTable([{ ...ROW, expected: wide }]).join('\n')).toContain('::[0]/any/6');
  });

  it('is printed as by `show session id`', () => {
    const flow = (name: string, source: string, dst: string, ports: readonly string[]) => `
        ${name} flow:
                source:      ${source}
                dst:         ${dst}
                proto:       6
                sport:       ${ports[0]?.padEnd(16)}dport:      ${ports[1]}
                state:       ${ports[2]?.padEnd(16)}type:       PRED
                src user:    unknown
                dst user:    unknown
`;
    expect(showPredictId(ROW)).toBe(`Session             504
${flow('c2s', '10.59.59.132 [L3-DMZ]', '172.16.59.100', ['0', '16889', 'ACTIVE'])}${flow('s2c', '172.16.59.100 [L3-Inside]', '10.59.59.132', ['16889', '0', 'OPENING'])}
        start time                           : Tue Nov 14 22:13:20 2023
        timeout                              : 60 sec
        time to live                         : 27 sec
        total byte count(c2s)                : 0
        total byte count(s2c)                : 0
        layer7 packet count(c2s)             : 0
        layer7 packet count(s2c)             : 0
        vsys                                 : vsys1
        application                          : ftp-data
        rule                                 :
        service timeout override(index)      : False
        session to be logged at end          : False
        session in session ager              : True
        session updated by HA peer           : False
        parent session                       : 409
        prediction triggered by              : client
        prediction matched once              : True
        end-reason                           : unknown
`);
  });

  it('is a record with the keys of the contract, and its frame where captures were merged', () => {
    const record = JSON.parse(predictRecord(ROW, { fileNames: ['a.pcap', 'b.pcap'] }));
    expect(record).toMatchObject({
      record: 'predict',
      serial: 3,
      parent: 1,
      application: 'ftp-data',
      protocol: 6,
      source: '10.59.59.132',
      source_zone: 'L3-DMZ',
      sport: 0,
      dst: '172.16.59.100',
      dst_zone: 'L3-Inside',
      dport: 16889,
      cause: 'PORT',
      triggered_by: 'client',
      packet: 7,
      frame: { file: 'b.pcap', number: 4 },
      installed: '2023-11-14T22:13:20.000000005Z',
      expires: '2023-11-14T22:14:20.000000005Z',
      outcome: 'converted',
      session: 2,
    });
    expect(JSON.parse(predictRecord(ROW, { fileNames: null }))).not.toHaveProperty('frame');
  });
});
