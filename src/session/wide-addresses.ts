/**
 * This file keeps the words of IPv6 addresses, which are too long for a flow key: the key has a hash
 * of each, and where these agree the words themselves are compared.
 *
 * There are eight words a slot, once there was an IPv6 session: source and destination of the c2s
 * flow. They come and go with the slot, so spoofed sources cannot make them grow beyond the table.
 */

import { hashWords } from './flow-hash.ts';

const WORDS = 8;

export class WideAddresses {
  /** Source and destination of the IPv6 key in hand: to be set before any look-up of one. */
  readonly wanted = new Int32Array(WORDS);

  private readonly keys: Int32Array;
  private words = new Int32Array(0);

  /** @param keys of the flows' hash (flow-hash) */
  constructor(keys: Int32Array) {
    this.keys = keys;
  }

  /** The key word that stands for an address. */
  fold(w0: number, w1: number, w2: number, w3: number): number {
    return hashWords(this.keys, w0, w1, w2, w3);
  }

  /** Keeps the addresses in hand as those of a slot's c2s flow. */
  store(slot: number, capacity: number): void {
    if (this.words.length === 0) this.words = new Int32Array(capacity * WORDS);
    for (let i = 0; i < WORDS; i++) this.words[slot * WORDS + i] = this.wanted[i]!;
  }

  /** Whether a flow (slot * 2 + direction) has the addresses in hand. */
  matches(flow: number): boolean {
    const { wanted, words } = this;
    const at = (flow >>> 1) * WORDS;
    const turn = (flow & 1) << 2; // an s2c flow has them the other way round
    for (let i = 0; i < WORDS; i++) if (words[at + (i ^ turn)] !== wanted[i]) return false;
    return true;
  }

  /** Turns the addresses in hand round: from a packet's to those of its reply. */
  turn(): void {
    const { wanted } = this;
    for (let i = 0; i < 4; i++) {
      const word = wanted[i]!;
      wanted[i] = wanted[i + 4]!;
      wanted[i + 4] = word;
    }
  }

  /** Word `i` (0–7) of the addresses of a slot, its c2s source first. */
  word(slot: number, i: number): number {
    return this.words[slot * WORDS + i]!;
  }

  /** Makes room for as many slots as the table has. */
  resize(capacity: number): void {
    if (this.words.length === 0) return;
    const words = new Int32Array(capacity * WORDS);
    words.set(this.words);
    this.words = words;
  }
}
