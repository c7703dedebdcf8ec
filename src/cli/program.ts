/** This file is the command tree (commander); what a command does is loaded when it runs. */

import { Command, Help, Option } from 'commander';
import { EXIT } from '../errors.ts';
import { packageVersion } from '../version.ts';
import type { InitOptions } from './commands/init.ts';
import type { InspectOptions } from './commands/inspect.ts';
import type { ReplayOptions } from './commands/replay.ts';
import {
  CHECK_EXAMPLES,
  EXAMPLES,
  EXIT_CODES,
  INIT_EXAMPLES,
  INSPECT_EXAMPLES,
  REPLAY_EXAMPLES,
  REPLAY_FILES,
  SCHEMA_EXAMPLES,
} from './help-texts.ts';
import {
  colorOption,
  decapsulateOption,
  LISTED_SESSIONS,
  positive,
  readerOption,
  serial,
  splitList,
  stagedCapture,
  threadsOption,
  wholeNumber,
} from './option-values.ts';
import { writeStandardOutput } from './standard-output.ts';
import { whatIfCommand } from './what-if-command.ts';

/** Parses arguments and runs the command. @returns the exit code */
export async function buildProgram(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const program = new Command('slowpath')
    .description(
      'Replays packet captures through a model of the PAN-OS session table, and says what the ' +
        'firewall would have done with each session and why.',
    )
    .version(`slowpath ${packageVersion()} (Node ${process.versions.node})`, '-V, --version')
    .addHelpText('after', EXAMPLES + EXIT_CODES)
    .showHelpAfterError('(slowpath --help lists commands and examples)')
    .configureHelp({ formatHelp: descriptionFirst })
    .configureOutput({ writeOut: writeStandardOutput })
    .exitOverride();
  replayCommand(program, setExitCode);
  whatIfCommand(program, setExitCode);
  inspectCommand(program, setExitCode);
  initCommand(program, setExitCode);
  configurationCommands(program, setExitCode);
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
    .summary('drive every packet through the session table and write the reports')
    .description(
      'Drives every packet of the captures through the session table, prints the sessions and how ' +
        'good the capture is, and writes a run directory if asked to.',
    )
    .argument(
      '[capture...]',
      'pcap or pcapng, plain or in gzip, zstd or lz4, told by content; folders and patterns of ' +
        'such; - is standard input',
    )
    .option(
      '--stage <stage=capture>',
      'a capture of stage receive, firewall, transmit or drop',
      stagedCapture,
    )
    .option('-c, --config <file>', 'firewall.yaml; without it the built-in configuration applies')
    .option('-o, --output <dir>', 'write a run directory')
    .option('--force', 'let -o replace an earlier run')
    .option('--format <list>', 'more files for -o: csv, charts, txt', splitList)
    .addOption(
      new Option('--print <form>', 'what standard output gets')
        .choices(['text', 'json', 'ndjson', 'csv', 'none'])
        .default('text'),
    )
    .option(
      '--records <list>',
      'records of json and ndjson: session,predict,event,packet',
      splitList,
    )
    .option('--filter <expression>', "show the firewall only these frames, in tcpdump's language")
    .option('--from <time>', 'report what was alive from here on: RFC 3339, or +SECONDS')
    .option('--until <time>', 'report what was alive until here')
    .option('--packets <expression>', 'log the packets of the sessions that it chooses')
    .option('--packets-per-session <n>', 'packets of a session that are logged (200)', positive)
    .option('--limit <n>', 'sessions that the text lists', wholeNumber, LISTED_SESSIONS)
    .option('--session <serial>', 'show this session, its transitions and events instead', serial)
    .option('--predict <serial>', 'show this predict session instead', serial)
    .option('--counters', 'add the counters as show counter global prints them')
    .addOption(readerOption())
    .addOption(threadsOption())
    .option('--midstream', 'take TCP sessions that began before the capture for established')
    .addOption(decapsulateOption())
    .option('--drain', 'run the clock on after the last packet until the table is empty')
    .addOption(colorOption())
    .option('-q, --quiet', 'no progress, no warnings')
    .addHelpText('after', REPLAY_EXAMPLES + REPLAY_FILES + EXIT_CODES)
    .action(async (captures: string[], options: ReplayOptions, command: Command) => {
      if (captures.length === 0 && options.stage === undefined) {
        command.error("error: missing required argument 'capture'");
      }
      const { replayCaptures } = await import('./commands/replay.ts');
      setExitCode(await replayCaptures(captures, options));
    });
}

function inspectCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('inspect')
    .summary('say what is in captures, and how good they are')
    .description(
      'Says what is in captures: formats and interfaces, time, VLANs, MACs and the networks behind ' +
        'each, likely firewalls and routers, and what is amiss: loss, duplicates, one-sided ' +
        'conversations, wrong checksums, clock steps, damage.',
    )
    .argument('<capture...>', 'pcap or pcapng, plain or gzip, told by content; - is standard input')
    .addOption(
      new Option('--print <form>', 'what standard output gets')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--second-opinion', 'read pcap files with the package pcap-parser, too, and compare')
    .addOption(colorOption())
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', INSPECT_EXAMPLES)
    .action(async (captures: string[], options: InspectOptions) => {
      const { inspectCaptures } = await import('./commands/inspect.ts');
      setExitCode(await inspectCaptures(captures, options));
    });
}

function initCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('init')
    .summary('print a starter firewall.yaml for captures, with the evidence for each zone')
    .description(
      'Prints a starter firewall.yaml that replays these captures sensibly: zones from interfaces, ' +
        'files, VLANs, MACs and networks, the MACs of the firewall, and the evidence for each as ' +
        'remarks.',
    )
    .argument('<capture...>', 'captures, as replay takes them; - is standard input')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', INIT_EXAMPLES)
    .action(async (captures: string[], options: InitOptions) => {
      const { initConfig } = await import('./commands/init.ts');
      setExitCode(await initConfig(captures, options));
    });
}

function configurationCommands(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('check')
    .summary('validate a configuration')
    .description('Validates a configuration: every problem at once, with file, line and column.')
    .argument('<file>', 'firewall.yaml')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (file: string) => {
      const { checkConfig } = await import('./commands/check.ts');
      setExitCode(checkConfig(file));
    });
  program
    .command('schema')
    .summary('print the JSON Schema of firewall.yaml')
    .description('Prints the JSON Schema of firewall.yaml, for editors and validators.')
    .addHelpText('after', SCHEMA_EXAMPLES)
    .action(async () => {
      const { printSchema } = await import('./commands/schema.ts');
      setExitCode(printSchema());
    });
}

/** Help begins with what the command does, then how it is called. */
function descriptionFirst(command: Command, helper: Help): string {
  const width = helper.helpWidth ?? 80;
  const what = helper.boxWrap(helper.commandDescription(command), width);
  const rest: Help = Object.create(helper);
  rest.commandDescription = () => '';
  return `${what}\n\n${Help.prototype.formatHelp.call(rest, command, rest)}`;
}
