/** This file holds the lists of waiting sessions against an obvious model: arrays by key. */

import { expect, test } from 'vitest';
import { WaitingSessions } from '../../src/engine/waiting-sessions.ts';
import { randomFrom } from '../support/random.ts';

test.each([1, 2, 3, 4])('is what arrays would be, seed %i', (seed) => {
  const random = randomFrom(seed);
  const waiting = new WaitingSessions(seed);
  const model = new Map<number, number[]>();
  const keyOf = new Map<number, number>();
  for (let step = 0; step < 5000; step++) {
    const slot = random(60);
    const key = keyOf.get(slot);
    if (key === undefined) {
      const fresh = random(8);
      waiting.enter(slot, 64, fresh & 1, fresh & 2, 1 + (fresh & 4));
      model.set(fresh, [...(model.get(fresh) ?? []), slot]);
      keyOf.set(slot, fresh);
    } else if (random(3) > 0) {
      waiting.leave(slot);
      model.set(
        key,
        model.get(key)!.filter((other) => other !== slot),
      );
      keyOf.delete(slot);
    }
    const asked = random(8);
    const listed: number[] = [];
    let next = waiting.oldest(asked & 1, asked & 2, 1 + (asked & 4));
    for (; next >= 0; next = waiting.after(next)) listed.push(next);
    expect(listed).toEqual(model.get(asked) ?? []);
    expect(waiting.count).toBe(keyOf.size);
    expect(waiting.has(slot)).toBe(keyOf.has(slot));
  }
});
