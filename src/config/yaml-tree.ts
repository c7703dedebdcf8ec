/**
 * This file reads YAML text into plain values and remembers where each one stands.
 *
 * Every scalar stays the text that was written (YAML's failsafe schema): `no`, `010` and `1e3` are
 * names where a name is expected, and the configuration's own schema decides what is a number or
 * a yes. What YAML allows but a configuration never needs is refused: tags, several documents,
 * maps as keys, aliases that multiply, nesting without end.
 */

import type { Document, ParsedNode } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import type { ConfigProblem } from '../errors.ts';
import { code, formatPath, type KeyPath, type Plain, printable } from './key-path.ts';

/** Open collections at one place; the deepest key of the configuration needs a quarter of it. */
const DEPTH_MAX = 64;
/** Values that aliases may repeat, in all. */
const ALIAS_VALUES_MAX = 10_000;
const SYNTAX_PROBLEMS_MAX = 100;
const MESSAGE_CHARACTERS_MAX = 200;

/** A place in the file, and the value that stands there. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** The part of the asked path that the file has. */
  readonly path: KeyPath;
  readonly value: Plain;
}

/** A YAML document as plain values with their places. */
export interface YamlTree {
  readonly value: Plain;
  /** Where a value stands; segments that the file does not have are passed over. */
  locate(path: KeyPath): Place;
  /** Where the key stands that is the last segment of `path`. */
  locateKey(path: KeyPath): Place;
}

/** A tree (null where the text is beyond reading), and what is wrong with the YAML itself. */
export interface YamlReading {
  readonly tree: YamlTree | null;
  readonly problems: readonly ConfigProblem[];
}

type Key = { readonly node: ParsedNode | null; readonly value: ParsedNode | null };

/** Reads one YAML document. Never throws; `text` should be of a bounded length. */
export function readYaml(text: string): YamlReading {
  const lines = new LineIndex(text);
  const problems: ConfigProblem[] = [];
  const report = (offset: number, path: KeyPath, message: string): void => {
    problems.push({ ...lines.locate(offset), key: formatPath(path), message });
  };
  const document = compose(text, report);
  if (document === null || problems.length > 0) return { tree: null, problems };
  const reader = new TreeReader(lines, report);
  const value = reader.read(document.contents, [], { depth: 0, isRepeated: false });
  if (reader.isBroken) return { tree: null, problems };
  return { tree: reader.tree(document.contents, value), problems };
}

type Report = (offset: number, path: KeyPath, message: string) => void;

/** Text → the library's node tree. The depth is checked while parsing: the composer recurses. */
function compose(text: string, report: Report): Document.Parsed | null {
  const parser = new Parser();
  const tokens = [];
  let errorCount = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') errorCount++;
    }
    if (errorCount > SYNTAX_PROBLEMS_MAX) break;
    if (parser.stack.length <= DEPTH_MAX) continue;
    report(parser.offset - lexeme.length, [], 'nested too deeply for a configuration');
    return null;
  }
  for (const token of parser.end()) tokens.push(token);
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, prettyErrors: false });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (document === undefined) {
    report(0, [], 'not valid YAML');
    return null;
  }
  for (const fault of [...document.errors, ...document.warnings].slice(0, SYNTAX_PROBLEMS_MAX)) {
    const reason =
      fault.code === 'TAG_RESOLVE_FAILED'
        ? 'tags (`!…`) have no meaning in a configuration'
        : `not valid YAML: ${printable(fault.message, MESSAGE_CHARACTERS_MAX)}`;
    report(fault.pos[0], [], reason);
  }
  if (second !== undefined) {
    report(second.range[0], [], 'a second YAML document: a configuration is one document');
  }
  return document as Document.Parsed;
}

