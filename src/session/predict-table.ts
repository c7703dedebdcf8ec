/**
 * This file finds the predict that a packet without session matches (panos.md §6.1): wildcards stand
 * for addresses, ports and zones that nothing has told.
 *
 * Predicts are hashed by what of them is fixed; which parts that are is a shape, five bits of wildcards.
 * A look-up asks once for each shape that is there, the one with the fewest wildcards first: exact, then
 * source port 0, then any source. Of predicts with the same key the one that was announced last is met:
 * so the flow belongs to the message that announced it last, as an analyser would say (assumed).
 */

import { hashKeys, hashWords } from './flow-hash.ts';
import type { Predict } from './predict.ts';
import { PredictDeadlines } from './predict-deadlines.ts';
import { ZONE_ANY } from './session-table.ts';

/** Wildcards, in the order in which look-ups give them up. */
const ANY_ZONE = 1;
const ANY_SPORT = 2;
const ANY_SOURCE = 4;
const ANY_DPORT = 8;
const ANY_DESTINATION = 16;
const SHAPES = 32;
/** Keeps a hash a small integer, as a key of a Map. */
const HASH_BITS = 0x3fff_ffff;
/** Above protocol and shape. */
const REST_TWIN_SHIFT = 13;
const REST_ZONE_SHIFT = 18;

/** The flow of a packet, and the zone that it came in by. */
export interface PredictKey {
  readonly protocol: number;
  readonly family: number;
  readonly source: Int32Array;
  readonly destination: Int32Array;
  readonly sport: number;
  readonly dport: number;
  readonly zone: number;
  /** Number of the twin that the packet is of; 0 is an original. */
  readonly twin: number;
}

export class PredictTable {
  /** Predicts that are in the table. */
  live = 0;
  readonly deadlines = new PredictDeadlines();

  private readonly keys: Int32Array;
  /** By hash: the predict that was entered last. */
  private readonly heads = new Map<number, Predict>();
  /** By shape: how many there are. */
  private readonly counts = new Int32Array(SHAPES);
  private shapes: number[] = [];

  /** @param seed of the hash; never changes a result */
  constructor(seed: number) {
    this.keys = hashKeys(seed);
  }

  /** Enters a predict whose deadline and serial are set. */
  add(predict: Predict): void {
    this.live++;
    this.deadlines.add(predict);
    this.link(predict);
  }

  /** Takes out a predict that is there. */
  remove(predict: Predict): void {
    this.live--;
    this.deadlines.remove(predict);
    this.unlink(predict);
  }

  /** Changes what a predict that is there is matched by; deadline and serial stay. */
  rekey(predict: Predict, change: () => void): void {
    this.unlink(predict);
    change();
    this.link(predict);
  }

  /** The predict that a packet matches, or null. */
  find(key: PredictKey): Predict | null {
    for (const shape of this.shapes) {
      let found = this.heads.get(this.hashOf(key, shape)) ?? null;
      while (found !== null && !(found.shape === shape && matches(found, key))) found = found.next;
      if (found !== null) return found;
    }
    return null;
  }

  private link(predict: Predict): void {
    const { protocol, family, source, destination, twin } = predict.facts;
    const shape =
      (source.zone === ZONE_ANY ? ANY_ZONE : 0) |
      (source.port === 0 ? ANY_SPORT : 0) |
      (source.words === null ? ANY_SOURCE : 0) |
      (destination.port === 0 ? ANY_DPORT : 0) |
      (destination.words === null ? ANY_DESTINATION : 0);
    const key = {
      protocol,
      family,
      source: source.words ?? NOTHING,
      destination: destination.words ?? NOTHING,
      sport: source.port,
      dport: destination.port,
      zone: source.zone,
      twin,
    };
    predict.shape = shape;
    predict.hash = this.hashOf(key, shape);
    const head = this.heads.get(predict.hash) ?? null;
    predict.before = null;
    predict.next = head;
    if (head !== null) head.before = predict;
    this.heads.set(predict.hash, predict);
    if (this.counts[shape]!++ === 0) this.noteShapes();
  }

  private unlink(predict: Predict): void {
    const { before, next } = predict;
    if (next !== null) next.before = before;
    if (before !== null) before.next = next;
    else if (next !== null) this.heads.set(predict.hash, next);
    else this.heads.delete(predict.hash);
    predict.before = null;
    predict.next = null;
    if (--this.counts[predict.shape]! === 0) this.noteShapes();
  }

  private noteShapes(): void {
    this.shapes = [];
    this.counts.forEach((count, shape) => {
      if (count > 0) this.shapes.push(shape);
    });
  }

  private hashOf(key: PredictKey, shape: number): number {
    const { protocol, family, source, destination, sport, dport, zone, twin } = key;
    const ports =
      (((shape & ANY_SPORT) === 0 ? sport : 0) << 16) | ((shape & ANY_DPORT) === 0 ? dport : 0);
    const from = (shape & ANY_ZONE) === 0 ? zone : 0;
    const rest = (from << REST_ZONE_SHIFT) | (twin << REST_TWIN_SHIFT) | (shape << 8) | protocol;
    const client = (shape & ANY_SOURCE) === 0 ? this.fold(source, family) : 0;
    const server = (shape & ANY_DESTINATION) === 0 ? this.fold(destination, family) : 0;
    return hashWords(this.keys, client, server, ports, rest) & HASH_BITS;
  }

  private fold(words: Int32Array, family: number): number {
    if (family === 4) return words[0]!;
    return hashWords(this.keys, words[0]!, words[1]!, words[2]!, words[3]!);
  }
}

const NOTHING = new Int32Array(4);

function matches({ facts }: Predict, key: PredictKey): boolean {
  const { source, destination, protocol, family } = facts;
  return (
    protocol === key.protocol &&
    facts.twin === key.twin &&
    family === key.family &&
    (source.zone === ZONE_ANY || source.zone === key.zone) &&
    (source.port === 0 || source.port === key.sport) &&
    (destination.port === 0 || destination.port === key.dport) &&
    isAddress(source.words, key.source, family) &&
    isAddress(destination.words, key.destination, family)
  );
}

/** Whether an end's address, null for any, is this one. */
function isAddress(words: Int32Array | null, other: Int32Array, family: number): boolean {
  if (words === null || family === 4) return words === null || words[0] === other[0];
  for (let i = 0; i < 4; i++) if (words[i] !== other[i]) return false;
  return true;
}
