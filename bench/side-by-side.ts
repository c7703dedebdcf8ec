/**
 * This file measures what a what-if saves: a base and three variants in one process, beside a replay of
 * each by itself. Below 1 the variants cost less together than apart.
 */
import { rmSync, writeFileSync } from 'node:fs';
import type { CompareOptions } from './compare.ts';
import { alternate, type Command, median, medianRatio, type Run } from './measure.ts';
import { fixed, formatTable, megabytes, verdict } from './table.ts';

/** Of what the runs cost apart: clearly less. Records are as much work together as they are apart. */
const GATE = 0.8;

const ZONES =
  'zones: {trust: {networks: [10.0.0.0/8]}, untrust: {networks: [0.0.0.0/0, "::/0"]}}\n';
const PORTS = 'session: {app-id: ports}\n';
const VARIANTS = ['tcp: 600', 'udp: 10', 'tcp-time-wait: 5'];

/** What is asked for: applications by ports or by payload, and what is written. */
const KINDS = [
  { name: 'applications by ports, nothing written', config: ZONES + PORTS, isWritten: false },
  { name: 'applications by payload, nothing written', config: ZONES, isWritten: false },
  { name: 'applications by payload, -o DIR', config: ZONES, isWritten: true },
] as const;

/** Measures each kind, together and apart. */
export async function compareSideBySide({
  runs,
  short,
  places,
  run,
  say,
}: CompareOptions): Promise<string> {
  const rows: string[][] = [];
  for (const { name, config, isWritten } of KINDS) {
    say(`side by side: ${name}`);
    const folder = `${places.scratch}/side-by-side`;
    const output = isWritten ? ['-o', folder] : [];
    const command = (verb: string, own: string, options: readonly string[]): Command => ({
      program: process.execPath,
      args: [
        ...[places.cli, verb, short.path, '-c', `${places.scratch}/side.yaml`],
        ...['--print', 'none', ...options, ...output],
      ],
      prepare: () => {
        rmSync(folder, { recursive: true, force: true });
        writeFileSync(`${places.scratch}/side.yaml`, own);
      },
    });
    const settings = VARIANTS.flatMap((text) => ['--set', `timeouts.${text.replace(': ', '=')}`]);
    const each = ['', ...VARIANTS.map((text) => `timeouts: {${text}}\n`)];
    const { first, second } = await alternate(
      () => run(command('whatif', config, settings)),
      async () => {
        const apart: Run[] = [];
        for (const more of each) apart.push(await run(command('replay', config + more, [])));
        return together(apart);
      },
      runs,
    );
    const wall = medianRatio(
      first.map((one) => one.wall),
      second.map((one) => one.wall),
    );
    const cpu = medianRatio(
      first.map((one) => one.cpu),
      second.map((one) => one.cpu),
    );
    rows.push([
      name,
      fixed(median(second.map((one) => one.wall)), 1),
      fixed(median(first.map((one) => one.wall)), 1),
      fixed(wall, 2),
      fixed(cpu, 2),
      megabytes(median(second.map((one) => one.peakBytes))),
      megabytes(median(first.map((one) => one.peakBytes))),
      fixed(isWritten ? null : GATE, 2),
      verdict(cpu ?? wall, isWritten ? null : GATE, null, 'less'),
    ]);
  }
  // biome-ignore format: a table
  const header = ['a base and 3 variants', 'apart: s', 'whatif: s', 'ratio, s', 'ratio, CPU s', 'apart: MB', 'whatif: MB', 'gate', ''];
  return formatTable(header, rows);
}

/** Runs one after the other, as one; of their memory the most. */
function together(runs: readonly Run[]): Run {
  const sum = (values: readonly (number | null)[]) =>
    values.includes(null) ? null : values.reduce<number>((total, value) => total + (value ?? 0), 0);
  return {
    wall: sum(runs.map(({ wall }) => wall)) ?? 0,
    cpu: sum(runs.map(({ cpu }) => cpu)),
    peakBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes ?? 0)) || null,
  };
}
