/** This file is the command tree (commander); what a command does is loaded when it runs. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../errors.ts';
import { packageVersion } from '../version.ts';
import type { ReplayOptions } from './commands/replay.ts';

const EXAMPLES = `
Examples:
  slowpath replay capture.pcapng -c firewall.yaml
  slowpath replay capture.pcap.gz --print csv > sessions.csv
  tcpdump -w - | slowpath replay - -c firewall.yaml -o run
`;

const EXIT_CODES = `
Exit codes: 0 done; 1 a difference was found; 2 usage or configuration error;
3 nothing could be read or written; 4 done, but some input was damaged.
`;

/** Parses arguments and runs the command. @returns the exit code */
export async function buildProgram(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = new Command('slowpath')
    .description(
      'Replays packet captures through a model of the PAN-OS session table and says, packet by\n' +
        'packet, what the firewall would have done and why.',
    )
    .version(`slowpath ${packageVersion()} (Node ${process.versions.node})`, '-V, --version')
    .addHelpText('after', EXAMPLES + EXIT_CODES)
    .showHelpAfterError('(slowpath --help lists commands and examples)')
    .exitOverride();
  replayCommand(program, (code) => {
    exitCode = code;
  });
  program
    .command('check')
    .description('validate a configuration: every problem, with file, line and column')
    .argument('<file>', 'firewall.yaml')
    .action(async (file: string) => {
      const { checkConfig } = await import('./commands/check.ts');
      exitCode = checkConfig(file);
    });
  program
    .command('schema')
    .description('print the JSON Schema of firewall.yaml')
    .action(async () => {
      const { printSchema } = await import('./commands/schema.ts');
      exitCode = printSchema();
    });
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  if (args.length === 0) {
    program.outputHelp({ error: true });
    return EXIT.usage;
  }
  await program.parseAsync(args, { from: 'user' });
  return exitCode;
}

function replayCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('replay')
    .description('drive every packet through the session table and write the reports')
    .argument('<capture...>', 'pcap or pcapng, plain or gzip; - is standard input')
    .option('-c, --config <file>', 'firewall.yaml; without it the built-in configuration applies')
    .option('-o, --output <dir>', 'write a run directory')
    .option('--force', 'let -o replace an earlier run', false)
    .option('--format <list>', 'more files for -o: sessions.csv, charts, report.txt', splitList)
    .addOption(
      new Option('--print <form>', 'what standard output gets')
        .choices(['text', 'json', 'ndjson', 'csv', 'none'])
        .default('text'),
    )
    .option('--records <list>', 'records of json and ndjson: session, predict, event', splitList)
    .option('--limit <n>', 'sessions that the text lists', wholeNumber, 40)
    .option('--drain', 'run the clock on after the last packet until the table is empty', false)
    .addOption(
      new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'),
    )
    .option('-q, --quiet', 'no progress, no warnings', false)
    .addHelpText('after', EXAMPLES)
    .action(async (captures: string[], options: ReplayOptions) => {
      const { replayCaptures } = await import('./commands/replay.ts');
      setExitCode(await replayCaptures(captures, options));
    });
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}
