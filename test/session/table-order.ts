/** This file checks the inner order of a firewall's session table: slots, flows, timers. */

import { expect } from 'vitest';
import type { Firewall } from '../../src/engine/firewall.ts';
import {
  DEADLINE_F64,
  FLAG_S2C_INSTALLED,
  HOT_F64,
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  KEY_WORDS,
  META_IPV6,
  META_SANS_ZONE,
  META_ZONE_SHIFT,
  SERIAL,
  STATE,
} from '../../src/session/layout.ts';
import { PHASES } from '../../src/session/phases.ts';
import type { SessionTable } from '../../src/session/session-table.ts';

const NOT_LIVE = ['init', 'closed'].map((phase) => PHASES.indexOf(phase as 'init' | 'closed'));

/** Each slot in one state, each flow key leads to one slot, no timer late. */
export function expectTableInOrder(firewall: Firewall): void {
  const { table } = firewall;
  const live = slotsOf(table);
  const free = freeSlotsOf(table);
  expect(live).toHaveLength(table.live);
  expect([...live, ...free].sort((a, b) => a - b)).toEqual(
    Array.from({ length: table.used }, (_, slot) => slot),
  );
  expect(flowsInIndex(table)).toEqual(flowsOf(table, live));
  for (const slot of live) {
    expect(NOT_LIVE).not.toContain(table.hot[slot * HOT_WORDS + STATE]! & 255);
    expect(table.hotF64[slot * HOT_F64 + DEADLINE_F64]!).toBeGreaterThan(firewall.nowNs);
  }
}

/** Slots whose record has a serial. */
function slotsOf({ hot, used }: SessionTable): number[] {
  const slots = Array.from({ length: used }, (_, slot) => slot);
  return slots.filter((slot) => hot[slot * HOT_WORDS + SERIAL] !== 0);
}

function freeSlotsOf(table: SessionTable): number[] {
  const { free, freeCount } = table as unknown as { free: Int32Array; freeCount: number };
  return [...free.subarray(0, freeCount)];
}

/** Every flow that a live session has, and that its key finds itself; in order. */
function flowsOf(table: SessionTable, live: readonly number[]): number[] {
  const { hot } = table;
  return live.flatMap((slot) => {
    const hasReply = (hot[slot * HOT_WORDS + STATE]! & FLAG_S2C_INSTALLED) !== 0;
    const flows = hasReply ? [slot * 2, slot * 2 + 1] : [slot * 2];
    for (const flow of flows) expect(flowAt(table, flow)).toBe(flow);
    return flows;
  });
}

/** The flow that the key of `flow` leads to. */
function flowAt(table: SessionTable, flow: number): number {
  const { hot } = table;
  const at = (flow >>> 1) * HOT_WORDS + (flow & 1) * KEY_WORDS;
  const meta = hot[at + KEY_META]!;
  if ((meta & META_IPV6) !== 0) {
    // An s2c flow has the addresses the other way round.
    const turn = (flow & 1) << 2;
    for (let i = 0; i < 8; i++) table.wide.wanted[i] = table.wide.word(flow >>> 1, i ^ turn);
  }
  return table.flowWith(
    hot[at + KEY_SOURCE]!,
    hot[at + KEY_DESTINATION]!,
    hot[at + KEY_PORTS]!,
    meta & META_SANS_ZONE,
    meta >>> META_ZONE_SHIFT,
  );
}

function flowsInIndex({ index }: SessionTable): number[] {
  const flows: number[] = [];
  for (let i = 1; i < index.length; i += 2) if (index[i] !== 0) flows.push(index[i]! - 1);
  return flows.sort((a, b) => a - b);
}
