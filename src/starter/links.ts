/**
 * This file finds the links of captures: what carries one name in the configuration, or none. A link is
 * a named capture interface, or a file of which nothing but its name tells where it was taken.
 */

import { patternOf, type StarterCapture } from '../config/starter-yaml.ts';
import type { SegmentFacts, TimeFacts } from '../inspect/facts.ts';
import type { StarterFile, StarterInput } from './input.ts';

export interface Link {
  /** The interface as zones name it; null where no zone can name it. */
  readonly name: string | null;
  /** For people, and as a hint for the zone's name. */
  readonly label: string;
  readonly segments: SegmentFacts[];
}

export interface Links {
  readonly links: readonly Link[];
  /** Entries of `captures:` that give files their names. */
  readonly captures: readonly StarterCapture[];
  readonly by: 'interface' | 'file' | 'nothing';
  /** What to tell: names that could not be used. */
  readonly notes: readonly string[];
}

/** Stages as people name the files of a PAN-OS packet capture. */
const STAGE_WORDS = [
  { stage: 'receive', words: ['rx', 'receive', 'received', 'recv'] },
  { stage: 'transmit', words: ['tx', 'transmit', 'transmitted', 'xmit'] },
  { stage: 'firewall', words: ['fw', 'firewall'] },
  { stage: 'drop', words: ['drop', 'dropped', 'drops'] },
] as const;
/** Names that are told one by one. */
const NOTED_MAX = 8;
/** The longest name that a configuration takes. */
const NAME_CHARACTERS_MAX = 255;

/** Links by the first that tells them apart: interface names, files that overlap in time, nothing. */
export function linksOf(input: StarterInput): Links {
  const stages = stagesOf(input.files);
  const named = groupBy(input, (segment) => {
    const name = input.interfaces[segment.interfaceIndex]?.name ?? null;
    return name !== null && isUsableName(name) ? name : null;
  });
  const notes = unusableNames(input);
  if (named.filter(({ name }) => name !== null).length > 1) {
    return { links: named, captures: stages, by: 'interface', notes };
  }
  if (stages.length === 0 && areTakenTogether(input)) return { ...byFile(input), notes };
  return { links: named, captures: stages, by: 'nothing', notes };
}

/** Entries of `captures:` where every file's name says a stage, and one of them was received. */
function stagesOf(files: readonly StarterFile[]): StarterCapture[] {
  const staged = files.map(({ name }) => ({ name, stage: stageOf(name ?? '') }));
  const stages = new Set(staged.map(({ stage }) => stage));
  const isReceived = stages.has('receive') || stages.has('firewall');
  if (stages.size < 2 || stages.has(null) || !isReceived) return [];
  return staged.map(({ name, stage }) => {
    const why = `stage by the file's name`;
    return { files: patternOf(name ?? '-'), stage, interface: null, why };
  });
}

/** The last word counts: in `fw-rx` the first is where it was taken. */
function stageOf(name: string): StarterCapture['stage'] {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .reverse();
  for (const word of words) {
    const found = STAGE_WORDS.find((s) => s.words.some((known) => known === word));
    if (found !== undefined) return found.stage;
  }
  return null;
}

/** Files of which two were taken at the same time: taken in several places, and no ring of one. */
function areTakenTogether({ files }: StarterInput): boolean {
  const names = files.map(({ name }) => name);
  if (files.length < 2 || new Set(names).size < names.length || names.includes(null)) return false;
  const spans = files
    .filter(({ firstTime, lastTime }) => firstTime !== null && lastTime !== null)
    .sort((a, b) => compare(a.firstTime, b.firstTime));
  let latest: TimeFacts | null = null;
  for (const { firstTime, lastTime } of spans) {
    if (latest !== null && compare(firstTime, latest) < 0) return true;
    if (latest === null || compare(lastTime, latest) > 0) latest = lastTime;
  }
  return false;
}

function compare(a: TimeFacts | null, b: TimeFacts | null): number {
  if (a === null || b === null) return 0;
  return a.second - b.second || a.nanosecond - b.nanosecond;
}

function byFile(input: StarterInput): Omit<Links, 'notes'> {
  const taken = new Set<string>();
  const captures = input.files.map(({ name }) => {
    const wanted = interfaceNameOf(name ?? '');
    let given = wanted;
    for (let n = 2; taken.has(given); n += 1) given = `${wanted}-${n}`;
    taken.add(given);
    return { files: patternOf(name ?? ''), stage: null, interface: given, why: null };
  });
  const links = groupBy(
    input,
    (segment) => captures[input.interfaces[segment.interfaceIndex]?.file ?? -1]?.interface ?? null,
  );
  return { links, captures, by: 'file' };
}

/** A file's name without what follows its first dot, as an interface's name. */
export function interfaceNameOf(fileName: string): string {
  const base = fileName.replace(/\.(pcapng|pcap|cap|ntar|gz|zst|lz4)(?=\.|$)/gi, '');
  const plain = base
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  return plain === '' ? 'link' : plain;
}

function groupBy(input: StarterInput, nameOf: (segment: SegmentFacts) => string | null): Link[] {
  const links = new Map<string | null, Link>();
  for (const segment of input.facts.segments) {
    if (input.interfaces[segment.interfaceIndex]?.isDecoded !== true) continue;
    const name = nameOf(segment);
    const link = links.get(name);
    if (link !== undefined) link.segments.push(segment);
    else links.set(name, { name, label: name ?? 'the capture', segments: [segment] });
  }
  return [...links.values()];
}

/** As the configuration's own check has it: not empty, printable, no spaces at its ends. */
function isUsableName(name: string): boolean {
  if (name === '' || name.length > NAME_CHARACTERS_MAX || name.trim() !== name) return false;
  return !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name);
}

function unusableNames({ interfaces }: StarterInput): string[] {
  const names = interfaces.map(({ name }) => name ?? '').filter((name) => name !== '');
  const unusable = [...new Set(names.filter((name) => !isUsableName(name)))];
  const isMixed = interfaces.some(({ name }) => name === null) && names.length > 0;
  return [
    ...unusable
      .slice(0, NOTED_MAX)
      .map((name) => `where "${name}" leads: no zone can have that name, so addresses decide`),
    ...(isMixed ? ['where interfaces without a name lead: addresses decide'] : []),
  ];
}
