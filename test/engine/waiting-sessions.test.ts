/** This file holds the lists of waiting sessions against an obvious model: arrays by key. */

import { expect, test } from 'vitest';
import { WaitingSessions } from '../../src/engine/waiting-sessions.ts';
import { randomFrom } from '../support/random.ts';

test.each([
  [60, 8, 1],
  [60, 3, 2],
  [3000, 2500, 3],
  [3000, 700, 4],
])('is what arrays would be: %i places, %i keys, seed %i', (places, keys, seed) => {
  const random = randomFrom(seed);
  const words = (key: number) => [key & 3, key >> 6, 1 + ((key >> 2) & 15)] as const;
  const waiting = new WaitingSessions(seed);
  const model = new Map<number, number[]>();
  const keyOf = new Map<number, number>();
  for (let step = 0; step < 20000; step++) {
    const slot = random(places);
    const key = keyOf.get(slot);
    if (key === undefined) {
      const fresh = random(keys);
      waiting.enter(slot, 4096, ...words(fresh));
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
    const asked = random(keys);
    const listed: number[] = [];
    let next = waiting.oldest(...words(asked));
    for (; next >= 0; next = waiting.after(next)) listed.push(next);
    expect(listed).toEqual(model.get(asked) ?? []);
    expect(waiting.count).toBe(keyOf.size);
    expect(waiting.has(slot)).toBe(keyOf.has(slot));
  }
});
