/**
 * This file measures what identification by payload costs, the default: the session table on
 * the mixed capture, on one of few sessions with very many packets, and on one of short sessions of
 * DNS and HTTP, each beside the same replay with applications told by ports.
 */
import { writeFileSync } from 'node:fs';
import { type Capture, ensureLive, ensureMix, warm } from './captures.ts';
import type { CompareOptions } from './compare.ts';
import { alternate, type Command, median, medianRatio } from './measure.ts';
import { count, fixed, formatTable, verdict } from './table.ts';

/** Speed with identification on, of that without: what must be reached where packets are many. */
const GATE = 0.9;
const MANY_PACKETS_SESSIONS = 1_000;

const ZONES = 'zones: {all: {networks: [0.0.0.0/0, "::/0"]}}\n';
const PORTS = 'session: {app-id: ports}\n';

/** Measures every capture with and without. */
export async function compareIdentification(
  { runs, full, places, run, say }: CompareOptions,
  folder: string,
): Promise<string> {
  const short = ensureMix(folder, full.packets, say, 'short');
  const many = ensureLive(folder, MANY_PACKETS_SESSIONS, full.packets);
  const captures: readonly (readonly [name: string, capture: Capture, gate: number | null])[] = [
    ['many packets a session', many, GATE],
    ['mixed capture', full, null],
    ['short DNS and HTTP', short, null],
  ];
  const replay = ({ path }: Capture, name: string, config: string): Command => {
    const file = `${places.scratch}/${name}.yaml`;
    const prepare = () => writeFileSync(file, config);
    const args = [places.cli, 'replay', path, '-c', file, '--print', 'none'];
    return { program: process.execPath, args, prepare };
  };
  const rows: string[][] = [];
  for (const [name, capture, gate] of captures) {
    say(`identification: ${name}`);
    await warm(capture.path);
    const result = await alternate(
      () => run(replay(capture, 'payload', ZONES)),
      () => run(replay(capture, 'ports', ZONES + PORTS)),
      runs,
    );
    const speed = (wall: number | null) => count(wall === null ? null : capture.packets / wall);
    const walls = {
      payload: result.first.map((one) => one.wall),
      ports: result.second.map((one) => one.wall),
    };
    const ratio = medianRatio(walls.ports, walls.payload);
    rows.push([
      name,
      count(capture.sessions),
      count(capture.packets),
      speed(median(walls.ports)),
      speed(median(walls.payload)),
      fixed(ratio, 2),
      fixed(gate, 2),
      verdict(ratio, gate, null, 'more'),
    ]);
  }
  // biome-ignore format: a table
  const header = ['identification by payload', 'sessions', 'packets', 'ports: packets/s', 'payload: packets/s', 'ratio', 'gate', ''];
  return formatTable(header, rows);
}
