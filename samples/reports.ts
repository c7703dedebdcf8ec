/**
 * This file writes what every sample's replay says into reports/ (`npm run reports`): documentation,
 * and what test/golden.test.ts compares with. It runs the built program, as a user would.
 */

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One file of reports/. */
export interface Report {
  /** With slashes: `first-look/sessions.csv`. */
  readonly name: string;
  readonly text: string;
}

/** The charts that only samples with control sessions have something on, or whose story is offload. */
const PINHOLES = 'predicts.svg';
const DATAPLANE = 'offload.svg';

/** Files of reports/ and the files of a run directory that they are. */
const FILES = {
  'sessions.txt': 'report.txt',
  'sessions.csv': 'sessions.csv',
  'sessions.ndjson': 'sessions.ndjson',
  'predicts.ndjson': 'predicts.ndjson',
  'events.ndjson': 'events.ndjson',
  'run.json': 'run.json',
  'occupancy.svg': 'charts/occupancy.svg',
  [DATAPLANE]: 'charts/offload.svg',
  [PINHOLES]: 'charts/predicts.svg',
  'zones.svg': 'charts/zones.svg',
} as const;

/** Samples whose story is of ALGs. */
const WITH_ALGS = [
  'ftp-active',
  'ftp-alg-off',
  'ftp-passive',
  'ftp-strict',
  'ftps',
  'sip-no-answer',
];

/** Samples whose story is of offload. */
const WITH_OFFLOAD = ['offload', 'offload-decrypt', 'offload-late-refresh'];

/** Samples of which reports/ has what `init` makes of the capture alone. */
const STARTERS = ['first-look', 'ping-and-dns', 'vlan-zones'];

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Names of the samples that a report is made of. */
export function sampleNames(): string[] {
  return readdirSync(join(ROOT, 'samples'))
    .filter((name) => existsSync(join(ROOT, 'samples', name, 'capture.script')))
    .sort();
}

/** Replays a sample with its firewall.yaml. The tool's version is left out: reports outlive it. */
export function reportsOf(sample: string): Report[] {
  const folder = join(ROOT, 'samples', sample);
  const capture = readdirSync(folder).find((name) => /^capture\.pcap(ng)?$/.test(name));
  if (capture === undefined) throw new Error(`no capture in samples/${sample}: npm run samples`);
  const work = mkdtempSync(join(tmpdir(), 'slowpath-reports-'));
  try {
    const input = [join(folder, capture), '-c', join(folder, 'firewall.yaml')];
    const output = ['-o', join(work, 'run'), '--format', 'csv,txt,charts', '--print', 'none'];
    const program = join(ROOT, 'dist/cli/main.js');
    execFileSync(process.execPath, [program, 'replay', '--quiet', ...input, ...output]);
    const wanted = Object.entries(FILES).filter(
      ([name]) =>
        (name !== PINHOLES || WITH_ALGS.includes(sample)) &&
        (name !== DATAPLANE || WITH_OFFLOAD.includes(sample)),
    );
    const files = wanted.map(([name, file]) => ({
      name: `${sample}/${name}`,
      text: readFileSync(join(work, 'run', file), 'utf8').replace(
        /("tool": \{\s*"name": "slowpath",\s*"version": ")[^"]*"/,
        '$1VERSION"',
      ),
    }));
    if (!STARTERS.includes(sample)) return files;
    const init = [program, 'init', '--quiet', join(folder, capture)];
    const text = execFileSync(process.execPath, init, { encoding: 'utf8' });
    return [...files, { name: `${sample}/starter.yaml`, text }];
  } finally {
    rmSync(work, { recursive: true });
  }
}

function main(): void {
  for (const sample of sampleNames()) {
    for (const { name, text } of reportsOf(sample)) {
      const path = join(ROOT, 'reports', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    process.stdout.write(`written: reports/${sample}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
