/** This file is the command `whatif` of the command tree. */

import { type Command, Option } from 'commander';
import type { WhatIfOptions } from './commands/whatif.ts';
import { EXIT_CODES, WHATIF_EXAMPLES } from './help-texts.ts';
import {
  colorOption,
  decapsulateOption,
  readerOption,
  scale,
  splitList,
  stagedCapture,
  wholeNumber,
} from './option-values.ts';

/** Adds the command to the program. */
export function whatIfCommand(program: Command, setExitCode: (code: number) => void): void {
  /** A list a variant: `--set` begins one, `--and` goes on with it. */
  const set: string[][] = [];
  const begin = (text: string) => {
    set.push([text]);
    return set;
  };
  program
    .command('whatif')
    .summary('the same captures under several configurations, side by side')
    .description(
      'Replays captures under a configuration and variants of it, side by side: they are read and ' +
        'decoded once. Says what changes: how full the session table gets, how sessions end, what is ' +
        'denied and dropped, and which sessions end otherwise.',
    )
    .argument('[capture...]', 'captures, as replay takes them; - is standard input')
    .option(
      '--stage <stage=capture>',
      'a capture of stage receive, firewall, transmit or drop',
      stagedCapture,
    )
    .option('-c, --config <file>', 'the base; without it the built-in configuration is varied')
    .option('--set <path=value>', 'a variant: the base with this setting', begin)
    .option('--and <path=value>', 'one more setting of the variant before', (text: string) => {
      const last = set.at(-1);
      if (last === undefined) program.error('error: --and goes on with the --set before it');
      last?.push(text);
      return set;
    })
    .option('--variants <file>', 'several named variants, in YAML')
    .option(
      '--scale <n>',
      'give every client n-1 twins: the base and all variants at n times the load, extrapolated',
      scale,
    )
    .option('-o, --output <dir>', 'write the answer, the chart and a run directory a variant')
    .option('--force', 'let -o replace an earlier run')
    .option('--format <list>', 'more files of each run: csv, charts, txt', splitList)
    .addOption(
      new Option('--print <form>', 'what standard output gets')
        .choices(['text', 'json', 'none'])
        .default('text'),
    )
    .option('--all', 'show the numbers, too, that no variant changes')
    .option('--limit <n>', 'changed sessions that the text lists of each variant', wholeNumber, 5)
    .option('--filter <expression>', "show the firewalls only these frames, in tcpdump's language")
    .option('--from <time>', 'report what was alive from here on: RFC 3339, or +SECONDS')
    .option('--until <time>', 'report what was alive until here')
    .addOption(readerOption())
    .option('--midstream', 'take TCP sessions that began before the capture for established')
    .addOption(decapsulateOption())
    .option('--drain', 'run the clocks on after the last packet until the tables are empty')
    .addOption(colorOption())
    .option('-q, --quiet', 'no progress, no warnings')
    .addHelpText('after', WHATIF_EXAMPLES + EXIT_CODES)
    .action(async (captures: string[], options: WhatIfOptions, command: Command) => {
      if (captures.length === 0 && options.stage === undefined) {
        command.error("error: missing required argument 'capture'");
      }
      const { whatIf } = await import('./commands/whatif.ts');
      setExitCode(await whatIf(captures, options));
    });
}
