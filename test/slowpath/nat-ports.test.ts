/**
 * This file checks the ports of translated addresses against an obvious model on random operations, and
 * at the limits: a pool that is full, one with a single free port, one under a flood.
 */

import { describe, expect, test } from 'vitest';
import { newKeptTranslation, Translations } from '../../src/session/translations.ts';
import { CLAIM_PORT } from '../../src/slowpath/nat-claims.ts';
import { NatPorts, POOL_DRY, TRANSLATED_PORT_MIN } from '../../src/slowpath/nat-ports.ts';
import { randomFrom } from '../support/random.ts';

const PORTS = 65_536 - TRANSLATED_PORT_MIN;

/** What is in use, as a list of all uses. */
class SlowPorts {
  readonly uses = new Map<string, number[]>();
  private readonly rate: number;

  constructor(rate: number) {
    this.rate = rate;
  }

  isFree(address: number, destination: number, port: number): boolean {
    const destinations = this.uses.get(`${address}:${port}`) ?? [];
    return destinations.length < this.rate && !destinations.includes(destination);
  }

  take(address: number, destination: number, wanted: number): number {
    for (let i = 0; i < PORTS; i++) {
      const from = Math.max(wanted, TRANSLATED_PORT_MIN) - TRANSLATED_PORT_MIN;
      const port = TRANSLATED_PORT_MIN + ((from + i) % PORTS);
      if (!this.isFree(address, destination, port)) continue;
      const key = `${address}:${port}`;
      this.uses.set(key, [...(this.uses.get(key) ?? []), destination]);
      return port;
    }
    return POOL_DRY;
  }

  give(address: number, destination: number, port: number): void {
    const key = `${address}:${port}`;
    const left = this.uses.get(key)!.filter((other) => other !== destination);
    if (left.length === 0) this.uses.delete(key);
    else this.uses.set(key, left);
  }
}

/** Ports by the sessions that hold them, as the firewall uses them. */
class HeldPorts {
  readonly ports: NatPorts;
  private readonly translations = new Translations();
  private readonly kept = { ...newKeptTranslation(), claim: CLAIM_PORT };
  private readonly free: number[] = [];
  private used = 0;
  private readonly slotOf = new Map<string, number>();

  constructor(rate: number) {
    this.ports = new NatPorts(this.translations, rate, 7);
  }

  take(address: number, destination: number, wanted: number): number {
    const port = this.ports.find(address, destination, wanted);
    if (port === POOL_DRY) return port;
    const slot = this.free.pop() ?? this.used++;
    // Room for half as many again as are needed now: it grows while ports are held.
    this.translations.keep(slot, slot + (slot >> 1) + 1, this.kept);
    this.ports.take(slot, address, destination, port);
    this.slotOf.set(`${address} ${destination} ${port}`, slot);
    return port;
  }

  give(address: number, destination: number, port: number): void {
    const slot = this.slotOf.get(`${address} ${destination} ${port}`)!;
    this.free.push(slot);
    this.ports.give(slot);
  }
}

describe.each([1, 2, 4, 8])('rate %i', (rate) => {
  test('random sessions get the ports of the model', () => {
    const below = randomFrom(rate);
    const ports = new HeldPorts(rate);
    const model = new SlowPorts(rate);
    const held: { address: number; destination: number; port: number }[] = [];
    let kept = 0;
    for (let step = 0; step < 20_000; step++) {
      // Phases of growth and decline, so that long runs of used ports come and go.
      const isGrowing = Math.floor(step / 4000) % 2 === 0;
      if (held.length === 0 || below(100) < (isGrowing ? 90 : 15)) {
        const address = below(2);
        const destination = below(2 * rate);
        const wanted = below(2) === 0 ? 65_400 + below(136) : below(3000);
        const isKept = wanted >= TRANSLATED_PORT_MIN && model.isFree(address, destination, wanted);
        const port = ports.take(address, destination, wanted);
        expect(port).toBe(model.take(address, destination, wanted));
        if (isKept) {
          expect(port).toBe(wanted);
          kept++;
        }
        held.push({ address, destination, port });
      } else {
        const at = below(held.length);
        const { address, destination, port } = held[at]!;
        held[at] = held.at(-1)!;
        held.pop();
        ports.give(address, destination, port);
        model.give(address, destination, port);
      }
      expect(ports.ports.inUse).toBe(held.length);
    }
    expect(kept).toBeGreaterThan(100);
    for (const { address, destination, port } of held) ports.give(address, destination, port);
    expect(ports.ports.inUse).toBe(0);
  });

  test('an address is dry exactly when every port is used up', () => {
    const ports = new HeldPorts(rate);
    for (let destination = 0; destination < rate; destination++) {
      const seen = new Set<number>();
      for (let i = 0; i < PORTS; i++) seen.add(ports.take(1, destination, 5000 + (i >> 2)));
      expect(seen.size).toBe(PORTS);
      expect(seen.has(POOL_DRY)).toBe(false);
      // No port is used twice towards one destination.
      expect(ports.take(1, destination, 5000)).toBe(POOL_DRY);
    }
    expect(ports.take(1, rate, 5000)).toBe(POOL_DRY);
    expect(ports.take(2, 0, 5000)).toBe(5000);
    for (const port of [1024, 4999, 65_535]) {
      ports.give(1, 0, port);
      expect(ports.take(1, rate, 5000)).toBe(port);
      expect(ports.take(1, 0, 5000)).toBe(POOL_DRY);
      ports.give(1, rate, port);
      expect(ports.take(1, 0, 9)).toBe(port);
    }
  });
});

test('a flood on a dry pool, or one with a single free port, costs no scan', () => {
  const ports = new HeldPorts(2);
  for (let i = 0; i < PORTS; i++) ports.take(1, 9, i);
  const began = process.cpuUsage().user;
  for (let i = 0; i < 100_000; i++) if (ports.take(1, 9, i & 0xffff) >= 0) expect.fail('not dry');
  for (let i = 0; i < 100_000; i++) {
    const port = TRANSLATED_PORT_MIN + ((i * 7919) % PORTS);
    ports.give(1, 9, port);
    if (ports.take(1, 9, (i * 104_729) & 0xffff) !== port) expect.fail(`${port} was free`);
  }
  // Ports in turn would be 6e9 looks at one, minutes; this is a microsecond or two each.
  expect(process.cpuUsage().user - began).toBeLessThan(10e6);
});
