/**
 * This file holds texts that recur as their UTF-8 in words of eight bytes: a writer copies a word at a
 * time, which is several times as fast as a loop over bytes, and, up to some hundred bytes, as
 * `Uint8Array.set`.
 *
 * A word is held as a double. The bytes of UTF-8 never are those of a NaN, whose bits a copy might change:
 * that would take 0xff, or 0x7f behind a byte from 0xf0 on.
 */

const WORD = 8;
const encoder = new TextEncoder();

/** One text; what its last word has beyond `length` is zeros. */
export class Literal {
  readonly words: Float64Array;
  /** Bytes. */
  readonly length: number;

  constructor(text: string) {
    const bytes = encoder.encode(text);
    this.length = bytes.length;
    this.words = new Float64Array(Math.ceil(bytes.length / WORD));
    const padded = new DataView(new ArrayBuffer(this.words.length * WORD));
    new Uint8Array(padded.buffer).set(bytes);
    for (let i = 0; i < this.words.length; i++) {
      this.words[i] = padded.getFloat64(i * WORD, true);
    }
  }
}

/** A text that stands in many records. */
export function literal(text: string): Literal {
  return new Literal(text);
}

/** Texts beyond this number are made anew each time. */
const NAMES_MAX = 4096;

/**
 * Names that recur in one place of a record (a rule, a zone), each with what always stands before it.
 * They are escaped once. The last one is asked for first: most records have the same rule and zones.
 */
export class NameLiterals<T extends string = string> {
  private readonly textOf: (name: T | null) => string;
  private readonly known = new Map<T | null, Literal>();
  private last: T | null;
  private lastLiteral: Literal;

  /** @param textOf the whole text for a name, what stands before it included */
  constructor(textOf: (name: T | null) => string) {
    this.textOf = textOf;
    this.last = null;
    this.lastLiteral = this.find(null);
  }

  /** The text for a name, or for null. */
  of(name: T | null): Literal {
    return name === this.last ? this.lastLiteral : this.find(name);
  }

  private find(name: T | null): Literal {
    let found = this.known.get(name);
    if (found === undefined) {
      found = new Literal(this.textOf(name));
      if (this.known.size < NAMES_MAX) this.known.set(name, found);
    }
    this.last = name;
    this.lastLiteral = found;
    return found;
  }
}
