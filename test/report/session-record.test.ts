/** This file checks what a session record says of protocols whose ports are none, of SCTP, and of App-ID. */

import { expect, test } from 'vitest';
import { sessionRecord } from '../../src/report/session-record.ts';
import { ANSWER_RST_CLIENT, ANSWER_RST_SERVER, answerOf } from '../../src/session/answers.ts';
import { identifiedBy, ipv4, rowOf, untold } from './rows.ts';

interface Flow {
  readonly sport: number;
  readonly dport: number;
}

function recordOf(protocol: number): { c2s: Flow; s2c: Flow; community_id: string } {
  const row = rowOf({
    protocol,
    sourceWords: ipv4(192, 168, 170, 8),
    destinationWords: ipv4(192, 168, 170, 56),
    sport: 7,
    dport: 8,
  });
  return JSON.parse(sessionRecord(row, { fileNames: null }));
}

test.each([47, 50, 51])('protocol %i: both flows have the number in the same order', (protocol) => {
  const { c2s, s2c } = recordOf(protocol);
  expect([c2s.sport, c2s.dport, s2c.sport, s2c.dport]).toEqual([7, 8, 7, 8]);
});

test.each([6, 17, 132])('protocol %i: the answer has the ports the other way round', (protocol) => {
  const { c2s, s2c } = recordOf(protocol);
  expect([c2s.sport, c2s.dport, s2c.sport, s2c.dport]).toEqual([7, 8, 8, 7]);
});

test('SCTP has a Community ID', () => {
  // Of seed 0, the two addresses, protocol 132 and ports 7 and 8: hashed by Python's hashlib.
  expect(recordOf(132).community_id).toBe('1:EWtSmnD2Yb8mlXKgb6nycZAoIcY=');
});

/** What a record says of App-ID. */
function appIdOf(changes: Parameters<typeof rowOf>[0]): unknown {
  const record = JSON.parse(sessionRecord(rowOf(changes), { fileNames: null }));
  const { tracker_stage_l7proc: stage, layer7_processing: layer7, appid } = record;
  return { stage, layer7, appid };
}

test('App-ID: when, by what, from what, under which rule; and what has become of it', () => {
  const denied = identifiedBy('RFC 4253 §4.2', { ruleBefore: 'rest "all"', isDenied: true });
  expect(appIdOf({ identification: denied })).toEqual({
    stage: 'appid policy lookup deny',
    layer7: 'completed',
    appid: {
      packet: 4,
      signature: 'RFC 4253 §4.2',
      shifted_from: null,
      rule_before: 'rest "all"',
      payload_cut: false,
      bypassed: false,
      implicit_use: null,
    },
  });
  const open = untold({ ruleBefore: 'out' });
  const c2s = { layer7Packets: 1 };
  expect(appIdOf({ identification: open, endReason: 'aged-out', c2s })).toEqual({
    stage: 'l7-processing-aged-out',
    layer7: 'enabled',
    appid: {
      packet: null,
      signature: null,
      shifted_from: null,
      rule_before: 'out',
      payload_cut: false,
      bypassed: false,
      implicit_use: null,
    },
  });
});

test('what was read in clear stands in one order, and commands no terminal', () => {
  const detail = { certificate: 'a\u009b31m"\u202e', alpn: ['h2', 'x'], sni: 'a.example' };
  const text = sessionRecord(rowOf({ identification: identifiedBy('x', { detail }) }), {
    fileNames: null,
  });
  expect(text).toContain(
    String.raw`"payload_cut":false,"bypassed":false,"implicit_use":null,"sni":"a.example","alpn":["h2","x"],"certificate":"a\u009b31m\"\u202e"}`,
  );
  expect(JSON.parse(text).appid.certificate).toBe(detail.certificate);
});

test('a rule that gave the application is named, with payload or without', () => {
  const overrideRule = 'ours';
  expect(appIdOf({ overrideRule })).toMatchObject({ appid: { override_rule: 'ours' } });
  expect(appIdOf({ overrideRule, identification: identifiedBy(null) })).toMatchObject({
    appid: { signature: null, override_rule: 'ours' },
  });
});

test('App-ID: a rule for another application let it pass, and is its rule still', () => {
  const use = { application: 'web-browsing', child: 'websocket', rule: 'ws', isTemporary: true };
  const told = { application: 'web-browsing', for: 'websocket', rule: 'ws', temporary: true };
  const identification = identifiedBy('RFC 9112', { implicitUse: use });
  expect(appIdOf({ identification })).toMatchObject({ appid: { implicit_use: told } });
});

test('App-ID: the rest was not inspected', () => {
  const identification = identifiedBy(null, { isBypassed: true });
  expect(appIdOf({ identification })).toMatchObject({
    stage: 'ctd err bypass',
    appid: { bypassed: true },
  });
});

test('what a denied session is answered', () => {
  const answer = (bits: number) =>
    JSON.parse(sessionRecord(rowOf({ answer: bits }), { fileNames: null })).answer;
  expect(answer(0)).toBeNull();
  expect(answer(answerOf(ANSWER_RST_CLIENT | ANSWER_RST_SERVER, null))).toEqual({
    sends: ['rst-to-client', 'rst-to-server'],
    not_sent: null,
  });
  expect(answer(answerOf(0, 'handshake-incomplete'))).toEqual({
    sends: [],
    not_sent: 'handshake-incomplete',
  });
});

test('where ports tell the application App-ID has no part in it', () => {
  expect(appIdOf({ endReason: 'aged-out', c2s: { layer7Packets: 1 } })).toEqual({
    stage: null,
    layer7: null,
    appid: null,
  });
});
