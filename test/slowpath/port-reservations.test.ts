/**
 * This file checks the ports that predicts hold of a pool, alone and beside those of sessions, against an
 * obvious model: a list of who holds what.
 */

import { describe, expect, test } from 'vitest';
import { newKeptTranslation, Translations } from '../../src/session/translations.ts';
import { CLAIM_PORT } from '../../src/slowpath/nat-claims.ts';
import { NatPorts, POOL_DRY, TRANSLATED_PORT_MIN } from '../../src/slowpath/nat-ports.ts';
import { PortReservations } from '../../src/slowpath/port-reservations.ts';
import { randomFrom } from '../support/random.ts';

const PORTS = 65_536 - TRANSLATED_PORT_MIN;
const [A, B] = [0xcb00_7105 | 0, 0xcb00_7106 | 0];

/** One port that somebody holds; `slot` is that of a session, null for a predict. */
interface Use {
  readonly address: number;
  readonly destination: number;
  readonly port: number;
  readonly slot: number | null;
}

/** Everything that is held. */
class SlowPorts {
  readonly uses: Use[] = [];
  /** By address and port: the destinations. */
  private readonly towards = new Map<string, number[]>();
  private readonly rate: number;

  constructor(rate: number) {
    this.rate = rate;
  }

  add(use: Use): void {
    this.uses.push(use);
    this.of(use.address, use.port).push(use.destination);
  }

  /** Takes out the use at an index, in any order of the others. */
  remove(at: number): Use {
    const use = this.uses[at]!;
    this.uses[at] = this.uses.at(-1)!;
    this.uses.pop();
    const same = this.of(use.address, use.port);
    same.splice(same.indexOf(use.destination), 1);
    return use;
  }

  isFree(address: number, destination: number, port: number): boolean {
    const same = this.of(address, port);
    return same.length < this.rate && !same.includes(destination);
  }

  find(address: number, destination: number, wanted: number): number {
    const from = Math.max(wanted, TRANSLATED_PORT_MIN) - TRANSLATED_PORT_MIN;
    for (let i = 0; i < PORTS; i++) {
      const port = TRANSLATED_PORT_MIN + ((from + i) % PORTS);
      if (this.isFree(address, destination, port)) return port;
    }
    return POOL_DRY;
  }

  private of(address: number, port: number): number[] {
    const key = `${address}:${port}`;
    const known = this.towards.get(key) ?? [];
    this.towards.set(key, known);
    return known;
  }
}

function portsOf(rate: number): { ports: NatPorts; take: (use: Use) => void } {
  const translations = new Translations();
  const kept = { ...newKeptTranslation(), claim: CLAIM_PORT };
  const ports = new NatPorts(translations, rate, 7);
  return {
    ports,
    take: ({ slot, address, destination, port }) => {
      // Room for half as many again as are needed now: it grows while ports are held.
      translations.keep(slot!, slot! + (slot! >> 1) + 1, kept);
      ports.take(slot!, address, destination, port);
    },
  };
}

describe('reservations alone', () => {
  test('are by address and port, each with its destinations', () => {
    const held = new PortReservations();
    expect(held.isEmpty).toBe(true);
    held.add(A, 1, 5000);
    held.add(A, 2, 5000);
    held.add(B, 1, 5000);
    held.add(A, 1, 5001);
    expect(held.of(A, 5000)).toEqual([1, 2]);
    expect(held.of(B, 5000)).toEqual([1]);
    expect(held.of(B, 5001)).toEqual([]);
    held.remove(A, 1, 5000);
    expect(held.of(A, 5000)).toEqual([2]);
    held.remove(A, 2, 5000);
    held.remove(B, 1, 5000);
    expect(held.isEmpty).toBe(false);
    held.remove(A, 1, 5001);
    expect(held.isEmpty).toBe(true);
  });

  test('tell the last port of an address from the first of the next, and signs are no matter', () => {
    const held = new PortReservations();
    held.add(-1, 1, 65_535);
    held.add(0, 2, 0);
    expect([held.of(-1, 65_535), held.of(0xffff_ffff, 65_535), held.of(0, 0)]).toEqual([
      [1],
      [1],
      [2],
    ]);
  });
});

