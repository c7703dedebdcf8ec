/** This file compares the ager with a sorted list: same order, same times, whatever happens to timers. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ager } from '../../src/session/ager.ts';
import { DEADLINE_F64, HOT_F64, HOT_WORDS, SERIAL } from '../../src/session/layout.ts';
import { SessionTable } from '../../src/session/session-table.ts';

/** What may happen, with a choice among the live sessions by a number. */
type Step =
  | { readonly kind: 'add'; readonly afterNs: number }
  | { readonly kind: 'move'; readonly which: number; readonly afterNs: number }
  | { readonly kind: 'remove'; readonly which: number }
  | { readonly kind: 'jump'; readonly byNs: number };

const LONGEST_NS = 15_999_999e9;

/** The ager under test beside a list of (deadline, serial). */
class Pair {
  readonly table = new SessionTable(1);
  /** Swept all the time, so that sweeping is seen to change nothing. */
  readonly ager = new Ager(this.table, { spareEntries: 2 });
  readonly model = new Map<number, { deadline: number; serial: number }>();
  now = 0;
  private serials = 0;

  add(deadline: number): void {
    const slot = this.table.allocate();
    const serial = ++this.serials;
    this.table.hot[slot * HOT_WORDS + SERIAL] = serial;
    this.table.hotF64[slot * HOT_F64 + DEADLINE_F64] = deadline;
    this.ager.add(slot);
    this.model.set(slot, { deadline, serial });
  }

  move(slot: number, deadline: number): void {
    const entry = this.model.get(slot)!;
    this.table.hotF64[slot * HOT_F64 + DEADLINE_F64] = deadline;
    if (deadline < entry.deadline) this.ager.shorten(slot);
    entry.deadline = deadline;
  }

  remove(slot: number): void {
    this.ager.remove(slot);
    this.table.release(slot);
    this.model.delete(slot);
  }

  /** Runs both to `now` and compares what fires. */
  runTo(now: number): void {
    this.now = now;
    const expected = [...this.model.entries()]
      .filter(([, { deadline }]) => deadline <= now)
      .sort(([, a], [, b]) => a.deadline - b.deadline || a.serial - b.serial)
      .map(([slot, { deadline, serial }]) => ({ slot, deadline, serial }));
    const fired: typeof expected = [];
    if (expected.length > 0) expect(this.ager.nextNs).toBeLessThanOrEqual(now);
    for (let slot = this.ager.takeDue(now); slot >= 0; slot = this.ager.takeDue(now)) {
      const deadline = this.table.hotF64[slot * HOT_F64 + DEADLINE_F64]!;
      fired.push({ slot, deadline, serial: this.table.hot[slot * HOT_WORDS + SERIAL]! });
      this.remove(slot);
    }
    expect(fired).toEqual(expected);
    for (const { deadline } of this.model.values()) {
      expect(this.ager.nextNs).toBeLessThanOrEqual(deadline);
    }
  }

  slotAt(which: number): number | undefined {
    const slots = [...this.model.keys()];
    return slots[which % Math.max(1, slots.length)];
  }

  take(step: Step): void {
    if (step.kind === 'add') this.add(this.now + step.afterNs);
    else if (step.kind === 'jump') this.runTo(this.now + step.byNs);
    else {
      const slot = this.slotAt(step.which);
      if (slot === undefined) return;
      if (step.kind === 'remove') this.remove(slot);
      else this.move(slot, this.now + step.afterNs);
    }
  }
}

/** Waits of every size, and often the same ones: nanoseconds, seconds, bucket borders, months. */
const wait = fc.oneof(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 5 }).map((s) => s * 1e9),
  fc.constantFrom(255e9, 256e9, 257e9, 65_535e9, 65_536e9, 65_537e9, LONGEST_NS),
  fc.integer({ min: 1, max: 2_000_000_000 }),
  fc.integer({ min: 1, max: 15_999_999 }).map((s) => s * 1e9 - 1),
);
const which = fc.nat(1000);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), afterNs: wait }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), which, afterNs: wait }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('jump' as const), byNs: wait }) },
);

describe('Ager', () => {
  it('fires as a sorted list would', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const pair = new Pair();
        for (const each of steps) pair.take(each);
        pair.runTo(Number.POSITIVE_INFINITY);
        expect(pair.model.size).toBe(0);
        expect(pair.ager.nextNs).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  it('fires as a sorted list would with times before the epoch, as reordering makes them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const pair = new Pair();
        pair.now = -5e9;
        for (const each of steps) pair.take(each);
        pair.runTo(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 100, seed: 8 },
    );
  });

  it('fires timers due at the same nanosecond by serial, however they were entered', () => {
    const pair = new Pair();
    for (let i = 0; i < 50; i++) pair.add(100e9);
    for (const slot of [...pair.model.keys()].reverse()) pair.move(slot, 90e9);
    for (const slot of [...pair.model.keys()].filter((s) => s % 3 === 0)) pair.move(slot, 95e9);
    for (const slot of [...pair.model.keys()].filter((s) => s % 3 === 0)) pair.move(slot, 90e9);
    pair.runTo(90e9 - 1);
    expect(pair.model.size).toBe(50);
    pair.runTo(90e9);
    expect(pair.model.size).toBe(0);
  });

  it('takes back what was filed in the second that is being fired', () => {
    const pair = new Pair();
    pair.add(10.1e9);
    pair.add(10.9e9);
    pair.add(10.8e9);
    pair.runTo(10.2e9);
    const slot = [...pair.model.keys()][0]!;
    pair.move(slot, 10.5e9);
    pair.move(slot, 10.85e9);
    pair.move(slot, 10.3e9);
    pair.add(10.6e9);
    pair.runTo(11e9);
    expect(pair.model.size).toBe(0);
  });

  it('does not keep what sessions that are gone have left', () => {
    const pair = new Pair();
    for (let i = 0; i < 5000; i++) {
      pair.add(3600e9 + i);
      const slot = [...pair.model.keys()][0]!;
      pair.move(slot, 120e9 + i);
      pair.remove(slot);
      expect(pair.ager.entries).toBeLessThanOrEqual(5);
    }
  });

  it('keeps nothing after clear', () => {
    const pair = new Pair();
    pair.add(1e9);
    pair.ager.clear();
    expect(pair.ager.nextNs).toBe(Number.POSITIVE_INFINITY);
    expect(pair.ager.takeDue(Number.POSITIVE_INFINITY)).toBe(-1);
  });
});
