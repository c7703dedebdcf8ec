/**
 * This file writes a proposed configuration as `firewall.yaml`, with the evidence for each value as a
 * comment. It says nothing of its own accord: what is proposed, and why, is decided elsewhere.
 *
 * Names come from captures, so they are hostile: values are quoted by the YAML library, comments are
 * one line each, and what a terminal might obey is escaped in both.
 */

import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { printable } from './key-path.ts';

/** A value, and what speaks for it. */
export interface Said<T extends string | number = string> {
  readonly value: T;
  /** A remark behind the value; null for none. */
  readonly why: string | null;
}

/** A zone with its evidence; empty lists are left out of the file. */
export interface StarterZone {
  readonly name: string;
  readonly remarks: readonly string[];
  readonly interfaces: readonly Said[];
  readonly vlans: readonly Said<number>[];
  readonly macs: readonly Said[];
  readonly networks: readonly Said[];
}

/** An entry of `captures:`. */
export interface StarterCapture {
  /** A pattern for the file's name. */
  readonly files: string;
  readonly stage: 'receive' | 'firewall' | 'transmit' | 'drop' | null;
  readonly interface: string | null;
  readonly why: string | null;
}

/** A proposed configuration. Remarks are lines without the `#`. */
export interface StarterConfig {
  readonly head: readonly string[];
  readonly captures: readonly StarterCapture[];
  readonly zones: readonly StarterZone[];
  readonly firewallMacs: { readonly remarks: readonly string[]; readonly macs: readonly Said[] };
  /** Of the one rule, which allows everything. */
  readonly rule: { readonly name: string; readonly remarks: readonly string[] };
  /** Behind all values: what is left to be said. */
  readonly tail: readonly string[];
}

/** Longer remarks are cut; the longest of our own are half of it. */
const REMARK_CHARACTERS_MAX = 400;
/** What no terminal should get as it is, but the ends of lines: within double quotes alone. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const UNSAFE_IN_TEXT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The file's text. */
export function writeStarter(starter: StarterConfig): string {
  const root = new YAMLMap();
  if (starter.captures.length > 0) add(root, 'captures', captureList(starter.captures));
  const zones = new YAMLMap();
  starter.zones.forEach((zone, i) => {
    add(zones, zone.name, zoneMap(zone), { remarks: zone.remarks, apart: i > 0 });
  });
  add(root, 'zones', zones);
  const { remarks, macs } = starter.firewallMacs;
  if (macs.length > 0) add(root, 'firewall-macs', list(macs), { remarks });
  const rule = new YAMLMap();
  add(rule, 'name', scalar(starter.rule.name));
  add(rule, 'action', scalar('allow'));
  const rules = new YAMLSeq();
  rules.items.push(rule);
  add(root, 'rules', rules, { remarks: starter.rule.remarks });
  const document = new Document(root);
  document.commentBefore = commentOf(starter.head);
  document.comment = commentOf(starter.tail);
  return escapeUnsafe(document.toString({ lineWidth: 0, flowCollectionPadding: false }));
}

/** The pattern for file names that stands for this name alone; what no pattern can hold is `?`. */
export function patternOf(fileName: string): string {
  const characters = [...fileName].map((character, i, all) => {
    const isEdge = i === 0 || i === all.length - 1;
    if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\\/]/u.test(character) || (isEdge && character.trim() === '')) {
      return '?'.repeat(character.length);
    }
    return /[*?[]/.test(character) ? `[${character}]` : character;
  });
  return characters.join('');
}

interface AddOptions {
  readonly remarks?: readonly string[];
  /** With an empty line before. */
  readonly apart?: boolean;
}

function add(to: YAMLMap, name: string, value: unknown, options: AddOptions = {}): void {
  const key = scalar(name);
  key.commentBefore = commentOf(options.remarks ?? []);
  key.spaceBefore = options.apart ?? (to.items.length > 0 && value instanceof YAMLMap === false);
  if (value instanceof Scalar) key.spaceBefore = false;
  to.items.push(new Pair(key, value));
}

function zoneMap(zone: StarterZone): YAMLMap {
  const map = new YAMLMap();
  const lists = [
    ['interfaces', zone.interfaces],
    ['vlans', zone.vlans],
    ['macs', zone.macs],
    ['networks', zone.networks],
  ] as const;
  for (const [key, values] of lists) {
    if (values.length > 0) add(map, key, list(values), { apart: false });
  }
  return map;
}

function captureList(captures: readonly StarterCapture[]): YAMLSeq {
  const seq = new YAMLSeq();
  for (const capture of captures) {
    const map = new YAMLMap();
    const files = new YAMLSeq();
    files.flow = true;
    files.items.push(scalar(capture.files));
    add(map, 'files', files, { apart: false });
    if (capture.stage !== null) add(map, 'stage', scalar(capture.stage));
    if (capture.interface !== null) add(map, 'interface', scalar(capture.interface));
    if (capture.why !== null) map.commentBefore = commentOf([capture.why]);
    seq.items.push(map);
  }
  return seq;
}

function list(values: readonly Said<string | number>[]): YAMLSeq {
  const seq = new YAMLSeq();
  for (const { value, why } of values) {
    const item = scalar(value);
    if (why !== null) item.comment = commentOf([why]);
    seq.items.push(item);
  }
  return seq;
}

function scalar(value: string | number): Scalar {
  const node = new Scalar(value);
  // Only within double quotes can a character be escaped.
  if (typeof value === 'string' && UNSAFE.test(value)) node.type = Scalar.QUOTE_DOUBLE;
  return node;
}

function commentOf(remarks: readonly string[]): string | null {
  if (remarks.length === 0) return null;
  return remarks
    .map((remark) => (remark === '' ? '' : ` ${printable(remark, REMARK_CHARACTERS_MAX)}`))
    .join('\n');
}

/** What is left of unsafe characters stands within double quotes, where YAML has escapes for them. */
function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE_IN_TEXT, (character) => {
    if (character === '\n') return character;
    const code = character.codePointAt(0) ?? 0;
    const [mark, digits] = code > 0xffff ? ['U', 8] : ['u', 4];
    return `\\${mark}${code.toString(16).padStart(Number(digits), '0')}`;
  });
}