test('a reservation is refused where the port is not free, and nothing changes', () => {
  const { ports, take } = portsOf(2);
  take({ slot: 0, address: A, destination: 1, port: 5000 });
  expect(ports.reserve(A, 1, 5000)).toBe(false);
  expect(ports.reserve(A, 2, 5000)).toBe(true);
  // Twice in use, as often as it may be, once by a session and once by a predict.
  expect(ports.reserve(A, 3, 5000)).toBe(false);
  expect(ports.isFree(A, 3, 5000)).toBe(false);
  expect(ports.find(A, 3, 5000)).toBe(5001);
  ports.give(0);
  expect(ports.isFree(A, 3, 5000)).toBe(true);
  expect(ports.reserve(A, 2, 5000)).toBe(false);
  ports.release(A, 2, 5000);
  expect(ports.reserve(A, 2, 5000)).toBe(true);
  // A predict may have a port that no pool gives out: the capture shows it.
  expect(ports.reserve(A, 1, 20)).toBe(true);
  expect(ports.isFree(A, 1, 20)).toBe(false);
});

describe.each([1, 2, 4])('rate %i', (rate) => {
  test('random sessions and predicts share the ports as the model says', () => {
    const below = randomFrom(40 + rate);
    const { ports, take } = portsOf(rate);
    const model = new SlowPorts(rate);
    const slots: number[] = [];
    let sessions = 0;
    let slotsUsed = 0;
    let refused = 0;
    for (let step = 0; step < 12_000; step++) {
      // Phases of growth and decline: long runs of used ports get bitmaps, and lose them.
      const isGrowing = Math.floor(step / 3000) % 2 === 0;
      const address = below(2) === 0 ? A : B;
      const destination = below(2 * rate);
      const wanted = below(2) === 0 ? 65_300 + below(236) : below(1500);
      if (model.uses.length === 0 || below(100) < (isGrowing ? 88 : 15)) {
        const isVery = below(4) === 0;
        const port = isVery ? wanted : ports.find(address, destination, wanted);
        const isFree = model.isFree(address, destination, port);
        expect(ports.isFree(address, destination, port)).toBe(isFree);
        if (!isVery) expect(port).toBe(model.find(address, destination, wanted));
        if (isVery || below(2) === 0) {
          expect(ports.reserve(address, destination, port)).toBe(isFree);
          if (isFree) model.add({ address, destination, port, slot: null });
          else refused++;
        } else {
          const slot = slots.pop() ?? slotsUsed++;
          const use = { address, destination, port, slot };
          take(use);
          model.add(use);
          sessions++;
        }
      } else {
        const use = model.remove(below(model.uses.length));
        if (use.slot === null) ports.release(use.address, use.destination, use.port);
        else {
          ports.give(use.slot);
          slots.push(use.slot);
        }
      }
    }
    expect(ports.inUse).toBe(model.uses.filter(({ slot }) => slot !== null).length);
    expect(sessions).toBeGreaterThan(1000);
    expect(refused).toBeGreaterThan(50);
  });

  test('an address whose ports predicts hold is dry, for sessions as well', () => {
    const { ports, take } = portsOf(rate);
    for (let destination = 0; destination < rate; destination++) {
      for (let i = 0; i < PORTS; i++) {
        const port = ports.find(A, destination, 30_000);
        // One in seven is a session's.
        if (i % 7 !== 0) expect(ports.reserve(A, destination, port)).toBe(true);
        else take({ slot: destination * PORTS + i, address: A, destination, port });
      }
      expect(ports.find(A, destination, 1)).toBe(POOL_DRY);
    }
    expect(ports.find(A, rate, 1)).toBe(POOL_DRY);
    // The search went up from 30000: the first is a session's, the next one a predict's.
    ports.release(A, 0, 30_001);
    expect(ports.find(A, rate, 1)).toBe(30_001);
    expect(ports.reserve(A, rate, 30_001)).toBe(true);
    expect(ports.find(A, 0, 1)).toBe(POOL_DRY);
    ports.give(0);
    expect(ports.find(A, 0, 1)).toBe(30_000);
    expect(ports.find(B, 0, 1)).toBe(TRANSLATED_PORT_MIN);
  });
});
