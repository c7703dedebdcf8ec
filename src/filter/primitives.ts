/**
 * This file reads the keywords of one test: protocol, direction and type (pcap-filter(7)), and says
 * how the value behind them is to be read.
 */

import { addressTest, macTest, portTest, protocolTest } from './qualified.ts';
import type { SessionNames } from './session-names.ts';
import { sessionTest } from './session-tests.ts';
import type { TokenList } from './token-list.ts';
import type { Token } from './tokens.ts';
import type { FilterTree, Primitive, Side } from './tree.ts';
import { readNumber } from './values.ts';
import { ETHER_TYPES, PROTOCOLS, SESSION_WORDS, SIDES, TYPES } from './words.ts';

/** How a value behind qualifiers is read. */
export interface ValueReader {
  /** What the value is to be, for messages. */
  readonly wanted: string;
  /** Reads a value that was taken; it may take more tokens (`mask`). @throws FilterError */
  read(value: Token): FilterTree;
}

/** What a keyword began: a whole test, or (null) one whose value is still to be read. */
interface Begun {
  readonly test: Primitive | null;
  /** How values without keywords that follow are read; null where none can. */
  readonly carried: ValueReader | null;
}

/** Qualifiers of a value as they were written; the tokens are for messages. */
export interface Qualifiers {
  readonly protocol: Token | null;
  readonly side: Side;
  readonly type: Token | null;
}

const VLAN_MAX = 4095;
const LENGTH_MAX = 0xffff_ffff;
const NONE: Qualifiers = { protocol: null, side: 'either', type: null };

export class PrimitiveParser {
  readonly #tokens: TokenList;
  readonly #names: SessionNames | null;

  constructor(tokens: TokenList, names: SessionNames | null) {
    this.#tokens = tokens;
    this.#names = names;
  }

  /** Reads from a keyword on, which is the next token. */
  read(): Begun {
    const { text } = this.#tokens.next;
    if (text === 'vlan') return this.#vlan();
    if (text === 'less' || text === 'greater') return this.#length();
    if (SESSION_WORDS.has(text)) return this.#session('either');
    const protocol = TYPES.has(text) || SIDES.has(text) ? null : this.#tokens.take();
    const side = this.#side();
    const { next } = this.#tokens;
    if (this.#names !== null && protocol === null && next.text === 'zone') {
      return this.#session(side ?? 'either');
    }
    const type = next.kind === 'word' && TYPES.has(next.text) ? this.#tokens.take() : null;
    if (protocol !== null && side === null && type === null) return this.#alone(protocol);
    return { test: null, carried: this.#reader({ protocol, side: side ?? 'either', type }) };
  }

  /** Reads an address that stands without any keyword. */
  hostOrNet(): ValueReader {
    return this.#reader(NONE);
  }

  /** `src`, `dst`, and the two joined by and or or. */
  #side(): Side | null {
    const { next } = this.#tokens;
    if (next.kind !== 'word' || !SIDES.has(next.text)) return null;
    this.#tokens.take();
    const operator = this.#tokens.next;
    const other = this.#tokens.ahead(1);
    const isPair =
      (operator.kind === 'and' || operator.kind === 'or') &&
      other.kind === 'word' &&
      SIDES.has(other.text) &&
      other.text !== next.text;
    if (!isPair) return next.text === 'src' ? 'src' : 'dst';
    this.#tokens.take();
    this.#tokens.take();
    return operator.kind === 'and' ? 'both' : 'either';
  }

  /** How a value behind these qualifiers is read. */
  #reader(qualifiers: Qualifiers): ValueReader {
    const { protocol, type } = qualifiers;
    const tokens = this.#tokens;
    switch (type?.text) {
      case 'proto':
        return protocolTest(tokens, qualifiers);
      case 'port':
      case 'portrange':
        return portTest(tokens, qualifiers);
      default:
        return protocol?.text === 'ether'
          ? macTest(tokens, qualifiers)
          : addressTest(tokens, qualifiers);
    }
  }

  /** A protocol's name as a test of its own. */
  #alone(protocol: Token): Begun {
    const etherType = ETHER_TYPES.get(protocol.text);
    if (etherType !== undefined) {
      return { test: { kind: 'ether-type', number: etherType }, carried: null };
    }
    const named = PROTOCOLS.get(protocol.text);
    if (named !== undefined) return { test: { kind: 'protocol', ...named }, carried: null };
    throw this.#tokens.failure(this.#tokens.next, 'expected host, src, dst or proto behind ether');
  }

  #vlan(): Begun {
    this.#tokens.take();
    const carried: ValueReader = {
      wanted: 'a VLAN id',
      read: (value) => {
        const id = readNumber(value.text, VLAN_MAX);
        if (typeof id === 'string') throw this.#tokens.failure(value, `vlan: ${id}`);
        return { kind: 'vlan', id };
      },
    };
    const { kind } = this.#tokens.next;
    const hasValue = kind === 'word' || kind === 'name' || kind === 'open';
    return { test: hasValue ? null : { kind: 'vlan', id: null }, carried };
  }

  #length(): Begun {
    const word = this.#tokens.take();
    const value = this.#tokens.take();
    const bytes = readNumber(value.text, LENGTH_MAX);
    if (typeof bytes === 'string') throw this.#tokens.failure(value, `${word.text}: ${bytes}`);
    // pcap-filter(7): less is <=, greater is >=.
    const isLess = word.text === 'less';
    const test: Primitive = {
      kind: 'length',
      least: isLess ? 0 : bytes,
      most: isLess ? bytes : Number.POSITIVE_INFINITY,
    };
    return { test, carried: null };
  }

  #session(side: Side): Begun {
    const word = this.#tokens.take();
    const names = this.#names ?? { zones: [], rules: [], applications: [] };
    const carried: ValueReader = {
      wanted: word.text === 'session' ? 'a serial' : 'a name',
      read: (value) => {
        const test = sessionTest(word.text, value.text, side, names);
        if (typeof test === 'string') throw this.#tokens.failure(value, test);
        return test;
      },
    };
    return { test: null, carried };
  }
}
