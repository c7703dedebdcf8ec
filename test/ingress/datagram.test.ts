/** This file checks a datagram's bookkeeping against a model that keeps one mark a byte. */

import { describe, expect, it } from 'vitest';
import { Datagram } from '../../src/ingress/datagram.ts';
import { FragmentCache, REASSEMBLY_NS } from '../../src/ingress/fragment-cache.ts';
import { randomFrom } from '../support/random.ts';

/** RFC 815's question, asked of every byte. */
class MarkedBytes {
  private readonly marks = new Set<number>();
  private total = -1;

  place(start: number, end: number, isLast: boolean): string {
    const reached = Math.max(-1, ...this.marks) + 1;
    if (this.total >= 0 && (end > this.total || (isLast && end !== this.total))) return 'conflict';
    if (isLast && reached > end) return 'conflict';
    if (isLast) this.total = end;
    let overlaps = false;
    for (let i = start; i < end; i++) {
      if (this.marks.has(i)) overlaps = true;
      this.marks.add(i);
    }
    return overlaps ? 'overlap' : 'placed';
  }

  get isWhole(): boolean {
    return this.total >= 0 && this.marks.size === this.total;
  }

  get knownFromStart(): number {
    let known = 0;
    while (this.marks.has(known)) known++;
    return known;
  }
}

describe('datagram', () => {
  it('says of random fragments what a mark for every byte says', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomFrom(seed);
      const datagram = new Datagram(0);
      const model = new MarkedBytes();
      for (let n = 0; n < 24; n++) {
        const start = 8 * random(12);
        const end = start + 8 * (1 + random(4));
        const isLast = random(5) === 0;
        // A digest of its own: an exact duplicate is another test's.
        expect(datagram.place(start, end, isLast, n)).toBe(model.place(start, end, isLast));
        expect(datagram.isWhole).toBe(model.isWhole);
        expect(datagram.knownFromStart).toBe(model.knownFromStart);
      }
    }
  });

  it('knows the same fragment again, by place, length and content', () => {
    const datagram = new Datagram(0);
    expect(datagram.place(0, 800, false, 5)).toBe('placed');
    expect(datagram.place(0, 800, false, 5)).toBe('duplicate');
    expect(datagram.place(0, 800, false, 6)).toBe('overlap');
    expect(datagram.place(0, 808, false, 5)).toBe('overlap');
    expect(datagram.fragments).toBe(4);
  });

  it('keeps the head that tiny fragments give, whatever their order', () => {
    const datagram = new Datagram(0);
    datagram.noteHead(8, Uint8Array.from([9, 10, 11, 12, 13, 14, 15, 16]));
    datagram.noteHead(0, Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));
    datagram.noteHead(60, new Uint8Array(100).fill(7));
    expect([...datagram.head!.subarray(0, 16)]).toEqual(
      Array.from({ length: 16 }, (_, i) => i + 1),
    );
    expect([...datagram.head!.subarray(60)]).toEqual([7, 7, 7, 7]);
  });
});

describe('fragment cache', () => {
  const limits = { datagrams: 3, ofSource: 2, fragments: 4 };

  it('refuses a source that has too many, and no other', () => {
    const cache = new FragmentCache<string>(limits);
    expect(cache.add('a1', 'a', 0)).not.toBeNull();
    const second = cache.add('a2', 'a', 1)!;
    expect(cache.add('a3', 'a', 2)).toBeNull();
    expect(cache.add('b1', 'b', 3)).not.toBeNull();
    cache.delete(second);
    expect(cache.add('a3', 'a', 4)).not.toBeNull();
  });

  it('gives up the datagram that came first', () => {
    const cache = new FragmentCache<string>(limits);
    for (const key of ['a', 'b', 'c']) cache.add(key, key, 0);
    expect(cache.surplus).toBeNull();
    cache.add('d', 'd', 0);
    expect(cache.surplus?.key).toBe('a');
    cache.delete(cache.surplus!);
    expect(cache.surplus).toBeNull();
  });

  it('bounds the fragments of all datagrams', () => {
    const cache = new FragmentCache<string>(limits);
    const datagram = cache.add('a', 'a', 0)!;
    for (let i = 0; i < 5; i++) {
      datagram.place(16 * i, 16 * i + 8, false, 0);
      cache.notePlace();
    }
    expect(cache.surplus).toBe(datagram);
    cache.delete(datagram);
    expect(cache.surplus).toBeNull();
  });

  it('ends each datagram’s time 60 s after its first fragment', () => {
    const cache = new FragmentCache<string>();
    expect(cache.expired(1e18)).toBeNull();
    const first = cache.add('a', 'a', 5)!;
    const second = cache.add('b', 'b', 7)!;
    expect(cache.nextNs).toBe(5 + REASSEMBLY_NS);
    expect(cache.expired(4 + REASSEMBLY_NS)).toBeNull();
    expect(cache.expired(5 + REASSEMBLY_NS)).toBe(first);
    cache.delete(first);
    expect(cache.nextNs).toBe(7 + REASSEMBLY_NS);
    cache.rebase(1000);
    expect(second.firstNs).toBe(1007);
    expect(cache.expired(1006 + REASSEMBLY_NS)).toBeNull();
    expect(cache.expired(1007 + REASSEMBLY_NS)).toBe(second);
    cache.delete(second);
    expect(cache.nextNs).toBe(Number.POSITIVE_INFINITY);
  });
});
