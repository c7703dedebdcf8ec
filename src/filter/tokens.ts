/**
 * This file cuts a filter expression into tokens: words, quoted names, parentheses, `and`, `or`,
 * `not` in both of their spellings. Every token knows where it stands.
 */

import { FilterError } from '../errors.ts';

/** Longer expressions are refused: nobody writes them, and reading one must stay cheap. */
const EXPRESSION_CHARACTERS_MAX = 65_536;

export interface Token {
  /**
   * `name` is a word that cannot be a keyword: quoted, or behind a backslash as tcpdump has it;
   * `stray` a character that begins no token.
   */
  readonly kind: 'word' | 'name' | 'open' | 'close' | 'not' | 'and' | 'or' | 'stray' | 'end';
  readonly text: string;
  /** Index of the first character, from 0. */
  readonly at: number;
}

const KINDS: ReadonlyMap<string, Token['kind']> = new Map([
  ['(', 'open'],
  [')', 'close'],
  ['!', 'not'],
  ['&&', 'and'],
  ['||', 'or'],
  ['not', 'not'],
  ['and', 'and'],
  ['or', 'or'],
]);
/** One token: a sign, a quoted name, what stands between blanks and signs, or a stray character. */
const TOKEN = /\s*(?:(\(|\)|!|&&|\|\|)|"([^"]*)"|([^\s()!&|"]+)|([&|"]))/y;

/** The tokens of an expression, `end` last. @throws FilterError */
export function tokensOf(expression: string): Token[] {
  if (expression.length > EXPRESSION_CHARACTERS_MAX) {
    throw new FilterError(`the expression has more than ${EXPRESSION_CHARACTERS_MAX} characters`, {
      expression,
      column: 1,
    });
  }
  const tokens: Token[] = [];
  const end = expression.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(expression);
    if (match === null) break;
    const [whole, sign, quoted, word, stray] = match;
    const at = from + whole.length - whole.trimStart().length;
    if (quoted !== undefined) tokens.push({ kind: 'name', text: quoted, at });
    else if (stray !== undefined) tokens.push({ kind: 'stray', text: stray, at });
    else tokens.push(tokenOf(at, sign ?? word ?? ''));
  }
  tokens.push({ kind: 'end', text: '', at: end });
  return tokens;
}

function tokenOf(at: number, text: string): Token {
  // tcpdump wants keywords that stand for a value escaped: `ip proto \\tcp`.
  if (text.startsWith('\\') && text.length > 1) return { kind: 'name', text: text.slice(1), at };
  return { kind: KINDS.get(text) ?? 'word', text, at };
}

/** Why a stray token is none. */
export function strayReason(character: string): string {
  return character === '"'
    ? 'the quoted name does not end: a closing " is missing'
    : `a single ${character}: write ${character}${character} or ${character === '&' ? 'and' : 'or'}`;
}
