/**
 * This file asks the FIB, its routers, PBF rules and wires the same as the obvious model, over random
 * configurations while their routes and rules come and go.
 */

import { describe, expect, it } from 'vitest';
import { buildParts } from '../../src/engine/build-parts.ts';
import { Forwarding } from '../../src/engine/forwarding.ts';
import { NoisyEvents } from '../../src/engine/noisy-events.ts';
import type { EngineParts } from '../../src/engine/parts.ts';
import { scheduleRoutes } from '../../src/engine/route-changes.ts';
import {
  WAY_DISCARD,
  WAY_NETWORKS,
  WAY_NO_ROUTE,
  WAY_NONE,
  WAY_PBF,
  WAY_ROUTE,
  WAY_WIRE,
} from '../../src/slowpath/egress.ts';
import { interfacesNamed } from '../support/play.ts';
import { randomFrom } from '../support/random.ts';
import { NAMES, randomAddress, randomWays, SPAN } from '../support/random-ways.ts';
import { type Address, split, type Way, WayModel } from '../support/way-model.ts';

const START = 1_700_000_000;
const CONFIGURATIONS = 1500;
const LOOKUPS = 12;

const BY = {
  [WAY_NONE]: 'nothing',
  [WAY_NO_ROUTE]: 'no-route',
  [WAY_DISCARD]: 'discard',
  [WAY_NETWORKS]: 'networks',
  [WAY_ROUTE]: 'route',
  [WAY_WIRE]: 'wire',
  [WAY_PBF]: 'pbf',
} as const;

/** What `Egress` answered last, in the model's words. */
function wayOf({ egress, zones }: EngineParts, zone: number): Way {
  const name = zones.names[egress.nameNumber - 1] ?? null;
  const by = BY[egress.way as keyof typeof BY];
  return { by, zone: zone === 0 ? null : zones.zoneNames[zone]!, interface: name };
}

function attach({ view }: EngineParts, source: Address, destination: Address): void {
  const [s = 0, s1 = 0, s2 = 0, s3 = 0] = split(source);
  const [d = 0, d1 = 0, d2 = 0, d3 = 0] = split(destination);
  Object.assign(view, { family: source.family, source: s, source1: s1, source2: s2, source3: s3 });
  Object.assign(view, { destination: d, destination1: d1, destination2: d2, destination3: d3 });
}

/** Runs the schedule up to a time as the loop does, each instant of its own. */
function runTo(parts: EngineParts, untilNs: number): void {
  const { schedule } = parts;
  while (schedule.nextNs <= untilNs) schedule.run(schedule.nextNs);
}

describe('where a packet is sent', () => {
  it('is what the obvious model says, at any time', () => {
    const random = randomFrom(501);
    const seen = new Set<string>();
    let ledOn = 0;
    let short = 0;
    for (let n = 0; n < CONFIGURATIONS; n++) {
      const config = randomWays(random, START);
      const parts = buildParts(config, interfacesNamed(NAMES), {
        seed: n,
        isMerged: false,
        hasReceiveStage: false,
      });
      scheduleRoutes(parts, new Forwarding(parts, new NoisyEvents(parts)));
      const model = new WayModel(config, START);
      parts.schedule.begin({ second: START, nanosecond: 0 }, START);
      for (let second = 0; second <= SPAN; second++) {
        runTo(parts, second * 1e9);
        for (let i = 0; i < LOOKUPS; i++) {
          const family = random(3) === 0 ? 6 : 4;
          const source = randomAddress(random, family);
          const destination = randomAddress(random, family);
          const name = NAMES[random(NAMES.length)]!;
          const zone = model.zoneOfInterface(name) ?? 'unknown';
          const dport = 1 + random(3);
          const packet = { source, destination, protocol: 17, dport, zone, interface: name };
          attach(parts, source, destination);
          Object.assign(parts.view, { protocol: 17, dport });
          parts.zones.nameNumber = parts.zones.numberName(name);
          const found = parts.egress.zoneFor(parts.view, parts.zones.zoneOfName(name));
          const { way, rule } = model.first(packet, START + second);
          seen.add(way.by);
          const ours = { way: wayOf(parts, found), rule: parts.egress.pbfRule };
          expect(ours, `configuration ${n}, second ${second}`).toEqual({ way, rule });
          // Another destination of the same packet, as NAT puts it in place: wire and rule stay.
          const translated = randomAddress(random, 4);
          const other = parts.egress.zoneFor4(split(translated)[0]!);
          const then = model.translated(packet, translated, START + second);
          if (then.rule !== rule) ledOn++;
          expect(other === 0 ? null : parts.zones.zoneNames[other]).toBe(then.way.zone);
          expect(wayOf(parts, other)).toEqual(then.way);
          expect(parts.egress.pbfRule).toBe(then.rule);
          // The short way says yes to nothing that the long way would not.
          const to = parts.zones.zoneOfName(NAMES[random(NAMES.length)]!);
          const { nameNumber } = parts.zones;
          const ingress = parts.zones.zoneOfName(name);
          if (!parts.egress.isRouted4(split(translated)[0]!, to, nameNumber, ingress)) continue;
          short++;
          parts.egress.enter(nameNumber, ingress);
          expect(parts.egress.zoneOf(4, Int32Array.of(split(translated)[0]!))).toBe(to);
          expect(parts.egress.way).toBe(WAY_ROUTE);
        }
      }
    }
    expect([...seen].sort()).toEqual(Object.values(BY).sort());
    expect(ledOn).toBeGreaterThan(10);
    expect(short).toBeGreaterThan(1000);
  }, 60_000);
});
