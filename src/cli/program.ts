/** This file is the command tree (commander); what a command does is loaded when it runs. */

import { Command, Help, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../errors.ts';
import { packageVersion } from '../version.ts';
import { TUNNEL_KINDS, type TunnelKind } from '../wire/tunnel.ts';
import { readStagedCapture, type StagedCapture } from './capture-options.ts';
import type { InitOptions } from './commands/init.ts';
import type { InspectOptions } from './commands/inspect.ts';
import type { ReplayOptions } from './commands/replay.ts';

const REPLAY_EXAMPLES = `
Examples:
  slowpath replay capture.pcapng -c firewall.yaml
  slowpath replay rx-trust.pcap rx-untrust.pcap -c firewall.yaml -o run
  slowpath replay capture.pcapng -c firewall.yaml --session 3
  slowpath replay capture.pcapng -c firewall.yaml --limit 100 --counters
  slowpath replay capture.pcapng --filter 'host 10.0.0.5 and port 80 or 443' --from +60
  slowpath replay capture.pcapng -c firewall.yaml --packets 'src zone trust and port 5060' -o run
  slowpath replay ring/ -c firewall.yaml
  slowpath replay --stage receive=rx.pcap --stage drop=drop.pcap -c firewall.yaml
  slowpath replay capture.pcap.zst --print csv > sessions.csv
  slowpath replay capture.pcap --print ndjson --records event | jq 'select(.event == "drop")'
  tcpdump -w - | slowpath replay - -c firewall.yaml -o run --format csv,charts
`;

const REPLAY_FILES = `
The text lists sessions that something went wrong with first: denied, reused, reset, with dropped
packets, one-sided, unanswered. --session takes the serial (the records' "serial"): session ids are
used again, serials are not. Its text is that of show session id, and what a replay knows beside.

--filter takes tcpdump's language (pcap-filter(7)): host, net, port, portrange, proto, ether host,
vlan, less, greater, protocols, src and dst; and, or, not and parentheses. Names are not looked up;
addresses and ports are found behind VLAN tags without the word vlan. A frame that is left out keeps
its number and its place in time. --packets chooses sessions by their first packet in the same
language, and by session SERIAL, zone NAME (src zone: the client's), rule NAME, application NAME.
--from and --until leave the replay whole; they report the sessions alive and the events in between.

A run directory (-o) holds run.json, sessions.ndjson and events.ndjson; --format adds sessions.csv,
charts (charts/occupancy.svg) and report.txt, --packets adds packets.ndjson. It appears whole or not
at all.
Frames are put in order within 1 s, 65,536 frames and 128 MiB; several captures are merged by time.
A folder stands for the captures in it, without subfolders and hidden files, and a pattern in quotes
for the captures of such names: in the order of their first packets, whatever the names of a ring
buffer say. What is no capture there is skipped with a line. --stage adds to its capture what the
configuration's captures: may say as well; a drop-stage frame marks its packet as dropped.
`;

const INSPECT_EXAMPLES = `
Examples:
  slowpath inspect capture.pcapng
  slowpath inspect trust.pcap untrust.pcap
  slowpath inspect capture.pcap --second-opinion
  slowpath inspect capture.pcap --print json | jq '.macs[] | select(.likely == "firewall")'

Exit codes: 0 done; 1 --second-opinion found a difference; 2 usage error;
3 nothing could be read or written; 4 done, but some input was damaged.
`;

const INIT_EXAMPLES = `
Examples:
  slowpath init capture.pcapng > firewall.yaml
  slowpath init trust.pcap untrust.pcap > firewall.yaml
  slowpath replay capture.pcapng -c firewall.yaml

Zones are by the first that tells places apart: interface names, files taken at the same time, VLANs,
the next hops of a firewall's MACs, networks. Remarks in the file say what speaks for each line, and
what the capture does not tell.

Exit codes: 0 done; 2 usage error; 3 nothing could be read or written;
4 done, but some input was damaged: the file covers what stood before the damage.
`;

const CHECK_EXAMPLES = `
Examples:
  slowpath check firewall.yaml
`;

const SCHEMA_EXAMPLES = `
Examples:
  slowpath schema > firewall.schema.json
  # and in firewall.yaml, for editors with the YAML language server:
  # yaml-language-server: $schema=firewall.schema.json
`;

const EXAMPLES = `
Examples:
  slowpath replay capture.pcapng
  slowpath replay capture.pcapng -c firewall.yaml -o run
  slowpath inspect capture.pcapng
  slowpath init capture.pcapng > firewall.yaml
  slowpath check firewall.yaml
`;

const EXIT_CODES = `
Exit codes: 0 done; 1 a difference was found; 2 usage or configuration error;
3 nothing could be read or written; 4 done, but some input was damaged.
`;

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
    .exitOverride();
  replayCommand(program, setExitCode);
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
    .option('--limit <n>', 'sessions that the text lists', wholeNumber, 40)
    .option('--session <serial>', 'show this session, its transitions and events instead', serial)
    .option('--counters', 'add the counters as show counter global prints them')
    .addOption(readerOption())
    .option('--midstream', 'take TCP sessions that began before the capture for established')
    .addOption(
      new Option(
        '--decapsulate [kinds]',
        `replay packets inside tunnels, too; all kinds or these: ${TUNNEL_KINDS.join(',')}`,
      )
        .preset(TUNNEL_KINDS.join(','))
        .argParser(tunnelKinds),
    )
    .option('--drain', 'run the clock on after the last packet until the table is empty')
    .addOption(
      new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'),
    )
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
    .addOption(
      new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'),
    )
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

/** Who reads the captures; the second reader is there to check the first. */
function readerOption(): Option {
  return new Option('--reader <name>', 'who reads pcap: this program, or the package pcap-parser')
    .choices(['native', 'pcap-parser'])
    .default('native');
}

/** Help begins with what the command does, then how it is called. */
function descriptionFirst(command: Command, helper: Help): string {
  const width = helper.helpWidth ?? 80;
  const what = helper.boxWrap(helper.commandDescription(command), width);
  const rest: Help = Object.create(helper);
  rest.commandDescription = () => '';
  return `${what}\n\n${Help.prototype.formatHelp.call(rest, command, rest)}`;
}

/** Words between commas; an option that comes again adds to them. */
function splitList(text: string, before: readonly string[] = []): string[] {
  const words = text.split(',').map((word) => word.trim());
  return [...before, ...words.filter((word) => word !== '')];
}

function tunnelKinds(text: string): readonly TunnelKind[] {
  const words = splitList(text);
  const kinds = TUNNEL_KINDS.filter((kind) => words.includes(kind));
  const wrong = words.find((word) => !kinds.some((kind) => kind === word));
  if (wrong !== undefined || words.length === 0) {
    throw new InvalidArgumentError(
      `"${wrong ?? text}" is no kind of tunnel: use ${TUNNEL_KINDS.join(', ')}, or put --decapsulate behind the captures for all.`,
    );
  }
  return kinds;
}

/** A capture with its stage; the option adds to those before it. */
function stagedCapture(text: string, before: readonly StagedCapture[] = []): StagedCapture[] {
  const staged = readStagedCapture(text);
  if (staged === null) {
    throw new InvalidArgumentError(
      'receive=FILE, firewall=FILE, transmit=FILE or drop=FILE is needed.',
    );
  }
  return [...before, staged];
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}

function positive(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('at least 1 is needed.');
  return number;
}

function serial(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('serials count from 1.');
  return number;
}
