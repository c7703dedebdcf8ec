/** This file is the process: arguments in, exit code out. */

import { ConfigError, EXIT, UsageError } from '../errors.ts';
import { Interrupts } from './interrupt.ts';
import { buildProgram } from './program.ts';
import { ClosedOutput, OutputError } from './text-writer.ts';

/** Says what went wrong on standard error; returns the exit code. */
function explain(error: unknown): number {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  if (error instanceof ClosedOutput) return EXIT.done;
  if (error instanceof ConfigError) {
    for (const line of error.lines()) say(line);
    return EXIT.usage;
  }
  if (error instanceof UsageError) {
    say(`slowpath: ${error.message}`);
    return EXIT.usage;
  }
  if (error instanceof OutputError) {
    say(`slowpath: ${error.message}`);
    return EXIT.nothing;
  }
  if (error instanceof Error && 'syscall' in error && 'code' in error) {
    say(`slowpath: ${new OutputError('a temporary file', error).message}`);
    return EXIT.nothing;
  }
  const commander = error as { code?: unknown; exitCode?: unknown };
  if (typeof commander.code === 'string' && commander.code.startsWith('commander.')) {
    return commander.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  say('slowpath: internal error; please report it with the command line and this text:');
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.bug;
}

async function main(): Promise<void> {
  try {
    process.exitCode = await buildProgram(process.argv.slice(2));
  } catch (error) {
    process.exitCode = explain(error);
  }
  // All output is written by now, but a read of a silent pipe would keep the process alive.
  if (Interrupts.wasStopped) process.exit();
}

void main();
