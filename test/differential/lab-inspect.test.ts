/**
 * This file looks for the firewall in every lab capture as `inspect` does, and compares with the lab's
 * own list: which MACs are the firewall's, which segments its zones lie on, and what it translates.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { CaptureFacts } from '../../src/inspect/facts.ts';
import { inspectFiles } from '../inspect/build-frames.ts';
import { HAS_CAPTURES, labPath, noteSkipped } from '../support/truth-files.ts';

const TEST_FILE = 'differential/lab-inspect.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

interface Zones {
  readonly interfaces: Readonly<Record<string, string>>;
  readonly firewall_macs: Readonly<Record<string, string>>;
  readonly firewall_addresses: Readonly<Record<string, readonly string[]>>;
}

const files = HAS_CAPTURES
  ? readdirSync(labPath('.')).filter((file) => file.endsWith('.pcapng'))
  : [];
const zones = HAS_CAPTURES
  ? (JSON.parse(readFileSync(labPath('zones.json'), 'utf8')) as Zones)
  : { interfaces: {}, firewall_macs: {}, firewall_addresses: {} };
const firewallMacs = new Set(Object.values(zones.firewall_macs));

/** Captures in which not every MAC of the firewall can be told, and why. */
const NOT_ALL: ReadonlyMap<string, { found: readonly string[]; why: string }> = new Map([
  [
    'policy_deny_drop.pcapng',
    {
      found: [],
      why: 'nothing is forwarded and nothing marks directions: one MAC is a router for all that can be seen, and the other sends a single multicast frame',
    },
  ],
]);

function macsOf(facts: CaptureFacts, ...roles: readonly (string | null)[]): string[] {
  const macs = facts.macs.filter(({ likely }) => roles.includes(likely)).map(({ mac }) => mac);
  return [...new Set(macs)].sort();
}

describe.skipIf(!HAS_CAPTURES)('the firewall of the lab', () => {
  let whole = 0;
  const inspected = new Map<string, CaptureFacts>();
  const inspect = async (file: string): Promise<CaptureFacts> => {
    const facts = inspected.get(file) ?? (await inspectFiles([labPath(file)]));
    inspected.set(file, facts);
    return facts;
  };

  test('has captures', () => expect(files.length).toBeGreaterThanOrEqual(60));

  test.each(files)('%s: its MACs, all of them, and no other', async (file) => {
    const facts = await inspect(file);
    const present = [...new Set(facts.macs.map(({ mac }) => mac))].filter((mac) =>
      firewallMacs.has(mac),
    );
    const known = NOT_ALL.get(file);
    expect(macsOf(facts, 'firewall')).toEqual(known?.found ?? present.sort());
    if (known === undefined) whole += 1;
  });

  test('is a router at least where it forwards nothing', async () => {
    const facts = await inspect('policy_deny_drop.pcapng');
    expect(macsOf(facts, 'router')).toEqual([zones.firewall_macs.trust0]);
  });

  test.each(files)(
    '%s: the addresses that it says are its own are those that the lab lists',
    async (file) => {
      const facts = await inspect(file);
      for (const { tags } of facts.segments) expect(tags.length).toBeLessThanOrEqual(1);
      for (const { tags } of facts.segments) expect(tags.length).toBeLessThanOrEqual(1);
      const own = new Set(Object.values(zones.firewall_addresses).flat());
      for (const mac of facts.macs) {
        const addresses = mac.addresses.filter((address) => !address.startsWith('fe80:'));
        for (const address of addresses) {
          // Every ARP and ND answer of the firewall is for an address of it, and of nobody else.
          expect([mac.mac, address, own.has(address)]).toEqual([
            mac.mac,
            address,
            firewallMacs.has(mac.mac),
          ]);
        }
      }
    },
  );

  test('forwards between the segments of its zones, VLANs apart', async () => {
    const facts = await inspect('vlan.pcapng');
    const zoneOf = (segment: number) => {
      const { interfaceIndex, tags } = facts.segments[segment] ?? { interfaceIndex: 0, tags: [] };
      const name = ['trust0', 'untrust0'][interfaceIndex] ?? '';
      return zones.interfaces[[name, ...tags].join('.')];
    };
    const ways = facts.repeats.paths.map(
      (p) => `${zoneOf(p.fromSegment)} > ${zoneOf(p.toSegment)}`,
    );
    expect(ways.sort()).toEqual([
      'trust > untrust',
      'trust-b > untrust',
      'untrust > trust',
      'untrust > trust-b',
    ]);
  });

  test('translates: the source of what goes out by untrust0, the destination of what comes back', async () => {
    const { repeats } = await inspect('snat_http.pcapng');
    // zones.json: 10.10.0.0/16 out by untrust0 -> 203.0.113.5; 18 packets each way (as X.rx.pcapng has them).
    expect(repeats.translations).toEqual([
      { kind: 'source', from: '10.10.10.5', to: '203.0.113.5', packets: 18 },
      { kind: 'destination', from: '203.0.113.5', to: '10.10.10.5', packets: 18 },
    ]);
    const dnat = await inspect('dnat_dmz.pcapng');
    // zones.json: 203.0.113.5 tcp 80 and others -> 172.16.1.10.
    expect(dnat.repeats.translations.map(({ kind, from, to }) => [kind, from, to]).sort()).toEqual([
      ['destination', '203.0.113.5', '172.16.1.10'],
      ['source', '172.16.1.10', '203.0.113.5'],
    ]);
  });

  afterAll(() => {
    process.stderr.write(
      `${TEST_FILE}: all MACs of the firewall in ${whole} of ${files.length} captures\n`,
    );
  });
});
