/** This file compares session ids with a plain queue of free ones (CONTRACT: session). */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SessionIds } from '../../src/session/session-ids.ts';

it('are the lowest never used, then the one that has been free longest', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.array(fc.nat()), (limit, steps) => {
      const ids = new SessionIds(limit);
      const live: number[] = [];
      const free: number[] = [];
      let used = 0;
      for (const step of steps) {
        if (step % 3 !== 0 && live.length < limit) {
          const expected = used < limit ? ++used : free.shift()!;
          expect(ids.take()).toBe(expected);
          live.push(expected);
        } else if (live.length > 0) {
          const [id = 0] = live.splice(step % live.length, 1);
          ids.release(id);
          free.push(id);
        }
      }
    }),
    { seed: 5, numRuns: 300 },
  );
});

it('come back in order after thousands were free at once', () => {
  const ids = new SessionIds(5000);
  for (let i = 1; i <= 5000; i++) expect(ids.take()).toBe(i);
  for (let i = 5000; i >= 1; i--) ids.release(i);
  for (let i = 5000; i >= 1; i--) expect(ids.take()).toBe(i);
});

it('are never used twice without a limit', () => {
  const ids = new SessionIds(Number.POSITIVE_INFINITY);
  for (let i = 1; i <= 100; i++) {
    expect(ids.take()).toBe(i);
    ids.release(i);
  }
});
