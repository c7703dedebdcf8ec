/**
 * This file makes a starter configuration for every lab capture and compares its zones with the lab's
 * own: every packet that the firewall received must come in through the zone that `zones.json` gives its
 * interface, up to the zones' names. Each capture is given as it is; as one classic pcap, which names no
 * interfaces; and as one pcap for each interface, with names that say nothing.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { type Record as PcapRecord, pcap } from '../capture/build-capture.ts';
import { labScenarios } from '../support/lab.ts';
import { flowsOf, labName } from '../support/lab-flows.ts';
import { replayFiles } from '../support/replay-file.ts';
import { placeFrames, starterFor } from '../support/starter.ts';
import { HAS_CAPTURES, labPath, noteSkipped } from '../support/truth-files.ts';

const TEST_FILE = 'lab-init.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

interface Zones {
  readonly interfaces: Readonly<Record<string, string>>;
  readonly firewall_macs: Readonly<Record<string, string>>;
}

const files = HAS_CAPTURES
  ? readdirSync(labPath('.')).filter((file) => file.endsWith('.pcapng'))
  : [];
const zones: Zones = HAS_CAPTURES
  ? (JSON.parse(readFileSync(labPath('zones.json'), 'utf8')) as Zones)
  : { interfaces: {}, firewall_macs: {} };
const firewallMacs = new Set(
  Object.values(zones.firewall_macs).map((mac) => mac.replaceAll(':', '')),
);
const NANOSECOND_MAGIC = 0xa1b23c4d;

type Form = 'as it is' | 'one pcap' | 'a pcap for each interface';
const FORMS: readonly Form[] = ['as it is', 'one pcap', 'a pcap for each interface'];

/** Captures whose zones cannot be told, and why. */
const NOT_FOUND: readonly { file: string; form: Form; why: string }[] = [];

/** Flows of the kernel that are no session where every rule allows. */
const NO_SESSION: Readonly<Record<string, readonly string[]>> = {
  // The server's first RTCP packet opens the session, which the lab's rules deny.
  rtsp_udp_open: ['udp 10.10.10.5:49769 > 203.0.113.50:42183'],
};

/** A capture's zones by frame of the given files, as the lab has them; 'sent' for the firewall's own. */
interface Given {
  readonly paths: readonly string[];
  /** By `file:frame`. */
  readonly truth: ReadonlyMap<string, string>;
}

