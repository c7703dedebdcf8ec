/**
 * This file compares learned ports with those that a Linux kernel really gave (test/captures): from both
 * sides of the router every one, from what it received alone every one that is not said to be inferred.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { protocolName } from '../../src/net/protocol.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { type Replayed, replayFiles } from '../support/replay-file.ts';

const FOLDER = fileURLToPath(new URL('../captures/', import.meta.url));
const MACS = ['02:00:00:ff:00:01', '02:00:00:ff:00:02'];

interface KernelFlow {
  readonly protocol: string;
  readonly client: string;
  readonly sport: number;
  readonly server: string;
  readonly dport: number;
  readonly port: number;
}

const truth = JSON.parse(readFileSync(`${FOLDER}random-ports.json`, 'utf8')) as KernelFlow[];

function replay(filter: string | null, macs: readonly string[]): Promise<Replayed> {
  const config = {
    zones: { trust: { interfaces: ['trust0'] }, untrust: { interfaces: ['untrust0'] } },
    interfaces: { untrust0: { addresses: ['198.51.100.1/24'] } },
    'firewall-macs': macs,
    routes: [
      { destination: '10.9.0.0/24', interface: 'trust0' },
      { destination: '198.51.100.0/24', interface: 'untrust0' },
    ],
    nat: [
      {
        name: 'masquerade',
        from: ['trust'],
        to: ['untrust'],
        'source-translation': {
          'dynamic-ip-and-port': { 'interface-address': { interface: 'untrust0' } },
        },
      },
    ],
  };
  return replayFiles([`${FOLDER}random-ports.pcapng.gz`], {
    config: parseFirewallConfig(JSON.stringify(config), 'random-ports.yaml'),
    ...(filter === null ? {} : { filter }),
  });
}

/** The port that the kernel gave to a session; a ping is one flow of the kernel. */
function truthOf(row: SessionRow): number | undefined {
  const name = protocolName(row.protocol);
  const flows = truth.filter(
    (flow) =>
      flow.protocol === name &&
      flow.client === row.source &&
      flow.sport === row.sport &&
      flow.server === row.destination &&
      (name === 'icmp' || flow.dport === row.dport),
  );
  expect(flows).toHaveLength(1);
  return flows[0]?.port;
}

describe('both sides of the router', () => {
  let both: Replayed;
  beforeAll(async () => {
    both = await replay(null, MACS);
  });

  test('every port is the one that the kernel gave', () => {
    for (const row of both.sessions) {
      expect([row.serial, row.translatedSport]).toEqual([row.serial, truthOf(row)]);
      expect([row.nat?.isObserved, row.nat?.isInferred]).toEqual([true, false]);
    }
    // Two pings are three sessions each.
    expect(both.sessions).toHaveLength(truth.length + 4);
  });

  test('every frame that the router sent is of one that it received', () => {
    expect(both.counter('replay_egress_unmatched')).toBe(0);
    const copies = both.sessions.reduce((sum, row) => sum + row.egressCopies, 0);
    const packets = both.sessions.reduce((sum, row) => sum + row.c2s.packets + row.s2c.packets, 0);
    expect(copies).toBe(packets);
    expect(both.firewall.observations.egressMatched).toBe(packets);
  });
});

describe('what the router received, alone', () => {
  const notSent = MACS.map((mac) => `not ether src ${mac}`).join(' and ');
  let received: Replayed;
  beforeAll(async () => {
    received = await replay(notSent, []);
  });

  test('every port that is not inferred is the one that the kernel gave', () => {
    const sure = received.sessions.filter((row) => row.nat?.isInferred === false);
    for (const row of sure) {
      expect([row.serial, row.translatedSport]).toEqual([row.serial, truthOf(row)]);
      expect(row.nat?.isObserved).toBe(true);
    }
    // Only who asked the one NTP port at once cannot be told apart.
    const inferred = received.sessions.filter((row) => !sure.includes(row));
    expect(inferred.map((row) => row.dport)).toEqual([123, 123, 123, 123, 123, 123]);
    expect(received.sessions).toHaveLength(truth.length + 4);
  });

  test('no reply is lost, and each session has as many as with both sides', async () => {
    const both = await replay(null, MACS);
    const counts = (rows: readonly SessionRow[]) =>
      rows.filter((row) => row.dport !== 123).map((row) => [row.serial, row.s2c.packets]);
    expect(counts(received.sessions)).toEqual(counts(both.sessions));
    expect(received.counter('flow_tcp_non_syn_drop')).toBe(0);
    expect(received.counter('replay_icmp_no_request')).toBe(0);
  });
});
