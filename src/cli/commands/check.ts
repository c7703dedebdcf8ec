/** This file is `slowpath check`: a configuration's problems, or that it has none. */

import { readFirewallConfig } from '../../config/read-file.ts';
import { EXIT } from '../../errors.ts';

/** @throws ConfigError with every problem */
export function checkConfig(path: string): number {
  const config = readFirewallConfig(path);
  for (const text of config.notModelled) process.stderr.write(`${path}: warning: ${text}\n`);
  const rules = config.rules === null ? 'no rules' : `${config.rules.length} rules`;
  process.stdout.write(`${path}: valid: ${config.zones.length} zones, ${rules}\n`);
  return EXIT.done;
}
