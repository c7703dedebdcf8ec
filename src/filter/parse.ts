/**
 * This file reads filter expressions by the grammar of pcap-filter(7): `not` binds closest, `and` and
 * `or` have equal precedence and associate to the left, and a value without a keyword takes the
 * qualifiers that were written last (`port 80 or 443`).
 *
 * Whatever the text, nothing but FilterError is thrown.
 */

import { didYouMean } from '../config/nearest.ts';
import { PrimitiveParser, type ValueReader } from './primitives.ts';
import type { SessionNames } from './session-names.ts';
import { TokenList } from './token-list.ts';
import { strayReason, type Token } from './tokens.ts';
import type { FilterTree, Link } from './tree.ts';
import { looksLikeAddress } from './values.ts';
import { KEYWORDS, NOT_OFFERED, SESSION_WORDS, SIDES, TYPES } from './words.ts';

/** Parentheses and nots inside each other; more is refused, so that reading them needs no stack. */
const NESTING_MAX = 200;
/** Tests of one expression: each is work for every packet. */
const TERMS_MAX = 5000;

/**
 * Reads an expression. An empty one is everything, as in tcpdump.
 *
 * @param names what the words of sessions mean; null where there are no sessions yet (`--filter`)
 * @throws FilterError
 */
export function parseFilter(expression: string, names: SessionNames | null): FilterTree {
  const tokens = new TokenList(expression);
  if (tokens.next.kind === 'end') return { kind: 'everything' };
  const parser = new Parser(tokens, names);
  const tree = parser.expression(0);
  const rest = tokens.next;
  if (rest.kind === 'close') throw tokens.failure(rest, 'this ) closes nothing');
  if (rest.kind !== 'end') throw tokens.failure(rest, parser.notJoined(rest));
  return tree;
}

class Parser {
  readonly #tokens: TokenList;
  readonly #names: SessionNames | null;
  readonly #primitives: PrimitiveParser;
  /** Reads a value by the qualifiers that were written last; null where there are none. */
  #carried: ValueReader | null = null;
  /** Whether keywords are out of place: inside `port (80 or 443)`. */
  #isValuesOnly = false;
  #terms = 0;

  constructor(tokens: TokenList, names: SessionNames | null) {
    this.#tokens = tokens;
    this.#names = names;
    this.#primitives = new PrimitiveParser(tokens, names);
  }

  /** Terms joined by and and or, to the end or a closing parenthesis. */
  expression(depth: number): FilterTree {
    const first = this.#term(depth);
    const links: Link[] = [];
    for (;;) {
      const { kind } = this.#tokens.next;
      if (kind !== 'and' && kind !== 'or') break;
      this.#tokens.take();
      links.push({ operator: kind, term: this.#term(depth) });
    }
    return links.length === 0 ? first : { kind: 'chain', first, links };
  }

  /** Why a token that follows a term cannot. */
  notJoined(token: Token): string {
    if (token.kind === 'stray') return strayReason(token.text);
    if (token.text.startsWith('[')) return BYTES_NOT_OFFERED;
    const near = KEYWORDS.has(token.text) ? null : didYouMean(token.text, BEHIND_A_TERM);
    return `expected and, or, ${this.#tokens.isOpen ? ') ' : ''}or the end${near === null ? '' : `; ${near}`}`;
  }

  #term(depth: number): FilterTree {
    const { next } = this.#tokens;
    if (depth >= NESTING_MAX) {
      throw this.#tokens.failure(next, `more than ${NESTING_MAX} parentheses and nots in another`);
    }
    if (next.kind === 'not') {
      this.#tokens.take();
      return { kind: 'not', term: this.#term(depth + 1) };
    }
    if (next.kind === 'open') return this.#parenthesis(depth);
    this.#terms++;
    if (this.#terms > TERMS_MAX) throw this.#tokens.failure(next, `more than ${TERMS_MAX} tests`);
    return this.#test(next, depth);
  }

  #parenthesis(depth: number): FilterTree {
    const open = this.#tokens.open();
    const inner = this.expression(depth + 1);
    this.#tokens.close(open, (token) => this.notJoined(token));
    return inner;
  }

  #test(next: Token, depth: number): FilterTree {
    if (next.kind === 'word' && !this.#isValuesOnly) {
      const found = this.#keyword(next);
      if (found !== null) {
        this.#carried = found.carried;
        return found.test ?? this.#values(depth);
      }
      if (isMistaken(next.text)) this.#mustBeValue(next);
    }
    return this.#value(next, this.#isValuesOnly);
  }

  /** A word that looks like a mistyped keyword, where a value could stand, too. */
  #mustBeValue(word: Token): void {
    try {
      this.#carried?.read(word);
    } catch {
      throw this.#tokens.failure(word, unknownWord(word.text, this.#names !== null));
    }
  }

