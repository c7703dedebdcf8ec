/** This file tests how what was read of payload is kept: bounded, and counted where it is not. */

import { expect, test } from 'vitest';
import { AppDetails } from '../../src/session/app-detail.ts';

// A value costs its characters and 64: `a.example` is 73, `h2` 66.
test('what finds no room is counted, and not kept in part', () => {
  const details = new AppDetails(true, 150);
  details.keep(1, { sni: 'a.example' });
  const grows: { sni: string; alpn?: readonly string[] } = { sni: 'b.example' };
  details.keep(2, grows);
  expect([details.of(1), details.of(2), details.notKept]).toEqual([
    { sni: 'a.example' },
    { sni: 'b.example' },
    0,
  ]);
  grows.alpn = ['h2'];
  expect(details.keep(2, grows)).toBe(false);
  expect([details.of(2), details.notKept]).toEqual([null, 1]);
  details.keep(3, { sni: 'c.example' });
  expect(details.of(3)).toEqual({ sni: 'c.example' });
});

test('what a session gives back is room for another', () => {
  const details = new AppDetails(true, 80);
  for (let slot = 0; slot < 100; slot++) {
    details.keep(slot, { sni: 'a.example' });
    details.keep(slot, { sni: 'a.example' });
    expect(details.of(slot)).not.toBeNull();
    details.forget(slot);
    details.forget(slot);
  }
  expect(details.notKept).toBe(0);
});

test('nothing read is nothing kept', () => {
  const details = new AppDetails(true, 0);
  details.keep(1, {});
  expect([details.of(1), details.notKept]).toEqual([null, 0]);
});
