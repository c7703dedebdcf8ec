/** This file hands out the tokens of an expression one by one, and says where a mistake is. */

import { FilterError } from '../errors.ts';
import { type Token, tokensOf } from './tokens.ts';

export class TokenList {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #open = 0;

  /** @throws FilterError for what is no token */
  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = tokensOf(expression);
  }

  /** The token that is not yet taken; the end stays for good. */
  get next(): Token {
    return this.ahead(0);
  }

  /** Whether a parenthesis is open. */
  get isOpen(): boolean {
    return this.#open > 0;
  }

  /** The token `count` behind `next`. */
  ahead(count: number): Token {
    const { length } = this.#tokens;
    const token = this.#tokens[Math.min(this.#at + count, length - 1)];
    return token ?? { kind: 'end', text: '', at: this.#expression.length };
  }

  take(): Token {
    const token = this.next;
    this.#at++;
    return token;
  }

  /** Takes an opening parenthesis. */
  open(): Token {
    this.#open++;
    return this.take();
  }

  /** Takes the closing parenthesis of `open`. @throws FilterError, by `why` for another token */
  close(open: Token, why: (token: Token) => string): void {
    const token = this.next;
    if (token.kind === 'end') throw this.failure(open, 'this ( is not closed');
    if (token.kind !== 'close') throw this.failure(token, why(token));
    this.#open--;
    this.take();
  }

  /** The error to throw for a token. */
  failure(token: Token, reason: string): FilterError {
    return new FilterError(reason, { expression: this.#expression, column: token.at + 1 });
  }
}
