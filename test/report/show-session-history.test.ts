/** This file checks what stands below `show session id`: numbers, transitions, events. */

import { expect, test } from 'vitest';
import {
  EVENT_APP_SHIFT,
  EVENT_APPID,
  EVENT_ICMP_ERROR,
  EVENT_POLICY_DENY,
  EVENT_SESSION_CREATED,
  EVENT_TRANSITION,
  EVENT_ZONECHANGE,
  ZONECHANGE_DROPPED,
} from '../../src/events/event-kinds.ts';
import type { EventView } from '../../src/events/event-log.ts';
import {
  replayLines,
  SessionEvents,
  transitionLines,
} from '../../src/report/show-session-history.ts';
import { finishedPing, identifiedBy, untold } from './rows.ts';

const EPOCH = 1_683_367_121;
const SOURCE = {
  epochSeconds: EPOCH,
  zones: { zoneNames: ['Inside', 'Outside\u0007'], names: [] },
  rules: [
    { name: 'allow-all', action: 'allow' },
    { name: 'no-sip', action: 'drop' },
  ],
  natRules: [],
  overrideRules: [{ name: 'ours' }],
  applications: [{ name: 'web-browsing' }, { name: 'websocket' }],
  commits: [],
  commands: [],
};

function eventOf(changes: Partial<EventView>): EventView {
  const at = { time: 0, packet: 9, file: 0, frame: 9 };
  const ends = new Float64Array(4);
  return {
    ...at,
    kind: EVENT_SESSION_CREATED,
    session: 31,
    a: 0,
    b: 0,
    ends,
    predict: null,
    ...changes,
  };
}

/** Adds a transition that a timer made after six seconds to the one at packet 9. */
function withTransitions() {
  const row = finishedPing();
  const at = { nanosecond: 0, file: 1, frame: 4 };
  row.transitions.push(
    { ...at, second: EPOCH, packet: 9, from: 'FREE', to: 'INIT', cause: 'session-created' },
    { ...at, second: EPOCH + 6, packet: 0, from: 'ACTIVE', to: 'CLOSED', cause: 'timer' },
  );
  return row;
}

test('the numbers of the replay', () => {
  const row = Object.assign(finishedPing(), { lastNanosecond: 25_000_000, elapsedNs: 25_000_000 });
  row.s2c.packets = 3;
  row.s2c.dropped = 2;
  expect(replayLines(row)).toEqual([
    'Replay',
    '        serial (--session takes it)          : 31',
    '        start                                : 2023-05-06T09:58:41.000000000Z',
    '        last packet                          : 2023-05-06T09:58:41.025000000Z (0.025 s after the start)',
    '        end                                  : 2023-05-06T09:58:47.000000000Z (6 s after the start)',
    '        packets(c2s)                         : 1',
    '        packets(s2c)                         : 3, of which 2 dropped',
  ]);
  expect(replayLines(Object.assign(row, { end: null }))[4]).toBe(
    '        end                                  : live at the end',
  );
});

const linesFor = (identification: ReturnType<typeof untold>) =>
  replayLines(Object.assign(finishedPing(), { identification })).slice(7);

test('what told the application: packet and signature, what it was before, the rule at setup', () => {
  const shifted = { before: 'web-browsing', ruleBefore: 'rest' };
  expect(linesFor(identifiedBy('RFC 6455 §4.1', shifted))).toEqual([
    '        application since packet             : 4',
    '        signature                            : RFC 6455 §4.1',
    '        shifted from                         : web-browsing',
    '        rule at setup                        : rest',
  ]);
  expect(linesFor(identifiedBy(null, { ruleBefore: 'Allow ping' }))).toEqual([
    '        application since packet             : 4',
    '        signature                            : no signature met',
  ]);
  expect(linesFor(untold({ ruleBefore: 'Allow ping', isCut: true }))).toEqual([
    '        payload cut by the capture           : True',
  ]);
});

