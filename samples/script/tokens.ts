/**
 * This file cuts script text into lines of words, and words into fields.
 *
 * A line that ends in a lone `\` goes on in the next one. `#` at the start of a word begins a
 * comment. A value in double quotes may hold spaces and the escapes \r \n \t \0 \" \\ \xNN.
 */

import { ScriptError } from './script.ts';

/** One logical line: its first line's number and its words, quotes still in place. */
export interface WordLine {
  readonly line: number;
  readonly words: readonly string[];
}

/** The logical lines that hold at least one word. `firstLine` is the number of the first line. */
export function splitLines(text: string, firstLine: number): WordLine[] {
  const lines: WordLine[] = [];
  let pending: { line: number; words: string[] } | null = null;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = firstLine + index;
    const words = splitWords(raw, line);
    const goesOn = words.at(-1) === '\\';
    if (goesOn) words.pop();
    pending ??= { line, words: [] };
    pending.words.push(...words);
    if (goesOn) continue;
    if (pending.words.length > 0) lines.push(pending);
    pending = null;
  }
  if (pending !== null) throw new ScriptError(pending.line, 'the script ends in a continued line');
  return lines;
}

function splitWords(text: string, line: number): string[] {
  const words: string[] = [];
  let word = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quoted) {
      word += char;
      if (char === '\\') word += text.charAt(++i);
      else if (char === '"') quoted = false;
    } else if (char === ' ' || char === '\t') {
      if (word !== '') words.push(word);
      word = '';
    } else if (char === '#' && word === '') {
      break;
    } else {
      word += char;
      if (char === '"') quoted = true;
    }
  }
  if (quoted) throw new ScriptError(line, 'a quote is opened and not closed');
  if (word !== '') words.push(word);
  return words;
}

// biome-ignore format: a table
const ESCAPES: Readonly<Record<string, string>> = {
  r: '\r', n: '\n', t: '\t', '0': '\0', '"': '"', '\\': '\\',
};

/** The bytes of a quoted value: characters as UTF-8, `\xNN` as the byte itself. */
export function unquoteBytes(value: string, line: number): Uint8Array {
  const parts: Buffer[] = [];
  const body = quotedBody(value, line);
  for (let i = 0; i < body.length; i++) {
    let char = String.fromCodePoint(body.codePointAt(i) ?? 0);
    i += char.length - 1;
    if (char === '\\') {
      const letter = body.charAt(++i);
      const hex = body.slice(i + 1, i + 3);
      if (letter === 'x' && /^[0-9a-fA-F]{2}$/.test(hex)) {
        parts.push(Buffer.from(hex, 'hex'));
        i += 2;
        continue;
      }
      const meant = ESCAPES[letter];
      if (meant === undefined) throw new ScriptError(line, `unknown escape "\\${letter}"`);
      char = meant;
    }
    parts.push(Buffer.from(char, 'utf8'));
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** The text of a quoted value. */
export function unquoteText(value: string, line: number): string {
  return Buffer.from(unquoteBytes(value, line)).toString('utf8');
}

function quotedBody(value: string, line: number): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) {
    throw new ScriptError(line, `expected text in double quotes, found ${value}`);
  }
  return value.slice(1, -1);
}

/** The words of a line that are left to be understood; what nobody takes is an error at the end. */
export class Fields {
  readonly line: number;
  private readonly words: string[];

  constructor(line: number, words: readonly string[]) {
    this.line = line;
    this.words = [...words];
  }

  /** An error that names this line. */
  error(reason: string): ScriptError {
    return new ScriptError(this.line, reason);
  }

  /** Takes the first word that is left. @throws ScriptError naming `what` when there is none */
  next(what: string): string {
    const word = this.words.shift();
    if (word === undefined) throw this.error(`${what} is missing`);
    return word;
  }

  /** Takes the first word if it is no field (`key=value`), else null. */
  nextPlain(): string | null {
    const word = this.words[0];
    if (word === undefined || /^[a-z0-9-]+=/.test(word)) return null;
    this.words.shift();
    return word;
  }

  /** Takes a bare word such as `out`; false when it is not there. */
  flag(name: string): boolean {
    const at = this.words.indexOf(name);
    if (at < 0) return false;
    this.words.splice(at, 1);
    return true;
  }

  /** Takes the value of `key=value`, quotes still in place; null when it is not there. */
  text(key: string): string | null {
    const at = this.words.findIndex((word) => word.startsWith(`${key}=`));
    if (at < 0) return null;
    return this.words.splice(at, 1)[0]?.slice(key.length + 1) ?? null;
  }

  /** Takes a whole number between the bounds (decimal or 0x…); null when it is not there. */
  integer(key: string, least: number, most: number): number | null {
    const text = this.text(key);
    if (text === null) return null;
    return this.checkInteger(`${key}=`, text, { least, most });
  }

  /** Reads a whole number, decimal or 0x…, and checks its bounds. */
  checkInteger(what: string, text: string, bounds: { least: number; most: number }): number {
    const value = /^(0x[0-9a-fA-F]+|[0-9]+)$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= bounds.least && value <= bounds.most)) {
      throw this.error(`${what} needs a number from ${bounds.least} to ${bounds.most}: "${text}"`);
    }
    return value;
  }

  /** Takes `data=` and `hex=` fields in the order of the line. */
  takeContent(): { key: 'data' | 'hex'; value: string }[] {
    const found: { key: 'data' | 'hex'; value: string }[] = [];
    for (let i = 0; i < this.words.length; ) {
      const match = /^(data|hex)=([\s\S]*)$/.exec(this.words[i] ?? '');
      if (match === null) {
        i++;
        continue;
      }
      found.push({ key: match[1] === 'data' ? 'data' : 'hex', value: match[2] ?? '' });
      this.words.splice(i, 1);
    }
    return found;
  }

  /** @throws ScriptError when a word is left that nothing understood, or a field stands twice */
  finish(what: string): void {
    const word = this.words[0];
    if (word !== undefined) throw this.error(`"${word}" is unknown, or given twice, for ${what}`);
  }
}
