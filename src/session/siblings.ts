/** This file keeps the predicts of one parent: by what they say, by group, by the end that they lead to. */

import type { Predict } from './predict.ts';

/** Addresses that are remembered of a parent's server's side. */
const PEERS_MAX = 64;

export class Siblings {
  private readonly byIdentity = new Map<string, Predict>();
  private readonly byGroup = new Map<string, Set<Predict>>();
  /** By protocol, address and port, IPv4: those whose destination is translated. */
  private readonly byOwnEnd = new Map<string, Predict>();
  /** IPv4 addresses that the server's side announced. */
  private readonly peers = new Set<number>();

  get size(): number {
    return this.byIdentity.size;
  }

  /** The predict that says the same, or null. */
  like(identity: string): Predict | null {
    return this.byIdentity.get(identity) ?? null;
  }

  /** Enters a predict; none that says the same may be there. */
  add(predict: Predict): void {
    const { identity, group, translated, protocol, side, family, destination } = predict.facts;
    this.byIdentity.set(identity, predict);
    const known = this.byGroup.get(group);
    if (known === undefined) this.byGroup.set(group, new Set([predict]));
    else known.add(predict);
    if (translated !== null) {
      this.byOwnEnd.set(endKey(protocol, translated.word, translated.port), predict);
    }
    const peer = side === 1 && family === 4 ? destination.words?.[0] : undefined;
    if (peer !== undefined && this.peers.size < PEERS_MAX) this.peers.add(peer);
  }

  remove(predict: Predict): void {
    const { identity, group, translated, protocol } = predict.facts;
    this.byIdentity.delete(identity);
    const known = this.byGroup.get(group);
    known?.delete(predict);
    if (known?.size === 0) this.byGroup.delete(group);
    if (translated === null) return;
    const key = endKey(protocol, translated.word, translated.port);
    if (this.byOwnEnd.get(key) === predict) this.byOwnEnd.delete(key);
  }

  /** The predicts of a group, or of all groups, by serial. */
  list(group: string | null): Predict[] {
    const some = group === null ? this.byIdentity.values() : (this.byGroup.get(group) ?? []);
    return [...some].sort((a, b) => a.serial - b.serial);
  }

  /** The predict that leads to an end of the client's side, as it is itself; or null. */
  ledTo(protocol: number, word: number, port: number): Predict | null {
    return this.byOwnEnd.get(endKey(protocol, word, port)) ?? null;
  }

  /** Whether an address is the parent's server, or one that it announced. */
  isPeer(predict: Predict, word: number): boolean {
    return predict.facts.ends?.own[1] === word || this.peers.has(word);
  }
}

const endKey = (protocol: number, word: number, port: number): string =>
  `${protocol} ${word} ${port}`;
