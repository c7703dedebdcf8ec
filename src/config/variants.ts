/**
 * This file makes the configurations of a what-if: the base, and for each variant the base's file with
 * settings laid over it, checked like any other.
 */

import { basename, dirname, resolve } from 'node:path';
import { ConfigError, type ConfigProblem, UsageError } from '../errors.ts';
import { BUILT_IN_YAML, builtInConfig } from './built-in.ts';
import type { FirewallConfig } from './firewall-config.ts';
import { code, formatPath, printable } from './key-path.ts';
import { parseFirewallConfig } from './load.ts';
import { type Overlaid, overlay, SettingError } from './overlay.ts';
import { readConfigText } from './read-file.ts';
import type { Setting } from './setting.ts';
import type { VariantRequest } from './variants-file.ts';

/** Variants of one what-if, each of which has a session table of its own. */
export const VARIANTS_MAX = 16;
/** What the base is called among them. */
export const BASE = 'base';
const FILE_NAME_CHARACTERS_MAX = 80;

/** A configuration of a what-if. */
export interface Variant {
  /** For people, on one line. */
  readonly name: string;
  /** Its name as a file can have it: unlike every other's. */
  readonly fileName: string;
  /** What it sets, as written. */
  readonly settings: readonly string[];
  readonly config: FirewallConfig;
  /** Its file, and the files that this names by relative paths, by name; empty where it is the user's own. */
  readonly files: readonly (readonly [name: string, text: string])[];
}

/** Reads each file once: it may be a pipe. */
class Files {
  private readonly texts = new Map<string, string>();
  private readonly noteFile: (path: string) => void;

  constructor(noteFile: (path: string) => void) {
    this.noteFile = noteFile;
  }

  read(path: string): string {
    const known = this.texts.get(path);
    if (known !== undefined) return known;
    this.noteFile(path);
    const text = readConfigText(path);
    this.texts.set(path, text);
    return text;
  }
}

/**
 * The base and its variants.
 *
 * @param path of the base; undefined for the built-in configuration
 * @param noteFile hears the path of each file that is read
 * @throws ConfigError where a file has problems, UsageError where a setting makes them
 */
export function readVariants(
  path: string | undefined,
  requests: readonly VariantRequest[],
  noteFile: (path: string) => void,
): [base: Variant, ...variants: Variant[]] {
  if (requests.length > VARIANTS_MAX) {
    throw new UsageError(`more than ${VARIANTS_MAX} variants: ask in parts`);
  }
  const files = new Files(noteFile);
  const base: Variant = {
    ...{ name: BASE, fileName: BASE, settings: [], files: [] },
    config: path === undefined ? builtInConfig() : ownConfig(path, files),
  };
  const taken = new Set([BASE]);
  const names = new Set([BASE]);
  const variants = requests.map((request) => {
    const name = request.name ?? request.settings.map(({ written }) => written).join(' ');
    const fileName = fileNameOf(name, taken);
    const shown = printable(name, Number.POSITIVE_INFINITY);
    if (names.has(shown)) throw new UsageError(`two variants are called ${code(shown)}`);
    names.add(shown);
    return { name: shown, fileName, ...variantConfig(request, { path, fileName }, files) };
  });
  return [base, ...variants];
}

/** The configuration in a file of the user's. */
function ownConfig(path: string, files: Files): FirewallConfig {
  return parseFirewallConfig(files.read(path), path, (name) =>
    files.read(resolve(dirname(path), name)),
  );
}

function variantConfig(
  request: VariantRequest,
  variant: { readonly path: string | undefined; readonly fileName: string },
  files: Files,
): Pick<Variant, 'settings' | 'config' | 'files'> {
  const { settings, config } = request;
  const path = config ?? variant.path;
  if (settings.length === 0 && path !== undefined) {
    return { settings: [], config: ownConfig(path, files), files: [] };
  }
  const text = path === undefined ? BUILT_IN_YAML : files.read(path);
  // Settings go into a file that is right itself: what is wrong then is theirs.
  if (config !== null) ownConfig(config, files);
  const written = settings.map((setting) => setting.written);
  const from = path === undefined ? 'the built-in configuration' : basename(path);
  const overlaid = laidOver(text, request);
  const whole = `${overlaid.text}# ${printable(from)} with ${written.join(' ')}\n`;
  const fileName = `${variant.fileName}.yaml`;
  const named = new Map<string, string>();
  const readNamed = (name: string) => {
    const other = files.read(resolve(dirname(path ?? ''), name));
    named.set(name, other);
    return other;
  };
  try {
    const made = parseFirewallConfig(whole, fileName, readNamed);
    return { settings: written, config: made, files: [[fileName, whole], ...named] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw settingProblems(error.problems, request, overlaid);
  }
}

function laidOver(text: string, request: VariantRequest): Overlaid {
  try {
    return overlay(text, request.settings);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new UsageError(`${blame(request, error.setting)}: ${error.message}`);
  }
}

/** The problems of a variant, each with the setting that it comes from, if one can be told. */
function settingProblems(
  problems: readonly ConfigProblem[],
  request: VariantRequest,
  overlaid: Overlaid,
): UsageError {
  const places = overlaid.places.map(formatPath);
  const lines = problems.map(({ key, message }) => {
    const at = places.findIndex((place) => isWithin(key, place) || isWithin(place, key));
    const where = key === '' ? '' : `${key}: `;
    return `${blame(request, request.settings[at])}: ${where}${message}`;
  });
  return new UsageError(lines.join('\n'));
}

/** Where the setting stands, or all of the variant's. */
function blame({ origin, name, settings }: VariantRequest, setting?: Setting): string {
  const written = setting?.written ?? settings.map((each) => each.written).join(' ');
  return name === null ? `${origin} ${written}` : `${origin}: variant ${code(name)}, ${written}`;
}

/** Whether a key is `outer` or stands somewhere in it. */
function isWithin(key: string, outer: string): boolean {
  if (outer === '') return false;
  return key === outer || key.startsWith(`${outer}.`) || key.startsWith(`${outer}[`);
}

/** A name with only letters, digits and a few signs, unlike those `taken`, in any case of letters. */
function fileNameOf(name: string, taken: Set<string>): string {
  const plain = name.replace(/[^\w.=+-]+/g, '-').replace(/^[-.]+|-+$/g, '');
  const short = plain.slice(0, FILE_NAME_CHARACTERS_MAX) || 'variant';
  let unique = short;
  // It names a folder, and with an ending the file beside that.
  const names = () => [unique.toLowerCase(), `${unique.toLowerCase()}.yaml`];
  for (let n = 2; names().some((each) => taken.has(each)); n++) unique = `${short}-${n}`;
  for (const each of names()) taken.add(each);
  return unique;
}
