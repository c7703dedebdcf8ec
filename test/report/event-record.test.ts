/** This file checks how events of forwarding read as records. */

import { expect, it } from 'vitest';
import { COUNT_FWD_NOROUTE } from '../../src/events/counters.ts';
import {
  APPID_OVERRIDE,
  EGRESS_CHANGE_S2C,
  EVENT_APPID,
  EVENT_DROP,
  EVENT_EGRESS_CHANGE,
} from '../../src/events/event-kinds.ts';
import { eventRecord } from '../../src/report/event-record.ts';

const SOURCE = {
  epochSeconds: 1_700_000_000,
  zones: { zoneNames: ['unknown'], names: ['isp1', 'isp2'] },
  rules: [],
  natRules: [],
  overrideRules: [{ name: 'ours' }],
  applications: [{ name: 'acme' }],
  commits: [],
  commands: [],
};
const AT = {
  time: 1e9,
  packet: 0,
  file: 0,
  frame: 0,
  session: 7,
  ends: new Float64Array(4),
  predict: null,
};

const recordOf = (event: { kind: number; a: number; b: number }) =>
  JSON.parse(eventRecord({ ...AT, ...event }, SOURCE, { fileNames: null }));

it('an egress change names direction and both interfaces', () => {
  expect(recordOf({ kind: EVENT_EGRESS_CHANGE, a: 1, b: 2 })).toMatchObject({
    event: 'egress-change',
    session: 7,
    packet: null,
    severity: 'info',
    counter: null,
    detail: { direction: 'c2s', egress_interface_before: 'isp1', egress_interface: 'isp2' },
  });
  expect(recordOf({ kind: EVENT_EGRESS_CHANGE, a: 2, b: 1 | EGRESS_CHANGE_S2C }).detail).toEqual({
    direction: 's2c',
    egress_interface_before: 'isp2',
    egress_interface: 'isp1',
  });
});

it('an application that a rule gave names the rule; one that payload told has none', () => {
  const given = { application: 'acme', override_rule: 'ours' };
  expect(recordOf({ kind: EVENT_APPID, a: 0, b: APPID_OVERRIDE }).detail).toEqual(given);
  expect(recordOf({ kind: EVENT_APPID, a: 0, b: 3 }).detail).toEqual({ application: 'acme' });
  expect(recordOf({ kind: EVENT_APPID, a: 0, b: -1 }).detail).toEqual({ application: 'acme' });
});

it('a drop without route has the counter of the vendor', () => {
  expect(recordOf({ kind: EVENT_DROP, a: 0, b: COUNT_FWD_NOROUTE })).toMatchObject({
    event: 'drop',
    severity: 'drop',
    counter: 'flow_fwd_l3_noroute',
    detail: { reason: 'Packets dropped: no route' },
  });
});
