/**
 * This file holds what the benchmark compares: our stages, the programs beside them, and the speed
 * to reach (gate: what must be met; goal: what is aimed at).
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Command } from './measure.ts';

/** Other programs, by the command that the table names. */
export const PEERS = {
  capinfos: 'capinfos -c',
  tshark: 'tshark -q -z conv,tcp',
  argus: 'argus -r -w',
} as const;
export type Peer = keyof typeof PEERS;

/** Our stages, in the order of the work they add. */
export const STAGE_NAMES = {
  reading: 'reading',
  decoding: '+ decoding',
  table: '+ session table',
  csv: '+ records, csv',
  ndjson: '+ records, ndjson',
  folder: '+ records, -o DIR',
} as const;
export type StageName = keyof typeof STAGE_NAMES;

export type CaptureLength = 'full' | 'short';

/** One row of the table. */
export interface Comparison {
  readonly stage: StageName;
  readonly peer: Peer;
  /** Which capture: the full one, or the one of at most a million packets; and which the peer reads. */
  readonly capture: CaptureLength;
  readonly beside: CaptureLength;
  readonly by: 'packets/s' | 'CPU s';
  readonly gate: number | null;
  readonly goal: number | null;
}

/**
 * Speeds are compared as packets per second: tshark takes a quarter of a minute for the full capture, and is
 * as fast on the short one, so its gate is for our speed on the full one beside its own on the short one.
 * The rows behind say what both make of the short one, where a third of our time is the start.
 */
// biome-ignore format: a table
export const COMPARISONS: readonly Comparison[] = [
  { stage: 'reading',  peer: 'capinfos', capture: 'full',  beside: 'full',  by: 'packets/s', gate: null, goal: null },
  { stage: 'decoding', peer: 'capinfos', capture: 'full',  beside: 'full',  by: 'packets/s', gate: null, goal: null },
  { stage: 'table',    peer: 'capinfos', capture: 'full',  beside: 'full',  by: 'packets/s', gate: 0.45, goal: 0.8 },
  { stage: 'csv',      peer: 'capinfos', capture: 'full',  beside: 'full',  by: 'packets/s', gate: 0.22, goal: 0.5 },
  { stage: 'ndjson',   peer: 'capinfos', capture: 'full',  beside: 'full',  by: 'packets/s', gate: 0.22, goal: 0.5 },
  { stage: 'folder',   peer: 'capinfos', capture: 'full',  beside: 'full',  by: 'packets/s', gate: null, goal: null },
  { stage: 'csv',      peer: 'tshark',   capture: 'full',  beside: 'short', by: 'packets/s', gate: 12,   goal: 25 },
  { stage: 'ndjson',   peer: 'tshark',   capture: 'full',  beside: 'short', by: 'packets/s', gate: 12,   goal: 25 },
  { stage: 'csv',      peer: 'tshark',   capture: 'short', beside: 'short', by: 'packets/s', gate: null, goal: null },
  { stage: 'ndjson',   peer: 'tshark',   capture: 'short', beside: 'short', by: 'packets/s', gate: null, goal: null },
  { stage: 'csv',      peer: 'argus',    capture: 'full',  beside: 'full',  by: 'CPU s',     gate: 1.2,  goal: 2.5 },
  { stage: 'ndjson',   peer: 'argus',    capture: 'full',  beside: 'full',  by: 'CPU s',     gate: 1.2,  goal: 2.5 },
];

/** Peak memory to stay below: a base and the bytes that each live session may add. */
export const MEMORY = {
  gate: { base: 200e6, session: 300 },
  goal: { base: 120e6, session: 200 },
} as const;

/** Where things are, for the commands. */
export interface Places {
  /** The built command line (dist/cli/main.js). */
  readonly cli: string;
  /** The stage entry, as JavaScript. */
  readonly stages: string;
  /** A folder for what runs write; removed at the end. */
  readonly scratch: string;
}

/**
 * What the stages are measured with: the zones of a run without `-c`, and applications told by ports. The
 * gates are of the session table; what identification adds is measured beside it (identification.ts).
 */
const ENGINE = `zones:
  trust: {networks: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 127.0.0.0/8, 169.254.0.0/16, "fc00::/7", "::1/128", "fe80::/10"]}
  untrust: {networks: [0.0.0.0/0, "::/0"]}
session: {app-id: ports}
`;

/** The command of one of our stages. */
export function stageCommand(stage: StageName, capture: string, places: Places): Command {
  const program = process.execPath;
  const config = `${places.scratch}/engine.yaml`;
  const replay = [places.cli, 'replay', capture, '-c', config];
  const prepare = () => writeFileSync(config, ENGINE);
  switch (stage) {
    case 'reading':
      return { program, args: [places.stages, 'read', capture] };
    case 'decoding':
      return { program, args: [places.stages, 'decode', capture] };
    case 'table':
      return { program, args: [...replay, '--print', 'none'], prepare };
    case 'csv':
      return { program, args: [...replay, '--print', 'csv'], prepare };
    case 'ndjson':
      return { program, args: [...replay, '--print', 'ndjson', '--records', 'session'], prepare };
    case 'folder': {
      const folder = `${places.scratch}/run`;
      const clear = () => {
        prepare();
        rmSync(folder, { recursive: true, force: true });
      };
      return { program, args: [...replay, '--print', 'none', '-o', folder], prepare: clear };
    }
  }
}

/** The command of a program beside us. */
export function peerCommand(peer: Peer, capture: string, places: Places): Command {
  if (peer === 'capinfos') return { program: 'capinfos', args: ['-c', capture] };
  if (peer === 'tshark') {
    return { program: 'tshark', args: ['-q', '-z', 'conv,tcp', '-r', capture] };
  }
  const output = `${places.scratch}/flows.argus`;
  const prepare = () => {
    mkdirSync(places.scratch, { recursive: true });
    rmSync(output, { force: true });
  };
  return { program: 'argus', args: ['-r', capture, '-w', output], prepare };
}