test('transitions have time, packet, states and cause; a timer has no packet', () => {
  expect(transitionLines(withTransitions(), { fileNames: null })).toEqual([
    'Transitions',
    '        time                            after start  packet  from -> to        cause',
    '        2023-05-06T09:58:41.000000000Z     0.000000       9  FREE -> INIT      session-created',
    '        2023-05-06T09:58:47.000000000Z     6.000000       -  ACTIVE -> CLOSED  timer',
  ]);
});

test('of merged captures the packet has its file and its number there', () => {
  const lines = transitionLines(withTransitions(), { fileNames: ['a.pcap', 'b.pcap'] });
  expect(lines[2]).toContain('  9 (b.pcap 4)  FREE -> INIT');
});

test('events are plain lines; transitions and other sessions are left out', () => {
  const events = new SessionEvents(31, { fileNames: null });
  const all: Partial<EventView>[] = [
    {},
    { session: 30 },
    { kind: EVENT_TRANSITION },
    { time: 1_500_000_000, packet: 12, kind: EVENT_ICMP_ERROR, a: (3 << 8) | 1 },
    { time: 2e9, packet: 13, kind: EVENT_ZONECHANGE, a: 0, b: 1 | ZONECHANGE_DROPPED },
    { time: 3e9, packet: 14, kind: EVENT_POLICY_DENY, a: 1 },
  ];
  for (const changes of all) events.add(eventOf(changes), SOURCE);
  expect(events.lines(finishedPing())).toEqual([
    'Events',
    '        time                            after start  packet  event            detail',
    '        2023-05-06T09:58:41.000000000Z     0.000000       9  session-created',
    '        2023-05-06T09:58:42.500000000Z     1.500000      12  icmp-error       type 3, code 1',
    '        2023-05-06T09:58:43.000000000Z     2.000000      13  zonechange       ingress-zone-mismatch, expected zone Inside, seen zone Outside\\u{7}, counter flow_fwd_zonechange',
    '        2023-05-06T09:58:44.000000000Z     3.000000      14  policy-deny      rule no-sip, action drop, counter flow_policy_deny',
  ]);
});

test('what was read in clear is shown, and commands no terminal', () => {
  const detail = { certificate: 'a\u009b31m', alpn: ['h2', 'http/1.1'], sni: 'a.example' };
  expect(linesFor(identifiedBy('RFC 8446', { ruleBefore: 'Allow ping', detail })).slice(2)).toEqual(
    [
      '        server name (SNI)                    : a.example',
      '        protocols offered (ALPN)             : h2, http/1.1',
      '        certificate of                       : a\\u{9b}31m',
    ],
  );
});

test('an application, and what it shifts to', () => {
  const events = new SessionEvents(31, { fileNames: null });
  events.add(eventOf({ kind: EVENT_APPID, a: 0 }), SOURCE);
  events.add(eventOf({ time: 1e9, packet: 10, kind: EVENT_APP_SHIFT, a: 0, b: 1 }), SOURCE);
  expect(events.lines(finishedPing()).slice(1)).toEqual([
    '        time                            after start  packet  event      detail',
    '        2023-05-06T09:58:41.000000000Z     0.000000       9  appid      application web-browsing',
    '        2023-05-06T09:58:42.000000000Z     1.000000      10  app-shift  web-browsing -> websocket',
  ]);
});

test('a flood of events is cut, and counted', () => {
  const events = new SessionEvents(31, { fileNames: null });
  for (let i = 0; i < 1250; i++) events.add(eventOf({ kind: EVENT_ICMP_ERROR }), SOURCE);
  const lines = events.lines(finishedPing());
  expect(lines).toHaveLength(2 + 1000 + 1);
  expect(lines.at(-1)).toBe('        … and 250 events more');
  const owner = Object.assign(finishedPing(), { eventsLeftOut: 7 });
  expect(events.lines(owner).at(-1)).toBe('        … and 7 events more, counted but not recorded');
});

test('no events is said', () => {
  const events = new SessionEvents(31, { fileNames: null });
  expect(events.lines(finishedPing())).toEqual(['Events', '        none']);
});
