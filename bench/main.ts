/**
 * This file is the benchmark (`npm run bench`): it makes the captures, runs our stages and the
 * programs beside them as whole processes, and prints two tables. Progress goes to standard error.
 *
 * Options: --packets N, --runs N, --quick, --keep (leave the large live-session captures on disk),
 * --cli FILE (a stand-in for dist/cli/main.js, to try the harness itself).
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { transpileModule } from 'typescript';
import { type Capture, ensureMix, SEED, warm } from './captures.ts';
import { compareAll, compareMemory } from './compare.ts';
import { compareIdentification } from './identification.ts';
import { measureLive } from './live-table.ts';
import { CommandFailure, findMeter, isInstalled, METER_WORDS, measure } from './measure.ts';
import { compareSideBySide } from './side-by-side.ts';
import { count } from './table.ts';
import { PEERS, type Peer, type Places, stageCommand } from './targets.ts';
import { compareTranslation } from './translation.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const DATA = `${HERE}/data`;
const SHORT_PACKETS_MAX = 1_000_000;
const PACKETS = 4_000_000;
const QUICK = { packets: 400_000, runs: 2, hits: 500_000, live: [1_000, 20_000, 200_000] };
const FULL = { packets: PACKETS, runs: 5, hits: 2_000_000, live: [...QUICK.live, 2_000_000] };
const LIVE_RUNS_MAX = 3;

interface Settings {
  readonly packets: number;
  readonly runs: number;
  readonly hits: number;
  readonly live: readonly number[];
  readonly keep: boolean;
  readonly cli: string;
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      packets: { type: 'string' },
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      cli: { type: 'string', default: 'dist/cli/main.js' },
    },
  });
  const base = values.quick ? QUICK : FULL;
  return {
    ...base,
    packets: positive(values.packets, base.packets, '--packets'),
    runs: positive(values.runs, base.runs, '--runs'),
    keep: values.keep,
    cli: resolve(values.cli),
  };
}

function positive(text: string | undefined, fallback: number, option: string): number {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${option} ${text}: give a whole number of at least 1`);
  }
  return value;
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

/** Makes the scratch folder with the stage entry as JavaScript, so that no translator is timed. */
function preparePlaces(cli: string): Places {
  const scratch = `${DATA}/scratch`;
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const source = readFileSync(`${HERE}/stages.ts`, 'utf8');
  const { outputText } = transpileModule(source, {
    compilerOptions: { module: 99 /* ESNext */, target: 9 /* ES2022 */ },
  });
  const stages = `${scratch}/stages.mjs`;
  writeFileSync(stages, outputText);
  process.env.SLOWPATH_BENCH_DIST = `${pathToFileURL(resolve(HERE, '../dist')).href}/`;
  return { cli, stages, scratch };
}

function describe(capture: Capture): string {
  const { packets, bytes, sessions, span } = capture;
  return (
    `${count(packets)} packets, ${count(sessions)} sessions, ${(bytes / 1e6).toFixed(0)} MB, ` +
    `${(span / 60).toFixed(1)} minutes, seed ${SEED}`
  );
}

function printHead(settings: Settings, full: Capture, short: Capture, method: string): void {
  const lines = [
    `Slowpath benchmark, Node ${process.version} on ${process.platform} ${process.arch}`,
    `full capture:  ${describe(full)}`,
    `short capture: ${describe(short)}`,
    `whole processes, page cache warm, alternated with the peer, median of ${settings.runs};`,
    `${method}; ratios pair by pair, more is better`,
    'applications told by ports, but where identification is measured',
  ];
  if (settings.packets !== PACKETS) {
    lines.push('gates and goals are meant for 4 million packets: start-up weighs more here');
  }
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

async function main(): Promise<void> {
  const settings = readSettings();
  if (!existsSync(settings.cli)) say('the command line is not built: npm run build');
  const meter = findMeter();
  const places = preparePlaces(settings.cli);
  const full = ensureMix(DATA, settings.packets, say);
  const short = ensureMix(DATA, Math.min(settings.packets, SHORT_PACKETS_MAX), say);
  await warm(full.path);
  await warm(short.path);
  const peers = Object.keys(PEERS).filter(isInstalled) as Peer[];
  printHead(settings, full, short, METER_WORDS[meter]);
  const run = (command: Parameters<typeof measure>[0]) => measure(command, meter, places.scratch);
  const compared = { runs: settings.runs, full, short, peers, places, run, say };
  const table = await compareAll(compared);
  process.stdout.write(`${table.text}\n`);
  if (table.failed) process.exitCode = 1;
  try {
    process.stdout.write(`${await compareMemory(compared)}\n`);
    process.stdout.write(`${await compareTranslation(compared, DATA)}\n`);
    process.stdout.write(`${await compareIdentification(compared, DATA)}\n`);
    process.stdout.write(`${await compareSideBySide(compared)}\n`);
    const live = await measureLive({
      folder: DATA,
      sessions: settings.live,
      hits: settings.hits,
      runs: Math.min(settings.runs, LIVE_RUNS_MAX),
      keep: settings.keep,
      say,
      run: (capture) => run(stageCommand('table', capture, places)),
    });
    process.stdout.write(`${count(settings.hits)} packets hit K live sessions at random\n${live}`);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    process.stdout.write(`memory and live sessions: failed, ${error.message}\n`);
    process.exitCode = 1;
  }
  rmSync(places.scratch, { recursive: true, force: true });
}

await main();