const folder = mkdtempSync(join(tmpdir(), 'slowpath-init-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function give(file: string, form: Form): Promise<Given> {
  const path = labPath(file);
  const { config } = await starterFor([path]);
  const frames = new Map(
    (await placeFrames([path], config)).map(({ frame, interface: name, tags, sourceMac }) => {
      const zone = zones.interfaces[[name, ...tags].join('.')] ?? 'no zone';
      return [frame, firewallMacs.has(sourceMac) ? 'sent' : zone] as const;
    }),
  );
  if (form === 'as it is') {
    return { paths: [path], truth: new Map([...frames].map(([n, zone]) => [`0:${n}`, zone])) };
  }
  const records: PcapRecord[][] = [];
  const truth = new Map<string, string>();
  const captures = openCaptures([{ path }]);
  const fileOf = (index: number) => (form === 'one pcap' ? 0 : index);
  const all: { number: number; index: number; record: PcapRecord }[] = [];
  for await (const { batch, from, to } of captures.ranges()) {
    for (let i = from; i < to; i++) {
      const start = batch.offset[i]!;
      const data = batch.blocks[batch.block[i]!]!.slice(start, start + batch.capturedLength[i]!);
      const [second, fraction] = [batch.second[i]!, batch.nanosecond[i]!];
      const record = { second, fraction, data, original: batch.originalLength[i]! };
      all.push({ number: batch.frameNumber[i]!, index: batch.interfaceIndex[i]!, record });
    }
  }
  for (const { number, index, record } of all.sort((a, b) => a.number - b.number)) {
    const at = fileOf(index);
    records[at] ??= [];
    records[at].push(record);
    truth.set(`${at}:${records[at].length}`, frames.get(number) ?? 'not ip');
  }
  const paths = records.map((of, i) => {
    const made = join(folder, `${file}-${i}.pcap`);
    writeFileSync(made, pcap({ magic: NANOSECOND_MAGIC, snapLength: 262_144, records: of }));
    return made;
  });
  return { paths, truth };
}

/** Pairs of the lab's zone and ours that frames were received in; one each where the zones are alike. */
async function zonePairs({ paths, truth }: Given, config: FirewallConfig) {
  const pairs = new Map<string, Set<string>>();
  for (const { file, frame, zone } of await placeFrames(paths, config)) {
    const lab = truth.get(`${file}:${frame}`) ?? 'missing';
    if (lab === 'sent') continue;
    pairs.set(lab, (pairs.get(lab) ?? new Set()).add(zone));
  }
  return pairs;
}

/** Whether each of the lab's zones is one of ours, and no two the same. */
function isAlike(pairs: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const ours = [...pairs.values()].flatMap((names) => [...names]);
  return ours.length === pairs.size && new Set(ours).size === pairs.size;
}

describe.skipIf(!HAS_CAPTURES)('zones of the lab', () => {
  const found = new Map<Form, number>(FORMS.map((form) => [form, 0]));

  test('has captures', () => expect(files.length).toBeGreaterThanOrEqual(60));

  describe.each(FORMS)('%s', (form) => {
    test.each(files)('%s', async (file) => {
      const given = await give(file, form);
      const { config } = await starterFor(given.paths);
      const pairs = await zonePairs(given, config);
      const isKnown = NOT_FOUND.some((known) => known.file === file && known.form === form);
      expect({ alike: isAlike(pairs), pairs }).toEqual({ alike: !isKnown, pairs });
      const outside = config.zones.find(({ networks }) =>
        networks.some(({ length }) => length === 0),
      );
      if (pairs.has('untrust')) expect([...(pairs.get('untrust') ?? [])]).toEqual([outside?.name]);
      if (!isKnown) found.set(form, (found.get(form) ?? 0) + 1);
    });
  });

  test.each(files)('%s: firewall-macs are the MACs that send what was received', async (file) => {
    const { config } = await starterFor([labPath(file)]);
    const frames = await placeFrames([labPath(file)], config);
    // Link-local multicast is nobody's copy: only what has passed the firewall counts.
    const own = config.firewallMacs.map((mac) => mac.replaceAll(':', ''));
    for (const mac of own) expect(firewallMacs).toContain(mac);
    if (file.endsWith('.rx.pcapng')) expect(own).toEqual([]);
    const senders = new Set(frames.map(({ sourceMac }) => sourceMac));
    const silent = file === 'policy_deny_drop.pcapng';
    const wanted = [...firewallMacs].filter((mac) => senders.has(mac) && !silent);
    expect(wanted.filter((mac) => !own.includes(mac))).toEqual([]);
  });

  test.each(Object.entries(labScenarios()))(
    '%s: sessions start in the zones of the kernel’s',
    async (name, scenario) => {
      for (const file of [`${name}.pcapng`, `${name}.rx.pcapng`]) {
        const { config } = await starterFor([labPath(file)]);
        const { sessions, firewall } = await replayFiles([labPath(file)], { config, drain: true });
        const ours = new Map(
          flowsOf(sessions).map(({ name: flow, row }) => [withoutZone(flow), row.sourceZone]),
        );
        const pairs = new Map<string, Set<string>>();
        const absent: string[] = [];
        for (const session of scenario.sessions) {
          const zone = ours.get(withoutZone(labName(session)));
          if (zone === undefined) {
            absent.push(withoutZone(labName(session)));
            continue;
          }
          const lab = session.ingress_zone;
          pairs.set(lab, (pairs.get(lab) ?? new Set()).add(zone));
        }
        expect({ alike: isAlike(pairs), pairs }).toEqual({ alike: true, pairs });
        expect(absent).toEqual(NO_SESSION[name] ?? []);
        expect(firewall.zones.unknownPackets).toBe(0);
      }
    },
  );

  test('every exception is of a capture', () => {
    for (const { file } of NOT_FOUND) expect(files).toContain(file);
  });

  afterAll(() => {
    const counts = FORMS.map((form) => `${found.get(form)} of ${files.length} ${form}`);
    process.stderr.write(`${TEST_FILE}: the zones of ${counts.join(', ')}\n`);
  });
});

function withoutZone(name: string): string {
  return name.slice(0, name.lastIndexOf(' '));
}
