/**
 * This file measures commands as whole processes: wall time, CPU seconds (user and system) and peak
 * resident memory. It uses GNU time where that is installed; else, on Linux, it polls /proc, which
 * misses what happens in a process's last moments; elsewhere only the wall time is known.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';

/** A command to run, and what to do before each run. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly prepare?: () => void;
}

/** One run. `cpu` and `wall` in seconds; null where it cannot be known here. */
export interface Run {
  readonly wall: number;
  readonly cpu: number | null;
  readonly peakBytes: number | null;
}

/** What was said by a command that failed: the line most worth reading. */
export class CommandFailure extends Error {}

const GNU_TIME = '/usr/bin/time';
const POLL_MS = 20;
/** Linux counts CPU time for user programs in hundredths, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;
const STDERR_KEPT = 8_192;

/** How runs are measured on this system. */
export type Meter = 'gnu-time' | 'proc' | 'wall';

/** The best meter there is. */
export function findMeter(): Meter {
  const probe = spawnSync(GNU_TIME, ['--version'], { encoding: 'utf8' });
  if (`${probe.stdout}${probe.stderr}`.includes('GNU')) return 'gnu-time';
  return process.platform === 'linux' ? 'proc' : 'wall';
}

/** A sentence that says how the numbers were taken. */
export const METER_WORDS: Readonly<Record<Meter, string>> = {
  'gnu-time': 'CPU seconds and peak memory as GNU time reports them',
  proc: 'CPU seconds and peak memory polled from /proc (GNU time is not installed)',
  wall: 'wall time only (neither GNU time nor /proc here)',
};

/** Whether a program of this name is on PATH. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['-h'], { stdio: 'ignore' }).error === undefined;
}

/** Runs a command with its standard output discarded. @throws CommandFailure */
export async function measure(command: Command, meter: Meter, scratch: string): Promise<Run> {
  command.prepare?.();
  const report = `${scratch}/time.txt`;
  rmSync(report, { force: true });
  const { program, args } = command;
  const [first, rest] =
    meter === 'gnu-time'
      ? [GNU_TIME, ['-o', report, '-f', '%U %S %M', program, ...args]]
      : [program, [...args]];
  const began = process.hrtime.bigint();
  const child = spawn(first, rest, { stdio: ['ignore', 'ignore', 'pipe'], env: environment() });
  const polled = meter === 'proc' ? pollProc(child.pid) : null;
  let stderr = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(new CommandFailure(error.message)));
    child.on('close', resolve);
  });
  const wall = Number(process.hrtime.bigint() - began) / 1e9;
  polled?.stop();
  if (code !== 0) throw new CommandFailure(`exit ${code ?? 'by signal'}: ${worstLine(stderr)}`);
  if (meter === 'gnu-time') return { wall, ...readReport(report) };
  return { wall, cpu: polled?.cpu ?? null, peakBytes: polled?.peakBytes ?? null };
}

/** The environment without what makes Node read and do more at its start than the program says. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_EXTRA_CA_CERTS: _certificates, ...rest } = process.env;
  return rest;
}

/** Runs A B A B …; element i of both lists was measured back to back. */
export async function alternate(
  first: () => Promise<Run>,
  second: () => Promise<Run>,
  times: number,
): Promise<{ first: Run[]; second: Run[] }> {
  const result: { first: Run[]; second: Run[] } = { first: [], second: [] };
  for (let i = 0; i < times; i++) {
    result.first.push(await first());
    result.second.push(await second());
  }
  return result;
}

/** The middle value, or the mean of the two middle ones; null for none. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  const middle = known.length >> 1;
  if (known.length === 0) return null;
  return known.length % 2 === 1 ? known[middle]! : (known[middle - 1]! + known[middle]!) / 2;
}

/** The median of a[i] / b[i]: drift of the machine between pairs cancels out. */
export function medianRatio(
  a: readonly (number | null)[],
  b: readonly (number | null)[],
): number | null {
  return median(
    a.map((value, i) => {
      const other = b[i] ?? null;
      return value === null || other === null || other === 0 ? null : value / other;
    }),
  );
}

function readReport(path: string): { cpu: number; peakBytes: number } {
  const line = readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? '';
  const [user = 0, system = 0, kibibytes = 0] = line.split(' ').map(Number);
  return { cpu: user + system, peakBytes: kibibytes * 1024 };
}

function pollProc(pid: number | undefined) {
  const state = { cpu: 0, peakBytes: 0, stop: () => clearInterval(timer) };
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const peak = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
      if (peak !== undefined) state.peakBytes = Number(peak) * 1024;
      // The fields after the command's name, which may hold spaces; utime is the 12th of them.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      state.cpu = (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND;
    } catch {
      // The process has ended between two polls.
    }
  }, POLL_MS);
  return state;
}

/** The line of a stderr that names the error, else its last. */
function worstLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /\S/.test(line));
  const named = lines.find((line) => /^\w*Error\b/.test(line.trim()));
  const line = named ?? lines.filter((text) => !text.startsWith('Node.js v')).at(-1);
  return (line ?? 'nothing on standard error').trim().replaceAll(process.cwd(), '.');
}
