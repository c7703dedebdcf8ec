/** This file is `slowpath check`: a configuration's problems, or that it has none. */

import { readFirewallConfig } from '../../config/read-file.ts';
import { EXIT } from '../../errors.ts';
import { formatCountOf } from '../../report/duration.ts';
import { writeStandardOutput } from '../standard-output.ts';

/** @throws ConfigError with every problem */
export function checkConfig(path: string): number {
  const config = readFirewallConfig(path);
  for (const text of config.notModelled) process.stderr.write(`${path}: warning: ${text}\n`);
  const rules = config.rules === null ? 'no rules' : formatCountOf(config.rules.length, 'rule');
  const zones = formatCountOf(config.zones.length, 'zone');
  const { changes } = config;
  const later = changes.length === 0 ? '' : `, ${formatCountOf(changes.length, 'change')}`;
  writeStandardOutput(`${path}: valid: ${zones}, ${rules}${later}\n`);
  return EXIT.done;
}
