/**
 * This file compares what the ALGs of FTP and TFTP find in real captures with four others: the endpoints
 * that tshark reads out of control packets, its links from data flows to the frame that announced them,
 * the data channels that Zeek expects, and the expectations of the Linux kernel's helpers in the lab.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { controlChannels, type Said } from '../support/control-channels.ts';
import { HAS_TSHARK } from '../support/frame-fields.ts';
import { labScenarios } from '../support/lab.ts';
import {
  HAS_CAPTURES,
  labPath,
  noteSkipped,
  publicCaptures,
  publicPath,
  type TruthEnd,
  truthFile,
} from '../support/truth-files.ts';
import { zeekDataChannels } from '../support/zeek-truth.ts';

const TEST_FILE = 'text-algs.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

/** Where somebody waits for data, by the frame that says so: `20: 199.233.217.249:56666`. */
type Announced = string;

/** What conv_truth.py says of announcements (`captures/tools/README.md`). */
interface Truth {
  readonly tcp: readonly { readonly a: TruthEnd; readonly b: TruthEnd }[];
  readonly udp: readonly { readonly a: TruthEnd; readonly b: TruthEnd }[];
  readonly announcements: readonly {
    readonly frame: number;
    readonly endpoints: readonly (TruthEnd & { readonly kind: string })[];
  }[];
  readonly setup: readonly {
    readonly kind: string;
    readonly setup_frame: number;
    readonly data: Readonly<Record<'src' | 'dst', readonly [address: string, port: number]>>;
  }[];
}

const KINDS = ['PORT', 'PASV', 'EPRT', 'EPSV', 'TFTP client'];
const LINKS = ['ftp-data', 'tftp'];
const CONTROL_PORTS = [21, 69];

const captures = publicCaptures()
  .map(({ file, path }) => {
    const text = readFileSync(truthFile(`${file}.conv.json`), 'utf8');
    return { file, path, truth: JSON.parse(text) as Truth };
  })
  .filter(({ truth: { tcp, udp } }) =>
    [...tcp, ...udp].some(({ a, b }) => [a, b].some(({ port }) => CONTROL_PORTS.includes(port))),
  );
const scenarios = Object.entries(labScenarios())
  .map(([name, scenario]) => ({ name, ...scenario }))
  .filter(({ name }) => /^t?ftp/.test(name));
const equal = { announcements: 0, links: 0, channels: 0, fields: 0, expectations: 0 };