  /** The test that a keyword begins; null for a word that is none. */
  #keyword(word: Token): ReturnType<PrimitiveParser['read']> | null {
    if (KEYWORDS.has(word.text)) return this.#primitives.read();
    if (!SESSION_WORDS.has(word.text)) return null;
    if (this.#names === null) {
      throw this.#tokens.failure(
        word,
        `${word.text} is known only of sessions: --packets takes it, --filter does not`,
      );
    }
    return this.#primitives.read();
  }

  /** What stands behind qualifiers: a value, or values in parentheses. */
  #values(depth: number): FilterTree {
    const { next } = this.#tokens;
    if (next.kind !== 'open') return this.#value(next, true);
    const outside = this.#isValuesOnly;
    this.#isValuesOnly = true;
    const tree = this.#parenthesis(depth);
    this.#isValuesOnly = outside;
    return tree;
  }

  /** @param isWanted whether nothing but a value can stand here */
  #value(token: Token, isWanted: boolean): FilterTree {
    const { kind, text } = token;
    if (kind === 'stray') throw this.#tokens.failure(token, strayReason(text));
    if (kind !== 'word' && kind !== 'name') {
      const wanted = isWanted ? (this.#carried?.wanted ?? 'a value') : 'a test';
      const before = kind === 'end' ? '' : ` before ${text}`;
      throw this.#tokens.failure(token, `expected ${wanted}${before}`);
    }
    const reader = this.#carried ?? this.#bareAddress(token);
    this.#carried = reader;
    return reader.read(this.#tokens.take());
  }

  /** tcpdump takes an address alone for a host's; anything else must be a keyword. */
  #bareAddress(token: Token): ValueReader {
    if (looksLikeAddress(token.text)) return this.#primitives.hostOrNet();
    throw this.#tokens.failure(token, unknownWord(token.text, this.#names !== null));
  }
}

/** What can follow a term, or was meant to stand in it. */
const BEHIND_A_TERM = ['and', 'or', ...TYPES, ...SIDES];

/** Whether a word is not offered, or more like a keyword than like an address or a number. */
function isMistaken(word: string): boolean {
  return NOT_OFFERED.has(word) || word.includes('[') || /^[a-zA-Z][a-zA-Z0-9]*$/.test(word);
}

const BYTES_NOT_OFFERED = 'bytes of headers (tcp[13]) cannot be tested here';

/** What is wrong with a word that is no keyword, where one is needed. */
function unknownWord(word: string, hasSessions: boolean): string {
  if (NOT_OFFERED.has(word)) return `${word} is a word of tcpdump that cannot be used here`;
  if (word.includes('[')) return BYTES_NOT_OFFERED;
  if (/^[0-9]+$/.test(word))
    return `a number alone says nothing: write port ${word}, or vlan ${word}`;
  const known = hasSessions ? [...KEYWORDS, ...SESSION_WORDS] : KEYWORDS;
  const near = didYouMean(word, known);
  return `unknown word ${word}; ${near ?? 'a test begins with host, net, port, src, dst, a protocol or vlan'}`;
}
