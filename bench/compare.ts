/**
 * This file runs every comparison of the benchmark and lays out the main table.
 */
import type { Capture } from './captures.ts';
import {
  alternate,
  type Command,
  CommandFailure,
  median,
  medianRatio,
  type Run,
} from './measure.ts';
import { count, fixed, formatTable, megabytes, verdict } from './table.ts';
import {
  COMPARISONS,
  type Comparison,
  PEERS,
  type Peer,
  type Places,
  peerCommand,
  STAGE_NAMES,
  stageCommand,
} from './targets.ts';

/** What the comparisons need. */
export interface CompareOptions {
  readonly runs: number;
  readonly full: Capture;
  readonly short: Capture;
  /** Peers that are installed. */
  readonly peers: readonly Peer[];
  readonly places: Places;
  readonly run: (command: Command) => Promise<Run>;
  readonly say: (text: string) => void;
}

// biome-ignore format: a table
const HEADER = [
  'stage', 'packets', 'packets/s', 'MB/s', 'wall s', 'CPU s', 'peak MB',
  'beside', 'its packets/s', 'its CPU s', 'ratio of', 'ratio', 'gate', 'goal', '',
];

/** A failure that is not ours. */
class PeerFailure extends CommandFailure {}

/** Runs all comparisons; `failed` tells whether one of our own stages did. */
export async function compareAll(
  options: CompareOptions,
): Promise<{ text: string; failed: boolean }> {
  const rows: string[][] = [];
  const notes: string[] = [];
  let failed = false;
  for (const comparison of COMPARISONS) {
    const { stage, peer } = comparison;
    const name = STAGE_NAMES[stage];
    options.say(`${name} beside ${PEERS[peer]}`);
    try {
      rows.push(await compare(comparison, options));
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      rows.push([name, '', 'failed', '', '', '', '', PEERS[peer]]);
      const isOurs = !(error instanceof PeerFailure);
      failed ||= isOurs;
      const note = `${isOurs ? name : PEERS[peer]}: ${error.message}`;
      if (!notes.includes(note)) notes.push(note);
    }
  }
  const text = formatTable(HEADER, rows) + notes.map((note) => `failed, ${note}\n`).join('');
  return { text, failed };
}

async function compare(comparison: Comparison, options: CompareOptions): Promise<string[]> {
  const { stage, peer, by, gate, goal } = comparison;
  const { places, run, runs } = options;
  const capture = options[comparison.capture];
  const beside = options[comparison.beside];
  const ours = stageCommand(stage, capture.path, places);
  const isPresent = options.peers.includes(peer);
  const result = isPresent
    ? await alternate(
        () => run(ours),
        () => runPeer(peer, beside.path, options),
        runs,
      )
    : { first: await repeat(() => run(ours), runs), second: [] };
  const wall = median(result.first.map((one) => one.wall));
  const cells = [
    STAGE_NAMES[stage],
    count(capture.packets),
    count(wall === null ? null : capture.packets / wall),
    megabytes(wall === null ? null : capture.bytes / wall),
    fixed(wall, 2),
    fixed(median(result.first.map((one) => one.cpu)), 2),
    megabytes(median(result.first.map((one) => one.peakBytes))),
  ];
  if (!isPresent) return [...cells, `${PEERS[peer]}: not installed`];
  // Seconds a packet: the captures may differ.
  const of = (packets: number) => (one: Run) => {
    const seconds = by === 'CPU s' ? one.cpu : one.wall;
    return seconds === null ? null : seconds / packets;
  };
  const ratio = medianRatio(
    result.second.map(of(beside.packets)),
    result.first.map(of(capture.packets)),
  );
  const peerWall = median(result.second.map((one) => one.wall));
  return [
    ...cells,
    PEERS[peer],
    count(peerWall === null ? null : beside.packets / peerWall),
    fixed(median(result.second.map((one) => one.cpu)), 2),
    by,
    fixed(ratio, 2),
    fixed(gate, 2),
    fixed(goal, 2),
    verdict(ratio, gate, goal, 'more'),
  ];
}

async function repeat(once: () => Promise<Run>, times: number): Promise<Run[]> {
  const runs: Run[] = [];
  for (let i = 0; i < times; i++) runs.push(await once());
  return runs;
}

async function runPeer(peer: Peer, capture: string, options: CompareOptions): Promise<Run> {
  try {
    return await options.run(peerCommand(peer, capture, options.places));
  } catch (error) {
    throw error instanceof CommandFailure ? new PeerFailure(error.message) : error;
  }
}

/** Says whether the session table's peak memory grows with the capture's length. */
export async function compareMemory(options: CompareOptions): Promise<string> {
  const { full, short, places, run } = options;
  const peaks: string[] = [];
  for (const { path, packets } of [short, full]) {
    const { peakBytes } = await run(stageCommand('table', path, places));
    peaks.push(`${megabytes(peakBytes)} MB at ${count(packets)} packets`);
  }
  return `peak memory of the session table, to be flat in the length: ${peaks.join(', ')}\n`;
}
