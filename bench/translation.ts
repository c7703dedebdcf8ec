/**
 * This file measures what routes and source NAT cost: the session table on the mixed capture, and with
 * a configuration that routes and translates on the same capture with translated answers: as many packets
 * and, to a handful, as many sessions, answered in both.
 *
 * The row of DIPP is the hardest case there is, and has no gate: servers answer to other
 * addresses than the model's pool gives, so that the translation of every session with a reply is learned
 * from its first one, work that a replay without NAT has nothing like.
 */
import { writeFileSync } from 'node:fs';
import { type Capture, ensureMix, warm } from './captures.ts';
import type { CompareOptions } from './compare.ts';
import { alternate, type Command, median, medianRatio } from './measure.ts';
import { count, fixed, formatTable, verdict } from './table.ts';

/** Speed with routes and source NAT on, of that without: what must be reached. */
const GATE = 0.95;

const ZONES = `zones:
  inside: {interfaces: [in], networks: [10.0.0.0/8, "fd00::/8"]}
  outside: {interfaces: [out], networks: [0.0.0.0/0, "::/0"]}
session: {app-id: ports}
`;
const ROUTES = `routes:
  - {destination: 10.0.0.0/8, interface: in}
  - {destination: "fd00::/8", interface: in}
  - {destination: 0.0.0.0/0, interface: out}
  - {destination: "::/0", interface: out}
`;
const rule = (translation: string) =>
  `nat: [{name: out, from: [inside], to: [outside], source: [10.10.0.0/16], source-translation: {${translation}}}]\n`;

// biome-ignore format: a table
const VARIANTS = [
  { name: 'routes',                             nat: '',                                           gate: null },
  { name: 'routes, static source NAT',          nat: rule('static-ip: 100.64.0.0/16'),             gate: GATE },
  { name: 'routes, DIPP, learned from replies', nat: rule('dynamic-ip-and-port: 100.64.0.0/16'),   gate: null },
] as const;

/** Measures every variant beside the same replay without routes and NAT. */
export async function compareTranslation(
  { runs, full, places, run, say }: CompareOptions,
  folder: string,
): Promise<string> {
  const translated = ensureMix(folder, full.packets, say, 'mix-snat');
  await warm(translated.path);
  const replay = (capture: Capture, name: string, config: string): Command => {
    const file = `${places.scratch}/${name}.yaml`;
    const prepare = () => writeFileSync(file, config);
    const args = [places.cli, 'replay', capture.path, '-c', file, '--print', 'none'];
    return { program: process.execPath, args, prepare };
  };
  const plain = replay(full, 'plain', ZONES);
  const rows: string[][] = [];
  for (const { name, nat, gate } of VARIANTS) {
    say(name);
    const capture = nat === '' ? full : translated;
    const translating = replay(capture, 'translating', ZONES + ROUTES + nat);
    const result = await alternate(
      () => run(translating),
      () => run(plain),
      runs,
    );
    const wall = median(result.first.map((one) => one.wall));
    const ratio = medianRatio(
      result.second.map((one) => one.wall),
      result.first.map((one) => one.wall),
    );
    const cpuRatio = medianRatio(
      result.second.map((one) => one.cpu),
      result.first.map((one) => one.cpu),
    );
    rows.push([
      name,
      count(wall === null ? null : capture.packets / wall),
      fixed(cpuRatio, 2),
      fixed(ratio, 2),
      fixed(gate, 2),
      verdict(ratio, gate, null, 'more'),
    ]);
  }
  const header = ['session table with', 'packets/s', 'by CPU s', 'of that without', 'gate', ''];
  return formatTable(header, rows);
}
