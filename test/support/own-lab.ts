/**
 * This file reads the lab that is part of the project: captures of `samples/lab`, what the Linux kernel
 * said of each, and its firewall's configuration (`lab/README.md`).
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFirewallConfig } from '../../src/config/load.ts';
import type { LabScenario } from './lab.ts';
import { type Replayed, replayFiles } from './replay-file.ts';

const FOLDER = fileURLToPath(new URL('../../samples/lab', import.meta.url));
const TRUTH = '.truth.json';

/** One capture's truth, and the name of its `firewall.yaml`. */
export interface OwnScenario extends LabScenario {
  readonly firewall: string;
}

/** Every scenario by name. */
export function ownScenarios(): Readonly<Record<string, OwnScenario>> {
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith(TRUTH))
    .map((file) => file.slice(0, -TRUTH.length))
    .sort();
  return Object.fromEntries(
    names.map((name) => [
      name,
      JSON.parse(readFileSync(join(FOLDER, name + TRUTH), 'utf8')) as OwnScenario,
    ]),
  );
}

/** Names of the captures that lie there, with and without a truth. */
export function ownCaptures(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.pcapng'))
    .map((file) => file.slice(0, -'.pcapng'.length))
    .sort();
}

/** Path of a capture. */
export function ownPath(name: string): string {
  return join(FOLDER, `${name}.pcapng`);
}

/** Replays a scenario by its firewall, until the table is empty. */
export function replayOwn(name: string, { firewall }: OwnScenario): Promise<Replayed> {
  const config = parseFirewallConfig(readFileSync(join(FOLDER, firewall), 'utf8'), firewall);
  return replayFiles([ownPath(name)], { config, drain: true });
}
