/**
 * This file reads the tests of sessions (`--packets`): serial, zone, rule, application. Names are
 * turned into numbers here, so that a session is judged by numbers.
 */

import { didYouMean } from '../config/nearest.ts';
import type { SessionNames } from './session-names.ts';
import type { Primitive, Side } from './tree.ts';
import { readNumber } from './values.ts';

const SERIAL_MAX = 0xffff_ffff;

/** The test, or a text that says what was expected. */
export function sessionTest(
  word: string,
  value: string,
  side: Side,
  names: SessionNames,
): Primitive | string {
  switch (word) {
    case 'session': {
      const serial = readNumber(value, SERIAL_MAX);
      return typeof serial === 'string' || serial === 0
        ? 'expected the serial of a session, from 1'
        : { kind: 'session', serial };
    }
    case 'zone': {
      const zone = names.zones.indexOf(value);
      return zone < 0 ? unknown('zone', value, names.zones) : { kind: 'zone', side, zone };
    }
    case 'rule': {
      const rules = new Set(names.rules.flatMap((name, i) => (name === value ? [i] : [])));
      return rules.size === 0 ? unknown('rule', value, names.rules) : { kind: 'rule', rules };
    }
    default: {
      const application = names.applications.indexOf(value);
      return application < 0
        ? unknown('application', value, names.applications)
        : { kind: 'application', application };
    }
  }
}

function unknown(what: string, value: string, known: readonly string[]): string {
  const near = didYouMean(value, known);
  return `no ${what} is named ${value}${near === null ? '' : `; ${near}`}`;
}
