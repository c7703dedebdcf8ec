/** This file holds the list of names that signatures tell to the signatures. */

import { expect, test } from 'vitest';
import { IDENTIFIED_NAMES } from '../../src/appid/identified.ts';
import { SIGNATURES } from '../../src/appid/signatures.ts';

test('the list has just the names of the tables, in order', () => {
  const names = new Set(SIGNATURES.map(({ application }) => application));
  expect(IDENTIFIED_NAMES).toEqual([...names].sort());
});
