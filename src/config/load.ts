/**
 * This file reads the text of a `firewall.yaml` into the frozen configuration, or into the list of
 * everything that is wrong with it. It loads zod and yaml: import it only when there is a file.
 */

import { basename } from 'node:path';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import { buildConfig } from './build.ts';
import { readNamedFiles, withChanges, zoneProblems } from './changes.ts';
import { itemsAt } from './checking.ts';
import { crossCheck } from './cross-check.ts';
import type { FirewallConfig } from './firewall-config.ts';
import { describeFound, isPlainMap } from './key-path.ts';
import { listNotModelled } from './not-modelled.ts';
import { inFileOrder, problemAt, schemaProblems } from './problems.ts';
import { type FirewallFile, firewallSchema, withDefaults } from './schema.ts';
import { readYaml, type YamlTree } from './yaml-tree.ts';

/** A configuration beyond this is taken for another kind of file: 8 MiB. */
export const CONFIG_BYTES_MAX = 8 * 1024 * 1024;

/** The text of a file that a configuration names, relative to itself; throws ConfigError. */
export type ReadNamed = (name: string) => string;

/**
 * Reads a configuration; `path` is for messages and the base name.
 *
 * @param readNamed for the files of `configuration:`; without it there must be none
 * @throws ConfigError with all problems, in the order of the file
 */
export function parseFirewallConfig(
  text: string,
  path: string,
  readNamed: ReadNamed = refuseNamed,
): FirewallConfig {
  return parse(text, path, (name) => parse(readNamed(name), name, null));
}

function refuseNamed(name: string): string {
  throw wholeFileError(name, 'cannot be read: this configuration is text, without a folder');
}

/** @param read the configuration in a file that this one names; null where it may name none */
function parse(
  text: string,
  path: string,
  read: ((name: string) => FirewallConfig) | null,
): FirewallConfig {
  if (text.length > CONFIG_BYTES_MAX) throw wholeFileError(path, TOO_LONG);
  const { tree, problems } = readYaml(text.replace(/^\uFEFF/, ''));
  if (tree === null) throw new ConfigError(path, inFileOrder(problems));
  if (!isPlainMap(tree.value)) {
    const found = describeFound(tree.value);
    throw wholeFileError(path, `expected a map with at least \`zones\`, found ${found}`);
  }
  const { file, found } = validate(tree, path);
  const all = [...problems, ...found, ...crossCheck(tree)];
  if (read === null && itemsAt(tree.value, 'configuration').length > 0) {
    all.push(problemAt(tree.locate(['configuration']), CHAIN));
  }
  const named = read === null ? NONE_NAMED : readNamedFiles(tree, read);
  if (file === null || all.length + named.problems.length > 0) {
    throw new ConfigError(path, inFileOrder(all, named.problems));
  }
  const config = buildConfig(file, {
    file: basename(path),
    notModelled: listNotModelled(tree.value, file),
    lineOfRule: (index) => tree.locate(['rules', index]).line,
  });
  const others = named.configs.flatMap((other) => other ?? []);
  const naming = { config, entries: file.configuration, others };
  const different = zoneProblems(naming, tree);
  if (different.length > 0) throw new ConfigError(path, different);
  return withChanges(naming);
}

const CHAIN = 'a configuration that takes over in mid-capture may name no further ones';
const NONE_NAMED = { configs: [], problems: [] };

function validate(
  tree: YamlTree,
  path: string,
): { file: FirewallFile | null; found: readonly ConfigProblem[] } {
  try {
    // A schema that is used once is not worth the functions that zod would compile for it.
    const result = firewallSchema(tree.value).safeParse(tree.value, { jitless: true });
    if (result.success) return { file: withDefaults(result.data), found: [] };
    return { file: null, found: schemaProblems(result.error.issues, tree) };
  } catch (error) {
    // zod hands issues on as arguments of a call, and above some 100,000 the engine refuses.
    if (error instanceof RangeError) throw wholeFileError(path, 'too many problems to tell them');
    throw error;
  }
}

/** What is said of a file beyond CONFIG_BYTES_MAX. */
export const TOO_LONG = `larger than ${CONFIG_BYTES_MAX / 1024 / 1024} MiB: not a configuration`;

/** An error about the file as such. */
export function wholeFileError(path: string, message: string): ConfigError {
  return new ConfigError(path, [{ line: 1, column: 1, key: '', message }]);
}
