/** This file runs the built program in a test, in a folder of its own with the samples beside it. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const PROGRAM = join(ROOT, 'dist/cli/main.js');

/** What the program left. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary folder in which commands run, so that nothing has to name whole paths. */
export interface Workshop {
  readonly folder: string;
  path(name: string): string;
  run(args: readonly string[], options?: { input?: Uint8Array; env?: NodeJS.ProcessEnv }): Finished;
  /** Runs a line of shell; `slowpath` is the program. */
  shell(line: string): Finished;
  start(args: readonly string[]): ChildProcess;
}

/** The environment without what colours or wraps the output of the test runner itself. */
export function plainEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { FORCE_COLOR, NO_COLOR, CI, NODE_OPTIONS, ...env } = process.env;
  return { ...env, ...extra };
}

/**
 * A folder with `first.pcapng`, `ping.pcap`, `vlan.pcapng` and their configurations `first.yaml`,
 * `ping.yaml`, `vlan.yaml`; it is removed after the tests of the file.
 */
export function workshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'slowpath-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const samples = { first: 'first-look', ping: 'ping-and-dns', vlan: 'vlan-zones' };
  for (const [name, sample] of Object.entries(samples)) {
    const from = join(ROOT, 'samples', sample);
    const ending = name === 'ping' ? 'pcap' : 'pcapng';
    cpSync(join(from, `capture.${ending}`), path(`${name}.${ending}`));
    cpSync(join(from, 'firewall.yaml'), path(`${name}.yaml`));
  }
  const common = { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  return {
    folder,
    path,
    run: (args, { input, env } = {}) =>
      spawnSync(process.execPath, [PROGRAM, ...args], {
        ...common,
        env: plainEnv(env),
        input: input ?? '',
      }),
    shell: (line) =>
      spawnSync('bash', ['-c', `slowpath() { "$NODE" "$PROGRAM" "$@"; }; ${line}`], {
        ...common,
        env: plainEnv({ NODE: process.execPath, PROGRAM }),
      }),
    start: (args) =>
      spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, env: plainEnv(), stdio: 'pipe' }),
  };
}