/** Lines and columns of offsets, from 1. The library's own counter loses lines in broken YAML. */
class LineIndex {
  readonly #starts = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.#starts.push(at + 1);
    }
  }

  locate(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

interface ReadState {
  readonly depth: number;
  /** True inside an alias: anchors and duplicate keys were seen at the first reading. */
  readonly isRepeated: boolean;
}

/** Turns nodes into plain values, and keeps what is needed to find their places again. */
class TreeReader {
  isBroken = false;
  readonly #lines: LineIndex;
  readonly #report: Report;
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #targets = new Map<ParsedNode, ParsedNode>();
  readonly #keys = new Map<ParsedNode, Map<string, Key>>();
  readonly #open = new Set<ParsedNode>();
  #repeatedValues = 0;

  constructor(lines: LineIndex, report: Report) {
    this.#lines = lines;
    this.#report = report;
  }

  read(node: ParsedNode | null, path: KeyPath, state: ReadState): Plain {
    if (node === null || this.isBroken) return '';
    if (state.depth > DEPTH_MAX) return this.#break(node, path, 'nested too deeply');
    if (state.isRepeated && ++this.#repeatedValues > ALIAS_VALUES_MAX) {
      return this.#break(node, path, `aliases repeat more than ${ALIAS_VALUES_MAX} values`);
    }
    if (isAlias(node)) return this.#readAlias(node, path, state);
    if (node.anchor !== undefined && !state.isRepeated) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return String(node.value ?? '');
    this.#open.add(node);
    const value = isSeq(node)
      ? node.items.map((item, i) => this.read(item, [...path, i], deeper(state)))
      : this.#readMap(node, path, state);
    this.#open.delete(node);
    return value;
  }

  #readAlias(node: ParsedNode & { source: string }, path: KeyPath, state: ReadState): Plain {
    const target = this.#targets.get(node) ?? this.#anchors.get(node.source);
    const name = code(`*${node.source}`);
    if (target === undefined) return this.#break(node, path, `no anchor before ${name}`);
    if (this.#open.has(target)) return this.#break(node, path, `${name} contains itself`);
    this.#targets.set(node, target);
    return this.read(target, path, { depth: state.depth + 1, isRepeated: true });
  }

  #readMap(
    node: ParsedNode & { items: readonly { key: ParsedNode; value: ParsedNode | null }[] },
    path: KeyPath,
    state: ReadState,
  ): Plain {
    const keys = new Map<string, Key>();
    const plain: Record<string, Plain> = {};
    for (const pair of node.items) {
      const offset = offsetOf(pair.key) ?? offsetOf(node) ?? 0;
      const key = this.read(pair.key, path, deeper(state));
      if (this.isBroken) return '';
      if (typeof key !== 'string' || key === '__proto__') {
        if (!state.isRepeated) this.#report(offset, path, 'expected a word as key');
        continue;
      }
      const first = keys.get(key);
      if (first !== undefined) {
        const { line } = this.#lines.locate(offsetOf(first.node) ?? 0);
        const message = `written twice, first on line ${line}`;
        if (!state.isRepeated) this.#report(offset, [...path, key], message);
        continue;
      }
      keys.set(key, { node: pair.key, value: pair.value });
      plain[key] = this.read(pair.value, [...path, key], deeper(state));
    }
    this.#keys.set(node, keys);
    return plain;
  }

  #break(node: ParsedNode, path: KeyPath, message: string): '' {
    this.isBroken = true;
    this.#report(offsetOf(node) ?? 0, path, message);
    return '';
  }

  /** The tree with its finder. */
  tree(root: ParsedNode | null, value: Plain): YamlTree {
    return {
      value,
      locate: (path) => this.#locate(root, value, path, false),
      locateKey: (path) => this.#locate(root, value, path, true),
    };
  }

  #locate(root: ParsedNode | null, rootValue: Plain, path: KeyPath, wantsKey: boolean): Place {
    let node = root;
    let value = rootValue;
    let offset = offsetOf(root) ?? 0;
    const found: (string | number)[] = [];
    for (const segment of path) {
      const step = this.#step(node, segment);
      const next: Plain | undefined =
        typeof value === 'string'
          ? undefined
          : (value as { readonly [key: string | number]: Plain })[segment];
      if (step === null || next === undefined) continue;
      node = step.value;
      value = next;
      const keyOffset = offsetOf(step.node);
      const valueOffset = next === '' ? null : offsetOf(step.value);
      offset =
        (wantsKey ? keyOffset : (valueOffset ?? keyOffset)) ?? offsetOf(step.value) ?? offset;
      found.push(segment);
    }
    return { ...this.#lines.locate(offset), path: found, value };
  }

  #step(node: ParsedNode | null, segment: string | number): Key | null {
    const target = node === null ? null : this.#resolve(node);
    if (target === null) return null;
    if (isMap(target)) return this.#keys.get(target)?.get(String(segment)) ?? null;
    if (!isSeq(target) || typeof segment !== 'number') return null;
    return { node: null, value: (target.items[segment] as ParsedNode | undefined) ?? null };
  }

  #resolve(node: ParsedNode): ParsedNode {
    let target = node;
    while (isAlias(target)) {
      const next = this.#targets.get(target);
      if (next === undefined) break;
      target = next;
    }
    return target;
  }
}

function deeper(state: ReadState): ReadState {
  return { depth: state.depth + 1, isRepeated: state.isRepeated };
}

function offsetOf(node: ParsedNode | null): number | null {
  return node?.range?.[0] ?? null;
}