describe.skipIf(!HAS_CAPTURES)('announcements', () => {
  test('are in enough captures', () => {
    expect(captures.length).toBeGreaterThan(10);
    expect(scenarios.length).toBeGreaterThan(5);
  });

  test.each(captures)('$file: as tshark reads them', async ({ path, truth }) => {
    const found = announced(await controlChannels(path));
    const wanted = truth.announcements.flatMap(({ frame, endpoints }) =>
      endpoints
        .filter(({ kind }) => KINDS.includes(kind))
        .map(({ ip, port }) => `${frame}: ${ip}:${port}`),
    );
    expect(found).toEqual(wanted);
    equal.announcements += wanted.length;
    for (const { kind, setup_frame, data } of truth.setup) {
      if (!LINKS.includes(kind)) continue;
      // tshark links from a packet of either direction.
      const ends = [data.src, data.dst].map(([ip, port]) => `${setup_frame}: ${ip}:${port}`);
      expect(found.filter((one) => ends.includes(one))).toHaveLength(1);
      equal.links++;
    }
  });

  const zeeks = captures.filter(({ file }) => zeekDataChannels(file).length > 0);
  test.each(zeeks)('$file: as Zeek expects data', async ({ file, path }) => {
    const wanted = zeekDataChannels(file);
    const found = predictions(await controlChannels(path));
    expect(found.map(({ from, to }) => `${from}>${to}`)).toEqual(wanted);
    equal.channels += wanted.length;
  });

  test('end where TLS begins', async () => {
    const said = await controlChannels(publicPath('zeek__ftp__ftp-auth-tls.pcap'));
    // tshark: `ftp.response.code == 234` is frame 21.
    expect(said.map(({ frame, text }) => `${frame}: ${text}`)).toEqual(['21: blind from AUTH TLS']);
  });

  test.skipIf(!HAS_TSHARK).each(scenarios)('$name: as tshark reads them', async ({ name }) => {
    const path = labPath(`${name}.rx.pcapng`);
    const wanted = tsharkAnnounced(path);
    expect(announced(await controlChannels(path))).toEqual(wanted);
    equal.fields += wanted.length;
  });

  test.each(scenarios)('$name: as the kernel expects data', async ({ name, predicts }) => {
    const said = await controlChannels(labPath(`${name}.rx.pcapng`));
    const found = predictions(said);
    expect(found.map(({ from, to }) => `${from}>${to}`)).toEqual(
      predicts.map(({ src, dst, dport }) => `${src}>${dst}:${dport}`),
    );
    predicts.forEach(({ created, fate }, index) => {
      const { time, group } = found[index]!;
      // When the recorder read the kernel's event, some milliseconds after the packet was captured.
      expect(created - time).toBeGreaterThan(-0.001);
      expect(created - time).toBeLessThan(0.01);
      // The kernel keeps one expectation: the next replaces it when it is announced, here when it is accepted.
      const isWithdrawn = said.some(({ text }) => text.startsWith(`${group} withdrawn`));
      if (fate.startsWith('replaced')) expect(isWithdrawn).toBe(true);
      equal.expectations++;
    });
  });

  afterAll(() => {
    const { announcements, links, channels, fields, expectations } = equal;
    process.stderr.write(
      `${TEST_FILE}: ${announcements} announcements of tshark's truth, ${links} of its links, ` +
        `${channels} data channels of Zeek, ${fields} announcements in the lab and ${expectations} of the kernel's expectations\n`,
    );
  });
});

interface Prediction {
  readonly frame: number;
  readonly time: number;
  readonly group: string;
  readonly from: string;
  readonly to: string;
}

function predictions(said: readonly Said[]): Prediction[] {
  return said.flatMap(({ frame, time, client, server, text }) => {
    const [, group = '', , side, address, port] =
      /^(.*): \S+ (client|server) \* -> (client|server)(?: (\S+))?:(\d+) by /.exec(text) ?? [];
    if (side === undefined) return [];
    const [from, own] = side === 'client' ? [server, client] : [client, server];
    return [{ frame, time, group, from, to: `${address ?? own}:${port}` }];
  });
}

function announced(said: readonly Said[]): Announced[] {
  return predictions(said).map(({ frame, to }) => `${frame}: ${to}`);
}

/** Addresses and ports as tshark's dissectors of FTP and TFTP have them. */
function tsharkAnnounced(path: string): Announced[] {
  const columns = [
    ...['frame.number', 'tftp.opcode', 'ip.src', 'udp.srcport'],
    ...['ftp.passive.ip', 'ftp.passive.port', 'ftp.active.cip', 'ftp.active.port'],
    ...['ftp.eprt.ip', 'ftp.eprt.ipv6', 'ftp.eprt.port'],
    ...['ftp.epsv.ip', 'ftp.epsv.ipv6', 'ftp.epsv.port'],
  ];
  const wanted = columns.flatMap((column) => ['-e', column]);
  const options = ['-n', '-r', path, '-Y', 'ftp || tftp', '-T', 'fields', ...wanted];
  const { status, stdout, stderr } = spawnSync('tshark', options, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [frame, operation, source, sport, ...ends] = line.split('\t');
      const isRequest = operation === '1' || operation === '2';
      const [address, port] = isRequest ? [source, sport] : ends.filter((cell) => cell !== '');
      return port === undefined ? [] : [`${frame}: ${address}:${port}`];
    });
}
