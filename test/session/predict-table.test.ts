/** This file holds the table of predicts against a list that is searched from end to end. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Predict, type PredictEnd, type PredictFacts } from '../../src/session/predict.ts';
import { type PredictKey, PredictTable } from '../../src/session/predict-table.ts';
import { ZONE_ANY } from '../../src/session/session-table.ts';

/** Few values, so that predicts and packets meet. */
const address = fc.constantFrom(1, 2);
const port = fc.constantFrom(20, 21);
const zone = fc.constantFrom(1, 2);
const twin = fc.constantFrom(0, 1);
const family = fc.constantFrom<4 | 6>(4, 6);
const words = (of: 4 | 6, last: number) =>
  of === 4 ? Int32Array.of(last) : Int32Array.of(0x20010db8, 0, 0, last);

const announced = fc.record({
  family,
  protocol: fc.constantFrom(6, 17),
  source: fc.option(address),
  sport: fc.constantFrom(0, 20, 21),
  zone: fc.constantFrom(1, 2, ZONE_ANY),
  twin,
  destination: fc.option(address),
  dport: fc.constantFrom(0, 20, 21),
  seconds: fc.integer({ min: 1, max: 5 }),
});
type Announced = typeof announced extends fc.Arbitrary<infer T> ? T : never;
const packet = fc.record({
  family,
  protocol: fc.constantFrom(6, 17),
  source: address,
  sport: port,
  zone,
  twin,
  destination: address,
  dport: port,
});
type Packet = typeof packet extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  announced.map((value) => ({ kind: 'add' as const, value })),
  packet.map((value) => ({ kind: 'find' as const, value })),
  fc.nat(30).map((value) => ({ kind: 'remove' as const, value })),
  fc.constantFrom(20, 21, 22).map((value) => ({ kind: 'rekey' as const, value })),
  fc.integer({ min: 0, max: 3 }).map((value) => ({ kind: 'wait' as const, value })),
);

const end = (of: 4 | 6, last: number | null, ofPort: number, ofZone: number): PredictEnd => ({
  words: last === null ? null : words(of, last),
  port: ofPort,
  zone: ofZone,
});

function predictOf(from: Announced, serial: number, now: number): Predict {
  const { source, sport, destination, dport, protocol } = from;
  const facts = {
    protocol,
    twin: from.twin,
    family: from.family,
    source: end(from.family, source, sport, from.zone),
    destination: end(from.family, destination, dport, ZONE_ANY),
  } as PredictFacts;
  const predict = new Predict(facts, 'x', null);
  predict.serial = serial;
  predict.deadlineNs = now + from.seconds;
  return predict;
}

const keyOf = (from: Packet): PredictKey => ({
  ...from,
  source: words(from.family, from.source),
  destination: words(from.family, from.destination),
});

/** Wildcards in the order in which a look-up gives them up: fewer, and later ones, are better. */
function rankOf({ facts: { source, destination } }: Predict): number {
  return [
    source.zone === ZONE_ANY,
    source.port === 0,
    source.words === null,
    destination.port === 0,
    destination.words === null,
  ].reduce((rank, isAny, i) => rank + (isAny ? 2 ** i : 0), 0);
}

function fits({ facts }: Predict, key: Packet): boolean {
  const { source, destination } = facts;
  const isAt = ({ words: some }: PredictEnd, last: number) => some === null || some.at(-1) === last;
  return (
    facts.protocol === key.protocol &&
    facts.twin === key.twin &&
    facts.family === key.family &&
    (source.zone === ZONE_ANY || source.zone === key.zone) &&
    (source.port === 0 || source.port === key.sport) &&
    (destination.port === 0 || destination.port === key.dport) &&
    isAt(source, key.source) &&
    isAt(destination, key.destination)
  );
}

describe('the table of predicts', () => {
  it('finds what a search of all finds, and fires in the order of deadlines, then serials', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer(), (steps, seed) => {
        const table = new PredictTable(seed);
        // In the order of being entered: a new port enters anew.
        let all: Predict[] = [];
        let serial = 0;
        let now = 0;
        for (const { kind, value } of steps) {
          if (kind === 'add') {
            const predict = predictOf(value, ++serial, now);
            table.add(predict);
            all.push(predict);
          } else if (kind === 'find') {
            const found = all
              .filter((one) => fits(one, value))
              .reduce<Predict | null>(
                (best, one) => (best === null || rankOf(one) <= rankOf(best) ? one : best),
                null,
              );
            expect(table.find(keyOf(value))?.serial).toBe(found?.serial);
          } else if (kind === 'remove') {
            const gone = all[value % Math.max(1, all.length)];
            if (gone === undefined) continue;
            table.remove(gone);
            all = all.filter((one) => one !== gone);
          } else if (kind === 'rekey') {
            const last = all.pop();
            if (last === undefined) continue;
            table.rekey(last, () => {
              last.facts.destination.port = value;
            });
            all.push(last);
          } else {
            now += value;
            const due = all
              .filter(({ deadlineNs }) => deadlineNs <= now)
              .sort((a, b) => a.deadlineNs - b.deadlineNs || a.serial - b.serial);
            const fired: Predict[] = [];
            for (
              let one = table.deadlines.first(now);
              one !== null;
              one = table.deadlines.first(now)
            ) {
              table.remove(one);
              fired.push(one);
            }
            expect(fired.map((one) => one.serial)).toEqual(due.map((one) => one.serial));
            all = all.filter((one) => !due.includes(one));
          }
          expect(table.live).toBe(all.length);
          const next = Math.min(...all.map(({ deadlineNs }) => deadlineNs));
          expect(table.deadlines.nextNs).toBe(next);
        }
      }),
      { numRuns: 500 },
    );
  });
});
