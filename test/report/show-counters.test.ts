/** This file checks `show counter global` against the text of panos.md §4.4. */

import { expect, test } from 'vitest';
import { showCounters } from '../../src/report/show-counters.ts';

const RULER = '-'.repeat(80);

test('counters that are not zero, in the order of their definitions', () => {
  // 349.576 s: 29 is 0.08 a second, 3495 is 9.998, 3496 is 10.0007.
  const counters = {
    tcp_drop_out_of_wnd: 3495,
    flow_tcp_non_syn: 0,
    pkt_recv: 29,
    flow_tcp_non_syn_drop: 3496,
  };
  expect(showCounters(counters, 349_576_000_000).split('\n')).toEqual([
    'Global counters:',
    'Elapsed time since last sampling: 349.576 seconds',
    '',
    'name                                   value     rate severity  category  aspect    description',
    RULER,
    'pkt_recv                                  29        0 info      packet    pktproc   Packets received',
    'flow_tcp_non_syn_drop                   3496       10 drop      flow      session   Packets dropped: non-SYN TCP without session match',
    'tcp_drop_out_of_wnd                     3495        9 warn      tcp       resource  out-of-window packets dropped',
    RULER,
    'Total counters shown: 3',
    RULER,
    '',
  ]);
});

test('numbers end, and words begin, at the measured columns', () => {
  const line = showCounters({ pkt_recv: 1_234_567 }, 1e9).split('\n')[5] ?? '';
  expect(line.slice(0, 8)).toBe('pkt_recv');
  expect(line.slice(37, 44)).toBe('1234567');
  expect(line.slice(44, 54)).toBe('  1234567 ');
  expect(line.slice(54, 64)).toBe('info      ');
  expect(line.slice(64, 74)).toBe('packet    ');
  expect(line.slice(74, 84)).toBe('pktproc   ');
  expect(line.slice(84)).toBe('Packets received');
});

test('over no time there is no rate; nothing counted is no line', () => {
  expect(showCounters({ pkt_recv: 5 }, 0)).toContain('  5        0 info');
  expect(showCounters({}, 0)).toBe(
    `Global counters:\nElapsed time since last sampling: 0.000 seconds\n\n` +
      `name                                   value     rate severity  category  aspect    description\n` +
      `${RULER}\n${RULER}\nTotal counters shown: 0\n${RULER}\n`,
  );
});
