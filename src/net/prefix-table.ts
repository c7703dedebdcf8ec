/**
 * This file answers longest-prefix questions: address in, the number that its longest prefix has.
 *
 * The prefixes are flattened once into disjoint ranges; a lookup is a binary search that allocates
 * nothing. Words are compared unsigned by flipping their top bit.
 */

import type { Prefix } from './prefix.ts';

const FLIP = 0x8000_0000 | 0;
const SEVERAL = -2;

/** Prefixes with a number each (0 or more); of equal prefixes the first wins. */
export class PrefixTable {
  private readonly v4Starts: Int32Array;
  /** By first byte of an IPv4 address: the number of all that begin with it, or SEVERAL. */
  private readonly v4ByByte: Int32Array;
  private readonly v4Values: Int32Array;
  private readonly v6Starts: Int32Array;
  private readonly v6Values: Int32Array;

  /** @param nested is told of each number and that of the prefix around its own, -1 for none */
  constructor(
    entries: readonly { readonly prefix: Prefix; readonly value: number }[],
    nested: (value: number, around: number) => void = () => {},
  ) {
    const v4 = flatten(
      entries.filter((e) => e.prefix.family === 4),
      32,
      nested,
    );
    this.v4Starts = Int32Array.from(v4, (range) => Number(range.start) ^ FLIP);
    this.v4Values = Int32Array.from(v4, (range) => range.value);
    this.v4ByByte = Int32Array.from({ length: 256 }, (_, byte) => {
      const first = this.search4(byte << 24);
      if (first !== this.search4((byte << 24) | 0xff_ffff)) return SEVERAL;
      return first < 0 ? -1 : this.v4Values[first]!;
    });
    const v6 = flatten(
      entries.filter((e) => e.prefix.family === 6),
      128,
      nested,
    );
    this.v6Starts = new Int32Array(v6.length * 4);
    v6.forEach((range, i) => {
      for (let word = 0; word < 4; word++) {
        const bits = Number((range.start >> BigInt(96 - 32 * word)) & 0xffff_ffffn);
        this.v6Starts[i * 4 + word] = bits ^ FLIP;
      }
    });
    this.v6Values = Int32Array.from(v6, (range) => range.value);
  }

  /** The number of the longest prefix that covers the IPv4 address, or -1. */
  lookup4(word: number): number {
    const only = this.v4ByByte[word >>> 24]!;
    return only === SEVERAL ? this.v4Values[this.search4(word)]! : only;
  }

  /** Index of the range that an IPv4 address lies in; -1 without ranges. */
  private search4(word: number): number {
    const starts = this.v4Starts;
    const wanted = word ^ FLIP;
    let low = 0;
    let high = starts.length - 1;
    if (high < 0) return -1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (starts[middle]! <= wanted) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** As `lookup4`, for the four words of an IPv6 address. */
  lookup6(w0: number, w1: number, w2: number, w3: number): number {
    let low = 0;
    let high = this.v6Values.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.startsAtOrBefore(middle * 4, w0 ^ FLIP, w1 ^ FLIP, w2 ^ FLIP, w3 ^ FLIP)) {
        low = middle;
      } else high = middle - 1;
    }
    return high < 0 ? -1 : this.v6Values[low]!;
  }

  /** The same of an address of one word or four. */
  lookup(family: number, words: Int32Array): number {
    return family === 4
      ? this.lookup4(words[0]!)
      : this.lookup6(words[0]!, words[1]!, words[2]!, words[3]!);
  }

  private startsAtOrBefore(at: number, f0: number, f1: number, f2: number, f3: number): boolean {
    const s = this.v6Starts;
    if (s[at] !== f0) return s[at]! < f0;
    if (s[at + 1] !== f1) return s[at + 1]! < f1;
    if (s[at + 2] !== f2) return s[at + 2]! < f2;
    return s[at + 3]! <= f3;
  }
}

interface Range {
  start: bigint;
  value: number;
}

/**
 * Disjoint ranges in order, each from its start to the next one's; the first starts at 0. Empty
 * without entries.
 */
function flatten(
  entries: readonly { readonly prefix: Prefix; readonly value: number }[],
  width: number,
  nested: (value: number, around: number) => void,
): Range[] {
  if (entries.length === 0) return [];
  const spans = entries
    .map(({ prefix, value }, order) => {
      const start = prefix.words.reduce((sum, w) => (sum << 32n) | BigInt(w >>> 0), 0n);
      return { start, end: start + (1n << BigInt(width - prefix.length)), value, order };
    })
    // Outer before inner; of equal prefixes the first named comes last and so wins.
    .sort((x, y) => compare(x.start, y.start) || compare(y.end, x.end) || y.order - x.order);
  const ranges: Range[] = [{ start: 0n, value: -1 }];
  const open: { end: bigint; value: number }[] = [];
  const top = 1n << BigInt(width);
  const put = (start: bigint, value: number) => {
    if (start >= top) return;
    const last = ranges[ranges.length - 1];
    if (last !== undefined && last.start === start) last.value = value;
    else ranges.push({ start, value });
  };
  const closeUntil = (start: bigint) => {
    for (let inner = open.at(-1); inner !== undefined && inner.end <= start; inner = open.at(-1)) {
      open.pop();
      put(inner.end, open.at(-1)?.value ?? -1);
    }
  };
  for (const span of spans) {
    closeUntil(span.start);
    nested(span.value, open.at(-1)?.value ?? -1);
    put(span.start, span.value);
    open.push(span);
  }
  closeUntil(top);
  return ranges;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
