/** This file holds the options that several commands have, and reads what stands behind options. */

import { InvalidArgumentError, Option } from 'commander';
import { SCALE_MAX } from '../session/layout.ts';
import { TUNNEL_KINDS, type TunnelKind } from '../wire/tunnel.ts';
import { readStagedCapture, type StagedCapture } from './capture-options.ts';

/** Sessions that a run's text lists unless `--limit` says otherwise. */
export const LISTED_SESSIONS = 40;

/** Who reads the captures; the second reader is there to check the first. */
export function readerOption(): Option {
  return new Option('--reader <name>', 'who reads pcap: this program, or the package pcap-parser')
    .choices(['native', 'pcap-parser'])
    .default('native');
}

/** How many threads replay; without it, as many as pay. */
export function threadsOption(): Option {
  return new Option(
    '--threads <n>',
    '2: another thread reads and decodes ahead (usual for large files); 1: none does',
  ).choices(['1', '2']);
}

/** Which tunnels are looked into. */
export function decapsulateOption(): Option {
  return new Option(
    '--decapsulate [kinds]',
    `replay packets inside tunnels, too; all kinds or these: ${TUNNEL_KINDS.join(',')}`,
  )
    .preset(TUNNEL_KINDS.join(','))
    .argParser(tunnelKinds);
}

/** Whether text is painted. */
export function colorOption(): Option {
  return new Option('--color <when>', 'colour')
    .choices(['auto', 'always', 'never'])
    .default('auto');
}

/** Words between commas; an option that comes again adds to them. */
export function splitList(text: string, before: readonly string[] = []): string[] {
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
export function stagedCapture(
  text: string,
  before: readonly StagedCapture[] = [],
): StagedCapture[] {
  const staged = readStagedCapture(text);
  if (staged === null) {
    throw new InvalidArgumentError(
      'receive=FILE, firewall=FILE, transmit=FILE or drop=FILE is needed.',
    );
  }
  return [...before, staged];
}

/** 0 or more. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}

/** 1 or more. */
export function positive(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('at least 1 is needed.');
  return number;
}

/** A serial of a session or a predict. */
export function serial(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('serials count from 1.');
  return number;
}

/** Clients for each of the capture's: 1 for itself alone. */
export function scale(text: string): number {
  const number = positive(text);
  if (number > SCALE_MAX) throw new InvalidArgumentError(`at most ${SCALE_MAX} can be told apart.`);
  return number;
}
