/** This file checks in which order and when things set for a time are done. */

import { describe, expect, it } from 'vitest';
import { Schedule } from '../../src/engine/schedule.ts';
import { readTimeBound, type TimeBound } from '../../src/net/time-span.ts';

const START = { second: 1_700_000_000, nanosecond: 900_000_000 };

function bound(text: string): TimeBound {
  const read = readTimeBound(text);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

describe('Schedule', () => {
  it('does each thing at its own instant, and what comes afterwards once an instant', () => {
    const schedule = new Schedule();
    const done: string[] = [];
    const add = (text: string) => schedule.add(bound(text), () => done.push(text));
    // The first packet comes at 22:13:20.9; +0.2 carries into the next second, and is 22:13:21.1.
    add('+0.2');
    add('+5');
    add('2023-11-14T22:13:21.1Z');
    add('2023-11-14T22:00:00Z');
    schedule.addAfterwards(() => done.push('afterwards'));
    schedule.begin(START, START.second);
    expect(schedule.nextNs).toBe(-800e9);
    schedule.run(-800e9 - 1);
    expect(done).toEqual([]);
    schedule.run(schedule.nextNs);
    expect(schedule.nextNs).toBe(1.1e9);
    schedule.run(1.1e9);
    expect(done).toEqual([
      '2023-11-14T22:00:00Z',
      'afterwards',
      '+0.2',
      '2023-11-14T22:13:21.1Z',
      'afterwards',
    ]);
    schedule.setEpoch(START.second + 4);
    expect(schedule.nextNs).toBe(1.9e9);
    schedule.run(1.9e9);
    expect(schedule.nextNs).toBe(Number.POSITIVE_INFINITY);
    expect(done.slice(5)).toEqual(['+5', 'afterwards']);
  });
});
